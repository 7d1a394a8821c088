"""Every mailer keeps the contract of the seam, the SMTP one against a real server."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from api.demo.seaweed import free_ports
from delivery.channels.mailbox import MailboxMailer
from delivery.channels.memory import MemoryMailer
from delivery.channels.open import open_mailer
from delivery.channels.seam import Mail, Mailer
from delivery.channels.smtp import SmtpEndpoint, SmtpMailer
from delivery.errors import MailRefused, MailUnavailable
from docstore.errors import NotFound
from tests.smtp import SmtpServer

AT = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)


def make_mail(**changes: object) -> Mail:
    mail = Mail(
        message_id="<m1@teczka.example>",
        sent_at=AT,
        sender="teczka@gmina.example",
        sender_name="Rada Miejska w Wleniu",
        to_address="lucja@gmina.example",
        to_name="Łucja Żółć, radna",
        subject="LIII sesja Rady Miejskiej w Wleniu, 26 listopada 2026: zmiana materiałów",
        text="Zażółć gęślą jaźń.\n.\nhttps://teczka.example/wlen/wejscie/link/" + "a" * 60 + "\n",
        html="<p>Zażółć gęślą jaźń</p>",
    )
    return replace(mail, **changes)  # type: ignore[arg-type]  # a test names what it changes


@dataclass
class Kit:
    """A mailer, what came out at its other end, and a way to take it away."""

    mailer: Mailer
    received: Callable[[], list[EmailMessage]]
    take_away: Callable[[], object]
    bring_back: Callable[[], object]


def _memory() -> Kit:
    mailer = MemoryMailer()

    def down(is_down: bool) -> None:
        mailer.is_down = is_down

    def received() -> list[EmailMessage]:
        return [message_from_bytes(mail.as_bytes(), policy=policy.default) for mail in mailer.mails]

    return Kit(mailer, received, lambda: down(True), lambda: down(False))


def _mailbox(folder: Path) -> Kit:
    box = folder / "mailbox"

    def received() -> list[EmailMessage]:
        files = sorted(box.glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def take_away() -> None:
        box.rename(folder / "elsewhere")
        box.write_bytes(b"")  # a file where the folder was

    def bring_back() -> None:
        box.unlink()
        (folder / "elsewhere").rename(box)

    mailer = MailboxMailer(box)
    mailer.ping()
    return Kit(mailer, received, take_away, bring_back)


@pytest.fixture(params=["memory", "mailbox", "smtp"])
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kit]:
    if request.param == "memory":
        yield _memory()
    elif request.param == "mailbox":
        yield _mailbox(tmp_path)
    else:
        server: SmtpServer = request.getfixturevalue("smtp_server")
        mailer = open_mailer(server.url, password=None, data_dir=tmp_path)
        yield Kit(mailer, lambda: server.mails, server.stop, server.start)
        mailer.close()


class TestEveryMailer:
    def test_a_mail_arrives_as_it_was_written(self, kit: Kit) -> None:
        kit.mailer.send(make_mail(reply_to="biuro@gmina.example"))
        (mail,) = kit.received()
        assert mail["Subject"] == make_mail().subject
        assert mail["Message-ID"] == "<m1@teczka.example>"
        assert mail["From"].addresses[0].display_name == "Rada Miejska w Wleniu"
        assert mail["From"].addresses[0].addr_spec == "teczka@gmina.example"
        assert mail["To"].addresses[0].display_name == "Łucja Żółć, radna"
        assert mail["To"].addresses[0].addr_spec == "lucja@gmina.example"
        assert mail["Reply-To"].addresses[0].addr_spec == "biuro@gmina.example"
        assert mail["Date"].datetime == AT
        plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None
        assert html is not None
        assert plain.get_content().replace("\r\n", "\n") == make_mail().text
        assert html.get_content().strip() == make_mail().html

    def test_the_answer_of_the_other_side_comes_back(self, kit: Kit) -> None:
        assert kit.mailer.send(make_mail()).startswith("250 ")

    def test_a_repeat_keeps_its_message_id(self, kit: Kit) -> None:
        kit.mailer.send(make_mail())
        kit.mailer.send(make_mail())
        assert [mail["Message-ID"] for mail in kit.received()] == ["<m1@teczka.example>"] * 2

    def test_ping_tells_that_mails_can_be_handed_over(self, kit: Kit) -> None:
        kit.mailer.ping()
        assert kit.received() == []

    def test_a_mailer_that_is_away_says_try_later_and_works_again_when_it_is_back(
        self, kit: Kit
    ) -> None:
        kit.mailer.send(make_mail())
        kit.take_away()
        with pytest.raises(MailUnavailable):
            kit.mailer.ping()
        with pytest.raises(MailUnavailable):
            kit.mailer.send(make_mail(message_id="<m2@teczka.example>"))
        kit.bring_back()
        kit.mailer.ping()
        kit.mailer.send(make_mail(message_id="<m3@teczka.example>"))
        assert [mail["Message-ID"] for mail in kit.received()] == [
            "<m1@teczka.example>",
            "<m3@teczka.example>",
        ]

    def test_it_may_be_used_again_after_it_was_closed(self, kit: Kit) -> None:
        kit.mailer.send(make_mail())
        kit.mailer.close()
        kit.mailer.send(make_mail())
        assert len(kit.received()) == 2

    def test_threads_may_share_it(self, kit: Kit) -> None:
        def send(number: int) -> None:
            kit.mailer.send(make_mail(message_id=f"<n{number}@teczka.example>"))

        threads = [Thread(target=send, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = {mail["Message-ID"] for mail in kit.received()}
        assert found == {f"<n{number}@teczka.example>" for number in range(6)}


class TestRefusals:
    @pytest.fixture(params=["memory", "smtp"])
    def server(self, request: pytest.FixtureRequest) -> Iterator[tuple[Mailer, object]]:
        if request.param == "memory":
            twin = MemoryMailer()
            yield twin, twin
            return
        real: SmtpServer = request.getfixturevalue("smtp_server")
        mailer = SmtpMailer(SmtpEndpoint(real.host, real.port))
        yield mailer, real
        mailer.close()

    def test_5xx_is_for_good_and_keeps_nobody_else_from_their_mail(
        self, server: tuple[Mailer, SmtpServer]
    ) -> None:
        mailer, other = server
        other.refuse("lucja@gmina.example", "550 5.1.1 nie ma takiej skrzynki")
        with pytest.raises(MailRefused) as refusal:
            mailer.send(make_mail())
        assert refusal.value.answer == "550 5.1.1 nie ma takiej skrzynki"
        assert mailer.send(make_mail(to_address="jan@gmina.example")).startswith("250 ")

    def test_4xx_means_later_and_keeps_nobody_else_from_their_mail(
        self, server: tuple[Mailer, SmtpServer]
    ) -> None:
        mailer, other = server
        other.refuse("lucja@gmina.example", "451 4.7.1 greylisted")
        with pytest.raises(MailUnavailable) as refusal:
            mailer.send(make_mail())
        assert refusal.value.answer == "451 4.7.1 greylisted"
        assert mailer.send(make_mail(to_address="jan@gmina.example")).startswith("250 ")
        other.accept()
        assert mailer.send(make_mail()).startswith("250 ")


class TestMail:
    @pytest.mark.parametrize("field", ["subject", "to_name", "sender_name"])
    @pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\x00"])
    def test_nobody_writes_headers_of_their_own(self, field: str, end: str) -> None:
        with pytest.raises(ValueError, match="one line"):
            make_mail(**{field: f"sesja{end}Bcc: ktos@example.com"})

    def test_further_headers_are_one_line_too(self) -> None:
        with pytest.raises(ValueError, match="one line"):
            make_mail(headers={"X-Note": "a\r\nBcc: b@example.com"})

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "lucja",
            "lucja@",
            "@gmina.example",
            "łucja@gmina.example",
            "a b@gmina.example",
            "a@gmina.example\nBcc: b@example.com",
            "a@gmina.example, b@gmina.example",
            "a..b@gmina.example",
            "a@-gmina.example",
            "a@gmina..example",
            f"{'a' * 65}@gmina.example",
            f"a@{'b' * 250}.example",
        ],
    )
    def test_an_address_that_cannot_be_one_is_refused_without_asking_a_server(
        self, address: str
    ) -> None:
        with pytest.raises(MailRefused) as refusal:
            make_mail(to_address=address)
        assert refusal.value.answer == "bad_address"

    def test_a_polish_domain_travels_in_ascii(self) -> None:
        assert make_mail(to_address="biuro@rada.żory.pl").recipient == "biuro@rada.xn--ory-22a.pl"

    def test_a_wrong_sender_is_no_fault_of_the_recipient(self) -> None:
        with pytest.raises(MailUnavailable) as refusal:
            MemoryMailer().send(make_mail(sender="Teczka"))
        assert refusal.value.answer == "bad_sender"

    def test_every_byte_is_ascii_and_no_line_is_too_long(self) -> None:
        content = make_mail(text="żółć " * 900).as_bytes()
        assert content.isascii()
        assert max(map(len, content.split(b"\r\n"))) <= 998
        assert b"\n" not in content.replace(b"\r\n", b"")

    _HEADER = st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=300
    ).map(lambda text: " ".join(text.split()))

    @settings(deadline=None)  # the first mail loads the codecs
    @given(_HEADER.filter(bool), _HEADER)
    def test_any_subject_and_name_are_read_as_they_were_written(
        self, subject: str, name: str
    ) -> None:
        mail = make_mail(subject=subject, to_name=name)
        raw = message_from_bytes(mail.as_bytes())
        assert _read(raw["Subject"]) == subject
        assert max(map(len, raw["Subject"].splitlines())) <= 78
        ((encoded, address),) = getaddresses([raw["To"]])
        assert address == "lucja@gmina.example"
        assert _read(encoded) == name


def _read(header: str) -> str:
    """Return a header as mail programs show it (RFC 2047)."""
    return str(make_header(decode_header(header.replace("\r\n", ""))))


class TestMailbox:
    def test_the_newest_mail_comes_first(self, tmp_path: Path) -> None:
        box = MailboxMailer(tmp_path)
        for number in range(3):
            box.send(make_mail(message_id=f"<m{number}@teczka.example>", subject=f"mail {number}"))
        assert [letter.subject for letter in box.list()] == ["mail 2", "mail 1", "mail 0"]

    def test_a_mail_is_read_as_people_read_it(self, tmp_path: Path) -> None:
        box = MailboxMailer(tmp_path)
        box.send(make_mail())
        letter = box.read(box.list()[0].name)
        assert letter.to_name == "Łucja Żółć, radna"
        assert letter.to_address == "lucja@gmina.example"
        assert letter.text == make_mail().text
        assert letter.sent_at == AT

    def test_an_empty_mailbox_has_no_mails(self, tmp_path: Path) -> None:
        assert MailboxMailer(tmp_path / "none").list() == ()

    @pytest.mark.parametrize("name", ["../secret", "x.eml", "", "20261120T140500000000-../a.eml"])
    def test_no_name_leads_out_of_the_folder(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "secret").write_text("not a mail")
        with pytest.raises(NotFound):
            MailboxMailer(tmp_path / "box").read(name)


class TestOpen:
    def test_without_a_url_every_mail_waits(self, tmp_path: Path) -> None:
        mailer = open_mailer("", password=None, data_dir=tmp_path)
        for attempt in (mailer.ping, lambda: mailer.send(make_mail())):
            with pytest.raises(MailUnavailable) as refusal:
                attempt()
            assert refusal.value.answer == "not_configured"

    def test_the_mailbox_lies_in_the_data_folder(self, tmp_path: Path) -> None:
        open_mailer("mailbox:", password=None, data_dir=tmp_path).send(make_mail())
        assert len(MailboxMailer(tmp_path / "mailbox").list()) == 1

    @pytest.mark.parametrize(
        "url",
        ["smtp://", "smtp://user:secret@host", "smtp://host/path", "http://host", "imap://host"],
    )
    def test_a_url_that_names_no_mailer_is_refused(self, url: str, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="mail"):
            open_mailer(url, password=None, data_dir=tmp_path)


def _certificate(folder: Path) -> ssl.SSLContext:
    """Return the TLS of a server that nobody vouches for, as mail servers in town halls have it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "poczta")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "poczta.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


