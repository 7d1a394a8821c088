"""Pages that explain: whom to ask, accessibility, personal data, how to search."""

from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.dependencies import AskerOf, PartsOf
from api.pages.public.help import LESSONS
from api.pages.public.pages import page
from api.shown import Shown
from api.wiring import Parts
from docstore.models import Body
from docstore.rules.paragraphs import paragraphs

router = APIRouter(prefix="/{slug}", include_in_schema=False, route_class=Shown)

OWN_PAGES = "strony"
"""The folder in the data folder for a town hall's own words: `strony/<slug>/<page>.txt`."""
# Longer than any statement the law asks for; beyond it somebody put the wrong file there.
_LONGEST = 200_000


@router.get("/kontakt")
def contact(request: Request, asker: AskerOf) -> Response:
    """Say how to reach the council's office."""
    return page(request, "contact.html", asker)


@router.get("/dostepnosc")
def accessibility(request: Request, asker: AskerOf, parts: PartsOf) -> Response:
    """Show the accessibility statement, with the town hall's own words where it wrote some."""
    own = own_words(parts, asker.body, "dostepnosc")
    return page(request, "accessibility.html", asker, own=own)


@router.get("/dane-osobowe")
def privacy(request: Request, asker: AskerOf, parts: PartsOf) -> Response:
    """Say what is kept of readers and recipients, with the town hall's own clause."""
    return page(request, "privacy.html", asker, own=own_words(parts, asker.body, "dane-osobowe"))


@router.get("/jak-szukac")
def help_with_search(request: Request, asker: AskerOf) -> Response:
    """Explain the language of search by examples that work."""
    return page(request, "search_help.html", asker, lessons=LESSONS)


def own_words(parts: Parts, body: Body, name: str) -> list[str]:
    """Return the paragraphs that a town hall wrote for a page; none where it wrote nothing."""
    path = Path(parts.settings.data_dir) / OWN_PAGES / body.slug / f"{name}.txt"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", errors="replace") as source:
        return paragraphs(source.read(_LONGEST))
