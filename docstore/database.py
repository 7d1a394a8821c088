"""The record's connection: short transactions on SQLite and PostgreSQL alike."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NewType

import structlog
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from docstore.errors import DocstoreError, OutcomeUnknown, RecordUnavailable, StorageFull

log = structlog.get_logger("teczka.record")

ReadSession = NewType("ReadSession", Session)
"""A session that only reads; its changes are never committed."""
WriteSession = NewType("WriteSession", Session)
"""A session whose changes are committed when its transaction ends well."""

# How long a write waits for another one, in seconds; a page that waits longer should say so.
WRITE_WAIT = 10.0
# How long a question about the lock waits for it, in seconds.
_BRIEF = 1.0
WAKE = "wakes_workers"
_DISK_FULL = "53100"  # PostgreSQL's own code for it


class Database:
    """Gives out sessions: `reading()`, `snapshot()` and `transaction()`, which alone commits.

    Raises `ValueError` for a URL that names no record, before anything is opened.

    On SQLite writes begin IMMEDIATE and queue on a lock of this process, so that none waits by
    polling; readers never wait (WAL). `RecordUnavailable` tells that the record does not answer.
    """

    def __init__(
        self, url: str, *, password: str | None = None, write_wait: float = WRITE_WAIT
    ) -> None:
        target = _address(url)
        if password:
            target = target.set(password=password)
        self.is_sqlite = target.drivername == "sqlite"
        self.file = _file(target) if self.is_sqlite else None
        if self.is_sqlite:
            if self.file is not None:
                self.file.parent.mkdir(parents=True, exist_ok=True)
            self.engine = create_engine(
                target,
                hide_parameters=True,
                # A limit would let readers that wait for their turn to write keep every connection
                # from the one whose turn it is; there are never more than threads ask for.
                max_overflow=-1,
                connect_args={"check_same_thread": False},
            )
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
            event.listen(self.engine, "checkin", _end_sqlite)
        else:
            from docstore.postgres import open_engine  # noqa: PLC0415 - its driver takes 20 MB

            self.engine = open_engine(target)
        event.listen(self.engine, "checkin", self._end_late)
        self._is_over = False
        self._reader: Engine = self.engine.execution_options(read_only=True)
        self._write_wait = write_wait
        self._write_lock = threading.Lock()
        self.in_hand: set[int] = set()
        """Messages of the outbox that a worker of this process has in hand, whatever the time."""
        self._listeners: list[Callable[[], None]] = []

    def on_wake(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each commit that left work in the outbox."""
        self._listeners.append(listener)

    @contextmanager
    def reading(self) -> Iterator[ReadSession]:
        """Open a session on one consistent state of the record."""
        with translated(), Session(self._reader, expire_on_commit=False) as session:
            yield ReadSession(session)

    @contextmanager
    def snapshot(self) -> Iterator[ReadSession]:
        """Open a session that sees the record as it is at its first query, however long it reads.

        Others write meanwhile; PostgreSQL would show each query of `reading` what they committed.
        """
        reader = self._reader
        if not self.is_sqlite:
            reader = reader.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with translated(), Session(reader, expire_on_commit=False) as session:
            if not self.is_sqlite:
                from docstore.postgres import be_patient  # noqa: PLC0415 - as above

                be_patient(session.connection())
            yield ReadSession(session)

    @contextmanager
    def transaction(
        self, *, patience: float | None = None, durable: bool = True
    ) -> Iterator[WriteSession]:
        """Open a session that commits at the end of the block, and rolls back on any error.

        `patience` is how many seconds it may wait for other writes before `RecordUnavailable`.
        A commit that is not `durable` does not wait for the disk: it outlives this process and all
        others, but a power cut may undo it, though never without all that came after.
        """
        patience = self._write_wait if patience is None else min(patience, self._write_wait)
        bound = self.engine.execution_options(patience=patience, durable=durable)
        with (
            self._turn(patience),
            translated(),
            Session(bound, expire_on_commit=False) as session,
        ):
            event.listen(session, "after_rollback", _forget_promises)
            if self.is_sqlite:
                session.connection()  # begins IMMEDIATE now, so no reading happens before the lock
            elif not durable:
                session.execute(text("SET LOCAL synchronous_commit = off"))
            yield WriteSession(session)
            _commit(session)
            wakes = session.info.get(WAKE, False)
        if wakes:
            for listener in self._listeners:
                listener()

    @contextmanager
    def _turn(self, patience: float) -> Iterator[None]:
        """Wait for this process's turn to write; PostgreSQL locks rows instead."""
        if not self.is_sqlite:
            yield
            return
        if not self._write_lock.acquire(timeout=patience):
            raise RecordUnavailable(reason="locked")
        try:
            yield
        finally:
            self._write_lock.release()

    def ping(self, *, writing: bool = False) -> None:
        """Raise `RecordUnavailable` unless the record answers.

        With `writing` also where another process keeps everybody from writing.
        """
        with self.reading() as session:
            session.execute(text("SELECT 1"))
        if writing and self.is_sqlite:
            self._ping_lock()

    def _ping_lock(self) -> None:
        """Try the lock that writes take, unless a write of this process is about to show it."""
        if self._write_lock.acquire(blocking=False):
            try:
                with translated(), self.engine.execution_options(patience=_BRIEF).connect() as one:
                    one.begin()
            finally:
                self._write_lock.release()

    def dispose(self) -> None:
        """Close every connection; one that is still in use closes when it comes back."""
        self._is_over = True
        self.engine.dispose()

    def _end_late(self, connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        """Close what comes back after the end: its pool is gone, and nobody else would.

        Whoever asks again all the same gets a new connection, not a closed one.
        """
        if self._is_over and connection is not None:
            entry.invalidate()


def _commit(session: Session) -> None:
    try:
        session.commit()
    except DBAPIError as error:
        if error.connection_invalidated:  # a server that is back may yet have stored it
            log.warning("outcome_unknown")
            raise OutcomeUnknown from error
        raise


def _forget_promises(session: Session) -> None:
    """Drop what was promised for the commit: nothing that was rolled back leaves a trace."""
    session.info.clear()


def _address(url: str) -> URL:
    try:
        target = make_url(url)
    except ArgumentError as error:
        raise ValueError("a record is sqlite:///file or postgresql://user@host/name") from error
    if target.drivername not in {"sqlite", "postgresql", "postgresql+psycopg"}:
        raise ValueError(f"a record is sqlite: or postgresql:, not {target.drivername}:")
    return target


def _file(target: URL) -> Path | None:
    """Return the file of a SQLite record, None for one in memory."""
    name = target.database or ":memory:"
    return None if name == ":memory:" else Path(name)


def _prepare_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    """Leave transactions to us; FULL, because an acknowledged upload survives a power cut."""
    del entry
    if not isinstance(connection, sqlite3.Connection):  # pragma: no cover - SQLite alone is here
        return
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={int(WRITE_WAIT * 1000)}")
    _log_ahead(connection)
    connection.execute("PRAGMA synchronous=FULL")
    # What is destroyed is overwritten: SQLite would leave its text in the free pages of the file.
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA foreign_keys=ON")


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Turn WAL on; two that turn it on in one new file fail at once, whatever `busy_timeout` says.

    Both hold a read lock and want the file alone, so SQLite lets one fail rather than both wait.
    """
    deadline = time.monotonic() + WRITE_WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        else:
            return
        time.sleep(random.uniform(0.001, 0.02))  # noqa: S311 - apart from the other one, no secret


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("read_only", False):
        connection.exec_driver_sql("BEGIN")
        return
    waits_for_disk = "FULL" if options.get("durable", True) else "NORMAL"
    connection.exec_driver_sql(f"PRAGMA synchronous={waits_for_disk}")
    _begin_writing(connection, options.get("patience", WRITE_WAIT))


def _begin_writing(connection: Connection, patience: float) -> None:
    """Wait for other processes for `patience` seconds at most, and look every few milliseconds.

    SQLite's own waiting looks less and less often: whoever waits longest would be the last to see
    that it is free, and wait on.
    """
    deadline = time.monotonic() + patience
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < deadline:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_BUSY:
                    raise
            else:
                return
            time.sleep(random.uniform(0.001, 0.004))  # noqa: S311 - apart from others, no secret
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # fails as a statement of SQLAlchemy's does
    finally:
        raw.execute(f"PRAGMA busy_timeout={int(WRITE_WAIT * 1000)}")


def _end_sqlite(connection: object, entry: ConnectionPoolEntry) -> None:
    """Leave no transaction open: after a COMMIT that failed, nobody else rolls it back."""
    del entry
    if isinstance(connection, sqlite3.Connection) and connection.in_transaction:
        connection.rollback()


@contextmanager
def translated() -> Iterator[None]:
    """Name the failures a caller can act on: the record does not answer, or has no room."""
    try:
        yield
    except PoolTimeoutError as error:
        raise RecordUnavailable from error
    except (OperationalError, InterfaceError) as error:
        raise _refusal(error) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise RecordUnavailable from error
        raise


def _refusal(error: DBAPIError) -> DocstoreError:
    """Tell a record without room, or held by somebody else, from one that is away."""
    primary = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the rest tells details
    if primary == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", "") == _DISK_FULL:
        return StorageFull()
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return RecordUnavailable(reason="locked")
    return RecordUnavailable()
