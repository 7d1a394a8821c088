"""The seam behind which stored bytes live, and the shape of their keys."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

_KEY = re.compile(r"[0-9A-Za-z_-]{1,64}/objects/([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{60}")


def object_key(body_id: object, sha256: str) -> str:
    """Return the key under which a body keeps the bytes of this hash (64 hexadecimal digits)."""
    return check_key(f"{body_id}/objects/{sha256[:2]}/{sha256[2:4]}/{sha256}")


def check_key(key: str) -> str:
    """Return the key, or raise `ValueError`: nothing that a user typed is ever part of one."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a key of an object: {key!r}")
    return key


@dataclass(frozen=True, slots=True)
class ObjectStat:
    """What a store knows of one object; `size` is in bytes."""

    size: int


class ObjectStore(Protocol):
    """Write-once byte storage addressed by key.

    Contract (tests/contract/test_object_store.py holds every adapter to it):
      * When `put` returns, the bytes are durable.
      * `put` is atomic: a reader sees all the bytes or `ObjectNotFound`, whoever is killed when.
      * `put` of a key that exists with this size is a no-op, so a retry is always safe. An object
        of another size is damaged: its key names its bytes, so `put` writes it anew.
      * `replace` writes the bytes whatever is there: for an object that is marked damaged.
      * A source shorter or longer than `size` is a `ValueError`; nothing is stored.
      * A `FinalFile` may be kept as it is, under a second name: nobody writes to it any more.
      * `open` reads the slice `[offset : offset + length]`, empty beyond the end,
        once from its start: the stream cannot seek.
      * `remove` of a key that does not exist is a no-op.
      * `list_keys` yields every key that starts with the prefix, those of one body in order.
      * `tidy` removes what a killed `put` left behind, unless it was touched since a moment.
      * `ping` returns when the store can be used, and raises `StorageUnavailable` when not.
      * A key is of the shape of `object_key`, anything else is a `ValueError`.
      * A failing store is `ObjectNotFound`, `StorageUnavailable` or `StorageFull`; no SDK exception
        whose meaning is known escapes, and one that is not known is a defect and is not hidden.
    """

    def put(self, key: str, source: BinaryIO, *, size: int) -> None:
        """Store `size` bytes under a key, unless they are there."""

    def replace(self, key: str, source: BinaryIO, *, size: int) -> None:
        """Store `size` bytes under a key in place of a damaged object."""

    def open(
        self, key: str, *, offset: int = 0, length: int | None = None
    ) -> AbstractContextManager[BinaryIO]:
        """Open an object, or `length` bytes of it from `offset`."""
        ...

    def stat(self, key: str) -> ObjectStat:
        """Return the size of an object."""
        ...

    def remove(self, key: str) -> None:
        """Remove an object."""

    def list_keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that start with `prefix`."""
        ...

    def tidy(self, *, before: datetime) -> None:
        """Remove what puts left that were killed before a moment; no key leads to it."""

    def ping(self) -> None:
        """Return when the store answers."""
