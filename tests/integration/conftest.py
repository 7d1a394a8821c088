"""A record, a store and an index to work on: embedded, and with the real servers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from docstore import outbox
from docstore.clock import MemoryClock
from docstore.database import Database
from docstore.migrations import migrate
from docstore.models import Body, Meeting, Organization, Person, Version
from docstore.objects.memory import MemoryObjectStore
from docstore.objects.seam import ObjectStore
from docstore.services import agendas, bodies, meetings, organizations, people, seats, terms
from docstore.services.acting import Acting
from docstore.services.agendas import NewItem
from docstore.services.bodies import BodyDetails
from docstore.services.documents import NewDocument, Owner
from docstore.services.meetings import MeetingDetails
from docstore.services.versions import Intake
from indexer import reader, tasks
from indexer.open import open_engine
from tests.servers import S3Server

TODAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class House:
    """Floors 1 to 3 without a browser: what the services and tasks work with."""

    database: Database
    store: ObjectStore
    clock: MemoryClock
    intake: Intake
    reader: reader.Reader

    @property
    def acting(self) -> Acting:
        """Return the system, now."""
        return Acting(None, self.clock.now())

    def work(self) -> int:
        """Do everything that waits on the indexing floor."""
        return outbox.drain(self.database, self.clock, tasks.all_handlers(self.reader))

    def upload(
        self, body: Body, owner: Owner, text: str, *, name: str = "projekt.txt", role: str = "main"
    ) -> Version:
        """Store a text file as a new document."""
        return self.intake.add_document(
            None,
            body_id=body.id,
            new=NewDocument(owner, role=role),
            file_name=name,
            source=BytesIO(text.encode()),
        )


@dataclass(frozen=True)
class Council:
    """A small council with a meeting to come."""

    body: Body
    organization: Organization
    member: Person
    guest: Person
    meeting: Meeting


def found_council(house: House, slug: str) -> Council:
    """Found a council with one member, one guest and a meeting of three items."""
    with house.database.transaction() as session:
        acting = house.acting
        details = BodyDetails(name=f"Rada Miejska {slug}", slug=slug, kind="miasto")
        body = bodies.add_body(session, acting, details)
        terms.add_term(session, body_id=body.id, number=9, starts_on=date(2024, 5, 7), ends_on=None)
        organization = organizations.council(session, body.id)
        member = people.add_person(
            session, acting, body_id=body.id, name="Anna Żółć", email=f"anna@{slug}.example"
        )
        seats.seat(
            session,
            acting,
            person=member,
            organization=organization,
            starts_on=date(2024, 5, 7),
        )
        guest = people.add_person(session, acting, body_id=body.id, name="Jan Gość", email="")
        people.invite_guest(session, acting, person=guest, function="burmistrz")
        meeting = meetings.create(
            session,
            acting,
            body_id=body.id,
            details=MeetingDetails(organization.id, TODAY + timedelta(days=6), number=53),
        )
        agendas.add_items(
            session,
            acting,
            body_id=body.id,
            meeting_id=meeting.id,
            revision=1,
            items=[
                NewItem("Otwarcie sesji"),
                NewItem("Podjęcie uchwały w sprawie budżetu miasta", druk="12"),
                NewItem("Zamknięcie sesji"),
            ],
        )
    return Council(body, organization, member, guest, meeting)


@pytest.fixture(params=["embedded", pytest.param("servers", marks=pytest.mark.server)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Return a house on SQLite and memory, and one on PostgreSQL and a real S3 server."""
    clock = MemoryClock(TODAY)
    store: ObjectStore = MemoryObjectStore()
    url = f"sqlite:///{tmp_path / 'record.sqlite3'}"
    if request.param == "servers":
        url = request.getfixturevalue("postgres_url")
        server: S3Server = request.getfixturevalue("s3_server")
        store = server.open(request.getfixturevalue("s3_bucket"))
    database = Database(url)
    migrate(database)
    spool = tmp_path / "spool"
    # The main job is walked on both engines that an office can live on.
    engine = open_engine("whoosh:" if request.param == "servers" else "tantivy:", tmp_path)
    yield House(
        database=database,
        store=store,
        clock=clock,
        intake=Intake(database, store, clock, spool, 10**8),
        reader=reader.Reader(database, store, engine, clock, None, spool),
    )
    engine.close()
    database.dispose()


@pytest.fixture
def council(house: House) -> Council:
    """Return a small council in the house."""
    return found_council(house, "piechowice")
