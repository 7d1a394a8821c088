"""A log that a program reads: every line of a running installation is one JSON object."""

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.demo.seaweed import free_ports
from api.requests import HEADER
from tests.integration.test_cli import SLUG, Shell

SECRET = "sekretny-token-4711"
NUMBER = r"[0-9a-z]{5}-[0-9a-z]{5}"


@dataclass
class Running:
    """A `teczka` that runs, and what it has written so far."""

    process: subprocess.Popen[str]
    url: str = ""
    lines: list[str] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)
    listener: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        """Collect its lines until it ends."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self.arrived:
                self.lines.append(line)
                self.arrived.notify_all()

    def said(self, event: str) -> dict[str, Any]:
        """Wait for an event and return it."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: self._find(event), timeout=60), self.lines
            return self._find(event)[-1]

    def _find(self, event: str) -> list[dict[str, Any]]:
        return [each for each in map(json.loads, self.lines) if each["event"] == event]

    def ask(self, path: str, **headers: str) -> tuple[int, str, str]:
        """Return status, number and text of an answer."""
        # The server opens its door last, after it said that it serves.
        with httpx2.Client(transport=httpx2.HTTPTransport(retries=8), timeout=60) as client:
            answer = client.get(self.url + path, headers=headers)
        return answer.status_code, answer.headers[HEADER], answer.text

    def stop(self) -> None:
        """End it as systemd does, and read its last lines."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0
        self.listener.join(30)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            assert stream.read() == ""
            stream.close()


def _start(shell: Shell, *words: str, **settings: str) -> Running:
    environment = shell.environment(TECZKA_LOG_FORMAT="json", PYTHONWARNINGS="always", **settings)
    process = subprocess.Popen(
        [Path(sys.executable).with_name("teczka"), *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Running(process)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return a server over a council, its log as JSON, behind a proxy on this machine."""
    shell = Shell(tmp_path_factory.mktemp("json") / "data")
    shell.done("body", "add", SLUG, "--name", "Rada Miejska w Piechowicach")
    (port,) = free_ports(1)
    running = _start(shell, "serve", TECZKA_PORT=str(port), TECZKA_TRUSTED_PROXIES="127.0.0.1")
    running.url = f"http://127.0.0.1:{port}"
    running.said("serving")
    yield running
    if running.process.poll() is None:
        running.stop()


def test_every_line_is_one_object_and_none_holds_a_secret(served: Running) -> None:
    status, number, text = served.ask(f"/api/v1/bodies/{SLUG}/acts/nie-ma?q={SECRET}")
    assert status == 404
    assert json.loads(text)["request_id"] == number
    served.ask(f"/{SLUG}/wejscie/link/{SECRET}")
    served.ask(f"/{SLUG}/szukaj?q={SECRET}", Cookie=f"a={SECRET}", Authorization=f"Bearer {SECRET}")
    served.ask(f"/{SECRET}")
    served.ask("/healthz")
    status, given, _ = served.ask(f"/{SLUG}", **{HEADER: "od-posrednika-0001"})
    assert (status, given) == (200, "od-posrednika-0001")
    _, own, _ = served.ask(f"/{SLUG}", **{HEADER: "krotki"})
    assert re.fullmatch(NUMBER, own)
    served.stop()

    entries = [json.loads(line) for line in served.lines]
    assert all({"time", "level", "event", "process", "pid"} <= each.keys() for each in entries)
    assert SECRET not in "".join(served.lines)
    requests = [each for each in entries if each["event"] == "request"]
    assert [(each["route"], each["status"]) for each in requests] == [
        ("/api/v1/bodies/{slug}/acts/{act_id}", 404),
        ("/{slug}/wejscie/link/{token}", 404),
        ("/{slug}/szukaj", 200),
        ("/{slug}", 404),
        ("/{slug}", 200),
        ("/{slug}", 200),
    ]
    assert requests[0]["request_id"] == number
    assert requests[4]["request_id"] == given
    assert all(each["bytes"] > 0 and each["ms"] > 0 for each in requests)
    assert {each["process"] for each in requests} == {"serve"}
    assert {each["process"] for each in entries} == {"serve", "worker"}


def test_a_worker_writes_so_too_and_stops_when_asked(tmp_path: Path) -> None:
    running = _start(Shell(tmp_path / "data"), "worker")
    assert running.said("worker_started")["process"] == "worker"
    running.stop()
    assert running.said("worker_stopping")["level"] == "info"


_BREAKS = """
import logging, threading, warnings
from api.logs import set_up_logs
set_up_logs("json", process="proba")
warnings.warn("stare", stacklevel=1)
logging.getLogger("biblioteka").error("zepsute %s", "zdanie")
token = "{secret}"
def work():
    raise RuntimeError("w wątku")
thread = threading.Thread(target=work, name="watek")
thread.start()
thread.join()
raise ValueError("w głównym")
"""


def test_warnings_libraries_and_what_nothing_caught_are_objects_too() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _BREAKS.format(secret=SECRET)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 1
    warned, library, thread, main = map(json.loads, ran.stderr.splitlines())
    assert "stare" in warned["event"]
    assert (warned["logger"], warned["level"]) == ("py.warnings", "warning")
    assert (library["event"], library["logger"]) == ("zepsute zdanie", "biblioteka")
    assert (thread["event"], thread["thread"]) == ("uncaught", "watek")
    assert "RuntimeError: w wątku" in thread["exception"]
    assert "ValueError: w głównym" in main["exception"]
    assert SECRET not in ran.stderr
