"""A mail server for the tests: it keeps what it accepts and can be told to be difficult."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Condition, Event

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from api.demo.seaweed import free_ports


class _Handler:
    """What aiosmtpd is given: of that it reads every attribute at each connection.

    Given the server itself it would parse all mails that ever came, and be the slower for each.
    """

    def __init__(self, server: "SmtpServer") -> None:
        self.handle_RCPT = server.handle_RCPT
        self.handle_DATA = server.handle_DATA


class SmtpServer:
    """A mail server in a thread that keeps what it accepts and can be told to be difficult."""

    def __init__(self, port: int | None = None) -> None:
        self.envelopes: list[Envelope] = []
        self._changed = Condition()
        self._refusals: dict[str, str] = {}
        self.asked = Event()
        """Set once a mail was sent and waits for its answer."""
        self._open = Event()
        self._open.set()
        self.host = "127.0.0.1"
        self.port = port or free_ports(1)[0]  # the same after a stop and a start
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """Return its address as settings have it."""
        return f"smtp://{self.host}:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        """Return the accepted mails, read as mail programs read them."""
        return [
            message_from_bytes(each.original_content or b"", policy=policy.default)
            for each in self.envelopes
        ]

    def mails_to(self, address: str) -> list[EmailMessage]:
        """Return the mails accepted for one recipient."""
        pairs = zip(self.envelopes, self.mails, strict=True)
        return [mail for envelope, mail in pairs if address in envelope.rcpt_tos]

    def wait_for(self, count: int, *, patience: float = 30) -> list[EmailMessage]:
        """Return the mails as soon as there are `count` of them."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.envelopes) >= count, patience):
                pytest.fail(f"{len(self.envelopes)} mails came, not {count}")
        return self.mails

    def refuse(self, address: str = "*", answer: str = "550 5.1.1 no such mailbox") -> None:
        """Refuse one recipient, or all of them, with an answer (`451 ...` is "try later")."""
        self._refusals[address] = answer

    def accept(self) -> None:
        """Refuse nobody any more."""
        self._refusals.clear()

    def hold(self) -> None:
        """Leave every mail without an answer until `release`."""
        self._open.clear()

    def release(self) -> None:
        """Answer again."""
        self._open.set()

    def start(self) -> None:
        """Listen."""
        self._controller = Controller(_Handler(self), hostname=self.host, port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Close the door: connections are refused."""
        self.release()
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Answer for one recipient."""
        refusal = self._refusals.get(address) or self._refusals.get("*")
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail, once the door is open."""
        self.asked.set()
        await server.loop.run_in_executor(None, self._open.wait)
        with self._changed:
            self.envelopes.append(envelope)
            self._changed.notify_all()
        return "250 2.0.0 kept"
