"""One document: what is said of it, its versions, taking it off the agenda and back."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.dependencies import ActingOf, Office, PartsOf, Read, Write
from api.pages.differences import differences
from api.pages.office.forms import Typed, TypedOf
from api.pages.office.pages import desk_address, home, office_router, page
from api.pages.office.wording import AUDIENCES, ROLES
from api.rendering import redirect, words_for
from api.security.askers import Asker
from api.turns import at_the_lock
from docstore.errors import InvalidInput, NotFound
from docstore.models import Document, Organization, Person
from docstore.rules.audience import AudienceKind
from docstore.services import agendas, comparing, documents, history, organizations
from docstore.services.documents import AudienceChoice, DocumentChange
from docstore.services.finding import get
from docstore.services.grounds import GROUNDS
from docstore.services.opening import may_be_opened, open_version

router = office_router()


@router.get("/dokumenty/{document_id}")
def show(request: Request, asker: Office, session: Read, document_id: str) -> HTMLResponse:
    """Show a document with its history."""
    return document_page(request, asker, session, document_id)


def document_page(
    request: Request,
    asker: Asker,
    session: Session,
    document_id: str,
    *,
    typed: Typed | None = None,
    refused: Typed | None = None,
) -> HTMLResponse:
    """Return a document's page; after a refusal with what was typed.

    `refused` is what was typed elsewhere than in the description, and is not shown again.
    """
    found = history.document(session, body_id=asker.body.id, document_id=document_id)
    document = found.document
    organizations, persons = audience_choices(session, asker)
    kept = [each.id for each in found.versions if each.id not in found.tombstones]
    said = typed or refused
    return page(
        request,
        "office/document.html",
        asker,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if said else HTTPStatus.OK,
        view=found,
        differences=differences(
            session,
            words_for(request, asker.body),
            asker.body.slug,
            comparing.versions_before(session, asker.visibility, kept),
        ),
        document=document,
        item_number=_item_number(session, found),
        back=place_address(asker, found),
        values=_values(document, typed),
        organizations=organizations,
        persons=persons,
        grounds=GROUNDS,
        locked=[
            each
            for each in found.versions
            if each.id not in found.tombstones and may_be_opened(each, each.facts)
        ],
        refused_version=refused.text("version_id") if refused else "",
        errors=said.errors if said else [],
        error_of=said.error_of if said else {},
    )


def _item_number(session: Session, view: history.DocumentView) -> str:
    """Return what the document's item is called; nothing for a document without one."""
    if view.item is None:
        return ""
    return agendas.item_numbers(session, view.item.meeting_id)[view.item.id]


def _values(document: Document, typed: Typed | None) -> dict[str, Any]:
    """Return what the form's fields show: what was typed, or what is known."""
    values: dict[str, Any] = {
        "title": document.title,
        "role": document.role,
        "is_public": document.is_public,
        "audience": document.audience,
        "audience_ids": document.audience_ids,
        "audience_ground": document.audience_ground,
        "audience_reason": document.audience_reason,
    }
    if typed is not None:
        names = ("title", "role", "audience", "audience_ground", "audience_reason")
        values |= {name: typed.text(name) for name in names}
        values |= {
            "is_public": typed.flag("is_public"),
            "audience_ids": typed.texts("audience_ids"),
        }
    return values


def place_address(asker: Asker, view: history.DocumentView) -> str:
    """Return where the office works on a document."""
    if view.meeting is not None:
        item = view.item.id if view.item else None
        return desk_address(asker, view.meeting.id, item_id=item)
    if view.paper is not None:
        return f"{home(asker)}/akty/{view.paper.id}"
    return home(asker)


def audience_choices(session: Session, asker: Asker) -> tuple[list[Organization], list[Person]]:
    """Return the organisations and the people that a document may be narrowed to."""
    return (
        organizations.organizations(session, asker.body.id),
        history.recipients_ever(session, asker.body.id),
    )


@router.post("/dokumenty/{document_id}/opis")
def describe(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    typed: TypedOf,
    document_id: str,
) -> Response:
    """Change a document's role, title and public flag; its audience stays."""
    document = get(session, Document, asker.body.id, document_id)
    audience = AudienceChoice(
        AudienceKind(document.audience),
        tuple(document.audience_ids),
        document.audience_ground,
        document.audience_reason,
    )
    return _change(request, asker, acting, session, typed, document, audience, stay=False)


