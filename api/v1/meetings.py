"""Councils, their meetings and agendas."""

from fastapi import APIRouter
from sqlalchemy.orm import Session, joinedload

from api.dependencies import ActingOf, AskerOf, Office, PartsOf, Read, Write
from api.security.askers import Asker
from api.v1.access import After, Limit, refusals
from api.v1.asks import NewAgendaItems, NewMeeting
from api.v1.making import Maker, agenda_shape, draft_shape
from api.v1.shapes import AgendaShape, BodyShape, DraftShape, MeetingShape, Page
from docstore.errors import NotFound
from docstore.models import Meeting
from docstore.services import (
    agendas,
    bodies,
    calendar,
    meetings,
    organizations,
    packet_view,
    packets,
)
from docstore.services.agendas import NewItem
from docstore.services.finding import get
from docstore.services.meetings import MeetingDetails

front = APIRouter(tags=["bodies"])
router = APIRouter(prefix="/bodies/{slug}", tags=["meetings"])


@front.get("/bodies", responses=refusals())
def list_bodies(session: Read, parts: PartsOf) -> list[BodyShape]:
    """List the councils of this installation."""
    return [Maker(parts, body).body() for body in bodies.bodies(session)]


@router.get("", responses=refusals(404), tags=["bodies"])
def show_body(asker: AskerOf, parts: PartsOf) -> BodyShape:
    """Show a council."""
    return Maker(parts, asker.body).body()


@router.get("/meetings", responses=refusals(404, 422))
def list_meetings(
    asker: AskerOf, session: Read, parts: PartsOf, limit: Limit = 20, after: After = None
) -> Page[MeetingShape]:
    """List meetings, the latest first: published ones, and for the office its drafts too."""
    maker, body_id = Maker(parts, asker.body), asker.body.id
    last = get(session, Meeting, body_id, after) if after else None
    if asker.is_office:
        rows = meetings.after(session, body_id=body_id, last=last, limit=limit + 1)
        shapes = [maker.meeting(row, packets.last_packet(session, row.id)) for row in rows]
    else:
        found = calendar.after(session, body_id=body_id, last=last, limit=limit + 1)
        shapes = [maker.announced(each, revision=None) for each in found]
    following = shapes[limit - 1].id if len(shapes) > limit else None
    return Page(items=shapes[:limit], next=following)


@router.post("/meetings", status_code=201, responses=refusals(401, 403, 404, 422))
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


@router.get("/meetings/{meeting_id}", responses=refusals(404))
def show_meeting(asker: AskerOf, session: Read, parts: PartsOf, meeting_id: str) -> MeetingShape:
    """Show a meeting as its newest packet says it, or for the office as it stands now."""
    maker = Maker(parts, asker.body)
    if asker.is_office:
        row = _with_organization(session, asker, meeting_id)
        return maker.meeting(row, packets.last_packet(session, row.id))
    found = calendar.one(session, body_id=asker.body.id, meeting_id=meeting_id)
    return maker.announced(found, revision=None)


@router.get("/meetings/{meeting_id}/agenda", responses=refusals(404))
def show_agenda(asker: AskerOf, session: Read, meeting_id: str) -> AgendaShape:
    """Show the published agenda with the files that the asker may open."""
    found = calendar.one(session, body_id=asker.body.id, meeting_id=meeting_id)
    return agenda_shape(packet_view.packet_view(session, found.packet, asker.visibility))


@router.get("/meetings/{meeting_id}/draft", responses=refusals(401, 403, 404))
def show_draft(asker: Office, session: Read, meeting_id: str) -> DraftShape:
    """Show the agenda as it stands in the office, with the revision to send back."""
    meeting = get(session, Meeting, asker.body.id, meeting_id)
    return draft_shape(meeting, agendas.agenda(session, meeting.id))


@router.post(
    "/meetings/{meeting_id}/items",
    status_code=201,
    responses=refusals(401, 403, 404, 409, 422),
)
def add_items(
    asker: Office, acting: ActingOf, session: Write, meeting_id: str, ask: NewAgendaItems
) -> DraftShape:
    """Put items on the agenda; who saw an older state of it is refused and overwrites nothing."""
    body_id = asker.body.id
    if ask.after and ask.after not in {i.id for i in agendas.agenda(session, meeting_id)}:
        raise NotFound
    agendas.add_items(
        session,
        acting,
        body_id=body_id,
        meeting_id=meeting_id,
        revision=ask.revision,
        items=[NewItem(each.title, each.depth, druk=each.druk) for each in ask.items],
        after=ask.after,
    )
    session.expire_all()
    meeting = get(session, Meeting, body_id, meeting_id)
    return draft_shape(meeting, agendas.agenda(session, meeting.id))
