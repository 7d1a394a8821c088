"""Mails as files in a folder: the demo's mailbox, readable on a page and by any mail program."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from delivery.channels.seam import Mail
from delivery.errors import MailUnavailable
from docstore.errors import NotFound

_NAME = re.compile(r"\d{8}T\d{12}-[0-9A-Za-z._-]{1,80}\.eml")
_NOT_IN_NAMES = re.compile(r"[^0-9A-Za-z._-]")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of the mailbox as a person reads it; `html` is for a sandboxed frame alone."""

    name: str
    sent_at: datetime
    sender: str
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str


class MailboxMailer:
    """Writes each mail as one `.eml` file, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: Mail) -> str:
        """Write a mail into the folder."""
        content = mail.as_bytes()
        local = _NOT_IN_NAMES.sub("", mail.message_id.strip("<>").split("@")[0])[:60]
        sent_at = f"{mail.sent_at.astimezone(UTC):%Y%m%dT%H%M%S%f}"
        name = f"{sent_at}-{local}-{secrets.token_hex(4)}.eml"  # a repeat is a mail of its own
        with _translated():
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as target:
                target.write(content)
            Path(target.name).replace(self._folder / name)
        return f"250 2.0.0 kept as {name}"

    def ping(self) -> None:
        """Return when files can be written into the folder."""
        with _translated():
            self._folder.mkdir(parents=True, exist_ok=True)
            if not os.access(self._folder, os.W_OK | os.X_OK):
                raise MailUnavailable(answer="not_writable")

    def close(self) -> None:
        """Return: nothing is open."""

    def read(self, name: str) -> Letter:
        """Return one mail; `NotFound` for a name that is none of ours."""
        if not _NAME.fullmatch(name):
            raise NotFound
        try:
            content = (self._folder / name).read_bytes()
        except FileNotFoundError as error:
            raise NotFound from error
        message = message_from_bytes(content, policy=default)
        return _letter(name, message)

    def list(self) -> tuple[Letter, ...]:
        """Return every mail, the newest first."""
        if not self._folder.is_dir():
            return ()
        names = filter(_NAME.fullmatch, (path.name for path in self._folder.iterdir()))
        return tuple(self.read(name) for name in sorted(names, reverse=True))


def _letter(name: str, message: EmailMessage) -> Letter:
    recipient = message["To"].addresses[0]
    return Letter(
        name=name,
        sent_at=parsedate_to_datetime(message["Date"]),
        sender=str(message["From"]),
        to_name=recipient.display_name,
        to_address=recipient.addr_spec,
        subject=str(message["Subject"]),
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MailUnavailable(answer="not_writable") from error
