"""Taking a backup while people write: one state of the record, then every object it names."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import MetaData, func, select
from sqlalchemy.orm import Session

from docstore.backup.copying import copy_object
from docstore.backup.errors import SnapshotDamaged
from docstore.backup.folder import BackupFolder, Snapshot, not_written
from docstore.backup.manifest import (
    FORMAT,
    OBJECTS,
    Head,
    Lines,
    Lost,
    Manifest,
    ObjectsLines,
    TableLines,
    write_lines,
    write_manifest,
)
from docstore.backup.rows import Shape, lines, shapes
from docstore.backup.watching import Watcher
from docstore.clock import Clock
from docstore.database import Database
from docstore.errors import ObjectNotFound
from docstore.migrations import head
from docstore.models import Base, LedgerHead, Version
from docstore.objects.seam import ObjectStore, object_key
from docstore.services import upkeep

# How often the state is taken again because objects of it went lawfully while they were copied.
_ROUNDS = 5

Named = tuple[str, str, int]
"""An object: body, hash, size in bytes."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of one revision of the schema, and how its rows name objects."""

    revision: str
    metadata: MetaData
    named: Callable[[Session], Sequence[Named]] = upkeep.named

    @classmethod
    def newest(cls) -> "Schema":
        """Return that of this program."""
        return cls(head(), Base.metadata)


@dataclass(frozen=True, slots=True)
class State:
    """A state of the record as it was written into files."""

    at: datetime
    tables: tuple[TableLines, ...]
    objects: ObjectsLines
    ledger: tuple[Head, ...]
    named: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a backup made, and how much of it was new."""

    snapshot: Snapshot
    manifest: Manifest
    copied: int
    copied_size: int


def take(
    database: Database,
    store: ObjectStore,
    folder: BackupFolder,
    *,
    clock: Clock,
    watcher: Watcher,
    schema: Schema | None = None,
) -> Taken:
    """Back an installation up into a folder that `folder.writing()` holds.

    People may go on writing. Objects that are wrong or missing are named in the manifest, and all
    others are copied. Killed at any moment, it leaves the snapshots there were, and the next one
    copies only what is still new.
    """
    schema = schema or Schema.newest()
    started_at, copied = clock.now(), _Copied()
    for _ in range(_ROUNDS):
        with not_written():
            place = folder.begin()
            state = write_state(database, place, schema, at=clock.now(), watcher=watcher)
        lost, gone = _copy(database, store, folder, state, copied, watcher)
        if not gone:  # else this state names what the record does not any more: take a newer one
            break
    manifest = Manifest(
        format=FORMAT,
        number=folder.next_number(),
        version=version("teczka"),
        schema=schema.revision,
        started_at=started_at,
        state_at=state.at,
        ended_at=clock.now(),
        tables=state.tables,
        objects=state.objects,
        ledger=state.ledger,
        lost=(*lost, *gone),
    )
    with not_written():
        write_manifest(place, manifest)
        snapshot = folder.finish(manifest.number, started_at)
    return Taken(snapshot, manifest, copied.count, copied.size)


# --- the record -------------------------------------------------------------------------------


def write_state(
    database: Database, place: Path, schema: Schema, *, at: datetime, watcher: Watcher
) -> State:
    """Write one state of the record into files: every table, and the list of its objects."""
    with database.snapshot() as session:
        tables = shapes(schema.metadata)
        counts = (session.scalar(select(func.count()).select_from(t.table)) for t in tables)
        watcher.begin("record", sum(count or 0 for count in counts))
        written = tuple(_write_table(session, place, table, watcher) for table in tables)
        named = tuple(schema.named(session))
        heads = session.execute(
            select(LedgerHead.body_id, LedgerHead.seq, LedgerHead.chain_hash).order_by(
                LedgerHead.body_id
            )
        ).all()
    listed = write_lines(place, OBJECTS, (json.dumps(each).encode() + b"\n" for each in named))
    return State(
        at=at,
        tables=written,
        objects=ObjectsLines(sum(size for _, _, size in named), listed),
        ledger=tuple(Head(row.body_id, row.seq, row.chain_hash) for row in heads),
        named=named,
    )


def _write_table(session: Session, place: Path, table: Shape, watcher: Watcher) -> TableLines:
    def told(rows: Iterable[bytes]) -> Iterator[bytes]:
        for row in rows:
            watcher.advance(1)
            yield row

    written: Lines = write_lines(place, f"{table.name}.jsonl.gz", told(lines(session, table)))
    return TableLines(table.name, table.columns, table.key, written)


# --- the objects ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Copied:
    count: int = 0
    size: int = 0


def _copy(
    database: Database,
    store: ObjectStore,
    folder: BackupFolder,
    state: State,
    copied: _Copied,
    watcher: Watcher,
) -> tuple[list[Lost], list[Lost]]:
    """Copy what the folder lacks; return what was lost, and what went because nobody names it.

    Upkeep removes an object once no row names it, and a version may be destroyed: both may happen
    after the state was written and before its object was read.
    """
    with not_written():
        new = [each for each in state.named if not _is_there(folder.store, each)]
    watcher.begin("objects", sum(size for _, _, size in new))
    failed: list[tuple[Named, str]] = []
    for body_id, sha256, size in new:
        reason = copy_object(
            store, folder.shelf, body_id=body_id, sha256=sha256, size=size, passed=watcher.advance
        )
        if reason:
            failed.append(((body_id, sha256, size), reason))
        else:
            copied.count, copied.size = copied.count + 1, copied.size + size
    if not failed:
        return [], []
    with database.reading() as session:
        named = set(upkeep.named(session))
        told = [(each in named, _lost(session, each, reason)) for each, reason in failed]
    return [lost for is_named, lost in told if is_named], [
        lost for is_named, lost in told if not is_named
    ]


def _is_there(store: ObjectStore, wanted: Named) -> bool:
    body_id, sha256, size = wanted
    try:
        return store.stat(object_key(body_id, sha256)).size == size
    except ObjectNotFound:
        return False


def _lost(session: Session, wanted: Named, reason: str) -> Lost:
    body_id, sha256, size = wanted
    names = session.scalars(
        select(Version.file_name)
        .where(Version.body_id == body_id, Version.sha256 == sha256)
        .distinct()
        .order_by(Version.file_name)
    )
    return Lost(body_id, sha256, size, reason, tuple(names))


# --- old snapshots ----------------------------------------------------------------------------


def prune(folder: BackupFolder, keep: int) -> tuple[int, int]:
    """Keep the newest snapshots and the newest whole one; return how many went, and objects."""
    snapshots = folder.snapshots()
    kept = snapshots[-keep:]
    if not any(_is_whole(each) for each in kept):
        kept = [*[each for each in snapshots if _is_whole(each)][-1:], *kept]
    going = [each for each in snapshots if each not in kept]
    with not_written():
        for each in going:
            folder.remove(each)
        return len(going), folder.remove_unnamed()


def _is_whole(snapshot: Snapshot) -> bool:
    try:
        return snapshot.manifest.is_whole
    except SnapshotDamaged:
        return False
