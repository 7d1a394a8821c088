"""Rows and files for tests: each `make_` goes through the services, as pages do."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

from fpdf import FPDF

from docstore.clock import MemoryClock
from docstore.database import Database, WriteSession
from docstore.files import media
from docstore.migrations import migrate
from docstore.models import AgendaItem, Body, Meeting, Organization, Packet, Paper, Person, Version
from docstore.objects.seam import ObjectStore
from docstore.rules.audience import AudienceKind
from docstore.rules.plain import fold
from docstore.services import (
    agendas,
    bodies,
    meetings,
    organizations,
    packets,
    papers,
    people,
    renditions,
    seats,
    terms,
)
from docstore.services.acting import Acting
from docstore.services.agendas import NewItem
from docstore.services.bodies import BodyDetails
from docstore.services.documents import AudienceChoice, NewDocument, Owner
from docstore.services.meetings import MeetingDetails
from docstore.services.renditions import Learned
from docstore.services.versions import Intake

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""The moment at which tests happen, unless they say otherwise."""
ACTING = Acting(None, AT)
TERM_FROM = date(2024, 5, 7)
NARROW = AudienceChoice(AudienceKind.MEMBERS, ground="privacy")
"""For members alone: no guest gets it, so it is in nothing that is common."""


def make_database(*, folder: Path) -> Database:
    """Return a fresh record in a folder; dispose of it afterwards."""
    database = Database(f"sqlite:///{folder / 'record.sqlite3'}")
    migrate(database)
    return database


def make_intake(
    *, database: Database, store: ObjectStore, folder: Path, at: datetime = AT
) -> Intake:
    """Return where uploads go."""
    return Intake(database, store, MemoryClock(at), folder / "spool", 10**9)


def make_body(
    *, session: WriteSession, slug: str = "piechowice", name: str = "", phone: str = "75 761 72 91"
) -> Body:
    """Return a council with a term, and nobody in it."""
    details = BodyDetails(
        name=name or f"Rada Gminy {slug.capitalize()}",
        slug=slug,
        kind="miasto",
        phone=phone,
        email=f"rada@{slug}.example",
        address="ul. Żymierskiego 49",
    )
    body = bodies.add_body(session, ACTING, details)
    terms.add_term(session, body_id=body.id, number=9, starts_on=TERM_FROM, ends_on=None)
    return body


def make_person(
    *,
    session: WriteSession,
    body: Body,
    name: str = "Łucja Żółć",
    email: str | None = None,
    role: str = "member",
    organization: Organization | None = None,
) -> Person:
    """Return a member of the council, or a guest when the role says so."""
    first = fold(name.partition(" ")[0])
    address = f"{first}@{body.slug}.example" if email is None else email
    person = people.add_person(session, ACTING, body_id=body.id, name=name, email=address)
    if role == "guest":
        people.invite_guest(session, ACTING, person=person, function="skarbnik")
    else:
        seats.seat(
            session,
            ACTING,
            person=person,
            organization=organization or organizations.council(session, body.id),
            role=role,
            starts_on=TERM_FROM,
        )
    return person


def make_meeting(
    *,
    session: WriteSession,
    body: Body,
    number: int | None = 53,
    kind: str = "ordinary",
    starts_at: datetime = AT + timedelta(days=6),
    items: Sequence[str] = (),
    organization: Organization | None = None,
) -> Meeting:
    """Return a meeting with an agenda of these titles."""
    meeting = meetings.create(
        session,
        ACTING,
        body_id=body.id,
        details=MeetingDetails(
            organization_id=(organization or organizations.council(session, body.id)).id,
            starts_at=starts_at,
            kind=kind,
            number=number,
            place="sala nr 7",
        ),
    )
    if items:
        make_items(session=session, meeting=meeting, titles=items)
    return meeting


def make_items(
    *, session: WriteSession, meeting: Meeting, titles: Sequence[str], after: str | None = None
) -> list[AgendaItem]:
    """Put items on a meeting's agenda."""
    return agendas.add_items(
        session,
        ACTING,
        body_id=meeting.body_id,
        meeting_id=meeting.id,
        revision=meeting.revision,
        items=[NewItem(title) for title in titles],
        after=after,
    )


def make_paper(
    *, session: WriteSession, item: AgendaItem, title: str = "", druk: str = ""
) -> Paper:
    """Return a matter on an agenda item."""
    return papers.add_paper(session, ACTING, item=item, title=title or item.title, druk=druk)


def make_document_version(  # noqa: PLR0913 - each is one fact of a document, and all are named
    *,
    intake: Intake,
    body: Body,
    owner: Owner,
    content: bytes | None = None,
    title: str = "Projekt uchwały",
    file_name: str = "projekt.pdf",
    role: str = "main",
    audience: AudienceChoice | None = None,
    pages: int | None = 2,
    problems: Sequence[str] = (),
) -> Version:
    """Upload a new document and learn its facts without reading it: what is asked for is so."""
    version = intake.add_document(
        None,
        body_id=body.id,
        new=NewDocument(
            owner, role=role, title=title, is_public=False, audience=audience or AudienceChoice()
        ),
        file_name=file_name,
        source=BytesIO(make_pdf(text=title, pages=pages or 1) if content is None else content),
    )
    learn(intake=intake, version=version, pages=pages, problems=problems)
    return version


def make_next_version(
    *, intake: Intake, version: Version, content: bytes, pages: int | None = 2
) -> Version:
    """Upload the next version of a document and learn its facts."""
    newer = intake.add_version(
        None,
        body_id=version.body_id,
        document_id=version.document_id,
        file_name=version.file_name,
        source=BytesIO(content),
    )
    learn(intake=intake, version=newer, pages=pages)
    return newer


def learn(
    *, intake: Intake, version: Version, pages: int | None, problems: Sequence[str] = ()
) -> None:
    """Write the facts of a version; a PDF with pages and no problem can be merged."""
    mergeable = version.media_type == media.PDF and bool(pages) and not problems
    facts = Learned(
        media_type=version.media_type,
        pages=pages,
        text_state="text",
        encrypted="encrypted" in problems,
        mergeable=mergeable,
        problems=list(problems),
        personal_data=[],
        page_texts=[f"strona {number}" for number in range(1, (pages or 0) + 1)],
    )
    with intake.database.transaction() as session:
        renditions.learn(session, version_id=version.id, facts=facts, at=intake.clock.now())


def make_packet(*, database: Database, meeting: Meeting, at: datetime = AT) -> Packet:
    """Publish a meeting as it is now."""
    with database.transaction() as session:
        revision = session.get_one(Meeting, meeting.id).revision
        return packets.publish(
            session,
            Acting(None, at),
            body_id=meeting.body_id,
            meeting_id=meeting.id,
            revision=revision,
        )


@cache
def make_pdf(*, text: str, pages: int = 1) -> bytes:
    """Return a PDF with a text on each page; letters beyond Latin-1 become question marks."""
    document = FPDF()
    document.set_font("helvetica", size=14)
    plain = text.encode("latin-1", "replace").decode("latin-1")
    for number in range(1, pages + 1):
        document.add_page()
        document.cell(text=f"{plain} - {number}")
    return bytes(document.output())
