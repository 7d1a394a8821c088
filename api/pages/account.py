"""Ways in and out: the door, the link from a mail, the account and its browsers."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from api.dependencies import (
    ActingOf,
    AskerOf,
    PartsOf,
    Read,
    SignInNeeded,
    Write,
    check_form,
)
from api.errors import sentence
from api.rendering import is_secure, redirect, render, words_for
from api.security import cookies
from api.security.addresses import client_address
from api.security.askers import Asker
from api.wiring import Parts
from delivery.tasks import ask_for_link as ask_for_link_of
from docstore.errors import LinkSpent, PasswordTooShort, SignInRefused, TooManyTries
from docstore.models import Meeting, SignIn
from docstore.services import passwords, people, signins
from docstore.services.acting import Acting
from docstore.services.finding import get

router = APIRouter(prefix="/{slug}", dependencies=[Depends(check_form)], include_in_schema=False)

# A page with a token in its address: kept nowhere, and told to nobody by a Referer.
_SECRET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def _device(request: Request) -> str:
    """Return what a browser calls itself, short enough to be recognised in a list."""
    agent = request.headers.get("user-agent", "")
    kinds = (("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"),
             ("Macintosh", "Mac"), ("Windows", "Windows"), ("Linux", "Linux"))  # fmt: skip
    browsers = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
                ("Safari/", "Safari"))  # fmt: skip
    device = next((name for mark, name in kinds if mark in agent), "?")
    browser = next((name for mark, name in browsers if mark in agent), "?")
    return f"{browser}, {device}"


def _after(asker: Asker, wanted: str) -> str:
    """Return where to go after signing in: the page asked for, if it is one of this council."""
    home = f"/{asker.body.slug}/"
    if wanted.startswith(home) and "//" not in wanted and "\\" not in wanted:
        return wanted
    return f"{home}wejscie"


def _own_desk(asker: Asker) -> str:
    return f"/{asker.body.slug}/{'biuro' if asker.is_office else 'moje'}"


@router.get("/wejscie")
def door(request: Request, asker: AskerOf, dalej: str = "") -> Response:
    """Show the door, or lead somebody who is signed in to their own desk."""
    if asker.is_office or asker.is_recipient:
        return RedirectResponse(_own_desk(asker), status_code=HTTPStatus.SEE_OTHER)
    return render(request, "account/door.html", asker=asker, onward=dalej, email="", errors=[])


@router.post("/wejscie")
def sign_in(
    request: Request,
    asker: AskerOf,
    parts: PartsOf,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    dalej: Annotated[str, Form()] = "",
) -> Response:
    """Sign in with a password; a wrong one and an unknown address are told alike."""
    try:
        token = _checked(request, parts, asker, email, password)
    except (SignInRefused, TooManyTries) as error:
        words = words_for(request, asker.body)
        return render(
            request,
            "account/door.html",
            asker=asker,
            status=HTTPStatus.TOO_MANY_REQUESTS
            if isinstance(error, TooManyTries)
            else HTTPStatus.UNAUTHORIZED,
            onward=dalej,
            email=email,
            errors=[("email", sentence(error, words))],
        )
    response = redirect(_after(asker, dalej))
    cookies.set_sign_in(
        response,
        body_id=asker.body.id,
        token=token,
        max_age=int(signins.PASSWORD_STAYS.total_seconds()),
        secure=is_secure(parts),
    )
    return response


def _checked(request: Request, parts: Parts, asker: Asker, email: str, password: str) -> str:
    """Return the token of a new sign-in; count the try otherwise."""
    now = parts.clock.now()
    subject = f"{asker.body.id} {email.strip().lower()}"
    address = client_address(request, parts.settings.trusted_proxies)
    try:
        with parts.database.reading() as session:
            signins.refuse_after_many(session, door="password", subject=subject, at=now)
            signins.refuse_after_many(session, door="address", subject=address, at=now)
            person = signins.check_password(
                session, body_id=asker.body.id, email=email, password=password
            )
    except SignInRefused:
        with parts.database.transaction() as session:
            signins.note_try(session, door="password", subject=subject, at=now)
            signins.note_try(session, door="address", subject=address, at=now)
        raise
    with parts.database.transaction() as session:
        token, _ = signins.open_sign_in(
            session,
            Acting(person.id, now),
            person=person,
            by="password",
            device=_device(request),
        )
    return token


@router.post("/wejscie/nowy-link")
def ask_for_link(
    request: Request,
    asker: AskerOf,
    parts: PartsOf,
    email: Annotated[str, Form()] = "",
    posiedzenie: Annotated[str, Form()] = "",
) -> Response:
    """Promise a fresh link to an address; known and unknown ones get the same answer.

    A promise to nobody is written for an unknown one, so that not even the time tells them apart.
    """
    now = parts.clock.now()
    address = client_address(request, parts.settings.trusted_proxies)
    wanted = email.strip().lower()
    with parts.database.reading() as session:
        signins.refuse_after_many(session, door="link", subject=f"{address} {wanted}", at=now)
    with parts.database.transaction() as session:
        signins.note_try(session, door="link", subject=f"{address} {wanted}", at=now)
        known: list[str | None] = [
            *people.with_address(session, body_id=asker.body.id, email=wanted)
        ]
        for person_id in known or [None]:
            ask_for_link_of(
                session,
                body_id=asker.body.id,
                person_id=person_id,
                meeting_id=posiedzenie or None,
                at=now,
            )
    return render(request, "account/link_sent.html", asker=asker, email=wanted)


@router.get("/wejscie/link/{token}")
def link_page(
    request: Request, asker: AskerOf, session: Read, parts: PartsOf, token: str
) -> Response:
    """Say whom a link would sign in; opening this page spends and records nothing.

    Mail scanners open every link: only the button's POST signs in.
    """
    view = signins.view_link(session, body_id=asker.body.id, token=token, at=parts.clock.now())
    if asker.person is not None and asker.person.id == view.person.id:
        response: Response = RedirectResponse(
            _meeting_page(asker, view.meeting_id), status_code=HTTPStatus.SEE_OTHER
        )
    else:
        meeting = get(session, Meeting, asker.body.id, view.meeting_id) if view.meeting_id else None
        response = render(
            request,
            "account/link.html" if view.is_valid else "account/link_spent.html",
            asker=Asker(asker.body),
            audience="reader",
            status=HTTPStatus.OK if view.is_valid else HTTPStatus.GONE,
            person=view.person,
            meeting=meeting,
            token=token,
            meeting_id=view.meeting_id or "",
        )
    response.headers.update(_SECRET)
    return response


def _meeting_page(asker: Asker, meeting_id: str | None) -> str:
    home = f"/{asker.body.slug}/moje"
    return f"{home}/{meeting_id}" if meeting_id else home


@router.post("/wejscie/link/{token}")
def spend_link(
    request: Request, asker: AskerOf, acting: ActingOf, session: Write, parts: PartsOf, token: str
) -> Response:
    """Sign the link's person in on this browser, once."""
    try:
        signed, _, meeting_id = signins.spend_link(
            session, acting, body_id=asker.body.id, token=token, device=_device(request)
        )
    except LinkSpent:
        response: Response = RedirectResponse(request.url.path, status_code=HTTPStatus.SEE_OTHER)
        response.headers.update(_SECRET)
        return response
    response = redirect(_meeting_page(asker, meeting_id))
    cookies.set_sign_in(
        response,
        body_id=asker.body.id,
        token=signed,
        max_age=int(signins.LINK_STAYS.total_seconds()),
        secure=is_secure(parts),
    )
    response.headers.update(_SECRET)
    return response


