"""Numbers of acts as units: `XLV/312/2018`, `249.XXVI.2012`, `21/V/2019`, `LI/313/18`.

No national form exists; councils write a Roman session and an Arabic running number in either
order, joined by a stroke, a dot or a backslash, with a year of two or four digits or without one.
"""

import re

# Spelled out, since ignoring case would let in the dotless i and its kind.
_ROMAN = "[IVXLCDMivxlcdm]{1,9}"
_ARABIC = "[0-9]{1,4}"
# Blanks around strokes come from line breaks in PDFs; around a dot they would join two sentences.
_JOINT = r"(?:\s?[/\\]\s?|\.)"
_YEAR = rf"(?:{_JOINT}(?P<year>[0-9]{{4}}|[0-9]{{2}}))?"
ACT_NUMBER = re.compile(
    rf"(?<![^\W_])(?:{_ROMAN}{_JOINT}{_ARABIC}|{_ARABIC}{_JOINT}{_ROMAN}){_YEAR}(?![^\W_])"
)
_PART = re.compile(r"[^\W_]+")
_SHORT = re.compile(r"([0-9]{1,4})/([0-9]{2})")
_DIGITS = re.compile(r"\d+")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
# Councils of today's kind exist since 1990, so a year of two digits below that is of this century.
_FIRST_YEAR = 90


def _full_year(digits: str) -> str:
    """Return a year of two digits with its century."""
    if len(digits) != 2:  # noqa: PLR2004 - two digits are a year without its century
        return digits
    return f"19{digits}" if int(digits) >= _FIRST_YEAR else f"20{digits}"


def keys(match: re.Match[str]) -> tuple[str, ...]:
    """Return the keys an act's number is found by: whole, and without its year.

    The session comes first in both, so that each order finds what was written in the other.
    """
    first, second, *year = (part.lower() for part in _PART.findall(match.group()))
    number = "/".join(sorted((first, second), key=str.isdigit))
    if match["year"] is None:
        return (number,)
    return (f"{number}/{_full_year(year[0])}", number)


def key(text: str) -> str | None:
    """Return the key of a text that is the number of an act and nothing else."""
    match = ACT_NUMBER.fullmatch(text.strip())
    return keys(match)[0] if match else None


def with_century(text: str) -> tuple[str, str] | None:
    """Return `312/18`, as people shorten the number of an act, in its words with the whole year.

    It may be a plot of land as well: whoever asks should look for both.
    """
    match = _SHORT.fullmatch(text.strip())
    return (match[1], _full_year(match[2])) if match else None


def _roman(text: str) -> int:
    """Return the value of a Roman number, however carelessly written."""
    values = [_ROMAN_VALUES[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-a if a < b else a for a, b in zip(values, following, strict=True))


def sort_key(number: str) -> str:
    """Return text by which numbers sort as an office files them: year, session, running number.

    What is not the number of an act follows, its digits by value; nothing at all comes last.
    """
    if not number.strip():
        return "2"
    match = ACT_NUMBER.search(number)
    if match is None:
        return "1" + _DIGITS.sub(lambda digits: digits.group().zfill(8), number.lower())
    parts = _PART.findall(keys(match)[0])
    year = parts.pop() if match["year"] else "0000"
    session = next((_roman(part) for part in parts if part.isalpha()), 0)
    running = next((int(part) for part in parts if part.isdigit()), 0)
    return f"0{year}{session:06}{running:06}"
