"""Founds the demo's councils: terms, organisations, people, seats, guests, duties."""

from dataclasses import dataclass

from api.demo.content.councils import COUNCIL, DemoBody, DemoPerson
from api.demo.content.emblem import emblem
from api.demo.content.neighbours import NEIGHBOURS
from api.demo.content.piechowice import PIECHOWICE
from api.wiring import Parts
from docstore.database import WriteSession
from docstore.models import Body, Organization, Person
from docstore.services import bodies, clerks, emblems, organizations, people, seats, terms
from docstore.services.acting import Acting
from docstore.services.bodies import BodyDetails

BODIES: tuple[DemoBody, ...] = (PIECHOWICE, *NEIGHBOURS)


@dataclass(frozen=True, slots=True)
class Council:
    """A council of the demo and its rows."""

    demo: DemoBody
    body: Body
    organizations: dict[str, Organization]
    """By the keys that seats and audiences name."""
    people: dict[str, Person]
    """By name."""

    @property
    def clerk(self) -> Person:
        """Return the person who does the office's work."""
        name = next(each.name for each in self.demo.people if each.role == "office")
        return self.people[name]


def found_councils(parts: Parts) -> dict[str, Council]:
    """Found every council, each in one transaction, and return them by short name."""
    return {demo.slug: _found(parts, demo) for demo in BODIES}


def _found(parts: Parts, demo: DemoBody) -> Council:
    acting = Acting(None, parts.clock.now())
    with parts.database.transaction() as session:
        body = bodies.add_body(session, acting, _details(demo))
        for term in demo.terms:
            terms.add_term(
                session,
                body_id=body.id,
                number=term.number,
                starts_on=term.starts_on,
                ends_on=term.ends_on,
            )
        organizations = _organizations(session, acting, demo, body)
        council = Council(demo, body, organizations, {})
        for person in demo.people:
            council.people[person.name] = _add(session, acting, council, person)
    picture = emblem(demo.colour, demo.charge)
    emblems.change(parts.intake, None, body_id=council.body.id, source=picture)
    return council


def _details(demo: DemoBody) -> BodyDetails:
    return BodyDetails(
        name=demo.name,
        slug=demo.slug,
        kind=demo.kind,
        teryt=demo.teryt,
        colour=demo.colour,
        phone=demo.phone,
        email=demo.email,
        address=demo.address,
    )


def _organizations(
    session: WriteSession, acting: Acting, demo: DemoBody, body: Body
) -> dict[str, Organization]:
    found = {COUNCIL: organizations.council(session, body.id)}
    for each in demo.organizations:
        if each.key != COUNCIL:
            found[each.key] = organizations.add_organization(
                session, acting, body_id=body.id, name=each.name, kind=each.kind
            )
    return found


def _add(session: WriteSession, acting: Acting, council: Council, demo: DemoPerson) -> Person:
    person = people.add_person(
        session, acting, body_id=council.body.id, name=demo.name, email=demo.email
    )
    since = council.demo.term(acting.at.date()).starts_on
    for key, role in demo.seats.items():
        seats.seat(
            session,
            acting,
            person=person,
            organization=council.organizations[key],
            role=role,
            starts_on=since,
        )
    match demo.role:
        case "guest":
            people.invite_guest(session, acting, person=person, function=demo.function)
        case "office":
            clerks.give_duty(session, acting, person=person, role="office")
        case "administrator":
            for duty in ("administrator", "office"):
                clerks.give_duty(session, acting, person=person, role=duty)
    return person
