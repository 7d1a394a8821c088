"""The installed WebKit, led by its own driver (W3C WebDriver) on a screen that nobody sees."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from api.demo.seaweed import free_ports
from tests.conftest import missing

_PATIENCE = 60  # seconds; a loaded machine is slow


class WebKit:
    """One window of the browser."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client
        limits = {"script": _PATIENCE * 1000, "pageLoad": _PATIENCE * 1000}
        wanted = {"alwaysMatch": {"timeouts": limits}}
        self._session = self._ask("POST", "/session", capabilities=wanted)["sessionId"]

    def _ask(self, method: str, path: str, **said: Any) -> Any:
        answer = self._client.request(method, path, json=said if method == "POST" else None)
        answer.raise_for_status()
        return answer.json()["value"]

    def open(self, address: str) -> None:
        """Open a page and wait for it."""
        self._ask("POST", f"/session/{self._session}/url", url=address)

    def run(self, script: str) -> Any:
        """Return what the body of a script returns there; a promise is waited for."""
        path = f"/session/{self._session}/execute/sync"
        return self._ask("POST", path, script=script, args=[])

    def enter_frame(self) -> None:
        """Go into the page's first frame."""
        self._ask("POST", f"/session/{self._session}/frame", id=0)

    def close(self) -> None:
        """Close the window."""
        self._ask("DELETE", f"/session/{self._session}")


@contextmanager
def _screen() -> Iterator[str]:
    """Give the name of a screen in memory."""
    reading, writing = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(writing)
        try:
            with os.fdopen(reading) as told:
                yield f":{told.readline().strip()}"
        finally:
            process.terminate()


@contextmanager
def webkit(home: Path) -> Iterator[WebKit]:
    """Open the installed WebKit with a home of its own."""
    for program, package in (("WebKitWebDriver", "webkit2gtk-driver"), ("Xvfb", "xvfb")):
        if shutil.which(program) is None:
            missing(f"{program} ({package})")
    (port,) = free_ports(1)
    with _screen() as screen:
        its = {"DISPLAY": screen, "HOME": str(home), "NO_AT_BRIDGE": "1"}
        driver = ["WebKitWebDriver", f"--port={port}"]
        with subprocess.Popen(driver, env=os.environ | its, stderr=subprocess.DEVNULL) as process:
            # The driver listens a moment after it began; connecting is tried until then.
            transport = httpx2.HTTPTransport(retries=8)
            base, patience = f"http://127.0.0.1:{port}", _PATIENCE + 10
            try:
                with httpx2.Client(base_url=base, transport=transport, timeout=patience) as client:
                    window = WebKit(client)
                    yield window
                    window.close()
            finally:
                process.terminate()
