"""Conditions and ranges as RFC 9110 has them."""

from datetime import UTC, datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from api.preconditions import http_date, part, unmet

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DATE, BEFORE, AFTER = (
    "Fri, 20 Nov 2026 09:00:00 GMT",
    "Fri, 20 Nov 2026 08:59:59 GMT",
    "Fri, 20 Nov 2026 09:00:01 GMT",
)
TAG, OTHER = '"abc"', '"abd"'
SIZE = 1000
BEYOND = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE


def asked(value: str, **more: str) -> tuple[int, int] | HTTPStatus | None:
    headers = Headers({"range": value, **{k.replace("_", "-"): v for k, v in more.items()}})
    return part(headers, size=SIZE, tag=TAG, modified_at=AT)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-499", (0, 500)),
        ("bytes=500-", (500, 1000)),
        ("bytes=999-", (999, 1000)),
        ("bytes=0-99999", (0, 1000)),
        ("bytes=5-" + "9" * 40, (5, 1000)),
        ("bytes=0000000000000000000000000000001-2", (1, 3)),
        ("bytes=-1", (999, 1000)),
        ("bytes=-1000", (0, 1000)),
        ("bytes=-99999", (0, 1000)),
        ("Bytes=0-1", (0, 2)),
        ("bytes= 0-1 ", (0, 2)),
        ("bytes=1000-", BEYOND),
        ("bytes=1000-1001", BEYOND),
        ("bytes=" + "9" * 40 + "-", BEYOND),
        ("bytes=-0", BEYOND),
        ("bytes=-", None),
        ("bytes=5-4", None),
        ("bytes=2000-1000", None),
        ("bytes=a-b", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("bytes 0-1", None),
        ("", None),
    ],
)
def test_a_range_is_read_as_the_standard_has_it(
    value: str, expected: tuple[int, int] | HTTPStatus | None
) -> None:
    assert asked(value) == expected


@pytest.mark.parametrize(
    ("condition", "is_part"),
    [(TAG, True), (OTHER, False), (f"W/{TAG}", False), (DATE, True), (BEFORE, False),
     (AFTER, False), ("*", False), ("", False)],
)  # fmt: skip
def test_a_part_is_of_the_file_that_was_meant(condition: str, is_part: bool) -> None:
    assert (asked("bytes=0-1", if_range=condition) is not None) == is_part


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"if-none-match": TAG}, 304),
        ({"if-none-match": f"W/{TAG}"}, 304),
        ({"if-none-match": f'{OTHER}, W/"x", {TAG}'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": OTHER}, None),
        ({"if-none-match": "abc"}, None),
        ({"if-modified-since": DATE}, 304),
        ({"if-modified-since": AFTER}, 304),
        ({"if-modified-since": BEFORE}, None),
        ({"if-modified-since": "Friday, 20-Nov-26 09:00:00 GMT"}, 304),
        ({"if-modified-since": "yesterday"}, None),
        ({"if-modified-since": "Fri, 99 Nov 2026 09:00:00 GMT"}, None),
        ({"if-none-match": OTHER, "if-modified-since": DATE}, None),
        ({"if-match": TAG}, None),
        ({"if-match": "*"}, None),
        ({"if-match": f"W/{TAG}"}, 412),
        ({"if-match": OTHER}, 412),
        ({"if-match": OTHER, "if-none-match": TAG}, 412),
        ({"if-match": TAG, "if-none-match": TAG}, 304),
        ({"if-unmodified-since": DATE}, None),
        ({"if-unmodified-since": BEFORE}, 412),
        ({"if-match": TAG, "if-unmodified-since": BEFORE}, None),
    ],
)
def test_conditions_hold_in_the_order_of_the_standard(
    fields: dict[str, str], expected: int | None
) -> None:
    assert unmet(Headers(fields), tag=TAG, modified_at=AT) == expected


def test_a_file_without_a_date_has_no_conditions_of_dates() -> None:
    for name in ("if-modified-since", "if-unmodified-since"):
        assert unmet(Headers({name: BEFORE}), tag=TAG, modified_at=None) is None
    headers = Headers({"range": "bytes=0-1", "if-range": DATE})
    assert part(headers, size=SIZE, tag=TAG, modified_at=None) is None


def test_a_date_is_told_to_the_second() -> None:
    assert http_date(AT.replace(microsecond=999_999)) == DATE


@given(st.text(max_size=30) | st.from_regex(r"bytes=[0-9-, ]{0,30}"), st.integers(0, 5))
def test_whatever_is_asked_a_part_lies_within_the_file(value: str, size: int) -> None:
    headers = Headers(raw=[(b"range", value.encode("latin-1", "replace"))])
    found = part(headers, size=size, tag=TAG, modified_at=AT)
    if isinstance(found, tuple):
        assert 0 <= found[0] < found[1] <= size


def test_a_moment_of_any_zone_is_told_in_that_of_http() -> None:
    """PostgreSQL gives moments in a zone of its own making, which is UTC by another name."""
    for zone in ("Etc/UTC", "Europe/Warsaw"):
        assert http_date(AT.astimezone(ZoneInfo(zone))) == http_date(AT)
