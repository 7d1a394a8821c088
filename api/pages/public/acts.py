"""Adopted acts: finding one, and the page of one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.asked import ON_A_PAGE, Asked, asked
from api.dependencies import AskerOf, PartsOf, Read
from api.pages.facets import facets, orders
from api.pages.hits import Matter, matters, role_of
from api.pages.public import one_act
from api.pages.public.pages import Limited, everyone, page
from api.rendering import words_for
from api.searching import ADOPTED, Offer, find_offers, search
from api.security.askers import Asker
from api.shown import Shown
from api.turns import in_turn
from api.wiring import Parts
from docstore.database import ReadSession
from docstore.models import Paper
from docstore.services import act_view, acts
from indexer.documents import Note, Page
from indexer.notes import sentence

router = APIRouter(prefix="/{slug}", include_in_schema=False, route_class=Shown)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a page of results shows: found by words, or listed without any."""

    total: int
    facets: Mapping[Any, Mapping[str, int]]
    matters: tuple[Matter, ...] = ()
    acts: tuple[Paper, ...] = ()
    notes: tuple[Note, ...] = ()
    offers: tuple[Offer, ...] = ()
    is_rebuilding: bool = False


@router.get("/uchwaly")
@in_turn
def find(
    request: Request, asker: AskerOf, limit: Limited, session: Read, parts: PartsOf
) -> Response:
    """Find adopted acts by words and facts; without words show the newest."""
    del limit
    question = asked(request)
    if question.text:
        answer = _found(parts, session, asker, question)
    else:
        answer = _listed(session, asker, question)
    words = words_for(request, asker.body)
    return page(
        request,
        "acts.html",
        asker,
        status=HTTPStatus.SERVICE_UNAVAILABLE if answer.is_rebuilding else HTTPStatus.OK,
        asked=question,
        answer=answer,
        facets=facets(words, question, answer.facets),
        orders=orders(words, question),
        notes=[(sentence(note, words), note.mended) for note in answer.notes],
        page_count=-(-answer.total // ON_A_PAGE),
        role_of=lambda code: role_of(words, code),
    )


def _found(parts: Parts, session: ReadSession, asker: Asker, question: Asked) -> _Answer:
    query = replace(question.query, stages=ADOPTED)
    results = search(parts, session, everyone(asker), query, Page(question.offset, ON_A_PAGE))
    answer = results.answer
    may_offer = not answer.total and not results.is_rebuilding
    offers = find_offers(parts, session, everyone(asker), query) if may_offer else []
    return _Answer(
        total=answer.total,
        facets=answer.facets,
        matters=tuple(matters(asker.body.slug, results.hits, question.text)),
        notes=answer.notes,
        offers=tuple(offers),
        is_rebuilding=results.is_rebuilding,
    )


def _listed(session: ReadSession, asker: Asker, question: Asked) -> _Answer:
    found = acts.listed(
        session,
        everyone(asker),
        question.ticked,
        order="number" if question.sort == "number" else "date",
        offset=question.offset,
        limit=ON_A_PAGE,
    )
    return _Answer(total=found.total, facets=found.facets, acts=found.acts)


@router.get("/uchwaly/{paper_id}")
def show(
    request: Request, asker: AskerOf, session: Read, parts: PartsOf, paper_id: str
) -> Response:
    """Show one act: its text, files, vote, legal state and the life of the matter."""
    words = words_for(request, asker.body)
    view = act_view.act(session, everyone(asker), paper_id)
    if not view.files and view.exclusions:
        return page(
            request,
            "act_gone.html",
            asker,
            status=HTTPStatus.GONE,
            paper=view.paper,
            notices=one_act.notices(words, view.exclusions),
        )
    context = one_act.context(session, everyone(asker), parts, asker.body, words, view)
    return page(request, "act.html", asker, **context)
