"""The work of this floor: bundles, notices, links that were asked for."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import bindparam, select
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
from docstore.models import Body, Delivery, Meeting, Notice, Packet, Person, new_id, table_of
from docstore.outbox import Handler, Later, NotYet, Task, Together, enqueue
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
# Mails that are claimed together, and for which what they share is read, and links are made, once.
_TOGETHER = 25
# Seconds for which what a group shares is taken for what the record says.
_FRESH = 1.0
# Less than an idle worker's own pause, so that this is the one that counts.
_LOOK_AGAIN = 0.25
# Longest pause between two tries of one mail, in seconds; greylisting asks for about that.
_LONGEST_PAUSE = 300.0
# Whoever asked for a link longer ago than this has gone, or has asked again.
_ASKED_LASTS = timedelta(hours=1)

log = structlog.get_logger("teczka.delivery")


def handlers(sender: Sender) -> dict[str, Handler | Together]:
    """Return the handlers of this floor's topics."""
    return {
        BUNDLE: lambda task: _bundle(sender, task),
        NOTIFY: lambda task: _notify(sender, task),
        SEND: Together(_TOGETHER, lambda tasks: _Mailing(sender, tasks)),
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
        raise NotYet("the packet's files are being made", seconds=_LOOK_AGAIN)
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

    @property
    def link_expires_at(self) -> datetime:
        """Return until when the link of its mail is valid."""
        return signins.notice_link_expires(self.meeting, ZoneInfo(self.edition.body.time_zone))


_DELIVERIES = table_of(Delivery)
# Asked before every mail (`table_of` says why of the table).
_STATE = select(_DELIVERIES.c.state).where(_DELIVERIES.c.id == bindparam("id"))


class _Mailing:
    """Hands deliveries to the mail server; those accepted or refused already are left alone.

    What a group shares is read once, and its links are durable before the first mail goes out. Each
    answer is written down before the next mail: killed between the server's answer and our commit,
    one mail is sent again with the same Message-ID, by which mail programs know the two as one.
    """

    def __init__(self, sender: Sender, tasks: Sequence[Task]) -> None:
        self._sender, self._tasks = sender, tasks
        self._links: dict[str, str] = {}
        self._read()

    def __call__(self, task: Task) -> None:
        if time.monotonic() - self._read_at > _FRESH:
            self._read()
        letter = self._letters.get(task.payload["delivery"])
        if letter is None or not self._waits(letter.delivery):
            return
        sender, delivery = self._sender, letter.delivery
        try:
            mail = self._mail(letter)
            reach(Point.SENDING)
            answer = sender.mailer.send(mail)
            reach(Point.SENT)
        except MailUnavailable as error:
            with sender.database.transaction() as session:
                row = get_locked(session, Delivery, delivery.body_id, delivery.id)
                row.attempts, row.answer = row.attempts + 1, error.answer[:500]
            raise Later(error.answer, seconds=_pause(task)) from error
        except MailRefused as error:
            _note_answer(sender, task, delivery, is_accepted=False, answer=error.answer)
        else:
            _note_answer(sender, task, delivery, is_accepted=True, answer=answer)

    def _read(self) -> None:
        """Read the group's letters; a slow server makes them old, and what they name may go."""
        with self._sender.database.reading() as session:
            self._letters = _waiting(session, self._tasks)
        self._read_at = time.monotonic()

    def _waits(self, delivery: Delivery) -> bool:
        """Tell whether it waits still: the meeting may be called off while others are sent."""
        with self._sender.database.reading() as session:
            return session.scalar(_STATE, {"id": delivery.id}) == "waiting"

    def _mail(self, letter: _Letter) -> Mail:
        """Return the mail of a delivery; its link is durable before anybody can hold it."""
        sender, delivery = self._sender, letter.delivery
        envelope = _envelope(sender, letter.person, delivery.address, delivery.message_id)
        if letter.kind == deliveries.CANCELLED:
            reason = letter.meeting.cancelled_reason
            return cancellation_mail(letter.edition, envelope, reason=reason)
        if not self._links:
            sender.mailer.ping()  # while the server is away no link is made that nobody will get
            self._links = _new_links(sender, self._letters.values())
        return notice_mail(
            letter.edition,
            envelope,
            kind=letter.kind,
            link=self._links[delivery.id],
            link_expires_at=letter.link_expires_at,
        )


def _note_answer(
    sender: Sender, task: Task, delivery: Delivery, *, is_accepted: bool, answer: str
) -> None:
    """Write down what the server answered; what it took is not sent twice for a busy record.

    The disk is not waited for: a power cut, not a kill, may repeat the mails of its last moment.
    """

    def write() -> None:
        with task.finishing(durable=False) as session:
            deliveries.answered(
                session,
                _acting(sender),
                delivery=delivery,
                is_accepted=is_accepted,
                answer=answer,
            )

    task.insist(write)


def _acting(sender: Sender) -> Acting:
    return Acting(None, sender.clock.now())


def _pause(task: Task) -> float:
    """Return how long to wait before the next try: twice as long each time, up to a limit."""
    return min(2.0 ** min(task.attempts, 10), _LONGEST_PAUSE)


def _waiting(session: Session, tasks: Sequence[Task]) -> dict[str, _Letter]:
    """Read deliveries with their packets, by id; those for which nothing is left to do are not."""
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.id.in_([task.payload["delivery"] for task in tasks]))
        .where(Delivery.body_id.in_({task.payload["body"] for task in tasks}))
        .options(
            joinedload(Delivery.person),
            joinedload(Delivery.notice).joinedload(Notice.packet).joinedload(Packet.meeting),
        )
    ).all()
    editions = {
        packet.id: read_edition(session, packet.body_id, packet.id)
        for packet in {row.notice.packet for row in rows}
    }
    return {
        row.id: _Letter(
            delivery=row,
            person=row.person,
            meeting=row.notice.packet.meeting,
            edition=editions[row.notice.packet_id],
            kind=row.notice.kind,
        )
        for row in rows
        if row.state == "waiting"
    }


def _new_links(sender: Sender, letters: Iterable[_Letter]) -> dict[str, str]:
    """Make the links of some notices, and return them by delivery."""
    with sender.database.transaction() as session:
        return {
            letter.delivery.id: link_url(
                sender.public_url,
                letter.edition.body.slug,
                signins.make_link(
                    session,
                    person=letter.person,
                    meeting_id=letter.meeting.id,
                    at=sender.clock.now(),
                    expires_at=letter.link_expires_at,
                ),
            )
            for letter in letters
            if letter.kind != deliveries.CANCELLED
        }


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
