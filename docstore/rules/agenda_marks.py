"""The marks that begin an item of an agenda: `1.`, `2)`, `a)`, `5a`, `Ad 1`, `IV.`, a bullet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docstore.rules.roman import from_roman

BULLETS = "-–—•·▪■●○◦►➢✓*\uf02d\uf0a7\uf0b7\uf0d8\uf0fc"
_MONTHS = (
    "stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|"
    "listopada|grudnia"
)
# What may follow a mark: white space, the end of the line, or (glued to it) a letter or a quote.
_AFTER = r"(?=\s|$|[^\W\d_]|[„\"”'(\[])"
_NUMBER = r"(?P<number>[1-9]\d{0,2}(?:\.[1-9]\d?){0,3})(?P<suffix>[a-z]{1,2}|[A-Z])?"
_NUMBERED = re.compile(rf"{_NUMBER}\s?(?P<style>\.\)|[.)/]){_AFTER}")
_CAPITAL = '„"A-ZĄĆĘŁŃÓŚŹŻ'
_CALLED = re.compile(
    rf"(?:(?i:ad)\b\.?\s*(?:(?i:pkt|punkt)\b\.?\s*)?{_NUMBER}(?:\s?[.):]|\s+[-–—](?=\s))?{_AFTER}"
    rf"|(?i:pkt|punkt)\b\.?\s*{_NUMBER.replace('number', 'point').replace('suffix', 'letter')}"
    rf"(?:\s?[.):]{_AFTER}|\s+[-–—](?=\s)|\s*$|(?=\s+[({_CAPITAL}])))"
)
_BARE = re.compile(
    rf"{_NUMBER}(?:(?P<tab>\t|\s*$)|\s+(?:[-–—]\s+)?(?=[{_CAPITAL}])|(?=[{_CAPITAL}][a-ząćęłńóśźż]))"
)
_ROMAN = re.compile(
    rf"(?P<roman>[IVXLC]{{1,7}}|[ivx]{{1,5}})(?P<style>[.)]|\s+[-–—](?=\s)){_AFTER}"
)
_LETTER = re.compile(rf"(?P<letter>[a-z]{{1,2}}|[A-Z])\s?(?P<style>[.)/]){_AFTER}")
_BULLET = re.compile(
    rf"(?P<bullet>[{re.escape(BULLETS)}])+\s*(?=\S)|(?P<round>[o§])\t\s*(?=[^\d\s])"
)
_MONTH_NEXT = re.compile(rf"\s*(?:{_MONTHS})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """One reading of the beginning of a line.

    `kind` tells lists apart (`1.` from `1)` from `a)`); `place` is where in its list the item
    stands; a mark that is not `firm` counts only where it continues a list exactly.
    """

    kind: str
    place: tuple[int, ...]
    suffix: str
    label: str
    rest: str
    firm: bool = True

    @property
    def is_first(self) -> bool:
        """Tell whether a list may begin with this mark."""
        return self.place[-1] == 1 and not self.suffix

    def is_like(self, other: "Mark") -> bool:
        """Tell whether both are plain numbers, whatever stands behind them: `2.` then `3)`."""
        return self.kind[0] == other.kind[0] == "1"

    def follows(self, last: "Mark") -> bool:
        """Tell whether this mark is the very next one after `last` in the same list."""
        if len(self.place) != len(last.place) or self.place[:-1] != last.place[:-1]:
            return False
        step = self.place[-1] - last.place[-1]
        if step == 0:
            return self.suffix.lower() > last.suffix.lower() or self.kind.startswith("bullet")
        return step == 1 and self.suffix.lower() in {"", "a"}


def read_marks(line: str) -> tuple[Mark, ...]:
    """Return the readings of a line's beginning, the likeliest first; none for plain text."""
    return tuple(_readings(line))


def _readings(line: str) -> Iterator[Mark]:
    if match := _CALLED.match(line):
        number, suffix = match["number"] or match["point"], match["suffix"] or match["letter"]
        yield _numbered(match, number, suffix)
    elif match := _NUMBERED.match(line):
        if not _MONTH_NEXT.match(line, match.end()):
            yield _numbered(match, match["number"], match["suffix"], style=match["style"][-1])
    elif match := _BARE.match(line):
        if not _MONTH_NEXT.match(line, match.end()):
            firm = match["tab"] == "\t"
            yield _numbered(match, match["number"], match["suffix"], firm=firm)
    elif match := _BULLET.match(line):
        yield Mark(
            kind="bullet" + (match["bullet"] or match["round"]),
            place=(1,),
            suffix="",
            label="",
            rest=line[match.end() :],
        )
    else:
        yield from _lettered(line)


def _numbered(
    match: re.Match[str], number: str, suffix: str | None, *, style: str = ".", firm: bool = True
) -> Mark:
    return Mark(
        kind=f"1{style}",
        place=tuple(int(part) for part in number.split(".")),
        suffix=suffix or "",
        label=number + (suffix or ""),
        rest=match.string[match.end() :],
        firm=firm,
    )


def _lettered(line: str) -> Iterator[Mark]:
    """Yield a Roman numeral and a letter: `I.` and `C.` may be either, the list decides."""
    if match := _ROMAN.match(line):
        value = from_roman(match["roman"])
        if value is not None:
            case = "I" if match["roman"].isupper() else "i"
            style = match["style"].strip()
            kind = f"{case}{'.' if style not in '.)' else style}"
            yield Mark(kind, (value,), "", match["roman"], line[match.end() :])
    if match := _LETTER.match(line):
        letters = match["letter"]
        case = "A" if letters.isupper() else "a"
        place = _letters_value(letters.lower())
        kind = case + match["style"]
        yield Mark(kind, (place,), "", letters, line[match.end() :])


def _letters_value(letters: str) -> int:
    """Return 1 for a, 26 for z, 27 for aa."""
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - ord("a") + 1
    return value
