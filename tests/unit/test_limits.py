"""The limit on searches: what a client has left, also where processes count together."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.security.limits import Bucket

SLOW = 1e-6
"""Turns a second: none comes back while a test runs."""
_TAKE_40 = """
import sys
from pathlib import Path
from api.security.limits import Bucket
bucket = Bucket(rate=1e-6, burst=60, file=Path(sys.argv[1]))
print(sum(not bucket.take("10.0.0.1") for _ in range(40)))
"""


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
        for number in range(9):  # eight rows, which all may be anybody's
            now[0] += 1
            assert bucket.take(f"client {number}") == 0
        assert bucket.take("client 8") > 0
        assert bucket.take("client 0") == 0

    def test_threads_take_no_turn_twice(self) -> None:
        bucket = Bucket(rate=SLOW, burst=50)
        with ThreadPoolExecutor(8) as pool:
            taken = sum(pool.map(lambda _: not bucket.take("a"), range(200)))
        assert taken == 50

    def test_processes_with_one_file_count_together(self, tmp_path: Path) -> None:
        file = tmp_path / "searches"
        told = [
            subprocess.Popen([sys.executable, "-c", _TAKE_40, file], stdout=subprocess.PIPE)
            for _ in range(3)
        ]
        assert sum(int(each.communicate(timeout=60)[0]) for each in told) == 60
        assert Bucket(rate=SLOW, burst=60, file=file).take("10.0.0.1") > 0

    def test_without_room_for_the_file_each_counts_for_itself(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: int) -> None:
            raise OSError

        monkeypatch.setattr("os.posix_fallocate", full)
        bucket = Bucket(rate=SLOW, burst=1, file=tmp_path / "searches")
        assert (bucket.take("a"), bucket.take("a") > 0) == (0, True)
