"""Sessions and sittings: what is to come, what has been, and what is public of their papers."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.asked import ON_A_PAGE, asked
from api.dependencies import AskerOf, PartsOf, Read
from api.pages.hits import role_of
from api.pages.public.one_act import notices
from api.pages.public.pages import everyone, page
from api.rendering import words_for
from api.shown import Shown
from delivery.published import PublishedMeeting
from delivery.words import meeting_heading
from docstore.language import Words
from docstore.services import acts, calendar, packet_view
from docstore.services.calendar import Announced

router = APIRouter(prefix="/{slug}", include_in_schema=False, route_class=Shown)


def heading(words: Words, meeting: Announced, *, short: bool = False) -> str:
    """Return the name of a meeting as its packet says it, with whose it is."""
    said = PublishedMeeting(
        meeting.kind, meeting.number, meeting.title, meeting.place, meeting.starts_at
    )
    return meeting_heading(words, said, "" if short else meeting.organization)


@router.get("/sesje")
def show_list(request: Request, asker: AskerOf, session: Read, parts: PartsOf) -> Response:
    """Show the published meetings: those to come, then those that have been."""
    words, now, number = words_for(request, asker.body), parts.clock.now(), asked(request).page
    total, past = calendar.past(
        session,
        body_id=asker.body.id,
        at=now,
        offset=(number - 1) * ON_A_PAGE,
        limit=ON_A_PAGE,
    )
    coming = calendar.coming(session, body_id=asker.body.id, at=now) if number == 1 else []
    return page(
        request,
        "meetings.html",
        asker,
        coming=coming,
        past=past,
        number=number,
        page_count=-(-total // ON_A_PAGE),
        name_of=lambda meeting: heading(words, meeting),
    )


@router.get("/sesje/{meeting_id}")
def show(request: Request, asker: AskerOf, session: Read, meeting_id: str) -> Response:
    """Show a published meeting: its agenda, and the files that everyone may open."""
    words = words_for(request, asker.body)
    meeting = calendar.one(session, body_id=asker.body.id, meeting_id=meeting_id)
    view = packet_view.packet_view(session, meeting.packet, everyone(asker))
    papers = [paper.id for item in view.items for paper in item.papers]
    gone = calendar.exclusions_of(session, everyone(asker), meeting.packet.id)
    return page(
        request,
        "meeting.html",
        asker,
        meeting=meeting,
        name=heading(words, meeting),
        view=view,
        acts=acts.shown_among(session, everyone(asker), papers),
        notices=notices(words, gone),
        role_of=lambda code: role_of(words, code),
    )
