"""Acts that are drafted anew by a script which knows what it changed."""

import random
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from docstore.rules.comparing.redline import Fate, compare
from docstore.rules.comparing.units import Text, read

_VOCABULARY = """
gmina rada burmistrz uchwała budżet dochody wydatki plan miejscowy teren zabudowa droga ulica
szkoła przedszkole opłata stawka podatek nieruchomość mieszkaniec sołectwo dotacja zadanie
publiczne realizacja umowa wniosek termin miesiąc rok kwota wysokość wynosi ustala określa
przyjmuje zatwierdza powierza wykonanie organ jednostka kultura sport biblioteka statut
regulamin odpady komunalne woda ścieki kanalizacja inwestycja remont budynek lokal najem
sprzedaż przetarg działka obręb ewidencja środowisko zieleń park pomnik przyroda ochrona zabytek
program opieka zwierzęta bezdomne schronisko profilaktyka alkohol rodzina pomoc społeczna
dodatek mieszkaniowy stypendium uczeń nauczyciel wynagrodzenie komisja rewizyjna skarga petycja
konsultacje społeczne głosowanie większość obecność protokół sesja obrady
"""
WORDS = _VOCABULARY.split()

Sentence = Callable[[], Sequence[str]]
"""What makes the words of a sentence."""


@dataclass
class Passage:
    """One passage of a section, with a name that no redrafting changes."""

    name: int
    words: list[str]


@dataclass
class Section:
    """A section (§) of an act."""

    passages: list[Passage]


@dataclass
class Redrafted:
    """An act before and after; of each passage that was touched, what was done to it."""

    old: list[Section]
    new: list[Section]
    chance: random.Random
    sentence: Sentence
    done: dict[int, str] = field(default_factory=dict)
    """By the passage's name: "words", "moved", "added" or "removed"."""


def drafted(chance: random.Random, sections: int, sentence: Sentence) -> list[Section]:
    """Return an act of so many sections, a few passages each."""
    names = iter(range(10**9))
    return [
        Section([Passage(next(names), [*sentence()]) for _ in range(chance.choice((1, 1, 2, 3)))])
        for _ in range(sections)
    ]


def a_sentence(chance: random.Random) -> list[str]:
    """Return a sentence of invented contents."""
    return [chance.choice(WORDS) for _ in range(chance.randint(8, 40))]


def redrafted(
    chance: random.Random, old: list[Section], edits: int, sentence: Sentence
) -> Redrafted:
    """Change an act in so many places, no passage twice."""
    new = [Section([replace(p, words=[*p.words]) for p in each.passages]) for each in old]
    act = Redrafted(old, new, chance, sentence)
    ways = [_words, _words, _words, _move, _add, _remove]
    while len(act.done) < edits:
        chance.choice(ways)(act)
    return act


def _words(act: Redrafted) -> None:
    """Put one word in another's place, take one out, or put one in."""
    passage = act.chance.choice(act.chance.choice(act.new).passages)
    if passage.name in act.done:
        return
    place = act.chance.randrange(len(passage.words))
    way = act.chance.choice(("replace", "remove", "insert"))
    if way != "insert":
        gone = passage.words.pop(place)
    if way != "remove":
        others = [each for each in WORDS if way == "insert" or each != gone]
        passage.words.insert(place, act.chance.choice(others))
    act.done[passage.name] = "words"


def _move(act: Redrafted) -> None:
    """Move a section over more text than it has, so that nobody could say the others moved."""
    at, to = (act.chance.randrange(len(act.new)) for _ in range(2))
    if abs(at - to) < 8 or any(p.name in act.done for p in act.new[at].passages):
        return
    section = act.new.pop(at)
    act.new.insert(to, section)
    act.done |= {each.name: "moved" for each in section.passages}


def _add(act: Redrafted) -> None:
    passage = Passage(-len(act.done) - 1, [*act.sentence()])
    act.new.insert(act.chance.randrange(len(act.new) + 1), Section([passage]))
    act.done[passage.name] = "added"


def _remove(act: Redrafted) -> None:
    at = act.chance.randrange(len(act.new))
    names = [each.name for each in act.new[at].passages]
    if act.done.keys() & {*names}:
        return
    del act.new[at]
    act.done |= dict.fromkeys(names, "removed")


def pages(act: Sequence[Section], *, width: int, lines: int) -> list[str]:
    """Return the pages of an act as a printer sets it, each with its number at the foot."""
    rows = [line for number, each in enumerate(act, start=1) for line in _set(number, each, width)]
    return [
        "\n".join([*rows[first : first + lines], f"Strona {first // lines + 1}"])
        for first in range(0, len(rows), lines)
    ]


def _set(number: int, section: Section, width: int) -> Iterator[str]:
    many = len(section.passages) > 1
    for place, each in enumerate(section.passages, start=1):
        mark = f"§ {number}. " if place == 1 else ""
        mark += f"{place}. " if many else ""
        sentence = " ".join(each.words)
        yield from textwrap.wrap(
            f"{mark}{sentence[0].upper()}{sentence[1:]}.", width, break_on_hyphens=False
        )


def invented(chance: random.Random, *, sections: int, edits: int) -> Redrafted:
    """Return an invented act, redrafted."""

    def sentence() -> list[str]:
        return a_sentence(chance)

    return redrafted(chance, drafted(chance, sections, sentence), edits, sentence)


_SHOWN = {"words": "changed", "moved": "moved", "added": "added", "removed": "removed"}


def set_on_pages(act: Redrafted) -> tuple[list[str], list[str]]:
    """Return the pages of both acts, each set in its own way."""
    return pages(act.old, width=90, lines=30), pages(act.new, width=101, lines=27)


def wrongs(act: Redrafted) -> list[tuple[int, str, str]]:
    """Return each passage that a comparison shows otherwise than it was redrafted.

    Both acts are set on pages of their own width and length. A number alone may be another.
    """
    old, new = map(read, set_on_pages(act))
    then, now = _names(old, act.old), _names(new, act.new)
    shown: defaultdict[int, set[str]] = defaultdict(set)
    for block in compare(old, new).blocks:
        if block.fate is not Fate.LEFT:
            name = now[block.now.start] if block.now else then[block.unit.start]
            shown[name].add("same" if block.fate is Fate.RENUMBERED else str(block.fate))
    wrong: list[tuple[int, str, str]] = []
    for name, fates in shown.items():
        expected = _SHOWN.get(act.done.get(name, ""), "same")
        # A line that looks like a heading parts a passage in two, one of which stayed.
        if fates - {expected, "same"} or expected not in fates:
            wrong.append((name, expected, ", ".join(sorted(fates))))
    return wrong


def _names(text: Text, act: Sequence[Section]) -> list[int]:
    """Return the name of the passage that each word of a text belongs to."""
    names = [
        passage.name
        for section in act
        for passage in section.passages
        for _ in read([f"x {' '.join(passage.words)}"]).words  # "x" for the full stop
    ]
    assert len(names) == len(text.words)
    return names
