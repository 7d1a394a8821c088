"""Papers on agenda items: putting one there, finding it, taking it off."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import NotFound
from docstore.models import AgendaItem, Consideration, Paper
from docstore.services import ledger
from docstore.services.acting import Acting


def consideration_of(session: Session, *, item_id: str, paper_id: str) -> Consideration | None:
    """Return the row that says that a paper stands on an item."""
    return session.scalar(
        select(Consideration).where(
            Consideration.item_id == item_id, Consideration.paper_id == paper_id
        )
    )


def paper_on(session: Session, *, item: AgendaItem, paper_id: str) -> Paper:
    """Return a paper that stands on an item; any other is not found."""
    paper = session.scalar(
        select(Paper)
        .join(Consideration, Consideration.paper_id == Paper.id)
        .where(Consideration.item_id == item.id, Paper.id == paper_id)
    )
    if paper is None:
        raise NotFound
    return paper


def take_off(session: WriteSession, acting: Acting, *, item: AgendaItem, paper_id: str) -> None:
    """Take a paper off an item; the paper and its files stay and can be put on again."""
    paper = paper_on(session, item=item, paper_id=paper_id)
    session.execute(
        delete(Consideration).where(
            Consideration.item_id == item.id, Consideration.paper_id == paper.id
        )
    )
    ledger.record(session, item.body_id, "paper_taken_off", acting, paper=paper.id, item=item.id)


def place_paper(session: WriteSession, *, item: AgendaItem, paper: Paper) -> Consideration:
    """Put a paper on an agenda item, also one that an earlier meeting considered."""
    count = session.scalar(
        select(func.count()).select_from(Consideration).where(Consideration.item_id == item.id)
    )
    row = Consideration(
        body_id=item.body_id, item_id=item.id, paper_id=paper.id, position=count or 0
    )
    session.add(row)
    session.flush()
    return row
