"""Turns a written paper into the page writer's blocks; `docstore.files.writer` draws them."""

from collections.abc import Iterator
from pathlib import Path

from api.demo.content.blocks import (
    Block,
    Bullet,
    Heading,
    PageBreak,
    Signature,
    Table,
    Text,
    Unit,
    column_shares,
    figure_columns,
)
from api.demo.content.written import FOOTER, Written
from docstore.files import writer

_PAGE_OF = f"{FOOTER} Strona {{page}} z {{pages}}."


def page_set(written: Written, target: Path) -> writer.PageSet:
    """Return what the writer needs to make the paper a PDF at `target`."""
    return writer.PageSet(
        blocks=tuple(each for block in written.blocks for each in _drawn(block)),
        target=target,
        title=written.title,
        author=written.author,
        footer=_PAGE_OF,
        made_at=written.moment.isoformat(),
    )


def _drawn(block: Block) -> Iterator[writer.Block]:
    """Yield the writer's blocks for one of ours."""
    match block:
        case Heading(text=text, level=level):
            yield writer.Heading(text, level, "center" if level == 1 else "left")
        case Text(text=text, align=align, bold=bold):
            yield writer.Paragraph(text, align, bold=bold)
        case Unit(mark=mark, text=text, depth=depth):
            yield writer.Item(mark, text, depth)
        case Bullet(text=text):
            yield writer.Item("•", text, 1)
        case Table(rows=(head, *rows)):
            yield writer.Table(head, tuple(rows), column_shares(block), figure_columns(block))
            yield writer.Space(6)
        case Signature(lines=lines):
            yield writer.Space(18)
            yield writer.Paragraph("\n".join(lines), "right")
        case PageBreak():
            yield writer.PageBreak()
