"""Days as Polish documents and file names write them."""

import re
from datetime import date
from typing import NamedTuple

from docstore.rules.plain import fold

_MONTHS = (
    "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca",
    "lipca", "sierpnia", "wrzesnia", "pazdziernika", "listopada", "grudnia",
)  # fmt: skip
_YEAR = r"(?:1\s?9\s?9|2\s?0\s?\d)\s?\d"  # OCR sets figures apart: 2 0 2 0
_IN_WORDS = re.compile(
    rf"(?<!\d)(?P<d>\d\s?\d?)\s*(?P<m>{'|'.join(_MONTHS)})\s*(?P<y>{_YEAR})(?!\d)"
)
_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})([._/-])\s?(?P<m>\d{1,2})\2\s?(?P<y>(?:19|20)\d\d)(?!\d)"
)
_YEAR_FIRST = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)([._/-]?)(?P<m>\d\d)\2(?P<d>\d\d)(?!\d)")


class FoundDate(NamedTuple):
    """A day met in a text and its place there."""

    value: date
    start: int
    end: int


def find_date(text: str) -> FoundDate | None:
    """Return the first day in a text, with its place: `26 listopada 2020`, `26.11.2020`."""
    folded = fold(text)
    found: list[FoundDate] = []
    for pattern in (_IN_WORDS, _DAY_FIRST, _YEAR_FIRST):
        for match in pattern.finditer(folded):
            if (day := _day(match)) is not None:
                found.append(FoundDate(day, match.start(), match.end()))
                break
    return min(found, key=lambda one: one.start) if found else None


def _day(match: re.Match[str]) -> date | None:
    month = match["m"]
    number = int(month) if month.isdigit() else _MONTHS.index(month) + 1
    try:
        return date(int("".join(match["y"].split())), number, int("".join(match["d"].split())))
    except ValueError:
        return None  # 30 February, or figures that only look like a day
