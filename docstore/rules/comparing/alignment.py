"""Which words of two texts are the same, in the same order."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Runs of so many words that stand once in each text hold them together, the longest first.
_RUNS = (8, 4, 2, 1)
# Two stretches whose lengths multiply to more are held together by such runs before they are
# compared word by word, which costs their product.
_SMALL = 40_000
NONE = -1
"""In an alignment: a word that stands in the one text alone."""
AS_MARK = -2
"""In an alignment: a word that the other text has as a mark at the beginning of a unit."""


@dataclass(slots=True)
class Budget:
    """How much comparing word by word may cost; what it does not pay for counts as worded anew.

    A stretch costs the product of its lengths. Ten million are two seconds or three.
    """

    left: int = 10_000_000

    def pays(self, cost: int) -> bool:
        """Take a cost from what is left, or refuse it."""
        if cost > self.left:
            return False
        self.left -= cost
        return True


def align(old: Sequence[Hashable], new: Sequence[Hashable], budget: Budget) -> array[int]:
    """Return, for each word of `new`, the place of the same word in `old`, or `NONE`.

    Places only grow. The way of Bram Cohen's patience diff, with runs of words for its lines.
    """
    found = array("l", [NONE]) * len(new)
    align_within(old, new, [(0, len(old), 0, len(new))], found, budget)
    return found


def align_within(
    old: Sequence[Hashable],
    new: Sequence[Hashable],
    stretches: Iterable[tuple[int, int, int, int]],
    found: array[int],
    budget: Budget,
) -> None:
    """Align stretches of two texts, each given by its first and its end in both; into `found`."""
    numbers: dict[Hashable, int] = {}
    a, b = (array("l", [numbers.setdefault(w, len(numbers)) for w in each]) for each in (old, new))
    waiting = [(*each, 0) for each in stretches]
    while waiting:
        waiting += _step(a, b, waiting.pop(), found, budget)


_Stretch = tuple[int, int, int, int, int]


def _step(
    a: array[int], b: array[int], stretch: _Stretch, found: array[int], budget: Budget
) -> list[_Stretch]:
    """Align one stretch, or return those between what holds it together."""
    a0, a1, b0, b1, level = stretch
    while a0 < a1 and b0 < b1 and a[a0] == b[b0]:
        found[b0] = a0
        a0, b0 = a0 + 1, b0 + 1
    while a0 < a1 and b0 < b1 and a[a1 - 1] == b[b1 - 1]:
        a1, b1 = a1 - 1, b1 - 1
        found[b1] = a1
    product = (a1 - a0) * (b1 - b0)
    if product == 0:
        return []
    if product > _SMALL and level < len(_RUNS):
        anchors = _anchors(a[a0:a1], b[b0:b1], _RUNS[level])
        if not anchors:
            return [(a0, a1, b0, b1, level + 1)]
        return _between((a0, a1, b0, b1, level), anchors, found)
    if budget.pays(product):
        matcher = SequenceMatcher(None, a[a0:a1], b[b0:b1], autojunk=False)
        for i, j, size in matcher.get_matching_blocks():
            found[b0 + j : b0 + j + size] = array("l", range(a0 + i, a0 + i + size))
    return []


def _between(
    stretch: _Stretch, anchors: Sequence[tuple[int, int]], found: array[int]
) -> list[_Stretch]:
    """Note the anchors and return the stretches between them."""
    a0, a1, b0, b1, level = stretch
    length = _RUNS[level]
    rest: list[_Stretch] = []
    i, j = a0, b0
    for at, to in anchors:
        start, end = a0 + at, b0 + to
        if start < i or end < j:  # it overlaps the one before, on the same words
            shift = max(i - start, j - end)
            if shift >= length or i - start != j - end:
                continue
            start, end, reach = start + shift, end + shift, length - shift
        else:
            reach = length
        rest.append((i, start, j, end, level))
        found[end : end + reach] = array("l", range(start, start + reach))
        i, j = start + reach, end + reach
    rest.append((i, a1, j, b1, level))
    return [each for each in rest if each[0] < each[1] and each[2] < each[3]]


def _anchors(a: array[int], b: array[int], length: int) -> list[tuple[int, int]]:
    """Return where runs stand that both have once, as many as stand in one order."""
    in_a, in_b = _once(a, length), _once(b, length)
    pairs = sorted((place, in_b[run]) for run, place in in_a.items() if run in in_b)
    return _longest_order(pairs)


def _once(words: array[int], length: int) -> dict[tuple[int, ...], int]:
    """Return the places of the runs that stand in a text once."""
    places: dict[tuple[int, ...], int] = {}
    again: set[tuple[int, ...]] = set()
    for place, run in enumerate(zip(*(words[n:] for n in range(length)), strict=False)):
        if run in places:
            again.add(run)
        places[run] = place
    return {run: place for run, place in places.items() if run not in again}


def _longest_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest row of pairs in which both places grow."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, to) in enumerate(pairs):
        place = bisect_left(ends, to)
        before.append(last[place - 1] if place else NONE)
        ends[place : place + 1] = [to]
        last[place : place + 1] = [number]
    row: list[tuple[int, int]] = []
    number = last[-1] if last else NONE
    while number != NONE:
        row.append(pairs[number])
        number = before[number]
    return row[::-1]
