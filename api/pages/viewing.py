"""What a viewer of pages is, whatever the pages are of: one at a time, as pictures or as text."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Depends, Path, Query, Request
from markupsafe import Markup, escape
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from api.pages.beside import Beside
from api.pages.hits import audience_of, marked
from api.pages.public.pages import fresh, slowed_by
from api.preconditions import unmet
from api.rendering import render
from api.security.askers import Asker
from api.turns import SEARCHER, turns_to_draw
from api.wiring import Parts
from docstore.errors import DocstoreError, NotDrawn, NotFound
from docstore.files.drawing import Drawing, DrawnPage, Heading, Size, Word
from docstore.objects.at_hand import AtHand
from docstore.rules.paragraphs import paragraphs
from docstore.services.pages import EDITION, Source
from docstore.services.scans import Origin
from indexer.within import Within

View = Literal["strona", "powiekszenie", "tekst"]
VIEWS: Sequence[View] = ("strona", "powiekszenie", "tekst")
_MOST_ASKED = 200  # letters of a question within a document
_SIZES: dict[str, Size] = {"obraz.webp": "large", "miniatura.webp": "small"}
_OF_LINE = 0.8  # a letter's size, of the height of its line
_MOST_HITS = 50  # shown with their passages; who wants more asks for more words
_HOUR = 3600
_THUMBNAILS = 120  # on one page of them
_NOTHING = Drawing(0, (), (), ())
# Questions within documents that are turned page by page, and what was noted lately.
_ASKED: AtHand[tuple[str, int], Within] = AtHand(16)
_NOTED: AtHand[tuple[str, ...], object] = AtHand(4000)
_DIGITS = 8  # of a page's number; a longer one is no page

PageNumber = Annotated[str, Path(pattern=rf"^[1-9][0-9]{{0,{_DIGITS - 1}}}$")]
Typed = Annotated[str, Query(alias="strona")]


LIMITED = [Depends(slowed_by("drawing_limit"))]


@dataclass(frozen=True, slots=True)
class Looked:
    """What is asked of the viewer: a page, how it is looked at, and the words looked for."""

    home: str
    number: int = 1
    view: View = "strona"
    question: str = ""
    beside: str = ""
    """The version whose differences are marked."""

    @classmethod
    def asked(cls, request: Request, home: str, number: str) -> "Looked":
        """Return what an address asks; a way of looking that is none is the usual one."""
        wanted, question, other = map(_asked_for(request), ("widok", "q", "wobec"))
        view = next((each for each in VIEWS if each == wanted), VIEWS[0])
        return cls(home, int(number), view, question.strip()[:_MOST_ASKED], other[:_MOST_ASKED])

    def at(self, number: int) -> str:
        """Return the address of another page, looked at in the same way."""
        return self._address(number, self.view)

    def as_(self, view: View) -> str:
        """Return the address of this page, looked at otherwise."""
        return self._address(self.number, view)

    @property
    def hidden(self) -> dict[str, str]:
        """Return what a form that asks for words must send along."""
        return {} if self.view == "strona" else {"widok": self.view}

    @property
    def asked_for(self) -> dict[str, str]:
        """Return what a form that asks for another page must send along."""
        asked = {"q": self.question, "wobec": self.beside}
        return {name: value for name, value in asked.items() if value} | self.hidden

    @property
    def query(self) -> str:
        """Return what all of its addresses end with."""
        return f"?{urlencode(self.asked_for)}" if self.asked_for else ""

    def _address(self, number: int, view: View) -> str:
        # Whoever turns a page sees the page, and not the head of the document again.
        return f"{self.home}/{number}{replace(self, view=view).query}#strona"


def _asked_for(request: Request) -> Callable[[str], str]:
    return lambda name: request.query_params.get(name, "")


def typed_page(
    request: Request, parts: Parts, home: str, source: Source | None, typed: str
) -> Response:
    """Lead to the page that is called what was typed, or to the first."""
    labels = [label.casefold() for label in _around(parts, source, 1).labels]
    typed = typed.strip().casefold()
    if typed in labels:
        number = labels.index(typed) + 1
    else:
        number = int(typed) if typed.isdecimal() and len(typed) <= _DIGITS else 1
        number = min(number, _count(parts, source, ()))
    looked = Looked.asked(request, home, str(max(number, 1)))
    return RedirectResponse(looked.at(looked.number), HTTPStatus.SEE_OTHER)


def is_fetched_ahead(request: Request) -> bool:
    """Tell a page that a browser fetches ahead from one that somebody looks at."""
    return "prefetch" in request.headers.get("sec-purpose", request.headers.get("purpose", ""))


def picture(
    request: Request, asker: Asker, parts: Parts, source: Source, number: str, name: str
) -> Response:
    """Give out one page as a picture, or say that the browser has it.

    Call it outside of the turns: what has to be drawn waits for one by itself.
    """
    size = _SIZES.get(name)
    if size is None:
        raise NotFound
    # The same however often it is drawn anew.
    tag = f'"{source.sha256[:32]}-{number}-{size}-{EDITION}"'
    headers = {
        "Cache-Control": "no-cache" if asker.person is None else "private, no-cache",
        "ETag": tag,
    }
    if unmet(request.headers, tag=tag, modified_at=None) is HTTPStatus.NOT_MODIFIED:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    answer = _Picture(partial(parts.pages.page, source, int(number), size), headers, asker)
    return answer.at_once() if parts.pages.is_at_hand(source, int(number), size) else answer


class _Picture(Response):
    """A page's picture; drawn when the turn comes, before the answer begins."""

    def __init__(
        self, draw: Callable[[], DrawnPage], headers: dict[str, str], asker: Asker
    ) -> None:
        super().__init__(headers=headers)
        self._draw, self._told, self._turns = draw, headers, turns_to_draw(asker)

    def at_once(self) -> Response:
        """Draw it now and return the answer."""
        return Response(self._draw().picture, media_type="image/webp", headers=self._told)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer when the turn came; what follows an answer follows this one."""
        answer = await self._turns.run(self.at_once, patience=SEARCHER)
        answer.background = self.background
        await answer(scope, receive, send)


def is_large(name: str) -> bool:
    """Tell whether a picture is one to read, not a thumbnail."""
    return _SIZES.get(name) == "large"


def noting(parts: Parts, note: Callable[[], object], *key: str) -> BackgroundTask:
    """Return what notes, after an answer went out, that somebody was given something.

    Once an hour for each `key`: who turns forty pages has begun one reading.
    """
    hour = int(parts.clock.now().timestamp()) // _HOUR
    return BackgroundTask(_NOTED.get, (*key, str(hour)), note)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text over a page's picture, its words with their places.

    Of each: whether it answers a question, and whether another version does not have it.
    """

    y: int
    height: int
    words: Sequence[tuple[Word, bool, bool]]

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
    *,
    origins: Mapping[int, Origin] = MappingProxyType({}),
    correcting: str = "",
    **context: Any,
) -> Response:
    """Return the page that is looked at; without a source, its text alone.

    `origins` tells of scanned pages where their text comes from, `correcting` where the office puts
    it right. Raises `NotFound` for a page that is not there.
    """
    other: Beside | None = context.setdefault("beside", None)
    if source is None:
        looked = replace(looked, view="tekst")
    count = _count(parts, source, texts)
    if looked.number > count:
        raise NotFound
    around, drawn = _NOTHING, None
    if looked.view != "tekst":
        around = _around(parts, source, looked.number)
        drawn = _drawn(parts, source, looked.number)
    else:  # the text is there, whatever is wrong with the file
        with suppress(DocstoreError):
            around = _around(parts, source, looked.number)
    within = _asked_within(looked.question, texts)
    hits = within.hits if within else []
    text = texts[looked.number - 1] if looked.number <= len(texts) else ""
    lines = _lines(within, drawn, other, looked.number) if drawn else []
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
        lines=lines,
        differs=any(differs for line in lines for _, _, differs in line.words),
        origins=origins,
        correcting=correcting,
        heard=paragraphs(drawn.text) if drawn else (),
        text=[_marked_text(within, each) for each in paragraphs(text)],
        has_question=within is not None,
        hits=[(hit.page, marked(hit.passage)) for hit in hits[:_MOST_HITS]],
        more_hits=max(len(hits) - _MOST_HITS, 0),
        unread=sum(not each for each in texts) + max(count - len(texts), 0),
        **context,
    )


