"""How many heaps the C library keeps for a process's threads: few, so that memory comes back."""

import ctypes
from contextlib import suppress

# malloc.h of glibc: the parameter that bounds the number of arenas.
_M_ARENA_MAX = -8
# Python's own lock lets one thread at a time allocate; a second heap is for libraries beside it.
_MOST = 2


def keep_few_arenas() -> None:
    """Bound the heaps of this process and of those that it forks, before it has threads.

    By itself glibc gives every thread a heap, up to eight for each processor, and none gives back
    what lies below its last piece: the process that does the work held 190 MB more (decision 0104).
    Another C library does otherwise, and nothing happens.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _MOST)
