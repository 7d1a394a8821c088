"""A folder of backups: its objects, its snapshots, and who works in it."""

import errno
import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from docstore.backup.copying import Target
from docstore.backup.errors import (
    BackupBusy,
    BackupFolderTaken,
    BackupNotWritten,
    NotABackup,
)
from docstore.backup.manifest import (
    MANIFEST,
    Manifest,
    read_lines,
    read_manifest,
    write_file,
)
from docstore.errors import StorageFull, StorageUnavailable
from docstore.objects.filesystem import FilesystemObjectStore
from docstore.objects.seam import ObjectStore, object_key

_TAG = "kopia-zapasowa-teczki.txt"
_TAG_TEXT = """\
Kopia zapasowa Teczki. Zawiera dane osobowe: chroń ją jak samą instalację.
A backup of Teczka. It holds personal data: guard it as you guard the installation.
"""
_NAME = re.compile(r"(\d{5,})-\d{8}T\d{6}Z")


@dataclass(frozen=True)
class Snapshot:
    """One state of the record in a folder of backups."""

    path: Path

    @property
    def name(self) -> str:
        """Return the name by which an administrator chooses it."""
        return self.path.name

    @cached_property
    def manifest(self) -> Manifest:
        """Return what it says of itself; raise `SnapshotDamaged`."""
        return read_manifest(self.path)

    def objects(self) -> Iterator[tuple[str, str, int]]:
        """Yield the objects that its rows name: body, hash, size."""
        for line in read_lines(self.path, self.manifest.objects.lines):
            body_id, sha256, size = json.loads(line)
            yield body_id, sha256, size


@dataclass(frozen=True)
class BackupFolder:
    """Where snapshots lie side by side and share their objects.

    `snapshots/NUMBER-TIME/` holds a state, `objects/` the bytes of all states, each under its key.
    Numbers grow, so that the newest is known even when a clock was set back.
    """

    path: Path

    @cached_property
    def store(self) -> ObjectStore:
        """Return the objects of all snapshots."""
        return FilesystemObjectStore(self.path.absolute() / "objects")

    @property
    def shelf(self) -> Target:
        """Return where objects are put, which says so when the folder does not take them."""
        return _Shelf(self.store)

    @property
    def _snapshots(self) -> Path:
        return self.path / "snapshots"

    @property
    def _unfinished(self) -> Path:
        return self._snapshots / ".unfinished"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep everybody else out, in a folder made if it is not there.

        Raises `BackupFolderTaken` for a folder of something else, and `BackupBusy`.
        """
        tag = self.path / _TAG
        with not_written():
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not tag.exists():
                if any(each.name != "lost+found" for each in self.path.iterdir()):
                    raise BackupFolderTaken(folder=str(self.path))
                write_file(tag, _TAG_TEXT.encode())
            self._snapshots.mkdir(exist_ok=True, mode=0o700)
        with self._locked(fcntl.LOCK_EX):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Keep those out who write; raises `NotABackup` and `BackupBusy`."""
        if not (self.path / _TAG).exists():
            raise NotABackup(folder=str(self.path))
        with self._locked(fcntl.LOCK_SH):
            yield

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        with (self.path / _TAG).open("rb") as lock:
            try:
                fcntl.flock(lock, how | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupBusy(folder=str(self.path)) from None
            except OSError as error:
                if error.errno not in {errno.ENOLCK, errno.ENOTSUP}:  # some network shares
                    raise
            yield

    # --- snapshots ----------------------------------------------------------------------------

    def snapshots(self) -> list[Snapshot]:
        """Return every finished snapshot, the newest last."""
        if not self._snapshots.is_dir():
            return []
        found = {
            int(match[1]): Snapshot(each)
            for each in self._snapshots.iterdir()
            if (match := _NAME.fullmatch(each.name)) and (each / MANIFEST).exists()
        }
        return [found[number] for number in sorted(found)]

    def chosen(self, name: str = "") -> Snapshot:
        """Return the snapshot of a name, or the newest; raise `NotABackup`."""
        found = [each for each in self.snapshots() if not name or each.name == name]
        if not found:
            raise NotABackup(folder=str(self.path / "snapshots" / name if name else self.path))
        return found[-1]

    def next_number(self) -> int:
        """Return the number of the next snapshot."""
        taken = [int(each.name.partition("-")[0]) for each in self.snapshots()]
        return max(taken, default=0) + 1

    def begin(self) -> Path:
        """Return an empty folder for a new snapshot; what a killed one left is gone."""
        shutil.rmtree(self._unfinished, ignore_errors=True)
        self._unfinished.mkdir(mode=0o700)
        return self._unfinished

    def finish(self, number: int, at: datetime) -> Snapshot:
        """Give the new snapshot its name: from now on it is one, or it is not there at all."""
        named = self._snapshots / f"{number:05}-{at:%Y%m%dT%H%M%SZ}"
        _make_durable(self._unfinished)
        self._unfinished.rename(named)
        _make_durable(self._snapshots)
        return Snapshot(named)

    def remove(self, snapshot: Snapshot) -> None:
        """Remove a snapshot; killed on the way it is none any more, and goes the next time."""
        shutil.rmtree(self._unfinished, ignore_errors=True)
        snapshot.path.rename(self._unfinished)
        shutil.rmtree(self._unfinished)

    def remove_unnamed(self) -> int:
        """Remove the objects that no snapshot names; return how many."""
        named = {
            object_key(body_id, sha256)
            for snapshot in self.snapshots()
            for body_id, sha256, _ in snapshot.objects()
        }
        removed = 0
        for key in self.store.list_keys(""):
            if key not in named:
                self.store.remove(key)
                removed += 1
        return removed


def _make_durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def not_written() -> Iterator[None]:
    """Say in the administrator's words why a folder of backups takes no bytes."""
    try:
        yield
    except OSError as error:
        raise BackupNotWritten(reason=error.strerror or str(error)) from error
    except (StorageFull, StorageUnavailable) as error:
        raise BackupNotWritten(reason=getattr(error.__cause__, "strerror", error.code)) from error


@dataclass(frozen=True)
class _Shelf:
    store: ObjectStore

    def put(self, key: str, source: BinaryIO, *, size: int) -> None:
        """Put an object; what is wrong with the folder is no fault of where it comes from."""
        with not_written():
            self.store.put(key, source, size=size)
