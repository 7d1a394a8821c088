"""Reads the heading of a resolution: `UCHWAŁA NR ... RADY ... z dnia ... w sprawie ...`."""

import re
from dataclasses import dataclass
from datetime import date

from docstore.rules.acts.druk import find_druk, split_druk
from docstore.rules.acts.number import ActNumber, find_act_numbers, parse_act_number
from docstore.rules.acts.reading import ON_LAW, ActText, Passage
from docstore.rules.plain import fold, tidy_title
from docstore.rules.polish_date import find_date

# How far apart the parts of a heading may stand, in characters; scans and journals are generous.
_WITHIN = 3000
_NUMBER_WITHIN = 40
_DATE_WITHIN = 400
_TITLE_WITHIN = 700
_LONGEST_TITLE = 1500
_TITLE_WITHOUT_END = 500
_LONGEST_ORGAN = 150
_DAY_LENGTH = 40
_ABOVE_NR = 200

# On folded text. Scans lose the stroke of ł, and letter-spaced headings come with spaces.
_WORD = re.compile(
    r"\b(?:u\s?c\s?h\s?w\s?a\s?[l1ti|]\s?a|stanowisko|apel|oswiadczenie|deklaracja|rezolucja)"
    r"(?:\b|(?=nr\b))(?P<nr>\s*(?:n\s?r|numer)\b\.?)?"
)
# What may stand before the word in its line: `(projekt) Uchwała nr ...`.
_BEFORE_WORD = re.compile(r"(?:^|[\n.:;)\]])\s*(?:projekt\w*\s*)?$")
# Some offices set the number above the word, alone in its line.
_NUMBER_ABOVE = re.compile(r"(?:^|\n)(?:n(?:r|umer)\.?\s*)?(?P<number>[^\n]{4,24})\n\s*$")
_HEADING_GOES_ON = re.compile(
    r"\s*(?:rady\b|sejmiku\b|zgromadzenia\b|z\s+dn|budzetow|[ivxlc]+\s?[/.]|\d{1,5}\s?[/.])"
)
_TWO_PARTS = re.compile(r"\s*\d{1,5}\s?/\s?(?:19|20)\d\d\b")
_TWO_PARTS_ALONE = re.compile(rf"{_TWO_PARTS.pattern}(?=\s*\n)")
_ORGAN = re.compile(
    r"\b(?:rady|sejmiku|zgromadzenia|zarzadu)\b.*?(?=\s*\b(?:z\s*)?dn(?:ia\b|\.)|\s*\bz\s+\d|\s*\bw\s+spr|$)",
    re.DOTALL,
)
# Some offices print the council above the word: `Rada Miejska w ...`.
_ORGAN_ABOVE = re.compile(r"(?:^|\n)(?P<organ>(?:rada|sejmik)\s[^\n]{3,80})\n+$")
_FROM_DAY = re.compile(r"\b(?:z\s*)?dn(?:ia\b|\.)")
_TITLE_WORDS = re.compile(
    r"w\s+sprawie\b|zmieniajac|uchylajac|o\s+zmianie|uchwalajac|ustalajac|ogloszeni|dotyczac|budzetow"
)
_TITLE_END = re.compile(
    rf"{ON_LAW}|(?:^|\n)\s*§|\n\s*art\.|§\s?1\.?\s"
    r"|\buchwala(?:,|\s)\s*(?:sie|co)\b|\bw\s+zwiazku\s+z\s+art\b|\n\s*\n\s*\n"
    r"|\b(?:rada|sejmik)\s+[^.\n]{3,80}\suchwala\b"
)
_NOMINATIVE = {"rady": "Rada", "miejskiej": "Miejska", "sejmiku": "Sejmik", "zarzadu": "Zarząd",
               "zgromadzenia": "Zgromadzenie"}  # fmt: skip
_SMALL_WORDS = {"w", "we", "i", "z", "nad", "pod", "przy", "na"}


@dataclass(frozen=True, slots=True)
class Heading:
    """The parts of a heading; None for those that could not be read."""

    number: Passage[ActNumber] | None
    adopted_on: Passage[date] | None
    title: Passage[str] | None
    organ: Passage[str] | None
    druk: Passage[str] | None
    end: int
    """Where the heading ends and the act goes on."""


def read_heading(text: ActText) -> Heading | None:
    """Return what the heading of a resolution says; None when the text begins with no such."""
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
        organ=_read_organ(text, after_number) or _read_organ_above(text, word),
        druk=_read_druk(text),
        end=_title_end(text, title_start) if title_start is not None else after_date,
    )


def _find_word(text: ActText) -> re.Match[str] | None:
    """Find `UCHWAŁA` that heads an act, not the verb `uchwala` nor one that a sentence names.

    One with `NR` behind it is the heading though another stands a line or two above: a journal's
    own title, or `Uchwała budżetowa`.
    """
    first: re.Match[str] | None = None
    for match in _WORD.finditer(text.folded, 0, _WITHIN):
        if first is not None and match.start() - first.end() > _ABOVE_NR:
            break
        if _heads(text, match):
            if match["nr"]:
                return match
            first = first or match
    return first


