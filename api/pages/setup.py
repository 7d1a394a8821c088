"""The set-up page: a one-time code, then the council and its first administrator."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel
from starlette.responses import Response

from api.dependencies import PartsOf, check_form
from api.errors import sentence, status_of
from api.rendering import redirect, render, words_for
from api.security import cookies
from api.security.addresses import client_address
from api.security.devices import device_name
from api.security.setup_code import show_code
from api.wiring import Parts
from docstore.errors import (
    DocstoreError,
    InvalidInput,
    PasswordTooShort,
    SetupClosed,
    SetupCodeWrong,
    SlugTaken,
    TooManyTries,
)
from docstore.rules.slug import slugify
from docstore.services import fields, passwords, setup, signins, tries
from docstore.services.acting import Acting
from docstore.services.bodies import BodyDetails
from docstore.services.setup import FirstAdministrator
from docstore.services.tries import Try

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
    except (SetupCodeWrong, TooManyTries) as error:
        said = [("kod", sentence(error, words_for(request)))]
        return render(request, "setup/code.html", status=status_of(error), errors=said)
    return render(request, "setup/council.html", typed=CouncilForm(kod=kod), errors=[])


def _check_code(request: Request, parts: Parts, code: str) -> None:
    """Raise unless the code is right; after ten wrong tries a new one is shown."""
    now = parts.clock.now()
    door = Try("setup", client_address(request, parts.settings.trusted_proxies))
    with parts.database.transaction() as session:
        taken = tries.take(session, [door], at=now)
        right = setup.code_is_right(session, code=code)
        if right:
            tries.forgive(session, taken)
        is_spent = not right and setup.note_wrong_code(session, at=now)
    if is_spent:
        show_code(parts)
    if not right:
        raise SetupCodeWrong


@router.post("")
def complete(request: Request, parts: PartsOf, typed: Annotated[CouncilForm, Form()]) -> Response:
    """Found the council, make the first administrator, and sign them in; all or nothing."""
    _refuse_when_closed(parts)
    try:
        _check_code(request, parts, typed.kod)
        refusals = list(_refusals(typed))
        if not refusals:
            return _founded(request, parts, typed)
    except (InvalidInput, SlugTaken, SetupCodeWrong, TooManyTries) as error:
        refusals = [error]
    words = words_for(request)
    return render(
        request,
        "setup/council.html",
        status=status_of(refusals[0]),
        typed=typed,
        errors=[(_place(each), sentence(each, words)) for each in refusals],
    )


def _refusals(typed: CouncilForm) -> Iterator[DocstoreError]:
    """Yield what is wrong with the answers that everyone must give, all of it at once."""
    for check in (
        lambda: fields.typed("name", typed.name, longest=200),
        lambda: fields.typed("admin_name", typed.admin_name, longest=200),
        lambda: fields.typed_email("admin_email", typed.admin_email),
        lambda: passwords.check_length(typed.password),
    ):
        try:
            check()
        except (InvalidInput, PasswordTooShort) as error:
            yield error


def _place(error: DocstoreError) -> str:
    return _PLACES.get(type(error)) or str(error.fields["field"])


# The field that each refusal is about; the others name theirs.
_PLACES: Mapping[type[DocstoreError], str] = {
    PasswordTooShort: "password",
    SlugTaken: "slug",
    SetupCodeWrong: "kod",
    TooManyTries: "kod",
}


def _founded(request: Request, parts: Parts, typed: CouncilForm) -> Response:
    administrator_name = fields.typed("admin_name", typed.admin_name, longest=200)
    admin_email = fields.typed_email("admin_email", typed.admin_email)
    password_hash = passwords.hashed(typed.password)
    now = parts.clock.now()
    with parts.database.transaction() as session:
        body, person = setup.complete(
            session,
            now,
            code=typed.kod,
            details=typed.details(),
            administrator=FirstAdministrator(administrator_name, admin_email, password_hash),
        )
        token, _ = signins.open_sign_in(
            session,
            Acting(person.id, now),
            person=person,
            by="password",
            device=device_name(request),
        )
    show_code(parts)  # takes the spent code's file away
    response = redirect(f"/{body.slug}/pierwsze-kroki")
    cookies.set_sign_in(
        response,
        body_id=body.id,
        token=token,
        max_age=int(signins.PASSWORD_STAYS.total_seconds()),
        secure=cookies.is_secure(request),
    )
    return response
