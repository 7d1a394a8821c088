"""Whoever began with the first release loses nothing: by upgrading, and from an old backup."""

import json
from typing import Any

import pytest
from sqlalchemy import MetaData

from api.checking import check
from api.wiring import Parts
from docstore.backup.folder import BackupFolder
from docstore.backup.rows import lines, shapes
from docstore.backup.taking import Schema, take
from docstore.backup.watching import Unwatched
from docstore.database import Database
from docstore.language import Words
from docstore.migrations import current, head, migrate
from indexer.catching_up import rebuild
from tests.first_release import REVISION, first_record, named
from tests.integration.backup.conftest import SHAPES, Build
from tests.integration.backup.test_restoring import OTHER, restored_into

Rows = dict[str, list[dict[str, Any]]]


def _rows(database: Database, metadata: MetaData) -> Rows:
    """Return every row, with the columns of these tables."""
    with database.reading() as session:
        return {
            shape.name: [json.loads(line) for line in lines(session, shape)]
            for shape in shapes(metadata)
        }


def _lacks(before: Rows, after: Rows) -> list[str]:
    """Return what was and is not any more, by table."""
    return [
        f"{name}: {row}" for name, rows in before.items() for row in rows if row not in after[name]
    ]


def _is_in_order(parts: Parts) -> bool:
    rebuild(parts.reader)
    report = check(parts, Words("pl"))
    assert [line.text for line in report.lines if not line.is_good] == []
    return len(report.lines) >= 3


@pytest.mark.parametrize("shape", SHAPES)
def test_its_record_is_upgraded_and_nothing_is_lost(make: Build, shape: str) -> None:
    parts = make(shape)
    metadata = first_record(parts.database, parts.store)
    before = _rows(parts.database, metadata)
    assert min(len(rows) for rows in before.values()) >= 1
    migrate(parts.database)
    assert current(parts.database) == head() != REVISION
    assert _lacks(before, _rows(parts.database, metadata)) == []
    assert _is_in_order(parts)


@pytest.mark.server
@pytest.mark.parametrize("shape", ["embedded", "servers"])
def test_its_backup_is_restored_at_its_own_schema_and_upgraded(
    make: Build, folder: BackupFolder, shape: str
) -> None:
    old, there = make(shape), make(OTHER[shape])
    metadata = first_record(old.database, old.store)
    before = _rows(old.database, metadata)
    with folder.writing():
        taken = take(
            old.database,
            old.store,
            folder,
            clock=old.clock,
            watcher=Unwatched(),
            schema=Schema(REVISION, metadata, named),
        )
    assert taken.manifest.schema == REVISION
    assert taken.manifest.is_whole
    done = restored_into(there, folder, is_move=True)
    assert done.is_good, done
    assert current(there.database) == head()
    assert _lacks(before, _rows(there.database, metadata)) == []
    asleep = make("embedded")
    assert restored_into(asleep, folder).is_good
