"""A question asked within one document: its pages that answer, and the words on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from indexer.highlight import Highlighter, Passage, Piece
from indexer.marks import Marks
from indexer.polish import normalise, shared_analyser
from indexer.query import QueryLanguage


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
    """Answers one question within one document; words in any form, as in the search itself."""

    def __init__(self, question: str) -> None:
        self._tree = _language().parse(question).tree
        self._marks = Marks(self._tree, shared_analyser(), {})

    def pages(self, texts: Sequence[str]) -> list[PageHit]:
        """Return the pages that answer, in their order: those with every word, if there are any."""
        answered = {
            number: {*self._marks.marked(self._marks.tokens(normalise(text))).values()}
            for number, text in enumerate(texts, start=1)
        }
        most = max(map(len, answered.values()), default=0)
        highlighter = Highlighter(self._tree)
        return [
            PageHit(number, Passage(number, highlighter.passage([texts[number - 1]]).pieces))
            for number, leaves in answered.items()
            if leaves and len(leaves) == most
        ]

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
        spans = self._spans(text)
        ends = [*starts, len(text)][1:]
        return frozenset(
            place
            for place, (start, end) in enumerate(zip(starts, ends, strict=True))
            if any(begin < end and start < stop for begin, stop in spans)
        )

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the words that answer stand in a normalised text, none within another."""
        tokens = self._marks.tokens(text)
        spans: list[tuple[int, int]] = []
        found = ((tokens[place].start, tokens[place].end) for place in self._marks.marked(tokens))
        for start, stop in sorted(found):
            if not spans or start >= spans[-1][1]:
                spans.append((start, stop))
        return spans
