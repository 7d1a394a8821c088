"""What goes into an index, what is asked of it and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from indexer.tree import Everything, Tree

Stage = Literal["adopted", "draft", "material"]
Sort = Literal["relevance", "date", "number"]
FacetName = Literal["year", "kind", "status"]
FACETS: tuple[FacetName, ...] = ("year", "kind", "status")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDocument:
    """One version as an index sees it: who may find it, by which words, under which facts.

    It is found for a visibility V when it belongs to V's body, `visible_to` shares a token with V
    and `superseded_for` (the tokens of newer versions of the same document) shares none.
    """

    id: str
    body_id: str
    document_id: str
    revision: int
    visible_to: frozenset[str]
    superseded_for: frozenset[str] = frozenset()
    title: str
    number: str = ""
    file_name: str = ""
    pages: tuple[str, ...] = ()
    stage: Stage
    kind: str = ""
    status: str = ""
    year: int | None = None
    dated_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What a person asks: words in the language of search, and what they ticked beside it.

    An empty `text` lists everything visible, newest first. An empty set of `years`, `kinds`,
    `statuses` or `stages` means all of them. `without` names documents that are left out although
    the index may still hold them (pending withdrawals).
    """

    text: str = ""
    years: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    sort: Sort = "relevance"


@dataclass(frozen=True, slots=True)
class Page:
    """Which hits of an answer are wanted; `limit` 0 asks for counts alone."""

    offset: int = 0
    limit: int = 10

    def __post_init__(self) -> None:
        if self.offset < 0 or self.limit < 0:
            raise ValueError("a page begins at 0 or later and holds 0 hits or more")


@dataclass(frozen=True, slots=True)
class Hit:
    """One version found; `score` compares hits of the same answer only."""

    id: str
    document_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Note:
    """What was not understood in a query, and the query that was run instead.

    `code` is one of `indexer.notes`; `what` is the piece it is about, as typed; `mended` is the
    whole query as it was understood, ready to be offered (empty where there is none better).
    """

    code: str
    what: str = ""
    mended: str = ""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Hits of one page with the counts of the whole answer.

    A facet is counted as if nothing were ticked in that facet itself, so that its other values
    show what ticking them would give. Values are text: `{"year": {"2018": 3}}`. `tree` is how the
    query was understood and `terms` what each of its words stood for; passages mark by them.
    """

    total: int
    hits: tuple[Hit, ...] = ()
    facets: Mapping[FacetName, Mapping[str, int]] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    tree: Tree = field(default_factory=Everything)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def nothing(notes: tuple[Note, ...], tree: Tree) -> SearchPage:
    """Return the answer of an index that holds nothing yet."""
    return SearchPage(0, facets={name: {} for name in FACETS}, notes=notes, tree=tree)


def ticked_values(query: SearchQuery) -> Mapping[FacetName, frozenset[str]]:
    """Return what was ticked in each facet, as facets spell it."""
    years = frozenset(map(str, query.years))
    return {"year": years, "kind": query.kinds, "status": query.statuses}
