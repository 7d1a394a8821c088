"""Receipts: one observed fact about a person and a packet; repeats only count."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import NotFound
from docstore.models import Packet, PacketEntry, Person, Receipt
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.finding import get_locked

KINDS = ("opened", "downloaded", "acknowledged")

# Not the packet itself: its manifest may be long, and a receipt is written for every download.
_IS_THERE = select(Packet.id).where(
    Packet.id == bindparam("packet"), Packet.body_id == bindparam("body")
)
_THIS = (
    select(Receipt)
    .where(
        Receipt.packet_id == bindparam("packet"),
        Receipt.person_id == bindparam("person"),
        Receipt.kind == bindparam("kind"),
        Receipt.subject == bindparam("subject"),
    )
    .with_for_update()
)


def record(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    packet_id: str,
    person_id: str,
    kind: str,
    subject: str = "",
) -> Receipt:
    """Note that a person opened, downloaded or acknowledged; the ledger hears of the first time."""
    if session.scalar(_IS_THERE, {"packet": packet_id, "body": body_id}) is None:
        raise NotFound
    this = {"packet": packet_id, "person": person_id, "kind": kind, "subject": subject}
    row: Receipt | None = session.scalar(_THIS, this)
    if row is None:
        # A tablet and a telephone may ask at one moment, and only what is there can be locked.
        get_locked(session, Person, body_id, person_id)
        row = session.scalar(_THIS, this)
    if row is not None:
        if kind != "acknowledged":  # an acknowledgement is given once
            row.last_at, row.count = acting.at, row.count + 1
        return row
    row = Receipt(
        body_id=body_id,
        packet_id=packet_id,
        person_id=person_id,
        kind=kind,
        subject=subject,
        first_at=acting.at,
        last_at=acting.at,
    )
    session.add(row)
    session.flush()
    ledger.record(
        session,
        body_id,
        f"packet_{kind}",
        acting,
        packet=packet_id,
        person=person_id,
        subject=subject,
    )
    return row


def newest_packet_with(session: Session, version_id: str) -> Packet | None:
    """Return the packet published last that holds a version."""
    return session.scalar(
        select(Packet)
        .join(PacketEntry, PacketEntry.packet_id == Packet.id)
        .where(PacketEntry.version_id == version_id)
        .order_by(Packet.published_at.desc(), Packet.number.desc(), Packet.id.desc())
        .limit(1)
    )


def opened_before(session: Session, *, packet: Packet, person_id: str) -> Packet | None:
    """Return the newest earlier packet of the same meeting that a person has opened."""
    return session.scalar(
        select(Packet)
        .join(Receipt, Receipt.packet_id == Packet.id)
        .where(
            Packet.meeting_id == packet.meeting_id,
            Packet.number < packet.number,
            Receipt.person_id == person_id,
            Receipt.kind == "opened",
        )
        .order_by(Packet.number.desc())
        .limit(1)
    )