@router.post("/wyjscie")
def sign_out(request: Request, asker: AskerOf, acting: ActingOf, session: Write) -> Response:
    """End this browser's sign-in."""
    words = words_for(request, asker.body)
    if asker.sign_in is not None and asker.person is not None:
        signins.revoke(
            session,
            acting,
            body_id=asker.body.id,
            person_id=asker.person.id,
            sign_in_id=asker.sign_in.id,
        )
    response = redirect(f"/{asker.body.slug}", done=words("Wylogowano."))
    cookies.forget_sign_in(response, body_id=asker.body.id)
    return response


def _signed_in(asker: AskerOf) -> Asker:
    if asker.person is None:
        raise SignInNeeded
    return asker


SignedIn = Annotated[Asker, Depends(_signed_in)]


@router.get("/konto")
def account(request: Request, asker: SignedIn, session: Read, parts: PartsOf) -> Response:
    """Show who is signed in, and where else."""
    return _account_page(request, asker, _browsers(session, asker, parts), errors=[])


def _browsers(session: Read, asker: Asker, parts: Parts) -> list[SignIn]:
    return signins.listed(session, person_id=asker.person_id or "", at=parts.clock.now())


def _account_page(
    request: Request, asker: Asker, browsers: list[SignIn], errors: list[tuple[str, str]]
) -> Response:
    return render(
        request,
        "account/account.html",
        asker=asker,
        audience="office" if asker.is_office else "reader",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        person=asker.person,
        browsers=browsers,
        current_id=asker.sign_in.id if asker.sign_in else "",
        may_change_password=asker.sign_in is not None and asker.sign_in.by == "password",
        errors=errors,
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


@router.post("/konto/haslo")
def change_password(
    request: Request,
    asker: SignedIn,
    acting: ActingOf,
    parts: PartsOf,
    obecne: Annotated[str, Form()] = "",
    nowe: Annotated[str, Form()] = "",
) -> Response:
    """Change one's own password; the present one is asked for."""
    words = words_for(request, asker.body)
    assert asker.person is not None  # noqa: S101 - SignedIn holds it
    try:
        with parts.database.reading() as session:
            signins.check_password(
                session, body_id=asker.body.id, email=asker.person.email, password=obecne
            )
        password_hash = passwords.hashed(nowe)
    except (SignInRefused, PasswordTooShort) as error:
        name = "nowe" if isinstance(error, PasswordTooShort) else "obecne"
        with parts.database.reading() as session:
            browsers = _browsers(session, asker, parts)
        return _account_page(request, asker, browsers, [(name, sentence(error, words))])
    with parts.database.transaction() as session:
        signins.set_password(session, acting, person=asker.person, password_hash=password_hash)
    return redirect(f"/{asker.body.slug}/konto", done=words("Hasło zmieniono."))
