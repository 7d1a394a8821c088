"""The time zones that a council may choose."""

from functools import cache
from zoneinfo import available_timezones


@cache
def time_zones() -> tuple[str, ...]:
    """Return the names of Europe's zones in order: a council's clock is on a wall there."""
    return tuple(sorted(name for name in available_timezones() if name.startswith("Europe/")))
