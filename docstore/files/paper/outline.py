"""Bookmarks of a merged PDF, and those of its parts, as far as they are of use."""

from dataclasses import dataclass, field
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import Fit, IndirectObject

# Bookmarks of one part that are taken over; more hide the agenda instead of showing it.
_MOST, _DEEPEST = 120, 3
_LONGEST_TITLE = 200


@dataclass(slots=True)
class Branch:
    """One bookmark of a part: its page, from 0 within the part, and what hangs under it."""

    title: str
    page: int
    branches: list["Branch"] = field(default_factory=list)


def branches(reader: PdfReader) -> list[Branch]:
    """Return a part's own bookmarks; one whose outline cannot be read has none."""
    try:
        return _branches(reader, reader.outline, depth=1, room=[_MOST])
    except Exception:  # noqa: BLE001 - a damaged outline is no reason to leave the pages out
        return []


def _branches(reader: PdfReader, nodes: list[Any], *, depth: int, room: list[int]) -> list[Branch]:
    found: list[Branch] = []
    for node in nodes:
        if isinstance(node, list):
            if found and depth < _DEEPEST:
                found[-1].branches = _branches(reader, node, depth=depth + 1, room=room)
            continue
        page = reader.get_destination_page_number(node)
        if page is None or page < 0 or room[0] == 0:
            continue
        room[0] -= 1
        found.append(Branch(str(node.title or ""), page))
    return found


def add(
    writer: PdfWriter, title: str, page: int, parent: IndirectObject | None
) -> IndirectObject:  # fmt: skip
    """Add one bookmark, folded, and return it."""
    short = title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"
    return writer.add_outline_item(
        title=short, page_number=page, parent=parent, fit=Fit.fit_horizontally(), is_open=False
    )


def graft(
    writer: PdfWriter, found: list[Branch], parent: IndirectObject, *, first_page: int
) -> None:
    """Hang a part's bookmarks under its own."""
    for branch in found:
        page = min(first_page + branch.page, len(writer.pages) - 1)
        item = add(writer, branch.title, page, parent)
        graft(writer, branch.branches, item, first_page=first_page)
