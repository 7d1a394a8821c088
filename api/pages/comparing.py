"""What changed from one version of a text to another, for whoever may see both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from api.dependencies import AskerOf, Read
from api.pages.beside import is_act_beside_draft
from api.pages.hits import audience_of, place_of
from api.pages.public.pages import fresh
from api.pages.viewing import LIMITED
from api.rendering import render, words_for
from api.security.askers import Asker
from api.shown import Shown
from api.turns import in_turn_to_compare
from docstore.errors import NotFound
from docstore.language import Words
from docstore.models import Version
from docstore.rules.comparing.redline import Block, Comparison, Fate, Said, place_name
from docstore.rules.comparing.summary import Summary, summary_of
from docstore.rules.sentences import fate_sentence, summary_sentence
from docstore.services import comparing, pages, reading
from docstore.services.searched import described

router = APIRouter(
    prefix="/{slug}/pliki/{version_id}/zmiany", include_in_schema=False, route_class=Shown
)

_CONTEXT = 1  # unchanged units shown on each side of a change
_MOST_PAGES = 60  # named at the head of a comparison


@dataclass(frozen=True, slots=True)
class _Line:
    """A unit of the redline as the page shows it."""

    block: Block
    number: int
    place: str
    fate: str

    @property
    def is_quiet(self) -> bool:
        """Tell whether it is there for its neighbours alone."""
        return self.block.fate is Fate.SAME and not self.block.is_unsure


@dataclass(slots=True)
class _Stretch:
    """Units in a row that are shown, and how many were left out before them."""

    left_out: int = 0
    lines: list[_Line] = field(default_factory=list)


@router.get("", dependencies=LIMITED)
@in_turn_to_compare
def changes(
    request: Request,
    asker: AskerOf,
    session: Read,
    version_id: str,
    before_id: Annotated[str, Query(alias="od", max_length=40)] = "",
) -> Response:
    """Show what a version changed in another one (`od`), by itself in the one before it."""
    version = reading.version(session, asker.visibility, version_id)
    if not before_id:
        own = comparing.versions_before(session, asker.visibility, [version.id])
        home = f"/{asker.body.slug}/pliki/{version.id}"
        if version.id not in own:  # the first one is what it is
            return RedirectResponse(f"{home}/strony/1", HTTPStatus.SEE_OTHER)
        query = urlencode({"od": own[version.id]})
        return RedirectResponse(f"{home}/zmiany?{query}", HTTPStatus.SEE_OTHER)
    before = reading.version(session, asker.visibility, before_id)
    both = before, version
    found = described(session, asker.visibility, [each.id for each in both])
    if version.id not in found or before.id not in found:
        raise NotFound
    context = _compared(request, asker, session, both)
    session.close()  # as in files.given: reading is over before anybody waits
    shown = render(
        request,
        "comparing/changes.html",
        asker=asker,
        audience=audience_of(asker),
        found=found[version.id],
        was=found[before.id],
        version=version,
        before=before,
        back=(found[version.id].title, place_of(asker, found[version.id])),
        is_one_document=version.document_id == before.document_id,
        is_act=is_act_beside_draft(before, version),
        said_of=Said,
        **context,
    )
    return fresh(request, shown)


def _compared(
    request: Request, asker: Asker, session: Session, both: tuple[Version, Version]
) -> dict[str, Any]:
    """Return what the page shows of two versions, the older first."""
    words = words_for(request, asker.body)
    ids = [each.id for each in both]
    says = [comparing.has_words(session, each) for each in ids]
    made = comparing.between(session, ids[0], ids[1]) if all(says) else None
    unread = sum(comparing.unread(session, each) for each in ids)
    summary = summary_of(made, unread=unread) if made else Summary()
    is_whole = request.query_params.get("widok") == "calosc"
    return {
        "unread": [each for each, said in zip(both, says, strict=True) if said is None],
        "silent": [each for each, said in zip(both, says, strict=True) if said is False],
        "has_pages": [pages.source_of(session, each) is not None for each in both],
        "comparison": made,
        "summary": summary,
        "said": summary_sentence(words, summary),
        "is_whole": is_whole,
        "stretches": list(_stretches(words, made, is_whole=is_whole)) if made else (),
        "pages_now": _few(made.pages_now()) if made else (),
        "pages_then": _few(made.pages_then()) if made else (),
    }


def _few(numbers: Sequence[int]) -> tuple[Sequence[int], int]:
    """Return page numbers, no more than fit, and how many were left out."""
    return numbers[:_MOST_PAGES], max(len(numbers) - _MOST_PAGES, 0)


def _stretches(words: Words, made: Comparison, *, is_whole: bool) -> Iterator[_Stretch]:
    """Yield what is shown: all of it, or the changes with their neighbours."""
    near = {
        place
        for number, block in enumerate(made.blocks)
        if block.fate is not Fate.SAME or block.is_unsure or is_whole
        for place in range(number - _CONTEXT, number + _CONTEXT + 1)
    }
    stretch = _Stretch()
    for number, block in enumerate(made.blocks):
        if number in near:
            stood = block.was if block.was and block.fate is Fate.LEFT else block.unit
            line = _Line(block, number, place_name(stood.place), fate_sentence(words, block))
            stretch.lines.append(line)
            continue
        if stretch.lines:
            yield stretch
            stretch = _Stretch()
        stretch.left_out += 1
    if stretch.lines or stretch.left_out:
        yield stretch