class _Strict:
    """A server that offers STARTTLS and takes mails after a sign-in alone."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.envelopes: list[Envelope] = []
        self.controller = Controller(
            self,
            hostname="127.0.0.1",
            port=free_ports(1)[0],
            tls_context=context,
            auth_required=True,
            authenticator=self._authenticate,
        )

    def _authenticate(
        self, _server: object, _session: object, _envelope: object, _mechanism: str, data: object
    ) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.password == b"tajne"
        return AuthResult(success=good, handled=False)

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self, _server: object, _session: object, envelope: Envelope
    ) -> str:
        self.envelopes.append(envelope)
        return "250 2.0.0 kept"


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[_Strict]:
    server = _Strict(_certificate(tmp_path))
    server.controller.start()
    yield server
    server.controller.stop()


class TestSmtp:
    def _mailer(self, server: _Strict, **changes: object) -> SmtpMailer:
        target = SmtpEndpoint("127.0.0.1", int(server.controller.port), user="teczka")
        return SmtpMailer(replace(target, **changes))  # type: ignore[arg-type]  # named by a test

    def test_it_begins_tls_where_offered_and_signs_in(self, strict: _Strict) -> None:
        mailer = self._mailer(strict, password="tajne")
        mailer.send(make_mail())
        mailer.close()
        assert strict.envelopes[0].rcpt_tos == ["lucja@gmina.example"]

    def test_a_wrong_password_is_told_in_the_servers_words_and_blames_no_address(
        self, strict: _Strict
    ) -> None:
        with pytest.raises(MailUnavailable) as refusal:
            self._mailer(strict, password="zle").send(make_mail())
        assert refusal.value.answer.startswith("535 ")

    def test_a_server_that_asks_for_a_password_nobody_set_blames_no_address(
        self, strict: _Strict
    ) -> None:
        with pytest.raises(MailUnavailable) as refusal:
            self._mailer(strict, user="").send(make_mail())
        assert refusal.value.answer.startswith("530 ")

    def test_a_certificate_nobody_vouches_for_is_not_trusted_beyond_this_machine(
        self, strict: _Strict, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(SmtpEndpoint, "is_loopback", property(lambda _: False))
        with pytest.raises(MailUnavailable) as refusal:
            self._mailer(strict, password="tajne").ping()
        assert refusal.value.answer == "tls"
        mailer = self._mailer(strict, password="tajne", verifies=False)
        mailer.ping()
        mailer.close()

    def test_no_password_travels_in_the_open(
        self, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(SmtpEndpoint, "is_loopback", property(lambda _: False))
        target = SmtpEndpoint(smtp_server.host, smtp_server.port, user="u", password="p")
        mailer = SmtpMailer(target)
        with pytest.raises(MailUnavailable) as refusal:
            mailer.ping()
        assert refusal.value.answer == "no_tls"

    def test_a_server_that_does_not_answer_in_time_means_later(
        self, smtp_server: SmtpServer
    ) -> None:
        smtp_server.hold()
        mailer = SmtpMailer(SmtpEndpoint(smtp_server.host, smtp_server.port), timeout=0.2)
        with pytest.raises(MailUnavailable) as refusal:
            mailer.send(make_mail())
        assert refusal.value.answer == "timeout"

    def test_one_connection_carries_a_batch(self, smtp_server: SmtpServer) -> None:
        mailer = SmtpMailer(SmtpEndpoint(smtp_server.host, smtp_server.port))
        mailer.ping()
        first = mailer._client
        for number in range(3):
            mailer.send(make_mail(message_id=f"<m{number}@teczka.example>"))
        assert mailer._client is first
        mailer.close()
