"""Paragraphs from the lines of a page, so that an act reads as text and not as a broken column."""

import re
from collections.abc import Iterator

# What begins a new paragraph in Polish acts: units of drafting law, lists, headings in capitals.
_BEGINS = re.compile(
    r"§|Art\.|Rozdział\b|Dział\b|Załącznik\b|Uzasadnienie\b|Na podstawie\b|z dnia\b|w sprawie\b"
    r"|\(?\d{1,3}[.)](?:\s|$)|[a-ząćęłńóśźż]\)\s|[-–•]\s"
    r"|[A-ZĄĆĘŁŃÓŚŹŻ][A-ZĄĆĘŁŃÓŚŹŻ .,/\d-]{5,}$"
)
_HEADING = re.compile(
    r"[A-ZĄĆĘŁŃÓŚŹŻ][A-ZĄĆĘŁŃÓŚŹŻ .,/\d–-]{3,}|Uzasadnienie|Załącznik(?: [Nn]r \d{1,3}[a-z]?)?"
)
_ENDS = (".", ":", ";")
# A line this much shorter than the longest was not broken for want of room.
_SHORT = 0.7
# A line longer than a printed one is a whole paragraph by itself.
_PRINTED = 180


def paragraphs(page: str) -> list[str]:
    """Join the lines of a page that belong together; every word stays, in its order."""
    return [" ".join(lines) for lines in _gathered(page.splitlines())]


def begins(line: str) -> bool:
    """Tell whether a line begins a paragraph, whatever stood before it."""
    return _BEGINS.match(line) is not None


def is_whole(paragraph: str) -> bool:
    """Tell whether a paragraph at the end of a page does not go on over it."""
    return paragraph.endswith(_ENDS) or _HEADING.fullmatch(paragraph) is not None


def _gathered(lines: list[str]) -> Iterator[list[str]]:
    stripped = [" ".join(line.split()) for line in lines]
    room = min(max(map(len, stripped), default=0), _PRINTED)
    held: list[str] = []
    for line in stripped:
        if held and (not line or begins(line) or _is_over(held[-1], room)):
            yield held
            held = []
        if line:
            held.append(line)
    if held:
        yield held


def _is_over(line: str, room: int) -> bool:
    """Tell whether a line ends its paragraph."""
    return (
        len(line) >= _PRINTED
        or (line.endswith(_ENDS) and len(line) < room * _SHORT)
        or _HEADING.fullmatch(line) is not None
    )
