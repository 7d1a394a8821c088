"""A mail server that breaks off or falls silent at a step of its choice, as real ones do."""

import socket
import threading
from email import message_from_bytes
from typing import Literal

Step = Literal["banner", "ehlo", "mail", "rcpt", "data", "content", "taken", "never"]
STEPS: tuple[Step, ...] = ("banner", "ehlo", "mail", "rcpt", "data", "content", "taken")
"""`content` is before the final dot is answered, when nobody can know; `taken` just after."""

_ANSWERS = {
    b"EHLO": ("ehlo", b"250 rude.example\r\n"),
    b"HELO": ("ehlo", b"250 rude.example\r\n"),
    b"MAIL": ("mail", b"250 OK\r\n"),
    b"RCPT": ("rcpt", b"250 OK\r\n"),
    b"DATA": ("data", b"354 go on\r\n"),
    b"NOOP": ("noop", b"250 OK\r\n"),
    b"RSET": ("rset", b"250 OK\r\n"),
    b"QUIT": ("quit", b"221 bye\r\n"),
}


class RudeServer:
    """Takes mails, but for one step at which it is rude: `breaks_at` cuts, `hangs_at` is silent."""

    def __init__(self) -> None:
        self.breaks_at: Step = "never"
        self.hangs_at: Step = "never"
        self.taken: list[str] = []
        """The Message-IDs of all that it took over, whether it said so or not."""
        self._go_on = threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def be_polite(self) -> None:
        """Serve as one should from now on; who waits for an answer is cut off."""
        self.breaks_at = self.hangs_at = "never"
        self._go_on.set()

    def close(self) -> None:
        """Close the door."""
        self._go_on.set()
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as lines:
            if self._is_rude("banner"):
                return
            client.sendall(b"220 rude.example\r\n")
            for line in lines:
                step, answer = _ANSWERS[line[:4].upper()]
                if self._is_rude(step):
                    return
                client.sendall(answer)
                if step == "data" and not self._take(client, lines):
                    return
                if step == "quit":
                    return

    def _take(self, client: socket.socket, lines: object) -> bool:
        content = bytearray()
        for line in lines:  # type: ignore[attr-defined]  # a socket's file
            if line == b".\r\n":
                break
            content += line
        self.taken.append(message_from_bytes(bytes(content))["Message-ID"])
        if self._is_rude("content"):
            return False
        client.sendall(b"250 2.0.0 taken\r\n")
        return not self._is_rude("taken")

    def _is_rude(self, step: str) -> bool:
        """Be rude at a step, if that is to be; tell whether the connection ends here."""
        if self.hangs_at == step:
            self._go_on.wait(60)
            return True
        return self.breaks_at == step
