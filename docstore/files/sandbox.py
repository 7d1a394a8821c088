"""Runs one job or program on hostile bytes, in a process of its own that can do little else."""

import errno
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, cast

from docstore.files import ready
from docstore.files.errors import FileRefused

_HOUSE = Path(__file__).resolve().parents[2]
_MIB = 1024 * 1024
# How long a process that has closed its answer may take to say how it ended.
_LAST_WORDS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use up; `pages` is kept by the readers, all else by the system.

    `cpu_seconds` is what a file may cost. `seconds`, on the clock, ends what waits for nothing: it
    is many times as long, because the work gives way to people and may get a tenth of a processor.
    """

    seconds: float = 120.0
    cpu_seconds: int = 20
    memory_bytes: int = 1024 * _MIB
    file_bytes: int = 64 * _MIB  # the largest file it may write
    answer_bytes: int = 32 * _MIB
    pages: int = 3000


DEFAULT = Limits()


def run(
    job: str, arguments: Mapping[str, object], *,
    limits: Limits = DEFAULT, reads: Sequence[Path] = (), writes: Sequence[Path] = (),
) -> Any:  # fmt: skip
    """Return what the function named by `job` ("package.module:function") answers, as JSON can say.

    Beside its own code it may read the files and folders in `reads`, and make files in the folders
    in `writes`. Raises `FileRefused` where the job refuses, breaks, or goes over a limit; nothing
    of it is left running then. `OSError` where the disk is full, which says nothing of the file.
    """
    places = _places(reads, writes)
    places["reads"] += code_places()
    request = {"job": job, "arguments": arguments, "places": places}
    return _answer(request, limits)["result"]


def run_program(
    command: Sequence[str], *,
    folder: Path, limits: Limits, reads: Sequence[Path] = (), sockets: Sequence[Path] = (),
) -> None:  # fmt: skip
    """Run a program that may start processes of its own, all in one group that ends with it.

    `folder` is its working and home folder, the only one where it may write; in `sockets` it may
    make nothing but sockets. Raises `FileRefused`: "timeout" or "broken".
    """
    places = _places([*reads, folder], [folder], sockets)
    request = {
        "program": list(command), "parent": os.getpid(), "path": [str(_HOUSE)], "places": places
    }  # fmt: skip
    with _started(request, limits, folder) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        _collect(process.stdout.fileno(), limits)
        status = _ending(process)
    if status != 0:
        raise FileRefused("broken", f"{command[0]} ended with {status}")


def limits_in_force() -> dict[str, bool]:
    """Tell which limits this system takes, for the log at start and the status page."""
    probe = {"job": "builtins:dict", "arguments": {}, "places": _places()}
    return cast("dict[str, bool]", _answer(probe, DEFAULT)["limits"])


@contextmanager
def _started(
    request: Mapping[str, object], limits: Limits, folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Lend a confined program that, with its whole group, does not outlive the block."""
    with _written(request, limits) as source:
        process = ready.spawn(source.fileno(), subprocess.PIPE, folder)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


def _search_path() -> list[str]:
    """Return where the far side finds this package and its libraries."""
    return [str(_HOUSE), *(entry for entry in sys.path if Path(entry).is_absolute())]


@cache
def code_places() -> list[str]:
    """Return what the far side may read because it is code: Python, its libraries, this room."""
    here = str(Path(__file__).parent)
    places = [sys.base_prefix, sys.prefix, here, *_search_path()[1:]]
    return [str(Path(place).resolve()) for place in places]


def _places(
    reads: Sequence[Path] = (), writes: Sequence[Path] = (), sockets: Sequence[Path] = ()
) -> dict[str, list[str]]:
    named = {"reads": reads, "writes": writes, "sockets": sockets}
    return {name: [str(path.resolve()) for path in paths] for name, paths in named.items()}


def _answer(request: Mapping[str, object], limits: Limits) -> dict[str, Any]:
    with (
        _written(request, limits) as source,
        ready.forked(str(request["job"]), source, _search_path()) as fork,
    ):
        text = _collect(fork.channel, limits)
        if not text:
            raise _cause_of_death(fork.ending())
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise FileRefused("broken", "no answer that can be read") from error
    if not isinstance(answer, dict) or "refused" in answer:
        refusal = answer if isinstance(answer, dict) else {}
        if refusal.get("refused") == "full":
            raise OSError(errno.ENOSPC, "no room to work in")
        raise FileRefused(refusal.get("refused", "broken"), str(refusal.get("detail", "")))
    return answer


@contextmanager
def _written(request: Mapping[str, object], limits: Limits) -> Iterator[IO[bytes]]:
    """Lend a file that holds the request, ready to be read.

    It lies in memory alone: a request may hold the password of a file.
    """
    with os.fdopen(os.memfd_create("request"), "w+b") as source:
        source.write(json.dumps({**request, "limits": asdict(limits)}).encode())
        source.seek(0)
        yield source


def _collect(channel: int, limits: Limits) -> bytes:
    """Read the answer until the process closes it, within time and size."""
    deadline = time.monotonic() + limits.seconds
    chunks: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        room = limits.answer_bytes
        while selector.select(max(0.0, deadline - time.monotonic())):
            chunk = os.read(channel, _MIB)
            if not chunk:
                return b"".join(chunks)
            chunks.append(chunk)
            room -= len(chunk)
            if room < 0:
                raise FileRefused("output", "the answer goes on after the limit")
    raise FileRefused("timeout", f"no answer in {limits.seconds} s")


def _cause_of_death(status: int | None) -> FileRefused:
    if status in {-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL}:
        return FileRefused("timeout", f"ended by signal {-status}")
    return FileRefused("broken", f"ended with {status}")


def _ending(process: subprocess.Popen[bytes]) -> int | None:
    """Return how a program that closed its answer ended, or None where it goes on."""
    try:
        return process.wait(timeout=_LAST_WORDS_SECONDS)
    except subprocess.TimeoutExpired:
        return None
