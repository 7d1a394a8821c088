"""The servers that tests and demo stand on do what the tests take for granted."""

import io
import os
import select
import signal
import smtplib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from api.demo.seaweed import Seaweed, SeaweedFailed
from docstore.objects.open import open_object_store
from docstore.objects.seam import ObjectStore, object_key
from tests.postgres import fresh_database
from tests.smtp import SmtpServer

KEY = object_key(1, sha256(b"kept").hexdigest())


def connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(url.replace("postgresql+psycopg", "postgresql"))


@pytest.mark.server
class TestPostgres:
    def test_each_test_has_an_empty_database_of_its_own(self, postgres_port: int) -> None:
        with fresh_database(postgres_port) as one, fresh_database(postgres_port) as two:
            with connect(one) as first:
                first.execute("CREATE TABLE mine (word text)")
            with connect(two) as second:
                found = second.execute("SELECT to_regclass('mine')").fetchone()
        assert found == (None,)

    def test_text_is_utf_8(self, postgres_url: str) -> None:
        with connect(postgres_url) as connection:
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def mail_to(*addresses: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "biuro@example.pl", ", ".join(addresses), "Sesja"
    mail.set_content("Zażółć gęślą jaźń")
    return mail


class TestSmtp:
    def test_a_mail_arrives_as_it_was_sent(self, smtp_server: SmtpServer) -> None:
        with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
            client.send_message(mail_to("radna@example.pl"))
        (mail,) = smtp_server.mails_to("radna@example.pl")
        assert mail["Subject"] == "Sesja"
        assert mail.get_content().strip() == "Zażółć gęślą jaźń"

    def test_one_recipient_can_be_refused(self, smtp_server: SmtpServer) -> None:
        smtp_server.refuse("zly@example.pl")
        with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
            refused = client.send_message(mail_to("zly@example.pl", "dobry@example.pl"))
        assert list(refused) == ["zly@example.pl"]
        assert len(smtp_server.mails_to("dobry@example.pl")) == 1

    def test_everybody_can_be_refused_and_accepted_again(self, smtp_server: SmtpServer) -> None:
        smtp_server.refuse(answer="451 later")
        with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                client.send_message(mail_to("radna@example.pl"))
            smtp_server.accept()
            client.send_message(mail_to("radna@example.pl"))
        assert len(smtp_server.mails) == 1

    def test_a_held_mail_is_answered_after_the_release(self, smtp_server: SmtpServer) -> None:
        smtp_server.hold()
        with (
            ThreadPoolExecutor(1) as pool,
            smtplib.SMTP(smtp_server.host, smtp_server.port) as client,
        ):
            sending = pool.submit(client.send_message, mail_to("radna@example.pl"))
            assert smtp_server.mails == []
            smtp_server.release()
            sending.result()
        assert len(smtp_server.wait_for(1)) == 1

    def test_a_stopped_server_refuses_connections_and_comes_back(
        self, smtp_server: SmtpServer
    ) -> None:
        smtp_server.stop()
        with pytest.raises(ConnectionRefusedError):
            smtplib.SMTP(smtp_server.host, smtp_server.port)
        smtp_server.start()
        with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
            client.send_message(mail_to("radna@example.pl"))
        assert len(smtp_server.mails) == 1


def store_of(server: Seaweed) -> ObjectStore:
    return open_object_store(
        server.url("papers"), access_key=server.access_key, secret_key=server.secret_key
    )


@pytest.mark.server
class TestSeaweed:
    def test_a_server_keeps_its_objects_and_its_key_and_its_folder(self, tmp_path: Path) -> None:
        """Started again it has what was put; meanwhile nobody else may start in its folder."""
        folder = tmp_path / "s3"
        with Seaweed(folder) as server:
            store_of(server).ping()
            store_of(server).put(KEY, io.BytesIO(b"kept"), size=4)
            assert (folder / "s3.json").stat().st_mode & 0o777 == 0o600
            with pytest.raises(SeaweedFailed, match="another"):
                Seaweed(folder).start()
        with Seaweed(folder) as again:
            assert again.access_key == server.access_key
            with store_of(again).open(KEY) as stream:
                assert stream.read() == b"kept"
        assert not any(each.exists() for each in again.sockets)

    def test_a_server_ends_with_a_process_that_is_killed(self, tmp_path: Path) -> None:
        program = (
            "import sys; from pathlib import Path; from api.demo.seaweed import Seaweed\n"
            "server = Seaweed(Path(sys.argv[1])).start(); print(server.process.pid, flush=True)\n"
            "sys.stdin.read()"
        )
        arguments = [sys.executable, "-c", program, str(tmp_path / "s3")]
        with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            server = int(process.stdout.readline())
            handle = os.pidfd_open(server)
            process.send_signal(signal.SIGKILL)
        ended, _, _ = select.select([handle], [], [], 20)  # readable once the process has ended
        os.close(handle)
        assert ended
