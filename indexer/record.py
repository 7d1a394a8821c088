"""The versions of the record as an index sees them."""

from collections.abc import Iterable, Iterator

from sqlalchemy import bindparam, select
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
                joinedload(Document.paper),
            )
        )
    ).all()
    texts = renditions.page_texts(session, ids)
    published = {row.document.paper_id for row in rows if _is_published(row.document.paper)}
    signed = set(session.scalars(_SIGNED, {"papers": list(published)})) if published else set()
    for row in rows:
        stage = stage_of(row.document, is_signed=row.document.paper_id in signed)
        yield _index_document(row, stage, texts.get(row.id, ()))


# Which of some papers have their signed text.
_SIGNED = select(Document.paper_id).where(
    Document.paper_id.in_(bindparam("papers", expanding=True)), Document.role == "signed_act"
)


def _is_published(paper: Paper | None) -> bool:
    return paper is not None and paper.published_at is not None


def _index_document(row: Version, stage: Stage, pages: tuple[str, ...]) -> IndexDocument:
    document, paper = row.document, row.document.paper
    newer = [each for each in document.versions if each.number > row.number]
    own = next(each for each in document.versions if each.id == row.id)
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


def stage_of(document: Document, *, is_signed: bool) -> Stage:
    """Tell what a document is to a reader: an adopted act, a draft, or other material.

    Where the act `is_signed`, the draft of before stays a draft.
    """
    paper = document.paper
    if paper is None:
        return "material"
    if _is_published(paper):
        return "draft" if is_signed and document.role == "main" else "adopted"
    return "draft" if paper.kind == "resolution" else "material"


def _title(document: Document) -> str:
    paper = document.paper
    if paper is None:
        return document.title
    if document.role in {"main", "signed_act"}:
        return paper.title
    return f"{document.title} \N{EN DASH} {paper.title}"
