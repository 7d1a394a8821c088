"""Whether the files of an open index are still those that were opened."""

from collections.abc import Iterable
from pathlib import Path

_Seen = tuple[int, int, int]


class Intact:
    """The files that a reader holds open, as they were when it opened them.

    An engine writes each of its files once, so that whatever changed since is damage. It has to be
    known before a page of a file is touched: a mapped file that was cut short ends the process.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._seen = {file: _look(file) for file in files}

    def __bool__(self) -> bool:
        return all(_look(file) == seen is not None for file, seen in self._seen.items())


def _look(file: Path) -> _Seen | None:
    """Return what changes when a file is written, cut, replaced or removed; None without it."""
    try:
        found = file.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns, found.st_ino)
