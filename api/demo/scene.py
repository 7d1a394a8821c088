"""Finds what the demo's steps speak of: the council, its session, its people, two documents."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.demo.content.piechowice import PIECHOWICE
from api.demo.content.session import NUMBER
from api.demo.content.session_agenda import AGENDA, PAPERS
from api.demo.content.session_documents import REPLACEMENT
from docstore.errors import NotFound
from docstore.models import AgendaItem, Body, Document, Meeting, Packet, Person
from docstore.services import agendas, bodies, calendar, people

HOME = f"/{PIECHOWICE.slug}"
CLERK = "Monika Lipczyńska"
COUNCILLOR = "Teresa Żołądkiewicz"
ADMINISTRATOR = "Paweł Rzeźnikowicz"
_LAST_POINT = next(item.title for item in AGENDA if item.ref == "rozne")
_REPLACED_DRUK = next(paper.druk for paper in PAPERS if paper.ref == REPLACEMENT.paper)


@dataclass(frozen=True, slots=True)
class Scene:
    """The council of the demo with its upcoming session and its newest packet."""

    body: Body
    meeting: Meeting
    packet: Packet
    items: tuple[AgendaItem, ...]

    @property
    def desk(self) -> str:
        """Return where the office works on the session."""
        return f"{HOME}/biuro/posiedzenia/{self.meeting.id}"

    @property
    def reader(self) -> str:
        """Return where a councillor reads the session's papers."""
        return f"{HOME}/moje/{self.meeting.id}"

    @property
    def last_point(self) -> AgendaItem | None:
        """Return the point for whatever comes late, unless a visitor took it off."""
        return next((item for item in self.items if item.title == _LAST_POINT), None)

    @property
    def replaced(self) -> Document | None:
        """Return the draft that has a second version ready, unless a visitor took it off."""
        for item in self.items:
            for consideration in item.considerations:
                if consideration.paper.druk == _REPLACED_DRUK:
                    for document in consideration.paper.documents:
                        if document.role == REPLACEMENT.role and document.removed_at is None:
                            return document
        return None


def scene(session: Session) -> Scene:
    """Return the scene; `NotFound` where a visitor has renumbered the session."""
    body = council(session)
    for meeting, packet in calendar.published_meetings(session, body_id=body.id):
        if meeting.number == NUMBER:
            return Scene(body, meeting, packet, tuple(agendas.agenda(session, meeting.id)))
    raise NotFound


def council(session: Session) -> Body:
    """Return the council that the demo is about."""
    body = bodies.find_body(session, PIECHOWICE.slug)
    if body is None:
        raise NotFound
    return body


def person(session: Session, body: Body, name: str) -> Person:
    """Return somebody of the council, by the name that the demo gave them."""
    email = next(each.email for each in PIECHOWICE.people if each.name == name)
    found = people.with_address(session, body_id=body.id, email=email)
    if not found:
        raise NotFound
    return found[0]
