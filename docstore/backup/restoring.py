"""Restoring a snapshot into an empty record and store, of either shape."""

import hashlib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from docstore import outbox
from docstore.backup.copying import copy_object
from docstore.backup.errors import (
    RecordNotEmpty,
    RestoreDiffers,
    SnapshotTooNew,
    StoreNotEmpty,
)
from docstore.backup.folder import BackupFolder, Snapshot
from docstore.backup.manifest import (
    MANIFEST,
    Lost,
    Manifest,
    TableLines,
    digest_of,
    read_lines,
    write_file,
)
from docstore.backup.rows import Shape, lines, load
from docstore.backup.verifying import verify_snapshot
from docstore.backup.watching import Watcher
from docstore.database import Database, WriteSession
from docstore.migrations import bring, knows
from docstore.models import Base, LedgerEntry
from docstore.objects.seam import ObjectStore
from docstore.services import bodies, ledger
from docstore.services.acting import Acting

_UNFINISHED = "restoring.txt"


@contextmanager
def restoring(
    data_dir: Path, database: Database, store: ObjectStore, snapshot: Snapshot
) -> Iterator[bool]:
    """Begin a restore, or go on with one that was killed; tell whether the record is there already.

    Raises `SnapshotTooNew`, `SnapshotDamaged`, `RecordNotEmpty` or `StoreNotEmpty` before anything
    is written. A file in the data folder says that a restore is under way until the block is over.
    """
    if not knows(snapshot.manifest.schema):
        raise SnapshotTooNew(version=snapshot.manifest.version)
    verify_snapshot(snapshot)
    mark, name = data_dir / _UNFINISHED, _fingerprint(snapshot)
    begun = mark.read_text() if mark.exists() else ""
    with database.reading() as session:
        is_there = not _is_empty(session)
        if is_there and (begun != name or not _holds(session, snapshot.manifest)):
            raise RecordNotEmpty
    if not begun and next(iter(store.list_keys("")), None) is not None:
        raise StoreNotEmpty
    write_file(mark, name.encode())
    yield is_there
    mark.unlink()


def _fingerprint(snapshot: Snapshot) -> str:
    return hashlib.sha256((snapshot.path / MANIFEST).read_bytes()).hexdigest()


def _is_empty(session: Session) -> bool:
    """Tell whether no council is there; what `serve` writes before set-up is nobody's loss."""
    if not sa.inspect(session.connection()).has_table("body"):
        return True
    return session.scalar(sa.select(sa.table("body", sa.column("id")).c.id).limit(1)) is None


def _holds(session: Session, manifest: Manifest) -> bool:
    """Tell whether the record's ledgers are those of a snapshot, or grew from them."""
    query = sa.select(LedgerEntry.chain_hash)
    return all(
        session.scalar(query.where(LedgerEntry.body_id == end.body_id, LedgerEntry.seq == end.seq))
        == end.chain_hash
        for end in manifest.ledger
    )


# --- the objects ------------------------------------------------------------------------------


def restore_objects(
    folder: BackupFolder, snapshot: Snapshot, store: ObjectStore, watcher: Watcher
) -> list[Lost]:
    """Put a snapshot's objects into a store; return those that the folder does not have whole."""
    watcher.begin("objects", snapshot.manifest.objects.size)
    names = {(lost.body_id, lost.sha256): lost.file_names for lost in snapshot.manifest.lost}
    lost: list[Lost] = []
    for body_id, sha256, size in snapshot.objects():
        reason = copy_object(
            folder.store, store, body_id=body_id, sha256=sha256, size=size, passed=watcher.advance
        )
        if reason:
            lost.append(Lost(body_id, sha256, size, reason, names.get((body_id, sha256), ())))
    return lost


# --- the record -------------------------------------------------------------------------------


def restore_record(
    database: Database,
    snapshot: Snapshot,
    *,
    at: datetime,
    watcher: Watcher,
    held: AbstractSet[str] | None,
) -> None:
    """Write a snapshot's rows in one transaction: all of them at the newest schema, or nothing.

    The rows go into their own schema, are read back, and are held to the snapshot's hashes; only
    then is the schema upgraded. With `held` the restored record sleeps: nobody does these topics of
    the outbox until `outbox.release`, every way in but passwords has ended, and every ledger says
    what it was restored from. Without, it is what it was: for a move.
    """
    manifest = snapshot.manifest
    with database.transaction() as session:
        if not _is_empty(session):
            raise RecordNotEmpty
        bring(session.connection(), "base")
        bring(session.connection(), manifest.schema)
        watcher.begin("record", 2 * manifest.rows)
        for table in manifest.tables:
            for count in load(session, _shape(table), read_lines(snapshot.path, table.lines)):
                watcher.advance(count)
        for table in manifest.tables:
            _set_sequence(session, table)
            if digest_of(_watched(session, table, watcher)) != table.lines.sha256:
                raise RestoreDiffers(table=table.name)
        bring(session.connection(), "head")
        if held is not None:
            _put_to_sleep(session, snapshot, held, at)


def _shape(table: TableLines) -> Shape:
    return Shape(table.name, table.columns, table.key)


def _watched(session: Session, table: TableLines, watcher: Watcher) -> Iterator[bytes]:
    for line in lines(session, _shape(table)):
        watcher.advance(1)
        yield line


def _set_sequence(session: Session, table: TableLines) -> None:
    """Let the numbers that PostgreSQL gives out go on after the restored ones."""
    (key, *more) = table.key
    if more or table.columns[key] != "integer" or session.get_bind().dialect.name == "sqlite":
        return
    column = sa.column(key, sa.BigInteger())
    number = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).select_from(
        sa.table(table.name, column)
    )
    sequence = sa.func.pg_get_serial_sequence(table.name, key)
    session.execute(sa.select(sa.func.setval(sequence, number.scalar_subquery(), sa.false())))


def _put_to_sleep(
    session: WriteSession, snapshot: Snapshot, held: AbstractSet[str], at: datetime
) -> None:
    """Keep from waking what only the installation that was lost may do; ended once is ended."""
    outbox.hold(session, held, at=at)
    for table in Base.metadata.tables.values():
        if "token_hash" in table.c:
            end = "revoked_at" if "revoked_at" in table.c else "expires_at"
            goes_on = sa.or_(table.c[end].is_(None), table.c[end] > at)
            session.execute(table.update().where(goes_on).values({end: at}))
    for body in bodies.bodies(session):
        ledger.record(
            session,
            body.id,
            "record_restored",
            Acting(None, at),
            state_at=snapshot.manifest.state_at.isoformat(timespec="milliseconds"),
            manifest=_fingerprint(snapshot),
        )
