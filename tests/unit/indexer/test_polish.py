"""The analyser makes of Polish words the terms they are found by."""

import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.polish import PolishAnalyser, fold, normalise, shared_analyser, words

ANALYSER = shared_analyser()


def unknown(_form: str) -> Iterable[str]:
    """Stand for an index that knows no form."""
    return ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("uchwałę", "uchwałami"),
        ("UCHWAŁA", "uchwał"),
        ("budżetu", "Budżet"),
        ("psów", "pies"),
        ("Piechowicach", "Piechowice"),
        ("piechowicach", "Piechowice"),
        ("nieruchomości", "nieruchomość"),
        ("radnych", "radny"),
    ],
)
def test_forms_of_a_word_share_a_term(one: str, other: str) -> None:
    assert set(ANALYSER.terms(one)) & set(ANALYSER.terms(other))


def test_a_word_keeps_its_folded_surface_form() -> None:
    assert fold("Żółtą") in ANALYSER.terms("Żółtą")


def test_an_ending_cut_off_is_not_the_word() -> None:
    assert "byc" not in ANALYSER.terms("zrobiłem")


@pytest.mark.parametrize(("text", "folded"), [("ŁÓDŹ", "lodz"), ("ﬁnanse", "finanse"), ("½", "12")])
def test_folding_keeps_letters_and_digits_alone(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_parts_of_a_decomposed_letter_are_one_word() -> None:
    decomposed = unicodedata.normalize("NFD", "ścieżka")
    assert words(normalise(decomposed)) == ["ścieżka"]
    assert words(normalise("bud\N{SOFT HYPHEN}żet")) == ["budżet"]


def test_an_acts_number_is_a_unit_beside_its_parts() -> None:
    tokens = list(ANALYSER.tokens("nr XLV/312/18 z"))
    assert [(token.position, token.terms[0]) for token in tokens] == [
        (0, "nr"),
        (1, "xlv/312/2018"),
        (1, "xlv"),
        (2, "312"),
        (3, "18"),
        (4, "z"),
    ]
    assert tokens[1].start == 3
    assert tokens[1].end == 13


class TestQueryTerms:
    def test_the_index_tells_what_lies_behind_a_form_without_diacritics(self) -> None:
        def lemmas_of(form: str) -> list[str]:
            return {"sciezkami": ["sciezka"]}.get(form, [])

        assert "sciezka" in ANALYSER.query_terms("sciezkami", lemmas_of)

    @pytest.mark.parametrize(
        ("typed", "lemma"),
        [("uchwalami", "uchwala"), ("sciezki", "sciezka"), ("lodz", "lodz"), ("zolwie", "zolw")],
    )
    def test_a_form_that_the_index_never_met_is_restored_by_trial(
        self, typed: str, lemma: str
    ) -> None:
        assert lemma in ANALYSER.query_terms(typed, unknown)

    def test_a_word_of_the_dictionary_is_taken_as_typed(self) -> None:
        assert ANALYSER.query_terms("rada", unknown) == ANALYSER.terms("rada")

    def test_nonsense_stands_for_itself(self) -> None:
        assert ANALYSER.query_terms("xqzvw", unknown) == ("xqzvw",)


def test_hidden_forms_name_only_what_the_folded_form_does_not_reveal() -> None:
    assert ("sciezkami", "sciezka") in ANALYSER.hidden_forms("ścieżkami")
    assert ANALYSER.hidden_forms("plan") == ()


@given(st.text(max_size=200))
def test_tokens_of_any_text_lie_in_it_in_order(text: str) -> None:
    text = normalise(text)
    last = -1
    for token in ANALYSER.tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.start >= last
        assert token.terms
        assert all(term and not set(term) & set(" \t\n|") for term in token.terms)
        last = token.start


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=80))
def test_folding_twice_changes_nothing(word: str) -> None:
    assert fold(fold(word)) == fold(word)


def test_many_threads_share_one_analyser() -> None:
    analyser = PolishAnalyser(cached_words=8)
    forms = ["uchwały", "psów", "Rady", "budżetu", "gminie", "planów", "statutem", "sesji"] * 50
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(analyser.terms, forms)) == [ANALYSER.terms(form) for form in forms]


def test_the_version_names_the_dictionary() -> None:
    assert "sgjp" in ANALYSER.version
