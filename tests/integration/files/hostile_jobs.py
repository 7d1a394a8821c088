"""Jobs that do what a hostile file would make a reader do; run only in the sandbox."""

import ctypes
import os
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from docstore.files.errors import FileRefused

_MIB = 1024 * 1024
_made_before: list[int] = []


def warm_up() -> None:
    _made_before.append(os.getpid())


def tell_what_was_made_before() -> list[int]:
    return [os.getppid(), *_made_before]


def loop() -> NoReturn:
    while True:
        pass


def sleep() -> None:
    time.sleep(600)


def take_memory() -> int:
    return len(bytearray(3 * 1024 * _MIB))


def open_socket() -> None:
    socket.create_connection(("127.0.0.1", 9))


def start_program() -> None:
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def fork() -> int:
    return os.fork()


def answer_at_length() -> str:
    return "x" * 64 * _MIB


def print_a_gigabyte() -> str:
    for _ in range(1024):
        os.write(1, b"x" * _MIB)
    return "done"


def flood_the_answer() -> NoReturn:
    channels = [number for number in range(3, 16) if _is_pipe(number)]
    while True:
        for channel in channels:
            os.write(channel, b"x" * _MIB)


def _is_pipe(number: int) -> bool:
    try:
        return os.fstat(number).st_mode & 0o170000 == 0o010000
    except OSError:
        return False


def answer_nonsense() -> None:
    channels = [number for number in range(3, 16) if _is_pipe(number)]
    os.write(channels[0], b"no JSON")
    os._exit(0)


def crash() -> None:
    ctypes.string_at(0)


def close_everything_and_stay() -> None:
    os.closerange(0, 16)
    time.sleep(600)


def write(path: str, octets: int) -> None:
    Path(path).write_bytes(b"x" * octets)


def read(path: str) -> str:
    return Path(path).read_text()


def look_around() -> dict[str, Any]:
    return {"environment": dict(os.environ), "descriptors": _descriptors()}


def _descriptors() -> list[int]:
    found = []
    for number in range(64):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return found


def refuse() -> None:
    raise FileRefused("unsupported", "as asked")


def fail() -> None:
    raise ZeroDivisionError("by a hostile zero")


def echo(value: Any) -> Any:
    return value


def connect_natively(port: int) -> int:
    """Connect to a port of this machine without Python's knowledge, as a bad library would."""
    libc = ctypes.CDLL(None, use_errno=True)
    address = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(port), bytes([127, 0, 0, 1]))
    line = libc.socket(int(socket.AF_INET), int(socket.SOCK_STREAM), 0)
    failed = libc.connect(line, address, len(address)) != 0
    return ctypes.get_errno() if failed else 0


MARKS: list[str] = []


def leave_a_mark(mark: str) -> list[str]:
    """Leave something for the next job, and tell what the last one left."""
    left = list(MARKS)
    MARKS.append(mark)
    return left


def tell_process() -> tuple[int, int, int]:
    return os.getpid(), os.getppid(), os.getpgid(0)
