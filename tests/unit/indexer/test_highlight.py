"""A passage shows where a document answers, and marks the words that do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.highlight import Highlighter, Passage, passage
from indexer.polish import normalise, shared_analyser
from indexer.query import QueryLanguage

LANGUAGE = QueryLanguage(shared_analyser())
FILLER = "Niniejsze zdanie niczego nie mówi i tylko zajmuje miejsce. " * 12


def shown(text: str, *pages: str) -> Passage:
    return passage(LANGUAGE.parse(text).tree, pages)


def marked(found: Passage) -> list[str]:
    return [text for text, is_marked in found.pieces if is_marked]


@pytest.mark.parametrize(
    ("query", "text", "marks"),
    [
        ("uchwała", "Rada podjęła uchwałę o statucie.", ["uchwałę"]),
        ("UCHWAŁAMI", "Treść uchwał: brak.", ["uchwał"]),
        ("plan*", "Plany i planowanie to plan.", ["Plany", "planowanie", "plan"]),
        ("budrzet~", "Wykonanie: budżet gminy.", ["budżet"]),
        ("XLV/312/18", "zmiana uchwały nr XLV/312/2018 Rady", ["XLV/312/2018"]),
        ("312", "zmiana uchwały nr XLV/312/2018 Rady", ["312"]),
        (
            '"plan miejscowy"',
            "Plan. Miejscowy plan miejscowy.",
            ["Plan", "Miejscowy", "plan", "miejscowy"],
        ),
        (
            '"zmiana planu"~1',
            "zmiana tego planu, nie zmiana wielu innych planów",
            ["zmiana", "planu"],
        ),
        ("budżet -plan", "budżet i plan", ["budżet"]),
        ("budżet LUB plan", "budżet i plan", ["budżet", "plan"]),
        ("rok:2018 budżet", "budżet na 2018", ["budżet"]),
    ],
)
def test_words_are_marked_as_engines_find_them(query: str, text: str, marks: list[str]) -> None:
    found = shown(query, text)
    assert marked(found) == marks


def test_the_text_of_a_passage_is_that_of_the_page() -> None:
    assert shown("statut", "Nadaje się  statut\ngminie.").text == "Nadaje się statut gminie."


def test_the_page_that_answers_most_is_chosen_and_counted_from_one() -> None:
    found = shown("budżet statut", "budżet", FILLER, "statut i budżet gminy", "statut i budżet")
    assert (found.page, marked(found)) == (3, ["statut", "budżet"])


def test_a_phrase_outweighs_its_words_apart() -> None:
    apart = "plan gminy, wpis miejscowy"
    assert shown('"plan miejscowy"', apart, "to jest plan miejscowy wsi").page == 2


def test_a_passage_is_cut_from_a_long_text_around_the_answer() -> None:
    found = shown("statut", FILLER + "Uchwala się statut gminy. " + FILLER)
    assert marked(found) == ["statut"]
    assert found.text.startswith("…")
    assert found.text.endswith("…")
    assert len(found.text) < 300


def test_answers_far_apart_do_not_pull_what_is_between_them_into_one_passage() -> None:
    found = shown("statut herb", f"Statut gminy. {FILLER} Herb gminy. {FILLER} Statut i herb.")
    assert marked(found) == ["Statut", "herb"]
    assert len(found.text) < 300
    alone = shown("statut", f"{FILLER} Statut gminy. {FILLER} {FILLER} Statut wsi. {FILLER}")
    assert marked(alone) == ["Statut"]
    assert len(alone.text) < 300


def test_where_nothing_answers_the_text_begins() -> None:
    assert shown("statut", "", "  Plan  miejscowy ") == Passage(2, (("Plan miejscowy", False),))
    assert shown("", FILLER).text.endswith("…")
    assert shown("statut").pieces == ()


def test_markup_in_a_text_stays_text() -> None:
    assert shown("statut", "<b>statut</b> & reszta").text == "<b>statut</b> & reszta"


def test_words_typed_without_diacritics_are_marked_by_what_the_index_knows() -> None:
    tree = LANGUAGE.parse("sciezkom").tree
    highlighter = Highlighter(tree, terms={"sciezkom": ("sciezka", "sciezkom")})
    assert marked(highlighter.passage(["remont ścieżek"])) == ["ścieżek"]


texts = st.text(max_size=300) | st.lists(
    st.sampled_from(["plan", "planu", "statut", "XLV/1/2018", "—", "\n", "x" * 400]), max_size=60
).map(" ".join)


@given(
    pages=st.lists(texts, max_size=3),
    query=st.sampled_from(["plan", "plan* statut", '"plan statut"~2', "XLV/1/18", "plna~", "xx*"]),
)
def test_a_passage_of_any_text_comes_from_one_of_its_pages(pages: list[str], query: str) -> None:
    found = passage(LANGUAGE.parse(query).tree, pages)
    assert 1 <= found.page <= max(1, len(pages))
    assert all(text for text, _ in found.pieces)
    assert len(found.text) <= 600
    if found.pieces:
        page = "".join(normalise(pages[found.page - 1]).split())
        assert "".join(found.text.strip("…").split()) in page
