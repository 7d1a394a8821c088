"""The paragraphs of a text's pages, without what only numbers or heads its pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from docstore.rules.paragraphs import begins, is_whole, paragraphs

_PAGE_NUMBER = re.compile(
    r"[-–\s]*(?:(?:strona|str\.|s\.)\s*)?\d{1,4}(?:\s*(?:/|z|of)\s*\d{1,4})?[-–\s]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
# A line that stands at the same edge of so many pages belongs to none of them.
_OF_PAGES = 0.6
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
        for place, paragraph in enumerate(paragraphs(text)):
            if held and place == 0 and not is_whole(held.text) and not begins(paragraph):
                held.pages.append((len(held.text) + 1, page))
                held.text = f"{held.text} {paragraph}"
                continue
            if held:
                yield held
            held = Paragraph(paragraph, [(0, page)])
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
