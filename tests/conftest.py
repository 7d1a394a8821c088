"""What every test starts from: a clean environment and the places of real files."""

import os
from pathlib import Path
from typing import NoReturn

import pytest

pytest_plugins = ("tests.servers",)

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the interface be asked for longer than CI has time for."""
    parser.addoption("--scenarios", type=int, default=40, help="chains of requests by the office")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a developer's own settings away from every test."""
    for name in list(os.environ):
        if name.startswith("TECZKA_") and name != "TECZKA_REQUIRE_SERVERS":
            monkeypatch.delenv(name)


def missing(what: str) -> NoReturn:
    """Skip for want of `what`, or fail where everything must be there (CI)."""
    if os.environ.get("TECZKA_REQUIRE_SERVERS") == "1":
        pytest.fail(f"{what} is missing and TECZKA_REQUIRE_SERVERS=1 asks for it")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real files that nobody here wrote."""
    if not SHARED_DATA.is_dir():
        missing("the collection of real files (../shared/data)")
    return SHARED_DATA
