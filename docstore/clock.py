"""Time behind a seam, so that tests own it."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time: always aware, always UTC."""

    def now(self) -> datetime:
        """Return this moment."""
        ...


class SystemClock:
    """The server's own clock."""

    def now(self) -> datetime:
        """Return this moment in UTC."""
        return datetime.now(UTC)


class MemoryClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return the moment it was last set to."""
        return self._at

    def move(self, by: timedelta) -> None:
        """Step forward, or back when `by` is negative."""
        self._at += by
