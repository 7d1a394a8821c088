"""A limit on what anybody may send: large bodies come from the office alone."""

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.dependencies import SignInNeeded, recognise
from api.refusals import refused, sign_in_needed
from docstore.errors import DocstoreError, NotAllowed

# Every form without a file fits, a pasted roster of a large council included.
SMALL = 256 * 1024
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
# What stands before a council's short name in an address: of a page, of the interface.
_BODY_OF = re.compile(r"/(?:api/v1/bodies/)?")


class BodyLimit:
    """Refuses a large body before a byte of it is read, unless the office sends it.

    Forms are spooled to disk before any endpoint sees them, so that otherwise anybody could fill
    it; how large a file of the office may be is the upload's own limit.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and scope["method"] not in _READS:
            request = Request(scope)
            if not _is_small(request):
                refusal = await run_in_threadpool(_refusal, request)
                if refusal is not None:
                    await refusal(scope, receive, send)
                    return
        await self._app(scope, receive, send)


def _is_small(request: Request) -> bool:
    length = request.headers.get("content-length")
    if length is None:
        return "transfer-encoding" not in request.headers
    return length.isascii() and length.isdecimal() and int(length) <= SMALL


def _refusal(request: Request) -> Response | None:
    """Return why a large body is not taken, None for the office."""
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
