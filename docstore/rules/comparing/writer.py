"""Writes the redline of two texts whose units are paired."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from docstore.rules.comparing.alignment import NONE
from docstore.rules.comparing.blocks import Block, Fate, Piece, Said, written
from docstore.rules.comparing.noise import is_noise
from docstore.rules.comparing.pairing import Pairing
from docstore.rules.comparing.units import Text, Unit


class Writer:
    """Writes the blocks of two texts whose units are paired."""

    def __init__(self, old: Text, new: Text, pairing: Pairing) -> None:
        self._old, self._new, self._pairs = old, new, pairing
        self._now_of: dict[int, int] = {}
        """Of an old unit, the first new one that has words of it."""
        for to, its in sorted(pairing.partners.items()):
            for at in its:
                self._now_of.setdefault(at, to)
        self._place_of = {at: place for place, at in enumerate(pairing.found) if at >= 0}
        self._moved_to = {at: to for to, at in pairing.moved.items()}
        self._before: dict[int, tuple[int, int]] = {}
        """Old words that are shown before a new word, by its place: their first and their end."""
        self._first: dict[int, list[tuple[int, int]]] = {}
        """Those that are shown before all else of a new unit: nothing stayed of theirs."""
        self._behind: dict[int, tuple[int, int]] = {}
        self._put_what_went()

    def _put_what_went(self) -> None:
        """Find a place for each old word that went from a unit of which others stayed.

        It is shown behind the last word before it that stayed, or else before the first.
        """
        now_of = self._place_of
        for number, unit in enumerate(self._old.units):
            if number in self._now_of and not any(map(now_of.__contains__, range(*unit.span))):
                self._first.setdefault(self._now_of[number], []).append(unit.span)
                continue
            stayed = NONE
            left = (at for at in range(unit.start, unit.end) if at not in self._pairs.as_marks)
            for is_there, row in groupby(left, key=now_of.__contains__):
                places = [*row]
                stretch = places[0], places[-1] + 1
                if is_there:
                    stayed = now_of[places[-1]]
                elif stayed != NONE:
                    self._behind[stayed] = stretch
                else:
                    after = next((at for at in range(stretch[1], unit.end) if at in now_of), NONE)
                    if after != NONE:
                        self._before[now_of[after]] = stretch

    def blocks(self) -> Iterator[Block]:
        """Yield the new text's units in their order, what went where it stood before them."""
        gone = self._gone()
        for number, unit in enumerate(self._new.units):
            yield from gone.pop(number, ())
            yield self._of(number, unit)
        yield from gone.pop(len(self._new.units), ())

    def _gone(self) -> dict[int, list[Block]]:
        """Return the units that went or stand elsewhere, by the unit that they stood before."""
        gone: defaultdict[int, list[Block]] = defaultdict(list)
        before = 0
        for number, unit in enumerate(self._old.units):
            if number in self._moved_to:
                now = self._new.units[self._moved_to[number]]
                gone[before].append(Block(Fate.LEFT, now, unit, ()))
            elif number in self._now_of:
                before = max(before, self._now_of[number] + 1)
            elif unit.start < unit.end:
                pieces = (self._piece(Said.REMOVED, unit.start, unit.end),)
                gone[before].append(Block(Fate.REMOVED, None, unit, pieces))
        return gone

    def _of(self, number: int, unit: Unit) -> Block:
        its = self._pairs.partners.get(number, [])
        was = self._old.units[its[0]] if its else None
        pieces = tuple(self._calmed(self._pieces(number, unit)))
        if was is None:
            return Block(Fate.ADDED if pieces else Fate.SAME, unit, None, pieces)
        if number in self._pairs.moved:
            return Block(Fate.MOVED, unit, was, pieces)
        if any(piece.said in {Said.ADDED, Said.REMOVED} for piece in pieces):
            return Block(Fate.CHANGED, unit, was, pieces)
        head = self._head_of(number)
        is_other = head is not None and unit.own != head.own and not self._is_inline(number)
        return Block(Fate.RENUMBERED if is_other else Fate.SAME, unit, was, pieces)

    def _is_inline(self, number: int) -> bool:
        """Tell whether one text has the marks of a unit, or of its old one, within its lines."""
        first = self._pairs.partners.get(number, [])[:1]
        return number in self._pairs.inline_new or not self._pairs.inline_old.isdisjoint(first)

    def _head_of(self, number: int) -> Unit | None:
        """Return the old unit whose beginning a new one is: their marks are each other's."""
        its = self._pairs.partners.get(number, [])
        is_head = bool(its) and self._now_of[its[0]] == number
        return self._old.units[its[0]] if is_head else None

    # --- pieces ---

    def _pieces(self, number: int, unit: Unit) -> Iterator[Piece]:
        """Yield what a unit says, and between its words what went."""
        for stretch in self._first.get(number, ()):
            yield self._piece(Said.REMOVED, *stretch)
        its = self._pairs.partners.get(number, [])
        head = self._head_of(number)
        if head is not None and head.own and not unit.own and not self._is_inline(number):
            yield from self._mark(Said.REMOVED, head, head.start)
        if its and not (head and head.own) and number not in self._pairs.inline_new:
            yield from self._mark(Said.ADDED, unit, unit.start)
        found, lost = self._pairs.found, self._lost_marks(its, number)
        for place in range(*unit.span):
            if place in lost:
                yield from self._mark(Said.REMOVED, lost[place], lost[place].start)
            if place in self._before:
                yield self._piece(Said.REMOVED, *self._before[place])
            said = Said.ADDED if found[place] == NONE else Said.SAME
            yield self._piece(said, place, place + 1)
            if place in self._behind:
                yield self._piece(Said.REMOVED, *self._behind[place])

    def _lost_marks(self, its: Sequence[int], number: int) -> dict[int, Unit]:
        """Return the old units that are no beginning of one any more, by their first new word."""
        return {
            min(self._place_of[at] for at in range(*unit.span) if at in self._place_of): unit
            for each in its[1:]
            if self._now_of[each] == number and each not in self._pairs.inline_old
            for unit in [self._old.units[each]]
            if unit.own and any(at in self._place_of for at in range(*unit.span))
        }

    @staticmethod
    def _mark(said: Said, unit: Unit, at: int) -> Iterator[Piece]:
        if unit.mark_text:
            yield Piece(said, unit.mark_text, at, at, glued=False)

    def _piece(self, said: Said, start: int, end: int) -> Piece:
        text = self._old if said is Said.REMOVED else self._new
        return Piece(said, written(text, start, end), start, end, bool(text.glued[start]))

    def _calmed(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        """Yield pieces with neighbours joined, and with noise of reading scans told as such."""
        for is_same, row in groupby(pieces, key=lambda piece: piece.said is Said.SAME):
            parts = [*row]
            if is_same:
                yield self._piece(Said.SAME, parts[0].start, parts[-1].end)
                continue
            old = [each for each in parts if each.said is Said.REMOVED]
            new = [each for each in parts if each.said is Said.ADDED]
            marks = [each for each in new if each.start == each.end]
            words = [each for each in new if each.start < each.end]
            if words:
                words = [self._piece(Said.ADDED, words[0].start, words[-1].end)]
            new = [*marks, *words]
            is_noise = self._is_noise(old, new)
            yield from (replace(each, said=Said.OTHERWISE) for each in old) if is_noise else old
            yield from (replace(each, said=Said.UNSURE) for each in new) if is_noise else new

    def _is_noise(self, old: Sequence[Piece], new: Sequence[Piece]) -> bool:
        is_read = any(self._old.pages[each.start] in self._old.noisy for each in old) or any(
            self._new.pages[each.start] in self._new.noisy for each in new
        )
        return is_read and is_noise(*(" ".join(p.text for p in each) for each in (old, new)))
