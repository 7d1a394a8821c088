"""Loading one row of one body; a stranger's row is as good as none."""

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

from docstore.errors import NotFound
from docstore.models.base import Owned

Row = TypeVar("Row", bound=Owned)


def find(session: Session, kind: type[Row], body_id: str, row_id: str) -> Row | None:
    """Return a body's row, if there is one."""
    return session.scalar(select(kind).where(kind.id == row_id, kind.body_id == body_id))


def get(
    session: Session, kind: type[Row], body_id: str, row_id: str, *load: ExecutableOption
) -> Row:
    """Return a body's row; raise `NotFound` for a missing or a foreign one alike."""
    row = session.scalar(
        select(kind).where(kind.id == row_id, kind.body_id == body_id).options(*load)
    )
    if row is None:
        raise NotFound
    return row


def get_locked(session: Session, kind: type[Row], body_id: str, row_id: str) -> Row:
    """Return a body's row as it is now, locked until the transaction ends."""
    row = session.scalar(
        select(kind)
        .where(kind.id == row_id, kind.body_id == body_id)
        .with_for_update()
        # Read before the lock, it may be what another transaction has changed since.
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    return row
