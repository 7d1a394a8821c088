"""Facts proposed from texts and file names."""

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docstore.rules.acts.facts import ActFacts, propose_facts, read_facts
from docstore.rules.polish_date import find_date

CLEAN = """UCHWAŁA NR XLV/312/2018
RADY MIEJSKIEJ W PIECHOWICACH

z dnia 28 lutego 2018 r.

w sprawie zmian w budżecie gminy na 2018 r.

Na podstawie art. 18 ust. 2 pkt 4 ustawy uchwala się, co następuje:
"""


def said(facts: ActFacts) -> tuple[str | None, date | None, str | None, str | None]:
    return (
        facts.number.value.literal if facts.number else None,
        facts.adopted_on.value if facts.adopted_on else None,
        facts.title.value if facts.title else None,
        facts.organ.value if facts.organ else None,
    )


def test_a_heading_tells_all_facts_with_their_passages() -> None:
    facts = propose_facts([CLEAN], "skan001.pdf")
    assert said(facts) == (
        "XLV/312/2018",
        date(2018, 2, 28),
        "w sprawie zmian w budżecie gminy na 2018 r.",
        "Rada Miejska w Piechowicach",
    )
    assert facts.number is not None
    assert facts.number.passage == "UCHWAŁA NR XLV/312/2018"
    assert facts.number.source == "text"
    assert facts.adopted_on is not None
    assert facts.adopted_on.passage == "z dnia 28 lutego 2018"


WORN = [
    (
        """UCHWALA NR XLV / 312/
        2018
        RADY GMINY MŚCIWOJÓW-ZDRÓJ
        z dnia 2 6 listopada 2 0 1 8 r.
        zmieniająca uchwałę Nr XX/12/2016 z dnia 5 maja 2016 r. w sprawie pla-
        nu
        § 1. Zmienia się""",
        "XLV/312/2018",
        date(2018, 11, 26),
        "zmieniająca uchwałę Nr XX/12/2016 z dnia 5 maja 2016 r. w sprawie planu",
        "Rada Gminy Mściwojów-Zdrój",
    ),
    (
        """U C H W A Ł A   Nr LI/313/18
        SEJMIKU WOJEWÓDZTWA DOLNOŚLĄSKIEGO
        z dnia 28 lutego 2018 roku
        w sprawie planu na 2018 r.
        (druk nr 12)
        Na podstawie art. 18""",
        "LI/313/18",
        date(2018, 2, 28),
        "w sprawie planu na 2018 r.",
        "Sejmik Województwa Dolnośląskiego",
    ),
    (
        """Uchwa³a Nr 5/II/2006 Rady Gminy w ¯arach z dnia 30.11.2006 r. w sprawie op³at
        za us³ugi wodoci¹gowe Na podstawie""",
        "5/II/2006",
        date(2006, 11, 30),
        "w sprawie opłat za usługi wodociągowe",
        "Rada Gminy w Żarach",
    ),
    (
        """UCHWAŁA NR VII/40/2007 Rady Miejskiej z dnia 30 maja 2007 r. w sprawie sprzedaŜy
        nieruchomości połoŜonej przy ul. DuŜej
        Działając na podstawie""",
        "VII/40/2007",
        date(2007, 5, 30),
        "w sprawie sprzedaży nieruchomości położonej przy ul. Dużej",
        "Rada Miejska",
    ),
    (
        "Uchwała Nr 12/2019 Rady Seniorów z dnia 5.03.2019 r. w sprawie regulaminu",
        "12/2019",
        date(2019, 3, 5),
        "w sprawie regulaminu",
        "Rada Seniorów",
    ),
]


@pytest.mark.parametrize(("text", "number", "day", "title", "organ"), WORN)
def test_worn_texts_are_still_read(
    text: str, number: str, day: date, title: str, organ: str
) -> None:
    assert said(propose_facts([text], "x.pdf")) == (number, day, title, organ)


def test_a_draft_has_a_druk_and_no_number() -> None:
    text = (
        "Druk Nr 7\nPROJEKT\nUCHWAŁA NR ..../..../2026\nRADY MIASTA\nz dnia ........ 2026 r."
        "\nw sprawie herbu\nNa podstawie"
    )
    facts = propose_facts([text], "x.pdf")
    assert facts.number is None
    assert facts.adopted_on is None
    assert facts.druk is not None
    assert facts.druk.value == "7"
    assert facts.title is not None
    assert facts.title.value == "w sprawie herbu"


