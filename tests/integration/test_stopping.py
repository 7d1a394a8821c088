"""Stopping and upgrading: what is in flight ends well; an old program leaves a new record be."""

import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.demo.seaweed import free_ports
from tests.integration.test_cli import SLUG, TECZKA, Shell

FORM = b"email=radna%40piechowice.example&password=za-zadne-skarby"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a shell over an installation with a council."""
    shell = Shell(tmp_path / "data")
    shell.done("body", "add", SLUG, "--name", "Rada Miejska w Piechowicach")
    return shell


@pytest.fixture
def served(shell: Shell) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Return a server and its port."""
    (port,) = free_ports(1)
    process = subprocess.Popen(
        [TECZKA, "serve"],
        env=shell.environment(TECZKA_PORT=str(port)),
        stderr=subprocess.DEVNULL,
    )
    yield process, port
    process.kill()
    process.wait(30)


def _is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def test_a_stop_closes_the_door_and_finishes_the_request_in_flight(
    served: tuple[subprocess.Popen[bytes], int],
) -> None:
    process, port = served
    while not _is_open(port):
        assert process.poll() is None
    with socket.create_connection(("127.0.0.1", port), timeout=60) as asking:
        head = (
            f"POST /{SLUG}/wejscie HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(FORM)}\r\nExpect: 100-continue\r\n\r\n"
        )
        asking.sendall(head.encode())
        assert asking.recv(100).startswith(b"HTTP/1.1 100")  # it is being answered now
        asking.sendall(FORM[:5])
        process.send_signal(signal.SIGTERM)
        while _is_open(port):
            assert process.poll() is None
        asking.sendall(FORM[5:])
        assert asking.recv(100).startswith(b"HTTP/1.1 403")  # without the form's proof
    assert process.wait(60) == 0


def test_a_stop_while_it_starts_kills_nobody(shell: Shell) -> None:
    """Asked at the first moment, when no process is loaded; a kill would be said in the log."""
    for _ in range(3):
        (port,) = free_ports(1)
        environment = shell.environment(TECZKA_PORT=str(port))
        with subprocess.Popen(
            [TECZKA, "serve"], env=environment, stderr=subprocess.PIPE
        ) as process:
            assert process.stderr is not None
            told = next(line for line in process.stderr if b"serving" in line)
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=100)
        assert (b"illing" in said, b"killed" in said) == (False, False), (told + said).decode()
        assert process.returncode == 0


_FORKS = """
import multiprocessing, signal, time
from api.processes import forks_end_when_asked
signal.signal(signal.SIGTERM, lambda *_: None)
forks_end_when_asked()
for _ in range(20):
    process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,))
    process.start()
    process.terminate()
    process.join(60)
    print(process.exitcode)
    process.kill()
"""


def test_a_fork_that_is_asked_to_end_at_once_does() -> None:
    """The handler that it is born with is another process's."""
    told = subprocess.run([sys.executable, "-c", _FORKS], capture_output=True, check=True)
    assert told.stdout.split() == [b"-15"] * 20


def test_an_older_program_refuses_a_newer_record_in_words(shell: Shell) -> None:
    with sqlite3.connect(shell.data / "record.sqlite3") as record:
        record.execute("UPDATE alembic_version SET version_num = '9999'")
    for command in (("serve",), ("worker",), ("check",), ("migrate",)):
        said = shell.refused(*command)
        assert "nowszego wydania Teczki (schemat 9999)" in said
    with sqlite3.connect(shell.data / "record.sqlite3") as record:
        assert record.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
