"""The installed Chromium, and a demo that it walks through."""

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from api.demo.seaweed import SeaweedMissing, find_weed, free_ports
from tests.browser.walking import AXE, PATIENCE
from tests.conftest import missing

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_READY = ("Gotowe po", "Ready after")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return the installed Chromium."""
    program = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if program is None:
        missing("Chromium")
    if not AXE.exists():
        missing("axe-core (make setup fetches it)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a demo that was just made, as `make demo` makes it."""
    try:
        find_weed()
    except SeaweedMissing as error:
        missing(str(error))
    folder, (port,) = tmp_path_factory.mktemp("demo"), free_ports(1)
    log = folder.with_suffix(".log")
    with (
        log.open("w") as told,
        subprocess.Popen(
            [Path(sysconfig.get_path("scripts")) / "teczka", "demo", "--port", str(port)],
            env=os.environ | {"TECZKA_DEMO_DIR": str(folder)},
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        ) as process,
    ):
        assert process.stderr is not None
        for line in process.stderr:
            told.write(line)
            if line.startswith(_READY):
                break
        else:
            told.flush()
            pytest.fail(f"the demo did not start:\n{log.read_text()}")
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        told.writelines(process.stderr)
    assert process.returncode == 0, log.read_text()
