"""Who asks, and what they ask: every kind of asker before every route of two councils."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO

import pytest
from fastapi.routing import iter_route_contexts
from httpx2 import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.security import cookies
from docstore import outbox
from docstore.models import ArchiveEntry, OutboxMessage, Paper, Person
from docstore.services import (
    archive,
    exclusions,
    organizations,
    passwords,
    people,
    seats,
    signins,
    standings,
    tokens,
)
from docstore.services.archive import NewEntry
from docstore.services.documents import NewDocument, Owner
from docstore.services.exclusions import TakeDown
from tests.factories import NARROW, make_pdf
from tests.integration.pages.browsers import PASSWORD
from tests.integration.pages.conftest import Council, Site

NOBODY = "0" * 16
"""An id that nothing has."""
CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
PEOPLE = ("public", "stranger", "guest", "councillor", "chair", "linked", "office", "admin")
"""`stranger` has an account with another council; `linked` administers and came by a link."""
PROOF = "proof-of-the-matrix"


@dataclass
class World:
    """A council where every kind of thing exists, and whoever may ask about it."""

    site: Site
    council: Council
    known: dict[str, str] = field(default_factory=dict)
    people: dict[str, tuple[Person, str]] = field(default_factory=dict)
    """Whoever has an account, and how they signed in."""

    def address(self, path: str, **other: str) -> str:
        """Fill a route's pattern with things that exist, but for those given otherwise."""
        known = {"slug": self.council.body.slug, **self.known, **other}
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: known[name[1]], path)


def made(site: Site, slug: str) -> World:
    """Found a council with a packet, an act, a file, a taking down, and people of each kind."""
    council = site.found(slug)
    owner = Owner(paper_id=site.paper(council).id)
    site.upload(council, owner, make_pdf(text="projekt"), name="projekt.pdf")
    narrow = site.parts.intake.add_document(
        None,
        body_id=council.body.id,
        new=NewDocument(owner, role="annex", title="Opinia prawna", audience=NARROW),
        file_name="opinia.pdf",
        source=BytesIO(make_pdf(text="opinia")),
    )
    site.work()
    gone = site.upload(council, owner, b"tekst", name="skarga.txt", role="annex")
    packet = site.publish(council)
    paper = site.adopt(council)
    world = World(site, council)
    _people(world)
    admin = world.people["admin"][0]
    password_hash = passwords.hashed(PASSWORD)
    with site.parts.database.transaction() as session:
        signins.set_password(session, site.acting, person=admin, password_hash=password_hash)
        outbox.enqueue(session, "parked", slug, at=site.clock.now(), body=council.body.id)
        message = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert message is not None
        message.failed_at = site.clock.now()
        session.flush()
        excluded = exclusions.take_down(
            session,
            site.acting,
            body_id=council.body.id,
            document_id=gone.document_id,
            said=TakeDown("całość", "privacy", "Burmistrz", "powód"),
        )
        _, token = tokens.make(
            session,
            site.acting,
            its=standings.standing(session, admin, at=site.clock.now()),
            by="password",
            label="eksport",
            scopes=tokens.SCOPES,
        )
        _, sign_in = signins.open_sign_in(
            session, site.acting, person=admin, by="password", device="Firefox, Linux"
        )
        spare = people.add_person(
            session,
            site.acting,
            body_id=council.body.id,
            name="Jan Inny",
            email="inny@rada.example",
        )
        seat = seats.seat(
            session,
            site.acting,
            person=spare,
            organization=organizations.council(session, council.body.id),
        )
        link = signins.make_link(
            session,
            person=spare,
            meeting_id=council.meeting.id,
            at=site.clock.now(),
            expires_at=site.clock.now() + timedelta(hours=1),
        )
        old = Paper(body_id=council.body.id, title="w sprawie psów", created_at=site.clock.now())
        session.add(old)
        session.flush()
        entered = [NewEntry(old.id, "2018/psy.pdf", None)]
        archive.enter(session, council.body.id, entered, at=site.clock.now())
        session.flush()
        entry = session.scalars(
            select(ArchiveEntry.id).where(ArchiveEntry.paper_id == old.id)
        ).one()
    consideration = site.consideration(council)
    world.known.update(
        entry_id=entry,
        meeting_id=council.meeting.id,
        item_id=consideration.item_id,
        code="not_found",
        consideration_id=consideration.id,
        paper_id=paper.id,
        act_id=paper.id,
        document_id=narrow.document_id,
        version_id=narrow.id,
        packet_id=packet.id,
        exclusion_id=excluded.id,
        person_id=spare.id,
        membership_id=seat.id,
        sign_in_id=sign_in.id,
        token_id=token.id,
        token=link,
        number="1",
        page="1",
        name="pakiet.pdf",
        file_name="opinia.pdf",
        message_id=str(message.id),
    )
    return world


