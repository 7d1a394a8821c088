"""The office judges what an import took in: confirms, sets aside, takes back, publishes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import InvalidInput, NotFound, PacketWaiting, PersonalDataFound
from docstore.models import ActFact, ArchiveEntry, Paper
from docstore.services import act_deciding, act_facts, adoption, ledger
from docstore.services.acting import Acting
from docstore.services.adoption import set_number, touch_papers
from docstore.services.archive import Listed, counts, listed, look
from docstore.services.finding import get_locked

MOST_AT_ONCE = 50
"""How many acts one press confirms or publishes: others who write wait meanwhile."""
_LOOKED_THROUGH = 4  # times as many are looked through for those
# What no press of a button publishes unseen: a number that names a person for sure.
_NEVER_UNSEEN = "pesel"


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did."""

    count: int
    looked_at_first: int
    """How many were left because personal data or unread pages are in them."""
    waiting: int
    """How many confirmed ones are still to come."""


def confirm(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    entry_id: str,
    number: str,
    adopted_on: date | None,
    title: str,
) -> Paper:
    """Write an act's number, day and title, and what else its text says; publish nothing.

    Raises `InvalidInput` for a field that is missing or no number, `NumberTaken`, `NotFound` for
    an entry that is judged already.
    """
    entry = _locked(session, body_id, entry_id, "waiting")
    paper = get_locked(session, Paper, body_id, entry.paper_id)
    for field, value in (("title", title.strip()), ("number", number.strip())):
        if not value:
            raise InvalidInput(field=field, reason="required")
    if adopted_on is None:
        raise InvalidInput(field="adopted_on", reason="required")
    entry.replaced = act_facts.on_paper(paper)
    set_number(session, paper, number=number, adopted_on=adopted_on)
    paper.title = title.strip()
    said = act_facts.read(session, paper).said
    chosen = {(each.kind, each.key) for each in said if each.state == "new"}
    act_deciding.decide(
        session, acting, body_id=body_id, paper_id=paper.id, chosen=chosen, confirm=True
    )
    _decided(session, acting, entry, "confirmed")
    touch_papers(session, acting, [paper])
    return paper


def confirm_sure(session: WriteSession, acting: Acting, *, body_id: str) -> int:
    """Confirm entries that wait and are sure, some at a time; return how many that were.

    Raises `NumberTaken` where somebody took one of the numbers at this moment; then nothing of it
    stays. No savepoint keeps the others: rolling one back forgets what they promised the ledger.
    """
    count = 0
    for each in _first(session, body_id, "waiting"):
        if count == MOST_AT_ONCE:
            break
        seen = look(session, body_id, each.entry.id)
        facts = seen.facts
        if not (seen.is_sure and facts.number and facts.adopted_on and facts.title):
            continue
        confirm(
            session,
            acting,
            body_id=body_id,
            entry_id=each.entry.id,
            number=facts.number.value.literal,
            adopted_on=facts.adopted_on.value,
            title=facts.title.value,
        )
        count += 1
    return count


def set_aside(session: WriteSession, acting: Acting, *, body_id: str, entry_id: str) -> Paper:
    """Put away an entry that is no act, or one too many; its file stays in the office."""
    entry = _locked(session, body_id, entry_id, "waiting")
    _decided(session, acting, entry, "set_aside")
    return session.get_one(Paper, entry.paper_id)


def take_back(session: WriteSession, acting: Acting, *, body_id: str, entry_id: str) -> Paper:
    """Make an entry wait again; a paper that was confirmed says what it said before."""
    entry = _locked(session, body_id, entry_id, "confirmed", "set_aside")
    paper = get_locked(session, Paper, body_id, entry.paper_id)
    if entry.state == "confirmed":
        _undo(session, acting, entry, paper)
        touch_papers(session, acting, [paper])
    _decided(session, acting, entry, "waiting")
    return paper


def _undo(session: WriteSession, acting: Acting, entry: ArchiveEntry, paper: Paper) -> None:
    together = session.scalars(
        select(ActFact).where(ActFact.paper_id == paper.id, ActFact.decided_at == entry.decided_at)
    ).all()
    for fact in together:
        act_deciding.undo(
            session, acting, body_id=paper.body_id, paper_id=paper.id, kind=fact.kind, key=fact.key
        )
    before = entry.replaced
    if not before:  # its words were destroyed meanwhile: what the office wrote stays
        return
    day = date.fromisoformat(before["adopted_on"]) if before["adopted_on"] else None
    if day is None:
        paper.number, paper.number_key, paper.term_id, paper.adopted_on = "", None, None, None
    else:
        set_number(session, paper, number=before["number"], adopted_on=day)
    paper.title, paper.druk = before["title"], before["druk"]
    entry.replaced = {}


def _locked(session: WriteSession, body_id: str, entry_id: str, *states: str) -> ArchiveEntry:
    """Return an entry that is in one of these states and whose act is not published."""
    entry = get_locked(session, ArchiveEntry, body_id, entry_id)
    paper = session.get_one(Paper, entry.paper_id)
    if entry.state not in states or paper.published_at is not None:
        raise NotFound
    return entry


def _decided(session: WriteSession, acting: Acting, entry: ArchiveEntry, state: str) -> None:
    entry.state = state
    entry.decided_by, entry.decided_at = acting.person_id, acting.at
    ledger.record(
        session, entry.body_id, "archive_judged", acting, paper=entry.paper_id, state=state
    )


# --- publishing --------------------------------------------------------------------------------


def publish(session: WriteSession, acting: Acting, *, body_id: str, reason: str = "") -> Published:
    """Publish confirmed acts, some at a time; with personal data or unread pages for a reason only.

    What names a person for sure is never published here: the act's own page shows where.
    """
    count = left = 0
    for each in _first(session, body_id, "confirmed"):
        if count == MOST_AT_ONCE:
            break
        if _is_published(session, acting, body_id, each.paper.id, reason.strip()):
            count += 1
        else:
            left += 1
    return Published(count, left, counts(session, body_id)["confirmed"])


def _first(session: Session, body_id: str, state: str) -> Iterator[Listed]:
    """Yield the first numbered entries of a state, as many as are looked through in one press."""
    most = MOST_AT_ONCE * _LOOKED_THROUGH
    yield from listed(session, body_id, state, is_numbered=True, limit=most)


def _is_published(
    session: WriteSession, acting: Acting, body_id: str, paper_id: str, reason: str
) -> bool:
    concerns = adoption.act_concerns(session, body_id=body_id, paper_id=paper_id)
    if any(each.kind == _NEVER_UNSEEN for each in concerns):
        return False
    try:
        adoption.publish_act(
            session, acting, body_id=body_id, paper_id=paper_id, personal_data_reason=reason
        )
    except (PersonalDataFound, PacketWaiting):
        return False
    return True
