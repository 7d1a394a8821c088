"""Each request's number and its line in the log."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from api.requests import HEADER, Requests, request_number

NUMBER = re.compile(r"[0-9a-z]{5}-[0-9a-z]{5}")
GIVEN = "od-posrednika-0001"


def _said(request: Request) -> Response:
    return PlainTextResponse(request_number(request))


def _broke(request: Request) -> Response:
    raise RuntimeError(request.url.path)


def _stops_short(request: Request) -> Response:
    del request

    async def chunks() -> AsyncIterator[bytes]:
        yield b"1234"
        raise OSError("the store cut the answer")

    return StreamingResponse(chunks())


def _client(*, host: str = "127.0.0.1", trusted: str = "127.0.0.1") -> TestClient:
    routes = [
        Route("/{name}/said", _said),
        Route("/healthz", _said),
        Route("/broke", _broke),
        Route("/short", _stops_short),
    ]
    app = Requests(Starlette(routes=routes), trusted=trusted)
    return TestClient(app, client=(host, 1), raise_server_exceptions=False)


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """Return what is logged."""
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as found:
        yield found


def test_a_number_is_made_given_back_and_logged(lines: list[Any]) -> None:
    answer = _client().get("/sekret/said?q=sekret")
    assert NUMBER.fullmatch(answer.headers[HEADER])
    assert answer.text == answer.headers[HEADER]
    (line,) = lines
    assert line["request_id"] == answer.text
    assert (line["status"], line["bytes"], "cut" in line) == (200, len(answer.text), False)
    assert "sekret" not in str(line)


@pytest.mark.parametrize(
    ("host", "given", "is_taken"),
    [
        ("127.0.0.1", GIVEN, True),
        ("192.0.2.7", GIVEN, False),  # a stranger's
        ("127.0.0.1", "krotki", False),
        ("127.0.0.1", 'a"b\\c{d}e', False),
        ("127.0.0.1", "x" * 65, False),
    ],
)
def test_a_number_is_taken_from_a_trusted_proxy_alone(
    host: str, given: str, *, is_taken: bool
) -> None:
    answer = _client(host=host).get("/a/said", headers={HEADER: given})
    assert (answer.text == given) == is_taken
    assert is_taken or NUMBER.fullmatch(answer.text)


def test_an_error_of_ours_has_the_number_of_its_answer(lines: list[Any]) -> None:
    answer = _client().get("/broke")
    broke, line = lines
    assert (broke["event"], broke["log_level"]) == ("request_broke", "error")
    assert broke["request_id"] == line["request_id"] == answer.headers[HEADER]
    assert line["status"] == answer.status_code == 500


def test_an_answer_that_was_cut_says_so(lines: list[Any]) -> None:
    _client().get("/short")
    assert (lines[-1]["bytes"], lines[-1]["cut"]) == (4, True)


def test_who_only_watches_leaves_no_line(lines: list[Any]) -> None:
    assert _client().get("/healthz").status_code == 200
    assert lines == []
