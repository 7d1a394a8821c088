"""A question within one document: which pages answer, which words, whatever is typed."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.within import Within

PAGES = (
    "Uchwała w sprawie stawek opłaty od posiadania psów.",
    "Strona bez niczego.",
    "Opłatę pobiera się od psa. Zwalnia się psy przewodników.",
)


def test_pages_with_every_word_come_alone() -> None:
    hits = Within("uchwała pies", PAGES).hits
    assert [hit.page for hit in hits] == [1]
    assert {text for text, answers in hits[0].passage.pieces if answers} == {"Uchwała", "psów"}


def test_where_no_page_has_every_word_those_with_most_come() -> None:
    assert [hit.page for hit in Within("pies opłata kosmonauta", PAGES).hits] == [1, 3]
    assert Within("kosmonauta", PAGES).hits == []


def test_words_are_told_by_their_places() -> None:
    words = PAGES[2].split()
    found = Within("pies", PAGES).answering(words)
    assert [words[place] for place in sorted(found)] == ["psa.", "psy"]


def test_a_phrase_is_marked_where_it_stands_whole() -> None:
    words = ["opłata", "od", "psa", "i", "opłata", "od", "posiadania", "psów"]
    assert Within('"opłata od posiadania"', PAGES).answering(words) == {4, 5, 6}


def test_pieces_are_the_text() -> None:
    text = "Opłata, opłaty; o płatach."
    pieces = Within("opłata", PAGES).pieces(text)
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, answers in pieces if answers] == ["Opłata", "opłaty"]


@given(question=st.text(max_size=40), text=st.text(max_size=80))
def test_whatever_is_asked_the_text_stays(question: str, text: str) -> None:
    within = Within(question, [text])
    plain = "".join(piece for piece, _ in within.pieces(text))
    assert plain == "".join(piece for piece, _ in Within("", []).pieces(text))
    words = text.split()
    assert within.answering(words) <= frozenset(range(len(words)))
    assert {hit.page for hit in within.hits} <= {1}


def test_words_typed_without_diacritics_stand_for_what_the_document_has() -> None:
    for question in ("oplaty", "uchwaly", "psow"):
        assert Within(question, PAGES).hits, question


def test_what_asks_for_no_words_is_told_from_what_finds_none() -> None:
    assert not Within("rok:2024", PAGES).has_words
    assert Within("kosmonauta", PAGES).has_words


def test_many_words_that_answer_are_told_soon() -> None:
    many = ["rada"] * 20_000
    assert len(Within("rady", [" ".join(many)]).answering(many)) == len(many)
