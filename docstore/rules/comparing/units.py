"""A text as the units of Polish legal drafting: §, ust., pkt, lit., and the words of each.

The units and their marks: §§ 54 to 63 and 124 of "Zasady techniki prawodawczej" (Dz.U. 2016 poz.
283), which councils' acts follow by its § 143.
"""

from __future__ import annotations

import re
import string
from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from docstore.rules.paragraphs import begins, is_whole, paragraphs

_WORD = re.compile(r"\w+(?:[.,/:\-–'’]\w+)*%?|[^\w\s]")
# What follows the number of a section: "§ 3 pkt 1" is where a line of a sentence begins.
_HEADS = r"\s*(?:\.(?=\s|$)|$|(?=\s+(?:[A-ZĄĆĘŁŃÓŚŹŻ]|1[.)])))"
# One mark at the beginning of a paragraph; several may follow each other ("§ 3. 1. 1)").
_MARK = re.compile(
    rf"(?P<section>§\s*(?P<of_section>\d+[a-z]*){_HEADS})"
    rf"|(?P<article>Art\.\s*(?P<of_article>\d+[a-z]*){_HEADS})"
    r"|(?P<passage>(?P<of_passage>\d{1,3}[a-z]?)\.(?=\s|$))"
    r"|(?P<point>(?P<of_point>\d{1,3}[a-z]?)\)(?=\s|$))"
    r"|(?P<letter>(?P<of_letter>[a-z]{1,2})\)(?=\s|$))"
    r"|(?P<dash>[–—-](?=\s))"
)
_ANNEX = re.compile(
    r"(?:Załącznik|ZAŁĄCZNIK)(?:\s+(?:nr|Nr|NR)\.?\s*(?P<number>\d+[A-Za-z]*|[IVX]+)?)?"
    r"(?=\s*$|\s+(?:do|DO)\s|\s+[-–„(A-ZĄĆĘŁŃÓŚŹŻ])"
)
# "Załącznik nr 1 do uchwały otrzymuje brzmienie" is a sentence of an act.
_SENTENCE = re.compile(r"\b(?:otrzymuj|stanowi|określa|zawiera|uchyla|dodaje|zastępuje)")
_JUSTIFICATION = re.compile(
    r"(?:U\s?Z\s?A\s?S\s?A\s?D\s?N\s?I\s?E\s?N\s?I\s?E|Uzasadnienie)(?=\s*$|\s+(?:do\s|[A-Z„(]))"
)
# How deep each kind of mark stands; a mark ends all that were deeper.
_DEPTH = {"section": 0, "article": 0, "passage": 1, "point": 2, "letter": 3, "dash": 4}
# What ends a paragraph, so that a mark may follow; "ust." and "2." are one line that broke.
_ENDS = re.compile(r"[.:;,)”\"–-]$|\bnastępuje$")
_GOES_ON = re.compile(
    r"\b(?:ust|art|poz|pkt|nr|lit|str|Dz|U)\.?$|§$|\b(?:w|z|do|od|i|oraz|lub|albo|na|o)$",
    re.IGNORECASE,
)
_LONGEST_TITLE = 100
# A number further behind the one before is no mark but where a line broke: "poz." and "445.".
_FURTHEST = 5
_KINDS = frozenset(_DEPTH)
_SECTIONS = frozenset(kind for kind, depth in _DEPTH.items() if depth == 0)
_LONGEST_HEADING = 160
_PAGE_NUMBER = re.compile(
    r"[-–\s]*(?:(?:strona|str\.|s\.)\s*)?\d{1,4}(?:\s*(?:/|z|of)\s*\d{1,4})?[-–\s]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_LETTERS = string.ascii_lowercase
# A line that stands at the same edge of so many pages belongs to none of them.
_OF_PAGES = 0.6
_EDGE = 2
_QUOTES, _DASHES = "„”“«»", "–—‑"
_SAME = str.maketrans(
    {
        **dict.fromkeys(_QUOTES, '"'),
        **dict.fromkeys(_DASHES, "-"),
        "’": "'",
        "‘": "'",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬀ": "ff",
    }
)

JUSTIFICATION = "Uzasadnienie"
"""The part of a draft that is no part of the act."""

Mark = tuple[str, str]
"""Kind of a mark and its number: ("section", "3a"), ("passage", "2")."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an act a unit stands."""

    part: str = ""
    """The annex ("Załącznik 1"), "Uzasadnienie", or empty for the act itself."""
    marks: tuple[Mark, ...] = ()
    """From the outside to the inside."""

    @property
    def section(self) -> Mark | None:
        """Return the § or the article that it stands in."""
        return self.marks[0] if self.marks and _DEPTH[self.marks[0][0]] == 0 else None

    @property
    def section_key(self) -> tuple[str, Mark | None]:
        """Return the part and the section, which together are one of a kind."""
        return self.part, self.section

    @property
    def inner(self) -> tuple[Mark, ...]:
        """Return the marks inside the section."""
        return self.marks[1:] if self.section else self.marks


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph of a text: words `start` to `end` of it, after its own marks."""

    place: Place
    own: tuple[Mark, ...]
    """The marks that stand before its words."""
    mark_text: str
    start: int
    end: int
    page: int

    @property
    def span(self) -> tuple[int, int]:
        """Return its first word and the end of its words."""
        return self.start, self.end


@dataclass(slots=True)
class Text:
    """A text's words, with the page and the unit of each."""

    words: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    """The words as they are compared: kinds of quotes and dashes are one."""
    pages: array[int] = field(default_factory=lambda: array("l"))
    unit_of: array[int] = field(default_factory=lambda: array("l"))
    glued: bytearray = field(default_factory=bytearray)
    """Whether no space stands before a word."""
    units: list[Unit] = field(default_factory=list)
    noisy: frozenset[int] = frozenset()
    """Pages whose text a program recognised."""


def read(pages: Sequence[str], *, noisy: Collection[int] = (), edges: Collection[str] = ()) -> Text:
    """Return the units and words of a text, without what only numbers or heads its pages.

    `noisy` are pages, counted from 1, whose text a program recognised; `edges` what is known to
    head or foot pages, because another version's have it: a single page does not show it.
    """
    text, place = Text(noisy=frozenset(noisy)), Place()
    held: _Held | None = None
    last, has_mark = "", False
    for paragraph, page in _paragraphs(pages, edges):
        before = place
        place, own, length = _marks(paragraph, before, _may_follow(last, has_mark=has_mark))
        last, has_mark = paragraph, bool(own)
        marks, body = paragraph[:length].strip(), paragraph[length:].strip()
        if held and (place.part != before.part or (own and _depth(own[0]) <= _depth(held.own[-1]))):
            _add(text, held.unit(), "")
            held = None
        if held:
            own, marks = (*held.own, *own), f"{held.marks} {marks}".strip()
        held = _Held(place, own, marks, held.page if held else page) if own and not body else None
        if held is None:
            _add(text, Unit(place, own, marks, 0, 0, page), body)
    if held:
        _add(text, held.unit(), "")
    return text


@dataclass(frozen=True, slots=True)
class _Held:
    """Marks that stand on a line of their own, until the words come that they belong to."""

    place: Place
    own: tuple[Mark, ...]
    marks: str
    page: int

    def unit(self) -> Unit:
        """Return the unit of marks that no words followed."""
        return Unit(self.place, self.own, self.marks, 0, 0, self.page)


def _depth(mark: Mark) -> int:
    return _DEPTH[mark[0]]


def _add(text: Text, unit: Unit, body: str) -> None:
    """Put a unit and its words behind what is there."""
    number, start, last = len(text.units), len(text.words), 0
    for found in _WORD.finditer(body):
        word = found.group()
        text.words.append(word)
        text.keys.append(word.translate(_SAME))
        text.pages.append(unit.page)
        text.unit_of.append(number)
        text.glued.append(found.start() == last)
        last = found.end()
    text.units.append(Unit(unit.place, unit.own, unit.mark_text, start, len(text.words), unit.page))


def _may_follow(last: str, *, has_mark: bool) -> frozenset[str]:
    """Return the kinds of marks that may follow a paragraph; a line may have broken within it.

    A section may follow a table too, which no full stop ends.
    """
    if _GOES_ON.search(last):
        return frozenset()
    is_title = not has_mark and len(last) <= _LONGEST_TITLE
    return _KINDS if is_title or _ENDS.search(last) else _SECTIONS


def _marks(
    paragraph: str, before: Place, may_follow: Collection[str]
) -> tuple[Place, tuple[Mark, ...], int]:
    """Return the place of a paragraph, its own marks, and the length of their text."""
    part = _part(paragraph)
    if part:
        return Place(part), (), 0
    own: list[Mark] = []
    end = 0
    while found := _MARK.match(paragraph, end):
        kind = str(found.lastgroup).removeprefix("of_")
        if not own and kind not in may_follow:
            break
        mark = (kind, found[f"of_{kind}"] if kind != "dash" else "")
        if (own and _DEPTH[kind] <= _depth(own[-1])) or not _follows(mark, own, before):
            break  # "1. 2. kwartał" is one mark and a word
        own.append(mark)
        end = found.end()
        while end < len(paragraph) and paragraph[end].isspace():
            end += 1
    if not own:
        return before, (), 0
    outer = [mark for mark in before.marks if _depth(mark) < _depth(own[0])]
    return Place(before.part, (*outer, *own)), tuple(own), end


def _follows(mark: Mark, own: Sequence[Mark], before: Place) -> bool:
    """Tell whether a passage or a point may bear its number after those before it."""
    kind, number = mark
    if kind not in {"passage", "point"}:
        return True
    last = next((n for k, n in before.marks if k == kind), "") if not own else ""
    return int(number.rstrip(_LETTERS)) <= int(last.rstrip(_LETTERS) or 0) + _FURTHEST


def _part(paragraph: str) -> str:
    """Return what a heading begins: an annex, or the justification."""
    if len(paragraph) > _LONGEST_HEADING or _SENTENCE.search(paragraph):
        return ""
    if found := _ANNEX.match(paragraph):
        return f"Załącznik {found['number'] or ''}".strip()
    return JUSTIFICATION if _JUSTIFICATION.match(paragraph) else ""


def _paragraphs(pages: Sequence[str], known: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yield the paragraphs of all pages; one that goes on over a page's end is one."""
    held: tuple[str, int] | None = None
    for page, text in enumerate(_without_edges(pages, known), start=1):
        for place, paragraph in enumerate(paragraphs(text)):
            if held and place == 0 and not is_whole(held[0]) and not begins(paragraph):
                held = (f"{held[0]} {paragraph}", held[1])
                continue
            if held:
                yield held
            held = (paragraph, page)
    if held:
        yield held


def edges(pages: Sequence[str]) -> frozenset[str]:
    """Return the lines, their digits masked, that head or foot most of a text's pages."""
    split = map(_lines, pages)
    found = Counter(masked for lines in split for masked in {*map(_masked, _edge_lines(lines))})
    many = max(2, len(pages) * _OF_PAGES)
    return frozenset(line for line, times in found.items() if times >= many)


def _without_edges(pages: Sequence[str], known: Collection[str]) -> Iterator[str]:
    """Yield the pages without their numbers, and without lines that head or foot most of them."""
    repeated = edges(pages).union(known)
    for page in pages:
        yield "\n".join(_inner(_lines(page), repeated))


def _lines(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.strip()]


def _edge_lines(lines: list[str]) -> list[str]:
    return [*lines[:_EDGE], *lines[_EDGE:][-_EDGE:]]


def _inner(lines: list[str], repeated: Collection[str]) -> list[str]:
    """Return a page's lines without those at its edges that are not its own."""

    def is_foreign(line: str) -> bool:
        return _masked(line) in repeated or _PAGE_NUMBER.fullmatch(line.strip()) is not None

    first, last = 0, len(lines)
    while first < min(_EDGE, last) and is_foreign(lines[first]):
        first += 1
    while last > max(first, len(lines) - _EDGE) and is_foreign(lines[last - 1]):
        last -= 1
    return lines[first:last]


def _masked(line: str) -> str:
    return _DIGITS.sub("#", " ".join(line.split()))
