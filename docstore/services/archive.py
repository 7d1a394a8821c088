"""Acts of earlier years on their way into the record: looked at, confirmed, published.

An import leaves every file that it does not publish as an entry. Nothing of it is anybody's but the
office's, and every step can be taken back, until the act is published.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.models import ArchiveEntry, Document, Paper, Version
from docstore.rules.acts.facts import ActFacts, propose_facts
from docstore.services import act_facts, renditions
from docstore.services.finding import get
from docstore.services.openness import is_destroyed

STATES = ("waiting", "confirmed", "set_aside")
_MOST_TWINS = 20


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A file that was taken in: its paper, its place in the folder, the number read of it."""

    paper_id: str
    path: str
    number_key: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a list with its paper."""

    entry: ArchiveEntry
    paper: Paper


@dataclass(frozen=True, slots=True)
class Twin:
    """Another paper that has the same number, or a file with the same bytes."""

    paper: Paper
    has_same_bytes: bool


@dataclass(frozen=True, slots=True)
class Look:
    """An entry as the office judges it."""

    entry: ArchiveEntry
    paper: Paper
    version: Version | None
    """The newest of its file; None once that is destroyed."""
    facts: ActFacts
    """Proposed from its text, or from its name where the text is silent."""
    said: tuple[act_facts.Said, ...]
    """What confirming takes along: legal basis, annexes, acts changed and repealed."""
    twins: tuple[Twin, ...]

    @property
    def is_sure(self) -> bool:
        """Tell whether its text names number, day and title, and nothing else has that number."""
        named = (self.facts.number, self.facts.adopted_on, self.facts.title)
        return not self.twins and all(each and each.source == "text" for each in named)


def enter(
    session: WriteSession, body_id: str, entries: Iterable[NewEntry], *, at: datetime
) -> None:
    """Write an entry for each paper that has none; for one that has, what was read of it since."""
    new = {each.paper_id: each for each in entries}
    known = session.scalars(select(ArchiveEntry).where(ArchiveEntry.paper_id.in_(new)))
    for row in known:
        row.number_key = new.pop(row.paper_id).number_key
    session.add_all(
        ArchiveEntry(
            body_id=body_id,
            paper_id=each.paper_id,
            path=each.path,
            number_key=each.number_key,
            state="waiting",
            replaced={},
            created_at=at,
        )
        for each in new.values()
    )


def is_set_aside(session: Session, paper_id: str) -> bool:
    """Tell whether the office put a paper away, so that no import publishes it."""
    return (
        session.scalar(
            select(ArchiveEntry.id).where(
                ArchiveEntry.paper_id == paper_id, ArchiveEntry.state == "set_aside"
            )
        )
        is not None
    )


def counts(session: Session, body_id: str) -> dict[str, int]:
    """Return how many entries there are in each state; those published are done with."""
    rows = session.execute(
        select(ArchiveEntry.state, func.count())
        .join(Paper, Paper.id == ArchiveEntry.paper_id)
        .where(_open(body_id))
        .group_by(ArchiveEntry.state)
    )
    return {**dict.fromkeys(STATES, 0), **{row[0]: row[1] for row in rows}}


def listed(
    session: Session,
    body_id: str,
    state: str,
    *,
    is_numbered: bool = False,
    offset: int = 0,
    limit: int,
) -> list[Listed]:
    """Return entries of a state: those that wait as they came, the others the latest first.

    With `is_numbered` only those whose text or name, or whose paper, has a number.
    """
    order = (
        (ArchiveEntry.created_at, ArchiveEntry.path, ArchiveEntry.id)
        if state == "waiting"
        else (ArchiveEntry.decided_at.desc(), ArchiveEntry.id)
    )
    query = (
        select(ArchiveEntry, Paper)
        .join(Paper, Paper.id == ArchiveEntry.paper_id)
        .where(_open(body_id), ArchiveEntry.state == state)
    )
    if is_numbered:
        query = query.where(ArchiveEntry.number_key.is_not(None) | (Paper.number != ""))
    rows = session.execute(query.order_by(*order).offset(offset).limit(limit))
    return [Listed(*row) for row in rows]


def _open(body_id: str) -> ColumnElement[bool]:
    return (ArchiveEntry.body_id == body_id) & Paper.published_at.is_(None)


def look(session: Session, body_id: str, entry_id: str) -> Look:
    """Return an entry with what its text says and who else has its number or its bytes."""
    entry = get(session, ArchiveEntry, body_id, entry_id)
    paper = session.get_one(Paper, entry.paper_id)
    version = session.scalar(
        select(Version)
        .join(Document, Document.id == Version.document_id)
        .where(Document.paper_id == paper.id, Document.removed_at.is_(None), ~is_destroyed())
        .order_by(Version.number.desc(), Version.id)
        .limit(1)
    )
    texts = renditions.page_texts(session, [version.id]).get(version.id, ()) if version else ()
    facts = propose_facts(texts, entry.path.rpartition("/")[2])
    number = facts.number.value.key if facts.number else entry.number_key
    said = act_facts.read(session, paper).said
    return Look(
        entry=entry,
        paper=paper,
        version=version,
        facts=facts,
        said=tuple(each for each in said if each.state == "new" and _comes_along(each.kind)),
        twins=tuple(_twins(session, entry, version, number)),
    )


def _comes_along(kind: str) -> bool:
    return kind not in act_facts.ON_PAPER


def _twins(
    session: Session, entry: ArchiveEntry, version: Version | None, number: str | None
) -> Sequence[Twin]:
    """Return who else has these bytes or this number; what was set aside is no twin.

    The number is the one that is read now: a scan may have been recognised since the import.
    """
    aside = select(ArchiveEntry.paper_id).where(
        ArchiveEntry.body_id == entry.body_id, ArchiveEntry.state == "set_aside"
    )
    others = (
        (Paper.body_id == entry.body_id) & (Paper.id != entry.paper_id) & Paper.id.not_in(aside)
    )
    same_bytes = set(
        session.scalars(
            select(Document.paper_id)
            .join(Version, Version.document_id == Document.id)
            .where(
                Version.body_id == entry.body_id,
                Version.sha256 == (version.sha256 if version else ""),
                Document.paper_id.is_not(None),
                ~is_destroyed(),
            )
        )
    )
    numbered = select(ArchiveEntry.paper_id).where(
        ArchiveEntry.body_id == entry.body_id, ArchiveEntry.number_key == number
    )
    has_number = (Paper.number_key == number) | Paper.id.in_(numbered)
    found = session.scalars(
        select(Paper)
        .where(others, Paper.id.in_(same_bytes) | (has_number if number else False))
        .order_by(Paper.created_at, Paper.id)
        .limit(_MOST_TWINS)
    )
    return [Twin(paper, paper.id in same_bytes) for paper in found]
