"""A server that only listens: it notes whoever comes, and answers nothing worth having."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LAST = b"the last one"


class Listener:
    """Listens on the loopback interface and keeps the first bytes of every visitor."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.heard: list[bytes] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Return the address that reaches it."""
        return f"http://127.0.0.1:{self.port}"

    def _listen(self) -> None:
        while True:
            visitor, _ = self._socket.accept()
            with visitor:
                said = _said(visitor)
                if said == _LAST:
                    return
                self.heard.append(said)

    def visitors(self) -> list[bytes]:
        """Listen no longer, and tell what everyone said who has come by now."""
        if self._thread.is_alive():
            with socket.create_connection(("127.0.0.1", self.port)) as last:
                last.sendall(_LAST)
            self._thread.join(10)
            self._socket.close()
        return self.heard


def _said(visitor: socket.socket) -> bytes:
    """Return what a visitor says at once, and tell them that there is nothing."""
    visitor.settimeout(1)
    try:
        said = visitor.recv(200)
        visitor.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    except OSError:
        return b""
    return said


@contextmanager
def listening() -> Iterator[Listener]:
    """Lend a listener."""
    listener = Listener()
    try:
        yield listener
    finally:
        listener.visitors()
