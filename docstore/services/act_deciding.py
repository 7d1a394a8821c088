"""The office decides on what an act's text says of itself: confirmed, dismissed, taken back."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import delete, select, update

from docstore.database import WriteSession
from docstore.errors import InvalidInput, NotFound
from docstore.models import ActFact, ArchiveEntry, Document, Paper, Version
from docstore.services import ledger
from docstore.services.act_facts import ON_PAPER, ONE_OF_A_KIND, Said, on_paper, read, same
from docstore.services.acting import Acting
from docstore.services.adoption import set_number, touch_papers
from docstore.services.finding import get_locked

_BY_DAY = ("adopted_on", "number")
# Facts that are words of the text itself.
_WORDS = ActFact.kind.in_(("organ", "basis", "annex"))


def decide(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    paper_id: str,
    chosen: Collection[tuple[str, str]],
    confirm: bool,
) -> int:
    """Confirm or dismiss facts that the text says now, by kind and key; return how many.

    What belongs on the paper itself is written there. What the text does not say, or what is
    decided already, is passed over. Raises `InvalidInput` for a number without a day and
    `NumberTaken`; then nothing of it stays once the caller rolls back.
    """
    paper = get_locked(session, Paper, body_id, paper_id)
    wanted = [
        each
        for each in read(session, paper).said
        if each.is_open and (each.kind, each.key) in chosen
    ]
    for each in wanted:
        _decide(session, acting, paper, each, confirm=confirm)
    if wanted:
        touch_papers(session, acting, [paper])
    return len(wanted)


def undo(
    session: WriteSession, acting: Acting, *, body_id: str, paper_id: str, kind: str, key: str
) -> bool:
    """Take a decision back; tell whether the paper says again what it said before.

    It does not where it was changed since, nor where the act is published: its number, day, title
    and druk are changed on purpose then. A day that is taken back takes the number along, which
    belongs to it. Raises `NotFound`, and `NumberTaken` where the number before has gone elsewhere.
    """
    paper = get_locked(session, Paper, body_id, paper_id)
    row = session.scalar(
        select(ActFact).where(
            ActFact.paper_id == paper.id, ActFact.kind == kind, ActFact.key == key
        )
    )
    if row is None:
        raise NotFound
    restores = (
        row.is_confirmed
        and row.kind in ON_PAPER
        and paper.published_at is None
        and same(kind, on_paper(paper)[row.kind], row.value)
        and bool(row.replaced or row.kind != "title")  # destroyed words do not come back
    )
    if restores:
        _restore(session, paper, row)
    session.delete(row)
    ledger.record(session, body_id, "act_fact_undone", acting, paper=paper.id, fact=row.kind)
    touch_papers(session, acting, [paper])
    return restores


def _restore(session: WriteSession, paper: Paper, row: ActFact) -> None:
    if row.replaced or row.kind not in _BY_DAY:
        _write(session, paper, row.kind, row.replaced)
        return
    paper.number, paper.number_key = "", None
    if row.kind == "adopted_on":
        paper.term_id, paper.adopted_on = None, None
        session.execute(
            delete(ActFact).where(
                ActFact.paper_id == paper.id, ActFact.kind == "number", ActFact.is_confirmed
            )
        )


def forget(session: WriteSession, version_ids: Sequence[str]) -> None:
    """Take the words of destroyed versions out of what was decided by them.

    Of what the office confirmed there stay its own statements: what is on the paper, and which acts
    it changes or repeals. The rest, and what was dismissed, goes.
    """
    of_these = ActFact.version_id.in_(version_ids)
    papers = (
        select(Document.paper_id)
        .join(Version, Version.document_id == Document.id)
        .where(Version.id.in_(version_ids), Document.paper_id.is_not(None))
    )
    session.execute(delete(ActFact).where(of_these, ~ActFact.is_confirmed | _WORDS))
    session.execute(update(ActFact).where(of_these).values(version_id=None, page=None, passage=""))
    session.execute(update(ActFact).where(ActFact.paper_id.in_(papers)).values(replaced=""))
    session.execute(
        update(ArchiveEntry).where(ArchiveEntry.paper_id.in_(papers)).values(replaced={})
    )


def _decide(
    session: WriteSession, acting: Acting, paper: Paper, said: Said, *, confirm: bool
) -> None:
    overruled = ActFact.key == said.key
    if confirm and said.kind in ONE_OF_A_KIND:
        overruled |= ActFact.is_confirmed
    session.execute(
        delete(ActFact).where(ActFact.paper_id == paper.id, ActFact.kind == said.kind, overruled)
    )
    session.add(
        ActFact(
            body_id=paper.body_id,
            paper_id=paper.id,
            kind=said.kind,
            key=said.key,
            value=said.value,
            about_on=said.about_on,
            is_confirmed=confirm,
            replaced=on_paper(paper).get(said.kind, "") if confirm else "",
            version_id=said.version_id,
            page=said.page,
            passage=said.passage,
            decided_by=acting.person_id,
            decided_at=acting.at,
        )
    )
    if confirm and said.kind in ON_PAPER:
        _write(session, paper, said.kind, said.value)
    ledger.record(
        session,
        paper.body_id,
        "act_fact_confirmed" if confirm else "act_fact_dismissed",
        acting,
        paper=paper.id,
        fact=said.kind,
        version=said.version_id,
    )


def _write(session: WriteSession, paper: Paper, kind: str, value: str) -> None:
    """Write a fact that belongs on the paper itself."""
    match kind:
        case "title":
            paper.title = value
        case "druk":
            paper.druk = value
        case "number":
            if paper.adopted_on is None:
                raise InvalidInput(field="adopted_on", reason="required")
            set_number(session, paper, number=value, adopted_on=paper.adopted_on)
        case "adopted_on":
            set_number(session, paper, number=paper.number, adopted_on=date.fromisoformat(value))
