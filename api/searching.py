"""Searching for somebody: one question, their visibility, hits ready to be shown."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from api.wiring import Parts
from docstore.database import ReadSession
from docstore.models import Body
from docstore.services import exclusions, scans, versions
from docstore.services.indexing import ask_for_rebuild
from docstore.services.renditions import page_texts
from docstore.services.scans import Origin
from docstore.services.searched import Found, described
from docstore.visibility import Visibility
from indexer.documents import FACETS, Page, SearchPage, SearchQuery
from indexer.errors import IndexDamaged
from indexer.highlight import Passage
from indexer.search import Finder

ADOPTED = frozenset({"adopted"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit with its best passage."""

    found: Found
    passage: Passage | None
    origin: Origin | None = None
    """Where the passage comes from, where it is on a scanned page."""


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results."""

    answer: SearchPage
    hits: tuple[Shown, ...] = ()
    is_rebuilding: bool = False
    """Whether the index is being built anew, so that what was found says nothing."""


def search(
    parts: Parts,
    session: ReadSession,
    visibility: Visibility,
    query: SearchQuery,
    page: Page,
) -> Results:
    """Answer a question for one asker; pending taking-downs are left out of hits and counts."""
    gone = exclusions.pending(session, visibility.body_id)
    asked = replace(query, without=query.without | gone)

    rows: dict[str, Found] = {}

    def pages_of(ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        rows.update(described(session, visibility, ids))
        return page_texts(session, [*rows])

    try:
        findings = Finder(parts.engine).find(
            asked, visible_to=visibility, page=page, pages_of=pages_of
        )
    except IndexDamaged:
        return _rebuilding(parts)
    if not findings.answer.total and parts.engine.needs_rebuild() and versions.any_is_kept(session):
        return _rebuilding(parts)
    found = [hit.id for hit in findings.answer.hits if hit.id in rows]
    origins = scans.origins(session, [each for each in found if rows[each].is_scanned])
    hits = tuple(_shown(rows[each], findings.passages.get(each), origins) for each in found)
    return Results(findings.answer, hits)


def _shown(
    found: Found, passage: Passage | None, origins: Mapping[tuple[str, int], Origin]
) -> Shown:
    origin = origins.get((found.version_id, passage.page)) if passage else None
    return Shown(found, passage, origin)


def _rebuilding(parts: Parts) -> Results:
    """Ask for a rebuild of the index; there is nothing to show until it is done."""
    ask_for_rebuild(parts.database, at=parts.clock.now())
    return Results(SearchPage(0, facets={name: {} for name in FACETS}), is_rebuilding=True)


def public_search(parts: Parts, body: Body, text: str, *, limit: int) -> dict[str, Any]:
    """Return adopted acts as the public finds them, in the shape of `teczka search --json`."""
    with parts.database.reading() as session:
        results = search(
            parts,
            session,
            Visibility.public(body.id),
            SearchQuery(text=text, stages=ADOPTED),
            Page(offset=0, limit=limit),
        )
    if results.is_rebuilding:
        raise IndexDamaged
    return {
        "total": results.answer.total,
        "hits": [
            {
                "title": hit.found.title,
                "number": hit.found.number,
                "file_name": hit.found.file_name,
                "page": hit.passage.page if hit.passage else None,
                "snippet": "".join(text for text, _ in hit.passage.pieces) if hit.passage else "",
            }
            for hit in results.hits
        ],
    }


@dataclass(frozen=True, slots=True)
class Offer:
    """Another question that finds something, where the one asked finds nothing."""

    text: str
    total: int
    left_out: str = ""
    """The word it does without; empty where it asks for words spelled nearly so."""


# More words than these are a pasted sentence; trying each would cost more than it helps.
_MOST_TRIED = 8
_WORD = re.compile(r'[^\s"„]*["„][^"”“]*["”“](?:~\d*)?|\S+')
_JOINING = frozenset({"i", "lub", "oraz", "nie", "and", "or", "not"})
# A word that may have a wrong letter; of shorter ones nearly every other word differs by one.
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")


def find_offers(
    parts: Parts, session: ReadSession, visibility: Visibility, query: SearchQuery
) -> list[Offer]:
    """Return what would be found with words spelled nearly so, or without one of the words."""
    words = [match[0] for match in _WORD.finditer(query.text)]
    if not words or len(words) > _MOST_TRIED:
        return []
    gone = exclusions.pending(session, visibility.body_id)
    found = []
    for offer in filter(lambda each: each.text, (_nearly(words), *_fewer(words))):
        asked = replace(query, text=offer.text, without=query.without | gone)
        total = parts.engine.search(asked, visible_to=visibility, page=Page(limit=0)).total
        if total:
            found.append(replace(offer, total=total))
    return sorted(found, key=lambda each: (bool(each.left_out), -each.total))


def _nearly(words: Sequence[str]) -> Offer:
    """Return the question that lets each long word have a wrong letter."""
    doubted = [f"{word}~" if _LONG_WORD.fullmatch(word) else word for word in words]
    return Offer("" if doubted == [*words] else " ".join(doubted), 0)


def _fewer(words: Sequence[str]) -> Iterator[Offer]:
    """Yield the questions without one of the words."""
    for place, word in enumerate(words):
        if word.casefold() in _JOINING or word.startswith(("(", "-")) or word.endswith(")"):
            continue
        yield Offer(" ".join((*words[:place], *words[place + 1 :])), 0, left_out=word)
