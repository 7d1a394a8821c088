"""Reads the heading of a resolution: `UCHWAŁA NR ... RADY ... z dnia ... w sprawie ...`."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from docstore.rules.act_number import ActNumber, find_act_numbers, parse_act_number
from docstore.rules.druk import find_druk, split_druk
from docstore.rules.plain import fold, join_lines, tidy_title
from docstore.rules.polish_date import find_date

T = TypeVar("T")

# How far apart the parts of a heading may stand, in characters; scans and journals are generous.
_WITHIN = 3000
_NUMBER_WITHIN = 40
_DATE_WITHIN = 400
_TITLE_WITHIN = 700
_LONGEST_TITLE = 1500
_TITLE_WITHOUT_END = 500
_LONGEST_ORGAN = 150
_DAY_LENGTH = 40

# On folded text. Scans lose the stroke of ł, and letter-spaced headings come with spaces.
_WORD = re.compile(r"\bu\s?c\s?h\s?w\s?a\s?[l1ti|]\s?a\b(?P<nr>\s*(?:nr|numer)\b\.?)?")
_HEADING_GOES_ON = re.compile(
    r"\s*(?:rady\b|sejmiku\b|zgromadzenia\b|z\s+dn|budzetow|[ivxlc]+\s?[/.]|\d{1,5}\s?[/.])"
)
_TWO_PARTS = re.compile(r"\s*\d{1,5}\s?/\s?(?:19|20)\d\d\b")
_ORGAN = re.compile(
    r"\b(?:rady|sejmiku|zgromadzenia|zarzadu)\b.*?(?=\s*\bz\s+dn|\s*\bw\s+spr|$)", re.DOTALL
)
_FROM_DAY = re.compile(r"\bz\s*dn(?:ia|\.)")
_TITLE_WORDS = re.compile(
    r"w\s+sprawie\b|zmieniajac|uchylajac|o\s+zmianie|uchwalajac|ustalajac|ogloszeni|dotyczac|budzetow"
)
_TITLE_END = re.compile(
    r"\bna\s+podstawie\b|\bdzialajac\s+na\s+podstawie\b|(?:^|\n)\s*§|\n\s*art\.|§\s?1\.?\s"
    r"|\buchwala(?:,|\s)\s*(?:sie|co)\b|\bw\s+zwiazku\s+z\s+art\b|\n\s*\n\s*\n"
    r"|\b(?:rada|sejmik)\s+[^.\n]{3,80}\suchwala\b"
)
_NOMINATIVE = {"rady": "Rada", "miejskiej": "Miejska", "sejmiku": "Sejmik", "zarzadu": "Zarząd",
               "zgromadzenia": "Zgromadzenie"}  # fmt: skip
_SMALL_WORDS = {"w", "we", "i", "z", "nad", "pod", "przy", "na"}


@dataclass(frozen=True, slots=True)
class Passage(Generic[T]):
    """A value and the words it was read from."""

    value: T
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The parts of a heading; None for those that could not be read."""

    number: Passage[ActNumber] | None
    adopted_on: Passage[date] | None
    title: Passage[str] | None
    organ: Passage[str] | None
    druk: Passage[str] | None


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as it is and folded: what is found in one has its place in the other."""

    whole: str
    folded: str

    def passage(self, value: T, start: int, end: int) -> Passage[T]:
        return Passage(value, join_lines(self.whole[start:end].split("\n")))


def read_heading(whole: str) -> Heading | None:
    """Return what the heading of a resolution says; None when the text begins with no such."""
    text = _Text(whole, fold(whole))
    word = _find_word(text)
    if word is None:
        return None
    number, after_number = _read_number(text, word)
    adopted_on, after_date = _read_date(text, after_number)
    title_start = _find_title(text, after_date)
    return Heading(
        number=number,
        adopted_on=adopted_on,
        title=_read_title(text, title_start),
        organ=_read_organ(text, after_number),
        druk=_read_druk(text),
    )


def _find_word(text: _Text) -> re.Match[str] | None:
    """Find `UCHWAŁA` the noun, not the verb of `Rada uchwala, co następuje`."""
    for match in _WORD.finditer(text.folded, 0, _WITHIN):
        if not match["nr"] and not _HEADING_GOES_ON.match(text.folded, match.end()):
            continue
        word = text.whole[match.start() : match.end()]
        if match["nr"] or "ł" in word.lower():
            return match
        if word.isupper():
            return match
    return None


def _read_number(text: _Text, word: re.Match[str]) -> tuple[Passage[ActNumber] | None, int]:
    """Return the number behind the word, and where to read on."""
    ahead = text.whole[word.end() : word.end() + _NUMBER_WITHIN]
    found = next(iter(find_act_numbers(ahead)), None)
    if found and not ahead[: found.start].strip(" .:\n"):
        end = word.end() + found.end
        return text.passage(found.number, word.start(), end), end
    two_parts = _TWO_PARTS.match(ahead) if word["nr"] else None
    number = parse_act_number(two_parts[0]) if two_parts else None
    if two_parts and number:
        end = word.end() + two_parts.end()
        return text.passage(number, word.start(), end), end
    return None, word.end()


def _read_date(text: _Text, start: int) -> tuple[Passage[date] | None, int]:
    """Return the day after `z dnia`, or one in a line of its own, and where to read on."""
    said = _FROM_DAY.search(text.folded, start, start + _DATE_WITHIN)
    begin, length = (said.end(), _DAY_LENGTH) if said else (start, _DATE_WITHIN // 2)
    day = find_date(text.whole[begin : begin + length])
    if day is None:
        return None, begin
    shown = said.start() if said else begin + day.start
    end = begin + day.end
    return text.passage(day.value, shown, end), end


def _find_title(text: _Text, start: int) -> int | None:
    match = _TITLE_WORDS.search(text.folded, start, start + _TITLE_WITHIN)
    return match.start() if match else None


def _read_title(text: _Text, start: int | None) -> Passage[str] | None:
    if start is None:
        return None
    end_mark = _TITLE_END.search(text.folded, start, start + _LONGEST_TITLE)
    if end_mark:
        end = end_mark.start()
    else:
        paragraph = text.whole.find("\n\n", start)
        end = min(paragraph if paragraph > 0 else len(text.whole), start + _TITLE_WITHOUT_END)
    said = text.passage("", start, end).text
    title, _ = split_druk(tidy_title(said))
    return Passage(tidy_title(title), said)


def _read_organ(text: _Text, start: int) -> Passage[str] | None:
    match = _ORGAN.search(text.folded, start, start + _LONGEST_ORGAN)
    if match is None:
        return None
    said = text.passage("", match.start(), match.end()).text
    words = said.lower().split(" ") if said.isupper() else said.split(" ")
    return Passage(" ".join(_nominative(word, said.isupper()) for word in words), said)


def _nominative(word: str, was_upper: bool) -> str:
    """Return a word of an organ's name (`Rady Miejskiej`) as the name is said by itself."""
    named = _NOMINATIVE.get(fold(word))
    if named or not was_upper or word in _SMALL_WORDS or "." in word:
        return named or word
    return "-".join(part.capitalize() for part in word.split("-"))


def _read_druk(text: _Text) -> Passage[str] | None:
    druk = find_druk(text.whole[:_WITHIN])
    if druk is None or not druk.named:
        return None
    return text.passage(druk.number, druk.start, druk.end)
