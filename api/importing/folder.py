"""Walks a folder: hashes, reads and stores on every core, and writes the record in batches."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from api.commands.terminal import words_here
from api.importing import naming, reading
from api.importing.late import Late
from api.importing.progress import Steps
from api.importing.reading import Found, Refused, Seen
from api.importing.record import Recorder
from api.importing.report import ImportReport, Row
from api.wiring import Parts
from docstore.language import Words
from docstore.models import Body
from docstore.outbox import Later
from docstore.services.keeping import touch_all
from indexer.catching_up import catch_up_or_wait

# Files whose rows share a transaction: what a stopped import leaves undone is a few of these.
_AT_ONCE = 50
# Batches that are read ahead of the one that is written: enough to keep every core busy.
_AHEAD = 2
# Batches after which the index catches up; one commit of it costs about 10 ms.
_INDEXED_AFTER = 4


def import_folder(
    parts: Parts,
    body: Body,
    folder: Path,
    *,
    console: Console,
    words: Words | None = None,
    publishes: bool = True,
) -> ImportReport:
    """Store every file of a folder, read it, and publish what can be named and may be shown.

    What is not published waits in the office's archive; without `publishes` that is everything.

    A file is known by its bytes: imported again it adds nothing, and an import that was stopped
    or killed goes on where it ended. A store or a record that is away ends the import.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not _is_hidden(path))
    report = ImportReport(files=len(files))
    with Steps(console, words or words_here()) as steps, _readers() as readers:
        walk = _Walk(parts, body, folder, readers, publishes=publishes)
        with steps.counting(len(files)) as counted:
            for number, rows in enumerate(walk.batches(files), start=1):
                report.rows += rows
                counted.advance(len(report.rows) + len(walk.late))
                if number % _INDEXED_AFTER == 0:
                    _catch_up(parts)
        walk.late.finish(report, steps)
    return report


def _is_hidden(path: Path) -> bool:
    """Tell whether a file is a system's own: `.DS_Store`, `Thumbs.db`, a lock of an open file."""
    return path.name.startswith((".", "~$")) or path.name.lower() in {"thumbs.db", "desktop.ini"}


@contextmanager
def _readers() -> Iterator[ThreadPoolExecutor]:
    """Lend a thread for each core; they wait for the processes that read and for the disk."""
    pool = ThreadPoolExecutor((os.cpu_count() or 1) + 1)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _catch_up(parts: Parts) -> None:
    """Bring the index up to date, unless a running server has it in hand."""
    try:
        catch_up_or_wait(parts.reader)
    except Later:
        return


class _Walk:
    """One import under way."""

    def __init__(
        self,
        parts: Parts,
        body: Body,
        folder: Path,
        pool: ThreadPoolExecutor,
        *,
        publishes: bool,
    ) -> None:
        self.late = Late(parts, body, publishes=publishes)
        self._parts = parts
        self._body = body
        self._folder = folder
        self._pool = pool
        self._recorder = Recorder(parts, body, self.late, publishes=publishes)
        self._met: set[str] = set()

    def batches(self, files: Sequence[Path]) -> Iterator[list[Row]]:
        """Yield what became of the files, batch by batch, in their order."""
        ahead: deque[tuple[list[Row], list[Future[Seen | Refused]]]] = deque()
        for start in range(0, len(files), _AT_ONCE):
            ahead.append(self._begin(files[start : start + _AT_ONCE]))
            if len(ahead) > _AHEAD:
                yield self._finish(*ahead.popleft())
        while ahead:
            yield self._finish(*ahead.popleft())

    def _begin(self, paths: Sequence[Path]) -> tuple[list[Row], list[Future[Seen | Refused]]]:
        """Hash some files, pass over what is known, and have the others read."""
        rows: list[Row] = []
        fresh: dict[str, Found] = {}
        for met in self._pool.map(self._hashed, paths):
            if isinstance(met, Refused):
                rows.append(met.row())
            elif met.sha256 in self._met:
                rows.append(Row(met.name, met.sha256, "already_there", "twice"))
            else:
                self._met.add(met.sha256)
                fresh[met.sha256] = met
        rows += self._known(fresh)
        files = [found.file for found in fresh.values()]
        damaged = touch_all(
            self._parts.database, body_id=self._body.id, files=files, at=self._parts.clock.now()
        )
        return rows, [
            self._pool.submit(
                reading.read, self._parts, self._body.id, found, damaged=sha256 in damaged
            )
            for sha256, found in fresh.items()
        ]

    def _hashed(self, path: Path) -> Found | Refused:
        return reading.find(path, self._folder, limit=self._parts.intake.limit)

    def _known(self, fresh: dict[str, Found]) -> Iterable[Row]:
        """Take what an earlier import made of these bytes out of `fresh`."""
        for version in naming.known(self._parts, self._body, fresh):
            found = fresh.pop(version.sha256, None)
            if found is not None:
                row = self.late.take(found, version)
                if row is not None:
                    yield row

    def _finish(self, rows: list[Row], reads: list[Future[Seen | Refused]]) -> list[Row]:
        """Write what was read of one batch."""
        done = [each.result() for each in reads]
        rows += [each.row() for each in done if isinstance(each, Refused)]
        return rows + self._recorder.write([each for each in done if isinstance(each, Seen)])
