"""The demo's start page and its doors, which ask for no password; and all components on a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from api.demo.scene import ADMINISTRATOR, CLERK, COUNCILLOR, HOME, council, person, scene
from api.demo.steps import STEPS
from api.dependencies import PartsOf, Read, check_form
from api.rendering import redirect, render
from api.security import cookies
from api.security.askers import Asker
from docstore.errors import NotFound
from docstore.services import signins
from docstore.services.acting import Acting
from docstore.services.figures import figures

router = APIRouter(dependencies=[Depends(check_form)], include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Door:
    """A way in: as whom, by which means, and where it leads."""

    name: str
    by: str
    leads_to: str


_DOORS: Mapping[str, Door] = {
    "biuro": Door(CLERK, "password", f"{HOME}/biuro"),
    "radna": Door(COUNCILLOR, "link", f"{HOME}/moje"),
    "administrator": Door(ADMINISTRATOR, "password", f"{HOME}/stan"),
}
_PUBLIC = "mieszkaniec"


@router.get("/")
def start(request: Request, session: Read) -> Response:
    """Show the three doors and the seven steps."""
    found = scene(session)
    return render(
        request,
        "demo/start.html",
        steps=STEPS,
        meeting=found.meeting,
        packet=found.packet,
        clerk=CLERK,
        councillor=COUNCILLOR,
        figures=figures(session),
    )


@router.post("/drzwi/{who}")
def enter(
    request: Request, parts: PartsOf, who: str, dalej: Annotated[str, Form()] = ""
) -> Response:
    """Let a visitor in as somebody of the demo, and lead them on."""
    if who == _PUBLIC:
        return _leave(request, parts, dalej)
    door = _DOORS.get(who)
    if door is None:
        raise NotFound
    now = parts.clock.now()
    with parts.database.transaction() as session:
        body = council(session)
        somebody = person(session, body, door.name)
        before = signins.current(
            session, token=cookies.sign_in_token(request, body_id=body.id), at=now
        )
        token, _ = signins.open_sign_in(
            session,
            Acting(somebody.id, now),
            person=somebody,
            by=door.by,
            device="pokaz",
            replaces=before.id if before else None,
        )
    response = redirect(_onward(dalej) or door.leads_to)
    stays = signins.LINK_STAYS if door.by == "link" else signins.PASSWORD_STAYS
    cookies.set_sign_in(
        response,
        body_id=body.id,
        token=token,
        max_age=int(stays.total_seconds()),
        secure=cookies.is_secure(request),
    )
    return response


def _leave(request: Request, parts: PartsOf, onward: str) -> Response:
    """Take the browser's sign-in away: the public has none."""
    with parts.database.reading() as session:
        body = council(session)
    response = redirect(_onward(onward) or HOME)
    cookies.forget_sign_in(response, body_id=body.id, secure=cookies.is_secure(request))
    return response


def _onward(wanted: str) -> str:
    """Return where a step wants to go, if that is a page of the demo's council."""
    is_ours = wanted.startswith(f"{HOME}/") and "//" not in wanted and "\\" not in wanted
    return wanted if is_ours else ""


@router.get("/wyglad")
def look(request: Request, session: Read) -> Response:
    """Show every component in every state."""
    return render(request, "wyglad.html", asker=Asker(council(session)), audience="office")
