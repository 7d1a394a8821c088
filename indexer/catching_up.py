"""Brings the index up to the record: what changed, or everything anew."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial

import structlog
from sqlalchemy import bindparam, select, update

from docstore.crashing import Point, reach
from docstore.models import Version
from docstore.models.base import table_of
from docstore.outbox import NotYet
from docstore.services.indexing import HELD_BACK
from docstore.services.openness import is_destroyed
from indexer.documents import IndexDocument
from indexer.errors import IndexDamaged, SearchUnavailable
from indexer.reader import Reader
from indexer.record import index_documents

log = structlog.get_logger("teczka.indexer")

# One that has changed meanwhile is given again.
_GIVEN = (
    update(table_of(Version))
    .where(table_of(Version).c.id == bindparam("version"))
    .where(table_of(Version).c.revision == bindparam("held"))
    .values(indexed=bindparam("held"))
)

# Versions indexed in one batch; one commit of the index costs about 10 ms whatever its size.
_BATCH = 200


def catch_up(reader: Reader) -> int:
    """Give the index every version whose row is newer than what it holds; return how many.

    One that changes meanwhile is given again, and counted once.
    """
    done: set[str] = set()
    while True:
        with reader.database.reading() as session:
            revisions = {
                row.id: row.revision
                for row in session.execute(
                    select(Version.id, Version.revision)
                    .where(Version.revision > Version.indexed)
                    .limit(_BATCH)
                )
            }
            documents = list(index_documents(session, revisions))
        if not revisions:
            return len(done)
        given = {document.id for document in documents}
        with reader.engine.batch(gone=partial(_destroyed, reader)) as batch:
            for document in documents:
                batch.put(document)
            for destroyed in revisions.keys() - given:
                batch.remove(destroyed)
        reader.engine.refresh()
        reach(Point.INDEXED)
        with reader.database.transaction() as session:
            given_rows = [{"version": v, "held": r} for v, r in revisions.items()]
            session.execute(_GIVEN, given_rows)
        done |= revisions.keys()


def _destroyed(reader: Reader, given: Collection[str]) -> Collection[str]:
    """Return what was destroyed between being read and being given to the index.

    A destruction builds the index anew. Who waited for that to end must not bring the words back.
    """
    with reader.database.reading() as session:
        return session.scalars(
            select(Version.id).where(Version.id.in_(given), is_destroyed())
        ).all()


def catch_up_or_wait(reader: Reader) -> int:
    """Bring the index up to date, mending a broken one, and return how many versions it was given.

    Raises `NotYet` while another writer holds it.
    """
    try:
        if reader.engine.needs_rebuild():
            return rebuild(reader)
        return catch_up(reader)
    except IndexDamaged:
        log.warning("index_damaged_rebuilding")
        return rebuild(reader)
    except SearchUnavailable as error:
        raise NotYet(error.code, seconds=1) from error


def rebuild(reader: Reader) -> int:
    """Build the index anew beside the live one from the record alone; return how many versions."""
    count = 0

    def everything() -> Iterator[IndexDocument]:
        nonlocal count
        with reader.database.reading() as session:
            ids = list(session.scalars(select(Version.id).order_by(Version.id)))
        for start in range(0, len(ids), _BATCH):
            with reader.database.reading() as session:
                chunk = list(index_documents(session, ids[start : start + _BATCH]))
            count += len(chunk)
            yield from chunk

    reader.engine.rebuild(everything())
    mark_stale(reader)
    catch_up(reader)
    return count


@dataclass(frozen=True, slots=True)
class Drift:
    """How an index differs from the record."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    foreign: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Tell whether the index holds exactly what the record says."""
        return not (self.missing or self.stale or self.foreign)


def drift(reader: Reader) -> Drift:
    """Compare the index with the record, version by version."""
    held = dict(reader.engine.revisions())
    with reader.database.reading() as session:
        known = select(Version.id, Version.revision).where(~is_destroyed())
        rows = {row.id: row.revision for row in session.execute(known)}
    return Drift(
        missing=tuple(sorted(rows.keys() - held.keys())),
        stale=tuple(sorted(i for i in rows.keys() & held.keys() if held[i] != rows[i])),
        foreign=tuple(sorted(held.keys() - rows.keys())),
    )


# What is held back stays so until it is given to the index again.
_HOLDS = (
    update(table_of(Version))
    .where(table_of(Version).c.id == bindparam("version"), table_of(Version).c.indexed > HELD_BACK)
    .values(indexed=bindparam("held"))
)


def mark_stale(reader: Reader) -> None:
    """Note what the index lacks, so that catching up mends it, and drop what is no row.

    Of each row is written what the index was seen to hold: one that is changed at this moment is
    given again, as any other change.
    """
    held = dict(reader.engine.revisions())
    with reader.database.reading() as session:
        rows = session.execute(select(Version.id, Version.indexed, is_destroyed())).all()
    wrong = [
        {"version": version_id, "held": held.get(version_id, 0)}
        for version_id, indexed, is_gone in rows
        if not is_gone and indexed != held.get(version_id, 0)
    ]
    for start in range(0, len(wrong), _BATCH):  # others write between two
        with reader.database.transaction() as session:
            session.execute(_HOLDS, wrong[start : start + _BATCH])
    foreign = held.keys() - {version_id for version_id, _, is_gone in rows if not is_gone}
    if foreign:
        with reader.engine.batch() as batch:
            for version_id in foreign:
                batch.remove(version_id)
