"""The program `teczka` as tests kill it: the real commands, with a hook at the crash points.

    python -m tests.crash_program ORDERS serve|worker

ORDERS is a file. A test writes a point's name and a number into it; the process that reaches that
point that often takes the order away and kills itself, as `kill -9` would. Where the order ends
with `all`, the process that started it goes first: a whole server at once.
"""

import os
import signal
import sys
import threading
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from api import cli
from docstore import crashing
from docstore.crashing import Point
from docstore.outbox import claiming

# A lease short enough to be waited for; tests/integration/test_outbox.py holds how long it is.
_LEASE = timedelta(seconds=4)


class Executioner:
    """Kills this process at the point that the orders name."""

    def __init__(self, orders: Path) -> None:
        self._orders = orders
        self._lock = threading.Lock()
        self._seen = 0

    def __call__(self, point: Point) -> None:
        """Note that a point was reached, and carry out the order if it is the one."""
        with self._lock:
            try:
                name, number, whom = self._orders.read_text().split()
            except (FileNotFoundError, ValueError):
                self._seen = 0
                return
            if name != point.name:
                return
            self._seen += 1
            if self._seen < int(number):
                return
            self._orders.rename(self._orders.with_suffix(".done"))
            if whom == "all":
                os.kill(os.getppid(), signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)


_watching = ExitStack()  # held, or the hook would go with whoever installed it


def _watch(orders: Path) -> None:
    claiming.LEASE = _LEASE
    _watching.enter_context(crashing.watched(Executioner(orders)))


def main(orders: str, command: str) -> None:
    """Run a command of `teczka` with the hook; processes that it forks are born with it."""
    _watch(Path(orders))
    sys.argv = ["teczka", command]
    cli.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
