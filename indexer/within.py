"""A question asked within one document: its pages that answer, and the words on them."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from indexer.highlight import Highlighter, Passage, Piece
from indexer.marks import Marks
from indexer.polish import fold, normalise, shared_analyser, words
from indexer.query import QueryLanguage
from indexer.tree import Phrase, TextLeaf, Word, text_leaves


@dataclass(frozen=True, slots=True)
class PageHit:
    """A page that answers, counted from 1, and its best passage."""

    page: int
    passage: Passage


@cache
def _language() -> QueryLanguage:
    """Return the language of search without the words of any council: within one text, none say."""
    return QueryLanguage(shared_analyser())


class Within:
    """Answers one question within one document; words in any form, as in the search itself.

    `texts` are those of its pages. Words typed without diacritics stand for what they are in it.
    """

    def __init__(self, question: str, texts: Sequence[str]) -> None:
        analyser = shared_analyser()
        tree = _language().parse(question).tree
        self._texts = [normalise(text) for text in texts]
        behind = _hidden(self._texts)
        leaves = text_leaves(tree)
        asked = {word for leaf in leaves for word in _words_of(leaf)}
        terms = {
            word: analyser.query_terms(word, lambda form: behind.get(form, ())) for word in asked
        }
        self._marks = Marks(tree, analyser, terms)
        self._highlighter = Highlighter(tree, terms=terms)

    @property
    def has_words(self) -> bool:
        """Tell whether the question asks for words at all, not for a year or for what is not."""
        return bool(self._marks.leaves)

    @cached_property
    def hits(self) -> list[PageHit]:
        """The pages that answer, in their order: those with every word, if there are any."""
        answered = {
            number: {*self._marks.marked(self._marks.tokens(text)).values()}
            for number, text in enumerate(self._texts, start=1)
        }
        most = max(map(len, answered.values()), default=0)
        return [
            PageHit(number, self._passage(number))
            for number, leaves in answered.items()
            if leaves and len(leaves) == most
        ]

    def _passage(self, number: int) -> Passage:
        found = self._highlighter.passage([self._texts[number - 1]])
        return Passage(number, found.pieces)

    def pieces(self, text: str) -> list[Piece]:
        """Return a text in pieces, those that answer marked."""
        text = normalise(text)
        pieces: list[Piece] = []
        end = 0
        for start, stop in self._spans(text):
            pieces += [(text[end:start], False), (text[start:stop], True)]
            end = stop
        return [*pieces, (text[end:], False)]

    def answering(self, words: Sequence[str]) -> frozenset[int]:
        """Return the places of those words of a page that answer, as they follow each other."""
        starts: list[int] = []
        text = ""
        for word in words:
            starts.append(len(text))
            text += f"{normalise(word)} "
        found: set[int] = set()
        for start, stop in self._spans(text):
            first = bisect_right(starts, start) - 1
            found.update(range(max(first, 0), bisect_left(starts, stop)))
        return frozenset(found)

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the words that answer stand in a normalised text, none within another."""
        tokens = self._marks.tokens(text)
        spans: list[tuple[int, int]] = []
        found = ((tokens[place].start, tokens[place].end) for place in self._marks.marked(tokens))
        for start, stop in sorted(found):
            if not spans or start >= spans[-1][1]:
                spans.append((start, stop))
        return spans


def _hidden(texts: Sequence[str]) -> Mapping[str, set[str]]:
    """Return what stands behind words without their diacritics, as an index would know it."""
    behind: dict[str, set[str]] = {}
    for word in {word for text in texts for word in words(text)}:
        if not word.isascii():
            behind.setdefault(fold(word), set()).update(shared_analyser().terms(word))
    return behind


def _words_of(leaf: TextLeaf) -> tuple[str, ...]:
    """Return the words of a leaf that may stand for others."""
    match leaf:
        case Word(text):
            return (text,)
        case Phrase(words):
            return words
    return ()
