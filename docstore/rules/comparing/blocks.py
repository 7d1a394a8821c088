"""What a redline is made of: the units of either text with their fates, and pieces of words."""

from dataclasses import dataclass
from enum import StrEnum

from docstore.rules.comparing.units import Text, Unit


class Said(StrEnum):
    """What became of some words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    UNSURE = "unsure"
    """They differ from others as a program reads one scanned word in two ways."""
    OTHERWISE = "otherwise"
    """The other reading of what is unsure: the old text's."""


class Fate(StrEnum):
    """What became of a unit."""

    SAME = "same"
    CHANGED = "changed"
    RENUMBERED = "renumbered"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    """It stands elsewhere now, and may have changed."""
    LEFT = "left"
    """It stood here; its words are shown where it stands now."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row that share a fate, as they are written."""

    said: Said
    text: str
    start: int
    """The first of the words in its text: the old one for what it alone has, else the new one. A
    mark is no word: it begins where it ends."""
    end: int
    glued: bool
    """Whether it follows the piece before without a space."""


@dataclass(frozen=True, slots=True)
class Block:
    """A unit of either text with its fate; the new text's in their order, the old one's between."""

    fate: Fate
    now: Unit | None
    was: Unit | None
    pieces: tuple[Piece, ...]

    @property
    def unit(self) -> Unit:
        """Return the unit as it stands now, or as it stood."""
        unit = self.now or self.was
        assert unit is not None  # noqa: S101 - one of the two is always there
        return unit

    @property
    def is_changed(self) -> bool:
        """Tell whether its words or its place are others than they were; a number alone is not."""
        return self.fate not in {Fate.SAME, Fate.RENUMBERED, Fate.LEFT}

    @property
    def is_unsure(self) -> bool:
        """Tell whether words of it may have been read otherwise from a scan."""
        return any(piece.said in {Said.UNSURE, Said.OTHERWISE} for piece in self.pieces)

    @property
    def has_new_words(self) -> bool:
        """Tell whether words of it came or went."""
        return any(piece.said in {Said.ADDED, Said.REMOVED} for piece in self.pieces)


def written(text: Text, start: int, end: int) -> str:
    """Return words as they are written, one space or none between them."""
    return "".join(
        word if place == start or text.glued[place] else f" {word}"
        for place, word in enumerate(text.words[start:end], start=start)
    )
