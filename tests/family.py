"""Which processes another one has started."""

import os
from contextlib import suppress
from pathlib import Path


def children_of(pid: int) -> list[int]:
    """Return the processes that any thread of another one started, by number; none of a dead one's.

    The system lists them by the thread that started each.
    """
    found: list[int] = []
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(FileNotFoundError, ProcessLookupError):
                found += map(int, (task / "children").read_text().split())
    return sorted(found)


def working_of(pid: int) -> list[int]:
    """Return the process that a server has for the work: the one that gives way to the others."""
    return [each for each in children_of(pid) if _nice(each) > _nice(pid)]


def _nice(pid: int) -> int:
    """Return how far a process gives way; one that has ended gives way to nobody."""
    with suppress(ProcessLookupError):
        return os.getpriority(os.PRIO_PROCESS, pid)
    return -100
