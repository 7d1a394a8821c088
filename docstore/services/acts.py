"""Adopted acts as everyone finds them: lists with counts, and the life of one matter."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, bindparam, extract, func, select
from sqlalchemy.orm import Session, joinedload

from docstore.models import (
    AgendaItem,
    Consideration,
    Document,
    Exclusion,
    Meeting,
    Packet,
    Paper,
    Version,
)
from docstore.services.reading import MAY_SEE, asked_by, may_see, told_to
from docstore.visibility import Visibility

Order = Literal["date", "number"]
Facet = Literal["year", "kind", "status"]


@dataclass(frozen=True, slots=True)
class Ticked:
    """What was chosen beside a list; an empty set means all."""

    years: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ActList:
    """Some acts of a list, with the counts of the whole of it."""

    total: int
    acts: tuple[Paper, ...]
    facets: Mapping[Facet, Mapping[str, int]]
    """Counted as if nothing were ticked in that facet itself."""


def _is_shown() -> ColumnElement[bool]:
    """Return the condition that an act is listed: published, and not wholly taken down."""
    taken_down = (
        select(Document.paper_id)
        .join(Exclusion, Exclusion.document_id == Document.id)
        .where(Document.paper_id.is_not(None), told_to(bindparam("body")))
    )
    left = (
        select(Version.id)
        .join(Document, Document.id == Version.document_id)
        .where(Document.paper_id == Paper.id, MAY_SEE)
        .exists()
    )
    return (
        (Paper.body_id == bindparam("body"))
        & Paper.published_at.is_not(None)
        & (Paper.id.not_in(taken_down) | left)
    )


# Built once, as lists are asked for more often than anything; its values are those of `asked_by`.
_IS_SHOWN = _is_shown()


def listed(
    session: Session,
    visibility: Visibility,
    ticked: Ticked,
    *,
    order: Order = "date",
    offset: int = 0,
    limit: int = 20,
) -> ActList:
    """Return published acts, the newest first or as an office files them, with facets."""
    query = select(Paper).where(_IS_SHOWN, *_chosen(ticked))
    page = query.order_by(*_order(order)).offset(offset).limit(limit)
    rows = session.scalars(page, asked_by(visibility))
    total, facets = _counted(session, visibility, ticked)
    return ActList(total, tuple(rows), facets)


def after(
    session: Session,
    visibility: Visibility,
    ticked: Ticked,
    *,
    last: tuple[date, str] | None,
    limit: int,
) -> list[Paper]:
    """Return the acts that follow a place from the newest to the oldest; pages never repeat one.

    A place is the day on which an act was adopted, and its id.
    """
    query = select(Paper).where(_IS_SHOWN, *_chosen(ticked))
    if last is not None:
        adopted_on, paper_id = last
        query = query.where(
            (Paper.adopted_on < adopted_on)
            | ((Paper.adopted_on == adopted_on) & (Paper.id > paper_id))
        )
    page = query.order_by(Paper.adopted_on.desc(), Paper.id).limit(limit)
    return list(session.scalars(page, asked_by(visibility)))


def shown_among(
    session: Session, visibility: Visibility, paper_ids: Sequence[str]
) -> dict[str, Paper]:
    """Return those of some papers that are published acts."""
    query = select(Paper).where(Paper.id.in_(list(paper_ids)), _IS_SHOWN)
    rows = session.scalars(query, asked_by(visibility))
    return {row.id: row for row in rows}


_YEAR = extract("year", Paper.adopted_on)


def _chosen(ticked: Ticked) -> Iterator[ColumnElement[bool]]:
    if ticked.years:
        yield _YEAR.in_(sorted(ticked.years))
    if ticked.kinds:
        yield Paper.kind.in_(sorted(ticked.kinds))
    if ticked.statuses:
        yield Paper.status.in_(sorted(ticked.statuses))


def _order(order: Order) -> tuple[ColumnElement[Any], ...]:
    """Order by day and, within a session, by running number: its keys differ in figures alone."""
    length = func.length(Paper.number_key)
    if order == "number":
        return Paper.adopted_on.asc(), length.asc(), Paper.number_key.asc(), Paper.id.asc()
    return Paper.adopted_on.desc(), length.desc(), Paper.number_key.desc(), Paper.id.asc()


_GROUPS = (_YEAR, Paper.kind, Paper.status)
_COUNTS = select(*_GROUPS, func.count()).where(_IS_SHOWN).group_by(*_GROUPS)


def _counted(
    session: Session, visibility: Visibility, ticked: Ticked
) -> tuple[int, dict[Facet, dict[str, int]]]:
    """Count a list and its facets; one walk over the acts gives every count there is."""
    rows = session.execute(_COUNTS, asked_by(visibility)).all()
    names: tuple[Facet, ...] = ("year", "kind", "status")
    wanted = (ticked.years, ticked.kinds, ticked.statuses)
    total, facets = 0, {name: Counter[str]() for name in names}
    for *values, count in rows:
        missed = [
            name
            for name, value, ticks in zip(names, values, wanted, strict=True)
            if ticks and value not in ticks
        ]
        if not missed:
            total += count
        for name, value in zip(names, values, strict=True):
            if missed in ([], [name]):
                facets[name][str(value)] += count
    return total, {name: dict(counts) for name, counts in facets.items()}


# --- one matter -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Considered:
    """One published meeting that had the matter on its agenda."""

    meeting: Meeting
    outcome: str
    first_published_at: datetime
    """When the first packet of that meeting with this matter came out."""


def considered(session: Session, *, body_id: str, paper_id: str) -> list[Considered]:
    """Return the meetings whose published agenda held a paper, the earliest first."""
    rows = session.execute(
        select(Meeting, Consideration.outcome, func.min(Packet.published_at))
        .join(AgendaItem, AgendaItem.id == Consideration.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .join(Packet, Packet.meeting_id == Meeting.id)
        .where(
            Consideration.body_id == body_id,
            Consideration.paper_id == paper_id,
            # A frozen manifest names its papers by id, and an id is nothing else's.
            Packet.manifest.contains(paper_id, autoescape=True),
        )
        .group_by(Meeting.id, Consideration.id)
        .order_by(Meeting.starts_at, Meeting.id, Consideration.id)
        .options(joinedload(Meeting.organization))
    ).all()
    return [Considered(meeting, outcome, at) for meeting, outcome, at in rows]


@dataclass(frozen=True, slots=True)
class History:
    """One document's versions that the asker may see, the newest first."""

    versions: tuple[Version, ...]


def histories(
    session: Session, visibility: Visibility, document_ids: Sequence[str]
) -> dict[str, History]:
    """Return what can be seen of the versions of some documents."""
    rows = session.scalars(
        select(Version)
        .where(Version.document_id.in_(list(document_ids)), may_see(visibility))
        .options(joinedload(Version.document), joinedload(Version.facts))
        .order_by(Version.number)
    ).all()
    by_document: dict[str, list[Version]] = {}
    for row in rows:
        by_document.setdefault(row.document_id, []).append(row)
    return {document_id: History(tuple(reversed(own))) for document_id, own in by_document.items()}
