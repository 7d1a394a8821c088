"""The paragraph sign, which Tesseract's Polish data do not know, is put back where it stood."""

import pytest

from docstore.files.readers.paragraph_signs import mend


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("$ 1. Ustala się stawki", "§ 1. Ustala się stawki"),
        ("8 1. Ustala się stawki", "§ 1. Ustala się stawki"),
        ("S$ 15a. 1. Opłatę pobiera się", "§ 15a. 1. Opłatę pobiera się"),
        ("8 15a. 1. Opłatę pobiera się", "§ 15a. 1. Opłatę pobiera się"),
        ("$3. Uchwała wchodzi", "§3. Uchwała wchodzi"),
        ("S$3. Uchwała wchodzi", "§3. Uchwała wchodzi"),
        ("w $ 12 ust. 3 pkt 4", "w § 12 ust. 3 pkt 4"),
        ("w 8 12 ust. 3 pkt 4", "w § 12 ust. 3 pkt 4"),
        ("w$ 12 ust. 3", "w § 12 ust. 3"),
        ("zgodnie z 8 7 ust. 1 i $$ 8-10 statutu", "zgodnie z § 7 ust. 1 i §§ 8-10 statutu"),
        ("ust. 1 i 88 8-10 statutu", "ust. 1 i §§ 8-10 statutu"),
    ],
)
def test_a_sign_is_put_back(read: str, meant: str) -> None:
    assert " ".join(mend(read.split())) == meant


@pytest.mark.parametrize(
    "line",
    [
        "",
        "8",
        "8 Kowalski Jan za",
        "Liczba uprawnionych 28 Głosy za 28",
        "8 12 14",
        "8 1. 2. 3.",
        "8 1. za 12",
        "88 osób",
        "w 8 gminach",
        "w 8 12-osobowych grupach",
        "83. Uchwała wchodzi w życie",
        "art. 8 12 i",
        "ul. Lipowa 8 12 lok.",
        "1. Ustala się 8 2 stawki",
        "S 17 droga ekspresowa",
        "cena 5$ za sztukę",
    ],
)
def test_figures_stay_what_they_are(line: str) -> None:
    assert mend(line.split()) == line.split()


def test_there_are_as_many_words_as_before() -> None:
    line = ["w$", "12", "ust.", "3", "i", "$$", "8-10"]
    assert len(mend(line)) == len(line)
