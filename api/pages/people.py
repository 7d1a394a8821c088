"""The people of a council: the list, a pasted roster, one person, clerks."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from api.dependencies import ActingOf, Administrator, Office, PartsOf, Read, Write, check_form
from api.errors import sentence
from api.rendering import redirect, render, words_for
from api.security.askers import Asker
from docstore.database import ReadSession
from docstore.errors import DocstoreError, InvalidInput
from docstore.language import Words
from docstore.models import Person
from docstore.rules.email_address import normal_email
from docstore.rules.roster import Roster, parse_roster
from docstore.rules.sentences import roster_problem, seat_name
from docstore.services import passwords, people, signins
from docstore.services.acting import Acting
from docstore.services.finding import get
from docstore.services.rosters import take_in

router = APIRouter(prefix="/{slug}", dependencies=[Depends(check_form)], include_in_schema=False)

Text = Annotated[str, Form()]


# --- people -----------------------------------------------------------------------------------


@router.get("/biuro/osoby")
def list_people(request: Request, asker: Office, session: Read) -> Response:
    """List everyone the council knows."""
    words = words_for(request, asker.body)
    return render(
        request,
        "people/people.html",
        asker=asker,
        audience="office",
        rows=people.listed(session, asker.body.id),
        role=lambda code: _role(words, code),
        organizations=people.organizations(session, asker.body.id),
        errors=[],
    )


def _role(words: Words, code: str) -> str:
    return {
        "member": words("członkostwo"),
        "chair": words("przewodnictwo"),
        "vice_chair": words("wiceprzewodnictwo"),
    }[code]


@router.get("/biuro/osoby/wklej")
def paste_page(request: Request, asker: Office, session: Read) -> Response:
    """Show where members and guests are pasted from a spreadsheet."""
    del session
    return _paste(request, asker, text="", roster=None)


def _paste(
    request: Request, asker: Asker, *, text: str, roster: Roster | None, status: int = HTTPStatus.OK
) -> Response:
    words = words_for(request, asker.body)
    return render(
        request,
        "people/paste.html",
        asker=asker,
        audience="office",
        status=status,
        text=text,
        roster=roster,
        problem=lambda each: roster_problem(words, each),
        seat=lambda role: seat_name(words, role),
    )


@router.post("/biuro/osoby/wklej")
def paste(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    text: Text = "",
    zapisz: Text = "",
) -> Response:
    """Show what a pasted roster means; take it in once somebody has looked at it."""
    words = words_for(request, asker.body)
    roster = parse_roster(text)
    if not zapisz or not roster.rows:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if not roster.rows else HTTPStatus.OK
        return _paste(request, asker, text=text, roster=roster, status=status)
    term = people.term_on(session, asker.body.id, acting.at.date())
    taken = take_in(
        session,
        acting,
        body_id=asker.body.id,
        roster=roster,
        starts_on=term.starts_on if term else acting.at.date(),
    )
    done = words("Dodano: {count}.", count=words.count(taken.added, "osobę", "osoby", "osób"))
    if taken.known:
        done += " " + words("Były już wcześniej: {names}.", names=", ".join(taken.known))
    return redirect(f"/{asker.body.slug}/biuro/osoby", done=done)


@router.get("/biuro/osoby/{person_id}")
def person_page(request: Request, asker: Office, session: Read, person_id: str) -> Response:
    """Show one person, to be changed."""
    return _person(request, asker, session, person_id, errors=[])


def _person(
    request: Request,
    asker: Asker,
    session: ReadSession,
    person_id: str,
    *,
    errors: list[tuple[str, str]],
) -> Response:
    person = get(session, Person, asker.body.id, person_id)
    row = next(e for e in people.listed(session, asker.body.id) if e.person.id == person.id)
    return render(
        request,
        "people/person.html",
        asker=asker,
        audience="office",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        row=row,
        organizations=people.organizations(session, asker.body.id),
        errors=errors,
    )


@router.post("/biuro/osoby/{person_id}")
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
    address = normal_email(email) if email.strip() else ""
    if address is None:
        said = [("email", sentence(InvalidInput(field="email", reason="email"), words))]
        return _person(request, asker, ReadSession(session), person_id, errors=said)
    people.change_person(
        session, acting, body_id=asker.body.id, person_id=person_id, name=name, email=address
    )
    return redirect(f"/{asker.body.slug}/biuro/osoby", done=words("Zapisano."))


@router.post("/biuro/osoby/{person_id}/miejsce")
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
        (o for o in people.organizations(session, asker.body.id) if o.id == organization), None
    )
    if wanted is None or role not in {"member", "chair", "vice_chair"}:
        raise InvalidInput(field="organization", reason="choice")
    people.seat(session, acting, person=person, organization=wanted, role=role)
    return redirect(f"/{asker.body.slug}/biuro/osoby/{person_id}", done=words("Zapisano."))


@router.post("/biuro/osoby/{person_id}/odejscie")
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
    if confirmed != "yes":
        person = get(session, Person, asker.body.id, person_id)
        return render(request, "people/leave.html", asker=asker, audience="office", person=person)
    people.leave(session, acting, body_id=asker.body.id, person_id=person_id)
    return redirect(f"/{asker.body.slug}/biuro/osoby", done=words("Zapisano odejście."))


@router.post("/biuro/komisje")
def add_committee(
    request: Request, asker: Office, acting: ActingOf, session: Write, name: Text = ""
) -> Response:
    """Add a committee."""
    words = words_for(request, asker.body)
    people.add_organization(session, acting, body_id=asker.body.id, name=name)
    return redirect(f"/{asker.body.slug}/biuro/osoby", done=words("Dodano komisję."))


@router.post("/biuro/pracownicy")
def add_clerk(
    request: Request,
    asker: Administrator,
    parts: PartsOf,
    name: Text = "",
    email: Text = "",
    password: Text = "",
    role: Text = "office",
) -> Response:
    """Add somebody who works for the office; an administrator alone may."""
    words = words_for(request, asker.body)
    page = f"/{asker.body.slug}/biuro/osoby"
    try:
        address = normal_email(email)
        if address is None:
            raise InvalidInput(field="email", reason="email")
        password_hash = passwords.hashed(password)
        with parts.database.transaction() as session:
            acting = Acting(asker.person_id, parts.clock.now())
            person = people.add_person(
                session, acting, body_id=asker.body.id, name=name, email=address
            )
            for duty in sorted({role, "office"}):
                people.give_duty(session, acting, person=person, role=duty)
            signins.set_password(session, acting, person=person, password_hash=password_hash)
    except DocstoreError as error:
        return redirect(page, attention=sentence(error, words))
    return redirect(page, done=words("Dodano osobę z biura."))
