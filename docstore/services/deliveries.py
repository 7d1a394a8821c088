"""Notices and their deliveries as rows: promised with the packet, sent by a worker."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from docstore.database import ReadSession, WriteSession
from docstore.errors import InvalidInput, NobodyToNotify
from docstore.models import Delivery, Meeting, Notice, Packet, Person, Receipt, new_id, table_of
from docstore.outbox import enqueue
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.finding import get
from docstore.services.recipients import Recipient, recipients

SEND = "delivery.send"
"""Outbox topic: hand one delivery to the mail server."""
CANCELLED = "cancelled"
"""The kind of a notice that tells of a meeting called off."""


def recipients_of(session: Session, meeting: Meeting) -> list[Recipient]:
    """Return whom a meeting's packet goes to: its organisation's members and every guest."""
    return recipients(
        session,
        body_id=meeting.body_id,
        organization_id=meeting.organization_id,
        on=meeting.starts_at.date(),
    )


def promise(session: WriteSession, acting: Acting, *, packet: Packet, meeting: Meeting) -> Notice:
    """Write the notice of a new packet and one delivery for each recipient."""
    people = [each.person for each in recipients_of(session, meeting)]
    if not people:
        raise NobodyToNotify
    kind = "published" if packet.number == 1 else "changed"
    return _write(session, acting, packet, kind, people)


def _write(
    session: WriteSession, acting: Acting, packet: Packet, kind: str, people: Sequence[Person]
) -> Notice:
    notice = Notice(
        body_id=packet.body_id,
        packet_id=packet.id,
        kind=kind,
        created_at=acting.at,
        created_by=acting.person_id,
    )
    session.add(notice)
    session.flush()
    session.add_all(
        Delivery(
            body_id=packet.body_id,
            notice_id=notice.id,
            person_id=person.id,
            address=person.email,
            message_id=new_id(),
            state="waiting" if person.email else "no_address",
        )
        for person in people
    )
    session.flush()
    ledger.record(
        session,
        packet.body_id,
        "notice_promised",
        acting,
        notice=notice.id,
        packet=packet.id,
        reason=kind,
        persons=[person.id for person in people],
    )
    return notice


def tell_cancelled(
    session: WriteSession, acting: Acting, *, packet: Packet, meeting: Meeting
) -> None:
    """Tell everyone whom a meeting's packets went to that it will not be; what waits stays unsent.

    Whoever left the organisation since was told of the meeting too, and so is told of this.
    """
    sent = (
        select(Notice.id)
        .join(Packet, Packet.id == Notice.packet_id)
        .where(Packet.meeting_id == meeting.id)
    )
    rows = session.scalars(
        select(Delivery).where(Delivery.notice_id.in_(sent)).options(joinedload(Delivery.person))
    ).all()
    for row in rows:
        if row.state == "waiting":
            row.state = "overtaken"
    people = {row.person_id: row.person for row in rows}
    people |= {each.person.id: each.person for each in recipients_of(session, meeting)}
    _send(session, acting, packet, CANCELLED, list(people.values()))


def release(session: WriteSession, *, packet_id: str, at: datetime) -> int:
    """Let a packet's waiting deliveries go to the mail server; return how many."""
    rows = session.scalars(
        select(Delivery)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(Notice.packet_id == packet_id, Delivery.state == "waiting", Delivery.attempts == 0)
    ).all()
    for row in rows:
        enqueue(session, SEND, row.id, at=at, delivery=row.id, body=row.body_id)
    return len(rows)


def notify_again(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    packet_id: str,
    person_ids: Iterable[str],
) -> Notice:
    """Send a packet's notice once more to some of its recipients."""
    packet = get(session, Packet, body_id, packet_id)
    meeting = get(session, Meeting, body_id, packet.meeting_id)
    wanted = set(person_ids)
    people = [r.person for r in recipients_of(session, meeting) if r.person.id in wanted]
    if not people:
        raise InvalidInput(field="persons", reason="required")
    kind = CANCELLED if meeting.is_cancelled else "reminder"
    return _send(session, acting, packet, kind, people)


