"""The moments at which a process may die, by name, so that tests can kill it at each of them.

Nothing here can be switched on from outside: no setting, no environment variable, no request. A
hook comes only from a program that holds this module in its own hands, as the tests' launcher does.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum


class Point(Enum):
    """A named moment; its value says what is true at it."""

    # --- bytes on their way in ---
    HASHED = "the bytes are in the spool with their hash, and nothing knows of them"
    TOUCHED = "the record expects the object, and the store does not have it"
    INCOMING = "the folder store has the bytes under a temporary name"
    NAMED = "the folder store has the object under its key, and the key is not yet durable"
    PUT = "the object is durable, and no row names it"
    # --- an upload ---
    ADDED = "the version's rows are written, and their transaction is open"
    COMMITTED = "the version is in the record, and nobody was told so"
    # --- work promised in the outbox ---
    CLAIMED = "a worker has claimed a message and done nothing for it"
    FINISHING = "a task's results and its end are written, and their transaction is open"
    FINISHED = "a task is done, and the next one is not claimed"
    # --- reading a version ---
    LEARNED = "the facts of a version were found, and are nowhere written down"
    RENDERED = "the PDF of an office file was made, and is not kept"
    RECOGNISED = "the words of scanned pages were recognised, and are nowhere written down"
    # --- the index ---
    INDEXING = "changes are written into the index under its lock, and not committed"
    INDEXED = "the index has committed, and the record does not know it"
    BUILT = "a new index stands whole beside the live one"
    SWAPPED = "the new index is live, and the old one still lies there"
    # --- a packet's files and notices ---
    MERGED = "the packet's PDF was made, and is not kept"
    ZIPPED = "the packet's ZIP was made, and is not kept"
    BUNDLED = "both files are kept, and the record does not name them"
    SENDING = "a mail's link is durable, and the mail server has heard nothing"
    SENT = "the mail server has taken a mail over, and the record does not know it"


_hooks: list[Callable[[Point], None]] = []


def reach(point: Point) -> None:
    """Pass a moment; nothing happens unless a test watches."""
    for hook in _hooks:
        hook(point)


@contextmanager
def watched(hook: Callable[[Point], None]) -> Iterator[None]:
    """Call `hook` at every point this process reaches within the block; for tests alone."""
    _hooks.append(hook)
    try:
        yield
    finally:
        _hooks.remove(hook)
