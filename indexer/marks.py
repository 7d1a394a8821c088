"""Which words of a text answer a query."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache

from whoosh.support.levenshtein import (  # type: ignore[import-untyped]  # Whoosh has no stubs
    damerau_levenshtein,
)

from indexer import numbers
from indexer.polish import PolishAnalyser, Token, words
from indexer.tree import Fuzzy, Number, Phrase, Prefix, TextLeaf, Tree, Word, text_leaves

# A leaf's place among the leaves of the query; a text may answer several.
Leaf = int


class Marks:
    """Finds the leaves of one query in texts.

    `terms` tells what a typed word stands for in the index; without it, what the analyser says.
    """

    def __init__(
        self, tree: Tree, analyser: PolishAnalyser, terms: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._analyser = analyser
        self._terms = terms
        self.leaves = tuple(dict.fromkeys(text_leaves(tree)))
        self._has_numbers = any(isinstance(leaf, Number) for leaf in self.leaves)
        # What leaves are answered by: these very terms, or terms that pass a test.
        self._exact: dict[str, set[Leaf]] = {}
        self._tests: list[tuple[Leaf, Callable[[str], bool]]] = []
        for place, leaf in enumerate(self.leaves):
            self._note(place, leaf)
        self._phrases = {
            place: (leaf, [frozenset(self._meant(word)) for word in leaf.words])
            for place, leaf in enumerate(self.leaves)
            if isinstance(leaf, Phrase)
        }
        self._wanted = frozenset(self._exact).union(
            *(slot for _, slots in self._phrases.values() for slot in slots)
        )
        self._answers = cache(self._leaves_of)
        self._slots = cache(self._slots_of)
        self._answering = cache(self._answering_words)
        # Words tried by the tests, and those that passed one.
        self._tried: set[str] = set()
        self._passed: set[str] = set()

    @property
    def has_phrases(self) -> bool:
        """Tell whether the query has phrases, which `likely` cannot be sure of."""
        return bool(self._phrases)

    def likely(self, text: str) -> set[Leaf]:
        """Return the leaves a text may answer, at the price of a look at its distinct words."""
        found: set[Leaf] = set()
        slots: set[tuple[Leaf, int]] = set()
        acts = numbers.ACT_NUMBER.finditer(text) if self._has_numbers else ()
        for terms in (
            *map(self._analyser.terms, self._answering(text)),
            *map(numbers.keys, acts),
        ):
            found |= self._answers(terms)
            slots |= self._slots(terms)
        for place, (phrase, _) in self._phrases.items():
            if all((place, slot) in slots for slot in range(len(phrase.words))):
                found.add(place)
        return found

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens of a normalised text that may answer a leaf.

        They have positions where the query has phrases, which alone depend on them.
        """
        if self._phrases or self._has_numbers:
            return list(self._analyser.tokens(text, only=self._answering(text)))
        return sorted(self._alone(text))

    def _alone(self, text: str) -> Iterator[Token]:
        """Yield the words that may answer, each by itself: of no other is it asked where it is."""
        for word in self._answering(text):
            terms = self._analyser.terms(word)
            for start in _places(text, word):
                yield Token(start, start + len(word), 0, terms)

    def _answering_words(self, text: str) -> frozenset[str]:
        """Return the distinct words of a text that may answer a leaf."""
        distinct = frozenset(words(text))
        answering = self._analyser.vocabulary.having(self._wanted, distinct)
        if not self._tests:
            return answering
        new = distinct - self._tried
        terms = map(self._analyser.terms, new)
        self._passed |= {word for word, its in zip(new, terms, strict=True) if self._passes(its)}
        self._tried |= new
        return answering | (distinct & self._passed)

    def _passes(self, terms: tuple[str, ...]) -> bool:
        for _, test in self._tests:
            for term in terms:
                if test(term):
                    return True
        return False

    def marked(self, tokens: Sequence[Token]) -> dict[int, Leaf]:
        """Return which tokens answer a leaf, by their place among `tokens`."""
        found: dict[int, Leaf] = {}
        for place, token in enumerate(tokens):
            for leaf in sorted(self._answers(token.terms))[:1]:
                found[place] = leaf
        for leaf, (phrase, slots) in self._phrases.items():
            for place in _in_sequence(tokens, slots, phrase.gap):
                found.setdefault(place, leaf)
        return found

    def _leaves_of(self, terms: tuple[str, ...]) -> frozenset[Leaf]:
        """Return the leaves that any of the terms of one place answers."""
        found = {leaf for term in terms for leaf in self._exact.get(term, ())}
        if self._tests:
            found |= {leaf for leaf, test in self._tests if any(map(test, terms))}
        return frozenset(found)

    def _slots_of(self, terms: tuple[str, ...]) -> frozenset[tuple[Leaf, int]]:
        """Return the places in phrases that any of the terms of one place fills."""
        return frozenset(
            (place, number)
            for place, (_, slots) in self._phrases.items()
            for number, slot in enumerate(slots)
            if not slot.isdisjoint(terms)
        )

    def _note(self, place: Leaf, leaf: TextLeaf) -> None:
        """Note what answers a leaf; phrases are looked for apart."""
        match leaf:
            case Word(text):
                for term in self._meant(text):
                    self._exact.setdefault(term, set()).add(place)
            case Number(key):
                self._exact.setdefault(key, set()).add(place)
            case Prefix(text):
                self._tests.append((place, lambda term: term.startswith(text)))
            case Fuzzy(text, distance):
                self._tests.append((place, lambda term: _near(text, term, distance)))

    def _meant(self, word: str) -> tuple[str, ...]:
        return self._terms.get(word) or self._analyser.terms(word)


def _places(text: str, word: str) -> Iterator[int]:
    """Yield where a word stands in a text as a whole word."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            yield start
        start = text.find(word, start + 1)


def _near(text: str, term: str, distance: int) -> bool:
    """Tell whether two words are at most `distance` mistakes apart."""
    if abs(len(text) - len(term)) > distance:
        return False
    # A mistake changes one letter into another at most; nearly every word is told apart so.
    if len(set(text) ^ set(term)) > 2 * distance:
        return False
    return bool(damerau_levenshtein(text, term, limit=distance) <= distance)


def _in_sequence(
    tokens: Sequence[Token], slots: Sequence[frozenset[str]], gap: int
) -> Iterator[int]:
    """Yield the places of tokens that together are a phrase with at most `gap` words within."""
    for start, token in enumerate(tokens):
        if not slots[0].isdisjoint(token.terms):
            end = token.position + len(slots) + gap
            window = list(_until(tokens, start + 1, end))
            yield from _rest(tokens, [start], window, slots[1:])


def _rest(
    tokens: Sequence[Token],
    found: list[int],
    window: Iterable[int],
    slots: Sequence[frozenset[str]],
) -> list[int]:
    """Return the places of a phrase begun, each word the next one in order; none if it breaks."""
    last = tokens[found[0]].position
    for slot in slots:
        place = next(
            (
                place
                for place in window
                if tokens[place].position > last and not slot.isdisjoint(tokens[place].terms)
            ),
            None,
        )
        if place is None:
            return []
        found.append(place)
        last = tokens[place].position
    return found


def _until(tokens: Sequence[Token], start: int, end: int) -> Iterator[int]:
    """Yield the places of tokens from `start` that stand before word `end`."""
    for place in range(start, len(tokens)):
        if tokens[place].position >= end:
            return
        yield place
