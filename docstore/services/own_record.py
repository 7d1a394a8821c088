"""What the system holds about one person: their page “Co system o mnie zapisał”."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from docstore.models import (
    ApiToken,
    Body,
    Credential,
    Delivery,
    Document,
    Duty,
    Guest,
    LedgerEntry,
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
    """A document's title, `pdf`, `zip`, or empty for the packet itself."""
    first_at: datetime
    last_at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """Everything about one person that the record holds."""

    person: Person
    memberships: tuple[Membership, ...]
    """All there ever were, the newest first."""
    guest: Guest | None
    duties: tuple[str, ...]
    password_set_at: datetime | None
    receipts: tuple[Observed, ...]
    deliveries: tuple[tuple[Delivery, Meeting], ...]
    sign_ins: tuple[SignIn, ...]
    links: tuple[Link, ...]
    tokens: tuple[ApiToken, ...]
    versions: int
    """Versions of documents that the person uploaded."""
    receipt_months: int
    """How long the council keeps receipts and the addresses of deliveries."""
    sign_in_days: int
    """How long it keeps ended sign-ins and links."""
    entries: int
    """Entries of the ledger that name the person by their identifier."""


def own_record(session: Session, person: Person) -> OwnRecord:
    """Gather a person's own rows, the newest first."""
    memberships = session.scalars(
        select(Membership)
        .where(Membership.person_id == person.id)
        .options(joinedload(Membership.organization))
        .order_by(Membership.starts_on.desc(), Membership.id.desc())
    )
    sign_ins = session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person.id)
        .order_by(SignIn.created_at.desc(), SignIn.id.desc())
    )
    links = session.scalars(
        select(Link)
        .where(Link.person_id == person.id)
        .order_by(Link.created_at.desc(), Link.token_hash)
    )
    tokens = session.scalars(
        select(ApiToken)
        .where(ApiToken.person_id == person.id)
        .order_by(ApiToken.created_at.desc(), ApiToken.id.desc())
    )
    body = session.get_one(Body, person.body_id)
    return OwnRecord(
        receipt_months=body.keep_receipts_months,
        sign_in_days=body.keep_sign_ins_days,
        person=person,
        memberships=tuple(memberships),
        guest=session.scalar(select(Guest).where(Guest.person_id == person.id)),
        duties=tuple(session.scalars(select(Duty.role).where(Duty.person_id == person.id))),
        password_set_at=session.scalar(
            select(Credential.changed_at).where(Credential.person_id == person.id)
        ),
        receipts=tuple(_observed(session, person)),
        deliveries=tuple(_deliveries(session, person)),
        sign_ins=tuple(sign_ins),
        links=tuple(links),
        tokens=tuple(tokens),
        versions=session.scalar(
            select(func.count(Version.id)).where(Version.author_id == person.id)
        )
        or 0,
        entries=session.scalar(
            select(func.count(LedgerEntry.seq)).where(
                LedgerEntry.body_id == person.body_id,
                LedgerEntry.entry.contains(person.id, autoescape=True),
            )
        )
        or 0,
    )


def _deliveries(session: Session, person: Person) -> list[tuple[Delivery, Meeting]]:
    rows = session.execute(
        select(Delivery, Meeting)
        .join(Notice, Notice.id == Delivery.notice_id)
        .join(Packet, Packet.id == Notice.packet_id)
        .join(Meeting, Meeting.id == Packet.meeting_id)
        .where(Delivery.person_id == person.id)
        .options(joinedload(Delivery.notice), joinedload(Meeting.organization))
        .order_by(Notice.created_at.desc(), Notice.id.desc())
    )
    return [(delivery, meeting) for delivery, meeting in rows]


def _observed(session: Session, person: Person) -> list[Observed]:
    rows = session.execute(
        select(Receipt, Packet.number, Meeting)
        .join(Packet, Packet.id == Receipt.packet_id)
        .join(Meeting, Meeting.id == Packet.meeting_id)
        .where(Receipt.person_id == person.id)
        .options(joinedload(Meeting.organization))
        .order_by(Receipt.last_at.desc(), Receipt.id.desc())
    ).all()
    ids = {receipt.subject for receipt, _, _ in rows} - {"", "pdf", "zip"}
    titles = dict(
        session.execute(
            select(Version.id, Document.title)
            .join(Document, Document.id == Version.document_id)
            .where(Version.id.in_(ids))
        ).all()
    )
    return [
        Observed(
            meeting=meeting,
            packet_number=number,
            kind=receipt.kind,
            subject=titles.get(receipt.subject, receipt.subject),
            first_at=receipt.first_at,
            last_at=receipt.last_at,
            count=receipt.count,
        )
        for receipt, number, meeting in rows
    ]
