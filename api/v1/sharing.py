"""What pages of other sites may read of the interface: what everyone may, and never as somebody.

An answer to a request without a token and without cookies says so (`Access-Control-Allow-Origin:
*`). Any other answer says nothing, so a browser gives it to nobody but our own pages.
"""

from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_READS = frozenset({"GET", "HEAD"})
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Disposition, Content-Range, ETag, Link, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# What a browser may send along; Authorization is not among it, so no token is used from elsewhere.
_ASKED_BEFORE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match, Range",
    "Access-Control-Max-Age": "86400",
}


class Sharing:
    """Opens the public's reading of the interface to the scripts of any site."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and say of its answer who may read it."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            before = Response(status_code=HTTPStatus.NO_CONTENT, headers=_ASKED_BEFORE)
            await before(scope, receive, send)
            return
        is_nobodys = not {"authorization", "cookie"} & set(headers.keys())
        if scope["method"] not in _READS or not is_nobodys:
            await self._app(scope, receive, send)
            return

        async def opened(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_OPEN)
            await send(message)

        await self._app(scope, receive, opened)
