"""Doing what was promised: claimed for a lease, in order for each key, at least once."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import aliased

from docstore.clock import Clock
from docstore.crashing import Point, reach
from docstore.database import Database, WriteSession
from docstore.errors import DocstoreError, RecordUnavailable, StorageFull, StorageUnavailable
from docstore.models import OutboxMessage
from docstore.outbox.promises import is_held, is_open
from docstore.room import NO_ROOM

log = structlog.get_logger("teczka.outbox")

# A claimed message comes back after this long if its worker died; a living one renews its claim.
LEASE = timedelta(seconds=30)
# Tries before a message is parked and shown to the administrator.
MAX_ATTEMPTS = 8
# How long one who has done a task waits before it tells a record that does not answer, in seconds.
_BREATH = 2.0
# Longest pause between two tries, in seconds.
_LONGEST_PAUSE = 900
# Longest pause where the record, the store or room on the disk is waited for, in seconds: it costs
# next to nothing to ask, and once it is back nobody should wait for us.
_LONGEST_AWAY = 60
# Claims in a row that are given back at once to who starts after their worker died. A message whose
# workers died more often may be what kills them: it waits for its lease, and longer by chance, so
# that what was merely beside it comes to its end apart from it.
_QUICK_TRIES = 3
_BY_CHANCE = 4.0
WORKER_DIED = "worker_died"
"""The error of a message that is parked because every worker died that had it in hand."""
# Nothing is put off for longer: what lies further ahead was put off before the clock was put back.
_FURTHEST = timedelta(seconds=_LONGEST_PAUSE) + LEASE


class Later(Exception):
    """Raised by a handler for something expected to pass: try again, never park.

    `seconds` is 900 at most: what lies much further ahead counts as put off by another clock.
    Without it each pause is twice as long as the last, up to a minute.
    """

    def __init__(self, reason: str, *, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class NotYet(Later):
    """Raised by a handler whose turn has not come: asked again in `seconds`, and not a try.

    Counted as tries, ten looks would make the first failure after them the last one.
    """

    def __init__(self, reason: str, *, seconds: float) -> None:
        super().__init__(reason, seconds=seconds)


class Task:
    """One claimed message in a handler's hands."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        message: OutboxMessage,
        *,
        waits: "Waits | None" = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.id = message.id
        self.topic = message.topic
        self.payload: Mapping[str, Any] = message.payload
        self.attempts = message.attempts
        self.claimed_until = message.available_at
        self._waits = waits
        self._insists_until = time.monotonic() + LEASE.total_seconds()
        self._finished = False

    @property
    def is_finished(self) -> bool:
        """Tell whether the record has the task's end."""
        return self._finished

    @contextmanager
    def finishing(self, *, durable: bool = True) -> Iterator[WriteSession]:
        """Open the transaction that writes the task's results and marks it done, or neither.

        One that is not `durable` outlives the end of the process, not that of the machine.
        """
        with self.database.transaction(durable=durable) as session:
            yield session
            session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == self.id)
                .values(done_at=self.clock.now(), last_error="", unended=0),
                execution_options={"synchronize_session": False},
            )
            reach(Point.FINISHING)
        self._finished = True
        reach(Point.FINISHED)

    def insist(self, write: Callable[[], None]) -> None:
        """Write what is known now, however long the record stays away, while the message is ours.

        A mail that was taken over is not sent again because the record restarts at that moment, and
        a message that was put off is not kept for a whole lease.
        """
        while True:
            try:
                write()
            except (RecordUnavailable, StorageFull):
                is_over = self._waits is None or time.monotonic() > self._insists_until
                if is_over or (self._waits and self._waits(_BREATH)):
                    raise
            else:
                return

    def finish(self) -> None:
        """Mark the task done unless its results already did."""
        if not self._finished:
            with self.finishing():
                pass

    def is_stopping(self) -> bool:
        """Tell whether the worker that has the task is to stop."""
        return self._waits is not None and self._waits(0)

    def is_overdue(self) -> bool:
        """Tell whether the claim has run out, as after a long sleep of the machine."""
        return self.clock.now() > self.claimed_until

    def begin(self) -> None:
        """Count from now how long what is known is insisted on; others of its group came first."""
        self._insists_until = time.monotonic() + LEASE.total_seconds()


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


