"""How much there is: the figures of the status page and of the demo."""

from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over the whole installation; `stored` is in bytes."""

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


def figures(session: Session) -> Figures:
    """Count what the record holds."""

    def count(column: ColumnElement[Any] | Any, *where: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count(column)).where(*where)) or 0

    return Figures(
        documents=count(Document.id),
        versions=count(Version.id),
        objects=count(StoredObject.sha256),
        stored=session.scalar(select(func.sum(StoredObject.size))) or 0,
        people=count(Person.id),
        meetings=count(Meeting.id),
        packets=count(Packet.id),
        notices_sent=count(Delivery.id, Delivery.state == "accepted"),
        notices_waiting=count(Delivery.id, Delivery.state == "waiting"),
        acts=count(Paper.id, Paper.published_at.is_not(None)),
    )
