"""Those who work for a council's office: adding them, and keeping an administrator."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import InvalidInput, NotAllowed
from docstore.models import Duty, Person
from docstore.services import ledger, people, signins
from docstore.services.acting import Acting


def add(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    name: str,
    email: str,
    role: str,
    password_hash: str,
) -> Person:
    """Let somebody work for the office; who is known by the address already stays one person."""
    if role not in {"office", "administrator"}:
        raise InvalidInput(field="role", reason="choice")
    known = people.with_address(session, body_id=body_id, email=email)
    person = (
        known[0]
        if len(known) == 1
        else people.add_person(session, acting, body_id=body_id, name=name, email=email)
    )
    held = duties(session, person)
    for duty in sorted({role, "office"} - held):
        give_duty(session, acting, person=person, role=duty)
    signins.set_password(session, acting, person=person, password_hash=password_hash)
    return person


def duties(session: Session, person: Person) -> frozenset[str]:
    """Return what a person does for the office."""
    return frozenset(session.scalars(select(Duty.role).where(Duty.person_id == person.id)))


def refuse_stranger(session: Session, person: Person, *, by_administrator: bool) -> None:
    """Raise `NotAllowed` where a clerk would change somebody who works for the office."""
    if not by_administrator and duties(session, person):
        raise NotAllowed


def is_last_administrator(session: Session, person: Person) -> bool:
    """Tell whether a council would be without an administrator if this person left."""
    others: Any = (
        select(func.count())
        .select_from(Duty)
        .join(Person, Person.id == Duty.person_id)
        .where(
            Duty.body_id == person.body_id,
            Duty.role == "administrator",
            Person.id != person.id,
            Person.left_at.is_(None),
        )
    )
    return "administrator" in duties(session, person) and not session.scalar(others)


def give_duty(session: WriteSession, acting: Acting, *, person: Person, role: str) -> Duty:
    """Let a person work for the office, or administer; such a person needs an own address."""
    if role not in {"office", "administrator"}:
        raise InvalidInput(field="role", reason="choice")
    people.refuse_taken(session, person, person.email)
    row = Duty(body_id=person.body_id, person_id=person.id, role=role)
    session.add(row)
    session.flush()
    ledger.record(session, person.body_id, "duty_given", acting, person=person.id, role=role)
    return row
