"""After the session: what came of each paper, its number, its vote, and its publication."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from docstore.database import WriteSession
from docstore.errors import (
    InvalidInput,
    MeetingCancelled,
    NotAdopted,
    NumberTaken,
    PacketWaiting,
    PersonalDataFound,
)
from docstore.models import (
    ActFact,
    AgendaItem,
    Consideration,
    Document,
    Facts,
    Meeting,
    PacketEntry,
    Paper,
    PublicationReason,
    Version,
    Vote,
)
from docstore.rules.acts.number import parse_act_number
from docstore.rules.roll_call import tally
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.finding import get, get_locked
from docstore.services.indexing import touch_index
from docstore.services.openness import open_up, taken_down
from docstore.services.packet_plan import Entry
from docstore.services.packets import Concern, concerns, last_packet, newly_public
from docstore.services.terms import term_on

OUTCOMES = ("pending", "adopted", "rejected", "withdrawn", "referred")
STATUSES = (
    "unknown",
    "adopted",
    "in_force",
    "in_force_amended",
    "repealed",
    "expired",
    "declared_invalid",
)
"""brak informacji, uchwalona, obowiązuje, obowiązuje ze zmianami, uchylona, utraciła moc,
stwierdzono nieważność; every one but the first needs its basis."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How a vote went; the five categories of councils' own reports."""

    in_favour: int
    against: int
    abstained: int
    no_voice: int = 0
    absent: int = 0
    named: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one paper at one meeting."""

    outcome: str
    number: str = ""
    adopted_on: date | None = None
    counts: Counts | None = None


def record_outcome(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    consideration_id: str,
    outcome: Outcome,
) -> Paper:
    """Write what came of a paper: adopted with its number and vote, or not."""
    if outcome.outcome not in OUTCOMES:
        raise InvalidInput(field="outcome", reason="choice")
    consideration = get_locked(session, Consideration, body_id, consideration_id)
    paper = get_locked(session, Paper, body_id, consideration.paper_id)
    meeting = session.scalars(
        select(Meeting).join(AgendaItem).where(AgendaItem.id == consideration.item_id)
    ).one()
    if meeting.is_cancelled:
        raise MeetingCancelled
    consideration.outcome = outcome.outcome
    # What the meeting says of number and day overrules what was read of them in a text.
    session.execute(
        delete(ActFact).where(
            ActFact.paper_id == paper.id, ActFact.kind.in_(("adopted_on", "number"))
        )
    )
    if outcome.outcome == "adopted":
        day = outcome.adopted_on or meeting.starts_at.date()
        set_number(session, paper, number=outcome.number, adopted_on=day)
    elif paper.published_at is None:
        paper.number, paper.number_key, paper.adopted_on = "", None, None
    if outcome.counts is not None:
        write_vote(session, paper, consideration, meeting, outcome.counts)
    ledger.record(
        session,
        body_id,
        "outcome_recorded",
        acting,
        paper=paper.id,
        consideration=consideration.id,
        outcome=outcome.outcome,
    )
    touch_papers(session, acting, [paper])
    return paper


def set_number(session: WriteSession, paper: Paper, *, number: str, adopted_on: date) -> None:
    """Give a paper its number as typed; its normalised key is unique in the body's term."""
    literal = " ".join(number.split())
    parsed = parse_act_number(literal) if literal else None
    if literal and parsed is None:
        raise InvalidInput(field="number", reason="act_number", value=literal)
    term = term_on(session, paper.body_id, adopted_on)
    key = parsed.key if parsed else None
    if key is not None:
        other = session.scalar(
            select(Paper).where(
                Paper.body_id == paper.body_id,
                Paper.term_id == (term.id if term else None),
                Paper.number_key == key,
                Paper.id != paper.id,
            )
        )
        if other is not None:
            raise NumberTaken(number=other.number, title=other.title)
    paper.number, paper.number_key = (parsed.literal if parsed else ""), key
    paper.term_id, paper.adopted_on = (term.id if term else None), adopted_on
    try:
        session.flush()
    except IntegrityError as error:
        raise NumberTaken(number=literal, title="") from error


def write_vote(
    session: WriteSession,
    paper: Paper,
    consideration: Consideration,
    meeting: Meeting,
    counts: Counts,
) -> Vote:
    """Write how a vote went; a named list that no longer agrees with the counts goes."""
    numbers = (
        counts.in_favour, counts.against, counts.abstained, counts.no_voice, counts.absent
    )  # fmt: skip
    if min(numbers) < 0:
        raise InvalidInput(field="counts", reason="counts")
    voted = voted_version(session, paper, meeting)
    vote = session.scalar(select(Vote).where(Vote.consideration_id == consideration.id))
    if vote is None:
        vote = Vote(body_id=paper.body_id, paper_id=paper.id, consideration_id=consideration.id)
    vote.version_id = voted
    vote.voted_on = meeting.starts_at.date()
    vote.in_favour, vote.against, vote.abstained, vote.no_voice, vote.absent = numbers
    if counts.named or tally(vote.named or ()) != numbers:
        vote.named = list(counts.named)
    session.add(vote)
    session.flush()
    return vote


