"""One document with its history: versions, packets, exclusions, and where it is worked on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload

from docstore.models import (
    AgendaItem,
    Consideration,
    Document,
    Exclusion,
    Guest,
    Meeting,
    Membership,
    Packet,
    PacketEntry,
    Paper,
    Person,
    Rendition,
    Version,
)
from docstore.services.destruction import tombstones
from docstore.services.finding import get
from docstore.services.openness import took_whole
from docstore.services.packet_plan import Entry
from docstore.services.renditions import known_of


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document with its whole history, for the office."""

    document: Document
    versions: tuple[Version, ...]
    """The newest first, each with its facts and author."""
    renditions: Mapping[str, Rendition]
    """PDF renditions by version."""
    packets: Mapping[str, tuple[int, ...]]
    """Numbers of the packets that hold each version."""
    exclusions: tuple[Exclusion, ...]
    tombstones: Mapping[str, Exclusion]
    """Of the versions that were destroyed."""
    paper: Paper | None
    item: AgendaItem | None
    meeting: Meeting | None
    """Where it is worked on: its own meeting, or the last that considered its paper."""


def document(session: Session, *, body_id: str, document_id: str) -> DocumentView:
    """Return a document as its own page shows it; raise `NotFound` for a stranger's."""
    row = get(
        session,
        Document,
        body_id,
        document_id,
        joinedload(Document.paper),
        selectinload(Document.versions).options(
            joinedload(Version.facts), joinedload(Version.author)
        ),
        selectinload(Document.exclusions),
    )
    ids = [version.id for version in row.versions]
    renditions = session.scalars(
        select(Rendition).where(Rendition.version_id.in_(ids), Rendition.kind == "pdf")
    )
    packets: dict[str, list[int]] = {}
    for version_id, number in session.execute(
        select(PacketEntry.version_id, Packet.number)
        .join(Packet, Packet.id == PacketEntry.packet_id)
        .where(PacketEntry.version_id.in_(ids))
        .order_by(Packet.number)
    ):
        packets.setdefault(version_id, []).append(number)
    item, meeting = place_of(session, row)
    return DocumentView(
        document=row,
        versions=tuple(reversed(row.versions)),
        renditions={str(each.version_id): each for each in renditions},
        packets={version_id: tuple(numbers) for version_id, numbers in packets.items()},
        tombstones=tombstones(session, ids),
        exclusions=tuple(sorted(row.exclusions, key=lambda each: (each.made_at, each.id))),
        paper=row.paper,
        item=item,
        meeting=meeting,
    )


def place_of(session: Session, row: Document) -> tuple[AgendaItem | None, Meeting | None]:
    """Return the item and the meeting where the office works on a document."""
    query: Any = select(AgendaItem).options(
        joinedload(AgendaItem.meeting).joinedload(Meeting.organization)
    )
    if row.paper_id:
        query = (
            query.join(Consideration, Consideration.item_id == AgendaItem.id)
            .join(Meeting, Meeting.id == AgendaItem.meeting_id)
            .where(Consideration.paper_id == row.paper_id)
            .order_by(Meeting.starts_at.desc(), Meeting.id.desc(), AgendaItem.position.desc())
        )
    elif row.item_id:
        query = query.where(AgendaItem.id == row.item_id)
    else:
        own = get(
            session, Meeting, row.body_id, str(row.meeting_id), joinedload(Meeting.organization)
        )
        return None, own
    item: AgendaItem | None = session.scalar(query.limit(1))
    return item, item.meeting if item else None


def removed_documents(
    session: Session,
    *,
    body_id: str,
    paper_ids: Iterable[str],
    item_id: str | None,
    meeting_id: str,
) -> list[Document]:
    """Return documents that were taken off these papers, this item, or else the meeting.

    Those that were taken from the members come back to nobody.
    """
    owner: ColumnElement[bool] = (
        (Document.item_id == item_id) | Document.paper_id.in_(list(paper_ids))
        if item_id
        else Document.meeting_id == meeting_id
    )
    return list(
        session.scalars(
            select(Document)
            .where(
                Document.body_id == body_id,
                Document.removed_at.is_not(None),
                owner,
                ~Document.exclusions.any(took_whole()),
            )
            .order_by(Document.removed_at.desc(), Document.id.desc())
        )
    )


def excluded(session: Session, document_ids: Iterable[str]) -> dict[str, Exclusion]:
    """Return, for each document that was taken down, the newest exclusion; a destruction first."""
    rows = session.scalars(
        select(Exclusion)
        .where(Exclusion.document_id.in_(list(document_ids)))
        .order_by(Exclusion.is_destruction, Exclusion.made_at, Exclusion.id)
    )
    return {row.document_id: row for row in rows}


def recipients_ever(session: Session, body_id: str) -> list[Person]:
    """Return everybody who sits in an organisation or is a guest now or was, by name."""
    seated = select(Membership.person_id).where(Membership.body_id == body_id)
    invited = select(Guest.person_id).where(Guest.body_id == body_id)
    return list(
        session.scalars(
            select(Person)
            .where(
                Person.body_id == body_id,
                Person.left_at.is_(None),
                Person.id.in_(seated) | Person.id.in_(invited),
            )
            .order_by(Person.name, Person.id)
        )
    )


def files_of(session: Session, documents: Iterable[Document]) -> list[Entry]:
    """Return the newest version of each document, with what was learned of it."""
    newest = [(each, each.versions[-1]) for each in documents if each.versions]
    facts, pdfs = known_of(session, [version.id for _, version in newest])
    return [
        Entry(
            document=document,
            version=version,
            facts=facts.get(version.id),
            rendition=pdfs.get(version.id),
            item=None,
            paper=None,
        )
        for document, version in newest
    ]
