"""What follows when stored bytes are found wrong: they are refused, and made again where we can."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from docstore.models import Rendition, StoredObject, Version
from docstore.outbox import enqueue
from docstore.services.packets import BUNDLE
from docstore.services.renditions import RENDER


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
        select(Rendition.version_id, Rendition.packet_id)
        .where(Rendition.body_id == body_id, Rendition.sha256 == sha256)
        .distinct()
    )
    for version_id, packet_id in made:
        if packet_id is not None:
            enqueue(session, BUNDLE, packet_id, at=at, packet=packet_id, body=body_id)
        elif version_id is not None:
            enqueue(session, RENDER, version_id, at=at, version=version_id, body=body_id)


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
