"""What a search page was asked: words, ticked boxes, order and page, from the address alone."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from api.names import PAPER_KINDS, STAGES, STATUSES
from docstore.services.acts import Ticked
from indexer.documents import SearchQuery, Sort

# Each hit costs a passage of its own, and what people look for is mostly among the first.
ON_A_PAGE = 10
# Nobody reads on; an address that asks for more is a program's, and gets the last page.
MOST_PAGES = 1000
_LONGEST = 1000
_SORTS: dict[str, Sort] = {"trafnosc": "relevance", "data": "date", "numer": "number"}
_SORT_NAMES = {sort: name for name, sort in _SORTS.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; whatever in an address is no answer to it is left out, never an error."""

    text: str = ""
    years: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    sort: Sort = "relevance"
    page: int = 1

    @property
    def offset(self) -> int:
        """Return where this page begins."""
        return (self.page - 1) * ON_A_PAGE

    @property
    def is_ticked(self) -> bool:
        """Tell whether any box is ticked."""
        return bool(self.years or self.kinds or self.statuses or self.stages)

    @property
    def ticked(self) -> Ticked:
        """Return what was ticked, for a list without words."""
        return Ticked(self.years, self.kinds, self.statuses)

    @property
    def query(self) -> SearchQuery:
        """Return what the index is asked."""
        return SearchQuery(
            text=self.text,
            years=self.years,
            kinds=self.kinds,
            statuses=self.statuses,
            stages=self.stages,
            sort=self.sort,
        )

    def address(self, **other: Any) -> str:
        """Return the query of an address for this question, or for one that differs in `other`."""
        its = replace(self, **{"page": 1, **other})
        pairs = [("q", its.text)] if its.text else []
        pairs += [("etap", stage) for stage in sorted(its.stages)]
        pairs += [("rok", str(year)) for year in sorted(its.years, reverse=True)]
        pairs += [("rodzaj", kind) for kind in sorted(its.kinds)]
        pairs += [("status", status) for status in sorted(its.statuses)]
        pairs += [("sort", _SORT_NAMES[its.sort])] if its.sort != "relevance" else []
        pairs += [("strona", str(its.page))] if its.page > 1 else []
        return f"?{urlencode(pairs)}"

    @property
    def pages(self) -> str:
        """Return the query of an address with `{page}` in the place of the page's number."""
        its = self.address()
        return f"{its}{'&' if its != '?' else ''}strona={{page}}"


def asked(request: Request) -> Asked:
    """Read a question from an address."""
    its = request.query_params
    sort = _SORTS.get(its.get("sort", ""), "relevance")
    years = (value for value in its.getlist("rok") if value.isascii() and value.isdecimal())
    return Asked(
        text=" ".join(its.get("q", "").replace("\0", " ").split())[:_LONGEST],
        years=frozenset(int(year) for year in years if len(year) == len("2018")),
        kinds=frozenset(its.getlist("rodzaj")) & {*PAPER_KINDS, "meeting"},
        statuses=frozenset(its.getlist("status")) & STATUSES.keys(),
        stages=frozenset(its.getlist("etap")) & STAGES.keys(),
        sort=sort,
        page=_page(its.get("strona", "")),
    )


def _page(text: str) -> int:
    """Return a page's number; anything else is the first page."""
    if not (text.isascii() and text.isdecimal() and len(text) < len("12345")):
        return 1
    return min(max(int(text), 1), MOST_PAGES)
