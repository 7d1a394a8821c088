"""Taking a document down: one press, one notice, and when every index is without it."""

from http import HTTPStatus

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.dependencies import Office, Read
from api.pages.office.documents import place_address
from api.pages.office.forms import Typed
from api.pages.office.pages import home, office_router, page
from api.pages.office.work import WorkOf
from api.rendering import redirect
from api.security.askers import Asker
from docstore.errors import InvalidInput
from docstore.models import Exclusion
from docstore.services import exclusions, history, people
from docstore.services.exclusions import TakeDown
from docstore.services.finding import get
from docstore.services.grounds import GROUNDS

router = office_router()


@router.get("/dokumenty/{document_id}/wylacz")
def ask(request: Request, asker: Office, session: Read, document_id: str) -> HTMLResponse:
    """Ask what is taken down and on what ground, with the usual answers filled in."""
    return _ask(request, asker, session, document_id)


@router.post("/dokumenty/{document_id}/wylacz")
def take_down(work: WorkOf, document_id: str) -> Response:
    """Take a document down; the public is without it before this answers."""
    typed = work.typed
    if not typed.flag("confirmed"):
        return _ask(work.request, work.asker, work.session, document_id)
    said = TakeDown(
        scope=typed.text("scope"),
        legal_ground=typed.text("legal_ground"),
        excluded_by=typed.text("excluded_by"),
        reason=typed.text("reason"),
        version_id=typed.text("version_id") or None,
        from_members=typed.flag("from_members"),
    )
    try:
        row = exclusions.take_down(
            work.session, work.acting, body_id=work.body_id, document_id=document_id, said=said
        )
    except InvalidInput as refusal:
        work.session.rollback()
        typed.take(refusal)
        return _ask(work.request, work.asker, work.session, document_id, typed=typed)
    return redirect(f"{home(work.asker)}/wylaczenia/{row.id}")


def _ask(
    request: Request,
    asker: Asker,
    session: Session,
    document_id: str,
    *,
    typed: Typed | None = None,
) -> HTMLResponse:
    view = history.document(session, body_id=asker.body.id, document_id=document_id)
    return page(
        request,
        "office/take_down.html",
        asker,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if typed else HTTPStatus.OK,
        view=view,
        document=view.document,
        back=place_address(asker, view),
        grounds=GROUNDS,
        typed=typed,
        errors=typed.errors if typed else [],
        error_of=typed.error_of if typed else {},
    )


@router.get("/wylaczenia/{exclusion_id}")
def show(request: Request, asker: Office, session: Read, exclusion_id: str) -> HTMLResponse:
    """Show an exclusion: what the public is told, and whether the indexes are clear."""
    row = get(session, Exclusion, asker.body.id, exclusion_id)
    view = history.document(session, body_id=asker.body.id, document_id=row.document_id)
    return page(
        request,
        "office/exclusion.html",
        asker,
        row=row,
        view=view,
        gone=[each for each in view.versions if view.tombstones.get(each.id) == row],
        back=place_address(asker, view),
        who=people.names(session, [row.made_by] if row.made_by else []).get(str(row.made_by), ""),
    )
