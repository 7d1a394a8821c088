"""Upkeep: verifying stored bytes against the record, sweeping orphans, forgetting what may go."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from docstore import outbox
from docstore.database import Database, ReadSession, WriteSession
from docstore.errors import ObjectNotFound
from docstore.models import Body, Link, Rendition, SignIn, StoredObject, Version
from docstore.objects.seam import ObjectStore, object_key
from docstore.services.keeping import mark_damaged

_CHUNK = 1 << 20
# An object nobody names may belong to an upload still under way; no upload takes this long.
ORPHAN_AFTER = timedelta(days=1)
# Sign-ins that ended, links and finished work are forgotten after this.
KEPT = timedelta(days=30)


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
    for body_id, sha256, size in session.execute(
        select(Rendition.body_id, Rendition.sha256, Rendition.size)
    ):
        if sha256 is not None:
            found[body_id, sha256] = size
    return [(body_id, sha256, size) for (body_id, sha256), size in found.items()]


def damages(database: Database, store: ObjectStore) -> Iterator[Damage]:
    """Read every object that the record names and yield those that are not what it says."""
    with database.reading() as session:
        named = _named(session)
    for body_id, sha256, size in named:
        reason = _wrong(store, body_id, sha256, size)
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
    not safe, because an upload could adopt an old orphan at the moment it goes.
    """
    removed = 0
    with database.reading() as session:
        old = session.execute(
            select(StoredObject.body_id, StoredObject.sha256).where(
                StoredObject.touched_at < at - ORPHAN_AFTER
            )
        ).all()
    for body_id, sha256 in old:
        if _flip(database, body_id, sha256, at=at):
            store.remove(object_key(body_id, sha256))
            with database.transaction() as session:
                session.execute(
                    delete(StoredObject).where(
                        StoredObject.body_id == body_id,
                        StoredObject.sha256 == sha256,
                        StoredObject.state == "removing",
                    )
                )
            removed += 1
    return removed


def _flip(database: Database, body_id: str, sha256: str, *, at: datetime) -> bool:
    with database.transaction() as session:
        row = session.scalar(
            select(StoredObject)
            .where(StoredObject.body_id == body_id, StoredObject.sha256 == sha256)
            .with_for_update()
        )
        if row is None or row.touched_at >= at - ORPHAN_AFTER or _is_named(session, row):
            return False
        row.state = "removing"
        return True


def _is_named(session: Session, row: StoredObject) -> bool:
    for query in (
        select(Version.id).where(Version.body_id == row.body_id, Version.sha256 == row.sha256),
        select(Rendition.id).where(
            Rendition.body_id == row.body_id, Rendition.sha256 == row.sha256
        ),
        select(Body.id).where(Body.id == row.body_id, Body.emblem_sha256 == row.sha256),
    ):
        if session.scalar(query.limit(1)) is not None:
            return True
    return False


def forget(session: WriteSession, *, at: datetime) -> None:
    """Erase what has a retention: ended sign-ins, old links, finished work."""
    before = at - KEPT
    session.execute(
        delete(SignIn).where((SignIn.expires_at < before) | (SignIn.revoked_at < before))
    )
    session.execute(delete(Link).where(Link.expires_at < before))
    outbox.forget_done(session, before=before)
