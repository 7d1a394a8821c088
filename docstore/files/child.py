"""The far side of `sandbox`: gives up its powers, then does one job or becomes one program.

Started as a script by a bare interpreter. Our own code is imported first; nothing hostile is
touched before the limits hold.
"""

import errno
import importlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any


def main() -> None:
    """Read one request from standard input and answer it on what was standard output."""
    request = json.load(sys.stdin.buffer)
    sys.path.extend(request["path"])
    confinement = importlib.import_module("docstore.files.confine")
    program = request.get("program")
    job = None if program else _find(request["job"])
    limits = request["limits"]
    in_force = confinement.confine(limits, **request["places"], program=bool(program))
    if job is None:
        os._exit(_run(program, confinement, request["parent"]))
    # A library that prints must not spoil the answer.
    channel = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    answer = _do(job, request["arguments"], in_force)
    if len(answer) > limits["answer_bytes"]:
        answer = _refusal("output", "the answer")
    with os.fdopen(channel, "wb") as output:
        output.write(answer)
    os._exit(0)  # a library's own goodbye is not waited for


def _run(program: list[str], confinement: Any, parent: int) -> int:
    """Run a program below us, so that somebody is there to end all of it; return its status."""
    confinement.end_with(parent)
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
    return "output" if isinstance(error, OSError) and error.errno == errno.EFBIG else "broken"


if __name__ == "__main__":
    main()
