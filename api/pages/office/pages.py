"""What every page of the office has: its frame, its addresses, its conflict of two clerks."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from api.dependencies import check_form
from api.pages.office import wording
from api.rendering import render, words_for
from api.security.askers import Asker
from docstore.errors import EditConflict
from docstore.language import Words
from docstore.services import people


def office_router() -> APIRouter:
    """Return an empty router for pages below a council's own address."""
    return APIRouter(
        prefix="/{slug}/biuro", dependencies=[Depends(check_form)], include_in_schema=False
    )


def page(
    request: Request, template: str, asker: Asker, *, status: int = HTTPStatus.OK, **context: Any
) -> HTMLResponse:
    """Return a page of the office; `say` holds its words, `desk_home` its address."""
    return render(
        request,
        template,
        asker=asker,
        audience="office",
        status=status,
        say=wording,
        desk_home=home(asker),
        **context,
    )


def home(asker: Asker) -> str:
    """Return the address of the office's first page."""
    return f"/{asker.body.slug}/biuro"


def desk_address(asker: Asker, meeting_id: str, *, item_id: str | None = None) -> str:
    """Return the address of a meeting's desk, with the chosen item if there is one."""
    path = f"{home(asker)}/posiedzenia/{meeting_id}"
    return f"{path}?punkt={item_id}#wybrany" if item_id else path


def speak(request: Request, asker: Asker) -> Words:
    """Return the language and the clock of the asker's council."""
    return words_for(request, asker.body)


def conflict_words(session: Session, words: Words, asker: Asker, conflict: EditConflict) -> str:
    """Say who was first, by name."""
    by = str(conflict.fields.get("by") or "")
    names = people.names(session, [by]) if by else {}
    return wording.conflict_sentence(words, conflict, names, asker.person_id)


def wants_json(request: Request) -> bool:
    """Tell whether a page's script asks, which shows the answer itself."""
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept
