"""A file on its way lets requests go first that have no answer yet, and is not held up by them."""

import anyio
import pytest
from anyio import to_thread

from api import downloads


async def paused(monkeypatch: pytest.MonkeyPatch, *, busy_for: int) -> int:
    """Return how often a block gives way, where somebody works for so many moments."""
    pauses = 0
    limiter, me = to_thread.current_default_thread_limiter(), object()
    if busy_for:
        limiter.acquire_on_behalf_of_nowait(me)

    async def moment(seconds: float) -> None:
        nonlocal pauses
        assert seconds < 0.01
        pauses += 1
        if pauses == busy_for:
            limiter.release_on_behalf_of(me)

    monkeypatch.setattr(downloads, "sleep", moment)
    await downloads._give_way()
    return pauses


@pytest.mark.parametrize(("busy_for", "pauses"), [(0, 0), (1, 1), (3, 3), (1000, 10)])
def test_a_block_waits_for_those_who_work_and_no_longer_than_some_moments(
    monkeypatch: pytest.MonkeyPatch, busy_for: int, pauses: int
) -> None:
    async def asked() -> int:
        return await paused(monkeypatch, busy_for=busy_for)

    assert anyio.run(asked) == pauses
