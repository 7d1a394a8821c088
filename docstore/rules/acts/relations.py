"""Reads which other acts an act changes or repeals, by their numbers."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Literal, NamedTuple

from docstore.rules.acts.number import ActNumber, find_act_numbers, parse_act_number
from docstore.rules.acts.reading import ActText, Passage
from docstore.rules.polish_date import find_date

Kind = Literal["amends", "repeals"]

# How far behind the word `uchwała` its number may stand (the council's name comes between), and
# how far behind the number its date.
_NUMBER_WITHIN = 110
_DATE_WITHIN = 130
# A § that repeals or changes acts is no longer than this, and says so no more often; a text may be
# made to say it on every line of two hundred pages.
_LONGEST_UNIT, _LONGEST_SECTION = 6_000, 20_000
_MOST_VERBS, _MOST_RELATIONS = 8, 200

# All on folded text without what it quotes.
_UNIT = re.compile(
    r"(?:^|\n|(?<=[^\d\s][.;:”\"])\s)\s*§\s*\d{1,3}[a-z]?\b|\n\s*\d{1,2}\.\s(?=\s*[^\W\d])"
)
_ACT = re.compile(r"\buchwal(?:a|y|e|ie)\b")
# In a list the noun may stand once: `uchwały: nr ..., nr ...`.
_ACT_OR_ITEM = re.compile(
    rf"{_ACT.pattern}|(?:(?<=[;:,\n])\s*(?:(?:\d{{1,2}}[.)]|[a-z]\)|[-–•])\s*)?|\b(?:oraz|i)\s+)"
    r"(?=nr\s*[\divxlc])"
)
_TWO_PARTS = re.compile(r"(?:\bn(?:r|umer)\b\.?|^)\s*(\d{1,5}\s?[/.]\s?(?:19|20)\d\d)(?![\w/.]\w)")
_AMENDING_TITLE = re.compile(
    r"zmieniajac\w*\s+uchwal|\bzmian\w*\s+(?:(?:w|do)\s+)?uchwal|\bo\s+zmianie\s+uchwal"
    r"|sprostowani\w+\s+(?:bled\w+\s+(?:pisarsk\w+\s+)?w\s+)?uchwal"
)
_REPEALING_TITLE = re.compile(
    r"\buchyleni\w+\s+uchwal|uchylajac\w*\s+uchwal|\butraty\s+mocy\s+(?:obowiazujacej\s+)?uchwal"
)
_LEAD = r"\s*(?:§\s*\d{1,3}[a-z]?\s*\.?)?\s*(?:\d{1,2}[.)]\s*)?"
_PARTS = r"(?:[^.;:]|\b(?:ust|pkt|lit|art|zal)\.)"
# `W uchwale nr ... wprowadza się`, `W załączniku do uchwały nr ...`, `W § 3 uchwały nr ...`.
_IN_ACT = re.compile(
    rf"{_LEAD}w\s+(?:(?:{_PARTS}{{0,90}}?\s)?(?=uchwa(?:le|ly)\b)"
    rf"|(?:statucie|regulaminie|planie|programie|studium|zasadach)\b{_PARTS}{{0,150}}?"
    r"\b(?:przyjet|uchwalon|nadan|stanowiac)\w+\s+(?=uchwala\b))"
)
# `§ 3 uchwały nr ... otrzymuje brzmienie`, `Załącznik nr 1 do uchwały nr ... otrzymuje`.
_PART_OF_ACT = re.compile(
    rf"{_LEAD}(?:(?:§|ust\.|pkt|zalacznik\w*|tytul){_PARTS}{{0,60}}?\s)(?:do\s+)?(?=uchwaly\b)"
)
_CHANGES = re.compile(
    r"\b(?:wprowadza|dokonuje|zmienia|dodaje|skresla|uchyla|zastepuje|prostuje)\s+sie\b"
    r"|\botrzymuj[ea]\w*\b|\bdodac\b|\bskreslic\b|\bzmienic\b|\bwykresla\b|\bdokonac\b"
)
_CHANGES_ACT = re.compile(r"\b(?:zmienia|prostuje)\s+sie\s+(?=uchwale\b)")
_REPEALS_ACT = re.compile(
    r"\b(?:uchyla\s+sie|uchylic)\s+(?:w\s+calosci\s+)?(?=(?:nastepujace\s+)?uchwal[ey]\b)"
)
_LOSES_FORCE = re.compile(
    r"\b(?:traci|traca|utraci|utraca|trac)\s+moc\b(?:\s+obowiazujaca)?"
    r"|\bmoc\s+(?:obowiazujaca\s+)?(?:traci|traca|utraci|utraca)\b"
)
# A plan that loses force only where the new one applies.
_WITHIN_BOUNDS = re.compile(r"\bw\s+(?:granicach|czesci|zakresie|obszarze)\b")
_PART = re.compile(r"§|\bust\.|\bpkt\b|\bzalacznik|\bustalenia\b|\bprzepisy\b")
_FULL_STOP = re.compile(r"(?<!\w)(?P<word>\w*)\.\s+(?=[^\W\d_])")
# A full stop behind one of these ends no sentence.
_SHORT_FORMS = frozenset(
    ("r", "nr", "poz", "ust", "art", "pkt", "lit", "dz", "u", "urz", "woj", "t", "j", "tj", "zm",
     "pozn", "ze", "im", "ul", "sp", "z", "o", "m", "st", "prof", "dr")
)  # fmt: skip
# A number behind one of these belongs to what is said of the act, and is not another one.
_SAYS_OF_IT = re.compile(
    r"\bzmienion\w+|\bzm\.|\bze\s+zm|\bw\s+sprawie\b|\bzmieniajac|\bna\s+podstawie\b"
    r"|\bzgodnie\s+z\b|\bsprostowan\w+|\buchylajac|\bo\s+zmianie\b|\bwprowadzon\w+"
)
_NEXT_ITEM = re.compile(r"[;\n]\s*(?:\d{1,2}[.)]|[a-z]\)|[-–•])|\b(?:oraz|i)\s+(?=uchwal|nr\b|$)")


@dataclass(frozen=True, slots=True)
class Relation:
    """What an act does to another one."""

    kind: Kind
    number: ActNumber
    adopted_on: date | None
    """The day of the other act, where it is told."""
    is_partial_repeal: bool = False
    """Whether the change is that a part of it loses force."""

    @property
    def key(self) -> str:
        """Return what two tellings of one relation share."""
        return self.number.key


class _Named(NamedTuple):
    """An act named in a text: where its noun begins, and where its number ends."""

    number: ActNumber
    start: int
    end: int


def read_relations(
    text: ActText, *, title: tuple[int, int] | None, own: ActNumber | None
) -> list[Passage[Relation]]:
    """Return the acts that this one changes or repeals, each once, in the order of the text.

    `title` is where the title begins and ends. What is quoted, an annex and the reasons say
    nothing of the kind; a part repealed is a change.
    """
    found: dict[tuple[Kind, str], Passage[Relation]] = {}
    for passage in (*_in_title(text, title), *_in_units(text, title[1] if title else 0)):
        told = passage.value
        if own is not None and told.key == own.key:
            continue
        known = found.get((told.kind, told.key))
        if known is None or (known.value.adopted_on is None and told.adopted_on is not None):
            found[told.kind, told.key] = passage
    undated = {each.value.key for each in found.values() if each.value.adopted_on is None}
    days = _days_elsewhere(text, undated) if undated else {}
    dated = (_dated(passage, days) for passage in found.values())
    return sorted(dated, key=lambda passage: passage.start)


def _days_elsewhere(text: ActText, keys: set[str]) -> dict[str, date]:
    """Return the days that the act tells anywhere beside these numbers."""
    days: dict[str, date] = {}
    for found in find_act_numbers(text.whole[: text.end_of_act]):
        key = found.number.key
        if key in keys and key not in days and (day := _day_of(text, found.end)[0]) is not None:
            days[key] = day
    return days


def _dated(passage: Passage[Relation], days: dict[str, date]) -> Passage[Relation]:
    told = passage.value
    day = told.adopted_on or days.get(told.key)
    return replace(passage, value=replace(told, adopted_on=day))


def _in_title(text: ActText, title: tuple[int, int] | None) -> Iterator[Passage[Relation]]:
    if title is None:
        return
    amends = _AMENDING_TITLE.search(text.folded, *title)
    repeals = _REPEALING_TITLE.search(text.folded, *title)
    # Of both, the later tells the title of the other act.
    first = min(filter(None, (amends, repeals)), key=lambda match: match.start(), default=None)
    named = _first_named(text, first.start(), title[1]) if first else None
    if first and named:
        yield _told(text, "amends" if first is amends else "repeals", named, first.start())


def _in_units(text: ActText, start: int) -> Iterator[Passage[Relation]]:
    every = (
        passage
        for begin, end, whole in _units(text, start)
        for passage in (*_amended(text, begin, end, whole), *_repealed(text, begin, end))
    )
    yield from islice(every, _MOST_RELATIONS)


def _units(text: ActText, start: int) -> Iterator[tuple[int, int, int]]:
    """Yield where each § and each paragraph of it begins and ends, and where its § ends."""
    last = text.end_of_act
    found = list(_UNIT.finditer(text.own_words, start, last))
    begins = [start, *(match.start() for match in found)]
    sections = [*(match.start() for match in found if "§" in match[0]), last]
    for begin, end in zip(begins, [*begins[1:], last], strict=True):
        after = sections[min(bisect_right(sections, begin), len(sections) - 1)]
        yield begin, min(end, begin + _LONGEST_UNIT), min(after, begin + _LONGEST_SECTION)


def _amended(text: ActText, begin: int, end: int, whole: int) -> Iterator[Passage[Relation]]:
    """Yield the act that a § changes: the first it names, if it is what is changed."""
    words = text.own_words
    lead = _IN_ACT.match(words, begin, end) or _PART_OF_ACT.match(words, begin, end)
    changes = _CHANGES_ACT.search(words, begin, end)
    match = lead or changes
    if match is None or (lead and not _CHANGES.search(words, lead.end(), whole)):
        return
    named = _first_named(text, match.end(), end)
    if named is not None:
        yield _told(text, "amends", named, match.start())


def _repealed(text: ActText, begin: int, end: int) -> Iterator[Passage[Relation]]:
    words = text.own_words
    for match in islice(_LOSES_FORCE.finditer(words, begin, end), _MOST_VERBS):
        stop = _sentence_end(text, match.end(), end)
        acts = list(_each_named(text, match.end(), stop))
        if acts:
            since = _sentence_start(text, begin, match.start())
            partly = _PART.search(words, match.end(), acts[0].start) or _WITHIN_BOUNDS.search(
                words, since, stop
            )
            for told in _each_told(text, "amends" if partly else "repeals", acts, match.start()):
                yield replace(told, value=replace(told.value, is_partial_repeal=bool(partly)))
        else:  # the act comes first: `Uchwała nr ... traci moc`
            since = _sentence_start(text, begin, match.start())
            before = _first_named(text, since, match.start())
            if before and not _PART.search(words, since, before.start):
                yield _told(text, "repeals", before, since)
    for match in islice(_REPEALS_ACT.finditer(words, begin, end), _MOST_VERBS):
        stop = _sentence_end(text, match.end(), end)
        acts = list(_each_named(text, match.end(), stop))
        yield from _each_told(text, "repeals", acts, match.start())


def _each_told(
    text: ActText, kind: Kind, acts: list[_Named], start: int
) -> Iterator[Passage[Relation]]:
    for place, named in enumerate(acts):
        yield _told(text, kind, named, named.start if place else start)


def _told(text: ActText, kind: Kind, named: _Named, start: int) -> Passage[Relation]:
    day, end = _day_of(text, named.end)
    return text.passage(Relation(kind, named.number, day), start, end)


def _day_of(text: ActText, number_end: int) -> tuple[date | None, int]:
    """Return the day told behind a number, and where that ends."""
    ahead = text.folded[number_end : number_end + _DATE_WITHIN]
    for stop in (re.search(r"\bw\s+sprawie\b|\bustaw|[;(]", ahead), _ACT.search(ahead)):
        ahead = ahead[: stop.start()] if stop else ahead
    said = re.search(r"\bz\s*(?:dn(?:ia|\.)|\d)", ahead)
    day = find_date(ahead[said.start() :]) if said else None
    return (day.value, number_end + said.start() + day.end) if said and day else (None, number_end)


def _each_named(text: ActText, begin: int, end: int) -> Iterator[_Named]:
    """Yield the acts of a list; a number that only tells more of one is none of them."""
    after = begin
    first = _ACT.search(text.own_words, begin, end)
    nouns = _ACT_OR_ITEM if first and first[0] == "uchwaly" else _ACT
    for noun in nouns.finditer(text.own_words, begin, end):
        named = _number_behind(text, noun, end) if noun.start() >= after else None
        if named is None:
            continue
        since_last = _NEXT_ITEM.split(text.own_words[after : noun.end()])[-1]
        if not _SAYS_OF_IT.search(since_last):
            yield named
            after = named.end


def _first_named(text: ActText, begin: int, end: int) -> _Named | None:
    """Return the act whose noun comes first, if its number stands behind it."""
    noun = _ACT.search(text.own_words, begin, end)
    return _number_behind(text, noun, end) if noun else None


def _number_behind(text: ActText, noun: re.Match[str], end: int) -> _Named | None:
    stop = min(noun.end() + _NUMBER_WITHIN, end)
    ahead = text.whole[noun.end() : stop]
    another = _ACT.search(text.own_words, noun.end(), stop)
    if another:
        ahead = ahead[: another.start() - noun.end()]
    found = next(iter(find_act_numbers(ahead)), None)
    if found is not None:
        return _Named(found.number, noun.start(), noun.end() + found.end)
    two_parts = _TWO_PARTS.search(ahead.lower())
    number = parse_act_number(two_parts[1]) if two_parts else None
    if two_parts and number:
        return _Named(number, noun.start(), noun.end() + two_parts.end(1))
    return None


def _sentence_end(text: ActText, start: int, end: int) -> int:
    """Return where the sentence ends."""
    return next(_full_stops(text, start, end), end)


def _sentence_start(text: ActText, begin: int, place: int) -> int:
    """Return where the sentence around a place begins."""
    start = begin
    for stop in _full_stops(text, begin, place):
        start = stop
    return start


def _full_stops(text: ActText, start: int, end: int) -> Iterator[int]:
    for stop in _FULL_STOP.finditer(text.own_words, start, end):
        if stop["word"] not in _SHORT_FORMS and text.whole[stop.end()].isupper():
            yield stop.end()
