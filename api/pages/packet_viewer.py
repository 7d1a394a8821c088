"""The pages of a packet: everything for a meeting, one page after another."""

from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import select
from starlette.background import BackgroundTask
from starlette.responses import Response

from api.dependencies import PartsOf, Read, Recipient, check_form
from api.pages import viewing
from api.pages.my_meeting import note, packet_for
from api.pages.viewing import Looked, PageNumber, Typed
from api.rendering import words_for
from api.security.askers import Asker
from api.turns import in_turn_to_draw
from api.wiring import Parts
from delivery.words import meeting_heading
from docstore.database import ReadSession
from docstore.errors import NotFound
from docstore.models import Meeting, Packet, Rendition
from docstore.services import pages, renditions
from docstore.services.pages import Source

router = APIRouter(
    prefix="/{slug}/moje/{meeting_id}/{number}/strony",
    dependencies=[Depends(check_form)],
    include_in_schema=False,
)


@router.get("")
@in_turn_to_draw
def first(
    request: Request, asker: Recipient, session: Read, parts: PartsOf, meeting_id: str,
    number: PageNumber, typed: Typed = "",
) -> Response:  # fmt: skip
    """Lead to a page whose number was typed, or to the first."""
    meeting, row, _, source = _looked_up(session, asker, meeting_id, number)
    session.close()
    return viewing.typed_page(request, parts, _home(asker, meeting, row), source, typed)


@router.get("/wszystkie")
@in_turn_to_draw
def overview(
    request: Request, asker: Recipient, session: Read, parts: PartsOf, meeting_id: str,
    number: PageNumber,
) -> Response:  # fmt: skip
    """Show all pages of a packet as thumbnails."""
    meeting, row, made, source = _looked_up(session, asker, meeting_id, number)
    context = _context(request, asker, meeting, row, made)
    session.close()
    return viewing.all_pages(request, asker, parts, _home(asker, meeting, row), source, **context)


@router.get("/{page}")
@in_turn_to_draw
def show(
    request: Request, asker: Recipient, session: Read, parts: PartsOf, meeting_id: str,
    number: PageNumber, page: PageNumber,
) -> Response:  # fmt: skip
    """Show one page, with the words that were looked for (`q`) marked."""
    meeting, row, made, source = _looked_up(session, asker, meeting_id, number)
    context = _context(request, asker, meeting, row, made)
    session.close()  # as in files.given: reading is over before anybody waits
    if viewing.is_fetched_ahead(request):
        return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)  # as my_meeting does
    looked = Looked.asked(request, _home(asker, meeting, row), page)
    is_read = looked.question or looked.view == "tekst"
    texts = parts.pages.texts(source) if is_read else ()
    shown = viewing.one_page(request, asker, parts, looked, source, texts, has_text=True, **context)
    shown.background = _noting(asker, parts, meeting, row)
    return shown


@router.api_route("/{page}/{name}", methods=["GET", "HEAD"])
def picture(
    request: Request, asker: Recipient, session: Read, parts: PartsOf, meeting_id: str,
    number: PageNumber, page: PageNumber, name: str,
) -> Response:  # fmt: skip
    """Give out one page of a packet as a picture."""
    meeting, row, _, source = _looked_up(session, asker, meeting_id, number)
    session.close()
    given = viewing.picture(request, asker, parts, source, page, name)
    if viewing.is_large(name) and request.method == "GET":
        given.background = _noting(asker, parts, meeting, row)
    return given


def _noting(asker: Asker, parts: Parts, meeting: Meeting, packet: Packet) -> BackgroundTask:
    noted = partial(note, parts, asker, meeting, packet, kind="downloaded", subject="pdf")
    return viewing.noting(parts, noted, asker.person_id or "", packet.id)


def _looked_up(
    session: ReadSession, asker: Asker, meeting_id: str, number: str
) -> tuple[Meeting, Packet, Rendition, Source]:
    """Return a packet of a meeting of the asker's, with its merged PDF and what is drawn of it."""
    meeting, newest = packet_for(session, asker, meeting_id)
    row = session.scalar(
        select(Packet).where(
            Packet.meeting_id == meeting.id,
            Packet.number == int(number),
            Packet.number <= newest.number,
        )
    )
    made = renditions.renditions_of(session, row.id).get("packet_pdf") if row else None
    source = pages.of_packet(made) if made else None
    if row is None or made is None or source is None:
        raise NotFound
    return meeting, row, made, source


def _home(asker: Asker, meeting: Meeting, packet: Packet) -> str:
    return f"/{asker.body.slug}/moje/{meeting.id}/{packet.number}/strony"


def _context(
    request: Request, asker: Asker, meeting: Meeting, packet: Packet, made: Rendition
) -> dict[str, Any]:
    """Return what every page of the viewer says of a packet."""
    words = words_for(request, asker.body)
    folder = f"/{asker.body.slug}/moje/{meeting.id}"
    heading = meeting_heading(words, meeting, meeting.organization.name)
    return {
        "heading": words("Materiały, pakiet {number}", number=packet.number),
        "kicker": [heading, words.long_moment(meeting.starts_at)],
        "back": (heading, folder),
        "download": (
            words("Pobierz PDF"), made.size, f"{folder}/{packet.number}/pakiet.pdf?zapisz=1"
        ),
        "previews": [],
        "is_waiting": False,
        "about": words(
            "Wszystkie dokumenty pakietu w jednym pliku. "
            "Oryginały są na stronie posiedzenia."
        ),
    }  # fmt: skip
