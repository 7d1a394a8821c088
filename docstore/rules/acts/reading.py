"""The text of an act as its rules read it: pages in one piece, and where each passage stood."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from docstore.rules.broken_letters import mend
from docstore.rules.plain import fold, join_lines, plain, rejoined

T = TypeVar("T")

# An act longer than this is a plan or a budget; what it says of itself stands before.
_MOST_PAGES, _MOST_LETTERS = 200, 500_000
_LONGEST_PASSAGE = 300
# Blanks at either end of a line, and all but the last of a few.
_INDENT = re.compile(r"(?<=\n)[ \t]+|[ \t]+(?=[ \t\n])")
# More than two blank lines say no more than two.
_BLANK_LINES = re.compile(r"\n{4,}")
# A heading set in spaced letters: `U C H W A Ł A   N R`; wider blanks part its words.
_SPACED_LETTERS = re.compile(r"(?<!\S)(?:[^\W\d_] ){3,}[^\W\d_](?!\S)")
# What follows the act itself: an annex of it, or the reasons for it.
_AFTER_ACT = re.compile(
    r"\n(?:u\s?z\s?a\s?s\s?a\s?d\s?n\s?i\s?e\s?n\s?i\s?e\b"
    r"|zalacznik(?:\s+n(?:r|umer)\b\.?)?(?:\s*(?:\d{1,3}[a-z]?|[ivx]{1,5})\b)?\.?"
    r"\s+do\s+(?:niniejszej\s+)?(?:projektu\s+)?uchwal)"
)

ON_LAW = (
    r"\b(?:dzialajac\s+)?na\s+podstawie\s*:?(?:\s*$|\s+(?=[^\n]{0,25}?"
    r"(?:\bart\b|\bartyk|\bustaw|§|\bprzepis|\brozporz|\bstatut|\bkonstyt|\bkodeks|\buchwal)))"
)
"""The words before the law on which an act stands, in a pattern for folded text; a title may say
`na podstawie umowy`."""
_QUOTED = re.compile('„[^„”"]{0,4000}[”"]|«[^«»]{0,4000}»')


@dataclass(frozen=True, slots=True)
class Passage(Generic[T]):
    """A value, the words it was read from, and the place of the first of them in its text."""

    value: T
    text: str
    start: int


@dataclass(frozen=True)
class ActText:
    """The text of an act, mended, as it is and folded: a place in one is a place in the other."""

    whole: str
    starts: tuple[int, ...]
    """Where each page begins."""

    @cached_property
    def folded(self) -> str:
        """Return the text in lower case without diacritics."""
        return fold(self.whole)

    @cached_property
    def own_words(self) -> str:
        """Return the folded text with blanks for what it quotes: new wording of another act."""
        return _QUOTED.sub(lambda match: " " * len(match[0]), self.folded)

    @cached_property
    def end_of_act(self) -> int:
        """Return where annexes or the reasons begin; the end of the text where there are none."""
        for after in _AFTER_ACT.finditer(self.folded):
            if self.whole[after.start() + 1].isupper():  # else a line that only begins with it
                return after.start()
        return len(self.whole)

    def page_at(self, place: int) -> int:
        """Return the page on which a place stands, counted from 1."""
        return max(bisect_right(self.starts, place), 1)

    def passage(self, value: T, start: int, end: int) -> Passage[T]:
        """Return a value with the words between two places, on one line."""
        said = join_lines(self.whole[start:end].split("\n"))
        return Passage(value, said, start)

    def until(self, place: int) -> "ActText":
        """Return the text up to a place."""
        return ActText(self.whole[:place], self.starts)


def act_text(page_texts: Sequence[str]) -> ActText:
    """Return pages in one piece, without the blanks and the broken letters of extraction."""
    pages = [_tidy(page) for page in page_texts[:_MOST_PAGES]]
    starts, place = [], 0
    for page in pages:
        starts.append(place)
        place += len(page) + 1
    return ActText(mend("\n".join(pages)[:_MOST_LETTERS]), tuple(starts))


def shortened(passage: str) -> str:
    """Return a passage short enough to be judged at a glance."""
    if len(passage) <= _LONGEST_PASSAGE:
        return passage
    return passage[:_LONGEST_PASSAGE].rsplit(" ", 1)[0] + " …"


def _tidy(page: str) -> str:
    lines = plain(page).replace("\f", "\n")
    closed = _SPACED_LETTERS.sub(lambda match: match[0].replace(" ", ""), lines)
    return _BLANK_LINES.sub("\n\n\n", rejoined(_INDENT.sub("", f"\n{closed}\n"))[1:-1])
