"""Papers: matters that agenda items bring."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import InvalidInput
from docstore.models import AgendaItem, Consideration, Paper
from docstore.rules.paper_title import OTHER, kind_of, matter_of
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.finding import get_locked
from docstore.services.meetings import items_in_order
from docstore.services.placing import place_paper


def add_paper(
    session: WriteSession,
    acting: Acting,
    *,
    item: AgendaItem,
    title: str,
    druk: str = "",
    kind: str = "",
) -> Paper:
    """Make a matter of its own on an agenda item; its kind is read from titles if not given."""
    if not title.strip():
        raise InvalidInput(field="title", reason="required")
    paper = Paper(
        body_id=item.body_id,
        title=matter_of(title),
        kind=kind or _kind_below(session, item, title),
        druk=druk.strip(),
        created_at=acting.at,
    )
    session.add(paper)
    session.flush()
    place_paper(session, item=item, paper=paper)
    ledger.record(session, item.body_id, "paper_added", acting, paper=paper.id, item=item.id)
    return paper


def paper_of(session: WriteSession, acting: Acting, *, item: AgendaItem) -> Paper:
    """Return the item's first paper; an item without one gets a matter of its own title."""
    paper = session.scalar(
        select(Paper)
        .join(Consideration, Consideration.paper_id == Paper.id)
        .where(Consideration.item_id == item.id)
        .order_by(Consideration.position)
        .limit(1)
    )
    return paper or add_paper(session, acting, item=item, title=item.title)


def _kind_below(session: Session, item: AgendaItem, title: str) -> str:
    """Read a paper's kind from its title, or else from the points above it ("Podjęcie uchwał:")."""
    kind, depth = kind_of(title), item.depth
    for row in reversed(items_in_order(session, item.meeting_id)) if kind == OTHER else ():
        if row.position < item.position and row.depth < depth:
            kind, depth = kind_of(row.title), row.depth
            if kind != OTHER:
                break
    return kind


def change_paper(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    paper_id: str,
    title: str,
    druk: str,
    kind: str,
) -> Paper:
    """Change a paper's title, number of the draft, or kind."""
    if not title.strip():
        raise InvalidInput(field="title", reason="required")
    paper = get_locked(session, Paper, body_id, paper_id)
    paper.title, paper.druk, paper.kind = " ".join(title.split()), druk.strip(), kind
    ledger.record(session, body_id, "paper_changed", acting, paper=paper.id)
    return paper
