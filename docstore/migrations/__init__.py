"""The record's schema through time, for SQLite and PostgreSQL; `migrate` brings it up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from docstore.database import Database, translated
from docstore.errors import RecordNewer

_HERE = Path(__file__).parent
# Two processes that start at once must not both migrate; any fixed number will do.
_ADVISORY_LOCK = 8_250_206


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def head() -> str:
    """Return the newest revision of the schema."""
    revision = _scripts().get_current_head()
    assert revision is not None, "the schema has at least one revision"  # noqa: S101 - packaged
    return revision


def _older_than(revision: str | None) -> set[str]:
    if revision is None:
        return set()
    walked = _scripts().walk_revisions(head=revision)
    return {each.revision for each in walked} - {revision}


def current(database: Database) -> str | None:
    """Return the revision a record has, None for an empty one."""
    with translated(), database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def knows(revision: str) -> bool:
    """Tell whether this program has a revision; one of a newer program it has not."""
    return any(each.revision == revision for each in _scripts().walk_revisions())


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
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
    config = _config()
    config.attributes["connection"] = connection
    is_now = MigrationContext.configure(connection).get_current_revision()
    if is_now is not None and not knows(is_now):
        raise RecordNewer(revision=is_now)
    down = revision == "base" or revision in _older_than(is_now)
    (command.downgrade if down else command.upgrade)(config, revision)
