"""What is still in use when an installation ends."""

import sqlite3

import pytest
from sqlalchemy import text

from tests.integration.conftest import House


def test_a_connection_that_comes_back_after_the_end_is_closed(house: House) -> None:
    with house.database.reading() as session:
        session.execute(text("SELECT 1"))
        raw = session.connection().connection.driver_connection
        house.database.dispose()
    if isinstance(raw, sqlite3.Connection):
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            raw.execute("SELECT 1")
    else:
        assert raw is not None
        assert raw.closed


def test_who_asks_after_the_end_is_answered(house: House) -> None:
    """Closing for a copy of the files, and going on, is what a restore and its tests do."""
    house.database.dispose()
    for _ in range(2):  # the second would meet what the first gave back
        with house.database.reading() as session:
            assert session.scalar(text("SELECT 1")) == 1
