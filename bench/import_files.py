"""5,000 files taken in by `teczka import` beside its bare parts, and 60 large PDFs dropped at once.

    python -m bench.import_files [FILES]

The bare parts are what no import can do without, one after the other in one process, for the same
files: hash, durable copy, extraction, analysis, and the commits of the index. The import may take
at most twice their sum. It also has to write the record and the ledger, and reads each file in a
process of its own, confined.
"""

import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from io import StringIO
from pathlib import Path
from threading import Event, Thread

import tantivy
from rich.console import Console

from api import wiring
from api.importing import import_folder
from bench._serving import browser, found, processor_seconds, served, settings_of
from bench._texts import legal_texts, pdf_of
from bench.upload_to_found import is_found, item_of
from docstore.files.inspect import inspect
from docstore.files.readers import pdf
from indexer.documents import IndexDocument
from indexer.engines.entries import entry
from indexer.engines.tantivy_schema import schema, tantivy_document
from indexer.polish import shared_analyser

COUNT = 5_000
IN_A_COMMIT = 200
DATA = Path(__file__).resolve().parents[2] / "shared/data"
DROPPED, AT_ONCE = 60, 2  # a browser's page sends two files at once
LIMIT_SECONDS = 10.0


def write_files(folder: Path, count: int) -> list[Path]:
    """Write resolutions of one page as PDF."""
    folder.mkdir()
    paths = []
    for number, text in enumerate(legal_texts(count), start=1):
        head = (
            f"UCHWAŁA NR XLV/{number}/2018\nRADY MIEJSKIEJ\nz dnia 28 lutego 2018 r.\n"
            f"w sprawie miejscowego planu zagospodarowania numer {number}\n\n§ 1. "
        )
        paths.append(folder / f"uchwala-{number:05}.pdf")
        paths[-1].write_bytes(pdf_of(head + text))
    return paths


