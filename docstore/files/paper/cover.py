"""Draws a packet's cover: whose it is, the agenda, every paper with the page where it begins."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from docstore.files.paper.plan import AgendaEntry, PacketPlan, Part
from docstore.files.paper.sheet import (
    HEIGHT,
    INK,
    LEADING,
    LEFT,
    MEASURE,
    MUTED,
    RIGHT,
    WIDTH,
    Colour,
    Sheet,
    Style,
)

_NUMBER_WIDTH = 34.0
_PAGE_WIDTH = 44.0
_INDENT = 18.0
_DEEPEST = 3
_EMBLEM = 46.0
_TITLE, _PART, _NOTE = 12.0, 11.0, 9.5
_GAP = 1.5  # between the files of an item
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the cover that leads to a merged part: page from 0, edges in PDF's own points."""

    page: int
    edges: tuple[float, float, float, float]
    part: int


@dataclass(slots=True)
class Cover:
    """The cover's PDF, the places to press, and the cover page where each entry stands."""

    pdf: bytes = b""
    pages: int = 0
    spots: list[Spot] = field(default_factory=list)
    entry_pages: list[int] = field(default_factory=list)


def draw(plan: PacketPlan) -> Cover:
    """Return the cover of a packet; its own pages count in Roman numerals."""
    sheet = Sheet(
        plan.heading, plan.language, plan.council, footer=_footer(plan), made_at=plan.made_at
    )
    cover = Cover()
    _masthead(sheet, plan)
    places = ((index, page) for index, (page, _) in enumerate(plan.merged()))
    for entry in plan.entries:
        _entry(sheet, cover, entry, places, plan)
    _notes(sheet, plan)
    cover.pdf = sheet.output()
    cover.pages = sheet.page + 1
    return cover


def note_page(plan: PacketPlan, part: Part) -> bytes:
    """Return one page that stands where a part should have been, and says so."""
    sheet = Sheet(part.title, plan.language, plan.council, made_at=plan.made_at)
    _text(sheet, plan.council, "B", _PART, colour=plan.accent)
    sheet.y += 10
    sheet.rule()
    sheet.y = HEIGHT / 3
    _text(sheet, part.title, "B", 16)
    sheet.y += 8
    _text(sheet, plan.labels.missing.replace("{title}", part.title), "", 12)
    return sheet.output()


def _footer(plan: PacketPlan) -> Callable[[int, int], str]:
    """Return the line at the foot: the meeting and the page, in Roman numerals from the second."""
    return lambda page, _: f"{plan.heading} · {_roman(page)}" if page > 1 else ""


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _text(
    sheet: Sheet, text: str, style: Style, size: float, *,
    x: float = LEFT, end: float = WIDTH - RIGHT, colour: Colour = INK,
) -> None:  # fmt: skip
    for line in sheet.wrap(text, style, size, end - x):
        sheet.need(size * LEADING)
        sheet.put(x, line, style, size, colour=colour)
        sheet.y += size * LEADING


def _masthead(sheet: Sheet, plan: PacketPlan) -> None:
    x = LEFT
    if plan.emblem is not None:
        sheet.image(plan.emblem, LEFT, _EMBLEM)
        x += _EMBLEM + 14
        sheet.y += 14
    _text(sheet, plan.council, "B", 12.5, x=x, colour=plan.accent)
    sheet.y += 24 if plan.emblem else 10
    sheet.rule(colour=plan.accent)
    sheet.y += 30
    _text(sheet, plan.heading, "B", 24)
    sheet.y += 8
    for line in plan.meta:
        _text(sheet, line, "", 12.5)
    if plan.entries:
        sheet.y += 26
        _text(sheet, plan.labels.agenda, "B", 13, colour=plan.accent)
        sheet.y += 5
        sheet.rule()
        sheet.y += 9


def _entry(
    sheet: Sheet,
    cover: Cover,
    entry: AgendaEntry,
    places: Iterator[tuple[int, int]],
    plan: PacketPlan,
) -> None:
    """Set one item: number, title, and under it the papers with their files."""
    left = LEFT + _INDENT * min(entry.depth, _DEEPEST)
    x = left + max(_NUMBER_WIDTH, sheet.width(f"{entry.number}  ", "B", _TITLE))
    end = WIDTH - RIGHT - _PAGE_WIDTH
    lines = sheet.wrap(entry.title, "", _TITLE, end - x)
    # A title is not left at the foot of a page without the first of its papers.
    sheet.need((min(len(lines), 4) * _TITLE + (_PART + 6 if entry.parts else 0)) * LEADING)
    cover.entry_pages.append(sheet.page)
    sheet.put(left, entry.number, "B", _TITLE)
    found = [next(places) if part.source is not None else None for part in entry.parts]
    first = next(filter(None, found), None)
    for line in lines:
        sheet.need(_TITLE * LEADING)
        sheet.put(x, line, "", _TITLE)
        if first is not None:  # a tap on the title opens the first of its papers
            cover.spots.append(_spot(sheet, first[0], left))
        sheet.y += _TITLE * LEADING
    sheet.y += 1.5
    paper = ""
    for part, place in zip(entry.parts, found, strict=True):
        grouped = bool(part.paper) and part.paper != part.title
        if grouped and part.paper != paper:
            sheet.need(2 * _PART * LEADING)
            _text(sheet, part.paper, "I", _PART, x=x, end=end)
        paper = part.paper
        _part(sheet, cover, part, place, plan, x=x + (_INDENT if grouped else 0))
    sheet.y += 7


def _part(
    sheet: Sheet, cover: Cover, part: Part, place: tuple[int, int] | None, plan: PacketPlan, *,
    x: float,
) -> None:  # fmt: skip
    """Set one file: its title, dots, its first page; or the reason why it is not here.

    `place` says which of the merged parts it is, and its first page.
    """
    colour = MUTED if place is None else plan.accent
    lines = sheet.wrap(part.title, "", _PART, WIDTH - RIGHT - _PAGE_WIDTH - x)
    sheet.need(min(len(lines), 4) * _PART * LEADING)
    for number, line in enumerate(lines, start=1):
        sheet.need(_PART * LEADING)
        sheet.put(x, line, "", _PART, colour=colour)
        if place is not None and number == len(lines):
            label = plan.labels.page.replace("{page}", str(place[1]))
            end = WIDTH - RIGHT - sheet.width(label, "", _PART)
            sheet.dots(x + sheet.width(line, "", _PART), end, _PART)
            sheet.put(end, label, "", _PART, colour=colour)
        if place is not None:
            cover.spots.append(_spot(sheet, place[0], x))
        sheet.y += _PART * LEADING
    sheet.y += _GAP
    if place is None and part.note:
        _text(sheet, part.note, "I", _NOTE, x=x, colour=MUTED)


def _spot(sheet: Sheet, part: int, x: float) -> Spot:
    """Return the place of the line just set; a finger needs a little more than its letters."""
    top = HEIGHT - sheet.y + 1
    return Spot(sheet.page, (x - 2, top - _PART * LEADING - 1, WIDTH - RIGHT + 2, top), part)


def _notes(sheet: Sheet, plan: PacketPlan) -> None:
    if not plan.cover_notes:
        return
    height = sum(
        len(sheet.wrap(note, "", _NOTE, MEASURE)) * _NOTE * LEADING + 4 for note in plan.cover_notes
    )
    sheet.need(min(height, HEIGHT / 2) + 20)
    sheet.y += 8
    sheet.rule()
    sheet.y += 10
    for note in plan.cover_notes:
        _text(sheet, note, "", _NOTE, colour=MUTED)
        sheet.y += 4
