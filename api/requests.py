"""Each request has a number, and one line in the log: by its route, so that no token is written."""

import re
import secrets
import time
from dataclasses import dataclass

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.security.addresses import is_trusted
from docstore.models.base import ALPHABET

log = structlog.get_logger("teczka.http")

HEADER = "X-Request-ID"
WAITED = "waited"
"""Said in a request's state where this process had too much to do: its client comes back by another
connection, which the process with less to do may take. One that is kept leads to the same one."""
# What a proxy may call a request: enough to be one of a kind, and nothing that could break a line.
_TAKEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Read over the telephone: two groups of five, 50 random bits, in an alphabet without look-alikes.
_GROUP = 5
# Asked every few seconds by whoever watches; a line for each would hide the others.
_WATCHED = frozenset({"/healthz", "/readyz", "/metrics"})
_BAD = 400


def request_number(request: HTTPConnection) -> str:
    """Return the number of a request; empty where none was given."""
    return str(getattr(request.state, "request_id", ""))


@dataclass(slots=True)
class _Went:
    """How a request went so far."""

    status: int = 500
    sent: int = 0
    length: int = 0
    is_whole: bool = False


class Requests:
    """Numbers each request, gives the number back, and logs how it went when its last byte left.

    A number is taken from a trusted proxy alone. Where a request had to wait, its connection ends
    with its answer (`WAITED`). The line holds neither path nor query, neither
    address nor name: a path may hold a token, a query what somebody searched for.
    """

    def __init__(self, app: ASGIApp, *, trusted: str) -> None:
        self._app, self._trusted = app, trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its number, and log how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = self._number(scope)
        scope.setdefault("state", {})["request_id"] = number
        began, went = time.perf_counter(), _Went()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                went.status = int(message["status"])
                headers = MutableHeaders(scope=message)
                headers[HEADER] = number
                if scope["state"].get(WAITED) and scope["http_version"] == "1.1":
                    headers["Connection"] = "close"
                went.length = int(headers.get("content-length", "0"))
            elif message["type"] == "http.response.body":
                went.sent += len(message.get("body", b""))
                went.is_whole = not message.get("more_body", False)
            else:  # a file that the server itself sends
                went.sent, went.is_whole = went.length, True
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=number):
            try:
                await self._app(scope, receive, noting)
            except Exception:
                log.exception("request_broke", method=scope["method"], route=_route(scope))
                raise
            finally:
                _tell(scope, went, began)

    def _number(self, scope: Scope) -> str:
        given = Headers(scope=scope).get(HEADER, "")
        peer = scope["client"][0] if scope.get("client") else ""
        if _TAKEN.fullmatch(given) and is_trusted(peer, self._trusted):
            return given
        letters = [secrets.choice(ALPHABET) for _ in range(2 * _GROUP)]
        return "".join(letters[:_GROUP]) + "-" + "".join(letters[_GROUP:])


def _route(scope: Scope) -> str:
    """Return the pattern of a request's route, such as `/{slug}/wejscie/link/{token}`."""
    if scope["path"].startswith("/static/"):
        return "/static"
    return str(getattr(scope.get("route"), "path", "-"))


def _tell(scope: Scope, went: _Went, began: float) -> None:
    if scope["path"] in _WATCHED and went.status < _BAD:
        return
    log.info(
        "request",
        method=scope["method"],
        route=_route(scope),
        status=went.status,
        ms=round((time.perf_counter() - began) * 1000, 1),
        bytes=went.sent,
        # A reader who went away, or bytes that ran out: the answer was cut.
        **({} if went.is_whole else {"cut": True}),
    )
