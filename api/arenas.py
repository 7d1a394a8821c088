"""How the C library keeps memory for a process: few heaps, large blocks apart; it comes back."""

import ctypes
from contextlib import suppress

# malloc.h of glibc: the parameters that bound the number of arenas, and that say from which size on
# a block is asked of the system by itself.
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
# Python's own lock lets one thread at a time allocate; a second heap is for libraries beside it.
_MOST = 2
# glibc's own beginning. It raises it to the largest block that was ever freed, up to 32 MB: then
# large blocks lie in the heaps too, and small ones that outlive them keep their room taken.
_APART_FROM = 128 * 1024


def give_memory_back() -> None:
    """Bound the heaps of this process and of those that it forks, before it has threads.

    And keep large blocks out of them for good.

    By itself glibc gives every thread a heap, up to eight for each processor, and none gives back
    what lies below its last piece: the process that does the work held 190 MB more (decision 0104).
    Another C library does otherwise, and nothing happens.
    """
    with suppress(AttributeError, OSError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, _MOST)
        mallopt(_M_MMAP_THRESHOLD, _APART_FROM)
