"""Search over everything the asker may see: for the office, councillors, guests and everyone."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.asked import ON_A_PAGE, asked
from api.dependencies import AskerOf, PartsOf, Read
from api.pages.facets import facets, orders
from api.pages.hits import matters, role_of
from api.pages.public.pages import Limited, Wording
from api.rendering import render, words_for
from api.searching import find_offers, search
from api.security.askers import Asker
from api.shown import Shown
from api.turns import in_turn
from docstore.services.searched import Found
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
        audience=_audience(asker),
        status=HTTPStatus.SERVICE_UNAVAILABLE if results.is_rebuilding else HTTPStatus.OK,
        is_rebuilding=results.is_rebuilding,
        asked=question,
        header_query=question.text,
        total=answer.total,
        matters=matters(asker.body.slug, results.hits),
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


def _audience(asker: Asker) -> str:
    if asker.is_office:
        return "office"
    return "reader" if asker.is_recipient else "public"


def place_of(asker: Asker, found: Found) -> str:
    """Return where this asker works with what was found; empty where there is no such page."""
    home = f"/{asker.body.slug}"
    if asker.is_office:
        if found.meeting_id is None:
            return f"{home}/biuro/dokumenty/{found.document_id}"
        item = f"?punkt={found.item_id}#wybrany" if found.item_id else ""
        return f"{home}/biuro/posiedzenia/{found.meeting_id}{item}"
    if found.is_act:
        return f"{home}/uchwaly/{found.paper_id}"
    if found.meeting_id is None:
        return ""
    standing = asker.standing
    is_own = standing is not None and (
        standing.is_guest or found.organization_id in standing.organization_ids
    )
    return f"{home}/{'moje' if is_own else 'sesje'}/{found.meeting_id}"
