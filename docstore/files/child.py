"""The far side of `sandbox`: gives up its powers, then does one job or becomes one program.

Started as a script by a bare interpreter, for one program, or to stay ready and to fork for each
job. Our own code is imported first; nothing hostile is touched before the limits hold.
"""

import errno
import gc
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

# A ready process that nobody asked for so long gives its memory back, in seconds.
_REST_AFTER = 120.0


def main() -> None:
    """Become a program, as standard input asks, or stay ready for jobs."""
    if sys.argv[1:2] == ["ready"]:
        sys.path.extend(json.loads(sys.argv[2]))
        _stay_ready(socket.socket(fileno=0))
        return
    request = json.load(sys.stdin.buffer)
    sys.path.extend(request["path"])
    _confine(request, program=True)
    os._exit(_run(request["program"], request["parent"]))


def _confine(request: Mapping[str, Any], *, program: bool) -> dict[str, bool]:
    confinement = importlib.import_module("docstore.files.confine")
    limits: dict[str, bool] = confinement.confine(
        request["limits"], **request["places"], program=program
    )
    return limits


# --- ready --------------------------------------------------------------------------------------


def _stay_ready(line: socket.socket) -> None:
    """Fork for each job, tell how forks ended and end them, until the other side is gone.

    A fork is not reaped before it is ended, so that its number means nobody else meanwhile.
    """
    importlib.import_module("docstore.files.confine")
    forks: set[int] = set()
    line.settimeout(_REST_AFTER)
    while order := _next_order(line, is_idle=not forks):
        message, files = order
        answer: int | None = None
        if "job" in message:
            source, channel = files
            answer = _fork(message["job"], source, channel, line)
            forks.add(answer)
        elif "look" in message:
            answer = _look(message["look"])
        else:
            _end(message["end"])
            forks.discard(message["end"])
        line.send(json.dumps(answer).encode())
    for pid in forks:
        _end(pid)


def _next_order(line: socket.socket, *, is_idle: bool) -> tuple[dict[str, Any], list[int]] | None:
    while True:
        try:
            message, files, _, _ = socket.recv_fds(line, 64 * 1024, 2)
        except TimeoutError:
            if is_idle:
                return None
            continue
        return (json.loads(message), files) if message else None


def _fork(job: str, source: int, answer: int, line: socket.socket) -> int:
    module = job.partition(":")[0]
    if module not in sys.modules:
        with suppress(Exception):  # the fork will say what is wrong with it
            getattr(importlib.import_module(module), "warm_up", int)()
        gc.collect()
        gc.freeze()  # what is loaded stays shared by all forks
    pid = os.fork()
    if pid == 0:
        os.setsid()
        line.close()
        os.open(os.devnull, os.O_RDONLY)  # takes the line's place as standard input
        _do_one(source, answer)
    os.close(source)
    os.close(answer)
    return pid


def _look(pid: int) -> int | None:
    """Return how a fork ended, as a shell's negative signal or status, and leave it unreaped."""
    ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if ended is None:
        return None
    return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status


def _end(pid: int) -> None:
    for kill in (os.killpg, os.kill):  # one that has not begun yet has no group of its own
        with suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


# --- one job ------------------------------------------------------------------------------------


def _do_one(source: int, answer: int) -> None:
    """Do what the request in `source` asks, write the answer, and end."""
    with os.fdopen(source, "rb") as asked:
        request = json.load(asked)
    limits = request["limits"]
    try:
        job = _find(request["job"])
        in_force = _confine(request, program=False)
        said = _do(job, request["arguments"], in_force)
    except BaseException as error:  # noqa: BLE001 - a fork ends here whatever happens
        said = _refusal("broken", f"{type(error).__name__}: {error}")
    if len(said) > limits["answer_bytes"]:
        said = _refusal("output", "the answer")
    with suppress(OSError), os.fdopen(answer, "wb") as output:
        output.write(said)
    os._exit(0)  # a library's own goodbye is not waited for


def _run(program: list[str], parent: int) -> int:
    """Run a program below us, so that somebody is there to end all of it; return its status."""
    importlib.import_module("docstore.files.confine").end_with(parent)
    number = os.fork()
    if number == 0:
        os.execv(program[0], program)  # noqa: S606 - an argument list, no shell
    _, status = os.waitpid(number, 0)
    return int(status != 0)


def _find(job: str) -> Callable[..., Any]:
    module, _, function = job.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def _do(job: Callable[..., Any], arguments: Mapping[str, Any], limits: Mapping[str, bool]) -> bytes:
    """Do the job; whatever a hostile file makes a library raise becomes a word."""
    try:
        return json.dumps({"result": job(**arguments), "limits": limits}).encode()
    except MemoryError:
        return _refusal("memory", "")
    except Exception as error:  # noqa: BLE001 - a hostile file can make a parser raise anything
        return _refusal(_code(error), f"{type(error).__name__}: {error}")


def _refusal(code: str, detail: str) -> bytes:
    return json.dumps({"refused": code, "detail": detail[:1000]}).encode()


def _code(error: Exception) -> str:
    match type(error).__name__:  # by name, so that a job which knows neither need not import them
        case "FileRefused":
            return str(getattr(error, "code", "broken"))
        case "Forbidden":
            return "forbidden"
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "full"
    return "output" if isinstance(error, OSError) and error.errno == errno.EFBIG else "broken"


if __name__ == "__main__":
    main()
