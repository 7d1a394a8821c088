"""Mails over SMTP, one connection for many."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock

from delivery.channels.seam import Mail
from delivery.errors import MailRefused, MailUnavailable

# Seconds for one step; a whole mail takes eight at most, less than the lease of its task.
TIMEOUT = 20.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_OK, _OK_FORWARDED, _OK_UNCHECKED = 250, 251, 252
_PERMANENT = 500
# The server wants something else of us: TLS, a password, other steps. No address is to blame.
_ABOUT_US = frozenset({503, 530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class SmtpEndpoint:
    """Where mails go, as whom, and how carefully the other side is looked at."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    is_tls: bool = False
    verifies: bool = True

    @property
    def is_loopback(self) -> bool:
        """Tell whether the server is this machine: nobody listens in between."""
        return self.host in _LOOPBACK

    @property
    def context(self) -> ssl.SSLContext:
        """Return how TLS is done; a mail server on this machine has a certificate of its own."""
        context = ssl.create_default_context()
        if self.is_loopback or not self.verifies:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class SmtpMailer:
    """Keeps one connection for as long as the server does, and opens another when it is gone."""

    def __init__(self, server: SmtpEndpoint, *, timeout: float = TIMEOUT) -> None:
        self._server = server
        self._timeout = timeout
        self._client: smtplib.SMTP | None = None
        self._lock = Lock()

    def send(self, mail: Mail) -> str:
        """Hand a mail over; return what the server said when it took it."""
        content = mail.as_bytes()
        with self._lock, self._translated():
            return _hand_over(self._begun(mail, len(content)), mail, content)

    def ping(self) -> None:
        """Connect, or ask the open connection whether it still holds."""
        with self._lock, self._translated():
            self._ready()

    def close(self) -> None:
        """Say goodbye to the server."""
        with self._lock:
            self._drop(politely=True)

    def _ready(self) -> smtplib.SMTP:
        if self._client is not None:
            with suppress(OSError):  # SMTPException is one; a connection gone is no news here
                if self._client.noop()[0] == _OK:
                    return self._client
            self._drop()
        self._client = self._open()
        return self._client

    def _begun(self, mail: Mail, size: int) -> smtplib.SMTP:
        """Begin a mail; a kept connection that does not take its beginning is replaced.

        So none is asked before each mail whether it holds: by then nothing was handed over.
        """
        if self._client is not None:
            with suppress(OSError):
                if _begin(self._client, mail, size)[0] == _OK:
                    return self._client
            self._drop()
        self._client = self._open()
        code, answer = _begin(self._client, mail, size)
        if code != _OK:  # the sender is our own setting, whatever the server thinks of it
            raise MailUnavailable(answer=_said(code, answer))
        return self._client

    def _open(self) -> smtplib.SMTP:
        client = self._connected()
        try:
            _make_private(client, self._server)
            if self._server.user:
                client.login(self._server.user, self._server.password)
        except BaseException:
            client.close()
            raise
        return client

    def _connected(self) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.is_tls:
            context = self._server.context
            return smtplib.SMTP_SSL(host, port, timeout=self._timeout, context=context)
        return smtplib.SMTP(host, port, timeout=self._timeout)

    def _drop(self, *, politely: bool = False) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        if politely:
            with suppress(OSError):
                client.quit()
        client.close()

    def _reset(self) -> None:
        """Forget the mail that was refused, so that the next one starts anew."""
        try:
            if self._client is not None:
                self._client.rset()
        except OSError:
            self._drop()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Tell a refusal from a server that cannot be used now; the latter loses its connection."""
        try:
            yield
        except MailRefused:
            self._reset()
            raise
        except (MailUnavailable, OSError) as error:  # smtplib's own errors are OSErrors
            self._drop()
            if isinstance(error, MailUnavailable):
                raise
            raise MailUnavailable(answer=_meaning(error)) from error


def _make_private(client: smtplib.SMTP, server: SmtpEndpoint) -> None:
    """Begin TLS where the server offers it; without it no password travels."""
    client.ehlo_or_helo_if_needed()
    if server.is_tls:
        return
    if client.has_extn("starttls"):
        client.starttls(context=server.context)
        client.ehlo()
    elif server.user and not server.is_loopback:
        raise MailUnavailable(answer="no_tls")


def _begin(client: smtplib.SMTP, mail: Mail, size: int) -> tuple[int, bytes]:
    """Say whose mail comes; smtplib's own `sendmail` keeps the server's last answer to itself."""
    return client.mail(mail.return_path, [f"size={size}"] if client.has_extn("size") else [])


def _hand_over(client: smtplib.SMTP, mail: Mail, content: bytes) -> str:
    """Walk a mail that was begun through to the server's last answer."""
    _check(*client.rcpt(mail.recipient))
    try:
        return _check(*client.data(content))
    except smtplib.SMTPDataError as error:
        return _check(error.smtp_code, error.smtp_error)


def _check(code: int, answer: bytes | str) -> str:
    if code in {_OK, _OK_FORWARDED, _OK_UNCHECKED}:
        return _said(code, answer)
    if code >= _PERMANENT and code not in _ABOUT_US:
        raise MailRefused(answer=_said(code, answer))
    raise MailUnavailable(answer=_said(code, answer))


def _said(code: int, answer: bytes | str) -> str:
    text = answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
    return f"{code} {' '.join(text.split())}".strip()


def _meaning(error: OSError) -> str:
    """Return the server's own words, or a code for what went wrong on the way to it."""
    timed_out = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
    match error:
        case smtplib.SMTPResponseException():
            return _said(error.smtp_code, error.smtp_error)
        case _ if timed_out:
            return "timeout"
        case smtplib.SMTPServerDisconnected():
            return "broken_off"
        case smtplib.SMTPException():  # it offers no way to sign in, or none that we know
            return "no_auth"
        case ssl.SSLError():
            return "tls"
    return "unreachable"
