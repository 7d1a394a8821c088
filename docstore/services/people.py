"""People a council knows: their names, addresses and leaving."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import EmailTaken, InvalidInput
from docstore.models import Duty, Guest, Membership, Organization, Person
from docstore.services import ledger, signins
from docstore.services.acting import Acting
from docstore.services.fields import NAME_LENGTH, typed
from docstore.services.finding import get


def add_person(
    session: WriteSession, acting: Acting, *, body_id: str, name: str, email: str = ""
) -> Person:
    """Add somebody the council knows; an address is wished for but not needed."""
    person = Person(
        body_id=body_id,
        name=typed("name", name, longest=NAME_LENGTH),
        email=email.strip().lower(),
        created_at=acting.at,
    )
    session.add(person)
    session.flush()
    ledger.record(session, body_id, "person_added", acting, person=person.id)
    return person


def change_person(
    session: WriteSession, acting: Acting, *, body_id: str, person_id: str, name: str, email: str
) -> Person:
    """Change a person's name or address; notices already sent keep the address they had.

    Links that went to another address end: it may have been a stranger's.
    """
    person = get(session, Person, body_id, person_id)
    name, email = typed("name", name, longest=NAME_LENGTH), email.strip().lower()
    if email != person.email:
        if session.scalar(select(Duty.id).where(Duty.person_id == person.id).limit(1)):
            refuse_taken(session, person, email)
        signins.end_links(session, acting, person=person)
    person.name, person.email = name, email
    ledger.record(session, body_id, "person_changed", acting, person=person.id)
    return person


def invite_guest(session: WriteSession, acting: Acting, *, person: Person, function: str) -> Guest:
    """Make a person receive every packet without being a member."""
    row = Guest(body_id=person.body_id, person_id=person.id, function=function.strip())
    session.add(row)
    session.flush()
    ledger.record(session, person.body_id, "guest_added", acting, person=person.id)
    return row


def is_invited(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Return the condition that a guest receives packets on a day."""
    return or_(Guest.ends_on.is_(None), Guest.ends_on >= day)


def refuse_taken(session: Session, person: Person, email: str) -> None:
    """Refuse an address by which somebody who has a password could not be told from another."""
    if not email:
        raise InvalidInput(field="email", reason="required")
    taken = session.scalar(
        select(Duty.id)
        .join(Person, Person.id == Duty.person_id)
        .where(
            Person.body_id == person.body_id,
            Person.email == email,
            Person.id != person.id,
            Person.left_at.is_(None),
        )
    )
    if taken:
        raise EmailTaken(email=email)


def with_address(session: Session, *, body_id: str, email: str) -> list[Person]:
    """Return those who have an address; a couple may share one."""
    if not email:
        return []
    return list(
        session.scalars(
            select(Person).where(
                Person.body_id == body_id, Person.email == email, Person.left_at.is_(None)
            )
        )
    )


def leave(session: WriteSession, acting: Acting, *, body_id: str, person_id: str) -> None:
    """End a person's seats, guest rights and duties today; what they received stays recorded."""
    person = get(session, Person, body_id, person_id)
    person.left_at = acting.at
    ledger.record(session, body_id, "person_left", acting, person=person.id)


def by_name(person: Person) -> tuple[str, str, str]:
    """Sort as a register does: by the last word, then by the whole; the id parts namesakes."""
    words = person.name.split()
    return (words[-1].casefold() if words else "", person.name, person.id)


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as the office's list shows them."""

    person: Person
    seats: tuple[tuple[str, str], ...]
    """Pairs of organisation name and role."""
    function: str | None
    duties: frozenset[str]


def listed(session: Session, body_id: str) -> list[Listed]:
    """Return everyone a body knows, by name."""
    people = list(session.scalars(select(Person).where(Person.body_id == body_id)))
    sits: dict[str, list[tuple[str, str]]] = {}
    for person_id, name, role in session.execute(
        select(Membership.person_id, Organization.name, Membership.role)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.body_id == body_id, Membership.ends_on.is_(None))
    ):
        sits.setdefault(person_id, []).append((name, role))
    guests = dict(
        session.execute(
            select(Guest.person_id, Guest.function).where(Guest.body_id == body_id)
        ).all()
    )
    duties: dict[str, set[str]] = {}
    for person_id, role in session.execute(
        select(Duty.person_id, Duty.role).where(Duty.body_id == body_id)
    ):
        duties.setdefault(person_id, set()).add(role)
    return [
        Listed(
            person,
            tuple(sorted(sits.get(person.id, ()))),
            guests.get(person.id),
            frozenset(duties.get(person.id, ())),
        )
        for person in sorted(people, key=by_name)
    ]


def names(session: Session, person_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of some people by id."""
    ids = set(person_ids)
    if not ids:
        return {}
    return dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all())
