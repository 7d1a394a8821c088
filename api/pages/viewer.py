"""The pages of a document, one at a time: as pictures with their words over them, or as text."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from markupsafe import Markup, escape
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from api.dependencies import AskerOf, PartsOf, Read
from api.pages.hits import audience_of, marked, place_of, role_of
from api.pages.public.pages import fresh
from api.preconditions import unmet
from api.rendering import render, words_for
from api.security.addresses import client_address
from api.security.askers import Asker
from api.security.limits import Bucket
from api.shown import Shown
from api.turns import in_turn_to_draw
from api.wiring import Parts
from docstore.errors import NotDrawn, NotFound, TooManyTries
from docstore.files.drawing import DrawnPage, Size, Word
from docstore.models import Version
from docstore.rules.paragraphs import paragraphs
from docstore.services import pages, reading, receipts, renditions
from docstore.services.acting import Acting
from docstore.services.noting import Observed
from docstore.services.searched import Found, described
from indexer.within import Within

router = APIRouter(prefix="/{slug}/pliki/{version_id}", include_in_schema=False, route_class=Shown)

View = Literal["strona", "powiekszenie", "tekst"]
VIEWS: Sequence[View] = ("strona", "powiekszenie", "tekst")
_MOST_ASKED = 200  # letters of a question within a document
_SIZES: dict[str, Size] = {"obraz.webp": "large", "miniatura.webp": "small"}
_OF_LINE = 0.8  # a letter's size, of the height of its line
_DIGITS = 8  # of a page's number; a longer one is no page

Number = Annotated[str, Path(pattern=rf"^[1-9][0-9]{{0,{_DIGITS - 1}}}$")]


async def limited(request: Request, asker: AskerOf, parts: PartsOf) -> None:
    """Slow down somebody without an account who has pages drawn without end."""
    if asker.person is not None:
        return
    limit: Bucket = request.app.state.drawing_limit
    wait = limit.take(client_address(request, parts.settings.trusted_proxies))
    if wait:
        raise TooManyTries(seconds=math.ceil(wait))


_LIMITED = [Depends(limited)]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is asked of the viewer: a page, how it is looked at, and the words looked for."""

    home: str
    number: int
    view: View = "strona"
    question: str = ""

    def at(self, number: int) -> str:
        """Return the address of another page, looked at in the same way."""
        return self._address(number, self.view)

    def as_(self, view: View) -> str:
        """Return the address of this page, looked at otherwise."""
        return self._address(self.number, view)

    @property
    def hidden(self) -> dict[str, str]:
        """Return what a form must send along."""
        return {} if self.view == "strona" else {"widok": self.view}

    def _address(self, number: int, view: View) -> str:
        asked = {"q": self.question} if self.question else {}
        asked |= {} if view == "strona" else {"widok": view}
        return f"{self.home}/{number}" + (f"?{urlencode(asked)}" if asked else "")


@router.get("/strony")
def first(
    asker: AskerOf, session: Read, version_id: str, strona: Annotated[str, Query()] = ""
) -> Response:
    """Lead to a page whose number was typed, or to the first."""
    row = reading.version(session, asker.visibility, version_id)
    number = int(strona) if strona.isdecimal() and len(strona) <= _DIGITS else 1
    return RedirectResponse(f"{_home(asker, row)}/{max(number, 1)}", HTTPStatus.SEE_OTHER)


@router.get("/strony/wszystkie", dependencies=_LIMITED)
@in_turn_to_draw
def overview(
    request: Request, asker: AskerOf, session: Read, parts: PartsOf, version_id: str
) -> Response:
    """Show all pages of a document as thumbnails."""
    row, found, source = _looked_up(session, asker, version_id)
    if source is None:
        raise NotFound
    session.close()
    asked = _Shown(_home(asker, row), 1)
    context = _context(request, asker, row, found, source)
    return _page(request, asker, "all", asked=asked, count=parts.pages.count(source), **context)


@router.get("/strony/{number}", dependencies=_LIMITED)
@in_turn_to_draw
def show(
    request: Request,
    asker: AskerOf,
    session: Read,
    parts: PartsOf,
    version_id: str,
    number: Number,
    q: str = "",
    widok: str = "",
) -> Response:
    """Show one page, with the words that were looked for marked."""
    row, found, source = _looked_up(session, asker, version_id)
    texts = renditions.page_texts(session, [row.id]).get(row.id, ())
    packet = receipts.newest_packet_with(session, row.id) if asker.is_recipient else None
    session.close()  # as in files.given: reading is over before anybody waits
    view: View = next((each for each in VIEWS if each == widok), VIEWS[0])
    view = view if source is not None else "tekst"
    asked = _Shown(_home(asker, row), int(number), view, q.strip()[:_MOST_ASKED])
    count = parts.pages.count(source) if source is not None else max(len(texts), 1)
    if asked.number > count:
        raise NotFound
    drawn = _drawn(parts, source, asked.number) if source is not None else None
    if packet is not None and asker.person is not None and _is_looked_at(request):
        person, acting = asker.person.id, Acting(asker.person.id, parts.clock.now())
        parts.notes.note(Observed(asker.body.id, person, packet.id, "downloaded", row.id, acting))
    within = Within(asked.question) if asked.question else None
    text = texts[asked.number - 1] if asked.number <= len(texts) else ""
    return _page(
        request,
        asker,
        "page",
        asked=asked,
        count=count,
        drawn=drawn,
        lines=_lines(within, drawn) if drawn else (),
        text=[_marked_text(within, each) for each in paragraphs(text)],
        has_text=any(texts),
        hits=[(hit.page, marked(hit.passage)) for hit in within.pages(texts)] if within else [],
        **_context(request, asker, row, found, source),
    )


