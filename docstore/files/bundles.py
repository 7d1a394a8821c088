"""Reads what is in files that hold other files, each by the reader of its kind."""

import stat
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from docstore.files import media, sandbox
from docstore.files.facts import FileFacts, Problem
from docstore.files.sandbox import Limits

Reader = Callable[[Path, str, Limits], FileFacts]
"""Learns the facts of one file: path, name, limits."""

# A text longer than this is no paper; it is what a job may answer at most.
_MOST_TEXT = 32 * 1024 * 1024
# What a reader says of a file whose text it did not, or not all, give.
_CUT = frozenset({
    Problem.TEXT_CUT, Problem.TIMED_OUT, Problem.TOO_MANY_PAGES, Problem.TOO_LARGE,
    Problem.PARTS_UNREAD, Problem.ATTACHMENTS, Problem.NO_TEXT,
})  # fmt: skip
# What is as true of a bundle as of a file in it.
_PASSED_ON = (Problem.TRACKED_CHANGES, Problem.COMMENTS, Problem.ACTIVE_CONTENT)


@dataclass(frozen=True, slots=True)
class Contents:
    """The text of a bundle: its own words, then each file's under its name.

    `all_read` tells that nothing in it was left unread: no scan, no file of an unknown kind, none
    for which there was no time or room. `problems` are its files'.
    """

    text: str
    has_text: bool
    all_read: bool
    problems: tuple[Problem, ...]
    locked: bool
    """Whether something in it asks for a password."""


def read_contents(
    path: Path, file_name: str, media_type: str, read: Reader, limits: Limits
) -> Contents:
    """Take a bundle apart and read each file in it, all within the time of one.

    Raises `FileRefused` where the bundle itself is broken or locked.
    """
    until = time.monotonic() + limits.seconds
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        unpacked = sandbox.run(
            "docstore.files.readers.bundle:unpack",
            {"path": str(path), "folder": folder, "media_type": media_type, "file_name": file_name},
            limits=limits,
            reads=[path],
            writes=[place],
        )
        gathered = _Gathered(unpacked["text"])
        for number, name in enumerate(unpacked["names"]):
            left, member = until - time.monotonic(), place / str(number)
            if left > 0 and gathered.room > 0 and _is_plain(member):
                gathered.add(name, read(member, name, replace(limits, seconds=left)))
            else:
                gathered.miss(name)
    return gathered.contents(all_there=unpacked["all"], locked=unpacked["locked"])


def _is_plain(member: Path) -> bool:
    """Tell a file from whatever else one who took over the unpacking may have laid there.

    A link would be followed, and a pipe waited for, by this process, which nobody confines.
    """
    return stat.S_ISREG(member.lstat().st_mode)


class _Gathered:
    """What was read of a bundle so far, as much as fits."""

    def __init__(self, own: str) -> None:
        self._texts = [own] if own else []
        self._has_text, self._is_whole = bool(own), True
        self._problems: set[str] = set()
        self.room = _MOST_TEXT - len(own)

    def add(self, name: str, facts: FileFacts) -> None:
        """Take what was read of one file."""
        words = "\n".join(filter(None, facts.page_texts))
        self._has_text |= bool(words)
        self._is_whole &= _is_whole(facts) and len(words) <= self.room
        self._problems |= {*facts.problems}
        self._put("\n".join(filter(None, (name, words[: self.room]))))

    def miss(self, name: str) -> None:
        """Take the name of one that was not read."""
        self._is_whole = False
        self._put(name)

    def _put(self, text: str) -> None:
        self._texts += [text] if text else []
        self.room -= len(text)

    def contents(self, *, all_there: bool, locked: bool) -> Contents:
        """Return all of it."""
        return Contents(
            text="\n\n".join(self._texts),
            has_text=self._has_text,
            all_read=self._is_whole and all_there,
            problems=tuple(each for each in _PASSED_ON if each in self._problems),
            locked=locked,
        )


def _is_whole(facts: FileFacts) -> bool:
    """Tell whether all of a file was read; an empty one, or a signature beside its file, is."""
    if Problem.EMPTY_FILE in facts.problems:
        return True
    if _CUT & {*facts.problems}:
        return False
    if facts.media_type == media.PDF and Problem.CONTAINER in facts.problems:
        return False
    return facts.text_state == "text" or facts.media_type == media.CMS
