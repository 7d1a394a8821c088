"""What the record says of found versions, read through the asker's own visibility."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from docstore.models import (
    AgendaItem,
    Consideration,
    Document,
    Meeting,
    Packet,
    PacketEntry,
    Rendition,
    Version,
)
from docstore.services import renditions
from docstore.services.reading import may_see
from docstore.visibility import Visibility, office


class Place(NamedTuple):
    """A meeting, whose it is, and one of its items."""

    meeting_id: str | None = None
    organization_id: str | None = None
    item_id: str | None = None


_NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Found:
    """One found version, ready to be shown."""

    version_id: str
    document_id: str
    paper_id: str | None
    meeting_id: str | None
    organization_id: str | None
    item_id: str | None
    """Where to look at it: the latest meeting that the asker may know of, whose it is, its item."""
    title: str
    document_title: str
    role: str
    number: str
    file_name: str
    media_type: str
    size: int
    pages: int | None
    has_pdf: bool
    """Whether a PDF was made of it, with the pages that hits name."""
    kind: str
    status: str
    is_act: bool
    adopted_on: date | None


def described(
    session: Session, visibility: Visibility, version_ids: Sequence[str]
) -> dict[str, Found]:
    """Return what the asker may know of these versions; an index that lags behind shows nothing."""
    rows = session.scalars(
        select(Version)
        .where(Version.id.in_(list(version_ids)), may_see(visibility))
        .options(joinedload(Version.document).joinedload(Document.paper), joinedload(Version.facts))
    ).all()
    places = _places(session, visibility, rows)
    rendered = _rendered(session, [row.id for row in rows])
    return {
        row.id: _found(row, places.get(row.id, _NOWHERE), has_pdf=row.id in rendered)
        for row in rows
    }


def _found(row: Version, place: Place, *, has_pdf: bool) -> Found:
    document, paper = row.document, row.document.paper
    return Found(
        version_id=row.id,
        document_id=document.id,
        paper_id=paper.id if paper else None,
        meeting_id=place.meeting_id,
        organization_id=place.organization_id,
        item_id=place.item_id,
        title=paper.title if paper else document.title,
        document_title=document.title,
        role=document.role,
        number=paper.number if paper else "",
        file_name=row.file_name,
        media_type=row.media_type,
        size=row.size,
        pages=row.facts.pages if row.facts else None,
        has_pdf=has_pdf,
        kind=paper.kind if paper else "meeting",
        status=paper.status if paper else "",
        is_act=paper is not None and paper.published_at is not None,
        adopted_on=paper.adopted_on if paper else None,
    )


def _places(session: Session, visibility: Visibility, rows: Sequence[Version]) -> dict[str, Place]:
    """Return where to look at each version: for the office its desk, for others its last packet."""
    if office(visibility.body_id) in visibility.tokens:
        return _desks(session, rows)
    found: dict[str, Place] = {}
    for entry, packet, organization_id in session.execute(
        select(PacketEntry, Packet, Meeting.organization_id)
        .join(Packet, Packet.id == PacketEntry.packet_id)
        .join(Meeting, Meeting.id == Packet.meeting_id)
        .where(PacketEntry.version_id.in_([row.id for row in rows]))
        .order_by(Packet.published_at, Packet.number, Packet.id)
    ):
        items = json.loads(packet.manifest)["items"]
        item_id = items[entry.item_position]["id"] if entry.item_position >= 0 else None
        found[entry.version_id] = Place(packet.meeting_id, organization_id, item_id)
    return found


def _desks(session: Session, rows: Sequence[Version]) -> dict[str, Place]:
    """Return the latest meeting and item that each version's document belongs to."""
    documents = [row.document for row in rows]
    of_paper: dict[str, Place] = {}
    for paper_id, meeting_id, item_id in session.execute(
        select(Consideration.paper_id, AgendaItem.meeting_id, AgendaItem.id)
        .join(AgendaItem, AgendaItem.id == Consideration.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Consideration.paper_id.in_([d.paper_id for d in documents if d.paper_id]))
        .order_by(Meeting.starts_at, Meeting.id, AgendaItem.position)
    ):
        of_paper[paper_id] = Place(meeting_id, None, item_id)
    of_item: dict[str, Place] = {
        item_id: Place(meeting_id, None, item_id)
        for item_id, meeting_id in session.execute(
            select(AgendaItem.id, AgendaItem.meeting_id).where(
                AgendaItem.id.in_([d.item_id for d in documents if d.item_id])
            )
        )
    }
    return {
        row.id: of_paper.get(row.document.paper_id or "")
        or of_item.get(row.document.item_id or "")
        or Place(row.document.meeting_id)
        for row in rows
    }


def _rendered(session: Session, version_ids: Sequence[str]) -> frozenset[str | None]:
    return frozenset(
        session.scalars(
            select(Rendition.version_id).where(
                Rendition.version_id.in_(version_ids),
                Rendition.kind == "pdf",
                Rendition.sha256.is_not(None),
            )
        )
    )


def visible_pages(
    session: Session, visibility: Visibility, version_ids: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return the page texts of those versions that the asker may see."""
    allowed = session.scalars(
        select(Version.id).where(Version.id.in_(list(version_ids)), may_see(visibility))
    ).all()
    return renditions.page_texts(session, allowed)
