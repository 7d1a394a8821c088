"""The work of this floor: bundles, notices, links that were asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from delivery.bundle import PDF, ZIP, bundle, read_edition
from delivery.channels.seam import Mail
from delivery.cover import Edition
from delivery.errors import MailRefused, MailUnavailable
from delivery.notices import Envelope, cancellation_mail, link_mail, link_url, notice_mail
from delivery.sender import Sender as Sender
from docstore.crashing import Point, reach
from docstore.database import WriteSession
from docstore.errors import StorageFull, StorageUnavailable
from docstore.language import Words
from docstore.models import Body, Delivery, Meeting, Notice, Packet, Person, new_id
from docstore.outbox import Handler, Later, Task, enqueue
from docstore.services import deliveries, renditions, signins, standings
from docstore.services.acting import Acting
from docstore.services.deliveries import SEND as SEND
from docstore.services.finding import get, get_locked
from docstore.services.packets import BUNDLE as BUNDLE
from docstore.services.packets import NOTIFY as NOTIFY

LINK = "link.send"
"""Outbox topic: send a link that somebody asked for; for an unknown address it does nothing."""

# Notices go out without the PDF and the ZIP after this long (DESIGN section 3).
PATIENCE = timedelta(seconds=60)
# Less than an idle worker's own pause, so that this is the one that counts.
_LOOK_AGAIN = 0.25
# Longest pause between two tries of one mail, in seconds; greylisting asks for about that.
_LONGEST_PAUSE = 300.0
# Whoever asked for a link longer ago than this has gone, or has asked again.
_ASKED_LASTS = timedelta(hours=1)

log = structlog.get_logger("teczka.delivery")


def handlers(sender: Sender) -> dict[str, Handler]:
    """Return the handlers of this floor's topics."""
    return {
        BUNDLE: lambda task: _bundle(sender, task),
        NOTIFY: lambda task: _notify(sender, task),
        SEND: lambda task: _send(sender, task),
        LINK: lambda task: _send_link(sender, task),
    }


def _bundle(sender: Sender, task: Task) -> None:
    try:
        bundle(sender, task.payload["packet"], task.payload["body"])
    except (StorageUnavailable, StorageFull) as error:  # passes; a packet without files must not
        raise Later(error.code) from error


def _notify(sender: Sender, task: Task) -> None:
    """Let a packet's notices go once its files exist, or when they take too long."""
    packet_id = task.payload["packet"]
    now = sender.clock.now()
    with sender.database.reading() as session:
        packet = get(session, Packet, task.payload["body"], packet_id)
        ready = {PDF, ZIP} <= renditions.renditions_of(session, packet_id).keys()
    # A clock that was put back since does not make anybody wait until it has caught up.
    if not ready and abs(now - packet.published_at) < PATIENCE:
        raise Later("the packet's files are being made", seconds=_LOOK_AGAIN)
    with task.finishing() as session:
        deliveries.release(session, packet_id=packet_id, at=now)


# --- one delivery -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Letter:
    """A delivery that still waits, with all that its mail says."""

    delivery: Delivery
    person: Person
    meeting: Meeting
    edition: Edition
    kind: str


def _send(sender: Sender, task: Task) -> None:
    """Hand a delivery to the mail server; one that was accepted or refused is left alone.

    Killed between the server's answer and our commit, it is sent again with the same Message-ID,
    by which mail programs know the two as one.
    """
    with sender.database.reading() as session:
        letter = _waiting(session, task.payload["body"], task.payload["delivery"])
    if letter is None:
        return
    delivery_id = letter.delivery.id
    try:
        sender.mailer.ping()  # while the server is away no link is made that nobody will get
        mail = _notice(sender, letter)
        reach(Point.SENDING)
        answer = sender.mailer.send(mail)
        reach(Point.SENT)
    except MailUnavailable as error:
        with sender.database.transaction() as session:
            row = get_locked(session, Delivery, letter.delivery.body_id, delivery_id)
            row.attempts, row.answer = row.attempts + 1, error.answer[:500]
        raise Later(error.answer, seconds=_pause(task)) from error
    except MailRefused as error:
        _note_answer(sender, task, letter, deliveries.refused, error.answer)
    else:
        _note_answer(sender, task, letter, deliveries.accepted, answer)


def _note_answer(
    sender: Sender, task: Task, letter: _Letter, note: deliveries.Note, answer: str
) -> None:
    """Write down what the server answered; what it took is not sent twice for a busy record."""

    def write() -> None:
        with task.finishing() as session:
            row = _tried(session, letter)
            note(session, _acting(sender), delivery=row, answer=answer)

    task.insist(write)


