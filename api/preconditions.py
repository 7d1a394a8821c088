"""What a request asks for of a file: its conditions and its range (RFC 9110, sections 13, 14)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus

from starlette.datastructures import Headers

# Range units know no case, and a list may have spaces around its one member.
_RANGE = re.compile(r"bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.IGNORECASE)
# No file is as large as 18 figures say; more of them mean its end, whatever they are.
_MOST_FIGURES = 18
_TAG = re.compile(r'(W/)?("[^"]*")')


def http_date(at: datetime) -> str:
    """Return a moment as HTTP writes it, to the second."""
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)


def unmet(headers: Headers, *, tag: str, modified_at: datetime | None) -> HTTPStatus | None:
    """Return 304 or 412 where a precondition says so, in the order of section 13.2.2; else None.

    `tag` is strong; a date that cannot be read is no condition, nor one of a file without a date.
    """
    if "if-match" in headers:
        if not _names(headers["if-match"], tag, is_strong=True):
            return HTTPStatus.PRECONDITION_FAILED
    elif modified_at and _is_date(
        headers.get("if-unmodified-since"), lambda told: modified_at > told
    ):
        return HTTPStatus.PRECONDITION_FAILED
    if "if-none-match" in headers:
        if _names(headers["if-none-match"], tag, is_strong=False):
            return HTTPStatus.NOT_MODIFIED
    elif modified_at and _is_date(
        headers.get("if-modified-since"), lambda told: modified_at <= told
    ):
        return HTTPStatus.NOT_MODIFIED
    return None


def _names(field: str, tag: str, *, is_strong: bool) -> bool:
    """Tell whether a list of tags names this one; a strong comparison passes weak ones over."""
    if field.strip() == "*":
        return True
    return any(its == tag and not (weak and is_strong) for weak, its in _TAG.findall(field))


def _is_date(field: str | None, holds: Callable[[datetime], bool]) -> bool:
    """Tell whether something holds of a date; a field that is none says nothing."""
    try:
        told = parsedate_to_datetime(field or "")
    except ValueError:
        return False
    return told.tzinfo is not None and holds(told)


def part(
    headers: Headers, *, size: int, tag: str, modified_at: datetime | None
) -> tuple[int, int] | HTTPStatus | None:
    """Return the start and the end of the part asked for, None for the whole file, or 416.

    What is no range of bytes is passed over, and several at once are answered with the whole file,
    as section 14.2 allows. `If-Range` with another tag or date asks for the whole file.
    """
    match = _RANGE.fullmatch(headers.get("range", "").strip())
    known = {tag, http_date(modified_at)} if modified_at else {tag}
    if match is None or headers.get("if-range", tag) not in known:
        return None
    first, last = match[1], match[2]
    if not first and not last:
        return None
    if not first:
        start, end = max(0, size - _number(last)), size
    else:
        start, end = _number(first), min(size, _number(last) + 1) if last else size
        if last and _number(last) < start:
            return None
    return (start, end) if start < end else HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE


def _number(figures: str) -> int:
    figures = figures.lstrip("0") or "0"
    return int(figures) if len(figures) <= _MOST_FIGURES else 10**_MOST_FIGURES
