"""The work of the outbox in a process of its own, which gives way to those that answer people."""

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from multiprocessing.context import ForkProcess
from pathlib import Path

import structlog

from api.loading import loading
from api.logs import set_up_logs
from api.processes import end_with_parent, opened_parts
from api.state.machine import refused_limits
from api.wiring import Parts
from docstore.errors import DocstoreError

log = structlog.get_logger("teczka.work")

# How often somebody looks whether he was asked to stop, in seconds.
_LOOK = 0.5
# How long the work pauses after a process that did it has died, in seconds; twice as long after
# one that lived less than `_LONG`, up to half a minute.
_BREATH, _LONG, _LONGEST = 1.0, 10.0, 30.0
# How long it may take to end, in seconds: as long as requests in flight (`api.serve.listen`).
_END = 30.0
# The status of one that has said itself why it ends.
_SAID = 1
# Under full load it gets a tenth of what a process that answers gets (sched(7)): a search waits
# for a reading, which nobody looks at, as little as the system can do.
_NICE = 10
_FORK = multiprocessing.get_context("fork")  # shares the memory of what is loaded already


@contextmanager
def work_beside() -> Iterator[threading.Event]:
    """Have a process beside this one do the work for the block; one that dies is replaced.

    Enter it before the port is taken. The event that it gives may be set earlier than the block
    ends: the work then ends while requests in flight do.
    """
    ending = threading.Event()
    keeper = threading.Thread(target=_keep, args=(_forked(), ending), name="work-keeper")
    keeper.start()
    try:
        yield ending
    finally:
        ending.set()
        keeper.join()


def _keep(process: ForkProcess, ending: threading.Event) -> None:
    began, pause = time.monotonic(), _BREATH
    while not ending.is_set():
        process.join(_LOOK)
        if process.exitcode is None or ending.is_set():
            continue
        if process.exitcode != _SAID:
            log.error("work_process_died", status=process.exitcode)
        pause = _BREATH if time.monotonic() - began > _LONG else min(pause * 2, _LONGEST)
        if not ending.wait(pause):
            with suppress(OSError):  # no memory or number for another one: tried again
                process, began = _forked(), time.monotonic()
    process.terminate()
    process.join(_END)
    if process.is_alive():
        log.warning("work_process_killed")
        process.kill()
        process.join()


def _forked() -> ForkProcess:
    process = _FORK.Process(target=_work_beside_parent, name="work")
    process.start()
    return process


def _work_beside_parent() -> None:
    end_with_parent()
    _close_doors()
    # The one asks those that answer to start anew; after the other the process above ends this one.
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    try:
        with closing(opened_parts(process="worker")) as parts:
            work(parts)
    except DocstoreError as error:
        log.error("work_not_begun", error=error.code)  # noqa: TRY400 - one line, no trace
        sys.exit(_SAID)
    except Exception:  # whatever it is, the log stays one object a line, and another one is tried
        log.exception("work_not_begun")
        sys.exit(_SAID)


def _close_doors() -> None:
    """Close the sockets by which the process above holds the port.

    One forked after they were opened would hold it while the others end, and the next start wait.
    """
    for file in list(Path("/proc/self/fd").iterdir()):
        with suppress(OSError):  # no socket
            each = socket.socket(fileno=int(file.name))
            if each.family in {socket.AF_INET, socket.AF_INET6}:
                each.close()
            else:
                each.detach()


def _log_refused_limits() -> None:
    """Tell at the start which limits on hostile files the system refuses (DESIGN promise 9)."""
    refused = refused_limits()
    if refused:
        log.warning("sandbox_limits_refused", limits=refused)


def work(parts: Parts) -> None:
    """Do the outbox's work until SIGTERM or SIGINT, at a lower priority than others."""
    set_up_logs(parts.settings.log_format, process="worker")
    with suppress(OSError):  # a system that forbids it loses nothing but the priority
        os.nice(_NICE)
    _log_refused_limits()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: stopping.set())
    with loading():
        parts.start_workers(max(1, parts.settings.workers))
    log.info("worker_started")
    while not stopping.wait(_LOOK):  # a signal that another thread was given wakes no wait
        pass
    log.info("worker_stopping")
