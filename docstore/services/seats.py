"""Seats in the council and its committees, one by one."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from docstore.database import WriteSession
from docstore.errors import NotFound
from docstore.models import Membership, Organization, Person
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.finding import get_locked


def held(session: Session, person: Person) -> list[Membership]:
    """Return the seats that a person holds, the council's first."""
    rows = session.scalars(
        select(Membership)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.person_id == person.id, Membership.ends_on.is_(None))
        .options(joinedload(Membership.organization))
    )
    return sorted(rows, key=lambda row: (row.organization.kind != "council", row.organization.name))


def end(
    session: WriteSession, acting: Acting, *, body_id: str, person_id: str, membership_id: str
) -> None:
    """End a person's seat at once; what was received in it stays recorded."""
    row = get_locked(session, Membership, body_id, membership_id)
    if row.person_id != person_id:
        raise NotFound
    if row.ends_on is None:
        row.ends_on = acting.at.date() - timedelta(days=1)
        ledger.record(
            session,
            body_id,
            "membership_ended",
            acting,
            person=row.person_id,
            organization=row.organization_id,
        )


def _reopened(
    session: WriteSession, acting: Acting, *, person: Person, organization: Organization, role: str
) -> Membership | None:
    """Return the seat that somebody holds there, or held since today, in the role given."""
    today = acting.at.date()
    row = session.scalar(
        select(Membership)
        .where(
            Membership.organization_id == organization.id,
            Membership.person_id == person.id,
            or_(
                Membership.starts_on == today,
                (Membership.starts_on <= today)
                & (Membership.ends_on.is_(None) | (Membership.ends_on >= today)),
            ),
        )
        .with_for_update()
        .limit(1)
    )
    if row is not None:
        row.role, row.ends_on = role, None
        ledger.record(
            session,
            person.body_id,
            "membership_changed",
            acting,
            person=person.id,
            organization=organization.id,
            role=role,
        )
    return row


def seat(
    session: WriteSession,
    acting: Acting,
    *,
    person: Person,
    organization: Organization,
    role: str = "member",
    starts_on: date | None = None,
) -> Membership:
    """Give a person a seat in an organisation; who sits there already gets the role."""
    held = _reopened(session, acting, person=person, organization=organization, role=role)
    if held is not None:
        return held
    row = Membership(
        body_id=person.body_id,
        organization_id=organization.id,
        person_id=person.id,
        role=role,
        starts_on=starts_on or acting.at.date(),
    )
    session.add(row)
    session.flush()
    ledger.record(
        session,
        person.body_id,
        "membership_added",
        acting,
        person=person.id,
        organization=organization.id,
        role=role,
    )
    return row


def is_current(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Return the condition that a membership holds on a day."""
    return and_(
        Membership.starts_on <= day, or_(Membership.ends_on.is_(None), Membership.ends_on >= day)
    )
