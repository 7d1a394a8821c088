"""What the record says of found versions, read through the asker's own visibility."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from docstore.files.problems import Problem
from docstore.models import (
    AgendaItem,
    Consideration,
    Document,
    Facts,
    Meeting,
    Packet,
    PacketEntry,
    Paper,
    Version,
)
from docstore.services import renditions
from docstore.services.reading import MAY_SEE, asked_by, may_see
from docstore.visibility import Visibility, office

_Row = Row[*tuple[Any, ...]]


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
    is_scanned: bool
    """Whether some of its words were recognised on scanned pages."""
    kind: str
    status: str
    is_act: bool
    adopted_on: date | None


# What is shown of a version, in one row and without objects: a page of results asks for twenty.
_SHOWN = (
    select(
        Version.id.label("version_id"),
        Version.document_id,
        Document.paper_id,
        Document.item_id,
        Document.meeting_id,
        Document.title.label("document_title"),
        Document.role,
        Version.file_name,
        Version.media_type,
        Version.size,
        Facts.pages,
        Facts.problems,
        Paper.title,
        Paper.number,
        Paper.kind,
        Paper.status,
        Paper.published_at,
        Paper.adopted_on,
    )
    .join(Document, Document.id == Version.document_id)
    .outerjoin(Paper, Paper.id == Document.paper_id)
    .outerjoin(Facts, Facts.version_id == Version.id)
    .where(Version.id.in_(bindparam("versions", expanding=True)), MAY_SEE)
)


def described(
    session: Session, visibility: Visibility, version_ids: Sequence[str]
) -> dict[str, Found]:
    """Return what the asker may know of these versions; an index that lags behind shows nothing."""
    asked = {"versions": list(version_ids), **asked_by(visibility)}
    rows = session.execute(_SHOWN, asked).all()
    places = _places(session, visibility, rows)
    return {row.version_id: _found(row, places.get(row.version_id, _NOWHERE)) for row in rows}


def _found(row: _Row, place: Place) -> Found:
    is_paper = row.paper_id is not None
    return Found(
        version_id=row.version_id,
        document_id=row.document_id,
        paper_id=row.paper_id,
        meeting_id=place.meeting_id,
        organization_id=place.organization_id,
        item_id=place.item_id,
        title=row.title if is_paper else row.document_title,
        document_title=row.document_title,
        role=row.role,
        number=row.number if is_paper else "",
        file_name=row.file_name,
        media_type=row.media_type,
        size=row.size,
        pages=row.pages,
        is_scanned=Problem.RECOGNISED in (row.problems or ()),
        kind=row.kind if is_paper else "meeting",
        status=row.status if is_paper else "",
        is_act=row.published_at is not None,
        adopted_on=row.adopted_on,
    )


_IN_PACKETS = (
    select(
        PacketEntry.version_id,
        PacketEntry.item_position,
        Packet.meeting_id,
        Packet.manifest,
        Meeting.organization_id,
    )
    .join(Packet, Packet.id == PacketEntry.packet_id)
    .join(Meeting, Meeting.id == Packet.meeting_id)
    .where(PacketEntry.version_id.in_(bindparam("versions", expanding=True)))
    .order_by(Packet.published_at, Packet.number, Packet.id)
)


def _places(session: Session, visibility: Visibility, rows: Sequence[_Row]) -> dict[str, Place]:
    """Return where to look at each version: for the office its desk, for others its last packet."""
    if office(visibility.body_id) in visibility.tokens:
        return _desks(session, rows)
    found: dict[str, Place] = {}
    asked = {"versions": [row.version_id for row in rows]}
    for version_id, position, meeting_id, manifest, organization_id in session.execute(
        _IN_PACKETS, asked
    ):
        item_id = json.loads(manifest)["items"][position]["id"] if position >= 0 else None
        found[version_id] = Place(meeting_id, organization_id, item_id)
    return found


def _desks(session: Session, rows: Sequence[_Row]) -> dict[str, Place]:
    """Return the latest meeting and item that each version's document belongs to."""
    of_paper: dict[str, Place] = {}
    for paper_id, meeting_id, item_id in session.execute(
        select(Consideration.paper_id, AgendaItem.meeting_id, AgendaItem.id)
        .join(AgendaItem, AgendaItem.id == Consideration.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Consideration.paper_id.in_([row.paper_id for row in rows if row.paper_id]))
        .order_by(Meeting.starts_at, Meeting.id, AgendaItem.position)
    ):
        of_paper[paper_id] = Place(meeting_id, None, item_id)
    of_item: dict[str, Place] = {
        item_id: Place(meeting_id, None, item_id)
        for item_id, meeting_id in session.execute(
            select(AgendaItem.id, AgendaItem.meeting_id).where(
                AgendaItem.id.in_([row.item_id for row in rows if row.item_id])
            )
        )
    }
    return {
        row.version_id: of_paper.get(row.paper_id or "")
        or of_item.get(row.item_id or "")
        or Place(row.meeting_id)
        for row in rows
    }


def visible_pages(
    session: Session, visibility: Visibility, version_ids: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return the page texts of those versions that the asker may see."""
    allowed = session.scalars(
        select(Version.id).where(Version.id.in_(list(version_ids)), may_see(visibility))
    ).all()
    return renditions.page_texts(session, allowed)
