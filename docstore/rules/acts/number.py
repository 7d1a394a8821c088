"""Numbers of resolutions: there is no national form, so the literal is kept beside a key."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from docstore.rules.file_name import last_part
from docstore.rules.plain import fold, plain
from docstore.rules.roman import from_roman, to_roman

_SIGN = r"[/\\._–-]"
_SEPARATOR = rf"\s{{0,2}}{_SIGN}\s{{0,2}}"
_PART = r"(?:\d{1,5}|[IVXLC]{1,9})"
_NUMBER = re.compile(rf"{_PART}(?:{_SEPARATOR}{_PART}){{1,3}}")
# A number in running text: bounded, so that case signs and references are not cut out of it.
_IN_TEXT = re.compile(
    rf"(?:(?<![\w/\\])(?<!\w[.–-])|(?<=[Nn][Rr])){_PART}(?:{_SEPARATOR}{_PART}){{2,3}}(?!\w|[/\\.–-]\w)"
)
_PREFIX = re.compile(r"(?:uchwa[łl][aąęy]\b\s*)?(?:(?:nr|numer)\.?\s*)?", re.IGNORECASE)
_SPACED = re.compile(rf"\s*({_SIGN})\s*")
_PART_ALONE = re.compile(_PART)
_ALNUM = re.compile(r"[^\W_]+")
_SPLIT = re.compile(_SEPARATOR)
_DATE_LIKE = re.compile(r"\d{1,2}\s{0,2}([.–-])\s{0,2}[IVX]+\s{0,2}\1\s{0,2}\d{2,4}")
_AFTER_NR = re.compile(r"\b(?:nr|numer)\b\.?\s*$", re.IGNORECASE)

# Gminas were restored in 1990; no term has had 300 sessions.
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
_MOST_SESSIONS = 300
_NR_WITHIN = 12
_CENTURY = 100


@dataclass(frozen=True, slots=True)
class ActNumber:
    """A resolution's number: as typed, and what it means."""

    literal: str
    session: int | None
    number: int
    year: int

    @property
    def key(self) -> str:
        """Return the one spelling that every spelling of this number shares: `XLV/312/2018`."""
        session = f"{to_roman(self.session)}/" if self.session else ""
        return f"{session}{self.number}/{self.year}"

    @property
    def sort_key(self) -> tuple[int, int]:
        """Return what orders acts as they were adopted: year, then running number."""
        return (self.year, self.number)


class FoundActNumber(NamedTuple):
    """A number met in running text and its place there."""

    number: ActNumber
    start: int
    end: int


def parse_act_number(text: str) -> ActNumber | None:
    r"""Return the number a person typed, with or without `Nr`; None when it is none.

    Takes `XLV/312/2018`, `LI/313/18`, `249.XXVI.2012`, `21/V/2019`, `XXX\12\2015`, `312/2018`,
    and with the term's number `LIV/987/VIII/2021` and `VI/21/14/2020`.
    """
    typed = plain(text).strip()
    prefix = _PREFIX.match(typed)
    literal = (typed[prefix.end() :] if prefix else typed).rstrip(" .,;")
    if _NUMBER.fullmatch(literal.upper()) is None:
        return None
    return _read(literal)


def find_act_numbers(text: str) -> tuple[FoundActNumber, ...]:
    """Return every number with a Roman part in running text, in order, with its place."""
    return tuple(_found(text))


def file_act_number(file_name: str) -> ActNumber | None:
    """Return the number in a file's name (`Uchwala_XLV_312_2018.pdf`, `XLV-312-2018 podatki.pdf`).

    File names hold no slash, so the literal is put together with slashes.
    """
    parts = _ALNUM.findall(last_part(file_name))
    for length in (4, 3):
        for start in range(len(parts) - length + 1):
            window = parts[start : start + length]
            number = _read("/".join(window).upper()) if _is_number(window) else None
            if number is not None and number.session is not None:
                named = any(fold(part).startswith(("uchwa", "nr")) for part in parts[:start])
                if named or not _DATE_LIKE.fullmatch(".".join(window).upper()):
                    return number
    return None


def _is_number(parts: list[str]) -> bool:
    """Tell whether parts of a file name are figures and numerals; a lone `i` is a word."""
    return all(_PART_ALONE.fullmatch(part.upper()) and part != "i" for part in parts)


def _found(text: str) -> Iterator[FoundActNumber]:
    for match in _IN_TEXT.finditer(text):
        literal = _SPACED.sub(r"\1", match[0])
        before = text[max(match.start() - _NR_WITHIN, 0) : match.start()]
        if _DATE_LIKE.fullmatch(literal) and not _AFTER_NR.search(before):
            continue  # 26.XI.2012 is a day unless somebody wrote "nr" before it
        number = _read(literal)
        if number is not None and number.session is not None:
            yield FoundActNumber(number, match.start(), match.end())


def _read(literal: str) -> ActNumber | None:
    parts = _SPLIT.split(literal.upper())
    year = _year(parts[-1])
    meaning = _meaning(parts[:-1])
    if year is None or meaning is None:
        return None
    session, number = meaning
    if number < 1 or (session is not None and not 1 <= session <= _MOST_SESSIONS):
        return None
    return ActNumber(literal=literal, session=session, number=number, year=year)


def _meaning(parts: list[str]) -> tuple[int | None, int] | None:
    """Return session and running number from what stands before the year."""
    romans = [from_roman(part) for part in parts]
    match "".join("n" if part.isdigit() else "r" for part in parts):
        case "n":
            return None, int(parts[0])
        case "rn":
            return (romans[0], int(parts[1])) if romans[0] else None
        case "nr":
            return (romans[1], int(parts[0])) if romans[1] else None
        case "rnr":  # session, number, term: Poznań
            return (romans[0], int(parts[1])) if romans[0] and romans[2] else None
        case "rnn":  # term, session, number: the Silesian sejmik
            return (int(parts[1]), int(parts[2])) if romans[0] else None
        case _:
            return None


def _year(part: str) -> int | None:
    if not part.isdigit() or len(part) not in {2, 4}:
        return None
    year = int(part)
    if len(part) == 2:  # noqa: PLR2004 - two digits of a year
        year += 1900 if year >= _FIRST_YEAR % _CENTURY else 2000
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else None
