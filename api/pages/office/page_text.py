"""The text of a scanned page, put right by a clerk beside its picture."""

from http import HTTPStatus

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.dependencies import ActingOf, Office, Read, Write
from api.pages.office.forms import Typed, TypedOf
from api.pages.office.pages import home, office_router, page
from api.pages.viewing import PageNumber
from api.rendering import redirect
from api.security.askers import Asker
from docstore.errors import InvalidInput
from docstore.services import reading, scans

router = office_router()


@router.get("/pliki/{version_id}/strony/{page}/tekst")
def ask(
    request: Request, asker: Office, session: Read, version_id: str, page: PageNumber
) -> HTMLResponse:
    """Show a page and its text, to be put right."""
    return _ask(request, asker, session, version_id, int(page))


@router.post("/pliki/{version_id}/strony/{page}/tekst")
def correct(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    typed: TypedOf,
    version_id: str,
    page: PageNumber,
) -> Response:
    """Keep what the clerk typed; from now on it is what is searched and read out."""
    try:
        scans.correct(
            session,
            acting,
            body_id=asker.body.id,
            version_id=version_id,
            page=int(page),
            text=typed.text("text"),
            seen=typed.text("seen"),
        )
    except InvalidInput as refusal:
        session.rollback()
        typed.take(refusal)
        is_changed = refusal.fields.get("reason") == "page_changed"
        return _ask(
            request, asker, session, version_id, int(page), typed=typed, is_changed=is_changed
        )
    done = typed.words("Zapisano tekst strony {page}.", page=page)
    return redirect(f"/{asker.body.slug}/pliki/{version_id}/strony/{page}", done=done)


def _ask(
    request: Request,
    asker: Asker,
    session: Session,
    version_id: str,
    number: int,
    *,
    typed: Typed | None = None,
    is_changed: bool = False,
) -> HTMLResponse:
    row = reading.version(session, asker.visibility, version_id)
    known = scans.words_of(session, version_id, number)
    return page(
        request,
        "office/page_text.html",
        asker,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if typed else HTTPStatus.OK,
        title=row.document.title,
        number=number,
        known=known,
        seen=typed.text("seen") if typed and not is_changed else known.text,
        theirs=known.text if is_changed else "",
        longest=scans.MOST_LETTERS,
        viewer_home=f"/{asker.body.slug}/pliki/{version_id}/strony",
        document=f"{home(asker)}/dokumenty/{row.document_id}",
        typed=typed,
        errors=typed.errors if typed else [],
        error_of=typed.error_of if typed else {},
    )
