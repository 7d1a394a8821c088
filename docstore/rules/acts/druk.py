"""Numbers of drafts (druk): what a resolution is called before it is adopted."""

import re
from dataclasses import dataclass

from docstore.rules.plain import one_line

_SIGN = r"[A-ZĄĆĘŁŃÓŚŹŻ]{1,6}"
_NUMBER = r"[0-9]{1,5}[a-zA-Z]?(?:\s?[/.-]\s?[0-9A-Z]{1,6}){0,3}"
_DRUK = re.compile(
    rf"\b(?P<word>druk[iu]?)\b(?:\s+(?P<organ>(?!n(?:r|umer)\b)(?-i:{_SIGN})))?\s*(?:n(?:r|umer)\b\.?|№)?\s*"
    rf"(?P<number>(?:(?-i:{_SIGN})\s?[/ .-]\s?)?{_NUMBER}(?![\w]))",
    re.IGNORECASE,
)
# Offices that print only their sign, in brackets at the end: (DS-85/24).
_BARE = re.compile(
    rf"\((?P<number>{_SIGN}\s?-\s?[0-9]{{1,5}}/(?:[0-9]{{4}}|[0-9]{{2}}))(?=\)|,|\s+(?:wraz\s+)?z\s)"
)
_AROUND_SEPARATOR = re.compile(r"\s*([/.-])\s*")
_ALONE_BEFORE = re.compile(r"\s*[\[(]\s*$|\s+[-–—,]\s*$|,\s*$")
_ALONE_AFTER = re.compile(r"\s*[\])]\s*[.;,]?\s*$|\s*[.;,]?\s*$")

# A druk after one of these is part of the sentence.
_LEADS_IN = re.compile(
    r"(?:\b(?:i|oraz|lub|to|jako|w|z|na|o|do|za|patrz|zob\.?)|[(\[])\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Druk:
    """A draft's number and its place in the text; `named` when a plain `druk` is before it."""

    number: str
    named: bool
    start: int
    end: int


def find_druk(text: str) -> Druk | None:
    """Return the first draft number in a text: `druk nr 12`, `(druk 312)`, `DRUK Nr B/37`."""
    match = _DRUK.search(text) or _BARE.search(text)
    if match is None:
        return None
    organ = match.groupdict().get("organ")
    number = _AROUND_SEPARATOR.sub(r"\1", one_line(match["number"]))
    bracket = 1 if match.re is _BARE else 0
    return Druk(
        number=f"{organ} {number}" if organ else number,
        named=bracket == 0 and match["word"].lower() == "druk",
        start=match.start() + bracket,
        end=match.end(),
    )


def tells_druk(title: str, number: str) -> bool:
    """Tell whether a title says the draft's number already, so that nobody need read it twice."""
    found = find_druk(title)
    return found is not None and found.number == number


def split_druk(title: str) -> tuple[str, str | None]:
    """Return a title without the draft's number at its end, and that number.

    The number stays in the title too where its brackets say more (`wraz z autopoprawką`) or
    words follow it: no word of a title is lost.
    """
    druk = find_druk(title)
    if druk is None:
        return title, None
    before = _ALONE_BEFORE.search(title, 0, druk.start)
    after = _ALONE_AFTER.match(title, druk.end)
    start = before.start() if before else druk.start
    plainly = druk.named and not _LEADS_IN.search(title, 0, start)
    if after is None or (before is None and not plainly) or not title[:start].strip():
        return title, druk.number
    return title[:start].rstrip(), druk.number
