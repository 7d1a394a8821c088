"""An adopted act as one asker sees it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from docstore.errors import NotFound
from docstore.models import (
    AgendaItem,
    Consideration,
    Document,
    Exclusion,
    Meeting,
    Paper,
    Version,
    Vote,
)
from docstore.services.reading import current_versions, told_of
from docstore.visibility import Visibility


@dataclass(frozen=True, slots=True)
class ActView:
    """An adopted act as everyone sees it."""

    paper: Paper
    files: tuple[Version, ...]
    exclusions: tuple[Exclusion, ...]
    vote: Vote | None
    meeting: Meeting | None


def act(session: Session, visibility: Visibility, paper_id: str) -> ActView:
    """Return a published act with the files the asker may open and the notices of those gone."""
    paper = session.scalar(
        select(Paper)
        .where(
            Paper.id == paper_id,
            Paper.body_id == visibility.body_id,
            Paper.published_at.is_not(None),
        )
        .options(
            selectinload(Paper.documents).selectinload(
                Document.exclusions.and_(told_of(visibility))
            ),
            selectinload(Paper.votes).joinedload(Vote.version).joinedload(Version.document),
        )
    )
    if paper is None:
        raise NotFound
    current = current_versions(session, visibility, [d.id for d in paper.documents])
    vote = max(paper.votes, key=lambda row: (row.voted_on, row.id), default=None)
    return ActView(
        paper=paper,
        files=tuple(current[d.id] for d in paper.documents if d.id in current),
        exclusions=tuple(e for d in paper.documents for e in d.exclusions),
        vote=vote,
        meeting=_meeting_of(session, vote),
    )


def _meeting_of(session: Session, vote: Vote | None) -> Meeting | None:
    if vote is None or vote.consideration_id is None:
        return None
    return session.scalar(
        select(Meeting)
        .join(Meeting.items)
        .join(AgendaItem.considerations)
        .where(Consideration.id == vote.consideration_id)
    )
