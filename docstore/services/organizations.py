"""Organisations of a council: itself, its committees and clubs."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import InvalidInput, NotFound
from docstore.models import Organization
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.fields import NAME_LENGTH, typed


def organizations(session: Session, body_id: str) -> list[Organization]:
    """Return a body's organisations, the council first."""
    rows = session.scalars(
        select(Organization).where(Organization.body_id == body_id).order_by(Organization.name)
    )
    return sorted(rows, key=lambda row: (row.kind != "council", row.name))


def council(session: Session, body_id: str) -> Organization:
    """Return the organisation that is the council itself."""
    row = session.scalar(
        select(Organization).where(Organization.body_id == body_id, Organization.kind == "council")
    )
    if row is None:
        raise NotFound
    return row


def add_organization(
    session: WriteSession, acting: Acting, *, body_id: str, name: str, kind: str = "committee"
) -> Organization:
    """Add a committee or a club."""
    name = typed("name", name, longest=NAME_LENGTH)
    if any(row.name == name for row in organizations(session, body_id)):
        raise InvalidInput(field="name", reason="taken")
    row = Organization(body_id=body_id, name=name, kind=kind)
    session.add(row)
    session.flush()
    ledger.record(session, body_id, "organization_added", acting, organization=row.id)
    return row
