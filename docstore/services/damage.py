"""What follows when stored bytes are found wrong: they are refused, and made again where we can."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from docstore.files.problems import Problem
from docstore.models import Facts, Rendition, StoredObject, Version
from docstore.outbox import enqueue
from docstore.services import scans
from docstore.services.packets import BUNDLE
from docstore.services.renditions import OPENED, RECOGNISED, RENDER


def note_damage(session: Session, *, body_id: str, sha256: str, at: datetime) -> None:
    """Refuse an object until the same bytes are put again; what we made ourselves is made anew."""
    noted = session.scalars(
        update(StoredObject)
        .where(
            StoredObject.body_id == body_id,
            StoredObject.sha256 == sha256,
            StoredObject.state == "present",
        )
        .values(state="damaged")
        .returning(StoredObject.sha256)
    ).all()
    if noted:
        _make_anew(session, body_id, sha256, at=at)


def _make_anew(session: Session, body_id: str, sha256: str, *, at: datetime) -> None:
    made = session.execute(
        select(Rendition.version_id, Rendition.packet_id, Rendition.kind)
        .where(Rendition.body_id == body_id, Rendition.sha256 == sha256)
        .distinct()
    ).all()
    opened = {row.version_id for row in made if row.kind == OPENED}
    for version_id, packet_id, kind in made:
        if packet_id is not None:
            enqueue(session, BUNDLE, packet_id, at=at, packet=packet_id, body=body_id)
        elif version_id is not None and kind == RECOGNISED:
            scans.ask_anew(session, body_id, version_id, at=at)
        elif version_id is not None and version_id not in opened:
            enqueue(session, RENDER, version_id, at=at, version=version_id, body=body_id)
    _ask_again(session, opened)


def _ask_again(session: Session, version_ids: Collection[str]) -> None:
    """Let the office be asked for the password again: without it nobody makes the copy anew."""
    for facts in session.scalars(select(Facts).where(Facts.version_id.in_(version_ids))):
        facts.problems = [*facts.problems, Problem.BROKEN.value]


def damaged_names(session: Session, body_id: str) -> list[str]:
    """Return the file names of a council's own versions whose bytes are refused, in order."""
    names = (
        select(Version.file_name)
        .join(
            StoredObject,
            (StoredObject.body_id == Version.body_id) & (StoredObject.sha256 == Version.sha256),
        )
        .where(Version.body_id == body_id, StoredObject.state == "damaged")
        .distinct()
    )
    return sorted(session.scalars(names))


def damaged_count(session: Session) -> int:
    """Return how many objects of all councils are refused."""
    query = select(func.count()).select_from(StoredObject)
    return session.scalar(query.where(StoredObject.state == "damaged")) or 0
