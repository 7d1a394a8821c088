"""Files in: the request's body is the file, written to disk as it comes."""

import hashlib
import tempfile
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.dependencies import Office, PartsOf
from api.security.askers import Asker
from api.v1 import once
from api.v1.access import refusals
from api.v1.asks import NewFile, NewVersion
from api.v1.endpoint import Endpoint
from api.v1.making import Maker
from api.v1.once import Begun, Once
from api.v1.shapes import VersionShape
from api.wiring import Parts
from docstore.database import WriteSession
from docstore.errors import FileTooLarge, InvalidInput, UploadBroken
from docstore.models import Version
from docstore.services.documents import NewDocument, Owner
from docstore.services.versions import Beside

router = APIRouter(prefix="/bodies/{slug}", tags=["documents"], route_class=Endpoint)

_MB = 1 << 20
Keep = Callable[[BinaryIO, Beside], Version]
_BODY = {
    "requestBody": {
        "required": True,
        "description": "The file itself, as it is.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post(
    "/documents",
    status_code=201,
    responses=refusals(401, 403, 404, 413, 422),
    openapi_extra=_BODY,
)
async def add_document(
    request: Request,
    asker: Office,
    parts: PartsOf,
    begun: Begun,
    ask: Annotated[NewFile, Query()],
) -> VersionShape:
    """Store the body as a new document of one paper, agenda item or meeting."""
    owner = Owner(ask.paper_id, ask.item_id, ask.meeting_id)
    if sum(each is not None for each in (ask.paper_id, ask.item_id, ask.meeting_id)) != 1:
        raise InvalidInput(field="paper_id, item_id, meeting_id", reason="choice")
    role = ask.role.value if ask.role else ""
    new = NewDocument(owner, role=role, title=ask.title, is_public=ask.is_public)

    def keep(source: BinaryIO, beside: Beside) -> Version:
        return parts.intake.add_document(
            asker.person_id,
            body_id=asker.body.id,
            new=new,
            file_name=ask.file_name,
            source=source,
            note=ask.note,
            sha256=ask.sha256,
            beside=beside,
        )

    return await _kept(request, asker, parts, begun, keep)


@router.post(
    "/documents/{document_id}/versions",
    status_code=201,
    responses=refusals(401, 403, 404, 409, 413, 422),
    openapi_extra=_BODY,
)
async def add_version(
    request: Request,
    asker: Office,
    parts: PartsOf,
    document_id: str,
    begun: Begun,
    ask: Annotated[NewVersion, Query()],
) -> VersionShape:
    """Store the body as the next version of a document; the ones before stay as they were."""

    def keep(source: BinaryIO, beside: Beside) -> Version:
        return parts.intake.add_version(
            asker.person_id,
            body_id=asker.body.id,
            document_id=document_id,
            file_name=ask.file_name,
            source=source,
            note=ask.note,
            sha256=ask.sha256,
            beside=beside,
        )

    return await _kept(request, asker, parts, begun, keep)


async def _kept(
    request: Request, asker: Asker, parts: Parts, begun: Once | None, keep: Keep
) -> VersionShape:
    """Write the request's body into a file of our own as it comes, then store it.

    Nothing is ever held whole in memory, and the loop that serves others never waits for a disk.
    """
    made: list[VersionShape] = []
    folder = parts.settings.spool_dir
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as target:
        digest = await _spooled(request, target, limit_mb=parts.settings.max_upload_mb)
        if begun is not None:
            await run_in_threadpool(once.found, parts, begun, digest)
        target.seek(0)

        def beside(session: WriteSession, version: Version) -> None:
            shape = Maker(parts, asker.body).version_with(version, pages=None)
            made.append(shape)
            if begun is not None:
                begun.claim(session, body_sha256=digest)
                begun.keep(status=HTTPStatus.CREATED, answer=shape.model_dump_json())

        await run_in_threadpool(keep, target, beside)
    return made[-1]


async def _spooled(request: Request, target: BinaryIO, *, limit_mb: int) -> str:
    """Write a body to a file; return its SHA-256."""
    digest, size = hashlib.sha256(), 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit_mb * _MB:
                raise FileTooLarge(limit_mb=limit_mb)
            digest.update(chunk)
            await run_in_threadpool(target.write, chunk)
    except ClientDisconnect as error:
        raise UploadBroken from error
    return digest.hexdigest()