@router.post("/dokumenty/{document_id}")
def change(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    typed: TypedOf,
    document_id: str,
) -> Response:
    """Change all that is said of a document, whom it is for included."""
    document = get(session, Document, asker.body.id, document_id)
    kind = typed.text("audience")
    if kind not in AUDIENCES:
        typed.refuse("audience", typed.words("Wybierz, kto dostanie dokument."))
        kind = AudienceKind.MEMBERS_AND_GUESTS.value
    audience = AudienceChoice(
        AudienceKind(kind),
        _named(session, asker, typed, kind),
        typed.text("audience_ground"),
        typed.text("audience_reason"),
    )
    return _change(request, asker, acting, session, typed, document, audience, stay=True)


def _named(session: Session, asker: Asker, typed: Typed, kind: str) -> tuple[str, ...]:
    """Return the organisations or persons chosen; a stranger's is not found."""
    field = {"organization": "organizations", "persons": "persons"}.get(kind)
    if field is None:
        return ()
    organizations, persons = audience_choices(session, asker)
    known = {row.id for row in (organizations if kind == "organization" else persons)}
    chosen = typed.texts(field)
    if not set(chosen) <= known:
        raise NotFound
    return chosen


def _change(
    request: Request,
    asker: Asker,
    acting: ActingOf,
    session: Write,
    typed: Typed,
    document: Document,
    audience: AudienceChoice,
    *,
    stay: bool,
) -> Response:
    title = typed.required("title", typed.words("Wpisz tytuł dokumentu."))
    role = typed.text("role")
    if role not in ROLES:
        typed.refuse("role", typed.words("Wybierz rolę z listy."))
    if not typed.errors:
        to = DocumentChange(role, title, typed.flag("is_public"), audience)
        try:
            documents.change_document(
                session, acting, body_id=asker.body.id, document_id=document.id, to=to
            )
        except InvalidInput as refusal:
            session.rollback()
            typed.take(refusal)
    if typed.errors:
        return document_page(request, asker, session, document.id, typed=typed)
    here = f"{home(asker)}/dokumenty/{document.id}"
    if not stay:
        here = place_address(
            asker, history.document(session, body_id=asker.body.id, document_id=document.id)
        )
    return redirect(here, done=typed.words("Zapisano. Zmiana wejdzie z następnym pakietem."))


@router.post("/dokumenty/{document_id}/haslo")
@at_the_lock
def open_locked(
    request: Request, asker: Office, parts: PartsOf, typed: TypedOf, document_id: str
) -> Response:
    """Open a version with its password, which is kept nowhere."""
    password = str(typed.data.get("password", ""))  # spaces around it may be part of it
    if not password:
        typed.refuse("password", typed.words("Wpisz hasło do pliku."))
    try:
        if not typed.errors:
            open_version(
                parts.intake,
                asker.person_id,
                body_id=asker.body.id,
                document_id=document_id,
                version_id=typed.text("version_id"),
                password=password,
            )
    except InvalidInput as refusal:
        typed.take(refusal)
    if typed.errors:
        with parts.database.reading() as session:
            return document_page(request, asker, session, document_id, refused=typed)
    done = typed.words("Otwarto plik. Odczytamy go za chwilę; hasła nie zapisaliśmy.")
    return redirect(f"{home(asker)}/dokumenty/{document_id}", done=done)


@router.post("/dokumenty/{document_id}/usun")
def remove(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    typed: TypedOf,
    document_id: str,
) -> Response:
    """Take a document off its paper; it can be restored."""
    del request
    view = history.document(session, body_id=asker.body.id, document_id=document_id)
    documents.remove_document(session, acting, body_id=asker.body.id, document_id=document_id)
    done = typed.words(
        "Usunięto „{title}”. Wysłane pakiety zostają, jakie były; plik możesz przywrócić.",
        title=view.document.title[:120],
    )
    return redirect(place_address(asker, view), done=done)


@router.post("/dokumenty/{document_id}/przywroc")
def restore(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    typed: TypedOf,
    document_id: str,
) -> Response:
    """Put a document back that was taken off its paper."""
    del request
    view = history.document(session, body_id=asker.body.id, document_id=document_id)
    documents.restore_document(session, acting, body_id=asker.body.id, document_id=document_id)
    done = typed.words("Przywrócono „{title}”.", title=view.document.title[:120])
    return redirect(place_address(asker, view), done=done)
