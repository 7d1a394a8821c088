"""Objects in a dictionary: the twin for tests."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import BinaryIO

from docstore.errors import ObjectNotFound
from docstore.objects.seam import ObjectStat, check_key
from docstore.objects.streams import ExactSource, check_slice, slice_reader


class MemoryObjectStore:
    """Keeps objects as long as the process lives."""

    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}
        self._lock = Lock()

    def put(self, key: str, source: BinaryIO, *, size: int) -> None:
        """Store the bytes unless an object of this size is there."""
        check_key(key)
        held = self._objects.get(key)
        if held is None or len(held) != size:
            self.replace(key, source, size=size)

    def replace(self, key: str, source: BinaryIO, *, size: int) -> None:
        """Store the bytes whatever is there."""
        check_key(key)
        data = ExactSource(source, size=size).read()
        with self._lock:
            self._objects[key] = data

    @contextmanager
    def open(self, key: str, *, offset: int = 0, length: int | None = None) -> Iterator[BinaryIO]:
        """Open a slice of an object."""
        check_slice(offset, length)
        data = io.BytesIO(self._get(key))
        data.seek(offset)
        with slice_reader(data.read, length=length) as stream:
            yield stream

    def stat(self, key: str) -> ObjectStat:
        """Return the size of an object."""
        return ObjectStat(size=len(self._get(key)))

    def remove(self, key: str) -> None:
        """Forget an object."""
        with self._lock:
            self._objects.pop(check_key(key), None)

    def list_keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys of this moment that start with `prefix`."""
        with self._lock:
            keys = sorted(self._objects)
        yield from (key for key in keys if key.startswith(prefix))

    def tidy(self, *, before: datetime) -> None:
        """Remove nothing: what was put half went with its process."""
        del before

    def ping(self) -> None:
        """Return: memory answers."""

    def _get(self, key: str) -> bytes:
        try:
            return self._objects[check_key(key)]
        except KeyError:
            raise ObjectNotFound(key=key) from None
