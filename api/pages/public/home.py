"""The front doors: the councils of an installation, and a council's own first page."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.dependencies import AskerOf, PartsOf, Read
from api.pages.public.meetings import heading
from api.pages.public.pages import everyone, fresh, page
from api.rendering import render, words_for
from api.shown import Shown
from docstore.services import acts, bodies, calendar
from docstore.services.acts import Ticked

front = APIRouter(include_in_schema=False, route_class=Shown)
router = APIRouter(prefix="/{slug}", include_in_schema=False, route_class=Shown)

_NEWEST = 10


@front.get("/")
def councils(request: Request, session: Read) -> Response:
    """Lead to the only council, or show them all; without any, to the first hour."""
    councils = bodies.bodies(session)
    if len(councils) == 1:
        return RedirectResponse(f"/{councils[0].slug}", status_code=HTTPStatus.SEE_OTHER)
    if not councils:
        return RedirectResponse("/instalacja", status_code=HTTPStatus.SEE_OTHER)
    response = render(request, "public/councils.html", bodies=councils)
    response.headers["Cache-Control"] = "no-cache"
    return fresh(request, response)


@router.get("")
def home(request: Request, asker: AskerOf, session: Read, parts: PartsOf) -> Response:
    """Show the search, the nearest session, the newest acts and how to reach the office."""
    words, now = words_for(request, asker.body), parts.clock.now()
    newest = acts.listed(session, everyone(asker), Ticked(), limit=_NEWEST)
    nearest = calendar.coming(session, body_id=asker.body.id, at=now, limit=2)
    if nearest and not nearest[0].is_cancelled:
        nearest = nearest[:1]  # a session called off is told beside the one that will be
    number = newest.acts[0].number if newest.acts else "XLV/312/2018"
    examples = [number, "„miejscowy plan”", f"budżet {now.year}"]
    return page(
        request,
        "home.html",
        asker,
        newest=newest.acts,
        total=newest.total,
        nearest=[(meeting, heading(words, meeting, short=True)) for meeting in nearest],
        examples=examples,
    )
