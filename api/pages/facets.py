"""The boxes beside a list, with their counts, and the orders it can be in."""

from collections.abc import Mapping
from typing import Any

from api.asked import Asked
from api.names import MEETING_FILES, PAPER_KINDS, STAGES, STATUSES
from docstore.language import Words

Option = tuple[str, str, int | None, bool]
"""Value, label, count where it is known, and whether it is ticked."""
Facet = tuple[str, str, list[Option]]


def facets(
    words: Words, asked: Asked, counts: Mapping[Any, Mapping[str, int]], *, stages: bool = False
) -> list[Facet]:
    """Return the boxes of each facet; a ticked one stays although it would find nothing."""
    years = _options(counts.get("year", {}), {str(year) for year in asked.years})
    years.sort(reverse=True)
    found: list[Facet] = [
        ("rok", words("Rok"), years),
        ("rodzaj", words("Rodzaj"), _named(words, {**PAPER_KINDS, "meeting": MEETING_FILES},
                                           counts.get("kind", {}), asked.kinds)),
        ("status", words("Czy obowiązuje"), _named(words, STATUSES, counts.get("status", {}),
                                                   asked.statuses)),
    ]  # fmt: skip
    if stages:
        boxes: list[Option] = [
            (code, words(name), None, code in asked.stages) for code, name in STAGES.items()
        ]
        found.insert(0, ("etap", words("Co"), boxes))
    return [facet for facet in found if facet[2]]


def _options(counts: Mapping[str, int], ticked: set[str] | frozenset[str]) -> list[Option]:
    return [
        (value, value, counts.get(value, 0), value in ticked)
        for value in {*counts, *ticked}
        if value
    ]


def _named(
    words: Words, names: Mapping[str, str], counts: Mapping[str, int], ticked: frozenset[str]
) -> list[Option]:
    """Return options under their names, in the order of the names."""
    known = {value: (count, on) for value, _, count, on in _options(counts, ticked)}
    return [(code, words(name), *known[code]) for code, name in names.items() if code in known]


def orders(words: Words, asked: Asked) -> list[tuple[str, str, bool]]:
    """Return the orders to choose from: label, the query of an address, and which is now."""
    names = [("date", words("od najnowszych")), ("number", words("według numeru"))]
    if asked.text:
        names.insert(0, ("relevance", words("najlepiej pasujące")))
    now = asked.sort if asked.text or asked.sort != "relevance" else "date"
    return [(label, asked.address(sort=sort), sort == now) for sort, label in names]
