"""Personal numbers in texts that are to become public. All numbers here are made up."""

from itertools import chain
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.pl import pesel

from docstore.rules.personal_data import find_personal_data

NOBODY = frozenset[str]()
ACCOUNT = "61109010140000071219812874"  # the example of the standard's own documentation


def kinds(text: str, own: frozenset[str] = NOBODY) -> list[str]:
    return [finding.kind for finding in find_personal_data([text], own_phones=own)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PESEL 44051401359", ["pesel"]),
        ("(44051401359)", ["pesel"]),
        ("PESEL: 440514 01359", ["pesel"]),
        ("P E S E L 4 4 0 5 1 4 0 1 3 5 9", ["pesel"]),
        ("konto 61 1090 1014 0000 0712 1981 2874", ["iban"]),
        (f"PL{ACCOUNT}", ["iban"]),
        (ACCOUNT, ["iban"]),
        ("PL 61 1090 1014 0000 0712\n1981 2874", ["iban"]),
        ("rachunek 6110901014 0000071219812874", ["iban"]),
        ("DE89370400440532013000", ["iban"]),
        ("tel. 75 761 22 33", ["phone"]),
        ("tel.: 0-75 75-48-900", ["phone"]),
        ("(75) 754 89 00", ["phone"]),
        ("75 754 89 00", ["phone"]),
        ("+48 601-234-567", ["phone"]),
        ("0048 75 754 89 00", ["phone"]),
        ("601 234 567", ["phone"]),
        ("601234567", ["phone"]),
        ("fax 757617202, tel. kom. 601234567", ["phone", "phone"]),
        ("+49 30 901820", ["phone"]),
    ],
)
def test_personal_numbers_are_found(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "44051401358",  # wrong check digit
        "144051401359", "44051401359,00", "ABC44051401359", "440514 01359",
        "62 1090 1014 0000 0712 1981 2874",  # wrong check digits
        "601 234 567 zł", "601 234 567,00", "1 601 234 567", "123 456 789",
        "BRM.0007.546.2012", "Dz. U. z 2023 r. poz. 40", "Dz. U. Nr 142 poz. 1591",
        "REGON 230821575", "NIP 611-10-98-100", "KRS 0000601234", "nr 601234567",
        "JG1J/00012345/6", "0206031", "26.11.2020", "2020-11-26", "dz. nr 123/45", "§ 6060 o kwotę",
        "2021 2025 2030", "12 345 678",
    ],
)  # fmt: skip
def test_other_numbers_are_not(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize("own", ["75 76 17 201", "+48757617201", "(75) 761-72-01", "757617201"])
def test_the_councils_own_telephones_are_not_reported(own: str) -> None:
    assert kinds("tel. 75 761 72 01, fax (75) 76 17 201", frozenset({own, "biuro"})) == []
    assert kinds("tel. 75 761 72 02", frozenset({own})) == ["phone"]


def test_an_excerpt_shows_words_around_but_no_number() -> None:
    text = "Pan X, PESEL 44051401359, tel. 601 234 567, konto " + ACCOUNT
    for finding in find_personal_data(["", text], own_phones=NOBODY):
        assert finding.page == 2
        assert sum(map(str.isdigit, finding.excerpt_masked)) <= 4
        assert "•" in finding.excerpt_masked
    first = find_personal_data([text], own_phones=NOBODY)[0]
    assert first.start == text.index("44051401359")
    assert first.excerpt_masked.startswith("Pan X, PESEL •••••••••59")


@given(st.dates(), st.integers(0, 9999), st.text("abc \n.,", max_size=9))
def test_every_pesel_of_a_living_person_is_found(born: object, serial: int, around: str) -> None:
    year, month, day = (int(part) for part in str(born).split("-"))
    year = 1900 + year % 150
    digits = f"{year % 100:02}{month + 20 * (year // 100 - 19):02}{min(day, 28):02}{serial:04}"
    text = f"{around} {digits}{pesel.calc_check_digit(digits)} {around}"
    assert kinds(text) == ["pesel"]


@given(st.lists(st.text() | st.text("0123456789 -+/.()PL", max_size=60), max_size=3))
def test_any_text_is_searched_without_an_error(pages: list[str]) -> None:
    for finding in find_personal_data(pages, own_phones=NOBODY):
        assert pages[finding.page - 1][finding.start :] != ""


@pytest.mark.parametrize("piece", ["1 ", "1", "PL61 1090 ", "+48 ", "AB12 ", "(", "tel. "])
def test_long_repetitive_text_is_searched_to_its_end(piece: str) -> None:
    text = piece * 5000 + " PESEL 44051401359"
    assert find_personal_data([text], own_phones=NOBODY)[-1].start == text.index("44051401359")


@pytest.mark.data
def test_statutes_raise_no_false_alarm(shared_data: Path) -> None:
    """All 800 were tried: none. Every sixteenth is, here."""
    statutes = sorted((shared_data / "statutes-ustawy-1993-2004").glob("*.txt"))[::16]
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in statutes]
    assert len(texts) >= 50
    assert find_personal_data(texts, own_phones=NOBODY) == ()


@pytest.mark.data
def test_vote_reports_raise_no_false_alarm(shared_data: Path) -> None:
    reports = sorted(
        chain(
            shared_data.glob("council-votes-bydgoszcz/*.pdf"),
            shared_data.glob("council-votes-katowice/sesja-05/*.pdf"),
            sorted(shared_data.glob("council-votes-lodz/*.pdf"))[:1],
        )
    )
    pages = [text for report in reports for text in _page_texts(report)]
    assert len(pages) > 200
    assert find_personal_data(pages, own_phones=NOBODY) == ()


def _page_texts(report: Path) -> list[str]:
    with pypdfium2.PdfDocument(report) as document:
        return [page.get_textpage().get_text_range() for page in document]
