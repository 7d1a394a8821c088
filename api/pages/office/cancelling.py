"""Calling a meeting off: one question with the reason, then a notice to everyone."""

from http import HTTPStatus

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.dependencies import Office, Read
from api.pages.office.forms import Typed
from api.pages.office.pages import desk_address, office_router, page
from api.pages.office.work import WorkOf
from api.security.askers import Asker
from docstore.errors import EditConflict, MeetingCancelled
from docstore.models import Meeting
from docstore.services import cancelling, deliveries, desk
from docstore.services.finding import get

router = office_router()


@router.get("/posiedzenia/{meeting_id}/odwolaj")
def show(request: Request, asker: Office, session: Read, meeting_id: str) -> HTMLResponse:
    """Ask whether a meeting is to be called off, and why."""
    if get(session, Meeting, asker.body.id, meeting_id).is_cancelled:
        raise MeetingCancelled
    return _page(request, asker, session, meeting_id)


@router.post("/posiedzenia/{meeting_id}/odwolaj")
def cancel(work: WorkOf, meeting_id: str) -> Response:
    """Call a meeting off, unless a colleague changed it in the meantime."""
    typed = work.typed
    reason = typed.required(
        "reason", work.words("Napisz odbiorcom, dlaczego posiedzenie odwołano.")
    )
    refusal = work.attempt(
        meeting_id,
        lambda: cancelling.cancel(
            work.session,
            work.acting,
            body_id=work.body_id,
            meeting_id=meeting_id,
            revision=typed.revision,
            reason=reason,
        ),
    )
    if refusal is None:
        return work.done(meeting_id, None, work.words("Posiedzenie odwołano."))
    return _page(
        work.request,
        work.asker,
        work.session,
        meeting_id,
        typed=typed,
        conflict=work.conflict(refusal),
        status=HTTPStatus.CONFLICT
        if isinstance(refusal, EditConflict)
        else HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _page(
    request: Request,
    asker: Asker,
    session: Session,
    meeting_id: str,
    *,
    typed: Typed | None = None,
    conflict: str = "",
    status: int = HTTPStatus.OK,
) -> HTMLResponse:
    found = desk.desk(session, body_id=asker.body.id, meeting_id=meeting_id)
    recipients = deliveries.recipients_of(session, found.meeting) if found.packet else []
    return page(
        request,
        "office/cancel.html",
        asker,
        status=status,
        meeting=found.meeting,
        here_path=desk_address(asker, meeting_id),
        reached=[each for each in recipients if each.person.email],
        unreached=[each.person.name for each in recipients if not each.person.email],
        reason=typed.text("reason") if typed else "",
        errors=typed.errors if typed else [],
        error_of=typed.error_of if typed else {},
        conflict=conflict,
    )
