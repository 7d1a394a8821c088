"""Keeps one process ready that has our readers loaded; each job gets a fork of it, and no other."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

_CHILD = Path(__file__).with_name("child.py")
_MOST_ORDER = 64 * 1024
# How long a process that has closed its answer may take to say how it ended, and between two looks.
_LAST_WORDS_SECONDS, _BETWEEN_LOOKS = 1.0, 0.005


def spawn(
    source: int, answer: int, folder: Path | None, *arguments: str
) -> subprocess.Popen[bytes]:
    """Start the far side: isolated, without site packages, environment, or open files of ours."""
    home = str(folder or Path("/"))
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-X", "utf8", str(_CHILD), *arguments],
        stdin=source,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env={"LANG": "C.UTF-8", "PATH": os.defpath, "HOME": home, "TMPDIR": home},
        cwd=folder,
        start_new_session=True,
    )


class Fork:
    """A process that does one job and answers on `channel`."""

    def __init__(self, pid: int, channel: int, ready: "ReadyProcess") -> None:
        self.pid = pid
        self.channel = channel
        self._ready = ready

    def ending(self) -> int | None:
        """Return how it ended, soon after it closed its answer, or None where it goes on."""
        deadline = time.monotonic() + _LAST_WORDS_SECONDS
        while True:
            status = self._ready.ask({"look": self.pid})
            if status is not None or time.monotonic() > deadline:
                return cast("int | None", status)
            time.sleep(_BETWEEN_LOOKS)


class _Gone(Exception):
    """The ready process is not there any more: it rested, or something ended it."""


class ReadyProcess:
    """The near side of one ready process; many threads may use it.

    It imports what a job names, which is our own code, and touches no hostile byte: those are read
    in its forks alone, each confined for good and gone after its job.
    """

    def __init__(self, path: Sequence[str]) -> None:
        self.owner = os.getpid()
        self._turn = threading.Lock()
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = spawn(
                theirs.fileno(), subprocess.DEVNULL, None, "ready", json.dumps(path)
            )

    def ask(self, order: Mapping[str, object], files: Sequence[int] = ()) -> Any:
        """Send an order, with open files, and return the answer; raises `_Gone`."""
        with self._turn:
            try:
                socket.send_fds(self._line, [json.dumps(order).encode()], files)
                answer = self._line.recv(_MOST_ORDER)
            except OSError as error:
                raise _Gone from error
        if not answer:
            raise _Gone
        return json.loads(answer)

    def close(self) -> None:
        """End it, with every fork that is left; it does so by itself when we are gone."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)  # also for a thread that waits for an answer
        self._line.close()
        if os.getpid() == self.owner:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class _Keeper:
    """Holds this process's one ready process, and starts another where it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ready: ReadyProcess | None = None
        atexit.register(self.let_go)

    def get(self, path: Sequence[str]) -> ReadyProcess:
        with self._lock:
            if self._ready is None or self._ready.owner != os.getpid():
                self._ready = ReadyProcess(path)
            return self._ready

    def let_go(self, gone: ReadyProcess | None = None) -> None:
        with self._lock:
            if self._ready is not None and gone in {None, self._ready}:
                self._ready.close()
                self._ready = None


_keeper = _Keeper()


@contextmanager
def forked(job: str, source: IO[bytes], path: Sequence[str]) -> Iterator[Fork]:
    """Lend a process that does `job` as `source` asks; with its whole group it ends with the block.

    Not even its number is free before that, so that nobody else's process is ended by mistake.
    """
    fork = _fork(job, source, path)
    try:
        yield fork
    finally:
        os.close(fork.channel)
        with suppress(_Gone):
            fork._ready.ask({"end": fork.pid})  # noqa: SLF001 - of this very module


def _fork(job: str, source: IO[bytes], path: Sequence[str]) -> Fork:
    """Have a fork made; a ready process that is gone is replaced once."""
    channel, answer = os.pipe()
    try:
        for _ in range(2):
            ready = _keeper.get(path)
            try:
                pid = ready.ask({"job": job}, [source.fileno(), answer])
            except _Gone:
                _keeper.let_go(ready)
            else:
                return Fork(pid, channel, ready)
    finally:
        os.close(answer)
    os.close(channel)
    raise ChildProcessError("no process could be started to read files in")
