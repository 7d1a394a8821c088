"""Councils, their meetings and agendas."""

from dataclasses import fields

from fastapi import Request, Response
from sqlalchemy.orm import Session, joinedload

from api.dependencies import ActingOf, AskerOf, Office, PartsOf, Read, Write
from api.security.askers import Asker
from api.v1 import paging
from api.v1.access import CONFLICTS, refusals
from api.v1.asks import CancelAsk, MeetingChangeAsk, NewMeeting
from api.v1.making import Maker, agenda_shape
from api.v1.once import DoneOnce
from api.v1.paging import After, Limit, page_of
from api.v1.routers import body_router, front_router
from api.v1.shapes import AgendaShape, BodyShape, MeetingShape, Page
from docstore.models import Meeting
from docstore.services import (
    bodies,
    calendar,
    cancelling,
    meetings,
    organizations,
    packet_view,
    packets,
)
from docstore.services.finding import get
from docstore.services.meetings import MeetingDetails

front = front_router("bodies")
router = body_router("meetings")


@front.get("/bodies", responses=refusals("invalid_input"))
def list_bodies(
    request: Request,
    response: Response,
    session: Read,
    parts: PartsOf,
    limit: Limit = 20,
    after: After = None,
) -> Page[BodyShape]:
    """List the councils of this installation, by short name."""
    rows = bodies.after(session, last=paging.name(after), limit=limit + 1)
    items = [(paging.written(row.slug), Maker(parts, row).body()) for row in rows]
    return page_of(request, response, items, limit)


@router.get("", responses=refusals(), tags=["bodies"])
def show_body(asker: AskerOf, parts: PartsOf) -> BodyShape:
    """Show a council."""
    return Maker(parts, asker.body).body()


@router.get("/meetings", responses=refusals("invalid_input"))
def list_meetings(
    request: Request,
    response: Response,
    asker: AskerOf,
    session: Read,
    parts: PartsOf,
    limit: Limit = 20,
    after: After = None,
) -> Page[MeetingShape]:
    """List meetings, the latest first: published ones, and for the office its drafts too."""
    maker, body_id, last = Maker(parts, asker.body), asker.body.id, paging.moment_and_id(after)
    if asker.is_office:
        rows = meetings.after(session, body_id=body_id, last=last, limit=limit + 1)
        shapes = [maker.meeting(row, packets.last_packet(session, row.id)) for row in rows]
    else:
        found = calendar.after(session, body_id=body_id, last=last, limit=limit + 1)
        shapes = [maker.announced(each, revision=None) for each in found]
    items = [(paging.written(each.starts_at, each.id), each) for each in shapes]
    return page_of(request, response, items, limit)


@router.post(
    "/meetings", dependencies=[DoneOnce], status_code=201, responses=refusals("invalid_input")
)
def create_meeting(
    asker: Office, acting: ActingOf, session: Write, parts: PartsOf, ask: NewMeeting
) -> MeetingShape:
    """Prepare a meeting; the office alone sees it before its first packet."""
    body_id = asker.body.id
    organization_id = ask.organization_id or organizations.council(session, body_id).id
    number = ask.number or meetings.next_number(
        session, body_id=body_id, organization_id=organization_id, on=ask.starts_at
    )
    details = MeetingDetails(
        organization_id, ask.starts_at, ask.kind, number, ask.title, ask.place, ask.ends_at
    )
    made = meetings.create(session, acting, body_id=body_id, details=details)
    return Maker(parts, asker.body).meeting(_with_organization(session, asker, made.id), None)


def _with_organization(session: Session, asker: Asker, meeting_id: str) -> Meeting:
    return get(session, Meeting, asker.body.id, meeting_id, joinedload(Meeting.organization))


@router.get("/meetings/{meeting_id}", responses=refusals())
def show_meeting(asker: AskerOf, session: Read, parts: PartsOf, meeting_id: str) -> MeetingShape:
    """Show a meeting as its newest packet says it, or for the office as it stands now."""
    maker = Maker(parts, asker.body)
    if asker.is_office:
        row = _with_organization(session, asker, meeting_id)
        return maker.meeting(row, packets.last_packet(session, row.id))
    found = calendar.one(session, body_id=asker.body.id, meeting_id=meeting_id)
    return maker.announced(found, revision=None)


# What a meeting may be without, and `null` takes away.
_MAY_GO = frozenset({"ends_at", "number"})


@router.patch("/meetings/{meeting_id}", responses=refusals(*CONFLICTS, "invalid_input"))
def change_meeting(
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    meeting_id: str,
    ask: MeetingChangeAsk,
) -> MeetingShape:
    """Change what is said of a meeting; recipients learn of it with the next packet."""
    row = get(session, Meeting, asker.body.id, meeting_id)
    kept = {each.name: getattr(row, each.name) for each in fields(MeetingDetails)}
    said = ask.model_dump(exclude={"revision"}, exclude_unset=True)
    changed = {name: value for name, value in said.items() if value is not None or name in _MAY_GO}
    meetings.change(
        session,
        acting,
        body_id=asker.body.id,
        meeting_id=meeting_id,
        revision=ask.revision,
        details=MeetingDetails(**{**kept, **changed}),
    )
    row = _with_organization(session, asker, meeting_id)
    return Maker(parts, asker.body).meeting(row, packets.last_packet(session, row.id))


@router.post(
    "/meetings/{meeting_id}/cancellation",
    dependencies=[DoneOnce],
    responses=refusals(*CONFLICTS, "meeting_held", "invalid_input"),
)
def cancel_meeting(
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    meeting_id: str,
    ask: CancelAsk,
) -> MeetingShape:
    """Call a meeting off, for good; everyone who was told of it is told of this."""
    cancelling.cancel(
        session,
        acting,
        body_id=asker.body.id,
        meeting_id=meeting_id,
        revision=ask.revision,
        reason=ask.reason,
    )
    row = _with_organization(session, asker, meeting_id)
    return Maker(parts, asker.body).meeting(row, packets.last_packet(session, row.id))


@router.get("/meetings/{meeting_id}/agenda", responses=refusals())
def show_agenda(asker: AskerOf, session: Read, meeting_id: str) -> AgendaShape:
    """Show the published agenda with the files that the asker may open."""
    found = calendar.one(session, body_id=asker.body.id, meeting_id=meeting_id)
    return agenda_shape(packet_view.packet_view(session, found.packet, asker.visibility))
