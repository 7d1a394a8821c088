"""Several processes of one `teczka serve` are one server to everybody who looks at it."""

import os
import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx2
import pytest

from docstore import outbox
from docstore.outbox import UPKEEP
from tests.integration.pages.conftest import Site, make_installation
from tests.serving import Served, served

AT_ONCE, ASKED = 16, 200


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = make_installation(tmp_path / "data", search="tantivy:")
    yield made
    made.parts.close()


def children(server: Served) -> set[int]:
    """Return the processes that answer."""
    number = server.process.pid
    told = Path(f"/proc/{number}/task/{number}/children").read_text()
    return {int(each) for each in told.split()}


def asked_at_once(url: str, times: int) -> list[int]:
    """Ask so often, each time over a connection of its own; return the statuses."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda _: httpx2.get(url, timeout=60).status_code, range(times)))


def answered(server: Served) -> float:
    """Return how many requests to `/healthz` the server says it has answered."""
    page = httpx2.get(f"{server.url}/metrics", timeout=60).text
    found = re.search(r'^teczka_http_requests_total\{.*"/healthz".*\} (\S+)$', page, re.MULTILINE)
    assert found, page
    return float(found[1])


def test_they_count_together(site: Site) -> None:
    with served(site) as server:
        before = answered(server)
        assert asked_at_once(f"{server.url}/healthz", ASKED) == [200] * ASKED
        assert {answered(server) for _ in range(10)} == {before + ASKED}


def test_whichever_of_them_dies_another_comes_and_the_work_goes_on(site: Site) -> None:
    with served(site) as server:
        for victim in sorted(children(server)):
            counted = answered(server)
            os.kill(victim, signal.SIGKILL)
            server.until("another came", partial(another_came, server, victim))
            with site.parts.database.transaction() as session:
                outbox.enqueue(session, UPKEEP, f"{UPKEEP} {victim}", at=site.clock.now())
            server.until("the work is done", lambda: not waiting(server))
            assert answered(server) >= counted, "what the dead had counted is not forgotten"


def test_processes_that_are_started_anew_go_on_with_the_work(site: Site) -> None:
    """Asked to (SIGHUP), the new ones are started before the old ones end."""
    with served(site) as server:
        for turn in range(3):
            before = children(server)
            server.process.send_signal(signal.SIGHUP)
            server.until("others came", partial(others_came, server, before))
            with site.parts.database.transaction() as session:
                outbox.enqueue(session, UPKEEP, f"{UPKEEP} {turn}", at=site.clock.now())
            server.until("the work is done", lambda: not waiting(server))


def others_came(server: Served, before: set[int]) -> bool:
    """Tell whether there are two again, and none that was there before."""
    now = children(server)
    return len(now) == 2 and not now & before


def another_came(server: Served, victim: int) -> bool:
    """Tell whether there are two again, and the victim is none of them."""
    return len(children(server) - {victim}) == 2


def waiting(server: Served) -> int:
    """Return how much work the server says is waiting."""
    return int(httpx2.get(f"{server.url}/readyz", timeout=60).json()["waiting"])
