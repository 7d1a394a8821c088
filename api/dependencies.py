"""What an endpoint asks for: the parts, a session, the body, who is asking.

Those that wait for nothing are `async`: the framework would give each of the others a thread's
turn, which costs more than most of them do. So no `async` one may ask the record or the disk, or
wait for a lock that anybody holds for long.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request

from api.form_files import form_of
from api.security import cookies
from api.security.askers import Asker
from api.security.bearer import bearer_token
from api.security.origins import is_from_elsewhere
from api.wiring import Parts
from docstore.database import ReadSession, WriteSession
from docstore.errors import NotAllowed, NotFound, RecordUnavailable, StorageFull, TokenUnknown
from docstore.models import Body
from docstore.rules import api_token
from docstore.services import bodies, signins, standings, tokens
from docstore.services.acting import Acting

# How long a page waits to note that a browser was seen, in seconds.
_PATIENCE = 0.5


async def _parts(request: Request) -> Parts:
    return parts_of(request)


def parts_of(request: Request) -> Parts:
    """Return the parts that the application was built of."""
    parts: Parts = request.app.state.parts
    return parts


PartsOf = Annotated[Parts, Depends(_parts)]


async def _read(parts: PartsOf) -> AsyncIterator[ReadSession]:
    with parts.database.reading() as session:  # which asks the record for nothing yet
        try:
            yield session
        finally:
            if session.in_transaction():
                # Its own thread: those for requests may all be waiting for the connection it holds.
                await to_thread.run_sync(session.close, limiter=CapacityLimiter(1))


def _write(parts: PartsOf) -> Iterator[WriteSession]:
    with parts.database.transaction() as session:
        yield session


# `scope="function"`: the transaction ends before the answer goes out, so that a commit that fails
# is an error to the client, never an acknowledgement.
Read = Annotated[ReadSession, Depends(_read, scope="function")]
Write = Annotated[WriteSession, Depends(_write, scope="function")]


def recognise(request: Request, slug: str) -> Asker:
    """Tell who is asking; opens and closes a session of its own, before any transaction."""
    if any("\0" in str(each) for each in request.path_params.values()):
        raise NotFound  # PostgreSQL cannot even be asked for such an id
    parts = parts_of(request)
    now = parts.clock.now()
    with parts.database.reading() as session:
        body = bodies.find_body(session, slug)
        if body is None:
            raise NotFound
        asker = _known(request, session, body, now) or Asker(body)
    # Nobody is kept from reading because this cannot be written down now.
    with suppress(RecordUnavailable, StorageFull):
        _note_use(parts, asker, now)
    request.state.asker = asker
    return asker


def _known(request: Request, session: ReadSession, body: Body, now: datetime) -> Asker | None:
    """Return who sent a cookie or a program's header, None for the public.

    A header that lets nobody in anywhere is refused; one of another council is a stranger's here.
    """
    sent = bearer_token(request)
    if sent is not None and api_token.is_named_so(sent):
        token, its = tokens.current(session, token=sent, at=now)
        known = Asker(body, token.person, standing=its, token=token)
        return known if token.body_id == body.id else None
    wanted = cookies.sign_in_token(request, body_id=body.id) if sent is None else sent
    row = signins.current(session, token=wanted, at=now) if wanted else None
    if row is None and sent is not None:
        raise TokenUnknown
    if row is None or row.body_id != body.id:
        return None
    return Asker(body, row.person, row, standings.standing(session, row.person, at=now))


def _note_use(parts: Parts, asker: Asker, now: datetime) -> None:
    """Write down when a way in was last used: a sign-in by the hour, a token by the day."""
    if asker.sign_in is not None and signins.is_stale(asker.sign_in, now):
        with parts.database.transaction(patience=_PATIENCE) as session:
            signins.seen(session, sign_in_id=asker.sign_in.id, at=now)
    today = now.astimezone(ZoneInfo(asker.body.time_zone)).date()
    if asker.token is not None and asker.token.last_used_on != today:
        with parts.database.transaction(patience=_PATIENCE) as session:
            tokens.used(session, token_id=asker.token.id, on=today)


AskerOf = Annotated[Asker, Depends(recognise)]


async def _office(asker: AskerOf) -> Asker:
    return _let_in(asker, may_pass=asker.is_office)


async def _administrator(asker: AskerOf) -> Asker:
    return _let_in(asker, may_pass=asker.is_administrator)


async def _recipient(asker: AskerOf) -> Asker:
    return _let_in(asker, may_pass=asker.is_recipient or asker.is_office)


def _let_in(asker: Asker, *, may_pass: bool) -> Asker:
    """Let somebody in; send to the door whom a password may help, and refuse the others."""
    if may_pass:
        return asker
    raise SignInNeeded if asker.person is None or asker.lacks_password else NotAllowed


class SignInNeeded(Exception):
    """Nobody is signed in here: a page leads to the door, the interface answers 401."""


Office = Annotated[Asker, Depends(_office)]
Administrator = Annotated[Asker, Depends(_administrator)]
Recipient = Annotated[Asker, Depends(_recipient)]


async def _acting(request: Request, parts: PartsOf) -> Acting:
    asker: Asker | None = getattr(request.state, "asker", None)
    return Acting(asker.person_id if asker else None, parts.clock.now())


ActingOf = Annotated[Acting, Depends(_acting)]
"""Who does it and when; ask for it after the asker."""


class FormExpired(Exception):
    """The form did not come from a page that this browser was shown; nothing was done."""


async def check_form(request: Request) -> None:
    """Refuse a change that does not prove it comes from one of our own pages."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if is_from_elsewhere(request):
        raise FormExpired
    sent = request.headers.get("x-csrf-token")
    if sent is None:
        form = await form_of(request, parts_of(request).intake)
        value = form.get("csrf", "")
        sent = value if isinstance(value, str) else ""
    if not cookies.has_csrf(request, sent):
        await request.close()  # the files that came with it go at once
        raise FormExpired
