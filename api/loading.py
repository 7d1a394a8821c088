"""Loading without looking for garbage: thousands of objects come to stay, and none to go."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects between two collections; with Python's own 700 they are a twelfth of a search page.
_SELDOM = 10_000


@contextmanager
def loading() -> Iterator[None]:
    """Collect no garbage within the block, and leave what it made out of all later collections.

    Collections are a seventh of what a start takes. Looked through again later, what was loaded
    would hold a page up for a tenth of a second, and copy memory shared with a parent process.
    Afterwards a page, which leaves little behind in rings, is seldom interrupted.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(_SELDOM)
        gc.enable()
