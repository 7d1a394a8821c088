"""A named list of votes (imienny wykaz) as clerks paste it: from a report, a table, or by groups.

Reports write `12. Kowalczyk Anna ZA`, some of them two people to a line; minutes write
`Za (2): Anna Kowalczyk, Jan Nowak`, with the names behind the colon or below it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

VOICES = ("in_favour", "against", "abstained", "no_voice", "absent")

_WORDS = (
    ("absent", r"nieobecn(?:y|a|i|ych)"),
    ("no_voice", r"nieoddan[ye]|brak głosu|(?:nie głosował|niegłosując)[aiy]?"),
    ("abstained", r"wstrzym(?:uję|uje|ał|ała|ało|ali|ujących|ujące|ujący|ująca)?\.?(?: się)?"),
    ("against", r"przeciw(?:ko)?"),
    ("in_favour", r"za"),
)
_VOICE = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _WORDS) + r")(?!\w)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"^\W*(?:\d+\W+)?")
_NAME = re.compile(r"[^\W\d_][\w'’-]*\.?(?: [^\W\d_][\w'’-]*\.?){1,4}")
_COUNT = re.compile(r"^\W*(?:\d+|\(\s*\d+\s*\))?\W*")
_BETWEEN = re.compile(r"[,;\t]| i ")


@dataclass(frozen=True, slots=True)
class Voice:
    """How one person voted."""

    name: str
    voice: str


@dataclass(frozen=True, slots=True)
class RollCall:
    """What was read of a pasted list, and the numbers of the lines that were not."""

    voices: tuple[Voice, ...]
    unread: tuple[int, ...] = ()
    repeated: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Return how many voted how."""
        return {voice: sum(each.voice == voice for each in self.voices) for voice in VOICES}


def parse_roll_call(text: str) -> RollCall:
    """Read a named list; a line in which nobody voted and nobody is named counts as unread."""
    voices: list[Voice] = []
    unread: list[int] = []
    group = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line:
            continue
        found = _persons(line)
        header = None if found else _VOICE.match(_ORDINAL.sub("", line))
        if header is not None:
            group = str(header.lastgroup)
            line = _COUNT.sub("", header.string[header.end() :])
        if not found and group:
            found = [Voice(name, group) for name in _names(line)]
        voices += found
        if not found and header is None:
            unread.append(number)
    counted = Counter(each.name.casefold() for each in voices)
    repeated = tuple(dict.fromkeys(v.name for v in voices if counted[v.name.casefold()] > 1))
    return RollCall(tuple(voices), tuple(unread), repeated)


def _persons(line: str) -> list[Voice]:
    """Return the people of a line that names each one's vote behind the name."""
    found, start = [], 0
    for match in _VOICE.finditer(line):
        name = _name(line[start : match.start()])
        if name:
            found.append(Voice(name, str(match.lastgroup)))
        start = match.end()
    return found


def _names(line: str) -> list[str]:
    return list(filter(None, map(_name, _BETWEEN.split(line))))


def _name(text: str) -> str:
    """Return a person's name without its number and what parts it from the vote; or nothing."""
    name = " ".join(_ORDINAL.sub("", text).split()).rstrip(" ,;:–-")
    is_name = _NAME.fullmatch(name) is not None and all(word[0].isupper() for word in name.split())
    return name if is_name else ""


def tally(voices: Iterable[Mapping[str, str]]) -> tuple[int, ...]:
    """Count a stored list: in favour, against, abstained, no voice, absent."""
    counted = Counter(each["voice"] for each in voices)
    return tuple(counted[voice] for voice in VOICES)


def by_voice(voices: Iterable[Mapping[str, str]]) -> dict[str, list[str]]:
    """Return a stored list as names under each vote, in the order of a council's report."""
    groups: dict[str, list[str]] = {voice: [] for voice in VOICES}
    for each in voices:
        groups[each["voice"]].append(each["name"])
    return {voice: names for voice, names in groups.items() if names}
