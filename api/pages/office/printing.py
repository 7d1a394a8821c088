"""Pages that a clerk prints: the notice of a meeting and its attendance list."""

from fastapi import Request
from starlette.responses import HTMLResponse

from api.dependencies import Office, Read
from api.pages.office.pages import desk_address, office_router, page
from api.pages.office.wording import item_numbers
from docstore.services import deliveries, desk

router = office_router()


@router.get("/posiedzenia/{meeting_id}/zawiadomienie")
def notice(request: Request, asker: Office, session: Read, meeting_id: str) -> HTMLResponse:
    """Show the notice of a meeting: when, where, the agenda, the drafts."""
    found = desk.desk(session, body_id=asker.body.id, meeting_id=meeting_id)
    recipients = deliveries.recipients_of(session, found.meeting)
    chair = next((each.person.name for each in recipients if each.role == "chair"), "")
    drafts = [
        (item, consideration.paper) for item in found.items for consideration in item.considerations
    ]
    return page(
        request,
        "office/notice.html",
        asker,
        desk=found,
        meeting=found.meeting,
        here_path=desk_address(asker, meeting_id),
        drafts=drafts,
        numbers=item_numbers(found.items),
        chair=chair,
    )


@router.get("/posiedzenia/{meeting_id}/lista-obecnosci")
def attendance(request: Request, asker: Office, session: Read, meeting_id: str) -> HTMLResponse:
    """Show the list that members and guests sign on the day."""
    found = desk.desk(session, body_id=asker.body.id, meeting_id=meeting_id)
    recipients = deliveries.recipients_of(session, found.meeting)
    return page(
        request,
        "office/attendance.html",
        asker,
        meeting=found.meeting,
        here_path=desk_address(asker, meeting_id),
        members=[each for each in recipients if each.role != "guest"],
        guests=[each for each in recipients if each.role == "guest"],
    )
