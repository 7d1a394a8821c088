"""The C library's heaps: few for a process's threads, and what is free in them is given back."""

import ctypes
import threading
from collections.abc import Callable
from contextlib import suppress

# malloc.h of glibc: the parameter that bounds the number of arenas.
_M_ARENA_MAX = -8
# Python's own lock lets one thread at a time allocate; a second heap is for libraries beside it.
_MOST = 2
# How often free memory is given back, in seconds: it takes some milliseconds each time.
_EVERY = 60.0


def keep_few_arenas() -> None:
    """Bound the heaps of this process and of those that it forks, before it has threads.

    By itself glibc gives every thread a heap, up to eight for each processor, and none gives back
    what lies below its last piece: the process that does the work held 190 MB more (decision 0104).
    Another C library does otherwise, and nothing happens.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _MOST)


def give_back_free_memory(ending: threading.Event) -> None:
    """Give the system back what is free, every minute until a process ends.

    By itself glibc gives back only what lies behind the last piece in use: after an hour of many
    small pieces that is little of what is free. Another C library does otherwise, and nothing
    happens.
    """
    give_back = _trimming()
    if give_back is None:
        return

    def work() -> None:
        while not ending.wait(_EVERY):
            give_back(0)

    threading.Thread(target=work, name="give-back", daemon=True).start()


def _trimming() -> Callable[[int], int] | None:
    """Return `malloc_trim` of the C library, where it has one."""
    with suppress(AttributeError, OSError):
        trim = ctypes.CDLL(None).malloc_trim
        trim.argtypes, trim.restype = (ctypes.c_size_t,), ctypes.c_int
        return trim
    return None
