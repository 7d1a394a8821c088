"""Councils of this installation."""

import re
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import InvalidInput, SlugTaken
from docstore.models import Body, Organization
from docstore.rules.slug import valid_slug
from docstore.rules.time_zones import time_zones
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.fields import NAME_LENGTH, typed, typed_email

KINDS = ("gmina", "miasto", "powiat", "sejmik")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
# Six digits of the commune and, mostly, one of its kind.
_TERYT = re.compile(r"[0-9]{6,7}")


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
    name = typed("name", details.name, longest=NAME_LENGTH)
    phone = typed("phone", details.phone, longest=60, optional=True)
    address = typed("address", details.address, longest=300, optional=True)
    # From here on nothing is refused: a body is changed as a whole or not at all.
    body.name, body.phone, body.address, body.email = name, phone, address, email
    body.kind, body.colour, body.teryt = details.kind, details.colour, teryt
    body.time_zone = details.time_zone


# Asked by every page; built anew each time it would take longer than the answer.
_BY_SLUG = select(Body).where(Body.slug == bindparam("slug"))


def find_body(session: Session, slug: str) -> Body | None:
    """Return the council with a short name."""
    return session.scalar(_BY_SLUG, {"slug": slug})


def bodies(session: Session) -> list[Body]:
    """Return every council of the installation, by name."""
    return list(session.scalars(select(Body).order_by(Body.name, Body.slug)))


def after(session: Session, *, last: str | None, limit: int) -> list[Body]:
    """Return the councils that follow a short name, by short name, which never changes."""
    query = select(Body).order_by(Body.slug).limit(limit)
    return list(session.scalars(query if last is None else query.where(Body.slug > last)))
