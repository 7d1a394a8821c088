"""Objects from one store into another, held to their hash on the way."""

import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from typing import BinaryIO, Protocol, cast

from docstore.errors import DocstoreError, ObjectNotFound, StorageUnavailable
from docstore.objects.seam import ObjectStore, object_key

_CHUNK = 1 << 20
# A store that broke off once may answer the next time.
_TRIES = 2


class _Wrong(Exception):
    """The source is not what its key and the record say; the argument is the reason."""


class _Verified:
    """Reads a source and raises before its last byte is believed, unless all are as they were."""

    def __init__(
        self, source: BinaryIO, *, sha256: str, size: int, passed: Callable[[int], None]
    ) -> None:
        self._source, self._sha256, self._size, self._passed = source, sha256, size, passed
        self._digest, self._count = hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; at the end raise `_Wrong` if they were not the object's."""
        try:
            chunk = self._source.read(size)
        except DocstoreError as error:
            raise _Wrong("unreadable") from error
        self._digest.update(chunk)
        self._count += len(chunk)
        if self._count > self._size or (not chunk and self._count < self._size):
            raise _Wrong("size")
        if not chunk and self._digest.hexdigest() != self._sha256:
            raise _Wrong("bytes")
        self._passed(len(chunk))
        return chunk


def _unwatched(_count: int) -> None:
    return


class Target(Protocol):
    """What takes an object: a store, or nobody where it is only read."""

    def put(self, key: str, source: BinaryIO, *, size: int) -> None:
        """Take `size` bytes."""


class _Nowhere:
    """Takes objects to hold them to their hash, and keeps none."""

    def put(self, key: str, source: BinaryIO, *, size: int) -> None:
        """Read everything."""
        del key, size
        while source.read(_CHUNK):
            pass


NOWHERE: Target = _Nowhere()


def copy_object(
    source: ObjectStore,
    target: Target,
    *,
    body_id: str,
    sha256: str,
    size: int,
    passed: Callable[[int], None] = _unwatched,
) -> str:
    """Put an object into another store; return the reason why it could not be, else nothing.

    The reasons are missing, size, bytes (not those of its hash) and unreadable. A source that does
    not answer at all is `StorageUnavailable`; what the target raises passes through. Nothing that
    is not the object is ever put.
    """
    key, reason = object_key(body_id, sha256), ""
    for _ in range(_TRIES):
        try:
            with ExitStack() as stack:
                stream = _opened(stack, source, key)
                verified = _Verified(stream, sha256=sha256, size=size, passed=passed)
                target.put(key, cast("BinaryIO", verified), size=size)
        except ObjectNotFound:
            return "missing"
        except _Wrong as wrong:
            reason = str(wrong)
            if reason != "unreadable":
                break
            source.ping()  # the store is away, or it is this one object
        else:
            return ""
    return reason


def _opened(stack: ExitStack, source: ObjectStore, key: str) -> BinaryIO:
    try:
        return stack.enter_context(source.open(key))
    except StorageUnavailable as error:
        raise _Wrong("unreadable") from error
