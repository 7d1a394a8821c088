"""Small disks of the tests' own, that are really full."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import missing

_LIBC = ctypes.CDLL(None, use_errno=True)
_DETACH = 2


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    """Mount a file system of a few megabytes in memory over a folder, and take it away again."""
    folder.mkdir(parents=True, exist_ok=True)
    target = os.fsencode(folder)
    options = f"size={megabytes}m,mode=0700".encode()
    if _LIBC.mount(b"tmpfs", target, b"tmpfs", 0, options):
        missing(f"leave to mount a small disk ({os.strerror(ctypes.get_errno())})")
    try:
        yield folder
    finally:
        # At once, also while a file on it is still open somewhere.
        _LIBC.umount2(target, _DETACH)


@contextmanager
def filled(disk: Path, *, but: int = 0) -> Iterator[None]:
    """Fill a disk to its last byte, `but` for some bytes, and make room again at the end."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            file.truncate(max(0, file.tell() - but))
    try:
        yield
    finally:
        ballast.unlink()
