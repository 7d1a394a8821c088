"""A gentle limit on what anybody may ask without an account."""

import threading
import time
from collections import OrderedDict


class Bucket:
    """Lets each client ask `burst` times at once and `rate` times a second afterwards.

    Kept in memory: a restart forgives everybody, and each process of a server counts for itself.
    Neither harms anybody.
    """

    def __init__(self, *, rate: float, burst: int, clients: int = 10_000) -> None:
        self._rate, self._burst, self._clients = rate, float(burst), clients
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, client: str) -> float:
        """Take one turn; return 0, or the seconds to wait for the next."""
        now = time.monotonic()
        with self._lock:
            left, since = self._left.pop(client, (self._burst, now))
            left = min(self._burst, left + (now - since) * self._rate)
            allowed = left >= 1
            self._left[client] = (left - 1 if allowed else left, now)
            while len(self._left) > self._clients:
                self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate
