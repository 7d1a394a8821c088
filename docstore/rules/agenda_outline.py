"""Where the next item of an agenda belongs: the open lists, from the outermost inwards."""

from dataclasses import dataclass

from docstore.rules.agenda_marks import Mark

# A clerk drops items from a list and leaves the numbers; a larger leap is a number in a sentence.
_WIDEST_GAP = 30


@dataclass(slots=True)
class _OpenList:
    last: Mark
    indent: int


class Outline:
    """The lists that are open while an agenda is read line by line."""

    def __init__(self) -> None:
        self._open: list[_OpenList] = []
        self._rules = (
            self._continued,
            self._child,
            self._continued_loosely,
            self._begun,
            self._resumed,
        )

    def place(
        self, marks: tuple[Mark, ...], indent: int, *, exactly: bool
    ) -> tuple[int, Mark] | None:
        """Return the depth and the reading that fit; None when the line begins no item.

        `exactly` takes only the very next item of a list that is open.
        """
        for find in self._rules[:1] if exactly else self._rules:
            for mark in marks:
                depth = find(mark, indent)
                if depth is not None:
                    del self._open[depth:]
                    self._open.append(_OpenList(mark, indent))
                    return depth, mark
        return None

    def _continued(self, mark: Mark, indent: int) -> int | None:
        """Find the list whose very next item this is: at the same indent, else the innermost."""
        fitting = [
            depth
            for depth, level in enumerate(self._open)
            if level.last.kind == mark.kind and mark.follows(level.last)
        ]
        same_indent = [depth for depth in fitting if self._open[depth].indent == indent]
        best = same_indent or fitting
        return best[-1] if best else None

    def _continued_loosely(self, mark: Mark, indent: int) -> int | None:
        """Find the list of numbers that this one continues in another style."""
        del indent
        for depth, level in enumerate(self._open):
            if mark.is_like(level.last) and mark.follows(level.last):
                return depth
        return None

    def _child(self, mark: Mark, indent: int) -> int | None:
        """Find the item that `2.1` belongs under."""
        del indent
        for depth, level in enumerate(self._open):
            same_kind = level.last.kind == mark.kind
            if same_kind and len(mark.place) > 1 and level.last.place == mark.place[:-1]:
                return depth + 1
        return None

    def _begun(self, mark: Mark, indent: int) -> int | None:
        """Find where a new list begins: below the innermost item, unless it repeats its number."""
        if not mark.is_first or len(mark.place) > 1:
            return None
        if not self._open:
            return 0
        depth = len(self._open) - 1
        innermost = self._open[depth]
        repeated = innermost.last.kind == mark.kind and innermost.last.place == mark.place
        if not repeated or indent > innermost.indent:
            depth += 1
        return depth if mark.firm or not self._open else None

    def _resumed(self, mark: Mark, indent: int) -> int | None:
        """Find the list that this item goes on with after a gap, or that begins in its middle."""
        if not mark.firm:
            return None
        for depth in range(len(self._open) - 1, -1, -1):
            last = self._open[depth].last
            if last.kind == mark.kind and len(last.place) == len(mark.place):
                gap = mark.place[-1] - last.place[-1]
                if mark.place[:-1] == last.place[:-1] and 0 <= gap <= _WIDEST_GAP:
                    return depth
        kinds = {level.last.kind for level in self._open}
        headed = bool(self._open) and self._open[-1].last.kind[0] in "IA"
        starts_here = not self._open or (headed and mark.kind not in kinds)
        del indent
        return len(self._open) if starts_here and mark.kind[0] in "1I" else None