def _heads(text: ActText, match: re.Match[str]) -> bool:
    word = text.whole[match.start() : match.start("nr") if match["nr"] else match.end()].strip()
    if word[-1] in "ąĄ" or not word[0].isupper():
        return False
    if not match["nr"] and not _HEADING_GOES_ON.match(text.folded, match.end()):
        return False
    if not word.isupper() and not _BEFORE_WORD.search(text.folded, 0, match.start()):
        return False
    return bool(match["nr"]) or "ł" in word or word.isupper() or not word.startswith("Uchwa")


def _read_number(text: ActText, word: re.Match[str]) -> tuple[Passage[ActNumber] | None, int]:
    """Return the number behind the word, and where to read on."""
    ahead = text.whole[word.end() : word.end() + _NUMBER_WITHIN]
    lead = "nr " if word["nr"] else ""  # behind it 26.XI.2012 is no day
    found = next(iter(find_act_numbers(lead + ahead)), None)
    if found and not ahead[: found.start - len(lead)].strip(" .:\n"):
        end = word.end() + found.end - len(lead)
        return text.passage(found.number, word.start(), end), end
    two_parts = (_TWO_PARTS if word["nr"] else _TWO_PARTS_ALONE).match(ahead)
    number = parse_act_number(two_parts[0]) if two_parts else None
    if two_parts and number:
        end = word.end() + two_parts.end()
        return text.passage(number, word.start(), end), end
    return _number_above(text, word), word.end()


def _number_above(text: ActText, word: re.Match[str]) -> Passage[ActNumber] | None:
    above = _NUMBER_ABOVE.search(text.folded, 0, word.start())
    if above is None:
        return None
    start, end = above.span("number")
    number = parse_act_number(text.whole[start:end])
    return text.passage(number, start, end) if number else None


def _read_date(text: ActText, start: int) -> tuple[Passage[date] | None, int]:
    """Return the day after `z dnia`, or one in a line of its own, and where to read on.

    What stands in the title is the day of something else.
    """
    title = _find_title(text, start)
    stop = min(start + _DATE_WITHIN, len(text.whole) if title is None else title)
    said = _FROM_DAY.search(text.folded, start, stop)
    begin, length = (said.end(), _DAY_LENGTH) if said else (start, _DATE_WITHIN // 2)
    day = find_date(text.whole[begin : min(begin + length, stop)])
    if day is None:
        return None, begin
    shown = said.start() if said else begin + day.start
    end = begin + day.end
    return text.passage(day.value, shown, end), end


def _find_title(text: ActText, start: int) -> int | None:
    match = _TITLE_WORDS.search(text.folded, start, start + _TITLE_WITHIN)
    return match.start() if match else None


def _title_end(text: ActText, start: int) -> int:
    end_mark = _TITLE_END.search(text.folded, start, start + _LONGEST_TITLE)
    if end_mark:
        return end_mark.start()
    paragraph = text.whole.find("\n\n", start)
    return min(paragraph if paragraph > 0 else len(text.whole), start + _TITLE_WITHOUT_END)


def _read_title(text: ActText, start: int | None) -> Passage[str] | None:
    if start is None:
        return None
    said = text.passage("", start, _title_end(text, start)).text
    title, _ = split_druk(tidy_title(said))
    return Passage(tidy_title(title), said, start)


def _read_organ(text: ActText, start: int) -> Passage[str] | None:
    match = _ORGAN.search(text.folded, start, start + _LONGEST_ORGAN)
    if match is None:
        return None
    said = text.passage("", match.start(), match.end()).text
    words = said.lower().split(" ") if said.isupper() else said.split(" ")
    named = " ".join(_nominative(word, said.isupper()) for word in words)
    return Passage(named, said, match.start())


def _read_organ_above(text: ActText, word: re.Match[str]) -> Passage[str] | None:
    above = _ORGAN_ABOVE.search(text.folded, 0, word.start())
    if above is None:
        return None
    said = text.passage("", above.start("organ"), above.end("organ"))
    words = [_nominative(each, True) for each in said.text.lower().split(" ")]
    return Passage(" ".join(words) if said.text.isupper() else said.text, said.text, said.start)


def _nominative(word: str, was_upper: bool) -> str:
    """Return a word of an organ's name (`Rady Miejskiej`) as the name is said by itself."""
    named = _NOMINATIVE.get(fold(word))
    if named or not was_upper or word in _SMALL_WORDS or "." in word:
        return named or word
    return "-".join(part.capitalize() for part in word.split("-"))


def _read_druk(text: ActText) -> Passage[str] | None:
    druk = find_druk(text.whole[:_WITHIN])
    if druk is None or not druk.named:
        return None
    return text.passage(druk.number, druk.start, druk.end)
