"""What a person is to a council on a day: the source of every right."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from docstore.models import Duty, Guest, Membership, Organization, Person
from docstore.services.people import is_invited
from docstore.services.seats import is_current


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is to a body on a day: the source of every right."""

    person: Person
    organization_ids: frozenset[str]
    is_member: bool
    is_chair: bool
    is_guest: bool
    duties: frozenset[str]

    @property
    def is_recipient(self) -> bool:
        """Tell whether packets are sent to them."""
        return self.is_member or self.is_guest


def standing(session: Session, person: Person, *, at: datetime) -> Standing:
    """Return what a person is to their body now; somebody who left is nothing."""
    if person.left_at is not None:
        return Standing(person, frozenset(), False, False, False, frozenset())
    sits = session.execute(
        select(Membership.organization_id, Membership.role, Organization.kind)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.person_id == person.id, is_current(at.date()))
    ).all()
    guest = session.scalar(
        select(Guest.id).where(
            Guest.person_id == person.id,
            is_invited(at.date()),
        )
    )
    duties = session.scalars(select(Duty.role).where(Duty.person_id == person.id))
    return Standing(
        person,
        frozenset(row.organization_id for row in sits),
        is_member=bool(sits),
        is_chair=any(row.role == "chair" and row.kind == "council" for row in sits),
        is_guest=guest is not None,
        duties=frozenset(duties),
    )
