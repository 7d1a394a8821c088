"""One server to a folder and a port."""

import errno
import fcntl
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from docstore.settings import Settings

# Seconds that a server on its way out may take; its successor waits as long for folder and port.
_PREDECESSOR = 5.0
_LOOK = 0.1


class PortTaken(Exception):
    """Another program listens where this server should, or another server of this folder does."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port}")
        self.port = port


@contextmanager
def alone(settings: Settings, *, patience: float | None = None) -> Iterator[None]:
    """Be the only server of a folder and a port for the block.

    Servers share a port without a word, and an old one that was forgotten would go on answering
    every other request. Raises `PortTaken` when another one stays longer than `patience` seconds,
    of which there are enough for one that is on its way out.
    """
    until = time.monotonic() + (_PREDECESSOR if patience is None else patience)
    with (settings.data_dir / f"serve-{settings.port}.lock").open("w") as lock:
        while not (_locks(lock.fileno()) and _is_free(settings)):
            if time.monotonic() > until:
                raise PortTaken(settings.port)
            time.sleep(_LOOK)
        yield


def _locks(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_free(settings: Settings) -> bool:
    """Tell whether nobody listens on the port; this socket shares none, as a server's does."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return False
    return True
