"""Councils and their people: who belongs, who receives, who works for the office."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import EmailTaken, InvalidInput, NotFound, SlugTaken
from docstore.models import (
    Body,
    Duty,
    Guest,
    LegislativeTerm,
    Membership,
    Organization,
    Person,
)
from docstore.rules.email_address import normal_email
from docstore.rules.plain import one_line
from docstore.rules.slug import valid_slug
from docstore.rules.time_zones import time_zones
from docstore.services import ledger, seats, signins
from docstore.services.acting import Acting
from docstore.services.finding import get

KINDS = ("gmina", "miasto", "powiat", "sejmik")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
# Six digits of the commune and, mostly, one of its kind.
_TERYT = re.compile(r"[0-9]{6,7}")
# As long as the columns of names are.
_NAME = 200


@dataclass(frozen=True, slots=True)
class BodyDetails:
    """What the office tells of its council."""

    name: str
    slug: str
    kind: str = "gmina"
    teryt: str = ""
    colour: str = "#7a1f2b"
    phone: str = ""
    email: str = ""
    address: str = ""
    time_zone: str = "Europe/Warsaw"


def add_body(session: WriteSession, acting: Acting, details: BodyDetails) -> Body:
    """Found a council in this installation, with the council itself as its first organisation."""
    body = Body(slug=details.slug, created_at=acting.at)
    _fill(body, details)
    if not valid_slug(details.slug):
        raise InvalidInput(field="slug", reason="slug")
    if session.scalar(select(Body.id).where(Body.slug == details.slug)):
        raise SlugTaken(slug=details.slug)
    session.add(body)
    session.flush()
    session.add(Organization(body_id=body.id, name=details.name, kind="council"))
    ledger.record(session, body.id, "body_added", acting, body=body.id)
    return body


def change_body(session: WriteSession, acting: Acting, body: Body, details: BodyDetails) -> None:
    """Change what is told of a council; its short name stays, because addresses hold it."""
    _fill(body, details)
    session.add(body)
    ledger.record(session, body.id, "body_changed", acting, body=body.id)


def _fill(body: Body, details: BodyDetails) -> None:
    if details.kind not in KINDS:
        raise InvalidInput(field="kind", reason="choice")
    if not _COLOUR.fullmatch(details.colour):
        raise InvalidInput(field="colour", reason="not_a_colour")
    teryt = details.teryt.replace(" ", "")
    if teryt and not _TERYT.fullmatch(teryt):
        raise InvalidInput(field="teryt", reason="teryt")
    if details.time_zone not in time_zones():
        raise InvalidInput(field="time_zone", reason="choice")
    email = typed_email("email", details.email, optional=True)
    name = typed("name", details.name, longest=_NAME)
    phone = typed("phone", details.phone, longest=60, optional=True)
    address = typed("address", details.address, longest=300, optional=True)
    # From here on nothing is refused: a body is changed as a whole or not at all.
    body.name, body.phone, body.address, body.email = name, phone, address, email
    body.kind, body.colour, body.teryt = details.kind, details.colour, teryt
    body.time_zone = details.time_zone


def typed(field: str, text: str, *, longest: int, optional: bool = False) -> str:
    """Return what was typed on one line; raise `InvalidInput` for nothing and for too much."""
    said = one_line(text)
    if not said and not optional:
        raise InvalidInput(field=field, reason="required")
    if len(said) > longest:
        raise InvalidInput(field=field, reason="too_long", limit=longest)
    return said


def typed_email(field: str, text: str, *, optional: bool = False) -> str:
    """Return an address as mail servers know it; raise `InvalidInput` for what is none."""
    if optional and not text.strip():
        return ""
    address = normal_email(text)
    if address is None:
        raise InvalidInput(field=field, reason="email")
    return address


def find_body(session: Session, slug: str) -> Body | None:
    """Return the council with a short name."""
    return session.scalar(select(Body).where(Body.slug == slug))


def bodies(session: Session) -> list[Body]:
    """Return every council of the installation, by name."""
    return list(session.scalars(select(Body).order_by(Body.name)))


def add_term(
    session: WriteSession, *, body_id: str, number: int, starts_on: date, ends_on: date | None
) -> LegislativeTerm:
    """Add a term of the council."""
    if ends_on is not None and ends_on <= starts_on:
        raise InvalidInput(field="ends_on", reason="order")
    taken = select(LegislativeTerm.id).where(
        LegislativeTerm.body_id == body_id, LegislativeTerm.number == number
    )
    if session.scalar(taken):
        raise InvalidInput(field="number", reason="taken")
    term = LegislativeTerm(body_id=body_id, number=number, starts_on=starts_on, ends_on=ends_on)
    session.add(term)
    session.flush()
    return term


def term_on(session: Session, body_id: str, day: date) -> LegislativeTerm | None:
    """Return the term that a day belongs to."""
    return session.scalar(
        select(LegislativeTerm)
        .where(
            LegislativeTerm.body_id == body_id,
            LegislativeTerm.starts_on <= day,
            or_(LegislativeTerm.ends_on.is_(None), LegislativeTerm.ends_on >= day),
        )
        .order_by(LegislativeTerm.starts_on.desc())
        .limit(1)
    )


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
    name = typed("name", name, longest=_NAME)
    if any(row.name == name for row in organizations(session, body_id)):
        raise InvalidInput(field="name", reason="taken")
    row = Organization(body_id=body_id, name=name, kind=kind)
    session.add(row)
    session.flush()
    ledger.record(session, body_id, "organization_added", acting, organization=row.id)
    return row


def add_person(
    session: WriteSession, acting: Acting, *, body_id: str, name: str, email: str = ""
) -> Person:
    """Add somebody the council knows; an address is wished for but not needed."""
    person = Person(
        body_id=body_id,
        name=typed("name", name, longest=_NAME),
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
    name, email = typed("name", name, longest=_NAME), email.strip().lower()
    if email != person.email:
        if session.scalar(select(Duty.id).where(Duty.person_id == person.id).limit(1)):
            _refuse_taken(session, person, email)
        signins.end_links(session, acting, person=person)
    person.name, person.email = name, email
    ledger.record(session, body_id, "person_changed", acting, person=person.id)
    return person


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
    held = seats.reopened(session, acting, person=person, organization=organization, role=role)
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


def invite_guest(session: WriteSession, acting: Acting, *, person: Person, function: str) -> Guest:
    """Make a person receive every packet without being a member."""
    row = Guest(body_id=person.body_id, person_id=person.id, function=function.strip())
    session.add(row)
    session.flush()
    ledger.record(session, person.body_id, "guest_added", acting, person=person.id)
    return row


def give_duty(session: WriteSession, acting: Acting, *, person: Person, role: str) -> Duty:
    """Let a person work for the office, or administer; such a person needs an own address."""
    if role not in {"office", "administrator"}:
        raise InvalidInput(field="role", reason="choice")
    _refuse_taken(session, person, person.email)
    row = Duty(body_id=person.body_id, person_id=person.id, role=role)
    session.add(row)
    session.flush()
    ledger.record(session, person.body_id, "duty_given", acting, person=person.id, role=role)
    return row


def _refuse_taken(session: Session, person: Person, email: str) -> None:
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


def is_current(day: date) -> ColumnElement[bool]:
    """Return the condition that a membership holds on a day."""
    return and_(
        Membership.starts_on <= day, or_(Membership.ends_on.is_(None), Membership.ends_on >= day)
    )


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
            or_(Guest.ends_on.is_(None), Guest.ends_on >= on),
        )
    ).all()
    found = {person.id: Recipient(person, role) for person, role in members}
    for person, function in guests:
        found.setdefault(person.id, Recipient(person, "guest", function))
    return sorted(found.values(), key=lambda each: (each.role == "guest", _by_name(each.person)))


def _by_name(person: Person) -> tuple[str, str]:
    """Sort as a register does: by the last word of the name, then by the whole of it."""
    words = person.name.split()
    return (words[-1].casefold() if words else "", person.name)


def recipients_at(session: Session, body_id: str, email: str, *, at: datetime) -> list[str]:
    """Return the ids of those with an address to whom packets are sent now."""
    found = with_address(session, body_id=body_id, email=email)
    return [person.id for person in found if standing(session, person, at=at).is_recipient]


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
            or_(Guest.ends_on.is_(None), Guest.ends_on >= at.date()),
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
        for person in sorted(people, key=_by_name)
    ]


def names(session: Session, person_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of some people by id."""
    ids = set(person_ids)
    if not ids:
        return {}
    return dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all())
