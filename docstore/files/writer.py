"""Writes new PDF files: a council's packet as one file, and pages of text and tables."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docstore.files import sandbox
from docstore.files.errors import FileRefused
from docstore.files.paper.blocks import Block as Block
from docstore.files.paper.blocks import Heading as Heading
from docstore.files.paper.blocks import Item as Item
from docstore.files.paper.blocks import PageBreak as PageBreak
from docstore.files.paper.blocks import PageSet as PageSet
from docstore.files.paper.blocks import Paragraph as Paragraph
from docstore.files.paper.blocks import Space as Space
from docstore.files.paper.blocks import Table as Table
from docstore.files.paper.plan import AgendaEntry as AgendaEntry
from docstore.files.paper.plan import PacketLabels as PacketLabels
from docstore.files.paper.plan import PacketPlan as PacketPlan
from docstore.files.paper.plan import Part as Part
from docstore.files.sandbox import Limits

# A packet is merged in memory: pypdf holds the parts and writes them out again.
PACKET = Limits(seconds=900.0, cpu_seconds=180, file_bytes=4 << 30)
_MEMORY_PER_BYTE = 4
# How many parts may take the whole process with them before the packet is given up.
_MOST_KILLERS = 5


@dataclass(frozen=True, slots=True)
class WrittenPacket:
    """A packet's file: its pages with the cover's, and what is not as the plan promised.

    `skipped` are titles of parts that a page stands in for, `recounted` of parts with another
    number of pages than their facts say.
    """

    pages: int
    cover_pages: int
    skipped: tuple[str, ...]
    recounted: tuple[str, ...]


def write_packet(plan: PacketPlan, target: Path, *, limits: Limits = PACKET) -> WrittenPacket:
    """Write the packet, whole or not at all; raises `FileRefused` where no part is to blame."""
    octets = sum(part.source.stat().st_size for _, part in plan.merged() if part.source)
    limits = replace(limits, memory_bytes=limits.memory_bytes + _MEMORY_PER_BYTE * octets)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".packet-") as folder:
        written = _merge(plan, Path(folder), limits)
        (Path(folder) / "packet.pdf").replace(target)
    return WrittenPacket(
        pages=written["pages"],
        cover_pages=written["cover_pages"],
        skipped=tuple(written["skipped"]),
        recounted=tuple(written["recounted"]),
    )


def write_pages(
    blocks: Sequence[Block],
    target: Path,
    *,
    title: str,
    language: str = "pl",
    footer: str = "",
    made_at: str = "",
) -> int:
    """Write one new PDF and return its pages; `footer` may hold `{page}` and `{pages}`."""
    pages = PageSet(tuple(blocks), target, title, language, footer=footer, made_at=made_at)
    return write_page_sets([pages])[0]


def write_page_sets(sets: Sequence[PageSet], *, limits: Limits = PACKET) -> list[int]:
    """Write many new PDFs in one go, which saves starting up for each; return their pages."""
    arguments = {"sets": [one.as_dict() for one in sets]}
    folders = sorted({one.target.parent for one in sets})
    pages: list[int] = sandbox.run(
        "docstore.files.paper.pages:write", arguments, limits=limits, writes=folders
    )
    return pages


def _merge(plan: PacketPlan, folder: Path, limits: Limits) -> dict[str, Any]:
    """Merge in the sandbox; a part that takes the process with it is left out the next time."""
    progress = folder / "progress"
    arguments = {
        "plan": plan.as_dict(),
        "target": str(folder / "packet.pdf"),
        "progress": str(progress),
    }
    sources = [part.source for _, part in plan.merged() if part.source]
    emblem = [plan.emblem] if plan.emblem else []
    left_out: list[int] = []
    while True:
        try:
            written: dict[str, Any] = sandbox.run(
                "docstore.files.paper.merge:write",
                {**arguments, "left_out": left_out},
                limits=limits,
                reads=[*sources, *emblem],
                writes=[folder],
            )
        except FileRefused:
            if not progress.exists() or len(left_out) == _MOST_KILLERS:
                raise
            left_out.append(int(progress.read_text()))
            progress.unlink()
            continue
        return written
