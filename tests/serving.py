"""A real `teczka serve` on what a test prepared: a process that it may do anything to."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from api.demo.seaweed import free_ports
from api.security.cookies import sign_in_cookie
from docstore.models import Person
from tests.integration.pages.conftest import Site

_PATIENCE = 180  # seconds for a server to start, or for work to be done, on a busy machine


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def browser(self, person: Person | None = None, *, token: str = "") -> httpx2.Client:
        """Return a browser, signed in as somebody if asked."""
        cookies = {sign_in_cookie(person.body_id): token} if person else {}
        return httpx2.Client(base_url=self.url, cookies=cookies, timeout=_PATIENCE)

    def codes(self) -> dict[str, str]:
        """Return each part's code, as `/readyz` tells it."""
        told = httpx2.get(f"{self.url}/readyz", timeout=10).json()["parts"]
        return {name: part["code"] for name, part in told.items()}

    def until(self, fact: str, come: Callable[[], object]) -> None:
        """Wait until a fact has come; a poll, because the server tells nobody when."""
        deadline = time.monotonic() + _PATIENCE
        while not come():
            if time.monotonic() > deadline:
                pytest.fail(f"not in {_PATIENCE} s: {fact}\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)


@contextmanager
def served(site: Site, **changed: object) -> Iterator[Served]:
    """Serve the installation that a test prepared in this process; settings may be `changed`."""
    (port,) = free_ports(1)
    settings = site.parts.settings.model_dump(exclude_none=True, exclude={"workers"})
    chosen = {**settings, "workers": 1, **changed, "port": port, "log_format": "json"}
    log = site.parts.settings.data_dir.with_suffix(".log")
    environment = {f"TECZKA_{name.upper()}": _plain(value) for name, value in chosen.items()}
    with (
        log.open("wb") as told,
        subprocess.Popen(
            [Path(sys.executable).with_name("teczka"), "serve"],
            env=os.environ | environment,
            stdout=told,
            stderr=told,
        ) as process,
    ):
        running = Served(process, f"http://127.0.0.1:{port}", log)
        try:
            running.until("the server answers", lambda: _answers(running.url))
            yield running
        finally:
            process.terminate()


def _plain(value: object) -> str:
    return str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)


def _answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/healthz", timeout=5).is_success
    except httpx2.TransportError:
        return False
