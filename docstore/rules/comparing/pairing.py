"""Which unit of the old text each unit of the new one was, and which stand somewhere else now."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from docstore.rules.comparing.alignment import AS_MARK, NONE, Budget, align, align_within
from docstore.rules.comparing.moves import moved_units, weight_of
from docstore.rules.comparing.units import Mark, Text, Unit

# Of the shorter unit's weight, what two must share to be one: less is chance ("w", "się", ".").
_SHARED = 0.5
# What the words of a row must weigh on both sides of some that are no chance for this alone.
_AROUND = 2


@dataclass(slots=True)
class Pairing:
    """What of two texts is the same."""

    found: array[int]
    """For each word of the new text, its place in the old one, `NONE` or `AS_MARK`."""
    moved: dict[int, int]
    """Units of the new text that stood elsewhere in the old one, and which those were."""
    partners: dict[int, list[int]]
    """For units of the new text, those of the old one that they share words with, moved or not."""
    as_marks: frozenset[int]
    """Words of the old text that the new one has as marks at the beginning of a unit."""
    inline_old: frozenset[int]
    """Units of the old text whose marks the new one has within its lines."""
    inline_new: frozenset[int]
    """Units of the new text whose marks the old one has within its lines."""


def pair(old: Text, new: Text) -> Pairing:
    """Pair the units of two texts by their words; their marks count for nothing here."""
    budget = Budget()
    found = _aligned(old, new, budget)
    weights_old, weights_new = _weights(old), _weights(new)
    _part_strangers(old, new, found, weights_old, weights_new)
    partners = _partners(old, new, found)
    _align_pairs(old, new, partners, found, budget)
    kept = {unit for units in partners.values() for unit in units}
    gone = [n for n, each in enumerate(old.units) if n not in kept and each.start < each.end]
    come = [n for n, each in enumerate(new.units) if n not in partners and each.start < each.end]
    moved = moved_units(old, new, gone, come)
    _same_places(old, new, gone, come, moved, partners)
    for to, at in moved.items():
        partners[to] = [at]
        _align_units(old, new, old.units[at], new.units[to], found, budget)
    _part_islands(new, found)
    _slide(old, new, found)
    return Pairing(found, moved, partners, *_put_marks_right(old, new, found))


def _aligned(old: Text, new: Text, budget: Budget) -> array[int]:
    """Align whole units that say the same first, then the words between them.

    A table of many like rows has nothing that stands once, but most of it is where it was.
    """
    found = array("l", [NONE]) * len(new.words)
    was_said, now_said = (
        [tuple(text.keys[each.start : each.end]) for each in text.units] for text in (old, new)
    )
    between, i, j = [], 0, 0
    for to, at in enumerate(align(was_said, now_said, budget)):
        if at == NONE or not now_said[to]:
            continue
        was, now = old.units[at], new.units[to]
        found[now.start : now.end] = array("l", range(was.start, was.end))
        between.append((i, was.start, j, now.start))
        i, j = was.end, now.end
    between.append((i, len(old.words), j, len(new.words)))
    align_within(old.keys, new.keys, between, found, budget)
    return found


def _weights(text: Text) -> list[float]:
    return [sum(map(weight_of, text.keys[each.start : each.end])) for each in text.units]


def _part_strangers(
    old: Text,
    new: Text,
    found: array[int],
    weights_old: Sequence[float],
    weights_new: Sequence[float],
) -> None:
    """Take back what units share by chance, though not what stands within a row of more.

    Where one text begins a paragraph earlier, the words between stay with both their neighbours.
    """
    parts = [part for row in _rows(found) for part in _parts(old, new, found, row)]
    shared: defaultdict[tuple[int, int], float] = defaultdict(float)
    for part in parts:
        shared[part.units] += part.weight
    for part in parts:
        a, b = part.units
        is_little = shared[part.units] < _SHARED * min(weights_old[a], weights_new[b])
        if is_little and min(part.before, part.after) < _AROUND:
            for place in part.places:
                found[place] = NONE


@dataclass(slots=True)
class _Part:
    """Words of a row that are of one unit in each text, and what its others weigh."""

    units: tuple[int, int]
    places: list[int]
    weight: float
    before: float = 0
    after: float = 0


def _parts(old: Text, new: Text, found: array[int], row: Iterable[int]) -> list[_Part]:
    parts, before = [], 0.0
    for units, its in groupby(row, lambda place: (old.unit_of[found[place]], new.unit_of[place])):
        places = [*its]
        weight = sum(weight_of(new.keys[place]) for place in places)
        parts.append(_Part(units, places, weight, before))
        before += weight
    for part in parts:
        part.after = before - part.before - part.weight
    return parts


def _rows(found: array[int]) -> Iterator[list[int]]:
    """Yield rows of words that follow each other in both texts."""
    for distance, row in groupby(
        range(len(found)),
        key=lambda place: found[place] - place if found[place] != NONE else None,
    ):
        if distance is not None:
            yield [*row]


def _part_islands(new: Text, found: array[int]) -> None:
    """Take back short words that alone stayed between many others, as in a sentence worded anew."""
    for unit in new.units:
        rows = [
            (is_found, [*row])
            for is_found, row in groupby(
                range(unit.start, unit.end), key=lambda place: found[place] != NONE
            )
        ]
        for before, (is_found, row), after in zip(rows, rows[1:], rows[2:], strict=False):
            around = len(before[1]) + len(after[1])
            if (
                is_found
                and around > len(row) * 2 + 1
                and sum(weight_of(new.keys[p]) for p in row) < 1
            ):
                for place in row:
                    found[place] = NONE


def _slide(old: Text, new: Text, found: array[int]) -> None:
    """Let what came or went begin behind a full stop, not with it: ". 2" before "." is "2."."""
    for unit in new.units:
        for start, end in _alone(range(unit.start, unit.end), lambda place: found[place] == NONE):
            is_alike = end < unit.end and new.keys[start] == new.keys[end]
            if is_alike and not new.keys[start].isalnum():
                found[start], found[end] = found[end], NONE
    now_of = {at: place for place, at in enumerate(found) if at != NONE}
    for unit in old.units:
        for start, end in _alone(range(unit.start, unit.end), lambda at: at not in now_of):
            is_alike = end < unit.end and old.keys[start] == old.keys[end]
            if is_alike and not old.keys[start].isalnum():
                found[now_of[end]] = start


def _alone(places: range, is_alone: Callable[[int], bool]) -> list[tuple[int, int]]:
    """Return the first and the end of each stretch that stands in one text alone."""
    rows = [(alone, [*row]) for alone, row in groupby(places, key=is_alone)]
    return [(row[0], row[-1] + 1) for alone, row in rows if alone]


def _put_marks_right(
    old: Text, new: Text, found: array[int]
) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    """Find marks that one text has within its lines and the other at the beginning of a unit.

    Returns the last three fields of a `Pairing`.
    """
    now_of = {at: place for place, at in enumerate(found) if at != NONE}
    inline_old: set[int] = set()
    inline_new: set[int] = set()
    as_marks: set[int] = set()
    for number, unit in enumerate(old.units):
        place = now_of.get(unit.start, NONE)
        written = _written_before(new, place, unit, lambda place: found[place] == NONE)
        inline_old.update([number] if written else [])
        for each in written:
            found[each] = AS_MARK
    for number, unit in enumerate(new.units):
        at = found[unit.start] if unit.start < unit.end else NONE
        written = _written_before(old, at, unit, lambda at: at not in now_of) if at >= 0 else ()
        inline_new.update([number] if written else [])
        as_marks.update(written)
    return frozenset(as_marks), frozenset(inline_old), frozenset(inline_new)


def _written_before(
    text: Text, place: int, unit: Unit, is_alone: Callable[[int], bool]
) -> Sequence[int]:
    """Return the words before one, within its own unit, that are another unit's marks."""
    marks = "".join(unit.mark_text.split())
    first, said = place, ""
    while place != NONE and first > text.units[text.unit_of[place]].start and is_alone(first - 1):
        first -= 1
        said = text.words[first] + said
        if len(said) >= len(marks):
            break
    return range(first, place) if marks and said == marks else ()


