"""Several processes of one `teczka serve` are one server to everybody who looks at it."""

import json
import os
import re
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx2
import pytest

from docstore import outbox
from docstore.outbox import UPKEEP
from tests.family import children_of, working_of
from tests.integration.pages.conftest import Site, make_installation
from tests.serving import Served, served

AT_ONCE, ASKED = 16, 200


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = make_installation(tmp_path / "data", search="tantivy:")
    yield made
    made.parts.close()


def answering(server: Served) -> set[int]:
    """Return the processes that answer."""
    return set(children_of(server.process.pid)) - working(server)


def working(server: Served) -> set[int]:
    """Return the process that does the work; none while another one comes."""
    return set(working_of(server.process.pid))


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
        server.until("all are there", partial(all_are_there, server))
        for victim in children_of(server.process.pid):
            counted = answered(server)
            os.kill(victim, signal.SIGKILL)
            server.until("another came", partial(all_are_there, server, without={victim}))
            with site.parts.database.transaction() as session:
                outbox.enqueue(session, UPKEEP, f"{UPKEEP} {victim}", at=site.clock.now())
            server.until("the work is done", lambda: not waiting(server))
            assert answered(server) >= counted, "what the dead had counted is not forgotten"


def test_processes_that_answer_are_started_anew_and_the_work_goes_on(site: Site) -> None:
    """Asked to (SIGHUP), the new ones are started before the old ones end."""
    with served(site) as server:
        server.until("all are there", partial(all_are_there, server))
        at_work = working(server)
        for turn in range(3):
            before = answering(server)
            server.process.send_signal(signal.SIGHUP)
            server.until("others came", partial(all_are_there, server, without=before))
            with site.parts.database.transaction() as session:
                outbox.enqueue(session, UPKEEP, f"{UPKEEP} {turn}", at=site.clock.now())
            server.until("the work is done", lambda: not waiting(server))
        assert working(server) == at_work


def test_the_work_holds_no_port(site: Site) -> None:
    """One that is started later closes what it was given, or it would hold the port."""
    with served(site) as server:
        server.until("all are there", partial(all_are_there, server))
        (first,) = working(server)
        os.kill(first, signal.SIGKILL)
        server.until("another came", partial(all_are_there, server, without={first}))
        (second,) = working(server)
        assert sockets_of(server.process.pid)
        assert not sockets_of(server.process.pid) & sockets_of(second)


def test_a_work_that_cannot_begin_says_so_in_one_line(site: Site) -> None:
    with served(site) as server:
        server.until("all are there", partial(all_are_there, server))
        spool = site.parts.settings.data_dir / "spool"
        shutil.rmtree(spool)
        spool.write_text("no folder")
        (victim,) = working(server)
        os.kill(victim, signal.SIGKILL)
        server.until("it is told", lambda: "work_not_begun" in server.log.read_text())
        spool.unlink()
        server.until("it works again", partial(all_are_there, server, without={victim}))
        lines = server.log.read_text().splitlines()
        assert all(isinstance(json.loads(line), dict) for line in lines)


def test_a_server_without_workers_has_no_process_for_them(site: Site) -> None:
    with served(site, workers=0) as server:
        server.until("two answer", lambda: len(children_of(server.process.pid)) == 2)
        assert not working(server)


def sockets_of(pid: int) -> set[str]:
    """Return the sockets that a process has open."""
    links = map(os.readlink, Path(f"/proc/{pid}/fd").iterdir())
    return {link for link in links if link.startswith("socket:")}


def all_are_there(server: Served, *, without: frozenset[int] | set[int] = frozenset()) -> bool:
    """Tell whether two answer and one works, and none of some others is there."""
    now = children_of(server.process.pid)
    return len(working(server)) == 1 and len(now) == 3 and not without & set(now)


def waiting(server: Served) -> int:
    """Return how much work the server says is waiting."""
    return int(httpx2.get(f"{server.url}/readyz", timeout=60).json()["waiting"])
