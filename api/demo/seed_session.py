"""Prepares the upcoming session of Piechowice, publishes its packet, and lets some read it."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.demo.content.councils import COUNCIL
from api.demo.content.makers import MadeFile
from api.demo.content.session import DemoSession
from api.demo.seed_people import Council
from api.wiring import Parts
from docstore.database import WriteSession
from docstore.models import Meeting, Packet
from docstore.rules.audience import AudienceKind
from docstore.services import agendas, deliveries, meetings, packets, papers, receipts
from docstore.services.acting import Acting
from docstore.services.agendas import NewItem
from docstore.services.deliveries import Progress
from docstore.services.documents import AudienceChoice, NewDocument, Owner
from docstore.services.meetings import MeetingDetails
from docstore.services.packet_plan import plan

_LOOKED_AT = "Dokumenty pokazu przejrzano: osoby i numery są zmyślone."
# Who has looked before the visitor comes, and how far: the rest is for the visitor to see.
_READERS = (
    ("Bogumiła Świerkosz", ("opened", "downloaded", "acknowledged")),
    ("Zdzisław Gąsiorek", ("opened", "downloaded", "acknowledged")),
    ("Danuta Źrebiec", ("opened", "acknowledged")),
    ("Feliks Trzaskowiak", ("opened", "downloaded")),
    ("Ewelina Dąbrówna", ("opened",)),
    ("Grzegorz Malinczak", ("opened", "downloaded")),
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The session on its way to its packet."""

    council: Council
    meeting_id: str


def prepare(
    parts: Parts, council: Council, session: DemoSession, files: Iterable[MadeFile]
) -> Prepared:
    """Make the meeting, its agenda and its papers, and store their files."""
    acting = Acting(council.clerk.id, parts.clock.now())
    with parts.database.transaction() as writing:
        meeting = meetings.create(
            writing, acting, body_id=council.body.id, details=_details(council, session)
        )
        papers = _agenda(writing, acting, meeting, session)
    for made in files:
        if made.purpose == "session":
            _store(parts, council, made, papers[made.paper])
    return Prepared(council, meeting.id)


def _details(council: Council, session: DemoSession) -> MeetingDetails:
    return MeetingDetails(
        organization_id=council.organizations[COUNCIL].id,
        starts_at=session.starts_at,
        kind=session.kind,
        number=session.number,
        place=session.place,
    )


def _agenda(
    writing: WriteSession, acting: Acting, meeting: Meeting, session: DemoSession
) -> dict[str, str]:
    """Put the items and papers on the agenda; return the papers' ids by their refs."""
    rows = agendas.add_items(
        writing,
        acting,
        body_id=meeting.body_id,
        meeting_id=meeting.id,
        revision=meeting.revision,
        items=[NewItem(title=item.title, depth=item.depth) for item in session.agenda],
    )
    items = {item.ref: row for item, row in zip(session.agenda, rows, strict=True)}
    return {
        paper.ref: papers.add_paper(
            writing,
            acting,
            item=items[paper.item],
            title=paper.title,
            druk=paper.druk,
            kind=paper.kind,
        ).id
        for paper in session.papers
    }


def _store(parts: Parts, council: Council, made: MadeFile, paper_id: str) -> None:
    audience = AudienceChoice(
        kind=AudienceKind(made.audience),
        ids=tuple(council.organizations[key].id for key in made.audience_keys),
        ground=made.audience_ground,
        reason=made.audience_reason,
    )
    with made.path.open("rb") as source:
        parts.intake.add_document(
            council.clerk.id,
            body_id=council.body.id,
            new=NewDocument(
                Owner(paper_id=paper_id),
                role=made.role,
                title=made.title,
                is_public=made.is_public,
                audience=audience,
            ),
            file_name=made.path.name,
            source=source,
        )


def waiting(parts: Parts, prepared: Prepared) -> list[str]:
    """Return the titles of the session's documents that are still being read."""
    with parts.database.reading() as session:
        return plan(session, session.get_one(Meeting, prepared.meeting_id)).waiting


def publish(parts: Parts, prepared: Prepared) -> Packet:
    """Publish the packet as the office does; its notices go out by themselves."""
    acting = Acting(prepared.council.clerk.id, parts.clock.now())
    with parts.database.transaction() as session:
        meeting = session.get_one(Meeting, prepared.meeting_id)
        return packets.publish(
            session,
            acting,
            body_id=meeting.body_id,
            meeting_id=meeting.id,
            revision=meeting.revision,
            personal_data_reason=_LOOKED_AT,
        )


def read_by_some(parts: Parts, council: Council, packet: Packet) -> None:
    """Let a few recipients open, download and acknowledge, by the verbs that their pages use."""
    for name, kinds in _READERS:
        person = council.people[name]
        for kind in kinds:
            with parts.database.transaction() as session:
                receipts.record(
                    session,
                    Acting(person.id, parts.clock.now()),
                    body_id=council.body.id,
                    packet_id=packet.id,
                    person_id=person.id,
                    kind=kind,
                    subject="pdf" if kind == "downloaded" else "",
                )


def unsent(parts: Parts, packet: Packet) -> int:
    """Return how many recipients of a packet the mailbox has taken no mail for yet."""
    return sum(row.accepted_at is None for row in _progress(parts, packet))


def sent(parts: Parts, packet: Packet) -> int:
    """Return for how many recipients the mailbox has taken a mail."""
    return sum(row.accepted_at is not None for row in _progress(parts, packet))


def _progress(parts: Parts, packet: Packet) -> list[Progress]:
    with parts.database.reading() as session:
        meeting = session.get_one(Meeting, packet.meeting_id)
        return deliveries.progress(session, packet=packet, meeting=meeting)
