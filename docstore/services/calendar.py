"""Published meetings as everyone sees them: as their newest packet says, never as a draft does."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased, defer, joinedload

from docstore.errors import NotFound
from docstore.models import Exclusion, Meeting, Packet, PacketEntry, Version
from docstore.services.openness import covers
from docstore.services.reading import told_of
from docstore.visibility import Visibility


@dataclass(frozen=True, slots=True)
class Announced:
    """A meeting with its newest packet, and what that says of it."""

    meeting: Meeting
    packet: Packet
    kind: str
    number: int | None
    title: str
    place: str
    starts_at: datetime
    items: int

    @property
    def id(self) -> str:
        """Return the meeting's id."""
        return self.meeting.id

    @property
    def is_cancelled(self) -> bool:
        """Tell whether the office called it off."""
        return self.meeting.is_cancelled

    @property
    def organization(self) -> str:
        """Return whose meeting it is."""
        name: str = self.meeting.organization.name
        return name


def announced(meeting: Meeting, packet: Packet) -> Announced:
    """Read a meeting from its frozen manifest."""
    manifest = json.loads(packet.manifest)
    said = manifest["meeting"]
    return Announced(
        meeting=meeting,
        packet=packet,
        kind=said["kind"],
        number=said["number"],
        title=said["title"],
        place=said["place"],
        starts_at=datetime.fromisoformat(said["starts_at"]),
        items=len(manifest["items"]),
    )


def _published(body_id: str) -> Select[Meeting, Packet]:
    """Return the query for a body's meetings that have a packet, each with its newest one."""
    newer = aliased(Packet)
    return (
        select(Meeting, Packet)
        .join(Packet, Packet.meeting_id == Meeting.id)
        .where(Meeting.body_id == body_id)
        .where(~exists().where(newer.meeting_id == Meeting.id, newer.number > Packet.number))
        .options(joinedload(Meeting.organization))
    )


def coming(session: Session, *, body_id: str, at: datetime, limit: int = 50) -> list[Announced]:
    """Return published meetings that begin at a moment or later, the nearest first."""
    rows = session.execute(
        _published(body_id)
        .where(Meeting.starts_at >= at)
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(limit)
    )
    return [announced(meeting, packet) for meeting, packet in rows]


def past(
    session: Session, *, body_id: str, at: datetime, offset: int, limit: int
) -> tuple[int, list[Announced]]:
    """Return how many published meetings began before a moment, and some, the latest first."""
    query = _published(body_id).where(Meeting.starts_at < at)
    total = session.scalar(select(func.count()).select_from(query.subquery()))
    rows = session.execute(
        query.order_by(Meeting.starts_at.desc(), Meeting.id).offset(offset).limit(limit)
    )
    return total or 0, [announced(meeting, packet) for meeting, packet in rows]


def after(
    session: Session, *, body_id: str, last: tuple[datetime, str] | None, limit: int
) -> list[Announced]:
    """Return the published meetings that follow a place, from the latest to the earliest.

    A place is when a meeting begins and its id. What the newest packet says decides: a date that
    the office changes shows in no order before it is published.
    """
    query = _published(body_id)
    if last is not None:
        starts_at, meeting_id = last
        query = query.where(
            (Packet.starts_at < starts_at)
            | ((Packet.starts_at == starts_at) & (Meeting.id > meeting_id))
        )
    rows = session.execute(query.order_by(Packet.starts_at.desc(), Meeting.id).limit(limit))
    return [announced(meeting, packet) for meeting, packet in rows]


def one(session: Session, *, body_id: str, meeting_id: str) -> Announced:
    """Return one published meeting; a draft is not found."""
    row = session.execute(_published(body_id).where(Meeting.id == meeting_id)).first()
    if row is None:
        raise NotFound
    return announced(*row)


def exclusions_of(session: Session, visibility: Visibility, packet_id: str) -> list[Exclusion]:
    """Return the notices of documents of a packet that were taken down."""
    return list(
        session.scalars(
            select(Exclusion)
            .where(
                Exclusion.body_id == visibility.body_id,
                told_of(visibility),
                Exclusion.document_id.in_(
                    select(Version.document_id)
                    .join(PacketEntry, PacketEntry.version_id == Version.id)
                    .where(PacketEntry.packet_id == packet_id)
                ),
            )
            .order_by(Exclusion.made_at, Exclusion.id)
        )
    )


def taken_from_members(session: Session, packet_id: str) -> list[Exclusion]:
    """Return what was taken from everyone who got a packet: what was narrowed, they never had."""
    return list(
        session.scalars(
            select(Exclusion)
            .join(Version, covers())
            .join(PacketEntry, PacketEntry.version_id == Version.id)
            .where(
                PacketEntry.packet_id == packet_id,
                ~PacketEntry.is_narrowed,
                Exclusion.from_members,
            )
            .order_by(Exclusion.made_at, Exclusion.id)
            .distinct()
        )
    )


def published_meetings(
    session: Session, *, body_id: str, organization_ids: Iterable[str] | None = None
) -> list[tuple[Meeting, Packet]]:
    """Return meetings that have a packet, the latest meeting first, each with its newest packet.

    The packets come without their manifests, of which a term's are megabytes.
    """
    found = session.execute(
        _newest_packets(body_id, organization_ids).options(defer(Packet.manifest, raiseload=True))
    )
    return [(meeting, packet) for meeting, packet in found]


def published_meeting(
    session: Session,
    *,
    body_id: str,
    meeting_id: str,
    organization_ids: Iterable[str] | None = None,
) -> tuple[Meeting, Packet]:
    """Return one of those meetings with its newest packet whole, or raise `NotFound`."""
    found = session.execute(
        _newest_packets(body_id, organization_ids).where(Meeting.id == meeting_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def _newest_packets(
    body_id: str, organization_ids: Iterable[str] | None
) -> Select[Meeting, Packet]:
    query = _published(body_id).order_by(Meeting.starts_at.desc(), Meeting.id)
    if organization_ids is not None:
        query = query.where(Meeting.organization_id.in_(list(organization_ids)))
    return query
