"""Draws documents made of blocks: notices, attendance lists, certificates, draft resolutions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docstore.files.paper.blocks import (
    Align,
    Block,
    Heading,
    Item,
    PageBreak,
    PageSet,
    Paragraph,
    Space,
    Table,
    page_set,
)
from docstore.files.paper.sheet import LEADING, LEFT, MEASURE, RIGHT, WIDTH, Sheet, Style

_BODY, _SMALL = 11.0, 9.0
_HEADING_SIZES: Mapping[int, float] = {1: 17.0, 2: 13.0, 3: 11.0}
_LABEL_WIDTH, _INDENT = 26.0, 22.0
_CELL_PADDING = 5.0
_TABLE_SIZE = 10.0


def write(sets: list[dict[str, Any]]) -> list[int]:
    """Write each set to its target and return their numbers of pages."""
    return [_write(page_set(values)) for values in sets]


def _write(pages: PageSet) -> int:
    def footer(page: int, of: int) -> str:
        return pages.footer.replace("{page}", str(page)).replace("{pages}", str(of))

    sheet = Sheet(
        pages.title, pages.language, pages.author, pages.header, footer, made_at=pages.made_at
    )
    for block in pages.blocks:
        _set(sheet, block)
    pages.target.write_bytes(sheet.output())
    return sheet.page + 1


def _set(sheet: Sheet, block: Block) -> None:
    match block:
        case Heading():
            _heading(sheet, block)
        case Paragraph():
            style: Style = "B" if block.bold else "I" if block.italic else ""
            size = _SMALL if block.small else _BODY
            _lines(sheet, block.text, style, size, align=block.align)
            sheet.y += size * 0.55
        case Item():
            _item(sheet, block)
        case Table():
            _table(sheet, block)
            sheet.y += _BODY
        case Space():
            sheet.y += block.points
        case PageBreak():
            sheet.new_page()


def _heading(sheet: Sheet, heading: Heading) -> None:
    size = _HEADING_SIZES[heading.level]
    # A heading is not left at the foot of a page without what it heads: lines, or a table's head
    # of two lines and its first row.
    sheet.need((size + 6 * _BODY) * LEADING)
    sheet.y += size * 0.4
    _lines(sheet, heading.text, "B", size, align=heading.align)
    sheet.y += size * 0.4


def _item(sheet: Sheet, item: Item) -> None:
    x = LEFT + _INDENT * item.depth
    label_width = max(_LABEL_WIDTH, sheet.width(f"{item.label}\u00a0\u00a0", "", _BODY))
    sheet.need(_BODY * LEADING)
    sheet.put(x, item.label, "", _BODY)
    _lines(sheet, item.text, "", _BODY, x=x + label_width)
    sheet.y += _BODY * 0.35


def _lines(
    sheet: Sheet, text: str, style: Style, size: float, *, x: float = LEFT, align: Align = "left"
) -> None:  # fmt: skip
    """Set running text; neither its first line nor its last stands alone on a page."""
    width = WIDTH - RIGHT - x
    lines = sheet.wrap(text, style, size, width)
    paired = {0, len(lines) - 2}
    for number, line in enumerate(lines):
        sheet.need(size * LEADING * (2 if number in paired else 1))
        is_last = number == len(lines) - 1
        _line(sheet, line, style, size, x=x, width=width, align=align, is_last=is_last)
        sheet.y += size * LEADING


def _line(
    sheet: Sheet, line: str, style: Style, size: float, *,
    x: float, width: float, align: Align, is_last: bool,
) -> None:  # fmt: skip
    room = width - sheet.width(line, style, size)
    if align == "justify" and not is_last:
        sheet.justify(x, line, style, size, room)
        return
    shift = {"center": room / 2, "right": room}.get(align, 0.0)
    sheet.put(x + shift, line, style, size)


def _table(sheet: Sheet, table: Table) -> None:
    sheet.y += _CELL_PADDING
    columns = max(len(table.header), *(len(row) for row in table.rows), 1)
    shares = table.widths or (1.0,) * columns
    widths = [MEASURE * share / sum(shares) for share in shares]
    header = _wrapped(sheet, table.header, widths, "B")
    if table.header:
        sheet.need(_height(header) * 2)
        sheet.rule()
        _row(sheet, header, widths, "B", table.right)
    for row in table.rows:
        cells = _wrapped(sheet, row, widths, "")
        if sheet.need(_height(cells)) and table.header:
            sheet.rule()
            _row(sheet, header, widths, "B", table.right)
        _row(sheet, cells, widths, "", table.right)


def _wrapped(
    sheet: Sheet, row: Iterable[str], widths: list[float], style: Style
) -> list[list[str]]:  # fmt: skip
    return [
        sheet.wrap(text, style, _TABLE_SIZE, width - 2 * _CELL_PADDING)
        for text, width in zip(row, widths, strict=False)
    ]


def _height(cells: list[list[str]]) -> float:
    return (
        max((len(lines) for lines in cells), default=0) * _TABLE_SIZE * LEADING + 2 * _CELL_PADDING
    )


def _row(
    sheet: Sheet, cells: list[list[str]], widths: list[float], style: Style, right: Sequence[int]
) -> None:  # fmt: skip
    top, x = sheet.y, LEFT
    for place, (lines, width) in enumerate(zip(cells, widths, strict=False)):
        sheet.y = top + _CELL_PADDING
        room = width - 2 * _CELL_PADDING
        for line in filter(None, lines):
            shift = room - sheet.width(line, style, _TABLE_SIZE) if place in right else 0.0
            sheet.put(x + _CELL_PADDING + shift, line, style, _TABLE_SIZE)
            sheet.y += _TABLE_SIZE * LEADING
        x += width
    sheet.y = top + _height(cells)
    sheet.rule()