@router.api_route("/strony/{number}/{name}", methods=["GET", "HEAD"], dependencies=_LIMITED)
@in_turn_to_draw
def picture(
    request: Request,
    asker: AskerOf,
    session: Read,
    parts: PartsOf,
    version_id: str,
    number: Number,
    name: str,
) -> Response:
    """Give out one page as a picture, to whoever may see its file."""
    row = reading.version(session, asker.visibility, version_id)
    source = pages.source_of(session, row)
    size = _SIZES.get(name)
    if source is None or size is None:
        raise NotFound
    session.close()
    cache = "no-cache" if asker.person is None else "private, no-cache"
    tag = _tag(source, number, size)
    headers = {"Cache-Control": cache, "ETag": tag}
    if unmet(request.headers, tag=tag, modified_at=None) is HTTPStatus.NOT_MODIFIED:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    drawn = parts.pages.page(source, int(number), size)
    return Response(drawn.picture, media_type="image/webp", headers=headers)


def _tag(source: pages.Source, number: str, size: Size) -> str:
    """Return the tag of a picture, which is the same whenever it is drawn anew."""
    return f'"{source.sha256[:32]}-{number}-{size}-{pages.EDITION}"'


def _looked_up(
    session: Session, asker: Asker, version_id: str
) -> tuple[Version, Found, pages.Source | None]:
    """Return a version that the asker may see, what is known of it, and what can be drawn of it."""
    row = reading.version(session, asker.visibility, version_id)
    found = described(session, asker.visibility, [row.id]).get(row.id)
    if found is None:
        raise NotFound
    return row, found, pages.source_of(session, row)


def _home(asker: Asker, row: Version) -> str:
    return f"/{asker.body.slug}/pliki/{row.id}/strony"


def _is_looked_at(request: Request) -> bool:
    """Tell a page that somebody looks at from one that a browser fetches ahead."""
    purpose = request.headers.get("sec-purpose", request.headers.get("purpose", ""))
    return request.method == "GET" and "prefetch" not in purpose


def _drawn(parts: Parts, source: pages.Source, number: int) -> DrawnPage | None:
    try:
        return parts.pages.page(source, number, "large")
    except NotDrawn:
        return None


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text over a page's picture; of each word, its place and whether it answers."""

    y: int
    height: int
    words: Sequence[tuple[Word, bool]]

    @property
    def size(self) -> int:
        """Return the size of its letters, so that a selection covers what it selects."""
        return round(self.height * _OF_LINE)

    @property
    def base(self) -> int:
        """Return where its letters stand."""
        return self.y + self.size


def _lines(within: Within | None, drawn: DrawnPage) -> list[_Line]:
    words = [word.text for line in drawn.lines for word in line.words]
    answering = within.answering(words) if within else frozenset()
    place = itertools.count()
    return [
        _Line(line.y, line.height, [(word, next(place) in answering) for word in line.words])
        for line in drawn.lines
    ]


def _marked_text(within: Within | None, text: str) -> Markup:
    """Return a text as markup, the words that answer marked."""
    if within is None:
        return escape(text)
    return Markup().join(
        Markup("<mark>{}</mark>").format(piece) if answers else escape(piece)
        for piece, answers in within.pieces(text)
    )


def _context(
    request: Request, asker: Asker, row: Version, found: Found, source: pages.Source | None
) -> dict[str, Any]:
    """Return what every page of the viewer says of its document."""
    words = words_for(request, asker.body)
    folder = f"/{asker.body.slug}/pliki/{row.id}"
    return {
        "heading": found.document_title,
        "matter": found.title if found.title != found.document_title else "",
        "paper_number": found.number,
        "role": role_of(words, found.role),
        "version": row.number,
        "file_name": row.file_name,
        "size": row.size,
        "original": f"{folder}/{quote(row.file_name, safe='')}?zapisz=1",
        "whole": f"{folder}/pdf" if source is not None and source.is_made else "",
        "is_made": source is not None and source.is_made,
        "has_pictures": source is not None,
        "place": place_of(asker, found),
    }


def _page(
    request: Request, asker: Asker, template: str, *, asked: _Shown, count: int, **context: Any
) -> Response:
    response = render(
        request,
        f"viewer/{template}.html",
        asker=asker,
        audience=audience_of(asker),
        base=f"/{asker.body.slug}",
        asked=asked,
        count=count,
        views=VIEWS,
        **context,
    )
    return fresh(request, response)