Handler = Callable[[Task], None]


@dataclass(frozen=True, slots=True)
class Together:
    """How messages of one topic are done that share what they need: it is got once for a group.

    `prepare` is given the group and returns what then does each message of it, one by one.
    """

    most: int
    prepare: Callable[[Sequence[Task]], Handler]


Handlers = Mapping[str, Handler | Together]
Waits = Callable[[float], bool]
"""Waits for some seconds, and tells whether the worker is to stop."""


# The topic in a form that no index has: the oldest messages are wanted, so they are walked in order
# until there are enough. SQLite would rather look at every message of the topic and sort them.
_TOPIC = OutboxMessage.topic + ""


def _is_due(now: datetime) -> Any:
    """Return the condition that a message may be done now.

    What was promised without a delay and never tried is due whatever the clock says: it may have
    been put back since.
    """
    untouched = (OutboxMessage.attempts == 0) & (
        OutboxMessage.available_at == OutboxMessage.created_at
    )
    return or_(OutboxMessage.available_at <= now, untouched)


def _is_too_far(now: datetime) -> Any:
    """Return the condition that a message that was tried waits for a moment that is no more."""
    return and_(is_open(), OutboxMessage.attempts > 0, OutboxMessage.available_at > now + _FURTHEST)


def _bring_near(database: Database, now: datetime) -> None:
    """Let those messages wait for one lease from now: somebody may have one in hand."""
    with database.transaction() as session:
        session.execute(
            update(OutboxMessage).where(_is_too_far(now)).values(available_at=now + LEASE)
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
    older = aliased(OutboxMessage)
    blocked = exists().where(
        older.topic == OutboxMessage.topic,
        older.key == OutboxMessage.key,
        older.id < OutboxMessage.id,
        older.done_at.is_(None),
        older.failed_at.is_(None),
    )
    query = (
        select(OutboxMessage)
        .where(is_open(), _is_due(now), _TOPIC.in_(topics))
        .where(OutboxMessage.id.not_in(database.in_hand), ~blocked, ~is_held())
        .order_by(OutboxMessage.id)
        .with_for_update(skip_locked=True)
    )
    first = query.limit(1)
    with database.reading() as session:  # an idle worker takes no write lock
        if session.scalar(first.with_only_columns(OutboxMessage.id)) is None:
            far = select(OutboxMessage.id).where(_is_too_far(now), _TOPIC.in_(topics)).limit(1)
            if session.scalar(far):
                _bring_near(database, now)
            return []
    with database.transaction() as session:
        messages = list(session.scalars(first))
        while messages and messages[0].unended >= MAX_ATTEMPTS:
            _park(messages[0], at=now)
            session.flush()
            messages = list(session.scalars(first))
        for message in messages[:1]:
            others = most.get(message.topic, 1) - 1
            # What was tried before goes alone: it may be what makes a whole group fail.
            if others and message.attempts == 0:
                like_it = query.where(
                    _TOPIC.in_((message.topic,)),
                    OutboxMessage.id != message.id,
                    OutboxMessage.attempts == 0,
                )
                messages += session.scalars(like_it.limit(others))
        for message in messages:
            message.available_at = now + _lease(message)
            message.attempts += 1
            message.unended += 1
        return [Task(database, clock, message, waits=waits) for message in messages]


def _lease(message: OutboxMessage) -> timedelta:
    if message.unended < _QUICK_TRIES:
        return LEASE
    return LEASE * random.uniform(1, _BY_CHANCE)  # noqa: S311 - a pause, not a secret


def _park(message: OutboxMessage, *, at: datetime) -> None:
    """Give up what has ended every worker, so that the next one lives, and the rest is done."""
    log.error("task_ended_workers", topic=message.topic, message=message.id, n=message.unended)
    message.failed_at, message.last_error = at, WORKER_DIED


def run_one(
    database: Database,
    clock: Clock,
    handlers: Handlers,
    topics: frozenset[str],
    *,
    waits: Waits | None = None,
) -> bool:
    """Do one message if there is one, with those that go together with it; tell whether."""
    return bool(_run(database, clock, handlers, topics, waits=waits))


def _run(
    database: Database,
    clock: Clock,
    handlers: Handlers,
    topics: frozenset[str],
    *,
    waits: Waits | None = None,
) -> int:
    tasks = claim_group(database, clock, handlers, topics, waits=waits)
    if tasks:
        do_group(tasks, handlers)
    return len(tasks)


def do(task: Task, handlers: Handlers) -> None:
    """Do a claimed message; what goes wrong is written down, and it is tried again or parked."""
    do_group([task], handlers)


def do_group(tasks: Sequence[Task], handlers: Handlers) -> None:
    """Do claimed messages of one topic in turn, each as `do` does it.

    Those that were not begun are given back by a worker that is to stop, and by one whose claim ran
    out meanwhile: somebody else may have it.
    """
    reach(Point.CLAIMED)
    in_hand = tasks[0].database.in_hand
    in_hand.update(task.id for task in tasks)
    try:
        handler = handlers[tasks[0].topic]
        prepared = _Prepared(handler, tasks) if isinstance(handler, Together) else handler
        for number, task in enumerate(tasks):
            if number and (task.is_stopping() or task.is_overdue()):
                _put_back(tasks[number:])
                return
            task.begin()
            _do(task, prepared)
    finally:
        in_hand.difference_update(task.id for task in tasks)


class _Prepared:
    """Does each message of a group; what they share is asked for until it was got.

    One message for which it cannot be got fails them all, once: none is in a group again.
    """

    def __init__(self, together: Together, tasks: Sequence[Task]) -> None:
        self._together = together
        self._tasks = tasks
        self._handler: Handler | None = None

    def __call__(self, task: Task) -> None:
        if self._handler is None:
            self._handler = self._together.prepare(self._tasks)
        self._handler(task)


def _put_back(tasks: Sequence[Task]) -> None:
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


def _do(task: Task, handler: Handler) -> None:
    try:
        handler(task)
        task.finish()
    except NotYet as early:
        _postpone(task, str(early), seconds=early.seconds, is_try=False)
    except Later as later:
        _postpone(task, str(later), seconds=later.seconds or _away(task))
    except (StorageUnavailable, StorageFull, RecordUnavailable) as away:
        _postpone(task, away.code, seconds=_away(task))
    except DocstoreError as error:
        log.warning("task_failed", topic=task.topic, message=task.id, error=error.code)
        _postpone(task, str(error), seconds=None, park=True)
    except Exception as error:  # a poisoned message must not end the worker; it is parked and shown
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            _postpone(task, StorageFull.code, seconds=_away(task))
            return
        log.exception("task_broke", topic=task.topic, message=task.id)
        _postpone(task, f"{type(error).__name__}: {error}", seconds=None, park=True)


def _doubled(task: Task, longest: float) -> float:
    """Return a pause that is twice as long after each try, up to a limit."""
    return min(2.0 ** min(task.attempts, 10), longest)


def _away(task: Task) -> float:
    return _doubled(task, _LONGEST_AWAY)


def _postpone(
    task: Task, reason: str, *, seconds: float | None, park: bool = False, is_try: bool = True
) -> None:
    now = task.clock.now()
    pause = seconds if seconds is not None else _doubled(task, _LONGEST_PAUSE)
    parked = park and task.attempts >= MAX_ATTEMPTS
    # One that was claimed once counts as touched: its moment is ours, not that of its promise.
    attempts = task.attempts if is_try else max(task.attempts - 1, 1)

    def write() -> None:
        with task.database.transaction() as session:
            session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == task.id)
                .values(
                    available_at=now + timedelta(seconds=pause),
                    attempts=attempts,
                    unended=0,
                    failed_at=now if parked else None,
                    last_error=reason[:2000],
                )
            )

    task.insist(write)


def give_back(session: WriteSession, *, at: datetime) -> None:
    """Open again what is claimed, at once; the caller knows that whoever claimed it is dead."""
    session.execute(
        update(OutboxMessage)
        .where(is_open(), OutboxMessage.unended.between(1, _QUICK_TRIES))
        .where(OutboxMessage.available_at > at, OutboxMessage.available_at <= at + LEASE)
        .values(available_at=at)
    )


def drain(database: Database, clock: Clock, handlers: Handlers) -> int:
    """Do everything that can be done now, in this thread; return how many messages it was."""
    done = 0
    while count := _run(database, clock, handlers, frozenset(handlers)):
        done += count
    return done