def voted_version(session: Session, paper: Paper, meeting: Meeting) -> str | None:
    """Return the version that was voted: the paper's main text in the meeting's last packet."""
    packet = last_packet(session, meeting.id)
    if packet is None:
        return None
    return session.scalar(
        select(PacketEntry.version_id)
        .join(Version, Version.id == PacketEntry.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(
            PacketEntry.packet_id == packet.id,
            Document.paper_id == paper.id,
            Document.role == "main",
        )
        .order_by(PacketEntry.position)
        .limit(1)
    )


def set_status(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    paper_id: str,
    status: str,
    basis: str,
) -> Paper:
    """Say whether an act is in force; a claim without its basis is refused (DESIGN promise 8)."""
    if status not in STATUSES:
        raise InvalidInput(field="status", reason="choice")
    if status != "unknown" and not basis.strip():
        raise InvalidInput(field="status_basis", reason="required")
    paper = get_locked(session, Paper, body_id, paper_id)
    paper.status, paper.status_basis = status, basis.strip() if status != "unknown" else ""
    paper.status_set_by, paper.status_set_at = acting.person_id, acting.at
    ledger.record(session, body_id, "status_set", acting, paper=paper.id, status=status)
    touch_papers(session, acting, [paper])
    return paper


def act_entries(session: Session, paper: Paper) -> list[Entry]:
    """Return the newest version of each document that the act's publication would show."""
    documents = session.scalars(
        select(Document)
        .where(Document.paper_id == paper.id, Document.removed_at.is_(None), Document.is_public)
        .options(selectinload(Document.versions))
        .order_by(Document.position)
    )
    entries = []
    for document in documents:
        closed = taken_down(session, [version.id for version in document.versions])
        left = [version for version in document.versions if version.id not in closed]
        if document.audience != "members_and_guests" or not left:
            continue
        version = left[-1]
        facts = session.get(Facts, version.id)
        entries.append(
            Entry(
                document=document,
                version=version,
                facts=facts,
                rendition=None,
                item=None,
                paper=paper,
            )
        )
    return entries


def act_concerns(session: Session, *, body_id: str, paper_id: str) -> list[Concern]:
    """List what should be looked at before an act becomes public."""
    paper = get(session, Paper, body_id, paper_id)
    return concerns(session, body_id, newly_public(session, act_entries(session, paper)))


def publish_act(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    paper_id: str,
    personal_data_reason: str = "",
) -> Paper:
    """Show an adopted act to everyone, with its public files and its vote.

    The reason for going on despite personal data is kept for the office, where there was any.
    Raises `NotAdopted` without a number and a date, `PacketWaiting` while a file is still being
    read, `PersonalDataFound` until a reason is given.
    """
    paper = get_locked(session, Paper, body_id, paper_id)
    if not paper.number or paper.adopted_on is None:
        raise NotAdopted
    entries = act_entries(session, paper)
    waiting = [entry.document.title for entry in entries if entry.facts is None]
    if waiting:
        raise PacketWaiting(titles=waiting)
    found = concerns(session, body_id, newly_public(session, entries))
    if found and not personal_data_reason.strip():
        raise PersonalDataFound(count=len(found))
    paper.published_at, paper.published_by = acting.at, acting.person_id
    if found:
        session.add(reason_given(acting, paper, personal_data_reason.strip()))
    for entry in entries:
        open_up(session, entry.version, entry.document, public=True)
    ledger.record(
        session,
        body_id,
        "act_published",
        acting,
        paper=paper.id,
        versions=[entry.version.id for entry in entries],
        concerns=len(found),
    )
    touch_papers(session, acting, [paper])
    return paper


def reason_given(acting: Acting, paper: Paper, reason: str) -> PublicationReason:
    """Return the row that keeps why an act was published despite what was found."""
    return PublicationReason(
        body_id=paper.body_id,
        paper_id=paper.id,
        reason=reason,
        given_at=acting.at,
        given_by=acting.person_id,
    )


def touch_papers(session: Session, acting: Acting, papers: Iterable[Paper]) -> None:
    """Promise that the index learns of everything about these papers anew."""
    for paper in papers:
        ids = session.scalars(select(Document.id).where(Document.paper_id == paper.id)).all()
        touch_index(session, paper.body_id, ids, at=acting.at)
