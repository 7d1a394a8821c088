"""Lines of a page become paragraphs without losing a word."""

from hypothesis import given
from hypothesis import strategies as st

from docstore.rules.paragraphs import paragraphs

PAGE = """UCHWAŁA NR XLV/312/2018
RADY MIEJSKIEJ W PIECHOWICACH
z dnia 28 lutego 2018 r.
w sprawie określenia wysokości stawek opłaty od posiadania psów oraz zasad jej
ustalania i poboru
Na podstawie art. 18 ust. 2 pkt 8 ustawy z dnia 8 marca 1990 r. o samorządzie
gminnym uchwala się, co następuje:
§ 1. Określa się stawkę roczną opłaty w wysokości:
1) 60 zł od jednego psa;
2) 90 zł od każdego następnego psa utrzymywanego w tym samym gospodarstwie
domowym.

§ 2. Uchwała wchodzi w życie z dniem podjęcia."""


def test_lines_of_one_sentence_are_joined_and_units_of_law_stand_apart() -> None:
    assert paragraphs(PAGE) == [
        "UCHWAŁA NR XLV/312/2018",
        "RADY MIEJSKIEJ W PIECHOWICACH",
        "z dnia 28 lutego 2018 r.",
        (
            "w sprawie określenia wysokości stawek opłaty od posiadania psów oraz zasad jej "
            "ustalania i poboru"
        ),
        (
            "Na podstawie art. 18 ust. 2 pkt 8 ustawy z dnia 8 marca 1990 r. o samorządzie "
            "gminnym uchwala się, co następuje:"
        ),
        "§ 1. Określa się stawkę roczną opłaty w wysokości:",
        "1) 60 zł od jednego psa;",
        "2) 90 zł od każdego następnego psa utrzymywanego w tym samym gospodarstwie domowym.",
        "§ 2. Uchwała wchodzi w życie z dniem podjęcia.",
    ]


def test_a_page_without_text_has_no_paragraph() -> None:
    assert paragraphs(" \n\n\t\n") == []


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_word_stays_in_its_order(page: str) -> None:
    assert " ".join(paragraphs(page)).split() == page.split()
