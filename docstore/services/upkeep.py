"""Upkeep: verifying stored bytes against the record, and from time to time all that is due."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from docstore import outbox
from docstore.database import Database, ReadSession, WriteSession
from docstore.errors import ObjectNotFound
from docstore.models import Body, Rendition, StoredObject, Version
from docstore.objects.seam import ObjectStore
from docstore.outbox import UPKEEP, Handler, Task
from docstore.services import kept_answers, retention
from docstore.services.damage import note_damage
from docstore.services.giving import note_blocks, read_whole
from docstore.services.keeping import mark_present
from docstore.services.openness import is_destroyed
from docstore.services.orphans import ORPHAN_AFTER, sweep

# Bytes of objects that one round reads again: seconds on any disk, so that no lease runs out.
_READ_AT_ONCE = 4 << 30
# Finished work is forgotten after this.
KEPT = timedelta(days=30)
# How often all this is done.
EVERY = timedelta(hours=1)
# And when objects were left over that nobody has read yet.
SOON = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Damage:
    """An object that is not what the record says."""

    body_id: str
    sha256: str
    reason: str
    """missing, size or bytes."""
    file_names: tuple[str, ...]


def named(session: Session) -> list[tuple[str, str, int]]:
    """Return every object that the record names: body, hash and size, in this order."""
    found = {
        (row.body_id, row.sha256): row.size
        for row in session.execute(
            select(Version.body_id, Version.sha256, Version.size).where(~is_destroyed()).distinct()
        )
    }
    renditions = select(Rendition.body_id, Rendition.sha256, Rendition.size)
    emblems = select(Body.id, Body.emblem_sha256, StoredObject.size).join(
        StoredObject,
        (StoredObject.body_id == Body.id) & (StoredObject.sha256 == Body.emblem_sha256),
    )
    for query in (renditions, emblems):
        for body_id, sha256, size in session.execute(query):
            if sha256 is not None:
                found[body_id, sha256] = size
    return sorted((body_id, sha256, size) for (body_id, sha256), size in found.items())


def damages(database: Database, store: ObjectStore) -> Iterator[Damage]:
    """Read every object that the record names and yield those that are not what it says.

    An object that was damaged and is whole again, from a backup, is given out again.
    """
    with database.reading() as session:
        wanted = named(session)
        unsettled = {(body_id, sha256) for body_id, sha256, *_ in _unsettled(session)}
    for body_id, sha256, size in wanted:
        reason, blocks = _wrong(store, body_id, sha256, size)
        if not reason and (body_id, sha256) in unsettled:
            _settle(database, body_id, sha256, blocks)
        if reason:
            with database.reading() as session:
                names = session.scalars(
                    select(Version.file_name)
                    .where(Version.body_id == body_id, Version.sha256 == sha256)
                    .distinct()
                ).all()
            yield Damage(body_id, sha256, reason, tuple(names))


def _wrong(store: ObjectStore, body_id: str, sha256: str, size: int) -> tuple[str, bytes]:
    """Return what is wrong with an object, and the hashes of its blocks."""
    try:
        found = read_whole(store, body_id=body_id, sha256=sha256)
    except ObjectNotFound:
        return "missing", b""
    if found.size != size:
        return "size", b""
    return ("" if found.sha256 == sha256 else "bytes"), found.blocks


def _unsettled(session: Session) -> list[tuple[str, str, int, str]]:
    """Return objects whose blocks nobody knows, then damaged ones: body, hash, size, state."""
    query = select(
        StoredObject.body_id, StoredObject.sha256, StoredObject.size, StoredObject.state
    ).where(
        (StoredObject.state == "damaged")
        | ((StoredObject.state == "present") & StoredObject.blocks.is_(None))
    )
    rows = session.execute(query.order_by(StoredObject.state.desc()))
    return [(row.body_id, row.sha256, row.size, row.state) for row in rows]


def _settle(database: Database, body_id: str, sha256: str, blocks: bytes) -> None:
    """Give an object out from now on that was found whole."""
    with database.transaction() as session:
        note_blocks(session, body_id=body_id, sha256=sha256, blocks=blocks)
        mark_present(session, body_id=body_id, sha256=sha256)


def settle(database: Database, store: ObjectStore, *, at: datetime) -> bool:
    """Read objects from before blocks were kept, and damaged ones; tell whether all had a turn.

    The first get the hashes of their blocks, or are noted as damaged; the second are given out
    again when their bytes are back. About `_READ_AT_ONCE` bytes are read.
    """
    with database.reading() as session:
        unsettled = _unsettled(session)
    left = _READ_AT_ONCE
    for body_id, sha256, size, state in unsettled:
        if left <= 0:
            return state == "damaged"  # those are looked at again with the next round anyway
        left -= size
        reason, blocks = _wrong(store, body_id, sha256, size)
        if not reason:
            _settle(database, body_id, sha256, blocks)
        else:
            refuse(database, Damage(body_id, sha256, reason, ()), at=at)
    return True


def refuse(database: Database, damage: Damage, *, at: datetime) -> None:
    """Note an object as damaged: it is refused until the same bytes are uploaded again."""
    with database.transaction() as session:
        note_damage(session, body_id=damage.body_id, sha256=damage.sha256, at=at)


def objects(session: ReadSession) -> int:
    """Return how many objects the record names."""
    return len(named(session))


def clear_spool(folder: Path, *, before: datetime) -> int:
    """Remove the files and folders that killed processes left in the spool; return how many."""
    removed = 0
    for left in folder.glob("*"):
        try:
            if left.stat().st_mtime >= before.timestamp():
                continue
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()
        except FileNotFoundError:  # its owner was quicker
            continue
        removed += 1
    return removed


def forget(session: WriteSession, *, at: datetime) -> None:
    """Erase what has a retention: what councils keep no longer, and finished work."""
    retention.erase(session, at=at)
    kept_answers.forget(session, at=at)
    outbox.forget_done(session, before=at - KEPT)


# --- done by itself ---------------------------------------------------------------------------


def plan(session: WriteSession, *, at: datetime) -> None:
    """Promise the next upkeep, unless it is promised already."""
    if not outbox.is_promised(session, UPKEEP):
        outbox.enqueue(session, UPKEEP, UPKEEP, at=at, delay=EVERY)


def handlers(store: ObjectStore, spool_dir: Path) -> dict[str, Handler]:
    """Return the handler that does all this and plans the next time."""

    def keep_up(task: Task) -> None:
        now = task.clock.now()
        sweep(task.database, store, at=now)
        store.tidy(before=now - ORPHAN_AFTER)
        clear_spool(spool_dir, before=now - ORPHAN_AFTER)
        is_settled = settle(task.database, store, at=now)
        with task.finishing() as session:
            forget(session, at=now)
            if not outbox.is_promised(session, UPKEEP, but=task.id):
                delay = EVERY if is_settled else SOON
                outbox.enqueue(session, UPKEEP, UPKEEP, at=now, delay=delay)

    return {UPKEEP: keep_up}
