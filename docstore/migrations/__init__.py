"""The record's schema through time, for SQLite and PostgreSQL; `migrate` brings it up to date."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from docstore.database import Database, translated
from docstore.errors import RecordNewer

_HERE = Path(__file__).parent
# Two processes that start at once must not both migrate; any fixed number will do.
_ADVISORY_LOCK = 8_250_206


# Revisions are numbered, and the files that hold them begin with the number. Alembic itself is
# loaded to migrate only: nearly every start finds the record as it should be.
def _revisions() -> list[str]:
    return sorted(each.name[:4] for each in (_HERE / "versions").glob("[0-9]*.py"))


def head() -> str:
    """Return the newest revision of the schema."""
    return _revisions()[-1]


def knows(revision: str) -> bool:
    """Tell whether this program has a revision; one of a newer program it has not."""
    return revision in _revisions()


def current(database: Database) -> str | None:
    """Return the revision a record has, None for an empty one."""
    with translated(), database.engine.connect() as connection:
        return _revision_of(connection)


def _revision_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def migrate(database: Database, revision: str = "head") -> None:
    """Bring a record to a revision; one process at a time, all or nothing.

    Raises `RecordUnavailable` when the record does not answer, and `RecordNewer` for one that a
    newer release has brought up to a schema of which this one knows nothing.
    """
    with translated(), database.engine.begin() as connection:
        bring(connection, revision)


def bring(connection: Connection, revision: str) -> None:
    """Bring the record of a connection to a revision, within the transaction it has open.

    Raises `RecordNewer` for one of whose schema this release knows nothing.
    """
    if connection.dialect.name != "sqlite":
        # A large record takes its time, and so does whoever migrates it at the moment.
        from docstore.postgres import be_patient  # noqa: PLC0415 - only there is its driver loaded

        be_patient(connection)
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
    is_now = _revision_of(connection)
    if is_now is not None and not knows(is_now):
        raise RecordNewer(revision=is_now)
    wanted = head() if revision == "head" else revision
    if wanted != is_now:
        _walk(connection, wanted, down=revision == "base" or wanted < (is_now or ""))


def _walk(connection: Connection, revision: str, *, down: bool) -> None:
    from alembic import command  # noqa: PLC0415 - as said above
    from alembic.config import Config  # noqa: PLC0415 - as said above

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, revision)