def all_pages(
    request: Request, asker: Asker, parts: Parts, home: str, source: Source, **context: Any
) -> Response:
    """Return the pages as thumbnails, so many at once; `czesc` asks for more of them."""
    count = _count(parts, source, ())
    parts_of_it = max(-(-count // _THUMBNAILS), 1)
    wanted = request.query_params.get("czesc", "")
    part = int(wanted) if wanted.isdecimal() and len(wanted) <= _DIGITS else 1
    part = min(max(part, 1), parts_of_it)
    return _page(
        request,
        asker,
        "all",
        looked=Looked.asked(request, home, "1"),
        count=count,
        called=_around(parts, source, 1).called,
        numbers=range(1 + (part - 1) * _THUMBNAILS, min(part * _THUMBNAILS, count) + 1),
        part=part,
        parts=parts_of_it,
        **context,
    )


def _page(request: Request, asker: Asker, template: str, **context: Any) -> Response:
    audience = audience_of(asker)
    made = render(request, f"viewer/{template}.html", asker=asker, audience=audience, **context)
    return fresh(request, made)


def _asked_within(question: str, texts: Sequence[str]) -> Within | None:
    """Return the answers to a question; None for one that asks for no words."""
    if not question:
        return None
    key = (question, hash(tuple(texts)))
    within = _ASKED.get(key, lambda: Within(question, texts))
    return within if within.has_words else None


def _count(parts: Parts, source: Source | None, texts: Sequence[str]) -> int:
    with suppress(NotDrawn):
        if source is not None:
            return parts.pages.count(source)
    return max(len(texts), 1)


def _drawn(parts: Parts, source: Source | None, number: int) -> DrawnPage | None:
    with suppress(NotDrawn):
        return parts.pages.page(source, number, "large") if source is not None else None
    return None


def _around(parts: Parts, source: Source | None, number: int) -> Drawing:
    """Return the pages around one, none where they cannot be drawn."""
    with suppress(NotDrawn):
        return parts.pages.around(source, number) if source is not None else _NOTHING
    return _NOTHING


def _outline(around: Drawing, number: int) -> Sequence[tuple[Heading, bool]]:
    """Return the outline, and which heading the page belongs to: the last before its end."""
    begun = [place for place, heading in enumerate(around.outline) if heading.page <= number]
    here = max(begun, default=-1)
    return [(heading, place == here) for place, heading in enumerate(around.outline)]


def _lines(
    within: Within | None, drawn: DrawnPage, beside: Beside | None, number: int
) -> list[_Line]:
    words = [word.text for line in drawn.lines for word in line.words]
    answering = within.answering(words) if within else frozenset()
    differing = beside.marked(number, words) if beside else frozenset()
    place = itertools.count()
    return [
        _Line(
            line.y,
            line.height,
            [(word, (at := next(place)) in answering, at in differing) for word in line.words],
        )
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
