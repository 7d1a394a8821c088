"""What an endpoint asks for: the parts, a session, the body, who is asking."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request

from api.security import cookies
from api.security.askers import Asker
from api.wiring import Parts
from docstore.database import ReadSession, WriteSession
from docstore.errors import NotAllowed, NotFound
from docstore.models import Body
from docstore.services import people, signins
from docstore.services.acting import Acting


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


PartsOf = Annotated[Parts, Depends(_parts)]


def _read(parts: PartsOf) -> Iterator[ReadSession]:
    with parts.database.reading() as session:
        yield session


def _write(parts: PartsOf) -> Iterator[WriteSession]:
    with parts.database.transaction() as session:
        yield session


# `scope="function"`: the transaction ends before the answer goes out, so that a commit that fails
# is an error to the client, never an acknowledgement.
Read = Annotated[ReadSession, Depends(_read, scope="function")]
Write = Annotated[WriteSession, Depends(_write, scope="function")]


def _asker(request: Request, parts: PartsOf, slug: str) -> Asker:
    """Tell who is asking; opens and closes a session of its own, before any transaction."""
    now = parts.clock.now()
    with parts.database.reading() as session:
        body = people.find_body(session, slug)
        if body is None:
            raise NotFound
        asker = _known(request, session, body, parts) or Asker(body)
    if asker.sign_in is not None and signins.is_stale(asker.sign_in, now):
        with parts.database.transaction() as session:
            signins.seen(session, sign_in_id=asker.sign_in.id, at=now)
    request.state.asker = asker
    return asker


def _known(request: Request, session: ReadSession, body: Body, parts: Parts) -> Asker | None:
    token = request.cookies.get(cookies.sign_in_cookie(body.id))
    if not token:
        return None
    now = parts.clock.now()
    row = signins.current(session, token=token, at=now)
    if row is None or row.body_id != body.id:
        return None
    return Asker(body, row.person, row, people.standing(session, row.person, at=now))


AskerOf = Annotated[Asker, Depends(_asker)]


def _office(asker: AskerOf) -> Asker:
    """Let the office in; others are sent to the door, strangers see nothing."""
    if not asker.is_office:
        raise SignInNeeded if asker.person is None else NotAllowed
    return asker


def _administrator(asker: AskerOf) -> Asker:
    if not asker.is_administrator:
        raise SignInNeeded if asker.person is None else NotAllowed
    return asker


def _recipient(asker: AskerOf) -> Asker:
    if not (asker.is_recipient or asker.is_office):
        raise SignInNeeded if asker.person is None else NotAllowed
    return asker


class SignInNeeded(Exception):
    """Nobody is signed in here: a page leads to the door, the interface answers 401."""


Office = Annotated[Asker, Depends(_office)]
Administrator = Annotated[Asker, Depends(_administrator)]
Recipient = Annotated[Asker, Depends(_recipient)]


def _acting(request: Request, parts: PartsOf) -> Acting:
    asker: Asker | None = getattr(request.state, "asker", None)
    return Acting(asker.person_id if asker else None, parts.clock.now())


ActingOf = Annotated[Acting, Depends(_acting)]
"""Who does it and when; ask for it after the asker."""


class FormExpired(Exception):
    """The form did not come from a page that this browser was shown; nothing was done."""


# What one form may hold: a folder of files without scripts, the outcomes of a long session.
MOST_FILES = 1000
MOST_FIELDS = 10_000


async def check_form(request: Request) -> None:
    """Refuse a change that does not prove it comes from one of our own pages."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    sent = request.headers.get("x-csrf-token")
    if sent is None:
        form = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)
        value = form.get("csrf", "")
        sent = value if isinstance(value, str) else ""
    if not cookies.has_csrf(request, sent):
        raise FormExpired
