"""Promises that the index learns of what changed, made with the change."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from docstore.database import Database
from docstore.errors import RecordUnavailable, StorageFull
from docstore.models import Version
from docstore.outbox import enqueue, is_promised

INDEX = "index"
"""Outbox topic: bring the index up to every version whose row is newer than what it holds."""
HELD_BACK = -1
"""What the index was last given of a version that it must not find before it is given the next."""


def touch_index(
    session: Session, body_id: str, document_ids: Iterable[str], *, at: datetime
) -> None:
    """Promise that the index learns of every version of these documents anew."""
    ids = list(document_ids)
    if not ids:
        return
    session.execute(
        update(Version)
        .where(Version.document_id.in_(ids), Version.body_id == body_id)
        .values(revision=Version.revision + 1)
        .execution_options(synchronize_session=False)
    )
    nudge_index(session, at=at)


def hold_back(session: Session, version_ids: Iterable[str]) -> None:
    """Keep these versions out of every search until the index learns who sees them now."""
    session.execute(
        update(Version)
        .where(Version.id.in_(list(version_ids)))
        .values(indexed=HELD_BACK)
        .execution_options(synchronize_session=False)
    )


def nudge_index(session: Session, *, at: datetime) -> None:
    """Promise once a transaction that the index catches up with the rows that changed."""
    if not session.info.get(INDEX):
        session.info[INDEX] = True
        enqueue(session, INDEX, "index", at=at)


# Whoever asks for a rebuild has something else to answer, and another one asks soon.
_PATIENCE = 0.5


def ask_for_rebuild(database: Database, *, at: datetime) -> None:
    """Promise that an index found damaged is built anew, unless that is promised already."""
    with suppress(RecordUnavailable, StorageFull):
        with database.reading() as session:
            if is_promised(session, INDEX):
                return
        with database.transaction(patience=_PATIENCE) as session:
            nudge_index(session, at=at)
