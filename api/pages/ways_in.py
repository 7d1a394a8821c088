"""Ways in and out: the door, the link from a mail, signing out."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from api.dependencies import ActingOf, AskerOf, PartsOf, Read, Write, check_form
from api.errors import sentence, status_of
from api.rendering import redirect, render, words_for
from api.security import cookies, known_browsers
from api.security.addresses import client_address
from api.security.askers import Asker
from api.security.devices import device_name
from api.wiring import Parts
from delivery.tasks import ask_for_link as promise_link
from docstore.errors import LinkSpent, SignInRefused, TooManyLinks, TooManyTries
from docstore.models import Meeting
from docstore.services import people, signins, tries
from docstore.services.acting import Acting
from docstore.services.finding import find, get
from docstore.services.tries import Try

router = APIRouter(prefix="/{slug}", dependencies=[Depends(check_form)], include_in_schema=False)

# An address longer than this is none (RFC 5321); it is cut before it is shown again or counted.
_LONGEST_EMAIL = 254


def _shortened(email: str) -> str:
    """Return an address as typed, without spaces around it: they would make a door of their own."""
    return email.strip()[:_LONGEST_EMAIL].strip()


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
    """Show the door, or lead somebody who is signed in to their own desk.

    Whoever came by a link and asks for a page of the office is shown where the password goes.
    """
    wants_more = bool(dalej) and asker.lacks_password
    if asker.is_office or (asker.is_recipient and not wants_more):
        return RedirectResponse(_own_desk(asker), status_code=HTTPStatus.SEE_OTHER)
    return _door(request, asker, onward=dalej)


def _door(
    request: Request,
    asker: Asker,
    *,
    onward: str,
    email: str = "",
    refusal: SignInRefused | TooManyTries | None = None,
) -> Response:
    words = words_for(request, asker.body)
    return render(
        request,
        "account/door.html",
        asker=Asker(asker.body),
        audience="reader",
        status=status_of(refusal) if refusal else HTTPStatus.OK,
        onward=onward,
        email=email,
        errors=[("email", sentence(refusal, words))] if refusal else [],
    )


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
    email = _shortened(email)
    try:
        token, password_hash = _checked(request, parts, asker, email, password)
    except (SignInRefused, TooManyTries) as refusal:
        return _door(request, asker, onward=dalej, email=email, refusal=refusal)
    response = redirect(_after(asker, dalej))
    cookies.set_sign_in(
        response,
        body_id=asker.body.id,
        token=token,
        max_age=int(signins.PASSWORD_STAYS.total_seconds()),
        secure=cookies.is_secure(request),
    )
    known_browsers.remember(request, response, body_id=asker.body.id, password_hash=password_hash)
    return response


def password_doors(
    request: Request, parts: Parts, asker: Asker, email: str, password_hash: str | None
) -> tuple[Try, ...]:
    """Return what is limited when somebody guesses a password.

    A browser that this person has signed in with before is limited by itself alone: whoever knows
    the address, and guesses from many places, never shuts it out.
    """
    address = client_address(request, parts.settings.trusted_proxies)
    account = f"{asker.body.id} {email.lower()}"
    known = known_browsers.known_as(request, body_id=asker.body.id, password_hash=password_hash)
    if known is not None:
        return (Try("known", f"{account} {known}"),)
    return (
        Try("password", f"{account} {address}"),
        Try("account", account),
        Try("address", address),
    )


def _checked(
    request: Request, parts: Parts, asker: Asker, email: str, password: str
) -> tuple[str, str]:
    """Return a new sign-in's token and the password's hash; a try that was none is forgiven."""
    now = parts.clock.now()
    with parts.database.reading() as session:
        kept = signins.password_hash_of(session, body_id=asker.body.id, email=email)
    doors = password_doors(request, parts, asker, email, kept)
    with parts.database.transaction() as session:
        taken = tries.take(session, doors, at=now)
    with parts.database.reading() as session:
        person = signins.check_password(
            session, body_id=asker.body.id, email=email, password=password
        )
    with parts.database.transaction() as session:
        tries.forgive(session, taken)
        token, _ = signins.open_sign_in(
            session,
            Acting(person.id, now),
            person=person,
            by="password",
            device=device_name(request),
            replaces=asker.sign_in.id if asker.sign_in else None,
        )
    return token, kept or ""


@router.post("/wejscie/nowy-link")
def ask_for_link(
    request: Request,
    asker: AskerOf,
    parts: PartsOf,
    email: Annotated[str, Form()] = "",
    posiedzenie: Annotated[str, Form()] = "",
) -> Response:
    """Promise a fresh link to an address; known and unknown ones get the same answer.

    A promise to nobody is written for an unknown one, and the worker looks up whether somebody is
    sent packets, so that not even the time tells them apart.
    """
    now = parts.clock.now()
    wanted = _shortened(email).lower()
    body_id = asker.body.id
    address = client_address(request, parts.settings.trusted_proxies)
    mailbox = f"{body_id} {wanted}"
    doors = (Try("link", f"{mailbox} {address}"), Try("mailbox", mailbox), Try("address", address))
    with parts.database.transaction() as session:
        try:
            tries.take(session, doors, at=now)
        except TooManyTries as error:
            raise TooManyLinks(**error.fields) from error
        meeting = find(session, Meeting, body_id, posiedzenie)
        found = people.with_address(session, body_id=body_id, email=wanted)
        known: list[str | None] = [person.id for person in found]
        for person_id in known or [None]:
            promise_link(
                session,
                body_id=body_id,
                person_id=person_id,
                meeting_id=meeting.id if meeting else None,
                at=now,
            )
    return render(
        request,
        "account/link_sent.html",
        asker=Asker(asker.body),
        audience="reader",
        email=wanted,
    )


@router.api_route("/wejscie/link/{token}", methods=["GET", "HEAD"])
def link_page(
    request: Request, asker: AskerOf, session: Read, parts: PartsOf, token: str
) -> Response:
    """Say whom a link would sign in; opening this page spends and records nothing.

    Mail scanners open every link: only the button's POST signs in.
    """
    view = signins.view_link(session, body_id=asker.body.id, token=token, at=parts.clock.now())
    if asker.person is not None and asker.person.id == view.person.id:
        return RedirectResponse(
            _meeting_page(asker, view.meeting_id), status_code=HTTPStatus.SEE_OTHER
        )
    meeting = get(session, Meeting, asker.body.id, view.meeting_id) if view.meeting_id else None
    return render(
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


def _meeting_page(asker: Asker, meeting_id: str | None) -> str:
    home = f"/{asker.body.slug}/moje"
    return f"{home}/{meeting_id}" if meeting_id else home


@router.post("/wejscie/link/{token}")
def spend_link(
    request: Request, asker: AskerOf, acting: ActingOf, session: Write, token: str
) -> Response:
    """Sign the link's person in on this browser, once."""
    try:
        signed, _, meeting_id = signins.spend_link(
            session,
            acting,
            body_id=asker.body.id,
            token=token,
            device=device_name(request),
            replaces=asker.sign_in.id if asker.sign_in else None,
        )
    except LinkSpent:
        return RedirectResponse(request.url.path, status_code=HTTPStatus.SEE_OTHER)
    response = redirect(_meeting_page(asker, meeting_id))
    cookies.set_sign_in(
        response,
        body_id=asker.body.id,
        token=signed,
        max_age=int(signins.LINK_STAYS.total_seconds()),
        secure=cookies.is_secure(request),
    )
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
    cookies.forget_sign_in(response, body_id=asker.body.id, secure=cookies.is_secure(request))
    return response
