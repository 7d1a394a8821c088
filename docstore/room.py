"""Free space on the disks that an installation writes to, and the floor below which it stops."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from docstore.errors import StorageFull, StorageUnavailable

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a system says where there is no room for bytes."""


@dataclass(frozen=True, slots=True)
class Room:
    """The folders that grow, and how many bytes must stay free on the disk of each.

    New files stop at the floor, so that the record, the index and the mails still have room: a disk
    that is filled to its last byte by uploads would stop everything else with them.
    """

    folders: tuple[Path, ...] = ()
    floor: int = 0

    def free(self) -> int | None:
        """Return the free bytes of the fullest disk, None where no folder is known.

        Raises `StorageUnavailable` for a disk that does not answer.
        """
        try:
            return min(
                (shutil.disk_usage(_existing(each)).free for each in self.folders), default=None
            )
        except OSError as error:
            raise StorageUnavailable from error

    def require(self, size: int) -> None:
        """Raise `StorageFull` unless `size` more bytes leave the floor free."""
        free = self.free()
        if free is not None and free - size < self.floor:
            raise StorageFull


WORKSPACE = 64 << 20
"""Bytes without which a tool that fails is not to be believed: it may have wanted room."""
ANYWHERE = Room()
"""No folder and no floor: whoever writes there finds out."""


def _existing(path: Path) -> Path:
    """Return a folder, or the nearest one above it that is there."""
    return next((each for each in (path, *path.parents) if each.exists()), path)


@contextmanager
def writing() -> Iterator[None]:
    """Tell a full disk from one that cannot be written, whatever file was being written."""
    try:
        yield
    except OSError as error:
        raise (StorageFull if error.errno in NO_ROOM else StorageUnavailable) from error


class Temporary(NamedTuple):
    """A file of our own; nothing is buffered, so a full disk is told by the write that meets it."""

    path: Path
    descriptor: int

    def write(self, data: bytes) -> None:
        """Write all of it, or raise `StorageFull` or `StorageUnavailable`."""
        left = memoryview(data)
        with writing():
            while left:
                left = left[os.write(self.descriptor, left) :]

    def send_to_disk(self, start: int, size: int) -> None:
        """Let the system begin to write these bytes: whoever waits for the disk waits less then."""
        os.posix_fadvise(self.descriptor, start, size, os.POSIX_FADV_DONTNEED)


@contextmanager
def temporary(folder: Path, prefix: str) -> Iterator[Temporary]:
    """Lend an empty file of our own, which is gone at the end."""
    with writing():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=prefix)
    try:
        yield Temporary(Path(name), descriptor)
    finally:
        os.close(descriptor)
        Path(name).unlink(missing_ok=True)
