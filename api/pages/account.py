"""One's own account: the browsers signed in, and the password."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from api.dependencies import ActingOf, AskerOf, PartsOf, Read, SignInNeeded, Write, check_form
from api.errors import sentence, status_of
from api.pages.ways_in import password_doors
from api.rendering import redirect, render, words_for
from api.security.askers import Asker
from api.wiring import Parts
from docstore.errors import PasswordTooShort, SignInRefused, TooManyTries
from docstore.models import SignIn
from docstore.services import passwords, signins, tokens, tries
from docstore.services.acting import Acting

router = APIRouter(prefix="/{slug}", dependencies=[Depends(check_form)], include_in_schema=False)


async def _signed_in(asker: AskerOf) -> Asker:
    if asker.person is None:
        raise SignInNeeded
    return asker


SignedIn = Annotated[Asker, Depends(_signed_in)]


@router.get("/konto")
def account(request: Request, asker: SignedIn, session: Read, parts: PartsOf) -> Response:
    """Show who is signed in, and where else."""
    return _account_page(request, asker, _browsers(session, asker, parts))


def _browsers(session: Read, asker: Asker, parts: Parts) -> list[SignIn]:
    return signins.listed(session, person_id=asker.person_id or "", at=parts.clock.now())


def _account_page(
    request: Request,
    asker: Asker,
    browsers: list[SignIn],
    *,
    errors: list[tuple[str, str]] | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    return render(
        request,
        "account/account.html",
        asker=asker,
        audience="office" if asker.is_office else "reader",
        status=status,
        person=asker.person,
        browsers=browsers,
        current_id=asker.sign_in.id if asker.sign_in else "",
        may_have_tokens=asker.is_recipient or asker.is_office,
        may_change_password=asker.sign_in is not None and asker.sign_in.by == "password",
        errors=errors or [],
    )


@router.post("/konto/wyloguj/{sign_in_id}")
def revoke(
    request: Request, asker: SignedIn, acting: ActingOf, session: Write, sign_in_id: str
) -> Response:
    """End one of one's own sign-ins."""
    signins.revoke(
        session,
        acting,
        body_id=asker.body.id,
        person_id=asker.person_id or "",
        sign_in_id=sign_in_id,
    )
    words = words_for(request, asker.body)
    return redirect(f"/{asker.body.slug}/konto", done=words("Urządzenie wylogowano."))


@router.post("/konto/wyloguj-wszedzie")
def sign_out_everywhere(
    request: Request, asker: SignedIn, acting: ActingOf, session: Write
) -> Response:
    """End everything but this browser by which one could be taken for the person."""
    assert asker.person is not None  # noqa: S101 - SignedIn holds it
    keep = asker.sign_in.id if asker.sign_in else None
    tokens.end_everything(session, acting, person=asker.person, keep=keep)
    said = words_for(request, asker.body)(
        "Wylogowano wszystkie inne urządzenia. Wysłane linki i tokeny też nie działają."
    )
    return redirect(f"/{asker.body.slug}/konto", done=said)


@router.post("/konto/haslo")
def change_password(
    request: Request,
    asker: SignedIn,
    acting: ActingOf,
    parts: PartsOf,
    obecne: Annotated[str, Form()] = "",
    nowe: Annotated[str, Form()] = "",
) -> Response:
    """Change one's own password; the present one is asked for, other browsers are signed out."""
    words = words_for(request, asker.body)
    try:
        _change(request, asker, acting, parts, present=obecne, new=nowe)
    except (SignInRefused, TooManyTries, PasswordTooShort) as error:
        with parts.database.reading() as session:
            browsers = _browsers(session, asker, parts)
        said = (
            ("obecne", words("To nie jest Twoje obecne hasło."))
            if isinstance(error, SignInRefused)
            else (
                "nowe" if isinstance(error, PasswordTooShort) else "obecne",
                sentence(error, words),
            )
        )
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if isinstance(error, TooManyTries):
            status = status_of(error)
        return _account_page(request, asker, browsers, errors=[said], status=status)
    return redirect(
        f"/{asker.body.slug}/konto", done=words("Hasło zmieniono. Inne urządzenia wylogowano.")
    )


def _change(
    request: Request, asker: Asker, acting: Acting, parts: Parts, *, present: str, new: str
) -> None:
    """Set the new password, if the present one is right and the new one long enough."""
    assert asker.person is not None  # noqa: S101 - SignedIn holds it
    assert asker.sign_in is not None  # noqa: S101 - as above
    email = asker.person.email
    password_hash = passwords.hashed(new)  # a short one is told before a try is counted
    with parts.database.reading() as session:
        kept = signins.password_hash_of(session, body_id=asker.body.id, email=email)
    doors = password_doors(request, parts, asker, email, kept)
    with parts.database.transaction() as session:
        taken = tries.take(session, doors, at=acting.at)
    with parts.database.reading() as session:
        signins.check_password(session, body_id=asker.body.id, email=email, password=present)
    with parts.database.transaction() as session:
        tries.forgive(session, taken)
        signins.set_password(
            session,
            acting,
            person=asker.person,
            password_hash=password_hash,
            keep=asker.sign_in.id,
        )