class Parts:
    """The bare parts of an import, each with the seconds it took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Add the time of a block to a part."""
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def durable_copy(source: Path, folder: Path, name: str) -> None:
    """Copy a file so that it outlives a power cut, in a folder like a store's."""
    target = folder / name[:2] / name[2:4] / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as octets, target.open("wb") as copy:
        shutil.copyfileobj(octets, copy)
        copy.flush()
        os.fsync(copy.fileno())
    handle = os.open(target.parent, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def bare(paths: list[Path], folder: Path) -> Parts:
    """Do the parts for every file, one after the other."""
    parts, analyser = Parts(), shared_analyser()
    (folder / "index").mkdir(parents=True)
    writer = tantivy.Index(schema(), str(folder / "index")).writer(20_000_000, 1)
    for number, path in enumerate(paths, start=1):
        with parts.part("hash"):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        with parts.part("durable copy"):
            durable_copy(path, folder, digest)
        with parts.part("extract"):
            pages = pdf.read(str(path), pages=3000, seconds=20)["page_texts"]
        with parts.part("analyse"):
            document = IndexDocument(
                id=digest, body_id="b", document_id=digest, revision=1,
                visible_to=frozenset({"public"}), title=path.stem, number=f"XLV/{number}/2018",
                pages=tuple(text or "" for text in pages), stage="adopted",
                dated_on=date(2018, 2, 28), year=2018,
            )  # fmt: skip
            made = tantivy_document(entry(document, analyser))
        with parts.part("index commit"):
            writer.add_document(made)
            if number % IN_A_COMMIT == 0 or number == len(paths):
                writer.commit()
    return parts


@contextmanager
def watching_memory() -> Iterator[list[int]]:
    """Note this process's memory in MB, ten times a second."""
    seen: list[int] = []
    done = Event()

    def watch() -> None:
        while not done.wait(0.1):
            status = Path("/proc/self/status").read_text()
            seen.append(int(status.partition("VmRSS:")[2].split()[0]) // 1024)

    thread = Thread(target=watch)
    thread.start()
    yield seen
    done.set()
    thread.join()


def measure_import(folder: Path, count: int) -> None:
    """Print the import beside its bare parts."""
    paths = write_files(folder / "uchwaly", count)
    parts = bare(paths, folder / "bare")
    installation = wiring.build(settings_of(folder / "data"))
    body = found(installation).body
    with watching_memory() as memory:
        start, own = time.perf_counter(), time.process_time()
        report = import_folder(
            installation, body, folder / "uchwaly", console=Console(file=StringIO())
        )
        taken, own = time.perf_counter() - start, time.process_time() - own
    installation.close()
    assert report.published == count, report.remarks[:5]
    total = sum(parts.seconds.values())
    print(f"import of {count} PDF files of one page, {os.cpu_count()} cores")
    for name, seconds in parts.seconds.items():
        print(f"  bare: {name:<14} {seconds / count * 1000:6.2f} ms a file")
    print(f"  bare: sum            {total / count * 1000:6.2f} ms a file")
    print(
        f"  teczka import        {taken / count * 1000:6.2f} ms a file, "
        f"{count / taken:.0f} files/s, {total / taken:.2f} of the bare sum's speed (floor: 0.50)"
    )
    print(f"  processor time       {own / count * 1000:6.2f} ms a file without the readers'")
    early = max(memory[: len(memory) // 2])
    print(f"  memory: {early} MB at most in its first half, {max(memory)} MB in all")


def largest() -> list[Path]:
    """Return the largest PDFs of real councils."""
    found = sorted(DATA.glob("council-votes-*/**/*.pdf"), key=lambda path: -path.stat().st_size)
    if len(found) < DROPPED:
        sys.exit(f"{DATA} is missing: there are no files to drop")
    return found[:DROPPED]


def last_word(path: Path) -> str:
    """Return a word of a file's last page, by which it is found once all of it is read."""
    texts = [text for text in inspect(path, path.name).page_texts if text]
    words = re.findall(r"[^\W\d_]{6,}", texts[-1])
    return str(words[-1])


def measure_drop(folder: Path) -> None:
    """Drop files on an item of a served office's page, and ask until each is found."""
    files = {f"znacznik{n:02}x": path for n, path in enumerate(largest())}
    words = {mark: last_word(path) for mark, path in files.items()}
    parts = wiring.build(settings_of(folder / "served"))
    installation = found(parts)
    meeting_id, item_id = item_of(parts.database, installation)
    parts.close()
    with (
        served(installation.settings) as (process, _),
        browser(installation) as client,
    ):
        client.get(f"/probna/biuro/posiedzenia/{meeting_id}")
        headers = {"X-CSRF-Token": client.cookies["teczka_formularz"], "Accept": "application/json"}
        address = f"/probna/biuro/posiedzenia/{meeting_id}/punkty/{item_id}/pliki"

        def drop(mark: str) -> None:
            offered = [("files", (f"{mark}.pdf", files[mark].read_bytes()))]
            assert client.post(address, files=offered, headers=headers).is_success

        before = processor_seconds(process.pid)
        start = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(drop, files))
        stored = time.perf_counter() - start
        for mark, word in words.items():
            wait_until(lambda: is_found(client, f"{mark} {word}"))  # noqa: B023 - done at once
        taken = time.perf_counter() - start
        worked = processor_seconds(process.pid) - before
    pages = sum(inspect(path, path.name).pages or 0 for path in files.values())
    print(f"the {DROPPED} largest PDFs of councils' votes, {pages} pages, dropped on a page")
    print(f"  all stored {stored:5.1f} s, all found {taken:5.1f} s (limit: {LIMIT_SECONDS:.0f} s)")
    print(f"  processor time of the server with its searches {worked:.1f} s")


def wait_until(is_so: Callable[[], bool]) -> None:
    """Ask ten times a second until it is so."""
    while not is_so():
        time.sleep(0.1)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory() as temporary:
        measure_import(Path(temporary), count)
    with tempfile.TemporaryDirectory() as temporary:
        measure_drop(Path(temporary))


if __name__ == "__main__":
    main()
