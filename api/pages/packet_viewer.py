"""The pages of a packet: everything for a meeting, one page after another."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import select
from starlette.responses import Response

from api.dependencies import PartsOf, Read, Recipient, check_form
from api.pages import viewing
from api.pages.my_meeting import note, packet_for
from api.pages.viewing import Looked, PageNumber, Typed
from api.rendering import words_for
from api.security.askers import Asker
from api.turns import in_turn_to_draw
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
    asker: Recipient, session: Read, parts: PartsOf, meeting_id: str, number: PageNumber,
    typed: Typed = "",
) -> Response:  # fmt: skip
    """Lead to a page whose number was typed, or to the first."""
    meeting, row, _, source = _looked_up(session, asker, meeting_id, number)
    session.close()
    return viewing.typed_page(parts, _home(asker, meeting, row), source, typed)


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
    looked = Looked.asked(request, _home(asker, meeting, row), page)
    is_read = looked.question or looked.view == "tekst"
    texts = parts.pages.texts(source) if is_read else ()
    shown = viewing.one_page(request, asker, parts, looked, source, texts, has_text=True, **context)
    if viewing.is_looked_at(request):
        note(parts, asker, meeting, row, kind="downloaded", subject="pdf")
    return shown


@router.api_route("/{page}/{name}", methods=["GET", "HEAD"])
@in_turn_to_draw
def picture(
    request: Request, asker: Recipient, session: Read, parts: PartsOf, meeting_id: str,
    number: PageNumber, page: PageNumber, name: str,
) -> Response:  # fmt: skip
    """Give out one page of a packet as a picture."""
    _, _, _, source = _looked_up(session, asker, meeting_id, number)
    session.close()
    return viewing.picture(request, parts, source, page, name, is_public=False)


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
        "preview": "",
        "about": words(
            "Wszystkie dokumenty pakietu w jednym pliku. "
            "Każdy oryginał jest na stronie posiedzenia."
        ),
    }  # fmt: skip
