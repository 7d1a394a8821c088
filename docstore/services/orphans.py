"""Objects that no row names: removed a day later, or with the next sweep where they are doomed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, true, tuple_, update
from sqlalchemy.orm import Session

from docstore import outbox
from docstore.database import Database, WriteSession
from docstore.errors import ObjectNotFound
from docstore.models import Body, Rendition, StoredObject, Version
from docstore.objects.seam import ObjectStore, object_key
from docstore.outbox import UPKEEP
from docstore.services.openness import is_destroyed

# An object nobody names may belong to an upload still under way; no upload takes this long.
ORPHAN_AFTER = timedelta(days=1)
# Removing one object takes a moment; a sweep that took longer was killed.
_REMOVAL_TAKES = timedelta(minutes=10)


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
