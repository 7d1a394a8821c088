"""Wakes workers in other processes of this machine as soon as there is work for them."""

import hashlib
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

# So many processes with workers can be woken; more of them look by themselves twice a second.
_PLACES = 4
_RING = b"!"
# However often somebody rings, workers are woken fifty times a second at most.
_BREATH = 0.02


class Bell:
    """Heard by every process with workers that has the same data folder on the same machine.

    Nothing depends on it: a ring that nobody hears costs half a second, until workers look by
    themselves. Its sockets have abstract names, so nothing is left in the folder by whoever is
    killed. Another user of the machine who rings or listens learns nothing; he can wake workers
    for nothing, a little, or let them look by themselves again.
    """

    def __init__(self, folder: Path) -> None:
        name = hashlib.sha256(bytes(folder.resolve())).hexdigest()[:32]
        self._places = [f"\0teczka-{name}-{place}".encode() for place in range(_PLACES)]
        self._mine: socket.socket | None = None
        self._taken: bytes | None = None

    def ring(self) -> None:
        """Wake the workers of other processes; those who hear already are not waited for."""
        with (
            suppress(OSError),  # no descriptor is left: what was committed stays committed
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender,
        ):
            sender.setblocking(False)
            for place in self._places:
                if place != self._taken:  # this process wakes its own workers without a bell
                    with suppress(OSError):  # nobody is there, or he was rung for often enough
                        sender.sendto(_RING, place)

    def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever somebody rings, from a thread of its own, until `close`."""
        mine = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._taken = next((place for place in self._places if _takes(mine, place)), None)
        if self._taken is None:
            mine.close()
            return
        self._mine = mine
        threading.Thread(target=self._hear, args=(mine, wake), name="bell", daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        mine, self._mine, self._taken = self._mine, None, None
        if mine is not None:
            with suppress(OSError):  # rung for at this moment, the thread has closed it already
                mine.shutdown(socket.SHUT_RDWR)  # wakes the thread, which closes it

    def _hear(self, mine: socket.socket, wake: Callable[[], None]) -> None:
        with mine:
            while True:
                mine.recv(len(_RING))
                if self._mine is not mine:
                    return
                wake()
                time.sleep(_BREATH)


def _takes(listener: socket.socket, place: bytes) -> bool:
    try:
        listener.bind(place)
    except OSError:
        return False
    return True
