"""Picks the mailer that a URL names."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from delivery.channels.mailbox import MailboxMailer
from delivery.channels.memory import MemoryMailer
from delivery.channels.none import UnconfiguredMailer
from delivery.channels.seam import Mailer
from delivery.channels.smtp import SmtpEndpoint, SmtpMailer

_PORTS = {"smtp": 25, "smtps": 465}


def open_mailer(url: str, *, password: str | None, data_dir: Path) -> Mailer:
    """Return the mailer of a URL; raise `ValueError` for one that names none.

    `smtp://user@host:587` is a mail server, with TLS as soon as it offers it; `smtps://host` one
    with TLS from the first byte; `?verify=no` takes any certificate. `mailbox:` is a folder in the
    data folder, `mailbox:///its/path` another one, `memory:` forgets everything at the end, and an
    empty URL is nobody: notices wait. The password is a setting of its own, since URLs reach logs.
    """
    if not url:
        return UnconfiguredMailer()
    parts = urlsplit(url)
    match parts.scheme:
        case "smtp" | "smtps":
            if not parts.hostname or parts.path.strip("/"):
                raise ValueError(f"a mail server is written {parts.scheme}://user@host:587")
            if parts.password is not None:
                raise ValueError("the password of the mail server is a setting of its own")
            return SmtpMailer(
                SmtpEndpoint(
                    host=parts.hostname,
                    port=parts.port or _PORTS[parts.scheme],
                    user=unquote(parts.username or ""),
                    password=password or "",
                    is_tls=parts.scheme == "smtps",
                    verifies=parse_qs(parts.query).get("verify") != ["no"],
                )
            )
        case "mailbox":
            return MailboxMailer(Path(unquote(parts.path)) if parts.path else data_dir / "mailbox")
        case "memory":
            return MemoryMailer()
    raise ValueError(f"a mailer is smtp:, smtps:, mailbox: or memory:, not {parts.scheme!r}")
