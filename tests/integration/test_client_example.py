"""The example client does the main job against a real server, over a connection that breaks."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select

from api import wiring
from docstore.migrations import migrate
from docstore.models import Packet, Version
from docstore.services import bodies, clerks, organizations, people, seats, standings, terms, tokens
from docstore.services.acting import Acting
from docstore.services.bodies import BodyDetails
from docstore.services.tokens import SCOPES
from docstore.settings import Settings
from tests.factories import make_pdf

CLIENT = Path(__file__).resolve().parents[2] / "docs" / "examples" / "client.py"
TECZKA = Path(sys.executable).with_name("teczka")
PATIENCE = 120


def _prepare(settings: Settings) -> str:
    """Found a council with one member and a clerk; return a token of the clerk's."""
    parts = wiring.build(settings)
    migrate(parts.database)
    acting = Acting(None, parts.clock.now())
    today = acting.at.date()
    with parts.database.transaction() as session:
        details = BodyDetails(name="Rada Miejska w Piechowicach", slug="piechowice", kind="miasto")
        body = bodies.add_body(session, acting, details)
        terms.add_term(session, body_id=body.id, number=9, starts_on=today, ends_on=None)
        member, clerk = (
            people.add_person(session, acting, body_id=body.id, name=name, email=email)
            for name, email in (
                ("Anna Żółtowska", "anna@rada.example"),
                ("Ewa Biurowa", "biuro@rada.example"),
            )
        )
        council = organizations.council(session, body.id)
        seats.seat(session, acting, person=member, organization=council, starts_on=today)
        clerks.give_duty(session, acting, person=clerk, role="office")
        its = standings.standing(session, clerk, at=acting.at)
        token, _ = tokens.make(
            session, acting, its=its, by="password", label="przykład", scopes=SCOPES
        )
    parts.close()
    return token


@contextmanager
def _served(settings: Settings) -> Iterator[None]:
    variables = {
        **os.environ,
        "TECZKA_DATA_DIR": str(settings.data_dir),
        "TECZKA_PORT": str(settings.port),
        "TECZKA_PUBLIC_URL": settings.public_url,
        "TECZKA_SMTP_URL": settings.smtp_url,
        "TECZKA_LIBREOFFICE": "none",
        "TECZKA_TESSERACT": "none",
    }
    process = subprocess.Popen([TECZKA, "serve"], env=variables, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", settings.port)) == 0:
                    break
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


class _Breaking(ThreadingHTTPServer):
    """A way to the server that loses the first answer to each kind of work."""

    def __init__(self, to: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.to = urlsplit(to).netloc
        self.lost: set[str] = set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Passing(BaseHTTPRequestHandler):
    server: _Breaking

    def _pass(self) -> None:
        body = self._body()
        link = http.client.HTTPConnection(self.server.to, timeout=PATIENCE)
        kept = {
            k: v
            for k, v in self.headers.items()
            if k.lower() not in {"host", "connection", "transfer-encoding"}
        }
        link.request(self.command, self.path, body=body or None, headers=kept)
        answer = link.getresponse()
        data = answer.read()
        link.close()
        work = self.path.partition("?")[0].rsplit("/", 1)[-1]
        if self.command == "POST" and answer.status == 201 and work not in self.server.lost:
            self.server.lost.add(work)
            self.close_connection = True
            return  # done, and nobody is told
        self.send_response(answer.status)
        for name in ("content-type", "retry-after"):
            if value := answer.getheader(name):
                self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    do_GET = do_POST = do_PUT = _pass  # noqa: N815 - the library's own names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Say nothing."""


@contextmanager
def _broken_way(to: str) -> Iterator[_Breaking]:
    server = _Breaking(to)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join(30)
        server.server_close()


def test_the_client_of_the_docs_does_the_main_job_once_over_a_way_that_breaks(
    tmp_path: Path,
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings(
        data_dir=tmp_path / "data",
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        smtp_url="mailbox:",
        libreoffice="none",
        tesseract="none",
    )
    token = _prepare(settings)
    draft, annex = tmp_path / "projekt uchwały.txt", tmp_path / "załącznik.pdf"
    draft.write_text("Projekt uchwały: opłata targowa wynosi 5 zł.", encoding="utf-8")
    annex.write_bytes(make_pdf(text="stawki", pages=2))
    with _served(settings), _broken_way(settings.public_url) as way:
        done = subprocess.run(
            [sys.executable, CLIENT, way.address, "piechowice", draft, annex],
            env={**os.environ, "TECZKA_TOKEN": token},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert way.lost == {"meetings", "items", "documents", "packets"}
    assert done.stderr.count("once more") == 4
    assert "załącznik.pdf: 100%" in done.stderr
    for file in (draft, annex):
        assert f"uploaded {file.name}: {sha256(file.read_bytes()).hexdigest()}" in done.stdout
    assert "Anna Żółtowska: accepted, opened: not observed" in done.stdout
    assert "⟦opłata⟧ ⟦targowa⟧" in done.stdout
    parts = wiring.build(settings)
    with parts.database.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(k)) for k in (Version, Packet)]
    parts.close()
    assert counts == [2, 1], "what was sent again was done once"
