"""What came of a meeting's papers, and the register of adopted acts with what they lack."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from docstore.models import (
    AgendaItem,
    Consideration,
    Delivery,
    Document,
    Meeting,
    Packet,
    Paper,
    PublicationReason,
    VersionAudience,
    Vote,
)
from docstore.services.adoption import act_entries
from docstore.services.finding import get
from docstore.services.packet_plan import Entry
from docstore.visibility import PUBLIC


@dataclass(frozen=True, slots=True)
class Considered:
    """One paper at one meeting, with its vote."""

    consideration: Consideration
    item: AgendaItem
    paper: Paper
    vote: Vote | None


def considered(session: Session, *, body_id: str, meeting_id: str) -> list[Considered]:
    """Return the papers of a meeting in the order of its agenda."""
    get(session, Meeting, body_id, meeting_id)
    rows = session.scalars(
        select(Consideration)
        .join(AgendaItem, AgendaItem.id == Consideration.item_id)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(AgendaItem.position, Consideration.position)
        .options(joinedload(Consideration.item), joinedload(Consideration.paper))
    ).all()
    votes = {
        vote.consideration_id: vote
        for vote in session.scalars(
            select(Vote).where(Vote.consideration_id.in_([row.id for row in rows]))
        )
    }
    return [Considered(row, row.item, row.paper, votes.get(row.id)) for row in rows]


@dataclass(frozen=True, slots=True)
class ActRow:
    """An adopted act in the register, with what it lacks."""

    paper: Paper
    has_signed_file: bool

    @property
    def lacks_number(self) -> bool:
        """Tell whether nobody has typed its number yet."""
        return not self.paper.number


def _adopted(body_id: str) -> ColumnElement[bool]:
    """Return the condition that a paper is an adopted resolution of this body."""
    return (
        (Paper.body_id == body_id)
        & Paper.adopted_on.is_not(None)
        & or_(Paper.kind == "resolution", Paper.number != "")
    )


def _signed() -> ColumnElement[bool]:
    return (
        select(Document.id)
        .where(
            Document.paper_id == Paper.id,
            Document.role == "signed_act",
            Document.removed_at.is_(None),
        )
        .exists()
    )


def _lacking() -> ColumnElement[bool]:
    return or_(Paper.number == "", Paper.published_at.is_(None), ~_signed())


def count_acts(session: Session, *, body_id: str, only_lacking: bool = False) -> int:
    """Return how many adopted acts there are, or how many of them lack something."""
    query = select(func.count()).select_from(Paper).where(_adopted(body_id))
    return session.scalar(query.where(_lacking()) if only_lacking else query) or 0


def acts(
    session: Session, *, body_id: str, only_lacking: bool, offset: int, limit: int
) -> list[ActRow]:
    """Return adopted acts, the latest first."""
    query = select(Paper, _signed()).where(_adopted(body_id))
    if only_lacking:
        query = query.where(_lacking())
    rows = session.execute(
        query.order_by(Paper.adopted_on.desc(), Paper.number_key.desc(), Paper.id)
        .offset(offset)
        .limit(limit)
    ).all()
    return [ActRow(row[0], bool(row[1])) for row in rows]


@dataclass(frozen=True, slots=True)
class Act:
    """An act as the office works on it."""

    paper: Paper
    documents: tuple[Document, ...]
    """Those on the paper now, each with its versions."""
    considerations: tuple[Considered, ...]
    meetings: tuple[Meeting, ...]
    """Where it was considered, in the order of `considerations`."""
    entries: tuple[Entry, ...]
    """What publishing shows to everyone."""
    unpublished: frozenset[str]
    """Versions of `entries` that nobody outside sees yet."""
    reasons: tuple[PublicationReason, ...]
    """Why it was published despite personal data, each time there was any, the latest first."""


def act(session: Session, *, body_id: str, paper_id: str) -> Act:
    """Return a paper with its files, votes and meetings; raise `NotFound` for a stranger's."""
    paper = get(
        session,
        Paper,
        body_id,
        paper_id,
        selectinload(Paper.documents).selectinload(Document.versions),
    )
    rows = session.scalars(
        select(Consideration)
        .join(AgendaItem, AgendaItem.id == Consideration.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Consideration.paper_id == paper.id)
        .order_by(Meeting.starts_at, Meeting.id, AgendaItem.position)
        .options(
            joinedload(Consideration.item)
            .joinedload(AgendaItem.meeting)
            .joinedload(Meeting.organization)
        )
    ).all()
    votes = {
        vote.consideration_id: vote
        for vote in session.scalars(select(Vote).where(Vote.paper_id == paper.id))
    }
    entries = tuple(act_entries(session, paper))
    return Act(
        paper=paper,
        documents=tuple(each for each in paper.documents if each.removed_at is None),
        considerations=tuple(Considered(row, row.item, paper, votes.get(row.id)) for row in rows),
        meetings=tuple(row.item.meeting for row in rows),
        entries=entries,
        unpublished=_unpublished(session, entries),
        reasons=tuple(
            session.scalars(
                select(PublicationReason)
                .where(PublicationReason.paper_id == paper.id)
                .order_by(PublicationReason.given_at.desc(), PublicationReason.id)
            )
        ),
    )


def _unpublished(session: Session, entries: Iterable[Entry]) -> frozenset[str]:
    ids = {entry.version.id for entry in entries}
    shown = session.scalars(
        select(VersionAudience.version_id).where(
            VersionAudience.version_id.in_(ids), VersionAudience.token == PUBLIC
        )
    )
    return frozenset(ids - set(shown))


def packets_of(session: Session, meeting_id: str) -> list[Packet]:
    """Return a meeting's packets, the newest first."""
    return list(
        session.scalars(
            select(Packet).where(Packet.meeting_id == meeting_id).order_by(Packet.number.desc())
        )
    )


def count_deliveries(session: Session, notice_id: str) -> int:
    """Return to how many a notice goes by mail."""
    found = session.scalar(
        select(func.count())
        .select_from(Delivery)
        .where(Delivery.notice_id == notice_id, Delivery.state != "no_address")
    )
    return found or 0
