"""The pages of one version of a document, for whoever may see it."""

from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.responses import Response

from api.dependencies import AskerOf, PartsOf, Read
from api.pages import viewing
from api.pages.beside import beside
from api.pages.hits import place_of, role_of
from api.pages.viewing import LIMITED, Looked, PageNumber, Typed
from api.rendering import words_for
from api.security.askers import Asker
from api.shown import Shown
from api.turns import in_turn_to_draw
from api.wiring import Parts
from docstore.errors import NotFound
from docstore.files.problems import Problem
from docstore.models import Facts, Version
from docstore.services import pages, reading, receipts, renditions, scans
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
    request: Request,
    asker: AskerOf,
    session: Read,
    parts: PartsOf,
    version_id: str,
    typed: Typed = "",
) -> Response:
    """Lead to a page whose number was typed, or to the first."""
    row = _visible(session, asker, version_id)
    source = pages.source_of(session, row)
    session.close()
    return viewing.typed_page(request, parts, _home(asker, row), source, typed)


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
    origins = scans.origins(session, [row.id])
    other = beside(request, session, asker, row)
    note = _note(session, asker, parts, row) if source is not None or any(texts) else None
    session.close()  # as in files.given: reading is over before anybody waits
    if note is not None and viewing.is_fetched_ahead(request):
        return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)  # as my_meeting does
    looked = Looked.asked(request, _home(asker, row), page)
    shown = viewing.one_page(
        request,
        asker,
        parts,
        looked,
        source,
        texts,
        origins={number: origin for (_, number), origin in origins.items()},
        correcting=_correcting(asker, row),
        beside=other,
        has_text=any(texts),
        **context,
    )
    shown.background = note if request.method == "GET" else None
    return shown


@router.api_route("/{page}/{name}", methods=["GET", "HEAD"], dependencies=LIMITED)
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
    row = _visible(session, asker, version_id)
    source = pages.source_of(session, row)
    if source is None:
        raise NotFound
    is_read = viewing.is_large(name) and request.method == "GET"
    note = _note(session, asker, parts, row) if is_read else None
    session.close()
    given = viewing.picture(request, asker, parts, source, page, name)
    given.background = note
    return given


def _note(session: Session, asker: Asker, parts: Parts, row: Version) -> BackgroundTask | None:
    """Return what notes that a recipient was given a page: their browser began to fetch the file.

    None for who receives no packet with it.
    """
    packet = receipts.newest_packet_with(session, row.id) if asker.is_recipient else None
    if packet is None or asker.person is None:
        return None
    person, acting = asker.person.id, Acting(asker.person.id, parts.clock.now())
    seen = Observed(row.body_id, person, packet.id, "downloaded", row.id, acting)
    return viewing.noting(parts, partial(parts.notes.note, seen), person, packet.id, row.id)


def _correcting(asker: Asker, row: Version) -> str:
    """Return where the office puts the words of a scan right; empty for everybody else."""
    if not asker.is_office:
        return ""
    return f"/{asker.body.slug}/biuro/pliki/{row.id}/strony/{{page}}/tekst"


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
    kind = source.kind if source is not None else ""
    about = row.file_name
    previews = []
    if kind == renditions.RECOGNISED:
        facts = session.get(Facts, row.id)
        if facts is None or Problem.RECOGNISING not in facts.problems:
            previews.append((words("Pobierz PDF z tekstem"), f"{folder}/z-tekstem?zapisz=1"))
        kind = "pdf" if found.media_type in renditions.RENDERED else ""
        if renditions.with_made(session, [row.id], renditions.OPENED):
            kind = renditions.OPENED
        about = words(
            "Strony pokazują kopię pliku {name}, w której skany są obrócone, wyprostowane i mają "
            "rozpoznany tekst. Oryginał się nie zmienił.",
            name=row.file_name,
        )
    if kind == "pdf":
        previews.append((words("Otwórz podgląd PDF"), f"{folder}/pdf"))
        about = words(
            "Strony pokazują podgląd zrobiony z pliku {name}. "
            "Sam plik, otwarty w programie, w którym powstał, może wyglądać inaczej.",
            name=row.file_name,
        )
    elif kind == renditions.OPENED:
        previews.append((words("Pobierz bez hasła"), f"{folder}/bez-hasla?zapisz=1"))
        about = words("Oryginał otwiera się tylko z hasłem: {name}.", name=row.file_name)
    return {
        "heading": found.document_title,
        "kicker": [found.number, role_of(words, found.role), version],
        "back": (found.title, place_of(asker, found)),
        "download": (
            words("Pobierz oryginał"),
            row.size,
            f"{folder}/{quote(row.file_name, safe='')}?zapisz=1",
        ),
        "previews": previews,
        "about": about,
        "is_waiting": source is None and pages.is_waiting(session, row),
    }
