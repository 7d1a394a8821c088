"""A gentle limit on what anybody may ask without an account."""

import fcntl
import hashlib
import mmap
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# One client: what stands for it, the turns it has left, and since when.
_ROW = struct.Struct("=Qdd")
# So many rows may be a client's; where all are taken, the one goes that asked longest ago.
_TRIES = 8


class Bucket:
    """Lets each client ask `burst` times at once and `rate` times a second afterwards.

    Kept in memory: a restart forgives everybody, which harms nobody. Processes with the same `file`
    count together. Among more than `clients` clients those are forgotten who asked longest ago.
    """

    def __init__(
        self, *, rate: float, burst: int, clients: int = 10_000, file: Path | None = None
    ) -> None:
        self._rate, self._burst, self._rows = rate, float(burst), max(clients, _TRIES)
        self._lock = threading.Lock()
        self._shared = -1 if file is None else _opened(file, self._rows * _ROW.size)
        self._table = mmap.mmap(self._shared, self._rows * _ROW.size)

    def take(self, client: str) -> float:
        """Take one turn; return 0, or the seconds to wait for the next."""
        key = int.from_bytes(hashlib.blake2b(client.encode(), digest_size=8).digest()) or 1
        now = time.monotonic()  # the same for all processes since the machine was started
        with self._alone():
            place, (known, left, since) = self._row(key)
            if known != key:
                left, since = self._burst, now
            left = min(self._burst, left + (now - since) * self._rate)
            allowed = left >= 1
            row = (key, left - 1 if allowed else left, now)
            _ROW.pack_into(self._table, place, *row)
        return 0.0 if allowed else (1 - left) / self._rate

    def _row(self, key: int) -> tuple[int, tuple[int, float, float]]:
        """Return the row of a client, or the one that may become its own, with its place."""
        places = [(key + step) % self._rows * _ROW.size for step in range(_TRIES)]
        rows = [(place, _ROW.unpack_from(self._table, place)) for place in places]
        mine = next((each for each in rows if each[1][0] == key), None)
        return mine or min(rows, key=lambda each: each[1][2])  # an empty one was never asked

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Be the only thread, and the only process, that looks at the table."""
        with self._lock:
            if self._shared < 0:
                yield
                return
            fcntl.lockf(self._shared, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._shared, fcntl.LOCK_UN)


def _opened(file: Path, size: int) -> int:
    """Return a file with room for so many bytes; -1, a memory of one's own, where there is none."""
    shared = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.posix_fallocate(shared, 0, size)
    except OSError:
        os.close(shared)
        return -1
    return shared
