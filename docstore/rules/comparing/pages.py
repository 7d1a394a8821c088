"""The paragraphs of a text's pages, without what only numbers or heads its pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from docstore.rules.paragraphs import begins, is_whole, paragraphs

# "Strona 3", "3 z 12", "- 3 -": a page's number with something that says so.
_SAYS_PAGE = re.compile(
    r"(?:(?:strona|str\.|s\.)\s*\d{1,4}(?:\s*(?:/|z|of)\s*\d{1,4})?|\d{1,4}\s*(?:/|z)\s*\d{1,4}"
    r"|[-–]\s*\d{1,4}\s*[-–])",
    re.IGNORECASE,
)
# "1.Tekst", "§ 2.Uchwała": a mark that no space parts from its words.
_STUCK = re.compile(r"((?:§\s*)?\d{1,3}[a-z]?[.)])(?=[^\W\d])")
_DIGITS = re.compile(r"\d+")
# A line that stands at an edge of so many pages, of both versions together, heads or foots them.
# What only one version has is never at so many, so that a changed head is shown.
_OF_PAGES, _LEAST_PAGES = 0.6, 3
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


def edges(*texts: Sequence[str]) -> frozenset[str]:
    """Return the lines that head or foot most pages of some versions, their page numbers masked."""
    pages = [(number, _lines(page)) for text in texts for number, page in enumerate(text, start=1)]
    found = Counter(
        masked
        for number, lines in pages
        for masked in {_masked(line, number) for line in _edge_lines(lines)}
    )
    many = max(_LEAST_PAGES, len(pages) * _OF_PAGES)
    return frozenset(line for line, times in found.items() if times >= many)


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
        is_number = bare == str(number) or _SAYS_PAGE.fullmatch(bare) is not None
        return is_number or _masked(line, number) in known

    first, last = 0, len(lines)
    while first < min(_EDGE, last) and is_foreign(lines[first]):
        first += 1
    while last > max(first, len(lines) - _EDGE) and is_foreign(lines[last - 1]):
        last -= 1
    return lines[first:last]


def _masked(line: str, number: int) -> str:
    """Return a line with the number of its page as a mark; every other number is what it says."""
    plain = " ".join(line.split())
    return _DIGITS.sub(lambda found: "#" if found.group() == str(number) else found.group(), plain)
