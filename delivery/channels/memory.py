"""Mails in a list: the twin for tests."""

from threading import Lock

from delivery.channels.seam import Mail
from delivery.errors import MailRefused, MailUnavailable


class MemoryMailer:
    """Keeps what it takes over as long as the process lives, and can be told to be difficult."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.is_down = False
        self._refusals: dict[str, str] = {}
        self._lock = Lock()

    def refuse(self, address: str, answer: str = "550 5.1.1 no such mailbox") -> None:
        """Refuse one recipient from now on; `4xx ...` means "try later"."""
        self._refusals[address] = answer

    def accept(self) -> None:
        """Refuse nobody any more."""
        self._refusals.clear()

    def send(self, mail: Mail) -> str:
        """Keep a mail, once it could really go over the wire."""
        self.ping()
        mail.as_bytes()
        answer = self._refusals.get(mail.recipient, "")
        if answer.startswith("4"):
            raise MailUnavailable(answer=answer)
        if answer:
            raise MailRefused(answer=answer)
        with self._lock:
            self.mails.append(mail)
        return "250 2.0.0 kept"

    def ping(self) -> None:
        """Raise `MailUnavailable` while it is down."""
        if self.is_down:
            raise MailUnavailable(answer="unreachable")

    def close(self) -> None:
        """Return: nothing is open."""
