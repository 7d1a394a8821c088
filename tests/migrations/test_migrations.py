"""The schema's migrations and the models say the same, on both dialects."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from docstore.database import Database
from docstore.migrations import current, head, migrate
from docstore.models import Base, Meeting, Packet
from tests.factories import AT, make_body, make_meeting


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Return a record without a schema."""
    url = (
        f"sqlite:///{tmp_path / 'record.sqlite3'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    database = Database(url)
    yield database
    database.dispose()


def test_migrated_schema_is_what_the_models_say(empty: Database) -> None:
    migrate(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_up_down_up_leaves_the_newest_schema(empty: Database) -> None:
    migrate(empty)
    migrate(empty, "base")
    assert set(inspect(empty.engine).get_table_names()) <= {"alembic_version"}
    migrate(empty)
    assert current(empty) == head()


def test_a_record_with_rows_goes_a_step_down_and_up(empty: Database) -> None:
    """A table that others point to keeps its rows, where an empty one would prove nothing."""
    migrate(empty)
    with empty.transaction() as session:
        body = make_body(session=session)
        meeting = make_meeting(session=session, body=body, items=["Otwarcie sesji"])
        manifest = json.dumps({"meeting": {"starts_at": "2026-11-26T10:00:00+01:00"}})
        told = {"number": 1, "manifest": manifest, "manifest_sha256": "0" * 64}
        moments = {"starts_at": AT, "published_at": AT}
        packet = Packet(body_id=body.id, meeting_id=meeting.id, **told, **moments)
        session.add(packet)
    migrate(empty, "0002")
    migrate(empty)
    with empty.reading() as session:
        said = datetime(2026, 11, 26, 9, tzinfo=UTC)
        assert session.get_one(Packet, packet.id).starts_at == said, "as its manifest says"
        assert session.get_one(Meeting, meeting.id).cancelled_reason == ""


def test_migrating_twice_changes_nothing(empty: Database) -> None:
    migrate(empty)
    tables = inspect(empty.engine).get_table_names()
    migrate(empty)
    assert inspect(empty.engine).get_table_names() == tables
