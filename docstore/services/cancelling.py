"""Calling a meeting off: its recipients are told why, its pages say that it will not be."""

from sqlalchemy import select

from docstore.database import WriteSession
from docstore.errors import InvalidInput, MeetingHeld
from docstore.models import AgendaItem, Consideration, Meeting
from docstore.services import deliveries, ledger
from docstore.services.acting import Acting
from docstore.services.meetings import open_for_edit
from docstore.services.packets import last_packet

LONGEST_REASON = 1000


def cancel(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    meeting_id: str,
    revision: int,
    reason: str,
) -> Meeting:
    """Call a meeting off and promise to tell everyone who was told of it; its packets stay.

    Raises `EditConflict`, `MeetingCancelled`, `MeetingHeld` or `InvalidInput`; nothing
    changed then.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput(field="reason", reason="required")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(field="reason", reason="too_long", limit=LONGEST_REASON)
    meeting = open_for_edit(session, acting, body_id, meeting_id, revision)
    if _has_outcomes(session, meeting):
        raise MeetingHeld
    meeting.state = "cancelled"
    meeting.cancelled_at, meeting.cancelled_reason = acting.at, reason
    ledger.record(session, body_id, "meeting_cancelled", acting, meeting=meeting.id)
    packet = last_packet(session, meeting.id)
    if packet is not None:
        deliveries.tell_cancelled(session, acting, packet=packet, meeting=meeting)
    return meeting


def _has_outcomes(session: WriteSession, meeting: Meeting) -> bool:
    found = session.scalar(
        select(Consideration.id)
        .join(AgendaItem, AgendaItem.id == Consideration.item_id)
        .where(AgendaItem.meeting_id == meeting.id, Consideration.outcome != "pending")
        .limit(1)
    )
    return found is not None