def _acting(sender: Sender) -> Acting:
    return Acting(None, sender.clock.now())


def _pause(task: Task) -> float:
    """Return how long to wait before the next try: twice as long each time, up to a limit."""
    return min(2.0 ** min(task.attempts, 10), _LONGEST_PAUSE)


def _tried(session: WriteSession, letter: _Letter) -> Delivery:
    """Return the delivery's row, locked, with this try counted."""
    row = get_locked(session, Delivery, letter.delivery.body_id, letter.delivery.id)
    row.attempts += 1
    return row


def _waiting(session: Session, body_id: str, delivery_id: str) -> _Letter | None:
    """Read a delivery with its packet; None when nothing is left to do for it."""
    row = session.scalar(
        select(Delivery)
        .where(Delivery.id == delivery_id, Delivery.body_id == body_id)
        .options(
            joinedload(Delivery.person),
            joinedload(Delivery.notice).joinedload(Notice.packet).joinedload(Packet.meeting),
        )
    )
    if row is None or row.state != "waiting":
        return None
    return _Letter(
        delivery=row,
        person=row.person,
        meeting=row.notice.packet.meeting,
        edition=read_edition(session, body_id, row.notice.packet_id),
        kind=row.notice.kind,
    )


def _notice(sender: Sender, letter: _Letter) -> Mail:
    """Return the mail of a delivery; its link is durable before anybody can hold it."""
    body = letter.edition.body
    envelope = _envelope(sender, letter.person, letter.delivery.address, letter.delivery.message_id)
    if letter.kind == deliveries.CANCELLED:
        return cancellation_mail(letter.edition, envelope, reason=letter.meeting.cancelled_reason)
    expires_at = signins.notice_link_expires(letter.meeting, ZoneInfo(body.time_zone))
    url = _new_link(sender, body, letter.person, letter.meeting.id, expires_at)
    return notice_mail(
        letter.edition,
        envelope,
        kind=letter.kind,
        link=url,
        link_expires_at=expires_at,
    )


def _new_link(
    sender: Sender, body: Body, person: Person, meeting_id: str | None, expires_at: datetime
) -> str:
    with sender.database.transaction() as session:
        token = signins.make_link(
            session,
            person=person,
            meeting_id=meeting_id,
            at=sender.clock.now(),
            expires_at=expires_at,
        )
    return link_url(sender.public_url, body.slug, token)


def _envelope(sender: Sender, person: Person, address: str, message_id: str) -> Envelope:
    return Envelope(
        message_id=f"<{message_id}@{sender.host}>",
        sent_at=sender.clock.now(),
        sender=sender.mail_from,
        to_address=address,
        to_name=person.name,
    )


# --- a link that was asked for ----------------------------------------------------------------


def ask_for_link(
    session: WriteSession,
    *,
    body_id: str,
    person_id: str | None,
    meeting_id: str | None,
    at: datetime,
) -> None:
    """Promise a link to a person, or nothing to nobody: the page takes the same time for both."""
    enqueue(
        session,
        LINK,
        person_id or new_id(),
        at=at,
        body=body_id,
        person=person_id,
        meeting=meeting_id,
        message=new_id(),
        asked_at=at.isoformat(),
    )


def _send_link(sender: Sender, task: Task) -> None:
    person_id, body_id = task.payload["person"], task.payload["body"]
    now = sender.clock.now()
    if person_id is None or now > datetime.fromisoformat(task.payload["asked_at"]) + _ASKED_LASTS:
        return
    with sender.database.reading() as session:
        person = get(session, Person, body_id, person_id)
        body = session.get_one(Body, body_id)
        is_recipient = standings.standing(session, person, at=now).is_recipient
    if not is_recipient or not person.email:
        return
    try:
        sender.mailer.ping()
        expires_at = sender.clock.now() + signins.ASKED_LINK_LASTS
        mail = link_mail(
            body,
            Words(zone=ZoneInfo(body.time_zone)),
            _envelope(sender, person, person.email, task.payload["message"]),
            link=_new_link(sender, body, person, task.payload["meeting"], expires_at),
            link_expires_at=expires_at,
        )
        sender.mailer.send(mail)
    except MailUnavailable as error:
        raise Later(error.answer, seconds=_pause(task)) from error
    except MailRefused as error:
        # Of the answer its code alone: the words after it repeat the address.
        code, _, _ = error.answer.partition(" ")
        log.warning("asked_link_refused", person=person.id, answer=code)
