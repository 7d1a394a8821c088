"""Papers and documents that an asker may know of, with the versions they may open."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from docstore.errors import NotFound
from docstore.models import Document, Paper, Version
from docstore.services.finding import get
from docstore.services.reading import may_see
from docstore.visibility import Visibility, office


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document and the versions that the asker may open, the newest first."""

    document: Document
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class KnownPaper:
    """A paper and the documents of it that the asker may open."""

    paper: Paper
    documents: tuple[KnownDocument, ...]


def document(session: Session, visibility: Visibility, document_id: str) -> KnownDocument:
    """Return a document of which the asker may open something; any other is not found."""
    row = get(session, Document, visibility.body_id, document_id)
    known = _with_versions(session, visibility, [row])
    if not known:
        raise NotFound
    return known[0]


def paper(session: Session, visibility: Visibility, paper_id: str) -> KnownPaper:
    """Return a paper that is published as an act or of which the asker may open something.

    The office knows of every paper.
    """
    row = get(session, Paper, visibility.body_id, paper_id)
    own = session.scalars(
        select(Document).where(Document.paper_id == row.id).order_by(Document.position)
    ).all()
    known = _with_versions(session, visibility, own)
    is_office = office(visibility.body_id) in visibility.tokens
    if not (known or is_office):
        raise NotFound
    return KnownPaper(row, tuple(known))


def _with_versions(
    session: Session, visibility: Visibility, documents: Sequence[Document]
) -> list[KnownDocument]:
    rows = session.scalars(
        select(Version)
        .where(Version.document_id.in_([each.id for each in documents]), may_see(visibility))
        .options(joinedload(Version.facts), joinedload(Version.document))
        .order_by(Version.number.desc())
    ).all()
    found = [
        KnownDocument(each, tuple(row for row in rows if row.document_id == each.id))
        for each in documents
    ]
    return [each for each in found if each.versions]
