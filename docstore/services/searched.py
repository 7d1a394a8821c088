"""What the record says of found versions, read through the asker's own visibility."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from docstore.models import AgendaItem, Consideration, Document, Meeting, Version
from docstore.services import renditions
from docstore.services.reading import may_see
from docstore.visibility import Visibility


@dataclass(frozen=True, slots=True)
class Found:
    """One found version, ready to be shown."""

    version_id: str
    document_id: str
    paper_id: str | None
    meeting_id: str | None
    title: str
    document_title: str
    role: str
    number: str
    file_name: str
    media_type: str
    size: int
    pages: int | None
    kind: str
    status: str
    is_act: bool
    adopted_on: date | None


def described(
    session: Session, visibility: Visibility, version_ids: Sequence[str]
) -> dict[str, Found]:
    """Return what the asker may know of these versions; an index that lags behind shows nothing."""
    rows = session.scalars(
        select(Version)
        .where(Version.id.in_(list(version_ids)), may_see(visibility))
        .options(joinedload(Version.document).joinedload(Document.paper), joinedload(Version.facts))
    ).all()
    meetings = _meetings(session, [row.document for row in rows])
    return {row.id: _found(row, meetings) for row in rows}


def _found(row: Version, meetings: dict[str, str]) -> Found:
    document, paper = row.document, row.document.paper
    return Found(
        version_id=row.id,
        document_id=document.id,
        paper_id=paper.id if paper else None,
        meeting_id=meetings.get(document.id),
        title=paper.title if paper else document.title,
        document_title=document.title,
        role=document.role,
        number=paper.number if paper else "",
        file_name=row.file_name,
        media_type=row.media_type,
        size=row.size,
        pages=row.facts.pages if row.facts else None,
        kind=paper.kind if paper else "meeting",
        status=paper.status if paper else "",
        is_act=paper is not None and paper.published_at is not None,
        adopted_on=paper.adopted_on if paper else None,
    )


def _meetings(session: Session, documents: Sequence[Document]) -> dict[str, str]:
    """Return, for each document, the latest meeting that it belongs to."""
    found = {d.id: d.meeting_id for d in documents if d.meeting_id}
    by_paper = {d.paper_id: d.id for d in documents if d.paper_id}
    by_item = {d.item_id: d.id for d in documents if d.item_id}
    for paper_id, meeting_id in session.execute(
        select(Consideration.paper_id, AgendaItem.meeting_id)
        .join(AgendaItem, AgendaItem.id == Consideration.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Consideration.paper_id.in_(list(by_paper)))
        .order_by(Meeting.starts_at)
    ):
        for document in documents:
            if document.paper_id == paper_id:
                found[document.id] = meeting_id
    for item_id, meeting_id in session.execute(
        select(AgendaItem.id, AgendaItem.meeting_id).where(AgendaItem.id.in_(list(by_item)))
    ):
        found[by_item[item_id]] = meeting_id
    return found


def visible_pages(
    session: Session, visibility: Visibility, version_ids: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return the page texts of those versions that the asker may see."""
    allowed = session.scalars(
        select(Version.id).where(Version.id.in_(list(version_ids)), may_see(visibility))
    ).all()
    return renditions.page_texts(session, allowed)
