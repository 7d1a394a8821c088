"""PostgreSQL as the record: how its connections are made, and how long anybody waits for them."""

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry

from docstore.database import WRITE_WAIT

# No page waits for ever: a statement ends after 30 s, a wait for a row's lock like one for SQLite's
# file, and a server whose machine fell silent without a goodbye is given up after 20 s.
_ARGUMENTS = {
    "connect_timeout": 3,
    "options": f"-c statement_timeout=30s -c lock_timeout={int(WRITE_WAIT)}s",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
}
# Seconds for a server whose machine still answers and whose processes do not, as when they wait for
# a disk that is away. Longer than `statement_timeout`: the server's own refusal is to come first.
_PATIENCE = 35.0
# How often a wait looks whether it was interrupted, in seconds.
_LOOK = 0.1

Result = TypeVar("Result")


def open_engine(target: URL) -> Engine:
    """Return a pool of connections to a record on PostgreSQL; nothing is opened yet."""
    engine = create_engine(
        target.set(drivername="postgresql+psycopg"),
        hide_parameters=True,  # an error goes to the log, and values are names and hashes
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        pool_timeout=WRITE_WAIT,
        connect_args=_ARGUMENTS,
    )
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkin", _be_impatient)
    event.listen(engine, "handle_error", _forget_values)
    return engine


def be_patient(connection: Connection) -> None:
    """Let the statements of this transaction take as long as they need: no page waits for them."""
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    _set_patience(connection.connection.driver_connection, None)


class _Impatient(psycopg.Connection[Any]):
    """A connection that is given up when an answer is not complete after `patience` seconds."""

    patience: float | None = _PATIENCE

    def wait(
        self, gen: PQGen[Result], interval: float = _LOOK, timeout: float | None = None
    ) -> Result:
        """Wait for an answer; raises `OperationalError` where none came, and is closed then."""
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.OperationalError as error:
            if (
                error.sqlstate is None
                and self.pgconn.transaction_status == TransactionStatus.ACTIVE
            ):
                self.pgconn.finish()  # an answer that comes now would be taken for the next one's
            raise


def _connect(dialect: object, entry: object, args: Any, options: Any) -> Any:
    del dialect, entry
    return _Impatient.connect(*args, **options)


def _be_impatient(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    del entry
    _set_patience(connection, _Impatient.patience)


def _set_patience(connection: object, seconds: float | None) -> None:
    if isinstance(connection, _Impatient):
        connection.patience = seconds


def _forget_values(context: ExceptionContext) -> None:
    """Let an error of PostgreSQL say what was refused, and none of the values it was refused for.

    Its DETAIL holds them (`Key (email)=(...) already exists`), and errors go to the log.
    """
    its, wrapped = context.original_exception, context.sqlalchemy_exception
    diagnosis = getattr(its, "diag", None)
    if wrapped is None or diagnosis is None or not diagnosis.sqlstate:
        return
    named = (diagnosis.table_name, diagnosis.column_name, diagnosis.constraint_name)
    said = " ".join((diagnosis.sqlstate, *filter(None, named)))
    its.args = (said,)
    wrapped.args = (f"({type(its).__module__}.{type(its).__name__}) {said}",)
