"""The record's schema through time, for SQLite and PostgreSQL; `migrate` brings it up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from docstore.database import Database, translated

_HERE = Path(__file__).parent
# Two processes that start at once must not both migrate; any fixed number will do.
_ADVISORY_LOCK = 8_250_206


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    return config


def head() -> str:
    """Return the newest revision of the schema."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None, "the schema has at least one revision"  # noqa: S101 - packaged
    return revision


def _older_than(revision: str | None) -> set[str]:
    if revision is None:
        return set()
    walked = ScriptDirectory.from_config(_config()).walk_revisions(head=revision)
    return {each.revision for each in walked} - {revision}


def current(database: Database) -> str | None:
    """Return the revision a record has, None for an empty one."""
    with translated(), database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(database: Database, revision: str = "head") -> None:
    """Bring a record to a revision; one process at a time, all or nothing.

    Raises `RecordUnavailable` when the record does not answer.
    """
    config = _config()
    with translated(), database.engine.begin() as connection:
        if not database.is_sqlite:
            # A large record takes its time, and so does whoever migrates it at the moment.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        config.attributes["connection"] = connection
        is_now = MigrationContext.configure(connection).get_current_revision()
        down = revision == "base" or revision in _older_than(is_now)
        (command.downgrade if down else command.upgrade)(config, revision)
