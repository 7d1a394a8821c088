"""An index in a folder: generations side by side, a pointer to the live one, a lock for writers."""

import fcntl
import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from threading import Lock

import structlog

from docstore.crashing import Point, reach
from indexer.errors import IndexDamaged, SearchUnavailable

_POINTER = "current.json"
_LOCK = "writer.lock"
_GENERATION = "generation-"
_DAMAGED = "damaged"

log = structlog.get_logger("teczka.indexer")


class IndexFolder:
    """Knows which generation is live; replacing one file makes another one live.

    The pointer carries the version of schema and analyser, so a program never reads an index that
    it would misunderstand. Readers of an older generation keep its open files when it goes.
    """

    def __init__(self, path: Path, *, version: str, lock_wait: float) -> None:
        self._path = path
        self._version = version
        self._lock_wait = lock_wait
        self._thread_lock = Lock()
        self._lock_file: int | None = None

    def live(self) -> Path | None:
        """Return the live generation, or None where there is no index yet.

        `IndexDamaged` says that its pointer is unreadable or of another version.
        """
        try:
            pointer = json.loads((self._path / _POINTER).read_bytes())
            name, version = pointer["generation"], pointer["version"]
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(reason="broken") from error
        if version != self._version:
            raise IndexDamaged(reason="version")
        if (self._path / str(name) / _DAMAGED).exists():
            raise IndexDamaged(reason="broken")
        return self._path / str(name)

    def condemn(self, generation: Path) -> bool:
        """Let no process open a generation again whose files are damaged; say that files may be."""
        log.warning("index_condemned", generation=generation.name)
        with suppress(OSError):  # gone altogether, or no room: the next reader finds out by itself
            (generation / _DAMAGED).touch()
        return True

    def pointer_stamp(self) -> tuple[int, int]:
        """Return what changes whenever another generation becomes live."""
        return stamp(self._path / _POINTER)

    @contextmanager
    def new_generation(self) -> Iterator[Path]:
        """Lend an empty folder; it becomes live at the end of the block, unless that fails.

        The caller holds the lock. Every other generation is removed.
        """
        generation = self._path / f"{_GENERATION}{token_hex(8)}"
        generation.mkdir(parents=True)
        try:
            yield generation
        except BaseException:
            shutil.rmtree(generation, ignore_errors=True)
            raise
        reach(Point.BUILT)
        self._point_to(generation)
        reach(Point.SWAPPED)
        self._remove_dead()

    def acquire(self) -> None:
        """Become the only writer; `SearchUnavailable` when another one stays too long.

        Waiting looks again after a random pause, so that several who wait do not march in step.
        """
        deadline = time.monotonic() + self._lock_wait
        if not self._thread_lock.acquire(timeout=self._lock_wait):
            raise SearchUnavailable(reason="locked")
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            self._thread_lock.release()
            raise SearchUnavailable(reason="storage") from error
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() < deadline:
                    time.sleep(random.uniform(0.005, 0.025))  # noqa: S311 - a pause, not a secret
                    continue
                os.close(file)
                self._thread_lock.release()
                raise SearchUnavailable(reason="locked") from None
            self._lock_file = file
            self._remove_dead()
            return

    def release(self) -> None:
        """Let the next writer in."""
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None
            self._thread_lock.release()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer for a while."""
        self.acquire()
        try:
            yield
        finally:
            self.release()

    def _remove_dead(self) -> None:
        """Remove every generation but the live one: what is being built is built under our lock."""
        try:
            live = self.live()
        except IndexDamaged:
            return  # a rebuild will follow, and knows which one is whole
        for other in self._path.glob(f"{_GENERATION}*"):
            if live is not None and other != live:
                shutil.rmtree(other, ignore_errors=True)

    def _point_to(self, generation: Path) -> None:
        """Make a generation live, durably and in one step."""
        pointer = self._path / _POINTER
        fresh = pointer.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump({"generation": generation.name, "version": self._version}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(pointer)
        make_durable(self._path)


def make_durable(*paths: Path) -> None:
    """Write files, and the names in folders, to disk; `SearchUnavailable` where that fails."""
    try:
        for path in paths:
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    except OSError as error:
        raise SearchUnavailable(reason="storage") from error


def stamp(path: Path) -> tuple[int, int]:
    """Return what changes whenever a file is replaced; zeros for one that is not there."""
    try:
        known = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (known.st_mtime_ns, known.st_ino)
