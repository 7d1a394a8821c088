"""Which words of a text have some terms, however many texts were looked at before."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.vocabulary import Vocabulary

_WORDS = st.sets(st.text("abc", min_size=1, max_size=3))


def _letters(word: str) -> tuple[str, ...]:
    return tuple(word)


@given(st.lists(st.tuples(_WORDS, _WORDS)), st.integers(0, 10))
def test_it_tells_what_looking_at_every_word_would(
    looks: list[tuple[set[str], set[str]]], most: int
) -> None:
    vocabulary = Vocabulary(_letters, most)
    for texts_words, terms in looks:
        looked_at = {word for word in texts_words if not terms.isdisjoint(_letters(word))}
        assert vocabulary.having(terms, texts_words) == looked_at


def test_what_is_too_long_for_a_word_is_found_and_not_kept() -> None:
    vocabulary = Vocabulary(lambda word: (word[:3],), 10)
    strange = "abc" * 100
    for _ in range(2):
        assert vocabulary.having({"abc"}, {strange, "abcd", "xyz"}) == {strange, "abcd"}
    assert strange not in vocabulary._learned[0]


def test_a_word_is_learned_once_until_there_are_too_many() -> None:
    asked: list[str] = []

    def terms(word: str) -> tuple[str, ...]:
        asked.append(word)
        return (word,)

    vocabulary = Vocabulary(terms, 2)
    for text in ({"rada"}, {"rada", "gmina"}, {"rada", "gmina"}):
        vocabulary.having({"rada"}, text)
    assert sorted(asked) == ["gmina", "rada"]
    vocabulary.having({"rada"}, {"rada", "gmina", "sołtys"})
    vocabulary.having({"rada"}, {"rada"})
    assert asked.count("rada") == 2
