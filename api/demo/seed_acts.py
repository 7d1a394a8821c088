"""Holds the demo's past sessions and publishes what they adopted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from api.demo.content.act import DemoAct
from api.demo.content.councils import COUNCIL
from api.demo.content.makers import MadeFile
from api.demo.content.piechowice import PIECHOWICE
from api.demo.content.session import PLACE
from api.demo.seed_people import Council
from api.wiring import Parts
from docstore.errors import PacketWaiting
from docstore.models import Meeting
from docstore.services import adoption, meetings
from docstore.services.acting import Acting
from docstore.services.adoption import Counts, Outcome
from docstore.services.meetings import MeetingDetails, NewItem
from docstore.services.versions import NewDocument, Owner

_BEGINS = time(10)
_LOOKED_AT = "Akty pokazu przejrzano: osoby i numery są zmyślone."


@dataclass(frozen=True, slots=True)
class Stored:
    """An act whose file is stored and that waits to be read."""

    council: Council
    act: DemoAct
    consideration_id: str
    paper_id: str
    version_id: str


def store_acts(
    parts: Parts, councils: dict[str, Council], files: Iterable[MadeFile]
) -> list[Stored]:
    """Make each past session with its agenda, and store the signed file of each act."""
    stored: list[Stored] = []
    made = [each for each in files if each.act is not None]
    for (slug, _, _), group in groupby(made, key=_session):
        stored += _hold(parts, councils[slug], list(group))
    return stored


def _session(made: MadeFile) -> tuple[str, int, str]:
    act = _act(made)
    return (act.body.slug, act.session, act.adopted_on.isoformat())


def _act(made: MadeFile) -> DemoAct:
    assert made.act is not None  # noqa: S101 - the caller chose files of acts
    return made.act


def _hold(parts: Parts, council: Council, files: Sequence[MadeFile]) -> list[Stored]:
    """Make one past session, its agenda and its papers, then store their files."""
    first, body_id = _act(files[0]), council.body.id
    acting = Acting(council.clerk.id, parts.clock.now())
    with parts.database.transaction() as session:
        meeting = meetings.create(session, acting, body_id=body_id, details=_details(council, first))
        items = meetings.add_items(
            session,
            acting,
            body_id=body_id,
            meeting_id=meeting.id,
            revision=meeting.revision,
            items=[NewItem(f"Podjęcie uchwały {_act(made).title}") for made in files],
        )
        for made, item in zip(files, items, strict=True):
            meetings.add_paper(
                session, acting, item=item, title=_act(made).title, kind="resolution"
            )
    return _store(parts, council, meeting, files)


def _details(council: Council, act: DemoAct) -> MeetingDetails:
    zone = ZoneInfo(council.body.time_zone)
    return MeetingDetails(
        organization_id=council.organizations[COUNCIL].id,
        starts_at=datetime.combine(act.adopted_on, _BEGINS, zone),
        number=act.session,
        place=PLACE if council.demo is PIECHOWICE else "",
    )


def _store(
    parts: Parts, council: Council, meeting: Meeting, files: Sequence[MadeFile]
) -> list[Stored]:
    with parts.database.reading() as session:
        considered = [
            (row.id, row.paper_id)
            for item in meetings.agenda(session, meeting.id)
            for row in item.considerations
        ]
    stored = []
    for made, (consideration_id, paper_id) in zip(files, considered, strict=True):
        with made.path.open("rb") as source:
            version = parts.intake.add_document(
                council.clerk.id,
                body_id=council.body.id,
                new=NewDocument(
                    Owner(paper_id=paper_id), role=made.role, title=made.title, is_public=True
                ),
                file_name=made.path.name,
                source=source,
            )
        stored.append(Stored(council, _act(made), consideration_id, paper_id, version.id))
    return stored


def publish_acts(parts: Parts, stored: Iterable[Stored]) -> list[Stored]:
    """Publish the acts that have been read; return those that have not."""
    return [one for one in stored if not _published(parts, one)]


def _published(parts: Parts, one: Stored) -> bool:
    """Write what came of one paper and show it to everyone, unless it is still being read."""
    acting = Acting(one.council.clerk.id, parts.clock.now())
    body_id, act = one.council.body.id, one.act
    outcome = Outcome("adopted", act.number, act.adopted_on, _counts(act))
    try:
        with parts.database.transaction() as session:
            adoption.record_outcome(
                session,
                acting,
                body_id=body_id,
                consideration_id=one.consideration_id,
                outcome=outcome,
            )
            if act.status != "unknown":
                adoption.set_status(
                    session,
                    acting,
                    body_id=body_id,
                    paper_id=one.paper_id,
                    status=act.status,
                    basis=act.status_basis,
                )
            adoption.publish_act(
                session,
                acting,
                body_id=body_id,
                paper_id=one.paper_id,
                personal_data_reason=_LOOKED_AT,
            )
    except PacketWaiting:
        return False
    return True


def _counts(act: DemoAct) -> Counts:
    votes = act.votes
    return Counts(
        in_favour=votes.in_favour,
        against=votes.against,
        abstained=votes.abstained,
        no_voice=votes.no_voice,
        absent=votes.absent,
    )
