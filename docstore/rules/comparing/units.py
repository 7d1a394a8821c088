"""A text as the units of Polish legal drafting: §, ust., pkt, lit., and the words of each.

The units and their marks: §§ 54 to 63 and 124 of "Zasady techniki prawodawczej" (Dz.U. 2016 poz.
283), which councils' acts follow by its § 143.
"""

from __future__ import annotations

import re
import string
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from docstore.rules.comparing.pages import Paragraph, paragraphs_of

# An amount is one word with its spaces: "1 250 000,00".
_WORD = re.compile(
    r"\d{1,3}(?:[ \u00a0]\d{3})+(?:,\d+)?(?!\w)%?"
    r"|\w+(?:[.,/:\-–'’]\w+)*%?|[^\w\s]"
)
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
_MOST_OPEN = 3  # quotes; more were never closed
_LETTERS = string.ascii_lowercase
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
        "\N{NO-BREAK SPACE}": " ",
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
    last, has_mark, quoted = "", False, 0
    for paragraph in paragraphs_of(pages, edges):
        before = place
        may_follow = _may_follow(last, has_mark=has_mark)
        place, own, end = (
            _marks(paragraph.text, before, may_follow) if quoted < 1 else (place, (), 0)
        )
        # What another act shall say is no unit of this one: its marks are words.
        quoted += paragraph.text.count("„") - paragraph.text.count("”")
        quoted = max(quoted, 0) if abs(quoted) < _MOST_OPEN else 0
        last, has_mark = paragraph.text, bool(own)
        marks, page = paragraph.text[:end].strip(), paragraph.page_at(0)
        if held and (place.part != before.part or (own and _depth(own[0]) <= _depth(held.own[-1]))):
            held.put(text)
            held = None
        if held:
            own, marks, page = (*held.own, *own), f"{held.marks} {marks}".strip(), held.page
        held = _Held(place, own, marks, page) if own and not paragraph.text[end:].strip() else None
        if held is None:
            _add(text, Unit(place, own, marks, 0, 0, page), paragraph, end)
    if held:
        held.put(text)
    return text


@dataclass(frozen=True, slots=True)
class _Held:
    """Marks that stand on a line of their own, until the words come that they belong to."""

    place: Place
    own: tuple[Mark, ...]
    marks: str
    page: int

    def put(self, text: Text) -> None:
        """Write down marks that no words followed: they are all that there is to compare."""
        unit = Unit(self.place, (), "", 0, 0, self.page)
        _add(text, unit, Paragraph(self.marks, [(0, self.page)]))


def _depth(mark: Mark) -> int:
    return _DEPTH[mark[0]]


def _add(text: Text, unit: Unit, paragraph: Paragraph, begins_at: int = 0) -> None:
    """Put a unit and its words behind what is there."""
    number, start, last = len(text.units), len(text.words), begins_at
    for found in _WORD.finditer(paragraph.text, begins_at):
        word = found.group()
        text.words.append(word)
        text.keys.append(key_of(word))
        text.pages.append(paragraph.page_at(found.start()))
        text.unit_of.append(number)
        text.glued.append(found.start() == last)
        last = found.end()
    text.units.append(Unit(unit.place, unit.own, unit.mark_text, start, len(text.words), unit.page))


def key_of(word: str) -> str:
    """Return a word as it is compared."""
    return word.translate(_SAME)


def keys_of(drawn: Sequence[str]) -> list[tuple[str, range]]:
    """Return words drawn on a page as they are compared, each with its places among those drawn.

    An amount is drawn as several: "1", "250", "000,00".
    """
    starts = [*accumulate((len(word) + 1 for word in drawn), initial=0)]
    return [
        (
            key_of(found.group()),
            range(bisect_right(starts, found.start()) - 1, bisect_left(starts, found.end())),
        )
        for found in _WORD.finditer(" ".join(drawn))
    ]


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
    if _SENTENCE.search(paragraph[:_LONGEST_HEADING]):
        return ""
    if found := _ANNEX.match(paragraph):
        return f"Załącznik {found['number'] or ''}".strip()
    is_short = len(paragraph) <= _LONGEST_HEADING
    return JUSTIFICATION if is_short and _JUSTIFICATION.match(paragraph) else ""