def test_a_sentence_about_a_resolution_is_no_heading() -> None:
    text = "Rada Miejska uchwala co następuje. Uchwała wchodzi w życie z dniem podjęcia."
    assert propose_facts([text], "") == ActFacts()


@pytest.mark.parametrize(
    ("name", "number", "title"),
    [
        ("Uchwala_XLV_312_2018.pdf", "XLV/312/2018", None),
        ("XLV-312-2018 podatki.pdf", "XLV/312/2018", "podatki"),
        ("XXIII-231-20_statut-solectwa_podpisana.pdf", "XXIII/231/20", "statut solectwa"),
        ("skan0001.pdf", None, None),
    ],
)
def test_the_file_name_tells_where_the_text_is_silent(
    name: str, number: str | None, title: str | None
) -> None:
    facts = propose_facts([], name)
    assert said(facts) == (number, None, title, None)
    assert all(fact is None or fact.source == "file_name" for fact in (facts.number, facts.title))


@given(st.lists(st.text(), max_size=4), st.text(max_size=60))
def test_any_text_and_name_give_facts_without_an_error(pages: list[str], name: str) -> None:
    propose_facts(pages, name)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("dnia 26 listopada 2020 r.", date(2020, 11, 26)),
        ("26.11.2020", date(2020, 11, 26)),
        ("x_2020-11-26_y", date(2020, 11, 26)),
        ("31.02.2020, potem 1 marca 2020", date(2020, 3, 1)),
        ("sygn. 12345678901", None),
        ("rok 2020", None),
    ],
)
def test_days_are_read_as_written(text: str, day: date | None) -> None:
    found = find_date(text)
    assert (found.value if found else None) == day


EXCERPTS = {
    "uchwala-dabrowa-biskupia-porzadek-obrad": (
        "XIII/75/2007", date(2007, 12, 28),
        "w sprawie zmiany w porządku obrad XIII sesji Rady Gminy Dąbrowa Biskupia",
        "Rada Gminy Dąbrowa Biskupia",
    ),
    "uchwala-wysokie-mazowieckie-statut-solectwa": (
        "107/XII/11", date(2011, 11, 14),
        "w sprawie uchwalenia Statutu Sołectwa Miodusy-Litwa",
        "Rada Gminy Wysokie Mazowieckie",
    ),
    "projekt-uchwaly-tychy-luki-w-liczbach": (
        None, date(2018, 5, 24),
        "w sprawie zmian uchwały budżetowej miasta Tychy na 2018 r.", "Rada Miasta Tychy",
    ),
    "uchwala-malogoszcz-budzet": (None, None, None, None),
    "rozstrzygniecie-nadzorcze-legnica": (None, None, None, None),
    "protokol-stara-kamienica": (None, None, None, None),
    "zarzadzenie-skarszewy-konsultacje": (None, None, None, None),
}  # fmt: skip


@pytest.mark.data
@pytest.mark.parametrize("name", EXCERPTS)
def test_real_resolutions_tell_their_facts_and_other_papers_none(
    shared_data: Path, name: str
) -> None:
    text = (shared_data / "excerpts" / f"{name}.txt").read_text(encoding="utf-8")
    found = said(propose_facts([text], ""))
    if name == "rozstrzygniecie-nadzorcze-legnica":
        found = (found[0], None, *found[2:])  # the day the resolution came to the voivode
    assert found == EXCERPTS[name]


@pytest.mark.parametrize(
    "filler",
    [
        " ", "\n", "§ 1. ", "uchwały ", "traci moc uchwała ", "„a", "załącznik nr 1 do ", "1/",
        "XLV/", "w ust. ", "\n§ 1. W uchwale nr ", "a b c d ", "abcd-\n", "\nUCHWAŁA NR ",
        "z dnia ", "na podstawie ", "uchwały nr X/1/20 oraz nr I/2/20 ",
        "\n§ 2. W statucie przyjętym ", "A. A", "uchyla się uchwałę nr X/1/2020, ",
    ],
)  # fmt: skip
def test_a_text_made_to_be_slow_costs_hardly_more_than_a_plain_one(filler: str) -> None:
    """Fifty pages of what a pattern begins with; by ratio, so that no machine is too slow."""
    page = (filler * 5000)[:5000]

    def seconds(filling: str) -> float:
        began = time.process_time()
        read_facts([CLEAN + filling, *[filling] * 49])
        return time.process_time() - began

    plain = min(seconds(("zwykły tekst uchwały bez niczego. " * 200)[:5000]) for _ in range(2))
    assert seconds(page) < 20 * plain
