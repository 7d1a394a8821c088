"""Limits on guessing hold when everybody guesses at once, on either dialect."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from docstore.database import Database
from docstore.errors import TooManyTries
from docstore.migrations import migrate
from docstore.models import Attempt
from docstore.services import tries
from docstore.services.tries import LIMITS, Try
from tests.factories import AT

AT_ONCE = 16


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Return an empty record on either dialect."""
    url = f"sqlite:///{tmp_path / 'record.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    made = Database(url)
    migrate(made)
    yield made
    made.dispose()


def test_of_many_at_once_no_more_pass_than_one_by_one(database: Database) -> None:
    start = threading.Barrier(AT_ONCE)

    def guess(_: int) -> bool:
        with database.reading() as session:
            session.query(Attempt).count()  # a connection is open before all begin
        start.wait(30)
        try:
            with database.transaction() as session:
                tries.take(session, [Try("link", "anna@rada.example")], at=AT)
        except TooManyTries:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        passed = list(pool.map(guess, range(AT_ONCE)))
    assert sum(passed) == LIMITS["link"]
