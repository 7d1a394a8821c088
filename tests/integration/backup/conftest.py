"""Installations of both shapes that were lived in, to be backed up and restored."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from api.wiring import Parts, build
from docstore import outbox
from docstore.backup.folder import BackupFolder
from docstore.backup.manifest import read_lines
from docstore.backup.taking import Taken, take
from docstore.backup.watching import Unwatched, Watcher
from docstore.clock import MemoryClock
from docstore.migrations import migrate
from docstore.models import Body, Meeting, Version
from docstore.services import receipts, signins
from docstore.services.acting import Acting
from docstore.services.documents import Owner
from docstore.settings import Settings
from tests.factories import (
    ACTING,
    AT,
    make_body,
    make_document_version,
    make_meeting,
    make_packet,
    make_person,
)
from tests.postgres import fresh_database
from tests.servers import S3Server

Build = Callable[[str], Parts]
SHAPES = ["embedded", pytest.param("servers", marks=pytest.mark.server)]


@pytest.fixture
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Build]:
    """Return what opens a new, empty installation of a shape: `embedded` or `servers`."""
    with ExitStack() as stack:

        def opened(shape: str) -> Parts:
            folder = tmp_path / f"installation-{uuid4().hex[:6]}"
            settings = _embedded(folder)
            if shape == "servers":
                server: S3Server = request.getfixturevalue("s3_server")
                port: int = request.getfixturevalue("postgres_port")
                settings = Settings(
                    data_dir=folder,
                    libreoffice="none",
                    tesseract="none",
                    database_url=stack.enter_context(fresh_database(port)),
                    object_store_url=server.url(f"test-{uuid4().hex}"),
                    s3_access_key=SecretStr(server.access_key),
                    s3_secret_key=SecretStr(server.secret_key),
                )
            parts = build(settings, clock=MemoryClock(AT))
            stack.callback(parts.close)
            parts.store.ping()
            return parts

        yield opened


@dataclass(frozen=True)
class Lived:
    """An installation in use: a council, papers, a packet whose notices wait for a mail server."""

    parts: Parts
    body: Body
    meeting: Meeting
    first: Version
    member_token: str
    """Of a browser that is signed in."""

    @property
    def clock(self) -> MemoryClock:
        """Return its clock, which tests move."""
        assert isinstance(self.parts.clock, MemoryClock)
        return self.parts.clock

    def upload(self, text: str) -> Version:
        """Store another document of the meeting."""
        return make_document_version(
            intake=self.parts.intake,
            body=self.body,
            owner=Owner(meeting_id=self.meeting.id),
            content=text.encode(),
            title=text[:40],
            file_name="pismo.txt",
            role="other",
            pages=1,
        )

    def publish(self) -> None:
        """Publish the meeting as it is now."""
        make_packet(database=self.parts.database, meeting=self.meeting, at=self.clock.now())


def live_in(parts: Parts) -> Lived:
    """Use an empty installation for a while."""
    migrate(parts.database)
    with parts.database.transaction() as session:
        body = make_body(session=session)
        member = make_person(session=session, body=body)
        make_person(session=session, body=body, name="Jan Gość", role="guest")
        clerk = make_person(session=session, body=body, name="Ewa Sekretarz", role="guest")
        signins.set_password(session, ACTING, person=clerk, password_hash="$argon2id$nobody's")
        token, _ = signins.open_sign_in(
            session, ACTING, person=member, by="link", device="Firefox, Linux"
        )
        signins.make_link(
            session, person=member, meeting_id=None, at=AT, expires_at=AT + timedelta(days=3)
        )
        meeting = make_meeting(session=session, body=body, items=["Otwarcie", "Zamknięcie"])
    first = make_document_version(
        intake=parts.intake, body=body, owner=Owner(meeting_id=meeting.id), title="Zaproszenie"
    )
    lived = Lived(parts, body, meeting, first, token)
    lived.upload("Sprawozdanie burmistrza")
    packet = make_packet(database=parts.database, meeting=meeting)
    with parts.database.transaction() as session:
        receipts.record(
            session,
            Acting(member.id, AT),
            body_id=body.id,
            packet_id=packet.id,
            person_id=member.id,
            kind="opened",
        )
    lived.clock.move(timedelta(minutes=2))  # notices do not wait for the packet's files any more
    outbox.drain(parts.database, parts.clock, parts.lanes()["sending"])
    return lived


@pytest.fixture(params=SHAPES)
def lived(request: pytest.FixtureRequest) -> Lived:
    """Return an installation of each shape that was lived in."""
    if request.param == "embedded":
        found: Lived = request.getfixturevalue("embedded")
        return found
    make: Build = request.getfixturevalue("make")
    return live_in(make("servers"))


@pytest.fixture
def folder(tmp_path: Path) -> BackupFolder:
    """Return where backups go."""
    return BackupFolder(tmp_path / "backups")


def back_up(lived: Lived, folder: BackupFolder, watcher: Watcher | None = None) -> Taken:
    """Take a backup."""
    parts = lived.parts
    with folder.writing():
        return take(
            parts.database,
            parts.store,
            folder,
            clock=parts.clock,
            watcher=watcher or Unwatched(),
        )


def table_rows(taken: Taken, table: str) -> list[dict[str, Any]]:
    """Return what a snapshot holds of a table."""
    (found,) = [each for each in taken.manifest.tables if each.name == table]
    return [json.loads(line) for line in read_lines(taken.snapshot.path, found.lines)]


class Meddler:
    """A watcher that does something once, at the beginning of a step or somewhere in it."""

    def __init__(self, step: str, act: Callable[[], object], *, after: int = 0) -> None:
        self._step, self._act, self._left = step, act, after
        self._is_there = self._is_done = False

    def begin(self, step: str, total: int) -> None:
        """Watch for the step."""
        del total
        self._is_there = step == self._step
        self._meddle()

    def advance(self, amount: int) -> None:
        """Watch for the place in it."""
        if self._is_there:
            self._left -= amount
            self._meddle()

    def _meddle(self) -> None:
        if self._is_there and self._left <= 0 and not self._is_done:
            self._is_done = True
            self._act()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Lived]:
    """Return the folder of an embedded installation that was lived in, closed again."""
    folder = tmp_path_factory.mktemp("template") / "data"
    lived = live_in(build(_embedded(folder), clock=MemoryClock(AT)))
    lived.parts.close()
    return folder, lived


@pytest.fixture
def embedded(template: tuple[Path, Lived], tmp_path: Path) -> Iterator[Lived]:
    """Return an embedded installation that was lived in, for what both shapes prove alike."""
    folder, lived = template
    shutil.copytree(folder, tmp_path / "data")
    clock = MemoryClock(lived.clock.now())
    parts = build(_embedded(tmp_path / "data"), clock=clock)
    yield replace(lived, parts=parts)
    parts.close()


def _embedded(folder: Path) -> Settings:
    return Settings(data_dir=folder, libreoffice="none", tesseract="none")
