"""Meetings, edited by several clerks without overwriting each other."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from docstore.database import WriteSession
from docstore.errors import EditConflict, InvalidInput, MeetingCancelled
from docstore.models import AgendaItem, LegislativeTerm, Meeting, Organization
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.finding import get, get_locked
from docstore.services.terms import term_on

KINDS = ("ordinary", "extraordinary", "ceremonial", "sitting")


@dataclass(frozen=True, slots=True)
class MeetingDetails:
    """What the office says of a meeting."""

    organization_id: str
    starts_at: datetime
    kind: str = "ordinary"
    number: int | None = None
    title: str = ""
    place: str = ""
    ends_at: datetime | None = None


def create(
    session: WriteSession, acting: Acting, *, body_id: str, details: MeetingDetails
) -> Meeting:
    """Prepare a meeting; nobody but the office sees it before its first packet."""
    meeting = Meeting(body_id=body_id, state="draft", revision=1)
    _fill(session, meeting, acting, details)
    session.add(meeting)
    session.flush()
    ledger.record(session, body_id, "meeting_created", acting, meeting=meeting.id)
    return meeting


def change(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    meeting_id: str,
    revision: int,
    details: MeetingDetails,
) -> Meeting:
    """Change what is said of a meeting; recipients learn of it with the next packet."""
    meeting = open_for_edit(session, acting, body_id, meeting_id, revision)
    _fill(session, meeting, acting, details)
    ledger.record(session, body_id, "meeting_changed", acting, meeting=meeting.id)
    return meeting


def _fill(session: WriteSession, meeting: Meeting, acting: Acting, details: MeetingDetails) -> None:
    if details.kind not in KINDS:
        raise InvalidInput(field="kind", reason="choice")
    if details.ends_at is not None and details.ends_at <= details.starts_at:
        raise InvalidInput(field="ends_at", reason="order")
    if details.number is not None and not 0 < details.number < 1000:  # noqa: PLR2004 - Roman
        raise InvalidInput(field="number", reason="range")
    get(session, Organization, meeting.body_id, details.organization_id)
    term = term_on(session, meeting.body_id, details.starts_at.date())
    meeting.term_id = term.id if term else None
    meeting.changed_at, meeting.changed_by = acting.at, acting.person_id
    for name in ("organization_id", "starts_at", "ends_at", "kind", "number", "title", "place"):
        setattr(meeting, name, getattr(details, name))


def next_number(session: Session, *, body_id: str, organization_id: str, on: datetime) -> int:
    """Propose the next meeting's number: one more than the term's highest not called off."""
    term: LegislativeTerm | None = term_on(session, body_id, on.date())
    highest = session.scalar(
        select(func.max(Meeting.number)).where(
            Meeting.body_id == body_id,
            Meeting.organization_id == organization_id,
            Meeting.term_id == (term.id if term else None),
            Meeting.state != "cancelled",
        )
    )
    return (highest or 0) + 1


def after(
    session: Session, *, body_id: str, last: tuple[datetime, str] | None, limit: int
) -> list[Meeting]:
    """Return the meetings, drafts too, that follow a place from the latest to the earliest.

    A place is when a meeting begins and its id.
    """
    query = select(Meeting).where(Meeting.body_id == body_id)
    if last is not None:
        starts_at, meeting_id = last
        query = query.where(
            (Meeting.starts_at < starts_at)
            | ((Meeting.starts_at == starts_at) & (Meeting.id > meeting_id))
        )
    return list(
        session.scalars(
            query.order_by(Meeting.starts_at.desc(), Meeting.id)
            .limit(limit)
            .options(joinedload(Meeting.organization))
        )
    )


def open_for_edit(
    session: WriteSession, acting: Acting, body_id: str, meeting_id: str, revision: int
) -> Meeting:
    """Lock a meeting for a change; raise `EditConflict` if the editor saw an older state."""
    meeting = get_locked(session, Meeting, body_id, meeting_id)
    if meeting.is_cancelled:
        raise MeetingCancelled
    if meeting.revision != revision:
        raise EditConflict(by=meeting.changed_by, at=meeting.changed_at)
    meeting.revision += 1
    meeting.changed_at, meeting.changed_by = acting.at, acting.person_id
    return meeting


def items_in_order(session: Session, meeting_id: str) -> list[AgendaItem]:
    """Return a meeting's items alone, in the order of the agenda."""
    return list(
        session.scalars(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting_id)
            .order_by(AgendaItem.position)
        )
    )
