"""The limit on searches: what a client has left, and who is forgotten."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.security.limits import Bucket

SLOW = 1e-6
"""Turns a second: none comes back while a test runs."""


class TestBucket:
    def test_so_many_at_once_and_then_a_wait_is_told(self) -> None:
        bucket = Bucket(rate=SLOW, burst=3)
        assert [bucket.take("a") == 0 for _ in range(5)] == [True] * 3 + [False] * 2
        assert bucket.take("a") == pytest.approx(1e6, rel=0.01)
        assert bucket.take("b") == 0

    def test_turns_come_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = [1000.0]
        monkeypatch.setattr(time, "monotonic", lambda: now[0])
        bucket = Bucket(rate=2, burst=1)
        assert bucket.take("a") == 0
        assert bucket.take("a") == pytest.approx(0.5)
        now[0] += 0.5
        assert bucket.take("a") == 0

    def test_of_too_many_clients_those_are_forgotten_who_asked_longest_ago(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = [1000.0]
        monkeypatch.setattr(time, "monotonic", lambda: now[0])
        bucket = Bucket(rate=SLOW, burst=1, clients=8)
        for number in range(9):
            now[0] += 1
            assert bucket.take(f"client {number}") == 0
        assert bucket.take("client 8") > 0
        assert bucket.take("client 0") == 0

    def test_threads_take_no_turn_twice(self) -> None:
        bucket = Bucket(rate=SLOW, burst=50)
        with ThreadPoolExecutor(8) as pool:
            taken = sum(pool.map(lambda _: not bucket.take("a"), range(200)))
        assert taken == 50
