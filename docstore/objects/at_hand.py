"""What was made last: what many want at once is read, or made, once."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class AtHand(Generic[Key, Value]):
    """Keeps at most `most` values; one that several want at once is read by the first of them."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._values: OrderedDict[Key, Future[Value]] = OrderedDict()

    def has(self, key: Key) -> bool:
        """Tell whether a value is there, so that nobody waits for it."""
        with self._lock:
            value = self._values.get(key)
        return value is not None and value.done()

    def get(self, key: Key, read: Callable[[], Value]) -> Value:
        """Return a value, read unless it is at hand; all who wait get what reading raises."""
        with self._lock:
            value = self._values.get(key)
            is_mine = value is None
            if value is None:
                value = self._values[key] = Future()
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
            else:
                self._values.move_to_end(key)
        if is_mine:
            self._fill(key, value, read)
        return value.result()

    def _fill(self, key: Key, value: Future[Value], read: Callable[[], Value]) -> None:
        try:
            value.set_result(read())
        except BaseException as error:  # noqa: BLE001 - passed on; whoever waits must not wait for ever
            with self._lock:
                if self._values.get(key) is value:
                    del self._values[key]
            value.set_exception(error)
