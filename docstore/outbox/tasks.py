"""A promise in a handler's hands, and what handlers say of it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import bindparam, update

from docstore.clock import Clock
from docstore.crashing import Point, reach
from docstore.database import Database, WriteSession
from docstore.errors import RecordUnavailable, StorageFull
from docstore.models import OutboxMessage, table_of

# Tries before a message is parked and shown to the administrator.
MAX_ATTEMPTS = 8
LONGEST_PAUSE = 900
"""Longest pause between two tries, in seconds."""
# How long one who has done a task waits before it tells a record that does not answer, in seconds.
_BREATH = 2.0

_MESSAGES = table_of(OutboxMessage)
_DONE = (
    update(_MESSAGES)
    .where(_MESSAGES.c.id == bindparam("message"))
    .values(done_at=bindparam("at"), last_error="", unended=0)
)


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
        lease: timedelta,
        waits: "Waits | None" = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.id = message.id
        self.topic = message.topic
        self.payload: Mapping[str, Any] = message.payload
        self.attempts = message.attempts
        self.claimed_until = message.available_at
        self._lease = lease
        self._waits = waits
        self.begin()
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
            session.execute(_DONE, {"message": self.id, "at": self.clock.now()})
            reach(Point.FINISHING)
        self._finished = True
        reach(Point.FINISHED)

    def insist(self, write: Callable[[], None]) -> None:
        """Write what is known now, however long the record stays away, while the message is ours.

        A mail that was taken over is not sent again because the record restarts at that moment, and
        a message that was put off is not kept for a whole lease. `write` may be called again though
        it succeeded, where the record fell silent before it said so.
        """
        for tries in count():
            try:
                write()
            except (RecordUnavailable, StorageFull):
                if not tries:  # it may itself have waited longer than a lease for an answer
                    self.begin()
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

    def pause(self, seconds: float) -> None:
        """Wait for a moment, unless the worker is to stop; where no worker has it, nobody waits."""
        if self._waits is not None and seconds > 0:
            self._waits(seconds)

    def is_stopping(self) -> bool:
        """Tell whether the worker that has the task is to stop."""
        return self._waits is not None and self._waits(0)

    def is_overdue(self) -> bool:
        """Tell whether the claim has run out, as after a long sleep of the machine."""
        return self.clock.now() > self.claimed_until

    def begin(self) -> None:
        """Count from now how long what is known is insisted on; others of its group came first."""
        self._insists_until = time.monotonic() + self._lease.total_seconds()


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
