"""The versions of the record as an index sees them."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from docstore.models import Document, Paper, Version
from docstore.services import renditions
from docstore.services.openness import is_destroyed
from indexer.documents import IndexDocument, Stage


def index_documents(session: Session, version_ids: Iterable[str]) -> Iterator[IndexDocument]:
    """Return versions as an index sees them, with the text of their pages; none destroyed."""
    ids = list(version_ids)
    rows = session.scalars(
        select(Version)
        .where(Version.id.in_(ids), ~is_destroyed())
        .options(
            joinedload(Version.document).options(
                selectinload(Document.versions).selectinload(Version.audience),
                joinedload(Document.paper).selectinload(Paper.documents),
            )
        )
    ).all()
    texts = renditions.page_texts(session, ids)
    for row in rows:
        yield _index_document(row, texts.get(row.id, ()))


def _index_document(row: Version, pages: tuple[str, ...]) -> IndexDocument:
    document, paper = row.document, row.document.paper
    newer = [each for each in document.versions if each.number > row.number]
    own = next(each for each in document.versions if each.id == row.id)
    stage = stage_of(document)
    dated_on = (
        paper.adopted_on
        if paper is not None and paper.adopted_on is not None
        else row.created_at.date()
    )
    return IndexDocument(
        id=row.id,
        body_id=row.body_id,
        document_id=row.document_id,
        revision=row.revision,
        visible_to=frozenset(each.token for each in own.audience),
        superseded_for=frozenset(each.token for v in newer for each in v.audience),
        title=_title(document),
        number=(paper.number or paper.druk) if paper else "",
        file_name=row.file_name,
        pages=pages,
        stage=stage,
        kind=paper.kind if paper else "meeting",
        status=paper.status if paper and stage == "adopted" else "",
        year=dated_on.year,
        dated_on=dated_on,
    )


def stage_of(document: Document) -> Stage:
    """Tell what a document is to a reader: an adopted act, a draft, or other material.

    Where an act has its signed text, the draft of before stays a draft.
    """
    paper = document.paper
    if paper is None:
        return "material"
    if paper.published_at is not None:
        signed = any(each.role == "signed_act" for each in paper.documents)
        return "draft" if signed and document.role == "main" else "adopted"
    return "draft" if paper.kind == "resolution" else "material"


def _title(document: Document) -> str:
    paper = document.paper
    if paper is None:
        return document.title
    if document.role in {"main", "signed_act"}:
        return paper.title
    return f"{document.title} \N{EN DASH} {paper.title}"
