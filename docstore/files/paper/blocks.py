"""What a new document is made of, without a word of how it is drawn."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Align = Literal["left", "center", "right", "justify"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title: level 1 is the document's own, 2 and 3 stand inside it."""

    text: str
    level: Literal[1, 2, 3] = 1
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; line breaks in it are kept."""

    text: str
    align: Align = "left"
    bold: bool = False
    italic: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A point of a list with its label ("1.", "a)", "§ 2.") hanging before it."""

    label: str
    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header that is repeated on each page; `widths` are shares of the line.

    `right` are the places of columns, from 0, that hold figures and are set to the right.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Space:
    """Empty height, in points."""

    points: float = 12.0


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Item | Table | Space | PageBreak
_KINDS: Mapping[str, type[Block]] = {
    kind.__name__: kind for kind in (Heading, Paragraph, Item, Table, Space, PageBreak)
}


@dataclass(frozen=True, slots=True)
class PageSet:
    """One new PDF: `footer` may hold `{page}` and `{pages}`, `header` stands above each page.

    `made_at`, an ISO moment, is what the file says of its making; now when empty.
    """

    blocks: tuple[Block, ...]
    target: Path
    title: str
    language: str = "pl"
    author: str = ""
    header: str = ""
    footer: str = ""
    made_at: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the set as JSON can hold it."""
        blocks = [{"kind": type(block).__name__, **asdict(block)} for block in self.blocks]
        return {**asdict(self), "blocks": blocks, "target": str(self.target)}


def page_set(values: Mapping[str, Any]) -> PageSet:
    """Return the set that `PageSet.as_dict` gave away."""
    blocks = tuple(_block(block) for block in values["blocks"])
    return PageSet(**{**values, "blocks": blocks, "target": Path(values["target"])})


def _block(values: Mapping[str, Any]) -> Block:
    fields = {name: _frozen(value) for name, value in values.items() if name != "kind"}
    return _KINDS[values["kind"]](**fields)


def _frozen(value: Any) -> Any:
    """Return JSON's lists as the tuples that they were."""
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
