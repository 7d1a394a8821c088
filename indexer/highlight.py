"""The passage of a text that answers a query best, with the words that do so told apart.

Whoosh's fragmenter and scorer choose it; analysis and matching are ours. Text stays text: who
shows a passage escapes it and marks the pieces that are marked here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whoosh.analysis import Token as WhooshToken  # type: ignore[import-untyped]  # no stubs
from whoosh.highlight import (  # type: ignore[import-untyped]  # Whoosh has no stubs
    BasicFragmentScorer,
    ContextFragmenter,
)

from indexer.marks import Marks
from indexer.polish import PolishAnalyser, Token, normalise, shared_analyser, word_spans
from indexer.tree import Tree

_LIMIT = 240
# Pages looked at closely, of those whose words promise most.
_CANDIDATES = 3
_CANDIDATES_FOR_PHRASES = 20
_BLANKS = re.compile(r"\s+")
_ELLIPSIS = "…"
# Signs that are taken along with the first and the last word of a passage.
_MOST_SIGNS = 9

Piece = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document: its page, counted from 1, and its text in pieces, marked or not."""

    page: int
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """Return the passage without its marks."""
        return "".join(text for text, _ in self.pieces)


class Highlighter:
    """Finds passages for one query; what it learns about words in one text serves the next.

    `terms` come with the answer of an engine and let words typed without diacritics be marked.
    Passages are about `limit` characters long.
    """

    def __init__(
        self,
        tree: Tree,
        *,
        terms: Mapping[str, tuple[str, ...]] | None = None,
        limit: int = _LIMIT,
        analyser: PolishAnalyser | None = None,
    ) -> None:
        self._analyser = analyser or shared_analyser()
        self._marks = Marks(tree, self._analyser, terms or {})
        self._limit = limit

    def passage(self, pages: Sequence[str]) -> Passage:
        """Return the passage that answers best; where nothing answers, the beginning."""
        best: tuple[float, int, Passage] | None = None
        for number in self._promising(pages) if self._marks.leaves else ():
            text = normalise(pages[number])
            tokens = self._marks.tokens(text)
            marked = self._marks.marked(tokens)
            for score, fragment in _fragments(tokens, marked, text, self._limit):
                if best is None or (score, -number) > best[:2]:
                    found = Passage(number + 1, _pieces(text, fragment, self._limit))
                    best = (score, -number, found)
            if len({*marked.values()}) == len(self._marks.leaves):
                break
        return best[2] if best else _beginning(pages, self._limit)

    def _promising(self, pages: Sequence[str]) -> Sequence[int]:
        """Return the pages worth a close look, those with most of the query first."""
        if len(pages) <= 1:
            return range(len(pages))
        counts: dict[int, int] = {}
        for number, page in enumerate(pages):
            counts[number] = len(self._marks.likely(normalise(page)))
            if counts[number] == len(self._marks.leaves) and not self._marks.has_phrases:
                break  # a later page cannot have more; only of phrases one cannot be sure yet
        answering = [number for number, count in counts.items() if count]
        most = _CANDIDATES_FOR_PHRASES if self._marks.has_phrases else _CANDIDATES
        return sorted(answering, key=lambda number: (-counts[number], number))[:most]


def passage(tree: Tree, pages: Sequence[str], *, limit: int = _LIMIT) -> Passage:
    """Return the passage of one text that answers `tree` best."""
    return Highlighter(tree, limit=limit).passage(pages)


