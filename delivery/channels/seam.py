"""The seam behind which mails leave the house, and the shape of one mail."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import base64mime
from email.header import Header
from email.message import Message
from email.policy import Compat32
from email.utils import format_datetime, formataddr
from functools import lru_cache
from typing import Protocol

from delivery.channels.address import mailable
from delivery.errors import MailRefused, MailUnavailable

# What ends a line for any mail program; in a header it would begin another header.
_LINE_ENDS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")


class _AsItStands(Compat32):
    """Writes headers as they were encoded here.

    The library's own policies take each apart again: that was half of what a mail cost, or with the
    newer ones more, and those fold with doubled spaces before encoded words.
    """

    def fold(self, name: str, value: str) -> str:
        """Return a header with its line ends; a value is ASCII, its lines are folded already."""
        return f"{name}: {value}\n".replace("\n", self.linesep)

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the same in bytes."""
        return self.fold(name, value).encode("ascii")


_POLICY = _AsItStands(linesep="\r\n", max_line_length=None)
# Never within Base64, so neither within a body (RFC 2045, section 6.7, on "=_").
_BOUNDARY = "=_alternative"
_LINE = 75  # the longest encoded word (RFC 2047, section 2)
_MESSAGE_ID = re.compile(r"<[^\s<>@]+@[^\s<>@]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one person, in plain text and HTML.

    Raises `MailRefused` for an address that nobody can deliver to, and `ValueError` for a header
    with a line end in it: that would be somebody's try to write headers of their own.
    """

    message_id: str
    """With its angle brackets; the same in every repeat."""
    sent_at: datetime
    sender: str
    sender_name: str
    to_address: str
    to_name: str
    subject: str
    text: str
    html: str
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for value in (self.subject, self.sender_name, self.to_name, *self.headers.values()):
            if _LINE_ENDS.search(value):
                raise ValueError(f"a header of a mail is one line: {value!r}")
        if not _MESSAGE_ID.fullmatch(self.message_id):
            raise ValueError(f"not a Message-ID: {self.message_id!r}")
        mailable(self.to_address)

    @property
    def recipient(self) -> str:
        """Return the recipient's address as it goes over the wire."""
        return mailable(self.to_address)

    @property
    def return_path(self) -> str:
        """Return the address that a bounce comes back to: our own setting, our own fault."""
        try:
            return mailable(self.sender)
        except MailRefused as error:
            raise MailUnavailable(answer="bad_sender") from error

    def as_bytes(self) -> bytes:
        """Return the mail as it goes over the wire, both bodies in it, plain text first.

        Every byte is below 128, so that the oldest server on the way can carry it.
        """
        message = Message(_POLICY)
        for name, value in self._headers():
            message[name] = value
        message["MIME-Version"] = "1.0"
        message["Content-Type"] = f'multipart/alternative; boundary="{_BOUNDARY}"'
        message.set_payload([_body("plain", self.text), _body("html", self.html)])
        return message.as_bytes()

    def _headers(self) -> Iterator[tuple[str, str]]:
        yield "Message-ID", self.message_id
        yield "Date", format_datetime(self.sent_at)
        yield "From", _mailbox(self.sender_name, self.return_path)
        yield "To", _mailbox(self.to_name, self.recipient)
        if self.reply_to:
            yield "Reply-To", mailable(self.reply_to)
        yield "Subject", _encoded(self.subject)
        yield from self.headers.items()


def _body(subtype: str, text: str) -> Message:
    """Return one of the bodies; its lines end as every program expects (CRLF)."""
    part = Message(_POLICY)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "base64"
    content = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    part.set_payload(base64mime.body_encode(content, eol="\r\n"))
    return part


@lru_cache(256)  # all mails of a notice have one subject and one sender
def _encoded(text: str) -> str:
    """Return a header's text in encoded words where it needs them (RFC 2047)."""
    plain = text.isascii() and "=?" not in text
    return Header(text, "us-ascii" if plain else "utf-8", maxlinelen=_LINE).encode()


def _mailbox(name: str, address: str) -> str:
    """Return a name with its address, the name quoted or encoded as it needs."""
    if name.isascii() and "=?" not in name:
        return formataddr((name, address))
    return f"{_encoded(name)} <{address}>"


class Mailer(Protocol):
    """Hands mails over to whoever carries them on.

    Contract (tests/contract/test_mailer.py holds every adapter to it):
      * `send` returns once the other side has taken the mail over, with its answer ("250 ...").
        Taken over is neither delivered nor read.
      * `MailUnavailable` says: try again later. The mail may have been taken all the same when the
        connection broke off at its end, so a repeat keeps its Message-ID.
      * `MailRefused` says: never for this address or this mail.
      * A mail that failed does not keep the next one from being sent.
      * `ping` returns when mails can be handed over, and raises `MailUnavailable` when not.
      * Threads may share a mailer. `close` lets go of what is open; it may be used again after.
    """

    def send(self, mail: Mail) -> str:
        """Hand one mail over and return the answer."""
        ...

    def ping(self) -> None:
        """Return when mails can be handed over."""

    def close(self) -> None:
        """Let go of connections."""
