"""An installation with a browser before it: the whole application over a temporary folder."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.security import cookies
from api.wiring import Parts, build
from docstore import outbox
from docstore.clock import MemoryClock
from docstore.files.recognising import Recogniser
from docstore.migrations import migrate
from docstore.models import Consideration, Meeting, Packet, Paper, Person, Version
from docstore.services import adoption, agendas, clerks, packets, passwords, people, signins
from docstore.services.acting import Acting
from docstore.services.adoption import Counts, Outcome
from docstore.services.documents import NewDocument, Owner
from docstore.settings import Settings
from tests.integration.conftest import TODAY, Council, House, found_council
from tests.integration.pages.browsers import PASSWORD
from tests.integration.pages.office import Clerk, make_clerk

__all__ = ["TODAY", "Council", "Site", "make_installation"]


@dataclass(frozen=True)
class Site:
    """The application and its parts; `client` is a browser that nobody is signed in with."""

    app: FastAPI
    parts: Parts
    clock: MemoryClock
    client: TestClient

    @property
    def acting(self) -> Acting:
        """Return the system, now."""
        return Acting(None, self.clock.now())

    def work(self) -> int:
        """Do everything that waits in the outbox."""
        return outbox.drain(self.parts.database, self.clock, self.parts.handlers())

    def found(self, slug: str = "piechowice") -> Council:
        """Found a council with one member, one guest and a meeting of three items."""
        parts = self.parts
        house = House(parts.database, parts.store, self.clock, parts.intake, parts.reader)
        return found_council(house, slug)

    def clerk(self, council: Council, *roles: str) -> Person:
        """Add somebody who works for the office, or in the `roles` given."""
        with self.parts.database.transaction() as session:
            person = people.add_person(
                session,
                self.acting,
                body_id=council.body.id,
                name="Ewa Biurowa",
                email=f"biuro@{council.body.slug}.example",
            )
            for role in roles or ("office",):
                clerks.give_duty(session, self.acting, person=person, role=role)
        return person

    def token(self, person: Person, *, by: str) -> str:
        """Sign somebody in and return the token of it."""
        with self.parts.database.transaction() as session:
            token, _ = signins.open_sign_in(
                session, self.acting, person=person, by=by, device="Firefox, Linux"
            )
        return token

    def browser(self, person: Person | None = None, *, by: str = "password") -> TestClient:
        """Return a browser of its own, signed in as somebody if asked."""
        client = TestClient(self.app, base_url="http://testserver", follow_redirects=False)
        if person is not None:
            name = cookies.sign_in_cookie(person.body_id)
            client.cookies.set(name, self.token(person, by=by), domain="testserver.local")
        return client

    def paper(self, council: Council, *, place: int = 1) -> Paper:
        """Return the paper on an item of the council's meeting."""
        with self.parts.database.reading() as session:
            return agendas.agenda(session, council.meeting.id)[place].considerations[0].paper

    def consideration(self, council: Council, *, place: int = 1) -> Consideration:
        """Return the consideration on an item of the council's meeting."""
        with self.parts.database.reading() as session:
            return agendas.agenda(session, council.meeting.id)[place].considerations[0]

    def upload(
        self,
        council: Council,
        owner: Owner,
        data: bytes | str,
        *,
        name: str = "projekt.txt",
        role: str = "main",
        is_public: bool | None = None,
    ) -> Version:
        """Store a file as a new document, and read it."""
        version = self.parts.intake.add_document(
            None,
            body_id=council.body.id,
            new=NewDocument(owner, role=role, is_public=is_public),
            file_name=name,
            source=BytesIO(data.encode() if isinstance(data, str) else data),
        )
        self.work()
        return version

    def publish(
        self, council: Council, *, reason: str = "sprawdzono", works: bool = True
    ) -> Packet:
        """Publish the next packet of the council's meeting, and do what follows unless told not."""
        with self.parts.database.transaction() as session:
            meeting = session.get_one(Meeting, council.meeting.id)
            packet = packets.publish(
                session,
                self.acting,
                body_id=council.body.id,
                meeting_id=meeting.id,
                revision=meeting.revision,
                personal_data_reason=reason,
            )
        if works:
            self.work()
        return packet

    def adopt(
        self,
        council: Council,
        *,
        number: str = "LIII/412/26",
        day: date = date(2026, 11, 26),
        place: int = 1,
    ) -> Paper:
        """Record that the paper on an item was adopted, and publish the act."""
        consideration = self.consideration(council, place=place)
        with self.parts.database.transaction() as session:
            paper = adoption.record_outcome(
                session,
                self.acting,
                body_id=council.body.id,
                consideration_id=consideration.id,
                outcome=Outcome("adopted", number, day, Counts(14, 0, 1)),
            )
            adoption.publish_act(
                session,
                self.acting,
                body_id=council.body.id,
                paper_id=paper.id,
                personal_data_reason="sprawdzono",
            )
        self.work()
        return paper

    def act(
        self,
        council: Council,
        *,
        number: str,
        title: str,
        text: str,
        day: date,
        name: str = "uchwala.txt",
    ) -> Paper:
        """Publish an act that no meeting of this installation considered."""
        database, body_id = self.parts.database, council.body.id
        with database.transaction() as session:
            paper = Paper(
                body_id=body_id, kind="resolution", title=title, created_at=self.clock.now()
            )
            session.add(paper)
            session.flush()
            adoption.set_number(session, paper, number=number, adopted_on=day)
        self.upload(council, Owner(paper_id=paper.id), text, name=name, role="signed_act")
        with database.transaction() as session:
            adoption.publish_act(
                session,
                self.acting,
                body_id=body_id,
                paper_id=paper.id,
                personal_data_reason="sprawdzono",
            )
        self.work()
        return paper


