"""Upkeep: verifying stored bytes against the record, sweeping orphans, forgetting what may go."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, or_, select, tuple_
from sqlalchemy.orm import Session

from docstore import outbox
from docstore.database import Database, ReadSession, WriteSession
from docstore.errors import ObjectNotFound
from docstore.models import ApiToken, Body, Link, Rendition, SignIn, StoredObject, Version
from docstore.objects.seam import ObjectStore, object_key
from docstore.outbox import UPKEEP, Handler, Task
from docstore.services import kept_answers
from docstore.services.keeping import mark_damaged, mark_present

_CHUNK = 1 << 20
# An object nobody names may belong to an upload still under way; no upload takes this long.
ORPHAN_AFTER = timedelta(days=1)
# Removing one object takes a moment; a sweep that took longer was killed.
_REMOVAL_TAKES = timedelta(minutes=10)
# Sign-ins and tokens that ended, links and finished work are forgotten after this.
KEPT = timedelta(days=30)
# How often all this is done.
EVERY = timedelta(hours=1)


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
        for row in session.execute(select(Version.body_id, Version.sha256, Version.size).distinct())
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


def _damaged(session: Session) -> set[tuple[str, str]]:
    query = select(StoredObject.body_id, StoredObject.sha256)
    rows = session.execute(query.where(StoredObject.state == "damaged"))
    return {(row.body_id, row.sha256) for row in rows}


def damages(database: Database, store: ObjectStore) -> Iterator[Damage]:
    """Read every object that the record names and yield those that are not what it says.

    An object that was damaged and is whole again, from a backup, is given out again.
    """
    with database.reading() as session:
        named, damaged = _named(session), _damaged(session)
    for body_id, sha256, size in named:
        reason = _wrong(store, body_id, sha256, size)
        if not reason and (body_id, sha256) in damaged:
            with database.transaction() as session:
                mark_present(session, body_id=body_id, sha256=sha256)
        if reason:
            with database.reading() as session:
                names = session.scalars(
                    select(Version.file_name)
                    .where(Version.body_id == body_id, Version.sha256 == sha256)
                    .distinct()
                ).all()
            yield Damage(body_id, sha256, reason, tuple(names))


def _wrong(store: ObjectStore, body_id: str, sha256: str, size: int) -> str:
    digest, count = hashlib.sha256(), 0
    try:
        with store.open(object_key(body_id, sha256)) as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                count += len(chunk)
    except ObjectNotFound:
        return "missing"
    if count != size:
        return "size"
    return "" if digest.hexdigest() == sha256 else "bytes"


def refuse(database: Database, damage: Damage) -> None:
    """Note an object as damaged: it is refused until the same bytes are uploaded again."""
    with database.transaction() as session:
        mark_damaged(session, body_id=damage.body_id, sha256=damage.sha256)


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
    named = tuple_(StoredObject.body_id, StoredObject.sha256)
    return and_(
        or_(
            StoredObject.touched_at < at - ORPHAN_AFTER,
            (StoredObject.state == "removing") & (StoredObject.touched_at < at - _REMOVAL_TAKES),
        ),
        *(
            named.not_in(select(owner, column).where(column.is_not(None)))
            for owner, column in (
                (Version.body_id, Version.sha256),
                (Rendition.body_id, Rendition.sha256),
                (Body.id, Body.emblem_sha256),
            )
        ),
    )


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
    """Remove what killed processes left in the spool; return how many files."""
    removed = 0
    for file in folder.glob("*"):
        try:
            if file.is_file() and file.stat().st_mtime < before.timestamp():
                file.unlink()
                removed += 1
        except FileNotFoundError:  # its owner was quicker
            continue
    return removed


def forget(session: WriteSession, *, at: datetime) -> None:
    """Erase what has a retention: ended sign-ins and tokens, old links, finished work."""
    before = at - KEPT
    for kind in (SignIn, ApiToken):
        session.execute(delete(kind).where((kind.expires_at < before) | (kind.revoked_at < before)))
    session.execute(delete(Link).where(Link.expires_at < before))
    kept_answers.forget(session, at=at)
    outbox.forget_done(session, before=before)


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
        clear_spool(spool_dir, before=now - ORPHAN_AFTER)
        with task.finishing() as session:
            forget(session, at=now)
            if not outbox.is_promised(session, UPKEEP, but=task.id):
                outbox.enqueue(session, UPKEEP, UPKEEP, at=now, delay=EVERY)

    return {UPKEEP: keep_up}
