"""What the office's desk shows: meetings, one meeting's agenda with its files, one document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from docstore.models import AgendaItem, Consideration, Meeting, Packet, PacketEntry, Paper
from docstore.services.finding import get
from docstore.services.packet_plan import Entry
from docstore.services.packets import Preview, last_packet, preview

# Papers offered for an agenda item; an older one is found by the search.
_OFFERED = 200


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting in the office's list."""

    meeting: Meeting
    packet: Packet | None
    items: int
    pending: int
    """Papers of which nobody has said yet what came of them."""


def count_meetings(session: Session, *, body_id: str, before: datetime) -> int:
    """Return how many meetings began before a moment."""
    found = session.scalar(
        select(func.count())
        .select_from(Meeting)
        .where(Meeting.body_id == body_id, Meeting.starts_at < before)
    )
    return found or 0


def meetings_from(session: Session, *, body_id: str, at: datetime) -> list[MeetingRow]:
    """Return the meetings that are still to come, the nearest first."""
    rows = session.scalars(
        select(Meeting)
        .where(Meeting.body_id == body_id, Meeting.starts_at >= at)
        .order_by(Meeting.starts_at, Meeting.id)
        .options(joinedload(Meeting.organization))
    ).all()
    return _with_counts(session, rows)


def meetings_before(
    session: Session, *, body_id: str, at: datetime, offset: int, limit: int
) -> list[MeetingRow]:
    """Return meetings that have begun, the latest first."""
    rows = session.scalars(
        select(Meeting)
        .where(Meeting.body_id == body_id, Meeting.starts_at < at)
        .order_by(Meeting.starts_at.desc(), Meeting.id)
        .options(joinedload(Meeting.organization))
        .offset(offset)
        .limit(limit)
    ).all()
    return _with_counts(session, rows)


def last_meeting(
    session: Session,
    *,
    body_id: str,
    organization_id: str = "",
    before: datetime | None = None,
) -> Meeting | None:
    """Return the latest meeting, of one organisation or of any, before a moment or ever."""
    query = select(Meeting).where(Meeting.body_id == body_id)
    if organization_id:
        query = query.where(Meeting.organization_id == organization_id)
    if before is not None:
        query = query.where(Meeting.starts_at < before)
    return session.scalar(query.order_by(Meeting.starts_at.desc(), Meeting.id).limit(1))


def _with_counts(session: Session, rows: Sequence[Meeting]) -> list[MeetingRow]:
    ids = [row.id for row in rows]
    packets: dict[str, Packet] = {}
    for packet in session.scalars(
        select(Packet).where(Packet.meeting_id.in_(ids)).order_by(Packet.number)
    ):
        packets[packet.meeting_id] = packet
    items = _counts(session, AgendaItem.meeting_id.in_(ids))
    pending = _counts(session, AgendaItem.meeting_id.in_(ids), outcome="pending")
    return [
        MeetingRow(row, packets.get(row.id), items.get(row.id, 0), pending.get(row.id, 0))
        for row in rows
    ]


def _counts(session: Session, where: ColumnElement[bool], *, outcome: str = "") -> dict[str, int]:
    query = select(AgendaItem.meeting_id, func.count()).where(where)
    if outcome:
        query = query.join(Consideration).where(Consideration.outcome == outcome)
    rows = session.execute(query.group_by(AgendaItem.meeting_id))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class Desk:
    """A meeting as the office works on it: its agenda, its files, the packet that would come."""

    meeting: Meeting
    preview: Preview
    packet: Packet | None
    sent: frozenset[str]
    """Versions that the newest packet holds."""
    by_item: Mapping[str | None, tuple[Entry, ...]] = field(default_factory=dict)
    """Files by agenda item; under None those of the meeting itself."""

    @property
    def items(self) -> tuple[AgendaItem, ...]:
        """Return the agenda in order."""
        return self.preview.plan.items

    def files(self, item_id: str | None) -> tuple[Entry, ...]:
        """Return the files of one item, or the meeting's own."""
        return self.by_item.get(item_id, ())

    def is_sent(self, version_id: str) -> bool:
        """Tell whether the newest packet holds a version."""
        return version_id in self.sent


def desk(session: Session, *, body_id: str, meeting_id: str) -> Desk:
    """Return a meeting with everything its desk shows; raise `NotFound` for a stranger's."""
    meeting = get(session, Meeting, body_id, meeting_id, joinedload(Meeting.organization))
    found = preview(session, body_id=body_id, meeting_id=meeting_id)
    packet = last_packet(session, meeting.id)
    sent = (
        session.scalars(select(PacketEntry.version_id).where(PacketEntry.packet_id == packet.id))
        if packet
        else ()
    )
    by_item: dict[str | None, list[Entry]] = {}
    for entry in found.plan.entries:
        by_item.setdefault(entry.item.id if entry.item else None, []).append(entry)
    return Desk(
        meeting=meeting,
        preview=found,
        packet=packet,
        sent=frozenset(sent),
        by_item={key: tuple(entries) for key, entries in by_item.items()},
    )


def papers_to_place(session: Session, *, body_id: str, item_id: str) -> list[Paper]:
    """Return papers that may be put on an item: not published as acts, the newest first."""
    there = select(Consideration.paper_id).where(Consideration.item_id == item_id)
    return list(
        session.scalars(
            select(Paper)
            .where(Paper.body_id == body_id, Paper.published_at.is_(None), Paper.id.not_in(there))
            .order_by(Paper.created_at.desc(), Paper.id)
            .limit(_OFFERED)
        )
    )


def count_items(session: Session, meeting_id: str) -> int:
    """Return how many items an agenda has."""
    found = session.scalar(
        select(func.count()).select_from(AgendaItem).where(AgendaItem.meeting_id == meeting_id)
    )
    return found or 0
