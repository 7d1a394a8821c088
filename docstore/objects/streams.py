"""Streams that end where they were told to."""

import io
from collections.abc import Callable
from typing import BinaryIO, cast

_CHUNK = 1 << 20  # bytes read at once where a whole source passes through
_BUFFER = 1 << 16  # bytes read ahead of whoever reads little by little


class FinalFile(io.FileIO):
    """A file of our own that nobody writes to any more: a store may keep it instead of a copy."""


class ExactSource:
    """Reads exactly `size` bytes of a source and tells one that is shorter or longer."""

    def __init__(self, source: BinaryIO, *, size: int) -> None:
        self._source = source
        self._left = self._size = size
        if size == 0:
            self._expect_end()

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, and fewer only at the end."""
        wanted = self._left if size < 0 else min(size, self._left)
        parts: list[bytes] = []
        while wanted:
            part = self._source.read(wanted)
            if not part:
                raise ValueError(f"the source ends {self._left} bytes before its {self._size}")
            parts.append(part)
            wanted -= len(part)
            self._left -= len(part)
        if parts and not self._left:
            self._expect_end()
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def copy_to(self, target: BinaryIO) -> None:
        """Write everything that is left into a target."""
        while chunk := self.read(_CHUNK):
            target.write(chunk)

    def _expect_end(self) -> None:
        if self._source.read(1):
            raise ValueError(f"the source is longer than its {self._size} bytes")


class _SliceReader(io.RawIOBase):
    """Reads through a function, at most `length` bytes; cannot seek, as a network cannot."""

    def __init__(self, read: Callable[[int], bytes], length: int | None) -> None:
        super().__init__()
        self._read = read
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # BufferedReader passes a memoryview
        wanted = len(buffer) if self._left is None else min(len(buffer), self._left)
        data = self._read(wanted) if wanted else b""
        buffer[: len(data)] = data
        if self._left is not None:
            self._left -= len(data)
        return len(data)


def slice_reader(read: Callable[[int], bytes], *, length: int | None) -> BinaryIO:
    """Return a stream of what a function reads, at most `length` bytes of it."""
    return cast("BinaryIO", io.BufferedReader(_SliceReader(read, length), _BUFFER))


def check_slice(offset: int, length: int | None) -> None:
    """Raise `ValueError` for a slice that counts from the end."""
    if offset < 0 or (length is not None and length < 0):
        raise ValueError(f"no slice of an object: offset {offset}, length {length}")
