"""How much there is: the figures of the status page and of the demo."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from docstore.models import (
    Delivery,
    Document,
    Meeting,
    Packet,
    Paper,
    Person,
    StoredObject,
    Version,
)
from docstore.models.base import Owned


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over the whole installation, or one council; `stored` is in bytes."""

    documents: int
    versions: int
    objects: int
    stored: int
    people: int
    meetings: int
    packets: int
    notices_sent: int
    notices_waiting: int
    acts: int


def figures(session: Session, *, body_id: str | None = None) -> Figures:
    """Count what the record holds, of one council where told."""

    def count(kind: type[Owned | StoredObject], *where: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(kind).where(*where)
        if body_id is not None:
            query = query.where(kind.body_id == body_id)
        return session.scalar(query) or 0

    stored = select(func.sum(StoredObject.size))
    if body_id is not None:
        stored = stored.where(StoredObject.body_id == body_id)
    return Figures(
        documents=count(Document),
        versions=count(Version),
        objects=count(StoredObject),
        stored=session.scalar(stored) or 0,
        people=count(Person),
        meetings=count(Meeting),
        packets=count(Packet),
        notices_sent=count(Delivery, Delivery.state == "accepted"),
        notices_waiting=count(Delivery, Delivery.state == "waiting"),
        acts=count(Paper, Paper.published_at.is_not(None)),
    )
