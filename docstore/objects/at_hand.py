"""The blocks read last: what many want at once is read once."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock

Key = tuple[str, str, int]
"""Body, hash of the object, number of the block."""


class AtHand:
    """Keeps at most `most` blocks; one that several want at once is read by the first of them."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._blocks: OrderedDict[Key, Future[bytes]] = OrderedDict()

    def get(self, key: Key, read: Callable[[], bytes]) -> bytes:
        """Return a block, read unless it is at hand; all who wait get what reading raises."""
        with self._lock:
            block = self._blocks.get(key)
            is_mine = block is None
            if block is None:
                block = self._blocks[key] = Future()
                while len(self._blocks) > self._most:
                    self._blocks.popitem(last=False)
            else:
                self._blocks.move_to_end(key)
        if is_mine:
            self._fill(key, block, read)
        return block.result()

    def _fill(self, key: Key, block: Future[bytes], read: Callable[[], bytes]) -> None:
        try:
            block.set_result(read())
        except BaseException as error:  # noqa: BLE001 - passed on; whoever waits must not wait for ever
            with self._lock:
                if self._blocks.get(key) is block:
                    del self._blocks[key]
            block.set_exception(error)
