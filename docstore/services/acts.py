"""Adopted acts as everyone finds them: lists with counts, and the life of one matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, extract, func, select
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
from docstore.services import renditions
from docstore.services.reading import may_see, told_of
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


def is_shown(visibility: Visibility) -> ColumnElement[bool]:
    """Return the condition that an act is listed: published, and not wholly taken down."""
    own = Document.paper_id == Paper.id
    taken_down = (
        select(Exclusion.id)
        .join(Document, Document.id == Exclusion.document_id)
        .where(own, told_of(visibility))
        .exists()
    )
    left = (
        select(Version.id)
        .join(Document, Document.id == Version.document_id)
        .where(own, may_see(visibility))
        .exists()
    )
    return (
        (Paper.body_id == visibility.body_id)
        & Paper.published_at.is_not(None)
        & (~taken_down | left)
    )


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
    chosen = _chosen(ticked)
    where = (is_shown(visibility), *chosen.values())
    total = session.scalar(select(func.count()).select_from(Paper).where(*where))
    rows = session.scalars(
        select(Paper).where(*where).order_by(*_order(order)).offset(offset).limit(limit)
    )
    return ActList(total or 0, tuple(rows), _facets(session, visibility, chosen))


def after(
    session: Session, visibility: Visibility, ticked: Ticked, *, last: Paper | None, limit: int
) -> list[Paper]:
    """Return the acts that follow `last` from the newest to the oldest; pages never repeat one."""
    query = select(Paper).where(is_shown(visibility), *_chosen(ticked).values())
    if last is not None:
        query = query.where(
            (Paper.adopted_on < last.adopted_on)
            | ((Paper.adopted_on == last.adopted_on) & (Paper.id > last.id))
        )
    return list(session.scalars(query.order_by(Paper.adopted_on.desc(), Paper.id).limit(limit)))


def shown_among(
    session: Session, visibility: Visibility, paper_ids: Sequence[str]
) -> dict[str, Paper]:
    """Return those of some papers that are published acts."""
    rows = session.scalars(select(Paper).where(Paper.id.in_(list(paper_ids)), is_shown(visibility)))
    return {row.id: row for row in rows}


def _chosen(ticked: Ticked) -> dict[Facet, ColumnElement[bool]]:
    found: dict[Facet, ColumnElement[bool]] = {}
    if ticked.years:
        found["year"] = extract("year", Paper.adopted_on).in_(sorted(ticked.years))
    if ticked.kinds:
        found["kind"] = Paper.kind.in_(sorted(ticked.kinds))
    if ticked.statuses:
        found["status"] = Paper.status.in_(sorted(ticked.statuses))
    return found


def _order(order: Order) -> tuple[ColumnElement[Any], ...]:
    """Order by day and, within a session, by running number: its keys differ in figures alone."""
    length = func.length(Paper.number_key)
    if order == "number":
        return Paper.adopted_on.asc(), length.asc(), Paper.number_key.asc(), Paper.id.asc()
    return Paper.adopted_on.desc(), length.desc(), Paper.number_key.desc(), Paper.id.asc()


def _facets(
    session: Session, visibility: Visibility, chosen: Mapping[Facet, ColumnElement[bool]]
) -> dict[Facet, dict[str, int]]:
    columns: dict[Facet, Any] = {
        "year": extract("year", Paper.adopted_on),
        "kind": Paper.kind,
        "status": Paper.status,
    }
    found: dict[Facet, dict[str, int]] = {}
    for name, column in columns.items():
        others = [condition for facet, condition in chosen.items() if facet != name]
        counted: Select[Any] = (
            select(column, func.count()).where(is_shown(visibility), *others).group_by(column)
        )
        found[name] = {str(value): count for value, count in session.execute(counted)}
    return found


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
        .order_by(Meeting.starts_at)
        .options(joinedload(Meeting.organization))
    ).all()
    return [Considered(meeting, outcome, at) for meeting, outcome, at in rows]


@dataclass(frozen=True, slots=True)
class History:
    """One document's versions that the asker may see, the newest first."""

    versions: tuple[Version, ...]
    changed_pages: Mapping[str, tuple[int, ...]]
    """By version: the pages whose text differs from the version before."""


def histories(
    session: Session, visibility: Visibility, document_ids: Sequence[str]
) -> dict[str, History]:
    """Return what can be seen of the versions of some documents, and where they differ."""
    rows = session.scalars(
        select(Version)
        .where(Version.document_id.in_(list(document_ids)), may_see(visibility))
        .options(joinedload(Version.document), joinedload(Version.facts))
        .order_by(Version.number)
    ).all()
    by_document: dict[str, list[Version]] = {}
    for row in rows:
        by_document.setdefault(row.document_id, []).append(row)
    several = [row.id for own in by_document.values() if len(own) > 1 for row in own]
    texts = renditions.page_texts(session, several) if several else {}
    return {
        document_id: History(
            tuple(reversed(own)),
            {
                new.id: changed_pages(texts.get(old.id, ()), texts.get(new.id, ()))
                for old, new in pairwise(own)
            },
        )
        for document_id, own in by_document.items()
    }


def changed_pages(old: Sequence[str], new: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers of new pages that no old page is the same as, blanks aside."""
    before = {" ".join(page.split()) for page in old}
    return tuple(
        number for number, page in enumerate(new, start=1) if " ".join(page.split()) not in before
    )
