"""The set-up page: a one-time code, then the council and its first administrator."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel
from starlette.responses import Response

from api.dependencies import PartsOf, check_form
from api.errors import sentence
from api.rendering import is_secure, redirect, render, words_for
from api.security import cookies
from api.security.addresses import client_address
from api.security.setup_code import show_code
from api.wiring import Parts
from docstore.errors import (
    DocstoreError,
    InvalidInput,
    PasswordTooShort,
    SetupClosed,
    SetupCodeWrong,
    SlugTaken,
)
from docstore.rules.email_address import normal_email
from docstore.rules.slug import slugify
from docstore.services import passwords, setup, signins
from docstore.services.acting import Acting
from docstore.services.people import BodyDetails
from docstore.services.setup import FirstAdministrator

router = APIRouter(
    prefix="/instalacja", dependencies=[Depends(check_form)], include_in_schema=False
)


def _refuse_when_closed(parts: Parts) -> None:
    with parts.database.reading() as session:
        if setup.has_account(session) or setup.is_demo(session):
            raise SetupClosed


@router.get("")
def ask_for_code(request: Request, parts: PartsOf) -> Response:
    """Ask for the code that the terminal shows."""
    _refuse_when_closed(parts)
    return render(request, "setup/code.html", errors=[])


class CouncilForm(BaseModel):
    """What is typed about a council and its first administrator; shown again when refused."""

    kod: str = ""
    name: str = ""
    slug: str = ""
    kind: str = "gmina"
    teryt: str = ""
    colour: str = "#7a1f2b"
    phone: str = ""
    email: str = ""
    address: str = ""
    admin_name: str = ""
    admin_email: str = ""
    password: str = ""

    def details(self) -> BodyDetails:
        """Return what is told of the council; a short name left out is made from the name."""
        told = {"name", "kind", "teryt", "colour", "phone", "email", "address"}
        return BodyDetails(slug=self.slug or slugify(self.name), **self.model_dump(include=told))


@router.post("/kod")
def check_code(request: Request, parts: PartsOf, kod: Annotated[str, Form()] = "") -> Response:
    """Let somebody with the right code on to the next step."""
    _refuse_when_closed(parts)
    try:
        _check_code(request, parts, kod)
    except DocstoreError as error:
        said = [("kod", sentence(error, words_for(request)))]
        return render(request, "setup/code.html", status=HTTPStatus.FORBIDDEN, errors=said)
    return render(request, "setup/council.html", code=kod, typed=CouncilForm(), errors=[])


def _check_code(request: Request, parts: Parts, code: str) -> None:
    """Raise unless the code is right; after ten wrong tries a new one is shown."""
    now = parts.clock.now()
    address = client_address(request, parts.settings.trusted_proxies)
    with parts.database.reading() as session:
        signins.refuse_after_many(session, door="setup", subject=address, at=now)
        right = setup.code_is_right(session, code=code)
    if right:
        return
    with parts.database.transaction() as session:
        signins.note_try(session, door="setup", subject=address, at=now)
        is_spent = setup.note_wrong_code(session, at=now)
    if is_spent:
        show_code(parts)
    raise SetupCodeWrong


@router.post("")
def complete(request: Request, parts: PartsOf, typed: Annotated[CouncilForm, Form()]) -> Response:
    """Found the council, make the first administrator, and sign them in; all or nothing."""
    _refuse_when_closed(parts)
    try:
        _check_code(request, parts, typed.kod)
        return _founded(parts, typed)
    except (InvalidInput, PasswordTooShort, SlugTaken, SetupCodeWrong) as error:
        words = words_for(request)
        field = {"PasswordTooShort": "password", "SlugTaken": "slug", "SetupCodeWrong": "kod"}.get(
            type(error).__name__, str(error.fields.get("field", ""))
        )
        return render(
            request,
            "setup/council.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            code=typed.kod,
            typed=typed,
            errors=[(field, sentence(error, words))],
        )


def _founded(parts: Parts, typed: CouncilForm) -> Response:
    if not typed.admin_name.strip():
        raise InvalidInput(field="admin_name", reason="required")
    admin_email = normal_email(typed.admin_email)
    if admin_email is None:
        raise InvalidInput(field="admin_email", reason="email")
    password_hash = passwords.hashed(typed.password)
    now = parts.clock.now()
    with parts.database.transaction() as session:
        body, person = setup.complete(
            session,
            now,
            code=typed.kod,
            details=typed.details(),
            administrator=FirstAdministrator(typed.admin_name, admin_email, password_hash),
        )
        token, _ = signins.open_sign_in(
            session, Acting(person.id, now), person=person, by="password", device=""
        )
    show_code(parts)  # takes the spent code's file away
    response = redirect(f"/{body.slug}/pierwsze-kroki")
    cookies.set_sign_in(
        response,
        body_id=body.id,
        token=token,
        max_age=int(signins.PASSWORD_STAYS.total_seconds()),
        secure=is_secure(parts),
    )
    return response
