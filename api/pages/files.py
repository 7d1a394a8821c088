"""What pages are drawn with and what they lead to: colours, the emblem, and stored files."""

from pathlib import PurePosixPath

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.colours import stylesheet
from api.dependencies import AskerOf, PartsOf, Read
from api.downloads import ObjectResponse
from api.rendering import words_for
from api.security.askers import Asker
from api.shown import Shown
from api.wiring import Parts
from docstore.errors import NotFound
from docstore.models import Version
from docstore.services import reading, receipts, renditions
from docstore.services.acting import Acting
from docstore.services.giving import held
from docstore.services.noting import Observed

router = APIRouter(prefix="/{slug}", include_in_schema=False, route_class=Shown)

_READS = ["GET", "HEAD"]
_FOR_LONG = "public, max-age=31536000, immutable"
_FOR_AN_HOUR = "public, max-age=3600"


@router.get("/barwy.css")
def colours(asker: AskerOf, v: str = "") -> Response:
    """Return the council's own colours; kept for long under the address that names them."""
    colour = asker.body.colour
    is_named = v.casefold() == colour.lstrip("#").casefold()
    return Response(
        stylesheet(colour),
        media_type="text/css",
        headers={"Cache-Control": _FOR_LONG if is_named else "no-cache"},
    )


@router.api_route("/herb", methods=_READS)
def emblem(request: Request, asker: AskerOf, session: Read, parts: PartsOf) -> Response:
    """Return the council's emblem."""
    sha256 = asker.body.emblem_sha256
    if sha256 is None:
        raise NotFound
    response = ObjectResponse(
        held(session, body_id=asker.body.id, sha256=sha256),
        media_type="image/png",
        file_name="herb.png",
    ).answer(request, parts.giver, is_public=True)
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = _FOR_AN_HOUR
    return response


@router.api_route("/pliki/{version_id}/pdf", methods=_READS)
def rendition(
    request: Request,
    asker: AskerOf,
    session: Read,
    parts: PartsOf,
    version_id: str,
    zapisz: bool = False,
) -> Response:
    """Return the PDF that was made of a word processor's file, or of one that was locked."""
    row = reading.version(session, asker.visibility, version_id)
    name = f"{row.file_name.rsplit('.', 1)[0]}.pdf"
    described = _of_rendition(session, row, "pdf", name)
    return given(request, asker, session, parts, row, described, save=zapisz)


@router.api_route("/pliki/{version_id}/bez-hasla", methods=_READS)
def opened(
    request: Request,
    asker: AskerOf,
    session: Read,
    parts: PartsOf,
    version_id: str,
    zapisz: bool = False,
) -> Response:
    """Return the copy of a locked file that asks for no password."""
    row = reading.version(session, asker.visibility, version_id)
    mark = words_for(request, asker.body)("bez hasła")
    named = PurePosixPath(row.file_name)
    name = f"{named.stem} ({mark}){named.suffix}"
    described = _of_rendition(session, row, renditions.OPENED, name)
    return given(request, asker, session, parts, row, described, save=zapisz)


@router.api_route("/pliki/{version_id}/z-tekstem", methods=_READS)
def recognised(
    request: Request,
    asker: AskerOf,
    session: Read,
    parts: PartsOf,
    version_id: str,
    zapisz: bool = False,
) -> Response:
    """Return the copy of a scan that has its words as text."""
    row = reading.version(session, asker.visibility, version_id)
    mark = words_for(request, asker.body)("z rozpoznanym tekstem")
    name = f"{PurePosixPath(row.file_name).stem} ({mark}).pdf"
    described = _of_rendition(session, row, renditions.RECOGNISED, name)
    return given(request, asker, session, parts, row, described, save=zapisz)


@router.api_route("/pliki/{version_id}/{file_name}", methods=_READS)
def file(
    request: Request,
    asker: AskerOf,
    session: Read,
    parts: PartsOf,
    version_id: str,
    zapisz: bool = False,
) -> Response:
    """Return a version's own bytes; the name in the address is there for people alone."""
    row = reading.version(session, asker.visibility, version_id)
    return given(request, asker, session, parts, row, of_version(session, row), save=zapisz)


def _of_rendition(session: Session, row: Version, kind: str, file_name: str) -> ObjectResponse:
    """Describe what was made of a version as an answer; `NotFound` where nothing was."""
    made = renditions.find(session, kind=kind, version_id=row.id)
    if made is None or made.sha256 is None:
        raise NotFound
    return ObjectResponse(
        held(session, body_id=row.body_id, sha256=made.sha256),
        media_type=made.media_type,
        file_name=file_name,
        modified_at=made.made_at,
    )


def of_version(session: Session, row: Version) -> ObjectResponse:
    """Describe a version's own bytes as an answer; bytes known to be damaged are refused."""
    return ObjectResponse(
        held(session, body_id=row.body_id, sha256=row.sha256),
        media_type=row.media_type,
        file_name=row.file_name,
        modified_at=row.created_at,
    )


def given(
    request: Request,
    asker: Asker,
    session: Session,
    parts: Parts,
    row: Version,
    described: ObjectResponse,
    *,
    save: bool,
) -> Response:
    """Answer with a file; that a recipient began to download it is noted once its bytes go out."""
    packet = receipts.newest_packet_with(session, row.id) if asker.is_recipient else None
    person = asker.person
    # Reading is over: whoever held on to it while waiting for the store or to write would keep a
    # connection from others who open the same packet.
    session.close()

    def begun() -> None:
        if packet is not None and person is not None:
            acting = Acting(person.id, parts.clock.now())
            parts.notes.note(
                Observed(row.body_id, person.id, packet.id, "downloaded", row.id, acting)
            )

    noted = packet is not None and person is not None
    return described.answer(
        request, parts.giver, save=save, is_public=person is None, begun=begun if noted else None
    )
