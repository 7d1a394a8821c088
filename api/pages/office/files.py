"""Bytes for the office: any version, its PDF, and a packet's PDF and ZIP."""

from fastapi import Request
from starlette.responses import Response

from api.dependencies import Office, PartsOf, Read
from api.downloads import ObjectResponse
from api.pages.office.pages import office_router
from docstore.errors import NotFound
from docstore.models import Packet, Rendition, Version
from docstore.services import renditions
from docstore.services.finding import get
from docstore.services.keeping import refuse_damaged

router = office_router()


@router.get("/pliki/{version_id}")
def version(
    request: Request,
    asker: Office,
    session: Read,
    parts: PartsOf,
    version_id: str,
    zapisz: bool = False,
) -> Response:
    """Return a version's own bytes; `zapisz` asks the browser to save them."""
    row = get(session, Version, asker.body.id, version_id)
    refuse_damaged(session, body_id=row.body_id, sha256=row.sha256)
    return ObjectResponse(
        body_id=row.body_id,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        file_name=row.file_name,
    ).answer(request, parts.store, save=zapisz)


@router.get("/pliki/{version_id}/pdf")
def version_pdf(
    request: Request, asker: Office, session: Read, parts: PartsOf, version_id: str
) -> Response:
    """Return the PDF that was made of a word processor's file."""
    row = get(session, Version, asker.body.id, version_id)
    made = renditions.find(session, kind="pdf", version_id=row.id)
    stem = row.file_name.rsplit(".", 1)[0]
    return _rendition(request, parts, made, file_name=f"{stem}.pdf", save=False)


@router.get("/pakiety/{packet_id}/{kind}")
def packet(
    request: Request, asker: Office, session: Read, parts: PartsOf, packet_id: str, kind: str
) -> Response:
    """Return the merged PDF or the ZIP of a packet, as its recipients get it."""
    row = get(session, Packet, asker.body.id, packet_id)
    if kind not in {"pdf", "zip"}:
        raise NotFound
    made = renditions.find(session, kind=f"packet_{kind}", packet_id=row.id)
    return _rendition(
        request, parts, made, file_name=f"pakiet-{row.number}.{kind}", save=kind == "zip"
    )


def _rendition(
    request: Request, parts: PartsOf, made: Rendition | None, *, file_name: str, save: bool
) -> Response:
    if made is None or made.sha256 is None:
        raise NotFound
    return ObjectResponse(
        body_id=made.body_id,
        sha256=made.sha256,
        size=made.size,
        media_type=made.media_type,
        file_name=file_name,
    ).answer(request, parts.store, save=save)
