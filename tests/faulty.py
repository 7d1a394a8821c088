"""A door before a real server that behaves badly when told: between an S3 store and who uses it."""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

_PIECE = 1 << 16
# A piece longer than any head of an answer ends in bytes of a body.
_BODY = 8_192


@dataclass(frozen=True)
class Fault:
    """What goes wrong; nothing unless told.

    `status` answers every request with it, `is_silent` with nothing; `sent` and `got` cut every
    connection once so many bytes went to the server or came from it; `wrong_from` changes bytes of
    long answers once so many came; `delay` waits so many seconds before each piece that comes.
    """

    status: int = 0
    is_silent: bool = False
    sent: int | None = None
    got: int | None = None
    wrong_from: int | None = None
    delay: float = 0.0


class FaultyDoor:
    """Passes connections on to a server, badly when told."""

    def __init__(self, endpoint: str) -> None:
        host, _, port = endpoint.partition(":")
        self._target = (host, int(port))
        self._fault, self._passed = Fault(), [0, 0]
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self._listen(("127.0.0.1", 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.refuse()

    @property
    def endpoint(self) -> str:
        """Return `host:port` of the door."""
        return f"127.0.0.1:{self._port}"

    def behave(self, fault: Fault | None = None) -> None:
        """Behave like this from now on, well if told nothing; what is open is closed."""
        self._fault, self._passed = fault or Fault(), [0, 0]
        self._close_all()
        if self._listener is None:
            self._listen(("127.0.0.1", self._port))

    def refuse(self) -> None:
        """Accept no connection and end those there are."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in `accept`
            listener.close()
        self._close_all()

    def _listen(self, address: tuple[str, int]) -> None:
        listener = socket.create_server(address)
        self._port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _close_all(self) -> None:
        for each in list(self._open):
            self._end(each)

    def _end(self, *sockets: socket.socket) -> None:
        for each in sockets:
            self._open.discard(each)
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # the listener was closed
            while True:
                client, _ = listener.accept()
                self._open.add(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        fault, passed = self._fault, self._passed
        with suppress(OSError):
            if fault.is_silent or fault.status:
                self._answer(client, fault)
                return
            server = socket.create_connection(self._target)
            self._open.add(server)
            there = (client, server, Fault(), passed, 0, fault.sent)
            back = (server, client, fault, passed, 1, fault.got)
            threading.Thread(target=self._pass, args=back, daemon=True).start()
            self._pass(*there)

    def _answer(self, client: socket.socket, fault: Fault) -> None:
        while client.recv(_PIECE):
            if fault.status:
                body = "<Error><Code>InternalError</Code><Message>no</Message></Error>"
                head = (
                    f"HTTP/1.1 {fault.status} No\r\nContent-Type: application/xml\r\n"
                    f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                )
                client.sendall((head + body).encode())
                self._end(client)
                return

    def _pass(
        self,
        source: socket.socket,
        target: socket.socket,
        fault: Fault,
        passed: list[int],
        way: int,
        most: int | None,
    ) -> None:
        """Pass bytes on in one direction until either side ends, or so many went by in all."""
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                if fault.delay:
                    time.sleep(fault.delay)
                room = len(piece) if most is None else max(most - passed[way], 0)
                passed[way] += len(piece)
                is_wrong = fault.wrong_from is not None and passed[way] > fault.wrong_from
                if is_wrong and len(piece) > _BODY:
                    piece = piece[:-1] + bytes([piece[-1] ^ 1])
                target.sendall(piece[:room])
                if room < len(piece):
                    break
        self._end(source, target)
