"""Reads an agenda pasted as text, in the forms that clerks use."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from string import ascii_lowercase

from docstore.rules.acts.druk import split_druk
from docstore.rules.agenda_lines import (
    Line,
    agenda_lines,
    expects_more,
    is_heading,
    without_afterword,
    without_signature,
)
from docstore.rules.agenda_marks import Mark, read_marks
from docstore.rules.agenda_outline import Outline
from docstore.rules.plain import join_lines, tidy_title

_CAPITAL = '[„"A-ZĄĆĘŁŃÓŚŹŻ]'
_OWN_NUMBER = re.compile(r"(\d{1,3})[.)]\s")
_INNER_NUMBER = re.compile(rf"\s(\d{{1,3}})[.)]\s+(?={_CAPITAL})")
_INNER_LIST = re.compile(r":(?=\s+([a1])\)\s)")
_INNER_SIGN = re.compile(r"\s([a-z]|\d{1,2})\)(?=\s)")
# So many marks in one line are a list and not a sentence that counts something.
_FEWEST_MARKS = 3
_DASHES = ("-", "–", "—")
# A single line that begins with a dash is rather the end of a broken sentence than a list.
_DASHES_OF_A_LIST = 2


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One item read from text: its depth (0 is the top), its mark as typed, title and draft.

    `label` has no dot or bracket and is empty where the item had a bullet or nothing.
    """

    depth: int
    label: str
    title: str
    druk: str | None


@dataclass(slots=True)
class _Draft:
    """An item while its lines are gathered."""

    depth: int
    label: str
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.lines[-1].text if self.lines else ""


def parse_agenda(text: str) -> tuple[AgendaLine, ...]:
    """Return the items of an agenda in order; never raises, keeps every word of the titles.

    What stands before the first mark (an invitation) and after the last item (a signature) is no
    item. A text without any mark has one item a line.
    """
    lines = tuple(_one_mark_a_line(agenda_lines(text)))
    drafts = _marked(lines) or _unmarked(without_signature(lines))
    if drafts:
        drafts[-1].lines[:] = without_afterword(drafts[-1].lines)
    return tuple(_finished(drafts))


def _marked(lines: tuple[Line, ...]) -> list[_Draft]:
    outline = Outline()
    drafts: list[_Draft] = []
    dashes = _dashes(lines)
    for line in lines:
        current = drafts[-1] if drafts else None
        marks = _possible(line, current, dashes)
        broken = current is not None and expects_more(current.text)
        placed = outline.place(marks, line.indent, exactly=broken) if marks else None
        if placed is not None:
            depth, mark = placed
            first = Line(mark.rest.strip(), line.indent, line.after_blank)
            drafts.append(_Draft(depth, mark.label, [first] if first.text else []))
        elif current is not None and is_heading(line):
            drafts.append(_Draft(0, "", [line]))
        elif current is not None:
            current.lines.append(line)
    return drafts


def _unmarked(lines: Iterable[Line]) -> list[_Draft]:
    """Return an item for each line; a line in lower case goes on with the one before."""
    drafts: list[_Draft] = []
    for line in lines:
        if drafts and (line.text[0].islower() or expects_more(drafts[-1].text)):
            drafts[-1].lines.append(line)
        else:
            drafts.append(_Draft(0, "", [line]))
    return drafts


def _possible(line: Line, current: _Draft | None, dashes: int) -> tuple[Mark, ...]:
    """Return the readings of a line's mark that do not break a phrase of the item before."""
    marks = read_marks(line.text)
    before = current.text if current else ""
    if not before or not marks:
        return marks
    if expects_more(before):
        return tuple(mark for mark in marks if mark.firm and mark.rest.strip()[:1].isupper())
    if marks[0].kind[-1] in _DASHES:
        lonely = dashes < _DASHES_OF_A_LIST and not before.endswith((":", ";", ",", "."))
        if lonely or _is_aside(marks[0].rest):
            return ()
    return marks


def _is_aside(rest: str) -> bool:
    """Tell whether what follows a dash goes on with the line before: `- druk nr 12`, `- 2030`."""
    return rest[:1].isdigit() or rest[:4].lower() == "druk"


def _dashes(lines: Iterable[Line]) -> int:
    return sum(line.text.startswith(_DASHES) for line in lines)


def _one_mark_a_line(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines, those that hold a whole list cut before each of its marks."""
    for line in lines:
        for numbered in _cut(line.text, _number_cuts(line.text)):
            for text in _cut(numbered, _letter_cuts(numbered)):
                yield Line(text, line.indent, line.after_blank)


def _number_cuts(text: str) -> list[int]:
    """Find `2. ... 3. ...` in a line that begins with `1.`, or `1. ... 2. ... 3. ...` in any."""
    first = _OWN_NUMBER.match(text)
    number = int(first[1]) if first else 0
    cuts: list[int] = []
    for match in _INNER_NUMBER.finditer(text):
        if int(match[1]) == number + 1:
            cuts.append(match.start(1))
            number += 1
    return cuts if len(cuts) >= (_FEWEST_MARKS - 1 if first else _FEWEST_MARKS) else []


def _letter_cuts(text: str) -> list[int]:
    """Find `: a) ... b) ...` in a line."""
    first = _INNER_LIST.search(text)
    if first is None:
        return []
    signs = iter(ascii_lowercase if first[1] == "a" else map(str, range(1, 100)))
    sign = next(signs)
    cuts: list[int] = []
    for match in _INNER_SIGN.finditer(text, first.start()):
        if match[1] == sign:
            cuts.append(match.start(1))
            sign = next(signs, "")
    return cuts


def _cut(text: str, cuts: list[int]) -> Iterator[str]:
    for start, end in pairwise([0, *cuts, len(text)]):
        if piece := text[start:end].strip():
            yield piece


def _finished(drafts: Iterable[_Draft]) -> Iterator[AgendaLine]:
    """Yield the items with their titles on one line; no item is deeper than one below the last."""
    deepest = 0
    for draft in drafts:
        title, druk = split_druk(tidy_title(join_lines(line.text for line in draft.lines)))
        if title := tidy_title(title):
            depth = min(draft.depth, deepest)
            deepest = depth + 1
            yield AgendaLine(depth, draft.label, title, druk)
