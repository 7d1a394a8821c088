"""Taking a pasted roster in: members and guests at once, none twice."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from docstore.database import WriteSession
from docstore.models import Guest, Membership, Person
from docstore.rules.roster import Roster, RosterRow
from docstore.rules.roster_roles import RosterRole
from docstore.services import organizations, people, seats
from docstore.services.acting import Acting


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How many people were added, and who was there already."""

    added: int
    known: tuple[str, ...]


def take_in(
    session: WriteSession, acting: Acting, *, body_id: str, roster: Roster, starts_on: date
) -> TakenIn:
    """Add the people of a roster to the council; whoever is there already stays as they are."""
    organization = organizations.council(session, body_id)
    added, known = 0, []
    for row in roster.rows:
        person = _known(session, body_id, row)
        if person is not None and _has_part(session, person):
            known.append(row.name)
            continue
        if person is None:
            person = people.add_person(
                session, acting, body_id=body_id, name=row.name, email=row.email or ""
            )
        if row.role is RosterRole.GUEST:
            people.invite_guest(session, acting, person=person, function=row.function)
        else:
            seats.seat(
                session,
                acting,
                person=person,
                organization=organization,
                role=row.role.value,
                starts_on=starts_on,
            )
        added += 1
    return TakenIn(added, tuple(known))


def _known(session: WriteSession, body_id: str, row: RosterRow) -> Person | None:
    """Return the person of a row: the same address, or without one the same name."""
    same = Person.email == row.email if row.email else Person.name == row.name
    return session.scalar(
        select(Person).where(Person.body_id == body_id, Person.left_at.is_(None), same).limit(1)
    )


def _has_part(session: WriteSession, person: Person) -> bool:
    seats = select(Membership.id).where(
        Membership.person_id == person.id, Membership.ends_on.is_(None)
    )
    guest = select(Guest.id).where(Guest.person_id == person.id)
    return session.scalar(seats) is not None or session.scalar(guest) is not None
