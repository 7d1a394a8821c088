"""The paragraphs of a text's pages, without what only numbers or heads its pages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from docstore.rules.paragraphs import begins, is_whole, paragraphs

# A page's number that says it is one: "Strona 3", "str. 3 z 12".
_SAYS_PAGE = re.compile(
    r"(?:strona|str\.|s\.)\s*\d{1,4}(?:\s*(?:/|z|of)\s*\d{1,4})?", re.IGNORECASE
)
# One that says so only where it is this page's: "3", "- 3 -", "3 z 12", "3/12".
_BARE = re.compile(r"(?P<dash>[-–]\s*)?(?P<page>\d{1,4})(?(dash)\s*[-–]|(?:\s*(?:/|z)\s*\d{1,4})?)")
_SAID = re.compile(r"(\b(?:strona|str\.|s\.)\s*)\d{1,4}", re.IGNORECASE)
# "1.Tekst", "§ 2.Uchwała": a mark that no space parts from its words.
_STUCK = re.compile(r"((?:§\s*)?\d{1,3}[a-z]?[.)])(?=[^\W\d])")
# How many pages both versions have at least, where a line of all of them heads or foots them.
_LEAST_PAGES = 3
_EDGE = 2


@dataclass(slots=True)
class Paragraph:
    """A paragraph, and where in its text the pages begin that it is on."""

    text: str
    pages: list[tuple[int, int]]

    def page_at(self, offset: int) -> int:
        """Return the page of a letter."""
        return next(page for start, page in reversed(self.pages) if start <= offset)


def paragraphs_of(pages: Sequence[str], known: Collection[str]) -> Iterator[Paragraph]:
    """Yield the paragraphs of all pages; one that goes on over a page's end is one."""
    held: Paragraph | None = None
    for page, text in enumerate(_without_edges(pages, known), start=1):
        apart = "\n".join(_STUCK.sub(r"\1 ", line, 1) if _STUCK.match(line) else line
                          for line in text.splitlines())  # fmt: skip
        for place, paragraph in enumerate(paragraphs(apart)):
            if held and place == 0 and not is_whole(held.text) and not begins(paragraph):
                held.pages.append((len(held.text) + 1, page))
                held.text = f"{held.text} {paragraph}"
                continue
            if held:
                yield held
            held = Paragraph(paragraph, [(0, page)])
    if held:
        yield held


def edges(old: Sequence[str], new: Sequence[str]) -> frozenset[str]:
    """Return the lines that head or foot the pages of two versions, their page numbers masked.

    On every page of both, or on every page but the first of both: a head that changed, or that one
    page has no more, is none, so that it is compared.
    """
    if len(old) + len(new) < _LEAST_PAGES:
        return frozenset()
    firsts, others = zip(*map(_edges_of, (old, new)), strict=True)
    everywhere = [first & rest for first, rest in zip(firsts, others, strict=True)]
    but_first = [rest - first for first, rest in zip(firsts, others, strict=True)]
    return frozenset((everywhere[0] & everywhere[1]) | (but_first[0] & but_first[1]))


def _edges_of(pages: Sequence[str]) -> tuple[set[str], set[str]]:
    """Return the lines at the edges of the first page, and those of all others."""
    each = [{*map(_masked, _edge_lines(_lines(page)))} for page in pages]
    first = each[0] if each else set()
    return first, set.intersection(*each[1:]) if each[1:] else first


def _without_edges(pages: Sequence[str], known: Collection[str]) -> Iterator[str]:
    """Yield the pages without their numbers, and without lines that are known to head or foot them.

    A page of nothing else stays as it is.
    """
    for number, page in enumerate(pages, start=1):
        lines = _lines(page)
        yield "\n".join(_inner(lines, number, known) or lines)


def _lines(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.strip()]


def _edge_lines(lines: list[str]) -> list[str]:
    return [*lines[:_EDGE], *lines[_EDGE:][-_EDGE:]]


def _inner(lines: list[str], number: int, known: Collection[str]) -> list[str]:
    """Return a page's lines without those at its edges that are not its own."""

    def is_foreign(line: str) -> bool:
        bare = line.strip()
        found = _BARE.fullmatch(bare)
        is_own = found is not None and int(found["page"]) == number
        return is_own or _SAYS_PAGE.fullmatch(bare) is not None or _masked(line) in known

    first, last = 0, len(lines)
    while first < min(_EDGE, last) and is_foreign(lines[first]):
        first += 1
    while last > max(first, len(lines) - _EDGE) and is_foreign(lines[last - 1]):
        last -= 1
    return lines[first:last]


def _masked(line: str) -> str:
    """Return a line without the number that says which page it is on."""
    return _SAID.sub(r"\1#", " ".join(line.split()))
