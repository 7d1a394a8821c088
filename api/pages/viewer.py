"""The pages of one version of a document, for whoever may see it."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.dependencies import AskerOf, PartsOf, Read
from api.pages import viewing
from api.pages.hits import place_of, role_of
from api.pages.viewing import LIMITED, Looked, PageNumber, Typed
from api.rendering import words_for
from api.security.askers import Asker
from api.shown import Shown
from api.turns import in_turn_to_draw
from docstore.errors import NotFound
from docstore.models import Version
from docstore.services import pages, reading, receipts, renditions
from docstore.services.acting import Acting
from docstore.services.noting import Observed
from docstore.services.pages import Source
from docstore.services.searched import described

router = APIRouter(
    prefix="/{slug}/pliki/{version_id}/strony", include_in_schema=False, route_class=Shown
)


@router.get("", dependencies=LIMITED)
@in_turn_to_draw
def first(
    asker: AskerOf, session: Read, parts: PartsOf, version_id: str, typed: Typed = ""
) -> Response:
    """Lead to a page whose number was typed, or to the first."""
    row = _visible(session, asker, version_id)
    source = pages.source_of(session, row)
    session.close()
    return viewing.typed_page(parts, _home(asker, row), source, typed)


@router.get("/wszystkie", dependencies=LIMITED)
@in_turn_to_draw
def overview(
    request: Request, asker: AskerOf, session: Read, parts: PartsOf, version_id: str
) -> Response:
    """Show all pages of a document as thumbnails."""
    row = _visible(session, asker, version_id)
    source = pages.source_of(session, row)
    if source is None:
        raise NotFound
    context = _context(request, asker, session, row, source)
    session.close()
    return viewing.all_pages(request, asker, parts, _home(asker, row), source, **context)


@router.get("/{page}", dependencies=LIMITED)
@in_turn_to_draw
def show(
    request: Request,
    asker: AskerOf,
    session: Read,
    parts: PartsOf,
    version_id: str,
    page: PageNumber,
) -> Response:
    """Show one page, with the words that were looked for (`q`) marked."""
    row = _visible(session, asker, version_id)
    source = pages.source_of(session, row)
    context = _context(request, asker, session, row, source)
    texts = renditions.page_texts(session, [row.id]).get(row.id, ())
    packet = receipts.newest_packet_with(session, row.id) if asker.is_recipient else None
    session.close()  # as in files.given: reading is over before anybody waits
    looked = Looked.asked(request, _home(asker, row), page)
    shown = viewing.one_page(
        request, asker, parts, looked, source, texts, has_text=any(texts), **context
    )
    if packet is not None and asker.person is not None and viewing.is_looked_at(request):
        # The page is out of our hands as a file is: that it was begun to be given is noted alike.
        person, acting = asker.person.id, Acting(asker.person.id, parts.clock.now())
        parts.notes.note(Observed(row.body_id, person, packet.id, "downloaded", row.id, acting))
    return shown


@router.api_route("/{page}/{name}", methods=["GET", "HEAD"], dependencies=LIMITED)
@in_turn_to_draw
def picture(
    request: Request,
    asker: AskerOf,
    session: Read,
    parts: PartsOf,
    version_id: str,
    page: PageNumber,
    name: str,
) -> Response:
    """Give out one page as a picture, to whoever may see its file."""
    source = pages.source_of(session, _visible(session, asker, version_id))
    session.close()
    if source is None:
        raise NotFound
    is_public = asker.person is None
    return viewing.picture(request, parts, source, page, name, is_public=is_public)


def _visible(session: Session, asker: Asker, version_id: str) -> Version:
    return reading.version(session, asker.visibility, version_id)


def _home(asker: Asker, row: Version) -> str:
    return f"/{asker.body.slug}/pliki/{row.id}/strony"


def _context(
    request: Request, asker: Asker, session: Session, row: Version, source: Source | None
) -> dict[str, Any]:
    """Return what every page of the viewer says of its document."""
    found = described(session, asker.visibility, [row.id]).get(row.id)
    if found is None:
        raise NotFound
    words = words_for(request, asker.body)
    folder = f"/{asker.body.slug}/pliki/{row.id}"
    version = words("wersja {number}", number=row.number) if row.number > 1 else ""
    is_made = source is not None and source.is_made
    about = words(
        "Strony pokazują podgląd zrobiony z pliku {name}. "
        "W swoim programie może on wyglądać inaczej.",
        name=row.file_name,
    )
    return {
        "heading": found.document_title,
        "kicker": [found.number, role_of(words, found.role), version],
        "back": (found.title, place_of(asker, found)),
        "download": (
            words("Pobierz oryginał"),
            row.size,
            f"{folder}/{quote(row.file_name, safe='')}?zapisz=1",
        ),
        "preview": f"{folder}/pdf" if is_made else "",
        "about": about if is_made else row.file_name,
    }
