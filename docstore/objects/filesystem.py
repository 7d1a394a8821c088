"""Objects as files in one folder: the default of an installation on one machine."""

import errno
import os
import secrets
import stat as modes
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from docstore.crashing import Point, reach
from docstore.errors import ObjectNotFound, StorageFull, StorageUnavailable
from docstore.objects.seam import ObjectStat, check_key
from docstore.objects.streams import ExactSource, FinalFile, check_slice, slice_reader

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FilesystemObjectStore:
    """Keeps each object as one file below `root`, named as its key.

    Bytes are written to a file in `root/.incoming`, made durable and then renamed to their key:
    nobody ever sees half an object, and a killed put leaves a file that no key leads to.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / ".incoming"
        with _translated():
            if not self._incoming.is_dir():
                self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
                _make_durable(root.parent)  # a power cut would else take the folder of all objects

    def put(self, key: str, source: BinaryIO, *, size: int) -> None:
        """Store the bytes unless an object of this size is there."""
        path = self._path(key)
        with _translated():
            if _size_of(path) != size:
                self.replace(key, source, size=size)
                return
            # The put that wrote it may not have come to its own fsync yet.
            _make_durable(path)
            self._make_name_durable(path)

    def replace(self, key: str, source: BinaryIO, *, size: int) -> None:
        """Store the bytes whatever is there; a final file on this disk is linked, not copied."""
        path = self._path(key)
        with _translated(), self._durable(source, size) as incoming:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            reach(Point.INCOMING)
            incoming.replace(path)
            reach(Point.NAMED)
            self._make_name_durable(path)

    @contextmanager
    def open(self, key: str, *, offset: int = 0, length: int | None = None) -> Iterator[BinaryIO]:
        """Open a slice of an object."""
        check_slice(offset, length)
        path = self._path(key)
        with self._translated_for(key):
            file = path.open("rb")
        with file:
            file.seek(offset)
            with slice_reader(_translating(file), length=length) as stream:
                yield stream

    def stat(self, key: str) -> ObjectStat:
        """Return the size of an object."""
        path = self._path(key)
        with self._translated_for(key):
            return ObjectStat(size=path.stat().st_size)

    def remove(self, key: str) -> None:
        """Remove an object; its folders stay."""
        path = self._path(key)
        try:
            with self._translated_for(key):
                path.unlink()
        except ObjectNotFound:
            pass

    def list_keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that start with `prefix`, folder by folder."""
        with _translated():
            yield from self._walk(self._root, "", prefix)

    def tidy(self, *, before: datetime) -> None:
        """Remove incoming files that nobody has written to since a moment."""
        with _translated():
            for leftover in self._incoming.iterdir():
                with suppress(FileNotFoundError):  # its put was quicker
                    if leftover.stat().st_mtime < before.timestamp():
                        leftover.unlink()

    def ping(self) -> None:
        """Return when files can be written here."""
        with _translated():
            if not os.access(self._incoming, os.W_OK | os.X_OK):
                raise StorageUnavailable

    @contextmanager
    def _durable(self, source: BinaryIO, size: int) -> Iterator[Path]:
        """Lend a file of these bytes that are on the disk; it is gone at the end unless renamed."""
        incoming = self._incoming / secrets.token_hex(16)
        try:
            if not _is_linked(source, incoming, size):
                descriptor = os.open(incoming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    ExactSource(source, size=size).copy_to(file)
            _make_durable(incoming)
            yield incoming
        finally:
            incoming.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._root / check_key(key)

    def _walk(self, folder: Path, name: str, prefix: str) -> Iterator[str]:
        with os.scandir(folder) as entries:
            found = sorted(f"{e.name}/" if e.is_dir() else e.name for e in entries)
        for entry in found:
            key = name + entry
            if entry == ".incoming/" or not (key.startswith(prefix) or prefix.startswith(key)):
                continue
            if entry.endswith("/"):
                yield from self._walk(folder / entry, key, prefix)
            elif key.startswith(prefix):
                yield key

    def _make_name_durable(self, path: Path) -> None:
        """Write to disk every folder on the way to a file: any of them may be new."""
        for folder in path.relative_to(self._root).parents:
            _make_durable(self._root / folder)

    @contextmanager
    def _translated_for(self, key: str) -> Iterator[None]:
        with _translated():
            try:
                yield
            except (FileNotFoundError, NotADirectoryError) as error:
                # A disk that is not mounted has lost no object.
                if not self._incoming.is_dir():
                    raise
                raise ObjectNotFound(key=key) from error


@contextmanager
def _translated() -> Iterator[None]:
    """Tell a full disk from one that does not answer."""
    try:
        yield
    except OSError as error:
        raise (StorageFull if error.errno in _NO_ROOM else StorageUnavailable) from error


def _translating(file: BinaryIO) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        with _translated():
            return file.read(size)

    return read


def _is_linked(source: BinaryIO, target: Path, size: int) -> bool:
    """Give a final file of `size` bytes a second name, where the disk is the same."""
    if not isinstance(source, FinalFile) or os.fstat(source.fileno()).st_size != size:
        return False
    try:
        target.hardlink_to(source.name)
    except OSError:  # another disk, or one without links: copied, and a real trouble told then
        return False
    return True


def _size_of(path: Path) -> int | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size if modes.S_ISREG(found.st_mode) else None


def _make_durable(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
