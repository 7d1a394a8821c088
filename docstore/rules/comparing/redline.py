"""Two versions of a text as one: what stayed, what came, what went, and what stands elsewhere."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from docstore.rules.comparing.alignment import NONE, Budget, align
from docstore.rules.comparing.blocks import Block as Block
from docstore.rules.comparing.blocks import Fate as Fate
from docstore.rules.comparing.blocks import Piece as Piece
from docstore.rules.comparing.blocks import Said as Said
from docstore.rules.comparing.pairing import pair
from docstore.rules.comparing.units import Place, Text, keys_of
from docstore.rules.comparing.writer import Writer


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a text is beside an older one."""

    blocks: tuple[Block, ...]
    old: Text
    new: Text

    @property
    def is_same(self) -> bool:
        """Tell whether nothing changed, numbers included; two readings of one word are the same."""
        return all(each.fate is Fate.SAME for each in self.blocks)

    @property
    def unsure(self) -> int:
        """Return how often a difference may be one of reading a scan."""
        doubts = frozenset({Said.UNSURE, Said.OTHERWISE})
        return sum(
            is_doubt
            for each in self.blocks
            for is_doubt, _ in groupby(each.pieces, lambda piece: piece.said in doubts)
        )

    def pages_now(self) -> list[int]:
        """Return the pages of the new text where something came or stands now."""
        return sorted({page for each in self.blocks for page in _pages_now(self.new, each)})

    def pages_then(self) -> list[int]:
        """Return the pages of the old text from which something went."""
        return sorted({page for each in self.blocks for page in _pages_then(self.old, each)})

    def added_on(self, page: int) -> set[int]:
        """Return the places of the words that came, on a page of the new text."""
        return self._on(page, Said.ADDED, self.new)

    def removed_on(self, page: int) -> set[int]:
        """Return the places of the words that went, on a page of the old text."""
        return self._on(page, Said.REMOVED, self.old)

    def _on(self, page: int, said: Said, text: Text) -> set[int]:
        return {
            place
            for block in self.blocks
            for piece in block.pieces
            if piece.said is said
            for place in range(piece.start, piece.end)
            if text.pages[place] == page
        }


def drawn_words(text: Text, page: int, places: Collection[int], drawn: Sequence[str]) -> set[int]:
    """Return which of the words drawn on a page are the ones at these places of its text."""
    own = [place for place, number in enumerate(text.pages) if number == page]
    keys = keys_of(drawn)
    found = align([text.keys[place] for place in own], [key for key, _ in keys], Budget())
    return {
        each
        for number, at in enumerate(found)
        if at != NONE and own[at] in places
        for each in keys[number][1]
    }


def compare(old: Text, new: Text) -> Comparison:
    """Compare a text with an older one; every word of both is in the answer once."""
    return Comparison(tuple(Writer(old, new, pair(old, new)).blocks()), old, new)


def _pages_now(text: Text, block: Block) -> Iterator[int]:
    if block.now is None or block.fate in {Fate.SAME, Fate.LEFT}:
        return
    yield from (
        page
        for p in block.pieces
        if p.said is Said.ADDED
        for page in text.pages[p.start : p.end] or [block.now.page]
    )
    if block.fate is Fate.MOVED or not any(p.said is Said.ADDED for p in block.pieces):
        yield block.now.page


def _pages_then(text: Text, block: Block) -> Iterator[int]:
    if block.was is None or block.fate in {Fate.SAME, Fate.LEFT}:
        return
    yield from (
        page
        for p in block.pieces
        if p.said is Said.REMOVED
        for page in text.pages[p.start : p.end] or [block.was.page]
    )
    if block.fate in {Fate.MOVED, Fate.RENUMBERED}:
        yield block.was.page


def place_name(place: Place) -> str:
    """Return a place as acts name it: "§ 3 ust. 2 pkt 1 lit. a", in an annex with its name."""
    signs = {"section": "§", "article": "art.", "passage": "ust.", "point": "pkt", "letter": "lit.",
             "dash": "tiret"}  # fmt: skip
    marks = " ".join(f"{signs[kind]} {number}".strip() for kind, number in place.marks)
    return ", ".join(filter(None, (place.part, marks)))
