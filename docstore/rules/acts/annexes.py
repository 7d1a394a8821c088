"""Reads which annexes an act has: those it calls its own, and those that follow it."""

import re
from collections.abc import Iterator

from docstore.rules.acts.number import ActNumber, find_act_numbers
from docstore.rules.acts.reading import ActText, Passage

# On folded text.
_NUMBER = r"(?:\s+n(?:r|umer)\b\.?\s*(?P<number>\d{1,3}[a-z]?|[ivx]{1,5})\b)?"
# `załączniki nr 1 i 2`, `nr 2-4`.
_MORE = (
    r"(?:\s*(?P<by>[-–,]|\bi\b|\boraz\b)\s*(?:nr\s+)?(?P<more>\d{1,3}[a-z]?)\b)?(?!\s*[-–]\s*\d)"
)
_ANNEX = (
    r"zalacznik\w*\b(?:\s+(?:graficzn|tekstow|tabelaryczn)\w+)?"
    rf"{_NUMBER}{_MORE}(?!\s+n(?:r|umer)\b)"
)
# What follows the act: `Załącznik nr 1 do uchwały nr ...` at the beginning of a line.
_FOLLOWS = re.compile(
    rf"(?:^|\n)zalacznik{_NUMBER}\.?\s+do\s+(?:niniejszej\s+)?(?:projektu\s+)?uchwal\w*"
)
# What an act calls its own without a doubt.
_CERTAINLY_OWN = re.compile(rf"\b{_ANNEX}\s+do\s+niniejszej\s+uchwaly")
# What is its own where it changes no other: `do uchwały` without a number, or nothing of the kind.
_LEAD = (
    r"(?:\b(?:stanowi\w*|zgodnie\s+z|wedlug|okresl\w+(?:\s+w)?"
    r"|(?:zawart|opisan|wskazan|wymienion|przedstawion)\w+\s+w|zawiera|bedac\w+|jak\s+w"
    r"|przedstawia|w\s+brzmieniu)\s|[–-]\s|\()\s*"
)
_OWN = re.compile(
    rf"{_LEAD}{_ANNEX}(?!\s+do\b)"
    rf"|\b{_ANNEX.replace('<', '<other_')}\s+do\s+(?:niniejszej\s+|projektu\s+)?uchwaly\b"
    r"(?!\s+(?:n(?:r|umer)\b|rady\b|[ivxlc]+\s?[/.]|\d))"
)
_NUMBER_WITHIN = 60
_MOST = 50  # no act has more annexes in one range


def read_annexes(
    text: ActText, start: int, *, own: ActNumber | None, amends: bool
) -> list[Passage[str]]:
    """Return the annexes of an act by their numbers, each once; "" for the only one.

    `start` is where the heading ends. An annex of another act, which this one changes, is none:
    one that `amends` must say `do niniejszej uchwały`.
    """
    found: dict[str, Passage[str]] = {}
    for passage in (*_following(text, start, own), *_named(text, start, amends=amends)):
        found.setdefault(passage.value, passage)
    if len(found) > 1:
        found.pop("", None)  # `załącznik do uchwały` beside numbered ones says nothing new
    return [found[number] for number in sorted(found, key=in_order)]


def _following(text: ActText, start: int, own: ActNumber | None) -> Iterator[Passage[str]]:
    for match in _FOLLOWS.finditer(text.folded, start):
        ahead = text.whole[match.end() : match.end() + _NUMBER_WITHIN]
        other = next(iter(find_act_numbers(ahead)), None)
        if own is not None and other is not None and other.number.key != own.key:
            continue
        begin = match.start() + (text.whole[match.start()] == "\n")
        if not text.whole[begin].isupper():  # a line that only begins with it
            continue
        end = match.end() + other.end if other else match.end()
        yield text.passage(match["number"] or "", begin, end)


def _named(text: ActText, start: int, *, amends: bool) -> Iterator[Passage[str]]:
    pattern = _CERTAINLY_OWN if amends else _OWN
    for match in pattern.finditer(text.own_words, start, text.end_of_act):
        said = {name: found for name, found in match.groupdict().items() if found}
        prefix = "other_" if "other_number" in said else ""
        first = said.get(f"{prefix}number", "")
        numbers = _all_of(first, said.get(f"{prefix}by", ""), said.get(f"{prefix}more", ""))
        for number in numbers:
            yield text.passage(number, match.start(), match.end())


def _all_of(first: str, by: str, more: str) -> list[str]:
    """Return the numbers of `1 i 2` or `2-4`."""
    if not more:
        return [first]
    if by in "-–" and first.isdecimal() and more.isdecimal() and 0 < int(more) - int(first) < _MOST:
        return [str(number) for number in range(int(first), int(more) + 1)]
    return [first, more]


def in_order(number: str) -> tuple[int, str]:
    """Return what sorts the numbers of annexes; "" comes first."""
    digits = re.match(r"\d+", number)
    return (int(digits[0]) if digits else 0, number)
