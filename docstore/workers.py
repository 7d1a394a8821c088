"""Threads that do the outbox's work, and hold what they claimed for as long as they live."""

import fcntl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from docstore import outbox
from docstore.clock import Clock
from docstore.database import Database
from docstore.errors import ENDINGS, DocstoreError
from docstore.outbox import Handlers, Task

log = structlog.get_logger("teczka.outbox")

# How often an idle worker looks for work that another process left, in seconds.
_POLL = 0.5
# How long a worker waits before it tries a record again that did not answer, in seconds.
_BREATH = 2.0
# How often a claim is renewed, in seconds: several times within a lease, should one be late.
_RENEWED = 5.0


class Worker:
    """A thread that does the messages of one lane until it is stopped."""

    def __init__(self, database: Database, clock: Clock, handlers: Handlers, *, name: str) -> None:
        self._database = database
        self._clock = clock
        self._handlers = handlers
        self._topics = frozenset(handlers)
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._in_hand: Sequence[Task] = ()
        self._thread = threading.Thread(target=self._work, name=f"worker-{name}", daemon=True)
        self._keeper = threading.Thread(target=self._keep, name=f"keeper-{name}", daemon=True)
        database.on_wake(self.wake)

    def start(self) -> None:
        """Begin working."""
        self._thread.start()
        self._keeper.start()

    def wake(self) -> None:
        """Look for work now, if it is waiting."""
        self._wake.set()

    def stop(self, *, timeout: float = 10.0) -> None:
        """Stop after the message in hand; those not begun are given back."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _work(self) -> None:
        try:
            self._do_all()
        finally:
            self._ended.set()

    def _do_all(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                busy = self._do_one()
            except DocstoreError as error:
                # The record is away: say so once a pause, and go on when it is back.
                log.warning("record_unavailable", error=error.code)
                self._stopping.wait(_BREATH)
                continue
            except ENDINGS:
                raise
            except BaseException:  # a worker that ended here would leave its lane undone in silence
                log.exception("worker_broke")
                self._stopping.wait(_BREATH)
                continue
            if not busy:
                self._wake.wait(_POLL)

    def _do_one(self) -> bool:
        tasks = outbox.claim_group(
            self._database, self._clock, self._handlers, self._topics, waits=self._stopping.wait
        )
        if not tasks:
            return False
        self._in_hand = tasks
        try:
            outbox.do_group(tasks, self._handlers)
        finally:
            self._in_hand = ()
        return True

    def _keep(self) -> None:
        """Renew the claims of the messages in hand, however long their work takes."""
        while not self._ended.wait(_RENEWED):
            tasks = self._in_hand
            try:
                outbox.renew(tasks)
            except DocstoreError as error:  # the next one may come in time
                log.warning("claim_not_renewed", message=tasks[0].id, error=error.code)
            except Exception:  # without a keeper, everything the worker does would be done twice
                log.exception("claim_not_renewed", message=tasks[0].id)


@contextmanager
def present(database: Database, clock: Clock) -> Iterator[None]:
    """Be known as a process with workers for the block; whoever comes alone inherits from the dead.

    On SQLite every process with workers is on this machine and holds a lock beside the record,
    which ends with it however it ends. Where nobody else holds it, claims that are left belong to
    nobody, and their work begins at once. On PostgreSQL a worker may be on any machine, so there
    the lease is waited for.
    """
    if database.file is None:
        yield
        return
    with database.file.with_name(f"{database.file.name}-workers").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            with database.transaction() as session:
                outbox.give_back(session, at=clock.now())
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield
