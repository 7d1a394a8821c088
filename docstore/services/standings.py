"""What a person is to a council on a day: the source of every right."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Date, bindparam, literal, select, union_all
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


_DAY = bindparam("day", type_=Date)
# Asked by every page of whoever is signed in, so in one question and built once.
_STANDING = union_all(
    select(
        literal("seat").label("what"),
        Membership.organization_id,
        Membership.role,
        Organization.kind,
    )
    .join(Organization, Organization.id == Membership.organization_id)
    .where(Membership.person_id == bindparam("person"), is_current(_DAY)),
    select(literal("guest"), literal(""), literal(""), literal("")).where(
        Guest.person_id == bindparam("person"), is_invited(_DAY)
    ),
    select(literal("duty"), literal(""), Duty.role, literal("")).where(
        Duty.person_id == bindparam("person")
    ),
)


def standing(session: Session, person: Person, *, at: datetime) -> Standing:
    """Return what a person is to their body now; somebody who left is nothing."""
    if person.left_at is not None:
        return Standing(person, frozenset(), False, False, False, frozenset())
    rows = session.execute(_STANDING, {"person": person.id, "day": at.date()}).all()
    seats = [row for row in rows if row.what == "seat"]
    return Standing(
        person,
        frozenset(row.organization_id for row in seats),
        is_member=bool(seats),
        is_chair=any(row.role == "chair" and row.kind == "council" for row in seats),
        is_guest=any(row.what == "guest" for row in rows),
        duties=frozenset(row.role for row in rows if row.what == "duty"),
    )
