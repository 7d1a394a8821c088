"""Threads of their own for what waits for the store or the disk, and turns for what thinks hard.

The framework has forty threads for all requests, and one that waits for a store may wait for 40 s:
a store that hangs stops no page. What keeps the processor busy gains nothing by many at once: they
hand the interpreter to each other all the time, which costs more than the work itself.
"""

import math
from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar, cast

from anyio import CapacityLimiter, move_on_after, to_thread
from anyio.lowlevel import RunVar
from fastapi import Request

from api.requests import WAITED
from api.security.askers import Asker
from docstore.errors import DocstoreError, PagesBusy, StorageUnavailable
from indexer.errors import SearchUnavailable

# How long a request waits for its turn at the store, in seconds; it holds no thread meanwhile.
PATIENCE = 2.0
# The same for a search: hundreds of them are answered in this time, unless the record hangs.
SEARCHER = 10.0

Asked = ParamSpec("Asked")
Result = TypeVar("Result")


class Turns:
    """So many threads at once, apart from those that draw pages; the others wait without one."""

    def __init__(
        self, name: str, most: int, *, refusal: Callable[[], DocstoreError] = StorageUnavailable
    ) -> None:
        self._most, self._refusal = most, refusal
        # One loop serves an installation; what waits in one loop cannot be woken from another.
        self._limiter: RunVar[CapacityLimiter] = RunVar(f"teczka_{name}")
        self._threads: RunVar[CapacityLimiter] = RunVar(f"teczka_{name}_threads")

    async def run(self, call: Callable[[], Result], *, patience: float | None = None) -> Result:
        """Call in a thread when the turn has come, and return what it returns.

        Raises the `refusal` where it did not come within `patience` seconds: all who have one
        hang, or there are far too many.
        """
        limiter, me = self._of_loop(self._limiter, self._most), object()
        with move_on_after(patience) as waiting:
            await limiter.acquire_on_behalf_of(me)
        if waiting.cancelled_caught:
            raise self._refusal()
        try:
            threads = self._of_loop(self._threads, math.inf)
            return await to_thread.run_sync(call, limiter=threads)
        finally:
            limiter.release_on_behalf_of(me)

    @property
    def are_taken(self) -> bool:
        """Tell whether who asks now has to wait."""
        return self._of_loop(self._limiter, self._most).available_tokens < 1

    @staticmethod
    def _of_loop(kept: RunVar[CapacityLimiter], most: float) -> CapacityLimiter:
        limiter = kept.get(None)
        if limiter is None:
            limiter = CapacityLimiter(most)
            kept.set(limiter)
        return limiter


READING = Turns("reading", 20)
"""For blocks on their way out."""
WRITING = Turns("writing", 10)
"""For files on their way into the store."""
OPENING = Turns("opening", 1)
"""For locked files that are opened with a password: one may cost as much as a hundred uploads."""
DRAWING = Turns("drawing", 1, refusal=PagesBusy)
"""For pages that are drawn for the public: each run keeps a processor for a third of a second."""
DRAWING_KNOWN = Turns("drawing_known", 2, refusal=PagesBusy)
"""For pages that are drawn for those who are signed in, who wait for no crowd."""
COMPARING = Turns("comparing", 1, refusal=PagesBusy)
"""For versions that the public compares: two of hundreds of pages keep a processor for seconds."""
COMPARING_KNOWN = Turns("comparing_known", 1, refusal=PagesBusy)
"""For those that are compared for who is signed in, who waits for no crowd."""
NOTING = Turns("noting", 40)
"""For receipts of what goes out: they wait for the disk together (`services.noting`)."""
_BUSY = partial(SearchUnavailable, reason="busy")
SEARCHING = Turns("searching", 2, refusal=_BUSY)
"""For searches of the public: one thinks while another waits for the record (decision 0099)."""
SEARCHING_KNOWN = Turns("searching_known", 2, refusal=_BUSY)
"""For searches of those who are signed in, who wait for no crowd."""


def at_the_store(
    endpoint: Callable[Asked, Result],
) -> Callable[Asked, Coroutine[Any, Any, Result]]:
    """Make an endpoint that puts files into the store wait for its turn to.

    It answers 503 soon where everybody who has a turn hangs.
    """
    return _turned(WRITING, endpoint)


def at_the_lock(endpoint: Callable[Asked, Result]) -> Callable[Asked, Coroutine[Any, Any, Result]]:
    """Make an endpoint that opens a locked file wait for its turn to; it answers 503 soon, too."""
    return _turned(OPENING, endpoint)


def in_turn_to_compare(
    endpoint: Callable[Asked, Result],
) -> Callable[Asked, Coroutine[Any, Any, Result]]:
    """Make an endpoint that compares versions wait for its turn to; 503 where it does not come.

    The endpoint takes `asker`.
    """

    @wraps(endpoint)
    async def turned(*args: Asked.args, **kwargs: Asked.kwargs) -> Result:
        is_known = cast("Asker", kwargs["asker"]).person is not None
        turns = COMPARING_KNOWN if is_known else COMPARING
        return await turns.run(partial(endpoint, *args, **kwargs), patience=SEARCHER)

    return turned


def in_turn_to_draw(
    endpoint: Callable[Asked, Result],
) -> Callable[Asked, Coroutine[Any, Any, Result]]:
    """Make an endpoint that draws pages wait for its turn to; 503 where it does not come soon.

    The endpoint takes `asker`.
    """

    @wraps(endpoint)
    async def turned(*args: Asked.args, **kwargs: Asked.kwargs) -> Result:
        return await turns_to_draw(cast("Asker", kwargs["asker"])).run(
            partial(endpoint, *args, **kwargs), patience=SEARCHER
        )

    return turned


def turns_to_draw(asker: Asker) -> Turns:
    """Return the turns in which pages are drawn for somebody."""
    return DRAWING if asker.person is None else DRAWING_KNOWN


def _turned(
    turns: Turns, endpoint: Callable[Asked, Result]
) -> Callable[Asked, Coroutine[Any, Any, Result]]:
    @wraps(endpoint)
    async def turned(*args: Asked.args, **kwargs: Asked.kwargs) -> Result:
        return await turns.run(partial(endpoint, *args, **kwargs), patience=PATIENCE)

    return turned


def in_turn(endpoint: Callable[Asked, Result]) -> Callable[Asked, Coroutine[Any, Any, Result]]:
    """Make an endpoint that searches, where it is asked for words (`q`), wait for its turn to.

    Whoever came first is answered first, and who waited is let go of afterwards (`WAITED`); 503
    where the turn does not come, as while a record hangs that all wait for. The endpoint takes
    `request` and `asker`.
    """

    @wraps(endpoint)
    async def turned(*args: Asked.args, **kwargs: Asked.kwargs) -> Result:
        call = partial(endpoint, *args, **kwargs)
        request, asker = cast("Request", kwargs["request"]), cast("Asker", kwargs["asker"])
        if not request.query_params.get("q", "").strip():
            return await to_thread.run_sync(call)
        turns = SEARCHING if asker.person is None else SEARCHING_KNOWN
        if turns.are_taken:
            request.scope["state"][WAITED] = True
        return await turns.run(call, patience=SEARCHER)

    return turned