def _partners(old: Text, new: Text, found: array[int]) -> dict[int, list[int]]:
    partners: dict[int, list[int]] = {}
    for place, at in enumerate(found):
        if at != NONE:
            its = partners.setdefault(new.unit_of[place], [])
            if not its or its[-1] != old.unit_of[at]:
                its.append(old.unit_of[at])
    return partners


def _same_places(
    old: Text,
    new: Text,
    gone: Iterable[int],
    come: Iterable[int],
    moved: dict[int, int],
    partners: dict[int, list[int]],
) -> None:
    """Pair what was worded wholly anew: it bears the same mark, between the same neighbours."""
    now_of = {at: to for to, its in partners.items() for at in its}
    taken = {*moved.values()}
    free: dict[tuple[int, Mark, str], int] = {}
    neighbours = dict(_neighbours(len(old.units), now_of))
    for at in gone:
        unit = old.units[at]
        if at not in taken and unit.own:
            free.setdefault((neighbours[at], unit.own[-1], unit.place.part), at)
    neighbours = dict(_neighbours(len(new.units), {to: to for to in partners}))
    for to in come:
        unit = new.units[to]
        if to not in moved and unit.own:
            at = free.pop((neighbours[to], unit.own[-1], unit.place.part), NONE)
            if at != NONE:
                partners[to] = [at]


def _neighbours(count: int, now_of: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Yield, for each unit, the last one before it that has a partner, by its new number."""
    last = NONE
    for number in range(count):
        yield number, last
        last = now_of.get(number, last)


def _align_pairs(
    old: Text, new: Text, partners: dict[int, list[int]], found: array[int], budget: Budget
) -> None:
    """Align anew, each by itself, units that are each other's only partner.

    Beside others a word may have been taken for its like in the next unit.
    """
    times = Counter(at for its in partners.values() for at in its)
    for to, its in partners.items():
        was, now = old.units[its[0]], new.units[to]
        if len(its) == 1 == times[its[0]]:
            is_same = old.keys[was.start : was.end] == new.keys[now.start : now.end]
            if not is_same or NONE in found[now.start : now.end]:
                _align_units(old, new, was, now, found, budget)


def _align_units(
    old: Text, new: Text, was: Unit, now: Unit, found: array[int], budget: Budget
) -> None:
    """Align the words of two units that do not stand in one order with the others."""
    inner = align(old.keys[was.start : was.end], new.keys[now.start : now.end], budget)
    for place, at in enumerate(inner):
        found[now.start + place] = NONE if at == NONE else was.start + at
