"""Adopted acts and search, as whoever asks may see them."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from api.dependencies import ActingOf, AskerOf, Office, PartsOf, Read, Write
from api.pages.public.pages import Limited
from api.searching import Shown, search
from api.turns import in_turn
from api.v1 import paging
from api.v1.access import refusals
from api.v1.asks import OutcomeAsk, PublishAct, StatusAsk
from api.v1.hits import HitShape, NoteShape, SearchShape
from api.v1.making import Maker
from api.v1.once import DoneOnce
from api.v1.paging import page_of
from api.v1.queries import ActsQuery, SearchAsk
from api.v1.routers import body_router
from api.v1.shapes import ActShape, Page, PaperShape, WholeAct
from docstore.errors import InvalidInput
from docstore.services import act_about, act_links, act_view, acts, adoption, known, reading
from docstore.services.acts import Ticked
from docstore.services.adoption import Counts, Outcome
from docstore.visibility import Visibility
from indexer.documents import Page as HitPage
from indexer.documents import SearchQuery
from indexer.errors import IndexDamaged

router = body_router("acts")

_DEEPEST = 10_000


@router.get("/acts", responses=refusals("invalid_input"))
def list_acts(
    request: Request,
    response: Response,
    asker: AskerOf,
    session: Read,
    parts: PartsOf,
    ask: Annotated[ActsQuery, Query()],
) -> Page[ActShape]:
    """List published acts, the newest first."""
    visible = Visibility.public(asker.body.id)
    ticked = Ticked(frozenset(ask.year), frozenset(ask.kind), frozenset(ask.status))
    last = paging.day_and_id(ask.after)
    rows = acts.after(session, visible, ticked, last=last, limit=ask.limit + 1)
    maker = Maker(parts, asker.body)
    items = [
        (paging.written(row.adopted_on, row.id), maker.act(row)) for row in rows if row.adopted_on
    ]
    return page_of(request, response, items, ask.limit)


@router.get("/acts/{act_id}", responses=refusals("gone"))
def show_act(asker: AskerOf, session: Read, parts: PartsOf, act_id: str) -> WholeAct:
    """Show a published act with its public files, its vote and the notices of what is gone."""
    visible = Visibility.public(asker.body.id)
    view = act_view.act(session, visible, act_id)
    if not view.files and view.exclusions:
        raise reading.gone(view.exclusions[0])
    documents = [known.document(session, visible, row.document_id) for row in view.files]
    about = act_about.about(session, visible, view.paper.id)
    links = act_links.links(session, visible, view.paper)
    return Maker(parts, asker.body).whole_act(
        view.paper, documents, view.vote, view.exclusions, about, links
    )


@router.get(
    "/search",
    responses=refusals("invalid_input", "too_many_tries", "search_unavailable", "index_damaged"),
    tags=["search"],
)
@in_turn
def search_documents(
    request: Request,
    response: Response,
    asker: AskerOf,
    limited: Limited,
    session: Read,
    parts: PartsOf,
    ask: Annotated[SearchAsk, Query()],
) -> SearchShape:
    """Find documents by words and facts; counts hold what the asker may see and nothing else."""
    del limited
    query = SearchQuery(
        text=ask.q,
        years=frozenset(ask.year),
        kinds=frozenset(ask.kind),
        statuses=frozenset(ask.status),
        stages=frozenset(ask.stage),
        sort=ask.sort,
    )
    offset = _offset(ask.after)
    results = search(parts, session, asker.visibility, query, HitPage(offset, ask.limit))
    if results.is_rebuilding:
        raise IndexDamaged
    answer = results.answer
    more = offset + ask.limit < min(answer.total, _DEEPEST)
    if more:
        paging.point_to(request, response, str(offset + ask.limit))
    return SearchShape(
        total=answer.total,
        facets={name: dict(counts) for name, counts in answer.facets.items()},
        notes=[NoteShape(code=n.code, what=n.what, mended=n.mended) for n in answer.notes],
        items=[_hit(each) for each in results.hits],
        next=str(offset + ask.limit) if more else None,
    )


def _offset(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdecimal()) or int(after) > _DEEPEST:
        raise InvalidInput(field="after", reason="cursor")
    return int(after)


def _hit(its: Shown) -> HitShape:
    found, passage = its.found, its.passage
    pieces = passage.pieces if passage else ()
    return HitShape(
        version_id=found.version_id,
        document_id=found.document_id,
        paper_id=found.paper_id,
        is_act=found.is_act,
        title=found.title,
        number=found.number,
        role=found.role,
        file_name=found.file_name,
        status=found.status,
        adopted_on=found.adopted_on,
        page=passage.page if passage and found.pages else None,
        text_origin=_origin(its),
        confidence=its.origin.confidence if its.origin and not its.origin.is_corrected else None,
        snippet="".join(f"⟦{text}⟧" if is_marked else text for text, is_marked in pieces),
    )


def _origin(its: Shown) -> Literal["file", "recognised", "corrected"]:
    if its.origin is None:
        return "file"
    return "corrected" if its.origin.is_corrected else "recognised"


@router.put(
    "/considerations/{consideration_id}/outcome",
    responses=refusals("invalid_input", "number_taken", "meeting_cancelled"),
)
def record_outcome(
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    consideration_id: str,
    ask: OutcomeAsk,
) -> PaperShape:
    """Record what came of a paper at a meeting: adopted with its number and vote, or not."""
    outcome = Outcome(
        ask.outcome,
        ask.number,
        ask.adopted_on,
        Counts(**ask.counts.model_dump()) if ask.counts else None,
    )
    row = adoption.record_outcome(
        session, acting, body_id=asker.body.id, consideration_id=consideration_id, outcome=outcome
    )
    found = known.paper(session, asker.visibility, row.id)
    return Maker(parts, asker.body).paper(found.paper, found.documents)


@router.post(
    "/papers/{paper_id}/publication",
    dependencies=[DoneOnce],
    responses=refusals("not_adopted", "packet_waiting", "personal_data_found"),
)
def publish_act(
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    paper_id: str,
    ask: PublishAct,
) -> ActShape:
    """Show an adopted act to everyone, with its public files and its vote."""
    row = adoption.publish_act(
        session,
        acting,
        body_id=asker.body.id,
        paper_id=paper_id,
        personal_data_reason=ask.personal_data_reason,
    )
    return Maker(parts, asker.body).act(row)


@router.put("/papers/{paper_id}/status", responses=refusals("invalid_input"))
def set_status(
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    paper_id: str,
    ask: StatusAsk,
) -> ActShape:
    """Say whether an act is in force; every state but `unknown` needs its basis."""
    row = adoption.set_status(
        session,
        acting,
        body_id=asker.body.id,
        paper_id=paper_id,
        status=ask.status,
        basis=ask.basis,
    )
    return Maker(parts, asker.body).act(row)
