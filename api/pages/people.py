"""The people of a council: the list, a pasted roster, committees, clerks."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.dependencies import ActingOf, Administrator, Office, PartsOf, Read, Write, check_form
from api.errors import sentence
from api.rendering import redirect, render, words_for
from api.security.askers import Asker
from docstore.errors import DocstoreError, EmailTaken, InvalidInput, PasswordTooShort
from docstore.language import Words
from docstore.rules.roster import Roster, parse_roster
from docstore.rules.sentences import roster_problem, seat_name
from docstore.services import clerks, fields, organizations, passwords, people, terms
from docstore.services.acting import Acting
from docstore.services.rosters import TakenIn, take_in

router = APIRouter(
    prefix="/{slug}/biuro", dependencies=[Depends(check_form)], include_in_schema=False
)

Text = Annotated[str, Form()]
# More names than this make no message to read.
_NAMES_TOLD = 5


class ClerkForm(BaseModel):
    """Somebody who will work for the office, as typed; the password is never shown again."""

    clerk_name: str = ""
    clerk_email: str = ""
    clerk_password: str = ""
    clerk_role: str = "office"


@router.get("/osoby")
def list_people(request: Request, asker: Office, session: Read) -> Response:
    """List everyone the council knows."""
    return _people(request, asker, session)


def _people(
    request: Request,
    asker: Asker,
    session: Session,
    *,
    committee: str = "",
    clerk: ClerkForm | None = None,
    errors: list[tuple[str, str]] | None = None,
) -> Response:
    words = words_for(request, asker.body)
    rows = people.listed(session, asker.body.id)
    return render(
        request,
        "people/people.html",
        asker=asker,
        audience="office",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        rows=[row for row in rows if row.person.left_at is None],
        left=[row for row in rows if row.person.left_at is not None],
        role=lambda code: role_words(words, code),
        organizations=organizations.organizations(session, asker.body.id),
        committee=committee,
        clerk=clerk or ClerkForm(),
        errors=errors or [],
    )


def role_words(words: Words, code: str) -> str:
    """Return what somebody is in an organisation."""
    return {
        "member": words("członkostwo"),
        "chair": words("przewodnictwo"),
        "vice_chair": words("wiceprzewodnictwo"),
    }[code]


@router.post("/komisje")
def add_committee(
    request: Request, asker: Office, acting: ActingOf, session: Write, committee: Text = ""
) -> Response:
    """Add a committee."""
    words = words_for(request, asker.body)
    try:
        organizations.add_organization(session, acting, body_id=asker.body.id, name=committee)
    except InvalidInput as error:
        said = [("committee", sentence(error, words))]
        return _people(request, asker, session, committee=committee, errors=said)
    return redirect(f"/{asker.body.slug}/biuro/osoby", done=words("Dodano komisję."))


@router.post("/pracownicy")
def add_clerk(
    request: Request, asker: Administrator, parts: PartsOf, typed: Annotated[ClerkForm, Form()]
) -> Response:
    """Add somebody who works for the office; an administrator alone may."""
    words = words_for(request, asker.body)
    try:
        address = fields.typed_email("email", typed.clerk_email)
        password_hash = passwords.hashed(typed.clerk_password)
        with parts.database.transaction() as session:
            clerks.add(
                session,
                Acting(asker.person_id, parts.clock.now()),
                body_id=asker.body.id,
                name=typed.clerk_name,
                email=address,
                role=typed.clerk_role,
                password_hash=password_hash,
            )
    except (InvalidInput, EmailTaken, PasswordTooShort) as error:
        said = [(_clerk_field(error), sentence(error, words))]
        with parts.database.reading() as session:
            return _people(request, asker, session, clerk=typed, errors=said)
    return redirect(f"/{asker.body.slug}/biuro/osoby", done=words("Dodano osobę z biura."))


def _clerk_field(error: DocstoreError) -> str:
    if isinstance(error, PasswordTooShort):
        return "clerk_password"
    return f"clerk_{error.fields.get('field', 'email')}"


# --- a roster pasted from a spreadsheet -------------------------------------------------------


@router.get("/osoby/wklej")
def paste_page(request: Request, asker: Office) -> Response:
    """Show where members and guests are pasted from a spreadsheet."""
    return _paste(request, asker, text="", roster=None)


def _paste(
    request: Request,
    asker: Asker,
    *,
    text: str,
    roster: Roster | None,
    taken: str = "",
    status: int = HTTPStatus.OK,
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
        taken=taken,
        problem=lambda each: roster_problem(words, each),
        seat=lambda role: seat_name(words, role),
    )


@router.post("/osoby/wklej")
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
    term = terms.term_on(session, asker.body.id, acting.at.date())
    taken = take_in(
        session,
        acting,
        body_id=asker.body.id,
        roster=roster,
        starts_on=term.starts_on if term else acting.at.date(),
    )
    said = _taken_words(words, taken)
    if not roster.errors:
        return redirect(f"/{asker.body.slug}/biuro/osoby", done=said)
    left = roster.refused(text)
    return _paste(request, asker, text=left, roster=parse_roster(left), taken=said)


def _taken_words(words: Words, taken: TakenIn) -> str:
    count = words.count(taken.added, "osobę", "osoby", "osób")
    said = [words("Dodano: {count}.", count=count)]
    if len(taken.known) > _NAMES_TOLD:
        there = words.count(len(taken.known), "osoba", "osoby", "osób")
        said.append(words("Było już wcześniej: {count}.", count=there))
    elif taken.known:
        said.append(words("Były już wcześniej: {names}.", names=", ".join(taken.known)))
    return " ".join(said)
