"""Files in: the request's body is the file, written to disk as it comes."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.dependencies import Office, PartsOf
from api.form_files import gathered
from api.security.askers import Asker
from api.turns import PATIENCE, WRITING
from api.v1 import once
from api.v1.access import UPLOADS, refusals
from api.v1.making import Maker
from api.v1.once import Begun, Once
from api.v1.queries import NewFile, NewVersion
from api.v1.routers import body_router
from api.v1.shapes import VersionShape
from api.wiring import Parts
from docstore.database import WriteSession
from docstore.errors import DocstoreError, InvalidInput, UploadBroken
from docstore.models import Version
from docstore.services.documents import NewDocument, Owner
from docstore.services.keeping import Incoming
from docstore.services.versions import Beside

router = body_router("documents")

Keep = Callable[[Incoming, Beside], Version]
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
    responses=refusals(*UPLOADS),
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

    def keep(source: Incoming, beside: Beside) -> Version:
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
    responses=refusals(*UPLOADS, "same_bytes"),
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

    def keep(source: Incoming, beside: Beside) -> Version:
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
    limit = parts.intake.limit
    folder, room = parts.intake.spool_dir, parts.intake.room
    incoming = await run_in_threadpool(Incoming, folder, limit=limit, room=room)
    try:
        async for some in gathered(request.stream()):
            await run_in_threadpool(incoming.write, some)
        digest = incoming.spooled().sha256
        if begun is not None:
            await run_in_threadpool(once.found, parts, begun, digest)

        def beside(session: WriteSession, version: Version) -> None:
            shape = Maker(parts, asker.body).version_with(version, pages=None)
            made.append(shape)
            if begun is not None:
                begun.claim(session, body_sha256=digest)
                begun.keep(status=HTTPStatus.CREATED, answer=shape.model_dump_json())

        try:
            await WRITING.run(partial(keep, incoming, beside), patience=PATIENCE)
        except DocstoreError:
            # Another process may have done this very request meanwhile, which is why it fails.
            if begun is not None:
                await run_in_threadpool(once.found, parts, begun, digest)
            raise
    except ClientDisconnect as error:
        raise UploadBroken from error
    finally:
        await run_in_threadpool(incoming.close)
    return made[-1]
