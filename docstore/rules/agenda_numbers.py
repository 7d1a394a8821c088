"""The printed numbers of an agenda's items, and those of items put in after publishing.

The custom of Polish councils and of the rules of drafting law (Zasady techniki prawodawczej):
`1.`, below it `1)`, below it `a)`, below it a dash. What was published keeps its number; an item
put in later takes the number before it with the first free letter: `5a.`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

_DASH = "–"
_DASHED_DEPTH = 3
_LETTERED_DEPTH = 2
_NUMBER_AND_LETTERS = re.compile(r"(\d+)[A-Za-z]*")


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item in its new place: its depth, and the label it was published with, if it was."""

    depth: int
    published_label: str | None = None


def relabel(depths: Sequence[int]) -> tuple[str, ...]:
    """Return printed labels for items numbered afresh: `1.`, `1)`, `a)`, `–`."""
    counts: list[int] = []
    labels = []
    for depth in depths:
        counts = [*counts[: depth + 1], *[0] * (depth + 1 - len(counts))]
        counts[depth] += 1
        labels.append(_printed(depth, _body(depth, counts[depth])))
    return tuple(labels)


def relabel_after_publishing(items: Sequence[PlacedItem]) -> tuple[str, ...]:
    """Return labels in which nothing published changes its number and no number comes twice.

    Items put in between get letters (`5a.`, `5b.`), before the first of all `0a.`; items added at
    the end of their list go on with the numbers.
    """
    labels = [item.published_label for item in items]
    for siblings in _sibling_lists([item.depth for item in items]):
        depth = items[siblings[0]].depth
        for place, body in zip(
            siblings, _bodies([labels[i] for i in siblings], depth), strict=True
        ):
            labels[place] = labels[place] or _printed(depth, body)
    return tuple(label or "" for label in labels)


def bare_label(label: str) -> str:
    """Return a label as it is spoken of (`pkt 5a`): without dot, bracket or dash."""
    return label.strip(f" .){_DASH}")


def spoken_numbers(items: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """Return what items of a depth and a label are called in a sentence: `5`, or `5.1` below it."""
    numbers: list[str] = []
    path: list[str] = []
    for depth, label in items:
        path = [*path[:depth], bare_label(label)]
        numbers.append(".".join(filter(None, path)))
    return tuple(numbers)


def _sibling_lists(depths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of the items that share a parent, list by list."""
    open_lists: list[list[int]] = []
    for place, depth in enumerate(depths):
        yield from filter(None, open_lists[depth + 1 :])
        open_lists = [*open_lists[: depth + 1], *([] for _ in range(depth + 1 - len(open_lists)))]
        open_lists[depth].append(place)
    yield from filter(None, open_lists)


def _bodies(published: Sequence[str | None], depth: int) -> Iterator[str]:
    """Yield what stands before the dot of each label in one list."""
    taken = {bare_label(label) for label in published if label}
    last_published = max((i for i, label in enumerate(published) if label), default=-1)
    highest = max((_value(label) for label in map(bare_label, taken)), default=0)
    before = "0"
    for place, label in enumerate(published):
        if label:
            body = bare_label(label)
        elif place > last_published:
            highest += 1
            body = _body(depth, highest)
        else:
            body = _first_free(before, taken)
        taken.add(body)
        before = _base(body)
        yield body


def _first_free(base: str, taken: set[str]) -> str:
    prefix = base
    while True:
        for letter in ascii_lowercase:
            if f"{prefix}{letter}" not in taken:
                return f"{prefix}{letter}"
        prefix += ascii_lowercase[-1]


def _base(body: str) -> str:
    """Return the number that letters are put behind: `5` of `5a`, `b` of `bc`."""
    numbered = _NUMBER_AND_LETTERS.fullmatch(body)
    if numbered:
        return numbered[1]
    return body[0] if body.islower() else body


def _value(body: str) -> int:
    """Return where in its list a label stands; 0 for one that is neither number nor letter."""
    base = _base(body)
    if base.isdigit():
        return int(base)
    return ascii_lowercase.find(base) + 1 if len(base) == 1 else 0


def _body(depth: int, count: int) -> str:
    if depth < _LETTERED_DEPTH:
        return str(count)
    turns, letter = divmod(count - 1, len(ascii_lowercase))
    return ascii_lowercase[-1] * turns + ascii_lowercase[letter]  # after z: za, zb


def _printed(depth: int, body: str) -> str:
    if depth >= _DASHED_DEPTH:
        return _DASH
    return f"{body}." if depth == 0 else f"{body})"
