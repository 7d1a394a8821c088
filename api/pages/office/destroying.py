"""Destroying a document for good: the administrator's alone, on a legal basis, asked twice."""

from http import HTTPStatus

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.dependencies import ActingOf, Administrator, Read, Write
from api.errors import sentence
from api.pages.office.forms import Typed, TypedOf
from api.pages.office.pages import home, office_router, page, speak
from api.rendering import redirect
from api.security.askers import Asker
from docstore.errors import BasisMissing, DocstoreError, InvalidInput
from docstore.language import Words
from docstore.services import destruction, history
from docstore.services.destruction import Destroy
from docstore.services.grounds import DESTRUCTION_GROUNDS, OWN_WORDS

router = office_router()


@router.get("/dokumenty/{document_id}/zniszcz")
def ask(request: Request, asker: Administrator, session: Read, document_id: str) -> HTMLResponse:
    """Show what would go, and ask for the basis."""
    return _ask(request, asker, session, document_id)


@router.post("/dokumenty/{document_id}/zniszcz")
def destroy(
    request: Request,
    asker: Administrator,
    acting: ActingOf,
    session: Write,
    typed: TypedOf,
    document_id: str,
) -> Response:
    """Destroy a version or all; nobody is given them before this answers."""
    if not typed.flag("confirmed"):
        return _ask(request, asker, session, document_id)
    chosen, code = typed.text("version_id") or None, typed.text("basis")
    view = history.document(session, body_id=asker.body.id, document_id=document_id)
    number = next((each.number for each in view.versions if each.id == chosen), 0)
    words = Words("pl")  # a tombstone is Polish, whoever writes it
    said = Destroy(
        basis=typed.text("basis_words") if code == OWN_WORDS else code,
        destroyed_by=typed.required("destroyed_by", typed.words("Wpisz, kto niszczy.")),
        scope=words("wersja {number}", number=number) if chosen else words("cały dokument"),
        version_id=chosen,
        reason=typed.text("reason"),
    )
    try:
        if typed.errors:
            return _ask(request, asker, session, document_id, typed=typed)
        row = destruction.destroy(
            session, acting, body_id=asker.body.id, document_id=document_id, said=said
        )
    except (BasisMissing, InvalidInput) as refusal:
        session.rollback()
        typed.refuse("basis_words", _refusal(refusal, typed.words))
        return _ask(request, asker, session, document_id, typed=typed)
    return redirect(f"{home(asker)}/wylaczenia/{row.id}")


def _refusal(refusal: DocstoreError, words: Words) -> str:
    if isinstance(refusal, BasisMissing):
        return words("Wybierz podstawę prawną z listy albo napisz ją pełnym zdaniem.")
    return sentence(refusal, words)


def _ask(
    request: Request,
    asker: Asker,
    session: Session,
    document_id: str,
    *,
    typed: Typed | None = None,
) -> HTMLResponse:
    view = history.document(session, body_id=asker.body.id, document_id=document_id)
    grounds = {code: speak(request, asker)(text) for code, text in DESTRUCTION_GROUNDS.items()}
    return page(
        request,
        "office/destroy.html",
        asker,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if typed else HTTPStatus.OK,
        document=view.document,
        toll=destruction.toll(session, document_id=document_id, version_id=None),
        grounds=grounds,
        own_words=OWN_WORDS,
        longest=destruction.LONGEST,
        typed=typed,
        errors=typed.errors if typed else [],
        error_of=typed.error_of if typed else {},
    )
