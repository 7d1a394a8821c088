"""Files: a PDF of 10 pages read, and a packet of 60 documents and 600 pages beside bare pypdf."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pypdf

from docstore.files import sandbox
from docstore.files.inspect import inspect
from docstore.files.writer import (
    AgendaEntry,
    Block,
    Heading,
    PacketLabels,
    PacketPlan,
    PageBreak,
    PageSet,
    Paragraph,
    Part,
    write_packet,
    write_page_sets,
)

DOCUMENTS, PAGES = 60, 10
TEXT = "Określa się stawki podatku od nieruchomości obowiązujące na terenie gminy miejskiej. " * 7


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """Return the median time of some runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def make_documents(folder: Path) -> list[Path]:
    """Write the documents of the packet."""
    blocks: list[Block] = []
    for page in range(PAGES):
        blocks += [PageBreak()] * bool(page) + [
            Heading(f"Rozdział {page + 1}"),
            *[Paragraph(TEXT)] * 6,
        ]
    targets = [folder / f"{number}.pdf" for number in range(DOCUMENTS)]
    assert set(write_page_sets([PageSet(tuple(blocks), one, one.name) for one in targets])) == {
        PAGES
    }
    return targets


def make_plan(documents: list[Path]) -> PacketPlan:
    """Plan a session of 20 items with three documents each."""
    entries = tuple(
        AgendaEntry(
            0, f"{item + 1}.", f"Podjęcie uchwały w sprawie stawek podatku, druk nr {item}",
            tuple(Part(path.name, PAGES, path) for path in documents[item * 3 : item * 3 + 3]),
        )
        for item in range(DOCUMENTS // 3)
    )  # fmt: skip
    labels = PacketLabels("Porządek obrad", "Nie dołączono pliku.")
    return PacketPlan(
        "pl", "Rada Miejska", "LIII sesja", "2026-11-20T09:00:00+00:00", labels, entries=entries
    )


def bare_pypdf(documents: list[Path], target: Path) -> None:
    """Append the same documents with nothing around them: the floor."""
    writer = pypdf.PdfWriter()
    for path in documents:
        writer.append(path)
    writer.write(target)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents = make_documents(folder)
        plan, target = make_plan(documents), folder / "packet.pdf"
        empty = seconds(sandbox.limits_in_force)
        read = seconds(lambda: inspect(documents[0], "projekt.pdf"))
        print(f"inspect, {PAGES} pages: {read * 1000:.0f} ms (an empty job: {empty * 1000:.0f} ms)")
        floor = seconds(lambda: bare_pypdf(documents, folder / "bare.pdf"), 3)
        whole = seconds(lambda: write_packet(plan, target), 3)
        print(f"packet, {DOCUMENTS} documents, {DOCUMENTS * PAGES} pages: {whole:.2f} s"
              f" (bare pypdf: {floor:.2f} s)")  # fmt: skip


if __name__ == "__main__":
    main()
