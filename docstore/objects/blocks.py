"""An object's blocks: the hash of each mebibyte, by which any part of it is checked alone."""

import hashlib

BLOCK = 1 << 20
"""Bytes in a block, but for an object's last one; docs/decisions/0070 says why so many."""
DIGEST = hashlib.sha256().digest_size
"""Bytes that a block's hash takes."""


class BlockHash:
    """Hashes bytes as they come: all of them, and each block by itself."""

    def __init__(self) -> None:
        self.size = 0
        self._whole, self._block = hashlib.sha256(), hashlib.sha256()
        self._closed = bytearray()

    def update(self, chunk: bytes) -> None:
        """Take the next bytes, however many."""
        self._whole.update(chunk)
        left = memoryview(chunk)
        while left:
            part = left[: BLOCK - self.size % BLOCK]
            self._block.update(part)
            self.size += len(part)
            left = left[len(part) :]
            if self.size % BLOCK == 0:
                self._closed += self._block.digest()
                self._block = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Return the hash of all that came, in hexadecimal digits."""
        return self._whole.hexdigest()

    @property
    def blocks(self) -> bytes:
        """Return the SHA-256 of each block, one after another."""
        last = self._block.digest() if self.size % BLOCK else b""
        return bytes(self._closed) + last


def tells(blocks: bytes | None, size: int) -> bool:
    """Tell whether these are the hashes of all blocks of an object of `size` bytes."""
    return blocks is not None and len(blocks) == -(-size // BLOCK) * DIGEST


def is_sound(data: bytes, blocks: bytes, number: int) -> bool:
    """Tell whether these are the bytes of a block, counted from 0."""
    kept = blocks[number * DIGEST : (number + 1) * DIGEST]
    return hashlib.sha256(data).digest() == kept
