"""Facts of an adopted resolution, proposed from its text and its file name.

Every fact comes with the passage it was read from, so that a clerk can judge it at a glance.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar

from docstore.rules.act_heading import Passage, read_heading
from docstore.rules.act_number import ActNumber, file_act_number
from docstore.rules.broken_letters import mend
from docstore.rules.druk import find_druk
from docstore.rules.file_name import last_part, spoken_stem
from docstore.rules.plain import plain
from docstore.rules.polish_date import find_date

T = TypeVar("T")

# The heading stands on the first page; a journal's header and a long title may push it down.
_PAGES_READ = 3
_HEAD_LENGTH = 8000
_LONGEST_PASSAGE = 300
_SHORTEST_TITLE = 4
# Blanks at either end of a line, and all but the last of a few.
_INDENT = re.compile(r"(?<=\n)[ \t]+|[ \t]+(?=[ \t\n])")
# What a file name says before the matter itself.
_BEFORE_TITLE = re.compile(
    r"(?:(?:uchwa[lł][aąęy]?|nr|numer|rm|rg|sesja|z dnia|w sprawie|ws|\d+|[ivxlc]+"
    r"|(?:skan|scan|img|dokument|document|doc)\s?\d*)\b[\W_]*)*",
    re.IGNORECASE,
)
_AFTER_TITLE = re.compile(r"[\W_]*\b(?:podpisan[ay]|signed|skan|scan)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """One proposed fact, the words it was read from, and where they stood."""

    value: T
    passage: str
    source: Literal["text", "file_name"]


@dataclass(frozen=True, slots=True)
class ActFacts:
    """What a resolution says about itself; None where nothing could be read."""

    number: Fact[ActNumber] | None = None
    adopted_on: Fact[date] | None = None
    title: Fact[str] | None = None
    organ: Fact[str] | None = None
    druk: Fact[str] | None = None


def propose_facts(page_texts: Sequence[str], file_name: str) -> ActFacts:
    """Return what the text, or where it is silent the file name, says of a resolution."""
    read = _from_text(page_texts)
    named = _from_file_name(file_name)
    return ActFacts(
        number=read.number or named.number,
        adopted_on=read.adopted_on or named.adopted_on,
        title=read.title or named.title,
        organ=read.organ,
        druk=read.druk or named.druk,
    )


def _from_text(page_texts: Sequence[str]) -> ActFacts:
    pages = "\n".join(page_texts[:_PAGES_READ]).replace("\f", "\n")
    heading = read_heading(_INDENT.sub("", mend(plain(pages)))[:_HEAD_LENGTH])
    if heading is None:
        return ActFacts()
    return ActFacts(
        number=_read(heading.number),
        adopted_on=_read(heading.adopted_on),
        title=_read(heading.title),
        organ=_read(heading.organ),
        druk=_read(heading.druk),
    )


def _read(passage: Passage[T] | None) -> Fact[T] | None:
    if passage is None:
        return None
    return Fact(passage.value, passage.text[:_LONGEST_PASSAGE], "text")


def _from_file_name(file_name: str) -> ActFacts:
    name = last_part(file_name)
    stem = spoken_stem(file_name)
    number = file_act_number(file_name)
    day = find_date(name)
    druk = find_druk(stem)
    title = _title_in(stem)
    return ActFacts(
        number=Fact(number, name, "file_name") if number else None,
        adopted_on=Fact(day.value, name, "file_name") if day else None,
        title=Fact(title, name, "file_name") if title else None,
        druk=Fact(druk.number, name, "file_name") if druk else None,
    )


def _title_in(stem: str) -> str:
    """Return the words of a file name that tell the matter, or nothing where none do."""
    title = _AFTER_TITLE.sub("", _BEFORE_TITLE.sub("", stem, count=1))
    if " " not in title:
        title = title.replace("-", " ")
    return title if sum(map(str.isalpha, title)) >= _SHORTEST_TITLE else ""
