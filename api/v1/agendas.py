"""The agenda as the office works on it: items put on, changed, taken off."""

from sqlalchemy.orm import Session

from api.dependencies import ActingOf, Office, Read, Write
from api.security.askers import Asker
from api.v1.access import CONFLICTS, RevisionSeen, refusals
from api.v1.asks import ItemChangeAsk, NewAgendaItems
from api.v1.making import draft_shape
from api.v1.once import DoneOnce
from api.v1.routers import body_router
from api.v1.shapes import DraftShape
from docstore.errors import NotFound
from docstore.models import AgendaItem, Meeting
from docstore.services import agendas
from docstore.services.agendas import NewItem
from docstore.services.finding import get

router = body_router("meetings")


@router.get("/meetings/{meeting_id}/draft", responses=refusals())
def show_draft(asker: Office, session: Read, meeting_id: str) -> DraftShape:
    """Show the agenda as it stands in the office, with the revision to send back."""
    return _draft(session, asker, meeting_id)


def _draft(session: Session, asker: Asker, meeting_id: str) -> DraftShape:
    meeting = get(session, Meeting, asker.body.id, meeting_id)
    return draft_shape(meeting, agendas.agenda(session, meeting.id))


@router.post(
    "/meetings/{meeting_id}/items",
    dependencies=[DoneOnce],
    status_code=201,
    responses=refusals(*CONFLICTS, "invalid_input"),
)
def add_items(
    asker: Office, acting: ActingOf, session: Write, meeting_id: str, ask: NewAgendaItems
) -> DraftShape:
    """Put items on the agenda; who saw an older state of it is refused and overwrites nothing."""
    if ask.after and ask.after not in {i.id for i in agendas.agenda(session, meeting_id)}:
        raise NotFound
    agendas.add_items(
        session,
        acting,
        body_id=asker.body.id,
        meeting_id=meeting_id,
        revision=ask.revision,
        items=[NewItem(each.title, each.depth, druk=each.druk) for each in ask.items],
        after=ask.after,
    )
    session.expire_all()
    return _draft(session, asker, meeting_id)


@router.patch("/items/{item_id}", responses=refusals(*CONFLICTS, "invalid_input"))
def change_item(
    asker: Office, acting: ActingOf, session: Write, item_id: str, ask: ItemChangeAsk
) -> DraftShape:
    """Reword an agenda item, or put it a step deeper or higher."""
    row = agendas.change_item(
        session,
        acting,
        body_id=asker.body.id,
        item_id=item_id,
        revision=ask.revision,
        title=ask.title,
        depth=ask.depth,
    )
    session.flush()
    return _draft(session, asker, row.meeting_id)


@router.delete("/items/{item_id}", responses=refusals(*CONFLICTS))
def remove_item(
    asker: Office, acting: ActingOf, session: Write, item_id: str, revision: RevisionSeen
) -> DraftShape:
    """Take an item and those below it off the agenda; its papers and files stay in the record."""
    meeting_id = get(session, AgendaItem, asker.body.id, item_id).meeting_id
    agendas.remove_item(session, acting, body_id=asker.body.id, item_id=item_id, revision=revision)
    session.flush()
    session.expire_all()
    return _draft(session, asker, meeting_id)
