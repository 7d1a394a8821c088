"""The councillor's and the guest's pages: my meetings, and what is known of me."""

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Depends, Request
from sqlalchemy import select
from starlette.responses import Response

from api.dependencies import PartsOf, Read, Recipient, check_form
from api.rendering import render, words_for
from api.security.askers import Asker
from delivery.words import meeting_heading
from docstore.database import ReadSession
from docstore.errors import NotFound
from docstore.models import Meeting, Packet, Receipt
from docstore.services import calendar
from docstore.services.own_record import own_record

router = APIRouter(
    prefix="/{slug}/moje", dependencies=[Depends(check_form)], include_in_schema=False
)

State = Literal["new", "changed", "opened", "acknowledged"]


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting in a reader's list, and whether there is something to look at."""

    meeting: Meeting
    packet: Packet
    heading: str
    state: State


def meetings_of(session: ReadSession, asker: Asker) -> list[tuple[Meeting, Packet]]:
    """Return the meetings whose packets come to the asker; the office sees all."""
    return calendar.published_meetings(
        session, body_id=asker.body.id, organization_ids=own_organizations(asker)
    )


def own_organizations(asker: Asker) -> frozenset[str] | None:
    """Return the organisations whose packets come to the asker, None for all of them."""
    standing = asker.standing
    everything = asker.is_office or (standing is not None and standing.is_guest)
    return None if everything or standing is None else standing.organization_ids


@router.get("")
def my_meetings(request: Request, asker: Recipient, session: Read, parts: PartsOf) -> Response:
    """List the reader's meetings: those to come, then those of before."""
    words = words_for(request, asker.body)
    seen = _seen(session, asker)
    lines = [
        MeetingLine(
            meeting, packet, meeting_heading(words, meeting, meeting.organization.name),
            _state(packet, seen),
        )
        for meeting, packet in meetings_of(session, asker)
    ]  # fmt: skip
    today = words.local(parts.clock.now()).date()
    coming = [line for line in lines if words.local(line.meeting.starts_at).date() >= today]
    return render(
        request,
        "reader/meetings.html",
        asker=asker,
        audience="reader",
        coming=list(reversed(coming)),
        past=[line for line in lines if line not in coming],
    )


def _seen(session: ReadSession, asker: Asker) -> dict[tuple[str, str], int]:
    """Return the highest packet number that the asker opened or acknowledged, by meeting."""
    rows = session.execute(
        select(Packet.meeting_id, Receipt.kind, Packet.number)
        .join(Receipt, Receipt.packet_id == Packet.id)
        .where(Receipt.person_id == asker.person_id)
    )
    found: dict[tuple[str, str], int] = {}
    for meeting_id, kind, number in rows:
        found[meeting_id, kind] = max(number, found.get((meeting_id, kind), 0))
    return found


def _state(packet: Packet, seen: dict[tuple[str, str], int]) -> State:
    opened = seen.get((packet.meeting_id, "opened"), 0)
    if seen.get((packet.meeting_id, "acknowledged"), 0) >= packet.number:
        return "acknowledged"
    if opened == 0:
        return "new"
    return "opened" if opened >= packet.number else "changed"


@router.get("/zapisy")
def own_data(request: Request, asker: Recipient, session: Read) -> Response:
    """Show everything the system holds about the person who asks."""
    if asker.person is None:
        raise NotFound
    words = words_for(request, asker.body)
    found = own_record(session, asker.person)
    return render(
        request,
        "reader/own_record.html",
        asker=asker,
        audience="reader",
        record=found,
        heading=lambda meeting: meeting_heading(words, meeting, meeting.organization.name),
    )
