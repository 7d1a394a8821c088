"""Facts of an adopted resolution, proposed from its text and its file name.

Every fact comes with the passage it was read from, so that a clerk can judge it at a glance.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, Literal, TypeVar

from docstore.rules.acts.annexes import read_annexes
from docstore.rules.acts.basis import read_basis
from docstore.rules.acts.druk import find_druk
from docstore.rules.acts.heading import Heading, read_heading
from docstore.rules.acts.number import ActNumber, file_act_number
from docstore.rules.acts.reading import ActText, Passage, act_text, shortened
from docstore.rules.acts.relations import Relation, read_relations
from docstore.rules.file_name import last_part, spoken_stem
from docstore.rules.polish_date import find_date

T = TypeVar("T")

# The heading stands on the first page; a journal's header and a long title may push it down.
_PAGES_READ = 3
_HEAD_LENGTH = 8000
_SHORTEST_TITLE = 4
_LONGEST_DRUK = 40  # letters; as much as a paper holds
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
    page: int | None = None
    """Counted from 1; None for what a file name says."""


@dataclass(frozen=True, slots=True)
class ActFacts:
    """What a resolution says about itself; None, or nothing, where nothing could be read."""

    number: Fact[ActNumber] | None = None
    adopted_on: Fact[date] | None = None
    title: Fact[str] | None = None
    organ: Fact[str] | None = None
    druk: Fact[str] | None = None
    basis: Fact[str] | None = None
    annexes: tuple[Fact[str], ...] = ()
    """By their numbers, "" for the only one."""
    relations: tuple[Fact[Relation], ...] = ()


def propose_facts(page_texts: Sequence[str], file_name: str) -> ActFacts:
    """Return what the heading, or where it is silent the file name, says of a resolution.

    That is number, day, title, organ and druk: what an import reads of thousands of files.
    """
    read = _of_heading(page_texts[:_PAGES_READ])
    named = _from_file_name(file_name)
    return replace(
        read,
        number=read.number or named.number,
        adopted_on=read.adopted_on or named.adopted_on,
        title=read.title or named.title,
        druk=read.druk or named.druk,
    )


def read_facts(page_texts: Sequence[str]) -> ActFacts:
    """Return what the text of a resolution says; nothing for a text with no such heading."""
    text = act_text(page_texts)
    heading = read_heading(text.until(_head_of(text)))
    if heading is None:
        return ActFacts()
    own = heading.number.value if heading.number else None
    title = (heading.title.start, heading.end) if heading.title else None
    relations = read_relations(text, title=title, own=own)
    amends = any(
        each.value.kind == "amends" and not each.value.is_partial_repeal for each in relations
    )
    annexes = read_annexes(text, heading.end, own=own, amends=amends)
    return replace(
        _told(text, heading),
        basis=_maybe(text, read_basis(text, heading.end)),
        annexes=tuple(_fact(text, each) for each in annexes),
        relations=tuple(_fact(text, each) for each in relations),
    )


def _of_heading(page_texts: Sequence[str]) -> ActFacts:
    text = act_text(page_texts)
    heading = read_heading(text.until(_head_of(text)))
    return _told(text, heading) if heading else ActFacts()


def _head_of(text: ActText) -> int:
    """Return where what can be a heading ends."""
    return min((*text.starts[_PAGES_READ:], _HEAD_LENGTH))


def _told(text: ActText, heading: Heading) -> ActFacts:
    druk = heading.druk if heading.druk and _fits(heading.druk.value) else None
    return ActFacts(
        number=_maybe(text, heading.number),
        adopted_on=_maybe(text, heading.adopted_on),
        title=_maybe(text, heading.title),
        organ=_maybe(text, heading.organ),
        druk=_maybe(text, druk),
    )


def _fact(text: ActText, passage: Passage[T]) -> Fact[T]:
    return Fact(passage.value, shortened(passage.text), "text", text.page_at(passage.start))


def _maybe(text: ActText, passage: Passage[T] | None) -> Fact[T] | None:
    return _fact(text, passage) if passage else None


def _fits(druk: str) -> bool:
    return len(druk) <= _LONGEST_DRUK


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
        druk=Fact(druk.number, name, "file_name") if druk and _fits(druk.number) else None,
    )


def _title_in(stem: str) -> str:
    """Return the words of a file name that tell the matter, or nothing where none do."""
    title = _AFTER_TITLE.sub("", _BEFORE_TITLE.sub("", stem, count=1))
    if " " not in title:
        title = title.replace("-", " ")
    return title if sum(map(str.isalpha, title)) >= _SHORTEST_TITLE else ""
