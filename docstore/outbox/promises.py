"""Work promised in the transaction that caused it: what waits, what is held, what was given up."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from docstore.database import WAKE, ReadSession, WriteSession
from docstore.errors import NotFound
from docstore.models import OutboxMessage

UPKEEP = "upkeep"
"""The topic of what is done from time to time, whether anybody asks for it or not."""
HELD = "held"
"""The topic of a message that holds the topic in its key: nobody does it, and while it is open
nobody does that topic. A row, so that every process obeys it."""


def enqueue(
    session: Session,
    topic: str,
    key: str,
    *,
    at: datetime,
    delay: timedelta = timedelta(0),
    **payload: object,
) -> None:
    """Promise work in the caller's transaction; `payload` holds ids, never state."""
    session.add(
        OutboxMessage(topic=topic, key=key, payload=payload, created_at=at, available_at=at + delay)
    )
    session.info[WAKE] = True


def is_open() -> Any:
    """Return the condition that a message still waits to be done."""
    return and_(OutboxMessage.done_at.is_(None), OutboxMessage.failed_at.is_(None))


def is_parked() -> Any:
    """Return the condition that a message was given up and needs a person."""
    return and_(OutboxMessage.done_at.is_(None), OutboxMessage.failed_at.is_not(None))


def is_waited_for() -> Any:
    """Return the condition that a message is work: upkeep is always planned, a hold is none."""
    return OutboxMessage.topic.not_in((UPKEEP, HELD))


def is_promised(session: Session, topic: str, *, but: int = 0) -> bool:
    """Tell whether a message of a topic waits, one of them left out of account."""
    open_ones = select(OutboxMessage.id).where(is_open(), OutboxMessage.topic == topic)
    return session.scalar(open_ones.where(OutboxMessage.id != but).limit(1)) is not None


def open_ids(session: Session, topic: str) -> list[int]:
    """Return the messages of a topic that are committed and not done."""
    return list(
        session.scalars(select(OutboxMessage.id).where(is_open(), OutboxMessage.topic == topic))
    )


def close(session: Session, ids: Sequence[int], *, at: datetime) -> None:
    """Mark messages done whose work was done with another's."""
    session.execute(
        update(OutboxMessage)
        .where(is_open(), OutboxMessage.id.in_(ids))
        .values(done_at=at, last_error="", unended=0)
    )


def waiting_keys(session: Session, topics: AbstractSet[str]) -> set[str]:
    """Return the keys of these topics for which something waits or is being done."""
    return set(
        session.scalars(select(OutboxMessage.key).where(is_open(), OutboxMessage.topic.in_(topics)))
    )


def is_held() -> Any:
    """Return the condition that a message's topic is held."""
    hold = aliased(OutboxMessage)
    return exists().where(
        hold.topic == HELD, hold.key == OutboxMessage.topic, hold.done_at.is_(None)
    )


def hold(session: WriteSession, topics: AbstractSet[str], *, at: datetime) -> None:
    """Keep every worker from these topics until `release`."""
    for topic in sorted(topics):
        enqueue(session, HELD, topic, at=at)


def held(session: Session) -> set[str]:
    """Return the topics that nobody does for now."""
    query = select(OutboxMessage.key).where(OutboxMessage.topic == HELD)
    return set(session.scalars(query.where(OutboxMessage.done_at.is_(None))))


def release(session: WriteSession, *, at: datetime) -> bool:
    """Let the workers do what was held; tell whether anything was."""
    was_held = bool(held(session))
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.topic == HELD, OutboxMessage.done_at.is_(None))
        .values(done_at=at)
    )
    session.info[WAKE] = True
    return was_held


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much work waits, and how much was given up and needs a person."""

    waiting: int
    parked: int
    oldest_at: datetime | None


def backlog(session: ReadSession) -> Backlog:
    """Count the open and the parked messages; upkeep and holds are nothing that waits."""
    waiting, oldest = session.execute(
        select(func.count(), func.min(OutboxMessage.created_at)).where(is_open(), is_waited_for())
    ).one()
    parked = session.scalar(select(func.count()).where(is_parked()))
    return Backlog(waiting=waiting, parked=parked or 0, oldest_at=oldest)


def messages(session: ReadSession, *, limit: int = 100) -> list[OutboxMessage]:
    """Return what is not done: parked first, then waiting, oldest first."""
    return list(
        session.scalars(
            select(OutboxMessage)
            .where(
                OutboxMessage.done_at.is_(None),
                OutboxMessage.topic != HELD,
                or_(OutboxMessage.topic != UPKEEP, OutboxMessage.failed_at.is_not(None)),
            )
            .order_by(OutboxMessage.failed_at.is_(None), OutboxMessage.id)
            .limit(limit)
        )
    )


def retry(session: WriteSession, message_id: int) -> None:
    """Open a parked message again: it is due as if it had just been promised."""
    message = session.get(OutboxMessage, message_id)
    if message is None or message.done_at is not None:
        raise NotFound
    message.failed_at = None
    message.attempts = message.unended = 0
    message.available_at = message.created_at
    session.info[WAKE] = True


def forget_done(session: WriteSession, *, before: datetime) -> None:
    """Delete messages done before a moment; the ledger is the memory, not the outbox."""
    session.execute(delete(OutboxMessage).where(OutboxMessage.done_at < before))
