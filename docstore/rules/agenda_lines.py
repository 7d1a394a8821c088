"""The lines of a pasted agenda, without headings, page furniture and what follows the last item."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docstore.rules.plain import fold, plain

_TAB = 8  # columns of a tab in an indent
_FURNITURE = re.compile(
    r"(?:strona|str\.?|page|s\.)\s*\d{1,3}(?:\s*(?:z|/|of)\s*\d{1,3})?"
    r"|\d{1,3}\s*/\s*\d{1,3}|[-–—]\s*\d{1,3}\s*[-–—]|\d{1,3}\s*\|\s*s\s*t\s*r\s*o\s*n\s*a"
    r"|s\s*t\s*r\s*o\s*n\s*a\s*\|\s*\d{1,3}"
    r"|id:\s*[0-9a-f]{8}(?:-[0-9a-f]{4,12}){3,}.*"  # printed below each page by EAP Legislator
)
_PAGE_NUMBER = re.compile(r"\d{1,3}")
_HEADING = re.compile(
    r"(?:[ivxlc]+[.)]?\s+)?(?:proponowany|projektowany|ostateczny|zmieniony|szczegolowy|projekt)?\s*"
    r"(?:p\s?o\s?r\s?z\s?a\s?d\s?(?:e\s?k|k\s?u)\s*(?:obrad|dzienn\w+|sesji|posiedzenia|spotkania)?"
    r"|tematyka(?: posiedzenia| sesji| obrad)?|program(?: sesji| posiedzenia| obrad))\b"
    r"[^:.]{0,160}?(?::|$)"
)
# Words after which a line cannot be over: a number that begins the next line belongs to them.
_EXPECTS_MORE = re.compile(
    r"(?:\b(?:nr|numer|art|ust|poz|pkt|par|ul|al|pl|os|im|sw|dz|obr|godz|tel|rozdz|lit|str|tzw"
    r"|dnia|dniu|dniach|w|z|ze|o|na|do|od|po|przy|przez|pod|nad|dla|ponad|lata|latach)\.?|[§(/–—-])$"
)
_SIGNED = re.compile(r"[(/]\s*[-–—]\s*[)/]|podpis(?:al\w*)?\s*[:.…]|podpisano")
_CHAIR = re.compile(r"(?:wice)?przewodnicza?c[ay]\b|w imieniu przewodnicz")
_CLOSING = re.compile(
    r"z powazaniem|z wyrazami|podstawa prawna|klauzula|otrzymuja\b|do wiadomosci\b|rozdzielnik"
    r"|[a-z]+(?: [a-z]+)?,\s*(?:dnia|dn\.)\s*\d{1,2}[ .]"
)
_AFTERWORD = re.compile(
    r"zapraszam|prosze o\b|prosimy o\b|jednoczesnie|niniejsze|uwaga\b|informacja:|informuje"
    r"|zgodnie z|sesja (?:bedzie|jest|odbedzie)|posiedzenie (?:bedzie|jest|odbedzie)"
    r"|obrady (?:beda|sa)|materialy|na podstawie|link do|transmisja (?:obrad|sesji)|pracodawca"
    r"|w zalaczeniu"
)
_NAME = re.compile(r"[(/]?(?:[^\W\d_][\w.'-]*\s+){1,3}[^\W\d_][\w'-]+[)/]?")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, how far it is set in, and whether it stands after an empty one."""

    text: str
    indent: int
    after_blank: bool


def agenda_lines(text: str) -> tuple[Line, ...]:
    """Return the lines of an agenda from below its heading, page furniture left out."""
    lines = [line for line in _lines(plain(text)) if line.text]
    for place, line in enumerate(lines):
        heading = _HEADING.match(fold(line.text))
        if heading is not None:
            rest = line.text[heading.end() :].strip()
            kept = [Line(rest, line.indent, after_blank=False)] if rest else []
            return tuple(kept + lines[place + 1 :])
    return tuple(lines)


def expects_more(text: str) -> bool:
    """Tell whether a text breaks off in the middle of a phrase (`... z dnia`, `... art.`)."""
    return _EXPECTS_MORE.search(fold(text[-20:])) is not None


def is_heading(line: Line) -> bool:
    """Tell whether an unmarked line in the middle heads what follows: all in capitals."""
    letters = [char for char in line.text if char.isalpha()]
    return line.after_blank and len(letters) > 3 and all(map(str.isupper, letters))  # noqa: PLR2004 - an abbreviation is no heading


def without_signature(lines: Sequence[Line]) -> Sequence[Line]:
    """Return lines up to the signature, the date line or the list of who gets a copy."""
    for place in range(1, len(lines)):
        if _is_signature(lines, place):
            return lines[:place]
    return lines


def without_afterword(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines of the last item without the notes and the signature below it."""
    for place in range(1, len(lines)):
        if _is_signature(lines, place) or _is_note(lines, place):
            return lines[:place]
    return lines


def _is_signature(lines: Sequence[Line], place: int) -> bool:
    line = lines[place]
    folded = fold(line.text)
    if _SIGNED.match(folded):
        return True
    if not line.text[0].isupper():
        return False
    if _CLOSING.match(folded):
        return True
    named_below = place + 1 < len(lines) and _NAME.fullmatch(lines[-1].text) is not None
    return _CHAIR.match(folded) is not None and (_stands_apart(lines, place) or named_below)


def _is_note(lines: Sequence[Line], place: int) -> bool:
    line = lines[place]
    if not line.text[0].isupper() or not _stands_apart(lines, place):
        return False
    return _AFTERWORD.match(fold(line.text)) is not None or (
        line.after_blank and lines[place - 1].text.endswith(".")
    )


def _stands_apart(lines: Sequence[Line], place: int) -> bool:
    line, before = lines[place], lines[place - 1].text
    return line.after_blank or before.endswith((".", ";", "!")) or line.indent >= _TAB


def _lines(text: str) -> Iterator[Line]:
    after_blank = False
    for page in text.split("\f"):
        rows = page.split("\n")
        filled = [place for place, row in enumerate(rows) if row.strip()]
        edges = {filled[0], filled[-1]} if filled and "\f" in text else set()
        for place, row in enumerate(rows):
            stripped = row.strip()
            if not stripped:
                after_blank = True
                continue
            numbered_page = place in edges and _PAGE_NUMBER.fullmatch(stripped) is not None
            if not numbered_page and not _FURNITURE.fullmatch(fold(stripped)):
                yield Line(stripped, _indent(row), after_blank)
                after_blank = False


def _indent(row: str) -> int:
    white = row[: len(row) - len(row.lstrip())]
    return sum(_TAB if char == "\t" else 1 for char in white)
