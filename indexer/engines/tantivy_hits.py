"""Reading hits and facets of a Tantivy query."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import tantivy
from tantivy import Order, Query, Searcher

from indexer.documents import FacetName, Hit, Page

_MOST_FACET_VALUES = 1_000
# How much farther to look each time that a tie goes on beyond what was read.
_FARTHER = 8

_Scored = tuple[float, tantivy.DocAddress]


def count(searcher: Searcher, query: Query) -> int:
    """Return how many documents a query finds."""
    found: Any = searcher.search(query, 1)  # its stub leaves `count` out
    return int(found.count)


def by_key(searcher: Searcher, query: Query, page: Page, key: str) -> list[Hit]:
    """Return one page in the order of a fast field whose values are all distinct."""
    if not page.limit:
        return []
    found = searcher.search(
        query, page.limit, offset=page.offset, order_by_field=key, order=Order.Asc, count=False
    )
    return [_hit(searcher, 0.0, address) for _, address in found.hits]


def by_score(searcher: Searcher, query: Query, page: Page) -> list[Hit]:
    """Return one page, best first, equal scores by id.

    Tantivy breaks ties by where a document happens to lie, which the next merge changes; so every
    tie that reaches into the page is read to its end and put in order here.
    """
    end = page.offset + page.limit
    hits = _ties_complete(searcher, query, end) if page.limit else []
    chosen: list[Hit] = []
    place = 0
    for score, tie in groupby(hits, key=lambda hit: _rounded(hit[0])):
        group = list(tie)
        first, place = place, place + len(group)
        if place <= page.offset:
            continue
        ordered = sorted((_hit(searcher, score, at) for _, at in group), key=lambda hit: hit.id)
        chosen += ordered[max(0, page.offset - first) : end - first]
        if place >= end:
            break
    return chosen


def facet(searcher: Searcher, query: Query, name: FacetName) -> Mapping[str, int]:
    """Return how often each value of a facet occurs in an answer, the most frequent first."""
    terms = {"terms": {"field": name, "size": _MOST_FACET_VALUES}}
    buckets = searcher.aggregate(query, {name: terms})[name]["buckets"]
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}


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


def _ties_complete(searcher: Searcher, query: Query, wanted: int) -> list[_Scored]:
    """Return at least the best `wanted` hits, and all that tie with the last of them."""
    reach = wanted + 1
    while True:
        hits = searcher.search(query, reach, count=False).hits
        if len(hits) < reach or _rounded(hits[-1][0]) < _rounded(hits[wanted - 1][0]):
            return hits
        reach *= _FARTHER


def _rounded(score: float) -> float:
    """Return a score without the noise of adding the same floats in another order."""
    return float(f"{score:.5g}")


def _hit(searcher: Searcher, score: float, address: tantivy.DocAddress) -> Hit:
    document = searcher.doc(address)
    return Hit(document["id"][0], document["document_id"][0], score)
