"""What a viewer of pages is, whatever the pages are of: one at a time, as pictures or as text."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Depends, Path, Query, Request
from markupsafe import Markup, escape
from starlette.responses import RedirectResponse, Response

from api.dependencies import AskerOf, PartsOf
from api.pages.hits import audience_of, marked
from api.pages.public.pages import fresh
from api.preconditions import unmet
from api.rendering import render
from api.security.addresses import client_address
from api.security.askers import Asker
from api.security.limits import Bucket
from api.wiring import Parts
from docstore.errors import NotDrawn, NotFound, TooManyTries
from docstore.files.drawing import Drawing, DrawnPage, Heading, Size, Word
from docstore.rules.paragraphs import paragraphs
from docstore.services.pages import EDITION, Source
from indexer.within import Within

View = Literal["strona", "powiekszenie", "tekst"]
VIEWS: Sequence[View] = ("strona", "powiekszenie", "tekst")
_MOST_ASKED = 200  # letters of a question within a document
_SIZES: dict[str, Size] = {"obraz.webp": "large", "miniatura.webp": "small"}
_OF_LINE = 0.8  # a letter's size, of the height of its line
_DIGITS = 8  # of a page's number; a longer one is no page

PageNumber = Annotated[str, Path(pattern=rf"^[1-9][0-9]{{0,{_DIGITS - 1}}}$")]
Typed = Annotated[str, Query(alias="strona")]


async def limited(request: Request, asker: AskerOf, parts: PartsOf) -> None:
    """Slow down somebody without an account who has pages drawn without end."""
    if asker.person is not None:
        return
    limit: Bucket = request.app.state.drawing_limit
    wait = limit.take(client_address(request, parts.settings.trusted_proxies))
    if wait:
        raise TooManyTries(seconds=math.ceil(wait))


LIMITED = [Depends(limited)]


@dataclass(frozen=True, slots=True)
class Looked:
    """What is asked of the viewer: a page, how it is looked at, and the words looked for."""

    home: str
    number: int = 1
    view: View = "strona"
    question: str = ""

    @classmethod
    def asked(cls, request: Request, home: str, number: str) -> "Looked":
        """Return what an address asks; a way of looking that is none is the usual one."""
        wanted, question = (request.query_params.get(name, "") for name in ("widok", "q"))
        view = next((each for each in VIEWS if each == wanted), VIEWS[0])
        return cls(home, int(number), view, question.strip()[:_MOST_ASKED])

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


def typed_page(parts: Parts, home: str, source: Source | None, typed: str) -> Response:
    """Lead to the page that is called what was typed, or to the first."""
    labels = _around(parts, source, 1).labels
    if typed in labels:
        number = labels.index(typed) + 1
    else:
        number = int(typed) if typed.isdecimal() and len(typed) <= _DIGITS else 1
    return RedirectResponse(f"{home}/{max(number, 1)}", HTTPStatus.SEE_OTHER)


def is_looked_at(request: Request) -> bool:
    """Tell a page that somebody looks at from one that a browser fetches ahead."""
    purpose = request.headers.get("sec-purpose", request.headers.get("purpose", ""))
    return request.method == "GET" and "prefetch" not in purpose


def picture(
    request: Request, parts: Parts, source: Source, number: str, name: str, *, is_public: bool
) -> Response:
    """Give out one page as a picture, or say that the browser has it."""
    size = _SIZES.get(name)
    if size is None:
        raise NotFound
    # The same however often it is drawn anew.
    tag = f'"{source.sha256[:32]}-{number}-{size}-{EDITION}"'
    headers = {"Cache-Control": "no-cache" if is_public else "private, no-cache", "ETag": tag}
    if unmet(request.headers, tag=tag, modified_at=None) is HTTPStatus.NOT_MODIFIED:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    drawn = parts.pages.page(source, int(number), size)
    return Response(drawn.picture, media_type="image/webp", headers=headers)


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


def one_page(
    request: Request,
    asker: Asker,
    parts: Parts,
    looked: Looked,
    source: Source | None,
    texts: Sequence[str],
    **context: Any,
) -> Response:
    """Return the page that is looked at; without a source, its text alone.

    Raises `NotFound` for a page that is not there.
    """
    if source is None:
        looked = Looked(looked.home, looked.number, "tekst", looked.question)
    count = parts.pages.count(source) if source is not None else max(len(texts), 1)
    if looked.number > count:
        raise NotFound
    around = _around(parts, source, looked.number)
    drawn = next((page for page in around.pages if page.number == looked.number), None)
    drawn = drawn if drawn is not None and drawn.picture else None
    within = Within(looked.question) if looked.question else None
    text = texts[looked.number - 1] if looked.number <= len(texts) else ""
    return _page(
        request,
        asker,
        "page",
        looked=looked,
        count=count,
        views=VIEWS,
        has_pictures=source is not None,
        drawn=drawn,
        called=around.called,
        outline=_outline(around, looked.number),
        lines=_lines(within, drawn) if drawn else (),
        text=[_marked_text(within, each) for each in paragraphs(text)],
        hits=[(hit.page, marked(hit.passage)) for hit in within.pages(texts)] if within else [],
        **context,
    )


def all_pages(
    request: Request, asker: Asker, parts: Parts, home: str, source: Source, **context: Any
) -> Response:
    """Return all pages as thumbnails."""
    count = parts.pages.count(source)
    called = _around(parts, source, 1).called
    return _page(request, asker, "all", looked=Looked(home), count=count, called=called, **context)


def _page(request: Request, asker: Asker, template: str, **context: Any) -> Response:
    audience = audience_of(asker)
    made = render(request, f"viewer/{template}.html", asker=asker, audience=audience, **context)
    return fresh(request, made)


def _around(parts: Parts, source: Source | None, number: int) -> Drawing:
    """Return the pages around one, none where they cannot be drawn."""
    nothing = Drawing(0, (), (), ())
    try:
        return parts.pages.around(source, number) if source is not None else nothing
    except NotDrawn:
        return nothing


def _outline(around: Drawing, number: int) -> Sequence[tuple[Heading, bool]]:
    """Return the outline, and which heading the page belongs to: the last before its end."""
    begun = [place for place, heading in enumerate(around.outline) if heading.page <= number]
    here = max(begun, default=-1)
    return [(heading, place == here) for place, heading in enumerate(around.outline)]


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
