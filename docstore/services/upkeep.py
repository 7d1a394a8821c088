"""Upkeep: verifying stored bytes against the record, sweeping orphans, forgetting what may go."""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, or_, select, true, tuple_, update
from sqlalchemy.orm import Session

from docstore import outbox
from docstore.database import Database, ReadSession, WriteSession
from docstore.errors import ObjectNotFound
from docstore.models import Body, Rendition, StoredObject, Version
from docstore.objects.seam import ObjectStore, object_key
from docstore.outbox import UPKEEP, Handler, Task
from docstore.services import kept_answers, retention
from docstore.services.damage import note_damage
from docstore.services.giving import note_blocks, read_whole
from docstore.services.keeping import mark_present
from docstore.services.openness import is_destroyed

# Bytes of objects that one round reads again: seconds on any disk, so that no lease runs out.
_READ_AT_ONCE = 4 << 30
# An object nobody names may belong to an upload still under way; no upload takes this long.
ORPHAN_AFTER = timedelta(days=1)
# Removing one object takes a moment; a sweep that took longer was killed.
_REMOVAL_TAKES = timedelta(minutes=10)
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


def _named(session: Session) -> list[tuple[str, str, int]]:
    """Return every object that a row names: body, hash, size."""
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
    return [(body_id, sha256, size) for (body_id, sha256), size in found.items()]


def damages(database: Database, store: ObjectStore) -> Iterator[Damage]:
    """Read every object that the record names and yield those that are not what it says.

    An object that was damaged and is whole again, from a backup, is given out again.
    """
    with database.reading() as session:
        named = _named(session)
        unsettled = {(body_id, sha256) for body_id, sha256, *_ in _unsettled(session)}
    for body_id, sha256, size in named:
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


def named(session: Session) -> list[tuple[str, str, int]]:
    """Return every object that the record names: body, hash and size, in this order."""
    return sorted(_named(session))


def objects(session: ReadSession) -> int:
    """Return how many objects the record names."""
    return len(_named(session))


def sweep(database: Database, store: ObjectStore, *, at: datetime) -> int:
    """Remove objects that no row names and no upload wants; return how many.

    Only an object whose row this sweep has itself flipped to `removing` is removed: age alone is
    not safe, because an upload could adopt an old orphan at the moment it goes. A flip touches the
    row, so that of two sweeps one alone removes, and what a killed one left is removed later.
    """
    with database.reading() as session:
        orphans = session.execute(
            select(StoredObject.body_id, StoredObject.sha256).where(_is_orphan(at))
        ).all()
    return sum(_remove(database, store, body_id, sha256, at=at) for body_id, sha256 in orphans)


def _is_orphan(at: datetime) -> ColumnElement[bool]:
    """Return the condition that nothing names an object, nor has wanted it for long enough."""
    return and_(
        or_(
            StoredObject.touched_at < at - ORPHAN_AFTER,
            (StoredObject.state == "removing") & (StoredObject.touched_at < at - _REMOVAL_TAKES),
            # The clock was put back while a sweep that was killed since removed it.
            (StoredObject.state == "removing") & (StoredObject.touched_at > at + _REMOVAL_TAKES),
        ),
        _is_unnamed(),
    )


def _is_unnamed() -> ColumnElement[bool]:
    """Return the condition that no row names an object; a destroyed version names none."""
    named = tuple_(StoredObject.body_id, StoredObject.sha256)
    return and_(
        *(
            named.not_in(select(owner, column).where(column.is_not(None), still))
            for owner, column, still in (
                (Version.body_id, Version.sha256, ~is_destroyed()),
                (Rendition.body_id, Rendition.sha256, true()),
                (Body.id, Body.emblem_sha256, true()),
            )
        )
    )


def doom(session: WriteSession, body_id: str, hashes: Iterable[str], *, at: datetime) -> None:
    """Let the next sweep remove those of these objects that no row names, however young they are.

    An upload of the same bytes that is under way meets the mark where it locks the object (`keep`,
    `claim_kept`), and says that it must be tried again.
    """
    ids = sorted(set(hashes))
    these = and_(StoredObject.body_id == body_id, StoredObject.sha256.in_(ids))
    known = select(StoredObject.sha256).where(these).order_by(StoredObject.sha256)
    # Locked first and looked at after: a row that names one may have been waited for.
    session.scalars(known.with_for_update()).all()
    session.execute(
        update(StoredObject)
        .where(these, _is_unnamed())
        .values(state="removing", touched_at=at - 2 * _REMOVAL_TAKES)
        .execution_options(synchronize_session=False)
    )
    outbox.enqueue(session, UPKEEP, "doomed", at=at)


def condemn(session: WriteSession, version: Version, *, at: datetime) -> None:
    """Have the bytes of a destroyed version removed that somebody put back, as from a backup."""
    if session.get(StoredObject, (version.body_id, version.sha256)) is None:
        session.add(
            StoredObject(
                body_id=version.body_id, sha256=version.sha256, size=version.size, touched_at=at
            )
        )
        session.flush()
    doom(session, version.body_id, [version.sha256], at=at)


def is_stored(store: ObjectStore, body_id: str, sha256: str) -> bool:
    """Tell whether the store has an object, whatever the record says of it."""
    try:
        store.stat(object_key(body_id, sha256))
    except ObjectNotFound:
        return False
    return True


def is_doomed(session: Session, body_id: str) -> bool:
    """Tell whether objects of a body are still to be removed."""
    query = select(StoredObject.sha256).where(
        StoredObject.body_id == body_id, StoredObject.state == "removing"
    )
    return session.scalar(query.limit(1)) is not None


def _remove(
    database: Database, store: ObjectStore, body_id: str, sha256: str, *, at: datetime
) -> bool:
    this = and_(StoredObject.body_id == body_id, StoredObject.sha256 == sha256)
    with database.transaction() as session:
        row = session.scalar(select(StoredObject).where(this, _is_orphan(at)).with_for_update())
        if row is None:
            return False
        row.state, row.touched_at = "removing", at
    store.remove(object_key(body_id, sha256))
    with database.transaction() as session:
        session.execute(
            delete(StoredObject).where(
                this, StoredObject.state == "removing", StoredObject.touched_at == at
            )
        )
    return True


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
