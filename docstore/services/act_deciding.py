"""The office decides on what an act's text says of itself: confirmed, dismissed, taken back."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import delete, select, update

from docstore.database import WriteSession
from docstore.errors import InvalidInput, NotFound
from docstore.models import ActFact, Paper
from docstore.services import ledger
from docstore.services.act_facts import ON_PAPER, ONE_OF_A_KIND, Said, on_paper, read, same
from docstore.services.acting import Acting
from docstore.services.adoption import set_number, touch_papers
from docstore.services.finding import get_locked


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
) -> ActFact:
    """Take a decision back; the paper says again what it said before, unless changed since."""
    paper = get_locked(session, Paper, body_id, paper_id)
    row = session.scalar(
        select(ActFact).where(
            ActFact.paper_id == paper.id, ActFact.kind == kind, ActFact.key == key
        )
    )
    if row is None:
        raise NotFound
    is_ours = row.is_confirmed and row.kind in ON_PAPER
    if is_ours and same(kind, on_paper(paper)[row.kind], row.value):
        _write(session, paper, row.kind, row.replaced)
    session.delete(row)
    ledger.record(session, body_id, "act_fact_undone", acting, paper=paper.id, fact=row.kind)
    touch_papers(session, acting, [paper])
    return row


def forget(session: WriteSession, version_ids: Sequence[str]) -> None:
    """Take the words of destroyed versions out of what was decided by them.

    What the office confirmed stays as its own statement; what it dismissed goes.
    """
    of_these = ActFact.version_id.in_(version_ids)
    session.execute(delete(ActFact).where(of_these, ~ActFact.is_confirmed))
    session.execute(update(ActFact).where(of_these).values(version_id=None, page=None, passage=""))


def _decide(
    session: WriteSession, acting: Acting, paper: Paper, said: Said, *, confirm: bool
) -> None:
    if confirm and said.kind in ONE_OF_A_KIND:
        session.execute(
            delete(ActFact).where(
                ActFact.paper_id == paper.id, ActFact.kind == said.kind, ActFact.is_confirmed
            )
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
        case "adopted_on" if value:
            set_number(session, paper, number=paper.number, adopted_on=date.fromisoformat(value))
        case "adopted_on":
            paper.adopted_on = None