def _send(
    session: WriteSession, acting: Acting, packet: Packet, kind: str, people: Sequence[Person]
) -> Notice:
    """Write a notice whose mails go out at once."""
    notice = _write(session, acting, packet, kind, people)
    for row in session.scalars(
        select(Delivery).where(Delivery.notice_id == notice.id, Delivery.state == "waiting")
    ):
        enqueue(session, SEND, row.id, at=acting.at, delivery=row.id, body=packet.body_id)
    return notice


_ROWS = table_of(Delivery)
_ANSWERED = (
    update(_ROWS)
    .where(
        _ROWS.c.id == bindparam("delivery"),
        _ROWS.c.body_id == bindparam("body"),
        _ROWS.c.state.not_in(("accepted", "refused")),
    )
    .values(
        state=bindparam("its_state"),
        answer=bindparam("its_answer"),
        attempts=_ROWS.c.attempts + 1,
        accepted_at=bindparam("at"),
    )
    .returning(_ROWS.c.id)
)


def answered(
    session: WriteSession, acting: Acting, *, delivery: Delivery, is_accepted: bool, answer: str
) -> None:
    """Note what the mail server said at last: it took the mail over, or refused it for good.

    Taken over is not the same as read. The row is written as a statement, whoever read it.
    """
    state = "accepted" if is_accepted else "refused"
    noted = session.scalar(
        _ANSWERED,
        {
            "delivery": delivery.id,
            "body": delivery.body_id,
            "its_state": state,
            "its_answer": answer[:500],
            "at": acting.at if is_accepted else None,
        },
    )
    if noted is None:  # noted before, though nobody heard of it then
        return
    ledger.record(
        session,
        delivery.body_id,
        f"delivery_{state}",
        acting,
        delivery=delivery.id,
        person=delivery.person_id,
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of one recipient and one packet; None means: not observed."""

    recipient: Recipient
    address: str
    notified_at: datetime | None
    accepted_at: datetime | None
    state: str
    """The last notice's: waiting, accepted, refused, no_address or overtaken."""
    answer: str
    opened_at: datetime | None
    downloaded_at: datetime | None
    acknowledged_at: datetime | None


def progress(session: ReadSession, *, packet: Packet, meeting: Meeting) -> list[Progress]:
    """Return what was observed for each recipient of a packet, members first, by name.

    Of a meeting called off it is the notice of that which counts as sent.
    """
    last: dict[str, Delivery] = {}
    rows = session.scalars(
        select(Delivery)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(Notice.packet_id == packet.id)
        .options(joinedload(Delivery.notice))
        .order_by(Notice.created_at, Notice.id)
    ).all()
    for row in [each for each in rows if each.notice.kind == CANCELLED] or rows:
        before = last.get(row.person_id)
        if before is None or before.state != "accepted" or row.state == "accepted":
            last[row.person_id] = row
    seen: dict[tuple[str, str], datetime] = {}
    for receipt in session.scalars(
        select(Receipt).where(Receipt.packet_id == packet.id).order_by(Receipt.first_at, Receipt.id)
    ):
        seen.setdefault((receipt.person_id, receipt.kind), receipt.first_at)
    return [
        _progress(recipient, last.get(recipient.person.id), seen)
        for recipient in recipients_of(session, meeting)
    ]


def _progress(
    recipient: Recipient, row: Delivery | None, seen: dict[tuple[str, str], datetime]
) -> Progress:
    person = recipient.person.id
    return Progress(
        recipient=recipient,
        address=row.address if row else recipient.person.email,
        notified_at=row.notice.created_at if row else None,
        accepted_at=row.accepted_at if row else None,
        state=row.state if row else ("waiting" if recipient.person.email else "no_address"),
        answer=row.answer if row else "",
        opened_at=seen.get((person, "opened")),
        downloaded_at=seen.get((person, "downloaded")),
        acknowledged_at=seen.get((person, "acknowledged")),
    )
