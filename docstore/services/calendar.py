"""Published meetings as everyone sees them: as their newest packet says, never as a draft does."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select
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


_newer = aliased(Packet)
# The meetings of the body `body` that have a packet, each with its newest one. Built once: it takes
# longer than the answer, and every page of a councillor's asks.
_PUBLISHED = (
    select(Meeting, Packet)
    .join(Packet, Packet.meeting_id == Meeting.id)
    .where(Meeting.body_id == bindparam("body"))
    .where(~exists().where(_newer.meeting_id == Meeting.id, _newer.number > Packet.number))
    .options(joinedload(Meeting.organization))
)
_LATEST = _PUBLISHED.order_by(Meeting.starts_at.desc(), Meeting.id)
_OF_ORGANIZATIONS = Meeting.organization_id.in_(bindparam("organizations", expanding=True))
_ONE = _PUBLISHED.where(Meeting.id == bindparam("meeting"))
_ONE_OF_ORGANIZATIONS = _ONE.where(_OF_ORGANIZATIONS)


def coming(session: Session, *, body_id: str, at: datetime, limit: int = 50) -> list[Announced]:
    """Return published meetings that begin at a moment or later, the nearest first."""
    rows = session.execute(
        _PUBLISHED.where(Meeting.starts_at >= at)
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(limit),
        {"body": body_id},
    )
    return [announced(meeting, packet) for meeting, packet in rows]


def past(
    session: Session, *, body_id: str, at: datetime, offset: int, limit: int
) -> tuple[int, list[Announced]]:
    """Return how many published meetings began before a moment, and some, the latest first."""
    before, of_body = Meeting.starts_at < at, {"body": body_id}
    counted = select(func.count()).select_from(_PUBLISHED.where(before).subquery())
    total = session.scalar(counted, of_body)
    rows = session.execute(_LATEST.where(before).offset(offset).limit(limit), of_body)
    return total or 0, [announced(meeting, packet) for meeting, packet in rows]


def after(
    session: Session, *, body_id: str, last: tuple[datetime, str] | None, limit: int
) -> list[Announced]:
    """Return the published meetings that follow a place, from the latest to the earliest.

    A place is when a meeting begins and its id. What the newest packet says decides: a date that
    the office changes shows in no order before it is published.
    """
    query = _PUBLISHED
    if last is not None:
        starts_at, meeting_id = last
        query = query.where(
            (Packet.starts_at < starts_at)
            | ((Packet.starts_at == starts_at) & (Meeting.id > meeting_id))
        )
    in_order = query.order_by(Packet.starts_at.desc(), Meeting.id).limit(limit)
    rows = session.execute(in_order, {"body": body_id})
    return [announced(meeting, packet) for meeting, packet in rows]


def one(session: Session, *, body_id: str, meeting_id: str) -> Announced:
    """Return one published meeting; a draft is not found."""
    row = session.execute(_ONE, {"body": body_id, "meeting": meeting_id}).first()
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
    query = _LATEST.options(defer(Packet.manifest, raiseload=True))
    if organization_ids is not None:
        query = query.where(_OF_ORGANIZATIONS)
    found = session.execute(query, _named(body_id, organization_ids))
    return [(meeting, packet) for meeting, packet in found]


def published_meeting(
    session: Session,
    *,
    body_id: str,
    meeting_id: str,
    organization_ids: Iterable[str] | None = None,
) -> tuple[Meeting, Packet]:
    """Return one of those meetings with its newest packet whole, or raise `NotFound`."""
    query = _ONE if organization_ids is None else _ONE_OF_ORGANIZATIONS
    named = _named(body_id, organization_ids, meeting=meeting_id)
    found = session.execute(query, named).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def _named(
    body_id: str, organization_ids: Iterable[str] | None, **others: str
) -> dict[str, str | list[str]]:
    named: dict[str, str | list[str]] = {"body": body_id, **others}
    if organization_ids is not None:
        named["organizations"] = list(organization_ids)
    return named
