"""Who receives a packet, and as what."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from docstore.models import Guest, Membership, Person
from docstore.services.people import by_name, is_invited
from docstore.services.seats import is_current


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who receives a meeting's packet, and as what."""

    person: Person
    role: str
    """member, chair, vice_chair or guest."""
    function: str = ""


def recipients(
    session: Session, *, body_id: str, organization_id: str, on: date
) -> list[Recipient]:
    """Return the organisation's members and every guest, each person once, members by name."""
    members = session.execute(
        select(Person, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.body_id == body_id,
            Person.left_at.is_(None),
            Membership.organization_id == organization_id,
            is_current(on),
        )
    ).all()
    guests = session.execute(
        select(Person, Guest.function)
        .join(Guest, Guest.person_id == Person.id)
        .where(
            Person.body_id == body_id,
            Person.left_at.is_(None),
            is_invited(on),
        )
    ).all()
    found = {person.id: Recipient(person, role) for person, role in members}
    for person, function in guests:
        found.setdefault(person.id, Recipient(person, "guest", function))
    return sorted(found.values(), key=lambda each: (each.role == "guest", by_name(each.person)))
