"""Holds the demo's past sessions and publishes what they adopted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from api.demo.content.act import DemoAct
from api.demo.content.councils import COUNCIL
from api.demo.content.makers import MadeFile
from api.demo.content.piechowice import PIECHOWICE
from api.demo.content.session import PLACE
from api.demo.seed_people import Council
from api.wiring import Parts
from docstore.models import Facts, Paper
from docstore.services import act_deciding, act_facts, adoption, agendas, meetings, papers
from docstore.services.acting import Acting
from docstore.services.adoption import Counts, Outcome
from docstore.services.agendas import NewItem
from docstore.services.documents import NewDocument, Owner
from docstore.services.meetings import MeetingDetails

_BEGINS = time(10)
_LOOKED_AT = "Akty pokazu przejrzano: osoby i numery są zmyślone."


@dataclass(frozen=True, slots=True)
class Decided:
    """An act on the agenda of the session that adopted it."""

    council: Council
    act: DemoAct
    made: MadeFile
    consideration_id: str
    paper_id: str
    left_open_from: date
    """What acts of this day and later say of themselves is left for the visitor to confirm."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An act whose file is stored and that waits to be read."""

    decided: Decided
    version_id: str


def hold_sessions(
    parts: Parts, councils: dict[str, Council], files: Iterable[MadeFile]
) -> list[Decided]:
    """Make each past session with its agenda and its papers, each in one transaction."""
    decided: list[Decided] = []
    acts = [(each.act, each) for each in files if each.act is not None]
    last = {
        slug: max(act.adopted_on for act, _ in acts if act.body.slug == slug) for slug in councils
    }
    for (slug, _, _), group in groupby(acts, key=lambda pair: _session(pair[0])):
        decided += _hold(parts, councils[slug], list(group), left_open_from=last[slug])
    return decided


def _session(act: DemoAct) -> tuple[str, int, date]:
    return (act.body.slug, act.session, act.adopted_on)


def _hold(
    parts: Parts,
    council: Council,
    acts: Sequence[tuple[DemoAct, MadeFile]],
    *,
    left_open_from: date,
) -> list[Decided]:
    body_id = council.body.id
    acting = Acting(council.clerk.id, parts.clock.now())
    with parts.database.transaction() as session:
        meeting = meetings.create(
            session, acting, body_id=body_id, details=_details(council, acts[0][0])
        )
        items = agendas.add_items(
            session,
            acting,
            body_id=body_id,
            meeting_id=meeting.id,
            revision=meeting.revision,
            items=[NewItem(f"Podjęcie uchwały {act.title}") for act, _ in acts],
        )
        for (act, _), item in zip(acts, items, strict=True):
            papers.add_paper(session, acting, item=item, title=act.title, kind="resolution")
        considered = [
            (row.id, row.paper_id)
            for item in agendas.agenda(session, meeting.id)
            for row in item.considerations
        ]
    return [
        Decided(council, act, made, consideration_id, paper_id, left_open_from)
        for (act, made), (consideration_id, paper_id) in zip(acts, considered, strict=True)
    ]


def _details(council: Council, act: DemoAct) -> MeetingDetails:
    zone = ZoneInfo(council.body.time_zone)
    return MeetingDetails(
        organization_id=council.organizations[COUNCIL].id,
        starts_at=datetime.combine(act.adopted_on, _BEGINS, zone),
        number=act.session,
        place=PLACE if council.demo is PIECHOWICE else "",
    )


def store(parts: Parts, decided: Iterable[Decided]) -> list[Stored]:
    """Store the signed file of each act."""
    stored = []
    for one in decided:
        made, paper = one.made, Owner(paper_id=one.paper_id)
        with made.path.open("rb") as source:
            version = parts.intake.add_document(
                one.council.clerk.id,
                body_id=one.council.body.id,
                new=NewDocument(paper, role=made.role, title=made.title, is_public=True),
                file_name=made.path.name,
                source=source,
            )
        stored.append(Stored(one, version.id))
    return stored


def publish_read(parts: Parts, stored: Iterable[Stored]) -> list[Stored]:
    """Publish the acts whose files have been read; return the others."""
    left = []
    for one in stored:
        with parts.database.reading() as session:
            is_read = session.get(Facts, one.version_id) is not None
        if is_read:
            _publish(parts, one.decided)
        else:
            left.append(one)
    return left


def _publish(parts: Parts, one: Decided) -> None:
    """Write what came of one paper, and show it to everyone."""
    acting = Acting(one.council.clerk.id, parts.clock.now())
    body_id, paper_id, act = one.council.body.id, one.paper_id, one.act
    with parts.database.transaction() as session:
        adoption.record_outcome(
            session,
            acting,
            body_id=body_id,
            consideration_id=one.consideration_id,
            outcome=Outcome("adopted", act.number, act.adopted_on, _counts(act)),
        )
        if act.status != "unknown":
            adoption.set_status(
                session,
                acting,
                body_id=body_id,
                paper_id=paper_id,
                status=act.status,
                basis=act.status_basis,
            )
        adoption.publish_act(
            session,
            acting,
            body_id=body_id,
            paper_id=paper_id,
            personal_data_reason=_LOOKED_AT,
        )
        if act.adopted_on < one.left_open_from:
            said = act_facts.read(session, session.get_one(Paper, paper_id)).said
            act_deciding.decide(
                session,
                acting,
                body_id=body_id,
                paper_id=paper_id,
                chosen={(each.kind, each.key) for each in said if each.state == "new"},
                confirm=True,
            )


def _counts(act: DemoAct) -> Counts:
    votes = act.votes
    return Counts(
        in_favour=votes.in_favour,
        against=votes.against,
        abstained=votes.abstained,
        no_voice=votes.no_voice,
        absent=votes.absent,
    )
