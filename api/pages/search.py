"""Search over everything the asker may see: for the office, councillors, guests and everyone."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.asked import ON_A_PAGE, asked
from api.dependencies import AskerOf, PartsOf, Read
from api.pages.facets import facets, orders
from api.pages.hits import audience_of, matters, place_of, role_of
from api.pages.public.pages import Limited, Wording
from api.rendering import render, words_for
from api.searching import find_offers, search
from api.shown import Shown
from api.turns import in_turn
from indexer.documents import Page
from indexer.notes import sentence

router = APIRouter(prefix="/{slug}", include_in_schema=False, route_class=Shown)


@router.get("/szukaj")
@in_turn
def find(
    request: Request, asker: AskerOf, limit: Limited, session: Read, parts: PartsOf
) -> Response:
    """Find acts, drafts and other papers, each with the place where the asker works with it."""
    del limit
    question, words = asked(request), words_for(request, asker.body)
    results = search(
        parts, session, asker.visibility, question.query, Page(question.offset, ON_A_PAGE)
    )
    answer = results.answer
    nothing = not answer.total and question.text and not results.is_rebuilding
    return render(
        request,
        "search/results.html",
        asker=asker,
        audience=audience_of(asker),
        status=HTTPStatus.SERVICE_UNAVAILABLE if results.is_rebuilding else HTTPStatus.OK,
        is_rebuilding=results.is_rebuilding,
        asked=question,
        header_query=question.text,
        total=answer.total,
        matters=matters(asker.body.slug, results.hits, question.text),
        facets=facets(words, question, answer.facets, stages=True),
        orders=orders(words, question),
        notes=[(sentence(note, words), note.mended) for note in answer.notes],
        offers=find_offers(parts, session, asker.visibility, question.query) if nothing else [],
        page_count=-(-answer.total // ON_A_PAGE),
        place_of=lambda found: place_of(asker, found),
        role_of=lambda code: role_of(words, code),
        say=Wording(words),
        base=f"/{asker.body.slug}",
    )
