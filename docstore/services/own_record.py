"""What the system holds about one person: their page “Co system o mnie zapisał”."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from docstore.models import (
    Delivery,
    Link,
    Meeting,
    Membership,
    Notice,
    Packet,
    Person,
    Receipt,
    SignIn,
    Version,
)


@dataclass(frozen=True, slots=True)
class Observed:
    """One receipt, with what it is about."""

    meeting: Meeting
    packet_number: int
    kind: str
    subject: str
    """A file's name, `pdf`, `zip`, or empty for the packet itself."""
    first_at: datetime
    last_at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """Everything about one person that the record holds."""

    person: Person
    memberships: tuple[Membership, ...]
    receipts: tuple[Observed, ...]
    deliveries: tuple[Delivery, ...]
    sign_ins: tuple[SignIn, ...]
    links: int


def own_record(session: Session, person: Person) -> OwnRecord:
    """Gather a person's own rows, the newest first."""
    memberships = session.scalars(
        select(Membership)
        .where(Membership.person_id == person.id)
        .options(joinedload(Membership.organization))
    )
    deliveries = session.scalars(
        select(Delivery)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(Delivery.person_id == person.id)
        .options(joinedload(Delivery.notice).joinedload(Notice.packet))
        .order_by(Notice.created_at.desc())
    )
    sign_ins = session.scalars(
        select(SignIn).where(SignIn.person_id == person.id).order_by(SignIn.created_at.desc())
    )
    links = session.scalars(select(Link.token_hash).where(Link.person_id == person.id)).all()
    return OwnRecord(
        person=person,
        memberships=tuple(memberships),
        receipts=tuple(_observed(session, person)),
        deliveries=tuple(deliveries),
        sign_ins=tuple(sign_ins),
        links=len(links),
    )


def _observed(session: Session, person: Person) -> list[Observed]:
    rows = session.execute(
        select(Receipt, Packet.number, Meeting)
        .join(Packet, Packet.id == Receipt.packet_id)
        .join(Meeting, Meeting.id == Packet.meeting_id)
        .where(Receipt.person_id == person.id)
        .order_by(Receipt.last_at.desc())
    ).all()
    ids = {receipt.subject for receipt, _, _ in rows} - {"", "pdf", "zip"}
    names = dict(
        session.execute(select(Version.id, Version.file_name).where(Version.id.in_(ids))).all()
    )
    return [
        Observed(
            meeting=meeting,
            packet_number=number,
            kind=receipt.kind,
            subject=names.get(receipt.subject, receipt.subject),
            first_at=receipt.first_at,
            last_at=receipt.last_at,
            count=receipt.count,
        )
        for receipt, number, meeting in rows
    ]