def _fragments(
    tokens: Sequence[Token], marked: Mapping[int, int], text: str, limit: int
) -> Iterator[tuple[float, Any]]:
    """Yield Whoosh's fragments around the marked words with their scores."""
    fragmenter = ContextFragmenter(maxchars=limit * 2 // 3, surround=limit // 4, charlimit=None)
    scorer = BasicFragmentScorer()
    for fragment in fragmenter.fragment_tokens(text, _whoosh_tokens(tokens, marked, text, limit)):
        if fragment.matches:
            yield scorer(fragment), fragment


def _whoosh_tokens(
    tokens: Sequence[Token], marked: Mapping[int, int], text: str, reach: int
) -> Iterator[Any]:
    """Yield tokens as Whoosh's fragmenter takes them; each is named after the leaf it answers.

    The scorer prefers fragments with many names, so it prefers those that answer most leaves. Of
    the words that answer nothing, only those within reach of one that does are looked at.
    """
    shared = WhooshToken()
    shared.boost = 1.0
    last = 0
    for place in _densest(tokens, marked, reach):
        token = tokens[place]
        if token.start < last:
            continue  # a part of an act's number, within its unit
        if token.start - last > 2 * reach:
            yield from _silent_tokens(shared, text, last, last + reach)
            last = token.start - reach
        yield from _silent_tokens(shared, text, last, token.start)
        shared.startchar, shared.endchar = token.start, token.end
        shared.matched, shared.text = True, str(marked[place])
        yield shared
        last = token.end
    yield from _silent_tokens(shared, text, last, last + reach)


def _densest(tokens: Sequence[Token], marked: Mapping[int, int], width: int) -> list[int]:
    """Return the marked tokens of the stretch that answers most, as Whoosh's scorer counts it.

    A word that stands everywhere would make a fragment of every line, all of them to be weighed.
    """
    places = sorted(marked)
    best: list[int] = []
    most = end = 0
    for begin, place in enumerate(places):
        while end < len(places) and tokens[places[end]].start < tokens[place].start + width:
            end += 1
        worth = (end - begin) * len({marked[each] for each in places[begin:end]})
        if worth > most:
            best, most = places[begin:end], worth
    return best


def _silent_tokens(shared: Any, text: str, start: int, end: int) -> Iterator[Any]:
    shared.text = ""
    for shared.startchar, shared.endchar in word_spans(text, start, end):
        shared.matched = False
        yield shared


def _pieces(text: str, fragment: Any, limit: int) -> tuple[Piece, ...]:
    """Return a fragment's text, cut where marks begin and end."""
    end = max([fragment.endchar, *(match.endchar for match in fragment.matches)])
    place, end = _with_signs(text, fragment.startchar, end)
    pieces: list[Piece] = [(_ELLIPSIS, False)] if text[:place].strip() else []
    for match in sorted(fragment.matches, key=lambda match: match.startchar):
        if match.endchar <= place:
            continue
        pieces.append((text[place : match.startchar], False))
        pieces.append((text[max(place, match.startchar) : match.endchar], True))
        place = match.endchar
    pieces.append((text[place:end], False))
    if text[end:].strip():
        pieces.append((_ELLIPSIS, False))
    return _tidy(pieces, 2 * limit)


def _with_signs(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span with the signs that stand close to it: brackets, quotes, a full stop."""
    for _ in range(_MOST_SIGNS):
        start -= start > 0 and _is_sign(text[start - 1])
        end += end < len(text) and _is_sign(text[end])
    return start, end


def _is_sign(character: str) -> bool:
    return not (character.isspace() or character.isalnum())


def _tidy(pieces: Sequence[Piece], longest: int) -> tuple[Piece, ...]:
    """Return pieces with single blanks, none empty, neighbours of a kind joined, not too long."""
    tidy: list[Piece] = []
    left = longest
    for raw, is_marked in pieces:
        text = _BLANKS.sub(" ", raw)[:left]
        if tidy and tidy[-1][0].endswith(" "):
            text = text.lstrip()
        left -= len(text)
        if text and tidy and tidy[-1][1] == is_marked:
            tidy[-1] = (tidy[-1][0] + text, is_marked)
        elif text:
            tidy.append((text, is_marked))
    return tuple(tidy)


def _beginning(pages: Sequence[str], limit: int) -> Passage:
    """Return the beginning of the first page that has text."""
    for number, page in enumerate(pages, start=1):
        text = _BLANKS.sub(" ", normalise(page)).strip()
        if text:
            if len(text) <= limit:
                return Passage(number, ((text, False),))
            cut = text[:limit].rpartition(" ")[0] or text[:limit]
            return Passage(number, ((cut + _ELLIPSIS, False),))
    return Passage(1, ())
