"""A written paper as a row of blocks, and the light markup in which `texts/` keeps it.

One line is one block. `#`, `##`, `###` open headings; `§ 1.`, `1.`, `1)`, `a)` open units of an
act; `-` opens a bullet; lines between `|` are rows of a table, the first its head. Lines with `@`
are places that depend on the paper: `@page`, `@right TEXT`, `@center TEXT`, `@signature`,
`@justification` and `@annex LABEL`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the paper's own."""

    text: str
    level: Literal[1, 2, 3]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    align: Align = "left"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of an act: depth 0 is a paragraph (§), then ustęp, punkt, litera."""

    mark: str
    text: str
    depth: int


@dataclass(frozen=True, slots=True)
class Bullet:
    """One entry of a list without numbers."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first row is its head."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, under the text on the right."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The rest begins on a new page."""


Block = Heading | Text | Unit | Bullet | Table | Signature | PageBreak


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the places marked with `@` stand for in one paper."""

    reference: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()


_UNIT = re.compile(r"(§ \d+[a-z]?\.|\d+[a-z]?\.|\d+[a-z]?\)|[a-z]\)) (.+)")
_HEADING = re.compile(r"(#{1,3}) (.+)")
_LEVELS: Mapping[str, Literal[1, 2, 3]] = {"#": 1, "##": 2, "###": 3}
_LINE_LETTERS = 88
_LEAST_LETTERS = 4
# A head is bold, and a substitute font may be wider still.
_BOLD = 1.2
_FIGURE = re.compile(r"[+\-–]?\d{1,3}(?:[ \u00a0]?\d{3})*(?:,\d+)?%?|[+\-–]?\d+(?:,\d+)?%?")


def read_blocks(text: str, frame: Frame) -> Iterator[Block]:
    """Read the markup; a line that begins with no mark is a paragraph."""
    rows: list[tuple[str, ...]] = []
    for line in (raw.strip() for raw in text.splitlines()):
        if line.startswith("|"):
            rows.append(tuple(cell.strip() for cell in line.strip("|").split("|")))
            continue
        if rows:
            yield Table(tuple(rows))
            rows = []
        if line:
            yield from _read_line(line, frame)
    if rows:
        yield Table(tuple(rows))


def _read_line(line: str, frame: Frame) -> Iterator[Block]:
    """Read one line that is no row of a table."""
    if line.startswith("@"):
        yield from _read_place(line, frame)
    elif line.startswith("- "):
        yield Bullet(line[2:])
    elif heading := _HEADING.fullmatch(line):
        yield Heading(heading[2], _LEVELS[heading[1]])
    elif unit := _UNIT.fullmatch(line):
        yield Unit(unit[1], unit[2], _depth(unit[1]))
    else:
        yield Text(line)


def _depth(mark: str) -> int:
    """Return how deep in an act a mark stands."""
    if mark.startswith("§"):
        return 0
    if mark.endswith("."):
        return 1
    return 2 if mark[0].isdigit() else 3


def _read_place(line: str, frame: Frame) -> Iterator[Block]:
    """Fill one place that depends on the paper."""
    name, _, rest = line.partition(" ")
    match name:
        case "@page":
            yield PageBreak()
        case "@right":
            yield Text(rest, "right")
        case "@center":
            yield Text(rest, "center", bold=True)
        case "@signature":
            yield Signature((rest,) if rest else frame.signature)
        case "@justification":
            yield PageBreak()
            yield Heading("Uzasadnienie", 1)
        case "@annex":
            yield PageBreak()
            for part in (rest, *frame.reference):
                yield Text(part, "right")
        case _:
            raise ValueError(line)


def is_figure(cell: str) -> bool:
    """Tell whether a cell of a table holds an amount or a share, which stands at the right."""
    return _FIGURE.fullmatch(cell) is not None and ("," in cell or "%" in cell)


def column_shares(table: Table) -> tuple[float, ...]:
    """Share a line among the columns by their text; figures and words are not broken."""
    least, wish = [], []
    for cells in zip(*table.rows, strict=True):
        parts = [
            part for cell in cells for part in ([cell] if is_figure(cell) else cell.split(" "))
        ]
        head = max(map(len, cells[0].split(" "))) * _BOLD
        least.append(max(_LEAST_LETTERS, head, *map(len, parts)) + 3)
        wish.append(max(map(len, cells)) + 3)
    room = max(_LINE_LETTERS - sum(least), 0)
    extra = [max(more - low, 0) for more, low in zip(wish, least, strict=True)]
    return tuple(
        low + room * more / max(sum(extra), 1) for low, more in zip(least, extra, strict=True)
    )


def figure_columns(table: Table) -> tuple[int, ...]:
    """Return the places of the columns, from 0, whose cells below the head are all figures."""
    columns = [[cell for cell in cells[1:] if cell] for cells in zip(*table.rows, strict=True)]
    return tuple(
        place for place, cells in enumerate(columns) if cells and all(map(is_figure, cells))
    )
