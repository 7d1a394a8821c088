"""Reading hits and facets of a Tantivy query."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

import tantivy
from tantivy import Order, Query, Searcher

from indexer.documents import FacetName, Hit, Page

_MOST_FACET_VALUES = 1_000
# How far to look at first, and how much farther where a tie goes on beyond that; so few hits are
# all looked at then. To look at more costs little, to ask once more the whole question.
_AT_FIRST = 500
_FARTHER = 8
_ALL_AT_ONCE = 5_000

# What has no date comes last.
_NO_DAY = 1

_Scored = tuple[float, tantivy.DocAddress]


def count(searcher: Searcher, query: Query) -> int:
    """Return how many documents a query finds."""
    return _search(searcher, query, 1)[0]


def by_key(searcher: Searcher, query: Query, page: Page, key: str) -> tuple[int, list[Hit]]:
    """Return the total and one page in the order of a fast field whose values are all distinct."""
    wanted = page.offset + page.limit
    total, found = _search(searcher, query, wanted, order_by_field=key, order=Order.Asc)
    return total, [_hit(searcher.doc(at), 0.0) for _, at in found[page.offset : wanted]]


def by_score(searcher: Searcher, query: Query, page: Page) -> tuple[int, list[Hit]]:
    """Return the total and one page, best first, equal scores newest first.

    Tantivy breaks ties by where a document happens to lie, which the next merge changes; so every
    tie that reaches into the page is read to its end and put in order here.
    """
    end = page.offset + page.limit
    total, found = _ties_complete(searcher, query, end)
    chosen: list[Hit] = []
    place = 0
    for score, tie in groupby(found, key=lambda hit: _rounded(hit[0])):
        group = list(tie)
        first, place = place, place + len(group)
        if place <= page.offset:
            continue
        if first >= end:
            break
        tied = _newest(searcher, [at for _, at in group], max(0, page.offset - first), end - first)
        chosen += [_hit(document, score) for document in tied]
    return total, chosen


def _newest(
    searcher: Searcher, tied: list[tantivy.DocAddress], start: int, end: int
) -> list[tantivy.Document]:
    """Return the documents `start:end` of tied ones, newest first, equal days by id.

    A thousand may tie; only those are read whose day is one of the days between.
    """
    days = searcher.fast_field_values("day", tied)
    ages = [_NO_DAY if day is None else -int(day) for day in days]
    wanted = sorted(ages)[start:end]
    if not wanted:
        return []
    between = [place for place, age in enumerate(ages) if wanted[0] <= age <= wanted[-1]]
    read = [(ages[place], searcher.doc(tied[place])) for place in between]
    read.sort(key=lambda each: (each[0], each[1]["id"][0]))
    earlier = sum(age < wanted[0] for age in ages)
    return [document for _, document in read[start - earlier : end - earlier]]


def facets(
    searcher: Searcher, query: Query, names: Iterable[FacetName]
) -> dict[FacetName, Mapping[str, int]]:
    """Return how often each value of some facets occurs in an answer, most frequent first."""
    asked = {name: {"terms": {"field": name, "size": _MOST_FACET_VALUES}} for name in names}
    answer = searcher.aggregate(query, asked) if asked else {}
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in answer[name]["buckets"]}
        for name in asked
    }


def revision(searcher: Searcher, query: Query) -> int | None:
    """Return the revision of the one document that a query finds, if it finds any."""
    for _, address in searcher.search(query, 1).hits:
        return int(searcher.doc(address)["revision"][0])
    return None


def revisions(searcher: Searcher) -> Iterator[tuple[str, int]]:
    """Yield id and revision of everything."""
    for _, address in searcher.search(Query.all_query(), max(1, searcher.num_docs)).hits:
        document = searcher.doc(address)
        yield document["id"][0], document["revision"][0]


def _ties_complete(searcher: Searcher, query: Query, wanted: int) -> tuple[int, list[_Scored]]:
    """Return the total, at least the best `wanted` hits and all that tie with the last of them."""
    reach = max(wanted + 1, _AT_FIRST)
    while True:
        total, found = _search(searcher, query, reach)
        is_whole = len(found) < reach
        if is_whole or not wanted or _rounded(found[-1][0]) < _rounded(found[wanted - 1][0]):
            return total, found
        # Where the best one ties too, as for a prefix, everything does: one look at all is enough.
        is_last = total <= _ALL_AT_ONCE or _all_tie(found)
        reach = total + 1 if is_last else reach * _FARTHER


def _all_tie(found: Sequence[_Scored]) -> bool:
    return _rounded(found[0][0]) == _rounded(found[-1][0])


def _search(
    searcher: Searcher, query: Query, limit: int, **options: Any
) -> tuple[int, list[_Scored]]:
    """Return the total and the first hits; Tantivy wants a limit of one at least."""
    found: Any = searcher.search(query, max(1, limit), **options)  # its stub leaves out `count`
    return found.count, found.hits


@lru_cache(4096)  # few scores are told apart, and ties are long
def _rounded(score: float) -> float:
    """Return a score without the noise of adding the same floats in another order."""
    return float(f"{score:.5g}")


def _hit(document: tantivy.Document, score: float) -> Hit:
    return Hit(document["id"][0], document["document_id"][0], score)
