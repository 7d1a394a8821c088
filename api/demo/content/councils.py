"""Who is who in the demo: four councils of real towns with invented people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from api.demo.content.wording import ascii_name
from docstore.rules.roman import to_roman

Role = Literal["administrator", "office", "chair", "councillor", "guest"]
Seat = Literal["member", "chair", "vice_chair"]
COUNCIL = "rada"
"""The key of the council itself among a body's organisations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTerm:
    """A term of a council; `chair` signs what it adopts, as `office` (przewodnicząca, ...)."""

    number: int
    starts_on: date
    ends_on: date | None
    chair: str
    chair_office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOrganization:
    """The council, a committee or a club, with a key that memberships name."""

    key: str
    name: str
    kind: Literal["council", "committee", "club"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """An invented person: what they may do here and where they sit."""

    name: str
    role: Role
    function: str
    email: str
    seats: Mapping[str, Seat] = field(default_factory=dict)
    """Key of an organisation -> the seat held there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflected:
    """The forms of a name that Polish sentences need."""

    nominative: str
    genitive: str
    dative: str = ""
    accusative: str = ""
    instrumental: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoBody:
    """One council of the demo."""

    slug: str
    name: str
    name_genitive: str
    town: Inflected
    commune: Inflected
    mayor: Inflected
    kind: Literal["miasto", "gmina"]
    teryt: str
    colour: str
    charge: str
    """What its emblem shows (`emblem.py`)."""
    phone: str
    address: str
    seats: int
    number_form: str
    """How this office writes numbers: from `{roman}`, `{running}`, `{year}` and `{short}`."""
    terms: tuple[DemoTerm, ...]
    organizations: tuple[DemoOrganization, ...]
    people: tuple[DemoPerson, ...]

    @property
    def email(self) -> str:
        """Return the office's address, in a domain reserved for examples."""
        return f"biuro@{self.slug}.example"

    def term(self, day: date) -> DemoTerm:
        """Return the term in which a day falls."""
        return next(term for term in reversed(self.terms) if term.starts_on <= day)

    def number(self, *, session: int, running: int, year: int) -> str:
        """Return the number of an act in this office's own form."""
        return self.number_form.format(
            roman=to_roman(session), running=running, year=year, short=f"{year % 100:02d}"
        )


def people(
    slug: str, rows: tuple[tuple[str, Role, str, Mapping[str, Seat]], ...]
) -> tuple[DemoPerson, ...]:
    """Give every person an address in the council's own example domain."""
    return tuple(
        DemoPerson(
            name=name,
            role=role,
            function=function,
            email=f"{ascii_name(name)}@{slug}.example",
            seats=seats,
        )
        for name, role, function, seats in rows
    )


def organizations(*rows: tuple[str, str]) -> tuple[DemoOrganization, ...]:
    """Build organisations from keys and names; the first is the council, clubs say so."""
    return tuple(
        DemoOrganization(
            key=key,
            name=name,
            kind="council"
            if key == COUNCIL
            else "club"
            if name.startswith("Klub")
            else "committee",
        )
        for key, name in rows
    )


SMALL_TERMS_START = (date(2018, 11, 20), date(2024, 5, 7))


def two_terms(eighth: tuple[str, str], ninth: tuple[str, str]) -> tuple[DemoTerm, ...]:
    """Return the terms VIII and IX from (chair, office) of each."""
    first, second = SMALL_TERMS_START
    return (
        DemoTerm(
            number=8,
            starts_on=first,
            ends_on=date(2024, 5, 6),
            chair=eighth[0],
            chair_office=eighth[1],
        ),
        DemoTerm(number=9, starts_on=second, ends_on=None, chair=ninth[0], chair_office=ninth[1]),
    )
