"""Serving: one Granian process in front, those that answer behind it; the first does the work."""

import multiprocessing
import os
import signal
import tempfile
import threading
from pathlib import Path

import structlog
from fastapi import FastAPI
from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from api import wiring
from api.alone import alone, become_first, is_first
from api.app import create_app
from api.loading import loading
from api.logs import log_config, set_up_logs
from api.security.setup_code import show_code
from api.state.common import in_common
from api.state.machine import refused_limits
from api.wiring import Parts
from docstore.settings import Settings

log = structlog.get_logger("teczka.serve")

# How often a worker looks whether it was asked to stop, in seconds.
_LOOK = 1.0


def application() -> FastAPI:
    """Build the application in the server's own process, from the environment."""
    end_with_parent()
    with loading():
        parts = opened_parts()
        if is_first(parts.settings):
            _log_refused_limits()
            log.info("serving", address=f"{parts.settings.host}:{parts.settings.port}")
            return create_app(parts)
        threading.Thread(target=_succeed, args=(parts,), name="successor", daemon=True).start()
        return create_app(parts, workers=0)


def _succeed(parts: Parts) -> None:
    """Do the work as soon as the process that does it has ended, however it ended."""
    become_first(parts.settings)
    log.info("working_now")
    parts.start_workers(parts.settings.workers)


def end_with_parent() -> None:
    """See to it that this process ends at once when the one that started it is killed.

    Left alone it would go on beside the next start, on the same port and the same record.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def opened_parts() -> Parts:
    """Open the parts for a process that answers requests."""
    settings = Settings()
    set_up_logs(settings.log_format, process="serve")
    parts = wiring.build(settings)
    settings.spool_dir.mkdir(parents=True, exist_ok=True)
    # Forms with files are spooled by the framework: on the data folder's disk, not in memory
    # where a system keeps its temporary files there.
    tempfile.tempdir = str(settings.spool_dir)
    return parts


def _log_refused_limits() -> None:
    """Tell at the start which limits on hostile files the system refuses (DESIGN promise 9)."""
    refused = refused_limits()
    if refused:
        log.warning("sandbox_limits_refused", limits=refused)


def serve(settings: Settings) -> int:
    """Serve until stopped; show the set-up code where nobody has an account yet.

    Raises `PortTaken` where somebody else listens already.
    """
    set_up_logs(settings.log_format, process="serve")
    with alone(settings), in_common():
        parts = wiring.build(settings)
        show_code(parts)
        parts.close()
        listen(settings, target="api.serve:application")
    return 0


def listen(settings: Settings, *, target: str) -> None:
    """Answer requests until stopped, by the application that `target` builds in its own process."""
    Server(
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
    ).serve()


def work(parts: Parts) -> None:
    """Do the outbox's work until SIGTERM or SIGINT."""
    set_up_logs(parts.settings.log_format, process="worker")
    _log_refused_limits()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with loading():
        parts.start_workers(max(1, parts.settings.workers))
    log.info("worker_started")
    while not stopping.wait(_LOOK):  # a signal that another thread was given wakes no wait
        pass
    log.info("worker_stopping")
