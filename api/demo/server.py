"""The demo's server: the same application with the demo's pages, for this machine alone."""

import logging
import os
import socket
import threading
import time
from contextlib import suppress

import structlog
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.app import create_app
from api.demo import doors, letters, steps
from api.demo.place import BEGAN, HOST
from api.demo.telling import Telling
from api.processes import end_with_parent, opened_parts
from api.state.machine import limit_words, refused_limits
from api.wiring import Parts
from docstore.services import setup
from docstore.settings import Settings

_NAMES = (HOST, "localhost")
_MISDIRECTED = 421
_BETWEEN_LOOKS = 0.05  # seconds
_REFUSAL = (
    "Pokaz odpowiada tylko na tym komputerze, pod adresem http://127.0.0.1:{port}\n"
    "The demo answers on this machine alone, at http://127.0.0.1:{port}\n"
)


class NotADemosRecord(Exception):
    """The record is a real installation's: doors without passwords must never open on it."""


class ThisMachineAlone:
    """Answers those who ask for `127.0.0.1` or `localhost`, as no page from elsewhere can."""

    def __init__(self, app: ASGIApp, *, port: int) -> None:
        self._app = app
        self._allowed = {f"{name}{end}" for name in _NAMES for end in ("", f":{port}")}
        self._refusal = PlainTextResponse(_REFUSAL.format(port=port), status_code=_MISDIRECTED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http":
            hosts = Headers(scope=scope).getlist("host")
            if len(hosts) != 1 or hosts[0].lower() not in self._allowed:
                await self._refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def application() -> FastAPI:
    """Build the application in the server's own process, from the environment."""
    end_with_parent()
    telling = Telling(float(os.environ[BEGAN]))
    with telling.step(telling.words("Uruchamiam serwer")):
        parts = opened_parts(process="serve")
        # The terminal is for the visitor: requests are told by `teczka serve`.
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        app = demo_app(parts)
        refused = [limit_words(telling.words, name) for name in refused_limits()]
    if refused:
        telling.say(
            telling.words(
                "System odmówił tych ograniczeń przy czytaniu obcych plików: {names}.",
                names=", ".join(refused),
            ),
            style="dim",
        )
    threading.Thread(target=_tell_when_open, args=(telling, parts.settings), daemon=True).start()
    return app


def _tell_when_open(telling: Telling, settings: Settings) -> None:
    """Say that the demo is ready once a browser would be let in: the server opens its door last."""
    while True:
        with suppress(OSError), socket.create_connection((HOST, settings.port), timeout=1):
            break
        time.sleep(_BETWEEN_LOOKS)
    telling.say(
        telling.words(
            "Gotowe po {seconds} s. Otwórz {url}  (Ctrl+C kończy pokaz)",
            seconds=telling.words.number(round(telling.seconds, 1)),
            url=settings.public_url,
        ),
        style="bold",
    )


def demo_app(parts: Parts) -> FastAPI:
    """Build the application over a demo's parts; any other record is refused."""
    with parts.database.reading() as session:
        if not setup.is_demo(session):
            raise NotADemosRecord
    app = create_app(parts, extra=[doors.router, steps.router, letters.router])
    app.state.ribbon = "demo/ribbon.html"
    app.add_middleware(ThisMachineAlone, port=parts.settings.port)
    return app
