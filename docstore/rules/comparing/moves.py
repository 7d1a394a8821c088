"""Which units of a text stood elsewhere in the older one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from docstore.rules.comparing.units import Text

# What two must share to be one that stands elsewhere, of the longer one's weight.
_SHARED_MOVED = 0.6
# Fewer words stand in many places by chance, and nothing of them is called moved.
_LEAST_MOVED = 3
_MOST_COMPARED = 40_000
# Short words carry little of what a unit says, punctuation nothing.
_SHORT_WORD, _LITTLE = 3, 0.25


def weight_of(word: str) -> float:
    """Return what a word carries of its unit, at most 1."""
    if not word[0].isalnum():
        return 0.0
    return _LITTLE if len(word) <= _SHORT_WORD and word.isalpha() else 1.0


def moved_units(old: Text, new: Text, gone: Sequence[int], come: Sequence[int]) -> dict[int, int]:
    """Return the units that stand elsewhere now, by their number in the new text."""
    moved: dict[int, int] = {}
    waiting: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for number in reversed(gone):
        waiting[_said(old, number)].append(number)
    for number in come:
        said = _said(new, number)
        if waiting[said] and (
            _says_much(said) or _are_siblings(old, waiting[said][-1], new, number)
        ):
            moved[number] = waiting[said].pop()
    taken = {*moved.values()}
    left = [_Bag(old, number) for number in gone if number not in taken]
    right = [_Bag(new, number) for number in come if number not in moved]
    if len(left) * len(right) > _MOST_COMPARED:
        return moved
    alike = sorted(
        (-likeness, b.number, a.number)
        for a in left
        for b in right
        if (likeness := a.likeness(b)) >= _SHARED_MOVED
    )
    for _, to, at in alike:
        if to not in moved and at not in taken:
            moved[to] = at
            taken.add(at)
    return moved


def _says_much(said: tuple[str, ...]) -> bool:
    return sum(word[0].isalnum() for word in said) >= _LEAST_MOVED


def _are_siblings(old: Text, at: int, new: Text, to: int) -> bool:
    """Tell whether two units bear marks of one kind under the same others: points of one list."""
    was, now = old.units[at].place, new.units[to].place
    return bool(was.marks) and (was.part, was.marks[:-1]) == (now.part, now.marks[:-1])


def _said(text: Text, number: int) -> tuple[str, ...]:
    unit = text.units[number]
    return tuple(text.keys[unit.start : unit.end])


@dataclass(frozen=True)
class _Bag:
    """The words of a unit without their order."""

    text: Text
    number: int

    @cached_property
    def words(self) -> Mapping[str, int]:
        return Counter(_said(self.text, self.number))

    @cached_property
    def weight(self) -> float:
        return sum(weight_of(word) * times for word, times in self.words.items())

    def likeness(self, other: _Bag) -> float:
        """Return what two share, of the heavier one's weight; nothing where both say little."""
        heavier = max(self.weight, other.weight)
        if heavier < _LEAST_MOVED or min(self.weight, other.weight) < _SHARED_MOVED * heavier:
            return 0.0
        shared = sum(
            weight_of(word) * min(times, other.words.get(word, 0))
            for word, times in self.words.items()
        )
        return shared / heavier
