"""Doing what was promised, at least once: what goes wrong is tried again or parked."""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import update

from docstore.clock import Clock
from docstore.crashing import Point, reach
from docstore.database import Database
from docstore.errors import (
    ENDINGS,
    DocstoreError,
    RecordUnavailable,
    StorageFull,
    StorageUnavailable,
)
from docstore.models import OutboxMessage
from docstore.outbox.claiming import claim_group, put_back
from docstore.outbox.tasks import (
    LONGEST_PAUSE,
    MAX_ATTEMPTS,
    Handler,
    Handlers,
    Later,
    NotYet,
    Task,
    Together,
    Waits,
)
from docstore.room import NO_ROOM

log = structlog.get_logger("teczka.outbox")

# Longest pause where the record, the store or room on the disk is waited for, in seconds: it costs
# next to nothing to ask, and once it is back nobody should wait for us.
_LONGEST_AWAY = 60


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
                put_back(tasks[number:])
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
    except ENDINGS:
        raise
    # A poisoned message must not end the worker; it is parked and shown. A panic is no Exception.
    except BaseException as error:
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
    pause = seconds if seconds is not None else _doubled(task, LONGEST_PAUSE)
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


def drain(database: Database, clock: Clock, handlers: Handlers) -> int:
    """Do everything that can be done now, in this thread; return how many messages it was."""
    done = 0
    while count := _run(database, clock, handlers, frozenset(handlers)):
        done += count
    return done
