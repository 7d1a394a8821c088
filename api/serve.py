"""Serving: one Granian process in front, those that answer behind it, one beside them works."""

import signal
import threading
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import structlog
from fastapi import FastAPI
from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from api import wiring
from api.alone import alone
from api.app import create_app
from api.loading import loading
from api.logs import log_config, set_up_logs
from api.processes import end_with_parent, forks_end_when_asked, opened_parts
from api.security.setup_code import show_code
from api.state.common import in_common
from api.working import work_beside
from docstore.settings import Settings

log = structlog.get_logger("teczka.serve")


def application() -> FastAPI:
    """Build the application in the server's own process, from the environment."""
    end_with_parent()
    with loading():
        return create_app(opened_parts(process="serve"), workers=0)


def serve(settings: Settings) -> int:
    """Serve until stopped; show the set-up code where nobody has an account yet.

    Raises `PortTaken` where somebody else listens already.
    """
    set_up_logs(settings.log_format, process="serve")
    with alone(settings), in_common():
        parts = wiring.build(settings)
        show_code(parts)
        parts.close()
        forks_end_when_asked()
        with work_beside() if settings.workers else nullcontext(threading.Event()) as ending:
            opened = partial(_begin, settings, ending)
            listen(settings, target="api.serve:application", opened=opened)
    return 0


def _begin(settings: Settings, ending: threading.Event) -> None:
    """Say that the server begins; from now on, asked to stop, it lets the work end as well."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, partial(_stop_both, ending, signal.getsignal(number)))
    log.info("serving", address=f"{settings.host}:{settings.port}")


def _stop_both(ending: threading.Event, stop: Any, number: int, frame: FrameType | None) -> None:
    ending.set()
    stop(number, frame)


def listen(settings: Settings, *, target: str, opened: Callable[[], object] = lambda: None) -> None:
    """Answer requests until stopped, by the application that `target` builds in its own process.

    `opened` is called once the port is taken and this process is asked to stop by signals.
    """
    server = Server(
        target,
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        loop=Loops.asyncio,
        workers=settings.processes,
        log_enabled=True,
        log_dictconfig=log_config(settings.log_format, process="serve"),
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
        # An upload in flight gets so long to end; the unit and the container wait longer still.
        workers_kill_timeout=30,
        working_dir=Path.cwd(),
    )
    server.on_startup(opened)
    server.serve()
