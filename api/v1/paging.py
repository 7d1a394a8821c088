"""Lists in pages: each page begins where the one before ended, whatever was written meanwhile.

A place in a list is the sort key of the last thing that was given, not a count: what comes or goes
before it moves nothing. It is written so that nobody takes it for more than it is.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from fastapi import Query, Request, Response

from api.v1.shapes import Page
from docstore.errors import InvalidInput

LONGEST = 200
# Numbers are kept in columns of 32 bits.
_MOST = 2**31 - 1

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.", examples=[20])]
After = Annotated[
    str | None,
    Query(
        max_length=LONGEST,
        description="`next` of the page before; left out for the first.",
        examples=["WyIyMDI2LTExLTI2IiwiazdjMm05eDRxMXY4ejV3MyJd"],
    ),
]
Row = TypeVar("Row")
Key = TypeVar("Key")
Item = TypeVar("Item")


def page_of(
    request: Request, response: Response, items: Sequence[tuple[str, Item]], limit: int
) -> Page[Item]:
    """Return one page of things and their places, of which there is one more than `limit` if any.

    The address of the next page is in the `Link` header too (RFC 8288).
    """
    following = items[limit - 1][0] if len(items) > limit else None
    if following is not None:
        point_to(request, response, following)
    return Page(items=[item for _, item in items[:limit]], next=following)


def point_to(request: Request, response: Response, following: str) -> None:
    """Name the next page in the answer's headers, below the installation's public address."""
    public_url: str = request.app.state.parts.settings.public_url
    query = request.url.include_query_params(after=following).query
    response.headers["Link"] = f'<{public_url.rstrip("/")}{request.url.path}?{query}>; rel="next"'


def written(*keys: datetime | date | str | int) -> str:
    """Write a place."""
    plain = [each.isoformat() if isinstance(each, date) else each for each in keys]
    text = json.dumps(plain, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(after: str, *kinds: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Read a place; raise `InvalidInput` for what was never one."""
    try:
        padded = after.encode("ascii") + b"=" * (-len(after) % 4)
        keys = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(keys, list) or len(keys) != len(kinds):
            raise InvalidInput(field="after", reason="cursor")
        return tuple(kind(each) for kind, each in zip(kinds, keys, strict=True))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise InvalidInput(field="after", reason="cursor") from error


def moment_and_id(after: str | None) -> tuple[datetime, str] | None:
    """Read a place in a list by time."""
    return None if after is None else (*_read(after, _moment, _text),)


def day_and_id(after: str | None) -> tuple[date, str] | None:
    """Read a place in a list by day."""
    return None if after is None else (*_read(after, date.fromisoformat, _text),)


def name(after: str | None) -> str | None:
    """Read a place in a list by name or id."""
    return None if after is None else str(_read(after, _text)[0])


def number(after: str | None) -> int | None:
    """Read a place in a list by number."""
    return None if after is None else int(_read(after, _whole)[0])


def _moment(value: str) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("not a text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= _MOST:
        raise ValueError("not a number")
    return value
