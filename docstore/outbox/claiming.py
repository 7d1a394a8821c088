"""Claiming what was promised: for a lease, the oldest first, in order for each key."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import and_, bindparam, exists, or_, select, update
from sqlalchemy.orm import aliased

from docstore.clock import Clock
from docstore.database import Database, WriteSession
from docstore.models import OutboxMessage
from docstore.outbox.promises import is_held, is_open
from docstore.outbox.tasks import LONGEST_PAUSE, MAX_ATTEMPTS, Handlers, Task, Together, Waits

log = structlog.get_logger("teczka.outbox")

# A claimed message comes back after this long if its worker died; a living one renews its claim.
LEASE = timedelta(seconds=30)
# Claims in a row that are given back at once to who starts after their worker died. A message whose
# workers died more often may be what kills them: it waits for its lease, and longer by chance, so
# that what was merely beside it comes to its end apart from it.
_QUICK_TRIES = 3
_BY_CHANCE = 4.0
WORKER_DIED = "worker_died"
"""The error of a message that is parked because every worker died that had it in hand."""
# Nothing is put off for longer: what lies further ahead was put off before the clock was put back.
_FURTHEST = timedelta(seconds=LONGEST_PAUSE) + LEASE

# The topic in a form that no index has: the oldest messages are wanted, so they are walked in order
# until there are enough. SQLite would rather look at every message of the topic and sort them.
_TOPIC = OutboxMessage.topic + ""


def _is_due(now: Any) -> Any:
    """Return the condition that a message may be done now.

    What was promised without a delay and never tried is due whatever the clock says: it may have
    been put back since.
    """
    untouched = (OutboxMessage.attempts == 0) & (
        OutboxMessage.available_at == OutboxMessage.created_at
    )
    return or_(OutboxMessage.available_at <= now, untouched)


def _is_too_far(furthest: Any) -> Any:
    """Return the condition that a message that was tried waits for a moment that is no more."""
    return and_(is_open(), OutboxMessage.attempts > 0, OutboxMessage.available_at > furthest)


# What workers ask is built once: building a question costs more than its answer.
_TOPICS = _TOPIC.in_(bindparam("topics", expanding=True))

# What an idle worker asks twice a second. It must find whatever `_claim` would take or bring near;
# it may find more, which nobody may take yet.
_PERHAPS = (
    select(OutboxMessage.id)
    .where(is_open(), _TOPICS)
    .where(or_(_is_due(bindparam("now")), _is_too_far(bindparam("furthest"))))
    .limit(1)
)
_FAR = select(OutboxMessage.id).where(_is_too_far(bindparam("furthest")), _TOPICS).limit(1)


def _claimable() -> Any:
    """Return the question for what may be taken, the oldest first, none with an older one open."""
    older = aliased(OutboxMessage)
    blocked = exists().where(
        older.topic == OutboxMessage.topic,
        older.key == OutboxMessage.key,
        older.id < OutboxMessage.id,
        older.done_at.is_(None),
        older.failed_at.is_(None),
    )
    in_hand: Any = bindparam("in_hand", expanding=True)
    return (
        select(OutboxMessage)
        .where(is_open(), _is_due(bindparam("now")), _TOPICS)
        .where(OutboxMessage.id.not_in(in_hand), ~blocked, ~is_held())
        .order_by(OutboxMessage.id)
        .with_for_update(skip_locked=True)
    )


_FIRST = _claimable().limit(1)
_FIRST_ID = _FIRST.with_only_columns(OutboxMessage.id)
# What was tried before goes alone: it may be what makes a whole group fail.
_LIKE_IT = (
    _claimable()
    .where(OutboxMessage.id != bindparam("first"), OutboxMessage.attempts == 0)
    .limit(bindparam("most"))
)


def _bring_near(database: Database, now: datetime) -> None:
    """Let those messages wait for one lease from now: somebody may have one in hand."""
    with database.transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(_is_too_far(now + _FURTHEST))
            .values(available_at=now + LEASE)
        )


def claim(
    database: Database, clock: Clock, topics: frozenset[str], *, waits: Waits | None = None
) -> Task | None:
    """Take the oldest open message of these topics whose key has nothing older open."""
    return next(iter(_claim(database, clock, topics, {}, waits=waits)), None)


def claim_group(
    database: Database,
    clock: Clock,
    handlers: Handlers,
    topics: frozenset[str],
    *,
    waits: Waits | None = None,
) -> list[Task]:
    """Take the oldest open message of these topics, and those after it that go together with it."""
    most = {topic: each.most for topic, each in handlers.items() if isinstance(each, Together)}
    return _claim(database, clock, topics, most, waits=waits)


def _claim(
    database: Database,
    clock: Clock,
    topics: frozenset[str],
    most: Mapping[str, int],
    *,
    waits: Waits | None,
) -> list[Task]:
    now = clock.now()
    asked = {"topics": [*topics], "now": now, "in_hand": [*database.in_hand]}
    far = {"topics": asked["topics"], "now": now, "furthest": now + _FURTHEST}
    with database.reading() as session:  # an idle worker takes no write lock
        if session.scalar(_PERHAPS, far) is None:
            return []
        is_there = session.scalar(_FIRST_ID, asked) is not None
        is_far = not is_there and session.scalar(_FAR, far) is not None
    if is_far:
        _bring_near(database, now)
    if not is_there:
        return []
    with database.transaction() as session:
        messages = list(session.scalars(_FIRST, asked))
        while messages and messages[0].unended >= MAX_ATTEMPTS:
            _park(messages[0], at=now)
            session.flush()
            messages = list(session.scalars(_FIRST, asked))
        for message in messages[:1]:
            others = most.get(message.topic, 1) - 1
            if others and message.attempts == 0:
                like_it = {**asked, "topics": [message.topic], "first": message.id, "most": others}
                messages += session.scalars(_LIKE_IT, like_it)
        for message in messages:
            message.available_at = now + _lease(message)
            message.attempts += 1
            message.unended += 1
        return [Task(database, clock, message, lease=LEASE, waits=waits) for message in messages]


def _lease(message: OutboxMessage) -> timedelta:
    if message.unended < _QUICK_TRIES:
        return LEASE
    return LEASE * random.uniform(1, _BY_CHANCE)  # noqa: S311 - a pause, not a secret


def _park(message: OutboxMessage, *, at: datetime) -> None:
    """Give up what has ended every worker, so that the next one lives, and the rest is done."""
    log.error("task_ended_workers", topic=message.topic, message=message.id, n=message.unended)
    message.failed_at, message.last_error = at, WORKER_DIED


def renew(tasks: Sequence[Task]) -> None:
    """Claim messages for another lease, those that are not done and still claimed by us."""
    open_tasks = [task for task in tasks if not task.is_finished]
    if not open_tasks:
        return
    until = open_tasks[0].clock.now() + LEASE
    renewed = []
    with open_tasks[0].database.transaction() as session:
        for task in open_tasks:
            found = session.scalar(
                update(OutboxMessage)
                .where(
                    OutboxMessage.id == task.id, OutboxMessage.available_at == task.claimed_until
                )
                .where(is_open())
                .values(available_at=until)
                .returning(OutboxMessage.id)
            )
            if found is not None:
                renewed.append(task)
    for task in renewed:
        task.claimed_until = until


def put_back(tasks: Sequence[Task]) -> None:
    """Make messages again what they were before we claimed them, those that are still ours."""
    with tasks[0].database.transaction() as session:
        for task in tasks:
            session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == task.id)
                .where(is_open(), OutboxMessage.available_at == task.claimed_until)
                # As promised without a delay: due whatever the clock says by then.
                .values(
                    available_at=OutboxMessage.created_at,
                    attempts=OutboxMessage.attempts - 1,
                    unended=0,
                )
            )


def give_back(session: WriteSession, *, at: datetime) -> None:
    """Open again what is claimed, at once; the caller knows that whoever claimed it is dead."""
    session.execute(
        update(OutboxMessage)
        .where(is_open(), OutboxMessage.unended.between(1, _QUICK_TRIES))
        .where(OutboxMessage.available_at > at, OutboxMessage.available_at <= at + LEASE)
        .values(available_at=at)
    )