def make_installation(
    folder: Path,
    *,
    at: datetime = TODAY,
    public_url: str = "http://testserver",
    record: str = "sqlite:///{data_dir}/record.sqlite3",
    max_upload_mb: int = 1024,
    search: str = "memory:",
    **settings_too: Any,
) -> Site:
    """Build an application over a folder: SQLite, files, an index in memory, mail into a folder."""
    clock = MemoryClock(at.astimezone(UTC))
    settings = Settings(
        data_dir=folder,
        database_url=record,
        search_url=search,
        public_url=public_url,
        libreoffice="none",
        tesseract="none",
        workers=0,
        max_upload_mb=max_upload_mb,
        **{"smtp_url": "mailbox:"} | settings_too,
    )
    parts = build(settings, clock=clock)
    migrate(parts.database)
    settings.spool_dir.mkdir(parents=True, exist_ok=True)
    app = create_app(parts)
    client = TestClient(app, base_url="http://testserver", follow_redirects=False)
    return Site(app, parts, clock, client)


def equipped(site: Site, recogniser: Recogniser | None) -> Site:
    """Return the installation with a program that recognises scans, or without any."""
    reader = replace(site.parts.reader, recogniser=recogniser)
    return replace(site, parts=replace(site.parts, recogniser=recogniser, reader=reader))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Return an installation without any council."""
    made = make_installation(tmp_path / "data")
    yield made
    made.parts.close()


@pytest.fixture
def council(site: Site) -> Council:
    """Return a small council in the installation."""
    return site.found()


@pytest.fixture
def clerk(site: Site, council: Council) -> Clerk:
    """Return somebody of the council's office, before the desk."""
    return make_clerk(site, council)


@pytest.fixture
def office(site: Site, council: Council) -> Person:
    """Return a clerk of the council who has a password."""
    person = site.clerk(council)
    password_hash = passwords.hashed(PASSWORD)
    with site.parts.database.transaction() as session:
        signins.set_password(session, site.acting, person=person, password_hash=password_hash)
    return person
