"""What the tasks of this floor work with."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from delivery.channels.seam import Mailer
from docstore.clock import Clock
from docstore.database import Database
from docstore.files.sandbox import Limits
from docstore.files.writer import PACKET
from docstore.objects.seam import ObjectStore
from docstore.room import ANYWHERE, Room


@dataclass(frozen=True, slots=True)
class Sender:
    """The record, the bytes, the mailer, and the address that links are built from."""

    database: Database
    store: ObjectStore
    clock: Clock
    mailer: Mailer
    public_url: str
    """Without a slash at its end; never taken from a request."""
    mail_from: str
    spool_dir: Path
    limits: Limits = PACKET
    """What making one merged PDF may use up."""
    room: Room = ANYWHERE

    @property
    def host(self) -> str:
        """Return the name that Message-IDs are made with."""
        return message_host(self.public_url)


def message_host(public_url: str) -> str:
    """Return a URL's host as the right side of a Message-ID."""
    host = urlsplit(public_url).hostname or "localhost"
    if ":" in host:
        return f"[IPv6:{host}]"
    return host if host.isascii() else host.encode("idna").decode()
