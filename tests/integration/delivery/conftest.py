"""A council with a published meeting, and everything that brings its papers to people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from delivery import tasks
from delivery.channels.memory import MemoryMailer
from delivery.channels.seam import Mailer
from delivery.sender import Sender
from docstore import outbox
from docstore.clock import MemoryClock
from docstore.database import Database
from docstore.models import AgendaItem, Body, Delivery, Meeting, Notice, Packet, Paper, Version
from docstore.objects.filesystem import FilesystemObjectStore
from docstore.objects.memory import MemoryObjectStore
from docstore.objects.seam import ObjectStore, object_key
from docstore.services import agendas, exclusions, renditions
from docstore.services.acting import Acting
from docstore.services.documents import AudienceChoice, Owner
from docstore.services.exclusions import TakeDown
from docstore.services.versions import Intake
from tests.factories import (
    AT,
    make_body,
    make_database,
    make_document_version,
    make_intake,
    make_meeting,
    make_packet,
    make_paper,
    make_person,
)

AGENDA = (
    "Otwarcie sesji i stwierdzenie quorum",
    "Podjęcie uchwały w sprawie budżetu miasta na 2027 rok",
    "Rozpatrzenie skargi",
    "Zamknięcie sesji",
)


@dataclass
class Office:
    """A council's office: what it uploads, publishes, and what comes of it."""

    database: Database
    store: ObjectStore
    clock: MemoryClock
    intake: Intake
    sender: Sender
    body: Body
    meeting: Meeting
    items: list[AgendaItem]
    paper: Paper
    recipients: int

    def take_down(self, document_id: str, *, from_members: bool = True) -> None:
        """Take a document down, from the members too unless told otherwise."""
        with self.database.transaction() as session:
            exclusions.take_down(
                session,
                Acting(None, self.clock.now()),
                body_id=self.body.id,
                document_id=document_id,
                said=TakeDown("całość", "privacy", "Burmistrz", from_members=from_members),
            )

    def upload(
        self,
        *,
        title: str = "Projekt uchwały",
        file_name: str = "projekt.pdf",
        content: bytes | None = None,
        owner: Owner | None = None,
        pages: int | None = 2,
        problems: tuple[str, ...] = (),
        audience: AudienceChoice | None = None,
    ) -> Version:
        """Upload a document, of the draft resolution unless told otherwise."""
        return make_document_version(
            intake=self.intake,
            body=self.body,
            owner=owner or Owner(paper_id=self.paper.id),
            title=title,
            file_name=file_name,
            content=content,
            pages=pages,
            problems=problems,
            audience=audience,
        )

    def publish(self) -> Packet:
        """Publish the meeting as it is now."""
        return make_packet(database=self.database, meeting=self.meeting, at=self.clock.now())

    def work(self) -> None:
        """Do what waits on this floor, as if time passed where work asks for it."""
        outbox.drain(self.database, self.clock, tasks.handlers(self.sender))

    def later(self, **by: float) -> None:
        """Let time pass, and do what waits then."""
        self.clock.move(timedelta(**by))
        self.work()

    def rendition(self, packet: Packet, kind: str) -> BytesIO:
        """Return the bytes of a packet's PDF or ZIP."""
        with self.database.reading() as session:
            made = renditions.renditions_of(session, packet.id)[kind]
        assert made.sha256, made.problem
        with self.store.open(object_key(self.body.id, made.sha256)) as source:
            return BytesIO(source.read())

    def pdf(self, packet: Packet) -> PdfReader:
        """Return a packet's merged PDF, opened."""
        return PdfReader(self.rendition(packet, "packet_pdf"))

    def zip(self, packet: Packet) -> ZipFile:
        """Return a packet's ZIP, opened."""
        return ZipFile(self.rendition(packet, "packet_zip"))

    def deliveries(self, packet: Packet) -> list[Delivery]:
        """Return every delivery of a packet, as it stands now."""
        with self.database.reading() as session:
            rows = session.query(Delivery).join(Notice, Notice.id == Delivery.notice_id)
            return rows.filter(Notice.packet_id == packet.id).order_by(Delivery.address).all()

    def states(self, packet: Packet) -> list[str]:
        """Return the states of a packet's deliveries."""
        return [row.state for row in self.deliveries(packet)]


def found(*, folder: Path, store: ObjectStore, mailer: Mailer, members: int = 2) -> Office:
    """Found a council of some members and 2 guests with a meeting of four items."""
    database = make_database(folder=folder)
    clock = MemoryClock(AT)
    with database.transaction() as session:
        body = make_body(session=session, name="Rada Miejska w Piechowicach")
        for number in range(1, members + 1):
            name = f"Radna{number:02} Żółć"
            make_person(session=session, body=body, name=name)
        for number in (1, 2):
            make_person(session=session, body=body, name=f"Gosc{number} Nowak", role="guest")
        meeting = make_meeting(session=session, body=body, items=AGENDA)
        items = agendas.agenda(session, meeting.id)
        paper = make_paper(session=session, item=items[1], druk="12")
    intake = make_intake(database=database, store=store, folder=folder)
    sender = Sender(
        database=database,
        store=store,
        clock=clock,
        mailer=mailer,
        public_url="https://teczka.piechowice.example",
        mail_from="teczka@piechowice.example",
        spool_dir=folder / "spool",
    )
    recipients = members + 2
    return Office(database, store, clock, intake, sender, body, meeting, items, paper, recipients)


@pytest.fixture(params=["filesystem", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """Return the embedded store, and its twin."""
    if request.param == "memory":
        return MemoryObjectStore()
    return FilesystemObjectStore(tmp_path / "objects")


@pytest.fixture
def mailer() -> MemoryMailer:
    """Return a mailer that keeps what it takes."""
    return MemoryMailer()


@pytest.fixture
def office(tmp_path: Path, mailer: MemoryMailer) -> Iterator[Office]:
    """Return a council's office with bytes in memory and mails in a list."""
    office = found(folder=tmp_path, store=MemoryObjectStore(), mailer=mailer)
    yield office
    office.database.dispose()
