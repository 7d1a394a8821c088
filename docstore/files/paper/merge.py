"""Makes the packet's PDF: the cover, then every part, with bookmarks, labels and links."""

import io
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.constants import PageLabelStyle
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    Fit,
    IndirectObject,
    NameObject,
    RectangleObject,
    TextStringObject,
)

from docstore.files.errors import FileRefused
from docstore.files.paper import cover, outline
from docstore.files.paper.disarm import disarm, disarm_form
from docstore.files.paper.plan import PacketPlan, Part, packet_plan

# Processor time for one part: 40 times what the slowest of the real files takes.
_PART_SECONDS = 10.0
# 8.5 by 11 inches in points, what PDFium takes where a page says no size.
_LETTER = (0, 0, 612, 792)


class _PartFailed(Exception):
    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class _TooLong(BaseException):
    """Not an Exception, so that no `except Exception` inside pypdf swallows it."""


@dataclass(slots=True)
class _Book:
    """The merged file as it grows; `places` are the first pages of the parts, from 0."""

    writer: PdfWriter = field(default_factory=PdfWriter)
    places: list[int] = field(default_factory=list)
    outlines: list[list[outline.Branch]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    recounted: list[str] = field(default_factory=list)


def write(
    plan: dict[str, Any], *, target: str, progress: str, left_out: list[int]
) -> dict[str, Any]:
    """Write the packet to `target`; parts that fail are left out, one after the other.

    `progress` is a file that says which part is being worked on, for the case that it takes this
    process with it; such parts come back in `left_out`.
    """
    packet = packet_plan(plan)
    front = cover.draw(packet)
    failed = set(left_out)
    while True:
        try:
            book = _bind(packet, front, failed, Path(progress))
            _write(book.writer, Path(target), packet, failed)
        except _PartFailed as failure:
            failed.add(failure.index)
            continue
        return {
            "pages": len(book.writer.pages),
            "cover_pages": front.pages,
            "skipped": book.skipped,
            "recounted": book.recounted,
        }


def _bind(plan: PacketPlan, front: cover.Cover, failed: set[int], progress: Path) -> _Book:
    book = _Book()
    book.writer.append(PdfReader(io.BytesIO(front.pdf)), import_outline=False)
    book.writer.set_page_label(0, front.pages - 1, PageLabelStyle.LOWERCASE_ROMAN)
    for index, (first_page, part) in enumerate(plan.merged()):
        progress.write_text(str(index))
        _add_part(book, plan, part, first_page, index, failed=index in failed)
    _link(book, front)
    _add_bookmarks(book, plan, front)
    _describe(book.writer, plan)
    return book


def _add_part(
    book: _Book, plan: PacketPlan, part: Part, first_page: int, index: int, *, failed: bool
) -> None:  # fmt: skip
    place = len(book.writer.pages)
    book.places.append(place)
    if failed:
        book.writer.append(PdfReader(io.BytesIO(cover.note_page(plan, part))))
        book.skipped.append(part.title)
        book.outlines.append([])
    else:
        with _part_limits(index):
            reader = _open(part)
            book.writer.append(reader, import_outline=False)
            disarm(book.writer.pages[place:])
            _give_boxes(book.writer.pages[place:])
            book.outlines.append(outline.branches(reader))
            if len(reader.pages) != part.pages:
                book.recounted.append(part.title)
    _label(book.writer, place, first_page, part.pages)


def _give_boxes(pages: Iterable[PageObject]) -> None:
    """Give a size to pages that have none, the one that PDFium shows them in: readers differ."""
    for page in pages:
        box = page.get("/MediaBox")
        if box is None or not isinstance(box.get_object(), ArrayObject):
            page[NameObject("/MediaBox")] = RectangleObject(_LETTER)


@contextmanager
def _part_limits(index: int) -> Iterator[None]:
    """Turn whatever a part makes pypdf do, running on included, into one error with its number."""

    def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise _TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, _PART_SECONDS)
    try:
        yield
    except MemoryError:
        raise
    except (Exception, _TooLong) as error:
        raise _PartFailed(index) from error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _open(part: Part) -> PdfReader:
    reader = PdfReader(str(part.source))
    if reader.is_encrypted and not reader.decrypt(""):
        raise FileRefused("encrypted")
    if not reader.pages:
        raise FileRefused("broken", "no pages")
    return reader


def _label(writer: PdfWriter, place: int, first_page: int, promised: int) -> None:
    """Give a part's pages the numbers that the cover promises, however many they turned out.

    Pages beyond the promise are numbered "12+1", so that no number stands twice.
    """
    last = len(writer.pages) - 1
    end = min(last, place + promised - 1)
    writer.set_page_label(place, end, PageLabelStyle.DECIMAL, start=first_page)
    if end < last:
        prefix = f"{first_page + promised - 1}+"
        writer.set_page_label(end + 1, last, PageLabelStyle.DECIMAL, prefix=prefix, start=1)


def _link(book: _Book, front: cover.Cover) -> None:
    for spot in front.spots:
        link = Link(rect=spot.edges, target_page_index=book.places[spot.part], fit=Fit.fit())
        book.writer.add_annotation(page_number=spot.page, annotation=link)


def _add_bookmarks(book: _Book, plan: PacketPlan, front: cover.Cover) -> None:
    """Add agenda item > paper > file > the file's own outline."""
    above: list[IndirectObject] = []
    places = iter(zip(book.places, book.outlines, strict=True))
    for entry, entry_page in zip(plan.entries, front.entry_pages, strict=True):
        merged = [(part, *next(places)) for part in entry.parts if part.source is not None]
        page = merged[0][1] if merged else entry_page
        del above[max(0, entry.depth) :]
        title = f"{entry.number} {entry.title}".strip()
        item = outline.add(book.writer, title, page, above[-1] if above else None)
        above.append(item)
        for paper, grouped in groupby(merged, key=lambda one: one[0].paper):
            files = list(grouped)
            named = paper and any(part.title != paper for part, _, _ in files)
            parent = outline.add(book.writer, paper, files[0][1], item) if named else item
            for part, place, branches in files:
                leaf = outline.add(book.writer, part.title, place, parent)
                outline.graft(book.writer, branches, leaf, first_page=place)


def _describe(writer: PdfWriter, plan: PacketPlan) -> None:
    writer.metadata = {
        "/Title": plan.heading,
        "/Author": plan.council,
        "/Creator": "Teczka",
        "/CreationDate": _pdf_moment(plan.made_at),
    }
    root = writer.root_object
    root[NameObject("/Lang")] = TextStringObject(plan.language)
    root[NameObject("/PageMode")] = NameObject("/UseOutlines")
    root[NameObject("/ViewerPreferences")] = DictionaryObject(
        {NameObject("/DisplayDocTitle"): BooleanObject(value=True)}
    )
    disarm_form(root)
    for name in ("/OpenAction", "/AA"):
        root.pop(NameObject(name), None)


def _pdf_moment(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")


def _write(writer: PdfWriter, target: Path, plan: PacketPlan, failed: set[int]) -> None:
    """Write the file; where that fails, find the part that does not go alone either."""
    try:
        writer.write(target)
    except MemoryError:
        raise
    except Exception as error:
        for index, (_, part) in enumerate(plan.merged()):
            if index not in failed:
                with _part_limits(index):
                    alone = PdfWriter()
                    alone.append(_open(part))
                    alone.write(io.BytesIO())
        raise FileRefused("broken", f"{type(error).__name__}: {error}") from error
