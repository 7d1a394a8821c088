"""What an act's text says of itself: proposed as it stands, confirmed by the office, shown then.

Proposals are read from the text each time they are asked for and kept nowhere; what the office
decides on one is a row. Nothing is ever set without that.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from docstore.models import ActFact, Body, Consideration, Document, Paper, Version
from docstore.rules.acts.facts import Fact, read_facts
from docstore.rules.acts.relations import Relation
from docstore.rules.plain import fold, one_line
from docstore.services import renditions
from docstore.services.openness import taken_down

T = TypeVar("T")

Kind = Literal[
    "adopted_on", "number", "title", "druk", "organ", "basis", "annex", "amends", "repeals"
]
KINDS: tuple[Kind, ...] = (
    "adopted_on", "number", "title", "druk", "organ", "basis", "annex", "amends", "repeals",
)  # fmt: skip
"""In the order in which they are shown and confirmed: a number needs its day."""
ON_PAPER: tuple[Kind, ...] = ("adopted_on", "number", "title", "druk")
"""What a paper holds itself."""
ONE_OF_A_KIND: tuple[Kind, ...] = (*ON_PAPER, "organ", "basis")
"""Of these an act has one at most."""
_BY_MEETING: tuple[Kind, ...] = ("adopted_on", "number")
# The signed act is the text; where there is none, the draft.
_ROLES = ("signed_act", "main")

State = Literal["new", "differs", "agrees", "by_meeting", "confirmed", "dismissed", "gone"]


@dataclass(frozen=True, slots=True)
class Said:
    """One fact of an act's text as the office sees it."""

    kind: Kind
    key: str
    value: str
    """As it is shown; a day as ISO 8601, another act by its number as printed."""
    about_on: date | None
    version_id: str | None
    page: int | None
    passage: str
    known: str
    """What the record says; "" for nothing."""
    state: State
    """new (the record says nothing), differs (it says something else), agrees, by_meeting (the
    page of outcomes sets it), confirmed, dismissed, gone (confirmed, and no more in the text)."""
    decision: ActFact | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether the office may decide on it."""
        return self.state in {"new", "differs"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the text of an act was found to say."""

    version: Version | None
    """Whose text was read; None where no file of the act has any."""
    is_signed: bool
    """Whether that is the signed act, and no draft."""
    said: tuple[Said, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether anything waits for the office."""
        return any(each.is_open for each in self.said)


def read(session: Session, paper: Paper) -> Reading:
    """Return what the newest text of an act says, beside the record and the office's decisions."""
    document, version, pages = _text_of(session, paper)
    decided = {(row.kind, row.key): row for row in _decisions(session, paper.id)}
    record = _record_of(session, paper)
    by_meeting = _is_by_meeting(session, paper)
    said = []
    for found in _found(version, pages):
        decision = decided.pop((found.kind, found.key), None)
        said.append(_judged(found, record, decision, by_meeting=by_meeting))
    said.extend(_gone(row) for row in decided.values() if row.is_confirmed)
    said.sort(key=lambda each: KINDS.index(each.kind))
    return Reading(version, document is not None and document.role == _ROLES[0], tuple(said))


def confirmed(session: Session, paper_id: str) -> list[ActFact]:
    """Return what the office confirmed of an act, in the order of `KINDS` and of the text."""
    rows = [row for row in _decisions(session, paper_id) if row.is_confirmed]
    return sorted(rows, key=lambda row: KINDS.index(row.kind))


# --- what the text says ------------------------------------------------------------------------


def _text_of(
    session: Session, paper: Paper
) -> tuple[Document | None, Version | None, Sequence[str]]:
    """Return the document that tells the act, its newest version, and that one's pages.

    The signed act if its newest version has any text, else the draft; of two the first.
    """
    documents = session.scalars(
        select(Document)
        .where(
            Document.paper_id == paper.id,
            Document.removed_at.is_(None),
            Document.role.in_(_ROLES),
        )
        .options(selectinload(Document.versions))
        .order_by(Document.position, Document.id)
    ).all()
    for document in sorted(documents, key=lambda each: _ROLES.index(each.role)):
        closed = taken_down(session, [version.id for version in document.versions])
        left = [version for version in document.versions if version.id not in closed]
        pages = renditions.page_texts(session, [left[-1].id]).get(left[-1].id, ()) if left else ()
        if any(page.strip() for page in pages):
            return document, left[-1], pages
    return None, None, ()


def _found(version: Version | None, pages: Sequence[str]) -> Iterator[Said]:
    """Yield what a text says, each fact of it once."""
    facts = read_facts(pages)
    if (day := facts.adopted_on) is not None:
        yield _said("adopted_on", day.value.isoformat(), day, version)
    if (number := facts.number) is not None:
        yield _said("number", number.value.literal, number, version)
    texts: tuple[tuple[Kind, Fact[str] | None], ...] = (
        ("title", facts.title),
        ("druk", facts.druk),
        ("organ", facts.organ),
        ("basis", facts.basis),
        *(("annex", each) for each in facts.annexes),
    )
    for kind, fact in texts:
        if fact is not None:
            yield _said(kind, fact.value, fact, version)
    for relation in facts.relations:
        yield _related(relation, version)


def _said(kind: Kind, value: str, fact: Fact[T], version: Version | None) -> Said:
    return Said(
        kind=kind,
        key=_key(kind, value),
        value=value,
        about_on=None,
        version_id=version.id if version else None,
        page=fact.page,
        passage=fact.passage,
        known="",
        state="new",
    )


def _related(fact: Fact[Relation], version: Version | None) -> Said:
    told = fact.value
    said = _said(told.kind, told.number.literal, fact, version)
    return replace(said, key=told.key, about_on=told.adopted_on)


def _key(kind: str, value: str) -> str:
    """Return what two readings of one value share, however long it is."""
    return hashlib.sha256(_plainly(kind, value).encode()).hexdigest()


def _plainly(kind: str, value: str) -> str:
    """Return a value as it is compared: a title is the same with `Projekt uchwały` before it."""
    plainly = fold(one_line(value)).rstrip(" .,;")
    if kind == "title":
        plainly = plainly.removeprefix("projekt uchwaly ").removeprefix("uchwala ")
    return plainly


def same(kind: str, one: str, other: str) -> bool:
    """Tell whether two values of a kind say the same."""
    return _plainly(kind, one) == _plainly(kind, other)


# --- beside the record -------------------------------------------------------------------------


def _decisions(session: Session, paper_id: str) -> Sequence[ActFact]:
    return session.scalars(
        select(ActFact)
        .where(ActFact.paper_id == paper_id)
        .order_by(ActFact.page, ActFact.decided_at, ActFact.id)
    ).all()


def on_paper(paper: Paper) -> dict[str, str]:
    """Return those facts that a paper holds itself, by kind; a day as ISO 8601."""
    return {
        "adopted_on": paper.adopted_on.isoformat() if paper.adopted_on else "",
        "number": paper.number,
        "title": paper.title,
        "druk": paper.druk,
    }


def _record_of(session: Session, paper: Paper) -> dict[str, str]:
    """Return what the record says of a paper without any decision on its text."""
    return {**on_paper(paper), "organ": session.get_one(Body, paper.body_id).name}


def _is_by_meeting(session: Session, paper: Paper) -> bool:
    """Tell whether a meeting considers the paper and has not adopted it yet."""
    outcomes = session.scalars(
        select(Consideration.outcome).where(Consideration.paper_id == paper.id)
    ).all()
    return bool(outcomes) and "adopted" not in outcomes


def _judged(
    found: Said, record: Mapping[str, str], decision: ActFact | None, *, by_meeting: bool
) -> Said:
    known = record.get(found.kind, "")
    state: State
    if decision is not None and not decision.is_confirmed:
        state = "dismissed"
    elif decision is not None:
        return _beside(found, decision, known)
    elif known and same(found.kind, known, found.value):
        state = "agrees"
    elif by_meeting and found.kind in _BY_MEETING:
        state = "by_meeting"
    else:
        state = "differs" if known else "new"
    return replace(found, known=known, state=state, decision=decision)


def _beside(found: Said, decision: ActFact, known: str) -> Said:
    """Return a fact that was confirmed, as it was then.

    Where text or record say otherwise by now it differs, and is to be looked at anew.
    """
    now = (found.value, found.about_on)
    if now != (decision.value, decision.about_on):
        return replace(found, known=_told(decision), state="differs", decision=decision)
    if found.kind in ON_PAPER and not same(found.kind, known, decision.value):
        return replace(found, known=known, state="differs", decision=decision)
    return replace(
        found,
        version_id=decision.version_id,
        page=decision.page,
        passage=decision.passage,
        known=known,
        state="confirmed",
        decision=decision,
    )


def _told(row: ActFact) -> str:
    return f"{row.value} ({row.about_on.isoformat()})" if row.about_on else row.value


def _gone(row: ActFact) -> Said:
    return Said(
        kind=row.kind,  # type: ignore[arg-type]  # the column holds nothing but kinds
        key=row.key,
        value=row.value,
        about_on=row.about_on,
        version_id=row.version_id,
        page=row.page,
        passage=row.passage,
        known="",
        state="gone",
        decision=row,
    )
