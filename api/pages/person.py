"""One person of a council, as the office changes them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.dependencies import ActingOf, Administrator, Office, PartsOf, Read, Write, check_form
from api.errors import sentence
from api.pages.people import role_words
from api.rendering import redirect, render, words_for
from api.security.askers import Asker
from docstore.errors import EmailTaken, InvalidInput, NotAllowed, PasswordTooShort
from docstore.models import Person
from docstore.services import (
    clerks,
    fields,
    organizations,
    passwords,
    people,
    seats,
    signins,
    tokens,
)
from docstore.services.acting import Acting
from docstore.services.finding import get

router = APIRouter(
    prefix="/{slug}/biuro/osoby/{person_id}",
    dependencies=[Depends(check_form)],
    include_in_schema=False,
)

Text = Annotated[str, Form()]


def _page(asker: Asker, person_id: str) -> str:
    return f"/{asker.body.slug}/biuro/osoby/{person_id}"


def _changeable(session: Session, asker: Asker, person_id: str) -> Person:
    """Return a person whom the asker may change: a clerk does not change another clerk."""
    person = get(session, Person, asker.body.id, person_id)
    if person.id != asker.person_id:
        clerks.refuse_stranger(session, person, by_administrator=asker.is_administrator)
    return person


@router.get("")
def person_page(
    request: Request, asker: Office, session: Read, parts: PartsOf, person_id: str
) -> Response:
    """Show one person, to be changed."""
    person = get(session, Person, asker.body.id, person_id)
    acting = Acting(asker.person_id, parts.clock.now())
    return _person(request, asker, acting, session, person)


def _person(
    request: Request,
    asker: Asker,
    acting: Acting,
    session: Session,
    person: Person,
    *,
    typed: dict[str, str] | None = None,
    errors: list[tuple[str, str]] | None = None,
) -> Response:
    words = words_for(request, asker.body)
    duties = clerks.duties(session, person)
    return render(
        request,
        "people/person.html",
        asker=asker,
        audience="office",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        person=person,
        typed=typed or {"name": person.name, "email": person.email},
        seats=seats.held(session, person),
        role=lambda code: role_words(words, code),
        organizations=organizations.organizations(session, asker.body.id),
        browsers=signins.listed(session, person_id=person.id, at=acting.at),
        may_change=asker.is_administrator or not duties or person.id == asker.person_id,
        may_set_password=asker.is_administrator and bool(duties) and person.id != asker.person_id,
        errors=errors or [],
    )


@router.post("")
def change_person(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    person_id: str,
    name: Text = "",
    email: Text = "",
) -> Response:
    """Change a person's name and address."""
    words = words_for(request, asker.body)
    person = _changeable(session, asker, person_id)
    try:
        address = fields.typed_email("email", email, optional=True)
        people.change_person(
            session, acting, body_id=asker.body.id, person_id=person.id, name=name, email=address
        )
    except (InvalidInput, EmailTaken) as error:
        said = [(str(error.fields.get("field", "email")), sentence(error, words))]
        typed = {"name": name, "email": email}
        return _person(request, asker, acting, session, person, typed=typed, errors=said)
    return redirect(f"/{asker.body.slug}/biuro/osoby", done=words("Zapisano."))


@router.post("/miejsce")
def seat_person(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    person_id: str,
    organization: Text = "",
    role: Text = "member",
) -> Response:
    """Give a person a seat in the council or a committee."""
    words = words_for(request, asker.body)
    person = get(session, Person, asker.body.id, person_id)
    wanted = next(
        (o for o in organizations.organizations(session, asker.body.id) if o.id == organization),
        None,
    )
    if wanted is None or role not in {"member", "chair", "vice_chair"}:
        raise InvalidInput(field="organization", reason="choice")
    seats.seat(session, acting, person=person, organization=wanted, role=role)
    return redirect(_page(asker, person_id), done=words("Zapisano."))


@router.post("/miejsce/{membership_id}/koniec")
def end_seat(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    person_id: str,
    membership_id: str,
) -> Response:
    """End one seat; a committee's packets no longer come to who sat in it."""
    del person_id
    words = words_for(request, asker.body)
    owner = seats.end(session, acting, body_id=asker.body.id, membership_id=membership_id)
    return redirect(_page(asker, owner), done=words("Miejsce zakończono."))


@router.post("/wyloguj")
def sign_out(
    request: Request, asker: Office, acting: ActingOf, session: Write, person_id: str
) -> Response:
    """End all of a person's sign-ins, links and tokens: a tablet was lost."""
    words = words_for(request, asker.body)
    person = _changeable(session, asker, person_id)
    tokens.end_everything(session, acting, person=person)
    said = words(
        "Wylogowano wszystkie urządzenia tej osoby. Wysłane linki i tokeny też nie działają."
    )
    return redirect(_page(asker, person_id), done=said)


@router.post("/haslo")
def set_password(
    request: Request,
    asker: Administrator,
    parts: PartsOf,
    person_id: str,
    nowe: Text = "",
) -> Response:
    """Give a clerk who forgot the password a new one to begin with."""
    words = words_for(request, asker.body)
    acting = Acting(asker.person_id, parts.clock.now())
    with parts.database.reading() as session:
        person = get(session, Person, asker.body.id, person_id)
        if person.left_at is not None or not clerks.duties(session, person):
            raise NotAllowed
        try:
            password_hash = passwords.hashed(nowe)
        except PasswordTooShort as error:
            said = [("nowe", sentence(error, words))]
            return _person(request, asker, acting, session, person, errors=said)
    with parts.database.transaction() as writing:
        signins.set_password(writing, acting, person=person, password_hash=password_hash)
    return redirect(_page(asker, person_id), done=words("Hasło zmieniono."))


@router.post("/odejscie")
def leave(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    person_id: str,
    confirmed: Text = "",
) -> Response:
    """End everything a person is to the council; what they received stays recorded."""
    words = words_for(request, asker.body)
    person = _changeable(session, asker, person_id)
    if clerks.is_last_administrator(session, person):
        return redirect(
            _page(asker, person_id),
            attention=words(
                "To jedyny administrator. Najpierw dodaj drugiego, potem zapisz odejście."
            ),
        )
    if confirmed != "yes":
        return render(request, "people/leave.html", asker=asker, audience="office", person=person)
    people.leave(session, acting, body_id=asker.body.id, person_id=person_id)
    return redirect(f"/{asker.body.slug}/biuro/osoby", done=words("Zapisano odejście."))
