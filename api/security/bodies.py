"""A limit on what anybody may send: large bodies come from the office alone, and have an end."""

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.dependencies import SignInNeeded, recognise
from api.refusals import refused, sign_in_needed
from docstore.errors import DocstoreError, FileTooLarge, NotAllowed
from docstore.room import Room

# Every form without a file fits, a pasted roster of a large council included.
SMALL = 256 * 1024
_MB = 1 << 20
# What a form may hold around a file of the largest size; deploy/nginx.conf allows the same.
AROUND_MB = 16
# More than any length has; Python refuses to read a number of thousands of figures.
_MOST_FIGURES = 20
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
# What stands before a council's short name in an address: of a page, of the interface.
_BODY_OF = re.compile(r"/(?:api/v1/bodies/)?")


class BodyLimit:
    """Refuses a large body before a byte of it is read, unless the office sends it.

    Forms are spooled to disk before any endpoint sees them, so that otherwise anybody could fill
    it. The office may send one file of the largest size, or several that are no larger together.
    """

    def __init__(self, app: ASGIApp, *, largest_mb: int, room: Room) -> None:
        self._app = app
        self._room = room
        self._largest_mb = largest_mb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and scope["method"] not in _READS:
            request = Request(scope)
            length = _told_length(request)
            if length is None or length > SMALL:
                refusal = await run_in_threadpool(self._refusal, request, length or 0)
                if refusal is not None:
                    await refusal(scope, receive, send)
                    return
                receive = self._counted(receive)
        await self._app(scope, receive, send)

    def _refusal(self, request: Request, length: int) -> Response | None:
        """Return why a large body is not taken, None where it is."""
        refusal = _not_the_office(request)
        if refusal is None and length > self._most:
            return refused(request, FileTooLarge(limit_mb=self._largest_mb))
        return refusal or self._without_room(request, length)

    def _without_room(self, request: Request, length: int) -> Response | None:
        """Return that there is no room for a body, before a byte of it is written to disk."""
        try:
            self._room.require(length)
        except DocstoreError as error:
            return refused(request, error)
        return None

    @property
    def _most(self) -> int:
        return (self._largest_mb + AROUND_MB) * _MB

    def _counted(self, receive: Receive) -> Receive:
        """Return the same body, which ends in `FileTooLarge` where it is longer than any may be."""
        size = 0

        async def counting() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._most:
                raise FileTooLarge(limit_mb=self._largest_mb)
            return message

        return counting


def _told_length(request: Request) -> int | None:
    """Return how long a body is said to be, which the server sees to; None for one without end.

    HTTP/1 without either header has no body; later versions need neither.
    """
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdecimal():
        return int(length[:_MOST_FIGURES])
    is_bare = not length and "transfer-encoding" not in request.headers
    return 0 if is_bare and request.scope["http_version"].startswith("1") else None


def _not_the_office(request: Request) -> Response | None:
    """Return how somebody who may send nothing large is answered, None for the office."""
    slug = _BODY_OF.sub("", request.url.path, count=1).split("/")[0]
    request.scope["path_params"] = {"slug": slug}  # no route has been looked for yet
    try:
        asker = recognise(request, slug)
    except DocstoreError as error:
        return refused(request, error)
    if asker.is_office:
        return None
    if asker.person is not None:
        return refused(request, NotAllowed())
    return sign_in_needed(request, SignInNeeded())