def _people(world: World) -> None:
    site, council = world.site, world.council
    with site.parts.database.transaction() as session:
        chair = people.add_person(
            session,
            site.acting,
            body_id=council.body.id,
            name="Zofia Przewodnicząca",
            email="z@x.pl",
        )
        seats.seat(
            session,
            site.acting,
            person=chair,
            organization=organizations.council(session, council.body.id),
            role="chair",
        )
    office = site.clerk(council)
    with site.parts.database.transaction() as session:  # the next one needs an address of its own
        session.get_one(Person, office.id).email = f"biuro2@{council.body.slug}.example"
    admin = site.clerk(council, "office", "administrator")
    world.people = {
        "guest": (council.guest, "link"),
        "councillor": (council.member, "link"),
        "chair": (chair, "link"),
        "linked": (admin, "link"),
        "office": (office, "password"),
        "admin": (admin, "password"),
    }


def browser(world: World, who: str, elsewhere: World) -> dict[str, str]:
    """Return what the browser of one kind of asker sends: its sign-in and its forms' proof."""
    kept = f"teczka_formularz={PROOF}"
    headers = {"X-CSRF-Token": PROOF, "Cookie": kept}
    if who != "public":
        person, by = elsewhere.people["admin"] if who == "stranger" else world.people[who]
        name, token = cookies.sign_in_cookie(person.body_id), world.site.token(person, by=by)
        headers["Cookie"] = f"{kept}; {name}={token}"
    return headers


def program(world: World, *scopes: str) -> dict[str, str]:
    """Return what the administrator's program sends: a token of these scopes."""
    person, by = world.people["admin"]
    with world.site.parts.database.transaction() as session:
        token, _ = tokens.make(
            session,
            world.site.acting,
            its=standings.standing(session, person, at=world.site.clock.now()),
            by=by,
            label="program",
            scopes=scopes,
        )
    return {"Authorization": f"Bearer {token}"}


def routes(site: Site) -> list[tuple[str, str]]:
    """Return method and whole pattern of every route of the application, as it is built."""
    return sorted(
        (method, str(route.path))
        for route in iter_route_contexts(site.app.routes)
        for method in sorted(route.methods or ())
        if method not in {"HEAD", "OPTIONS"}
    )


def ask(
    site: Site, method: str, address: str, headers: Mapping[str, str], **typed: str
) -> Response:
    """Ask as our own page or a program would, with nothing but this typed into the form."""
    site.client.cookies.clear()
    return site.client.request(method, address, headers=headers, data=typed or None)


def verdict(method: str, answer: Response) -> str:
    """Say how an asker fared: led to the door, refused by a status, or `ok`: let in.

    Of those let in, a change with an empty form may well be told what is missing.
    """
    status = answer.status_code
    location = answer.headers.get("location", "")
    if status == 303 and re.search(r"/wejscie(\?|$)", location):
        return "door"
    if status in {401, 403, 404, 405}:
        return str(status)
    if method in CHANGES:
        assert status in {200, 201, 202, 204, 303, 409, 410, 422}, (method, answer.url, status)
        return "ok"
    assert status in {200, 303, 410}, (method, answer.url, status)
    return "ok" if status == 200 else str(status)


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Let every change be made and rolled back, so that each asker finds the same world."""

    def undo(session: Session) -> None:
        session.flush()
        session.rollback()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "commit", undo)
        yield


def expected(table: str) -> dict[tuple[str, str], dict[str, str]]:
    """Read the table: headings of askers, and below each one line a route with its verdicts."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    heading: list[str] = []
    for line in table.splitlines():
        if not line or line.startswith("#"):
            continue
        method, route, *cells = line.split()
        if method == "METHOD":
            heading = cells
        else:
            assert (method, route) not in found, (method, route)
            found[method, route] = dict(zip(heading, cells, strict=True))
    return found
