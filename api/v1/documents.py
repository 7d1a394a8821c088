"""Papers, documents and their versions; files out, and what is said of a document."""

from dataclasses import replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.dependencies import ActingOf, AskerOf, Office, PartsOf, Read, Write
from api.pages.files import given, of_version
from api.security.askers import Asker
from api.v1.access import refusals
from api.v1.asks import DocumentChangeAsk, TakeDownAsk
from api.v1.making import Maker, exclusion_shape
from api.v1.once import DoneOnce
from api.v1.routers import body_router
from api.v1.shapes import DocumentShape, ExclusionShape, PaperShape, VersionShape
from docstore.models import Document, Facts, Version
from docstore.rules.audience import AudienceKind
from docstore.services import documents, exclusions, known, reading
from docstore.services.documents import AudienceChoice, DocumentChange
from docstore.services.exclusions import TakeDown
from docstore.services.finding import get

router = body_router("documents")

_BYTES = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"*/*": _BYTES}, "description": "The whole file."},
    206: {"content": {"*/*": _BYTES}, "description": "The part asked for by `Range`."},
    304: {"description": "The file is the one that the client has (`If-None-Match`)."},
}


@router.get("/papers/{paper_id}", responses=refusals())
def show_paper(asker: AskerOf, session: Read, parts: PartsOf, paper_id: str) -> PaperShape:
    """Show a matter with the documents that the asker may open."""
    found = known.paper(session, asker.visibility, paper_id)
    return Maker(parts, asker.body).paper(found.paper, found.documents)


@router.get("/documents/{document_id}", responses=refusals())
def show_document(asker: AskerOf, session: Read, parts: PartsOf, document_id: str) -> DocumentShape:
    """Show a document with the versions that the asker may open."""
    found = known.document(session, asker.visibility, document_id)
    return Maker(parts, asker.body).document(found)


@router.get("/versions/{version_id}", responses=refusals("gone"))
def show_version(asker: AskerOf, session: Read, parts: PartsOf, version_id: str) -> VersionShape:
    """Show one version."""
    return described(session, Maker(parts, asker.body), _visible(session, asker, version_id))


def _visible(session: Session, asker: Asker, version_id: str) -> Version:
    return reading.version(session, asker.visibility, version_id)


def described(session: Session, maker: Maker, row: Version) -> VersionShape:
    """Describe a version with its facts, which may not be known yet."""
    facts = session.get(Facts, row.id)
    return maker.version_with(row, pages=facts.pages if facts else None)


@router.get(
    "/versions/{version_id}/file",
    response_class=Response,
    responses={
        **_FILE,
        **refusals(
            "gone",
            "condition_unmet",
            "range_not_satisfiable",
            "storage_unavailable",
            "object_damaged",
            "object_not_found",
        ),
    },
)
def download(
    request: Request,
    asker: AskerOf,
    session: Read,
    parts: PartsOf,
    version_id: str,
) -> Response:
    """Download a version's own bytes; its ETag is its SHA-256, and `Range` works."""
    row = _visible(session, asker, version_id)
    return given(request, asker, session, parts, row, of_version(session, row), save=True)


@router.patch("/documents/{document_id}", responses=refusals("invalid_input"))
def change_document(
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    document_id: str,
    ask: DocumentChangeAsk,
) -> DocumentShape:
    """Change what is said of a document; readers see it with the next packet."""
    row = get(session, Document, asker.body.id, document_id)
    to = DocumentChange(
        role=row.role if ask.role is None else ask.role.value,
        title=row.title if ask.title is None else ask.title,
        is_public=row.is_public if ask.is_public is None else ask.is_public,
        audience=_audience(row, ask),
    )
    documents.change_document(session, acting, body_id=asker.body.id, document_id=row.id, to=to)
    return Maker(parts, asker.body).document(known.document(session, asker.visibility, document_id))


def _audience(row: Document, ask: DocumentChangeAsk) -> AudienceChoice:
    its = AudienceChoice(
        AudienceKind(row.audience),
        tuple(row.audience_ids),
        row.audience_ground,
        row.audience_reason,
    )
    if ask.audience is not None:
        its = AudienceChoice(AudienceKind(ask.audience))
    if ask.audience_ids is not None:
        its = replace(its, ids=tuple(ask.audience_ids))
    if ask.audience_ground is not None:
        its = replace(its, ground=ask.audience_ground)
    if ask.audience_reason is not None:
        its = replace(its, reason=ask.audience_reason)
    return its


@router.put("/documents/{document_id}/removal", status_code=204, responses=refusals())
def remove_document(asker: Office, acting: ActingOf, session: Write, document_id: str) -> None:
    """Leave a document out of the next packet; earlier packets and its versions stay."""
    documents.remove_document(session, acting, body_id=asker.body.id, document_id=document_id)


@router.delete("/documents/{document_id}/removal", status_code=204, responses=refusals())
def restore_document(asker: Office, acting: ActingOf, session: Write, document_id: str) -> None:
    """Take a document into the next packet again; not one that was taken from the members."""
    documents.restore_document(session, acting, body_id=asker.body.id, document_id=document_id)


@router.post(
    "/documents/{document_id}/exclusions",
    dependencies=[DoneOnce],
    status_code=201,
    responses=refusals("invalid_input"),
)
def take_down(
    asker: Office, acting: ActingOf, session: Write, document_id: str, ask: TakeDownAsk
) -> ExclusionShape:
    """Take a document from the public at once, and from members where asked."""
    said = TakeDown(
        scope=ask.scope,
        legal_ground=ask.legal_ground,
        excluded_by=ask.excluded_by,
        reason=ask.reason,
        version_id=ask.version_id,
        from_members=ask.from_members,
    )
    row = exclusions.take_down(
        session, acting, body_id=asker.body.id, document_id=document_id, said=said
    )
    return exclusion_shape(row)
