"""A record that is locked, restarted, gone for a while, cut off or slow: 503, nothing by half.

Reading that can go on goes on, and whoever works catches up by himself.
"""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

import docstore.postgres
from docstore import outbox
from docstore.clock import SystemClock
from docstore.database import Database
from docstore.errors import OutcomeUnknown, RecordUnavailable
from docstore.models import Document, LedgerEntry, OutboxMessage, Receipt, Version
from docstore.outbox import Task
from docstore.services.documents import Owner
from docstore.services.vitals import vitals
from docstore.workers import Worker
from tests.integration.pages.conftest import Site, make_installation
from tests.integration.pages.office import Clerk, make_clerk, text_of
from tests.postgres import Cluster, connect, halt, resume, start_cluster, stop_cluster
from tests.serving import Served, served

DRAFT = b"Projekt uchwaly w sprawie dochodow."


def kept(database: Database) -> dict[str, int]:
    """Count what an upload leaves behind."""
    with database.reading() as session:
        return {
            kind.__tablename__: session.scalar(select(func.count()).select_from(kind)) or 0
            for kind in (Document, Version, LedgerEntry, OutboxMessage)
        }


def upload(clerk: Clerk, data: bytes = DRAFT) -> httpx2.Response:
    """Drop a file on the meeting as the page does."""
    return clerk.browser.post(
        f"{clerk.desk}/pliki",
        data={"csrf": clerk.csrf},
        files=[("files", ("projekt.txt", data))],
        headers={"accept": "application/json"},
    )


class TestSqliteLocked:
    @pytest.fixture
    def site(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
        """Return an installation that waits a tenth of a second for the record."""
        made = make_installation(tmp_path / "data")
        monkeypatch.setattr(made.parts.database, "_write_wait", 0.1)
        yield made
        made.parts.close()

    @contextmanager
    def _locked(self, site: Site) -> Iterator[None]:
        """Hold the record as another program does that copies it by hand."""
        path = site.parts.settings.data_dir / "record.sqlite3"
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.close()

    def test_writing_is_refused_whole_and_reading_goes_on(self, site: Site) -> None:
        council = site.found()
        clerk = make_clerk(site, council)
        site.upload(council, Owner(paper_id=site.paper(council).id), "Dochody.")
        site.publish(council)
        member = site.browser(council.member, by="link")
        before = kept(site.parts.database)
        with self._locked(site):
            refused = upload(clerk)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
            assert refused.json()["code"] == "record_unavailable"
            assert kept(site.parts.database) == before
            papers = member.get(f"/piechowice/moje/{council.meeting.id}")
            assert papers.status_code == 200, "a councillor reads, though no receipt is written"
            assert "Znaleziono" in text_of(clerk.get("/piechowice/szukaj?q=dochody"))
            ready = site.client.get("/readyz")
            assert (ready.status_code, ready.json()["parts"]["record"]["code"]) == (
                503, "record_locked",
            )  # fmt: skip
        with site.parts.database.reading() as session:
            assert session.scalar(select(func.count()).select_from(Receipt)) == 0
        assert upload(clerk).status_code == 200
        assert member.get(f"/piechowice/moje/{council.meeting.id}").status_code == 200
        with site.parts.database.reading() as session:
            assert session.scalar(select(func.count()).select_from(Receipt)) == 1

    def test_a_worker_keeps_its_task_and_goes_on_the_moment_the_lock_is_gone(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(outbox.tasks, "_BREATH", 0.05)
        database, done, tried = site.parts.database, threading.Event(), threading.Event()

        def handler(task: Task) -> None:
            if task.attempts > 1:
                done.set()
            tried.set()
            assert locked.wait(30)
            with task.finishing():
                pass

        with database.transaction() as session:
            outbox.enqueue(session, "test", "x", at=site.clock.now())
        locked = threading.Event()
        worker = Worker(database, SystemClock(), {"test": handler}, name="test")
        worker.start()
        assert tried.wait(30)
        with self._locked(site):
            locked.set()
            assert not done.wait(0.5)
        assert done.wait(30), "put off for a moment, not for a lease of five minutes"
        worker.stop(timeout=30)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Return a PostgreSQL of these tests' own, to be treated badly."""
    made = start_cluster(survives=True)
    yield made
    stop_cluster(made)


@pytest.mark.server
class TestPostgres:
    @pytest.fixture
    def site(self, tmp_path: Path, cluster: Cluster) -> Iterator[Site]:
        """Return an installation on it, with one council."""
        with connect(cluster.port) as admin:
            admin.execute("DROP DATABASE IF EXISTS teczka_faults WITH (FORCE)")
            admin.execute("CREATE DATABASE teczka_faults")
        made = make_installation(
            tmp_path / "data",
            at=SystemClock().now(),  # the server goes by its own clock, and sign-ins end
            record=f"postgresql://teczka@127.0.0.1:{cluster.port}/teczka_faults",
            search="tantivy:",
        )
        yield made
        made.parts.close()

    def test_connections_cut_by_the_server_cost_one_request_at_most(
        self, site: Site, cluster: Cluster
    ) -> None:
        clerk = make_clerk(site, site.found())
        for _ in range(3):
            _cut_connections(cluster)
            assert clerk.get(clerk.desk).status_code == 200, "a dead connection is not handed out"
        with pytest.raises(OutcomeUnknown):
            self._write_and_be_cut(site, cluster)
        assert upload(clerk).status_code == 200
        with site.parts.database.reading() as session:
            assert not outbox.is_promised(session, "test")

    @staticmethod
    def _write_and_be_cut(site: Site, cluster: Cluster) -> None:
        with site.parts.database.transaction() as session:
            outbox.enqueue(session, "test", "x", at=site.clock.now())
            session.flush()
            _cut_connections(cluster)

    def test_a_commit_that_is_cut_is_not_told_as_nothing_changed_and_not_repeated(
        self, site: Site, cluster: Cluster
    ) -> None:
        """Whoever is told 503 repeats by himself, and might store it twice."""
        clerk = make_clerk(site, site.found())

        def cut(_: object) -> None:
            _cut_connections(cluster)

        event.listen(Session, "before_commit", cut)
        try:
            answer = upload(clerk)
        finally:
            event.remove(Session, "before_commit", cut)
        assert (answer.status_code, answer.json()["code"]) == (504, "outcome_unknown")
        assert "retry-after" not in answer.headers
        assert upload(clerk).status_code == 200

    def test_a_slow_statement_and_a_row_held_too_long_are_given_up(
        self, site: Site, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        clerk = make_clerk(site, site.found())
        with site.parts.database.reading() as session:
            assert session.scalar(text("SHOW statement_timeout")) == "30s"
            assert session.scalar(text("SHOW lock_timeout")) == "10s"
        options = "-c statement_timeout=200ms -c lock_timeout=100ms"
        monkeypatch.setitem(docstore.postgres._ARGUMENTS, "options", options)
        url = site.parts.settings.database_url
        impatient = make_installation(tmp_path / "impatient", record=url)
        with pytest.raises(RecordUnavailable), impatient.parts.database.reading() as session:
            session.execute(text("SELECT pg_sleep(10)"))
        browser = TestClient(impatient.app, cookies=clerk.browser.cookies)
        clerk = replace(clerk, browser=browser)
        before = kept(site.parts.database)
        with connect(cluster.port, database="teczka_faults") as other, other.transaction():
            other.execute("SELECT * FROM ledger_head FOR UPDATE")
            refused = upload(clerk)
            assert (refused.status_code, refused.json()["code"]) == (503, "record_unavailable")
            assert kept(site.parts.database) == before
        assert upload(clerk).status_code == 200
        impatient.parts.close()

    def test_a_server_that_is_there_and_says_nothing_is_given_up(
        self, site: Site, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As one whose disk is away: its machine answers, and it keeps no timeout of its own."""
        clerk = make_clerk(site, site.found())
        with monkeypatch.context() as impatient:
            impatient.setattr(docstore.postgres._Impatient, "patience", 0.5)
            assert clerk.get(clerk.desk).status_code == 200
            before = kept(site.parts.database)
            with _silent(cluster):
                began = time.monotonic()
                refused = clerk.browser.get(clerk.desk)
                assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
                assert upload(clerk).json()["code"] == "record_unavailable"
                assert time.monotonic() - began < 30, "and not when the server speaks again"
            with site.parts.database.snapshot() as session:
                session.execute(text("SELECT pg_sleep(1)"))  # a backup takes its time
        assert kept(site.parts.database) == before
        assert upload(clerk).status_code == 200

    def test_restarted_and_gone_for_a_while_under_load_nothing_acknowledged_is_lost(
        self, site: Site, cluster: Cluster
    ) -> None:
        clerk = make_clerk(site, site.found())
        before = kept(site.parts.database)["version"]
        with served(site) as server:
            writers = [_Writer(server, clerk, number) for number in range(3)]
            for _ in range(2):
                for writer in writers:
                    writer.has_more(2)
                halt(cluster)
                _says(server, writers)
                resume(cluster)
            for writer in writers:
                writer.has_more(2)
                writer.stop()
            taken = [data for writer in writers for data in writer.taken]
            statuses = {status for each in writers for status in each.statuses}
            # 504 where the server was lost during a commit: only the record knows whether it was.
            assert {200, 503} <= statuses <= {200, 503, 504}
            server.until("all that was acknowledged is read and indexed", lambda: _is_done(site))
            with site.parts.database.reading() as session:
                hashes = session.scalars(select(Version.sha256)).all()
            unknown = sum(each.unknown for each in writers)
            assert 0 <= len(hashes) - before - len(taken) <= unknown, "none lost, none by half"
            assert {sha256(data).hexdigest() for data in taken} <= set(hashes)
            assert server.process.poll() is None
            assert server.codes()["record"] == "ok"


class _Writer(threading.Thread):
    """Somebody of the office who uploads one file after the other until told to stop."""

    def __init__(self, server: Served, clerk: Clerk, number: int) -> None:
        super().__init__(daemon=True)
        self.taken: list[bytes] = []
        self.statuses: set[int] = set()
        self.unknown = 0
        self._more = threading.Semaphore(0)
        self._stopping = threading.Event()
        self._number = number
        self._form = {"csrf": clerk.csrf}
        cookies = {name: str(value) for name, value in clerk.browser.cookies.items()}
        self._browser = httpx2.Client(base_url=server.url, cookies=cookies, timeout=60)
        self._path = f"{clerk.desk}/pliki"
        self.start()

    def run(self) -> None:
        """Upload, and keep what was acknowledged."""
        for turn in range(10_000):
            if self._stopping.is_set():
                return
            data = f"Projekt {self._number} {turn}".encode()
            answer = self._browser.post(
                self._path,
                data=self._form,
                files=[("files", ("projekt.txt", data))],
                headers={"accept": "application/json"},
            )
            self.statuses.add(answer.status_code)
            self.unknown += answer.status_code == 504
            if answer.status_code == 200:
                self.taken.append(data)
                self._more.release()

    def has_more(self, count: int) -> None:
        """Wait until so many more uploads were acknowledged."""
        for _ in range(count):
            assert self._more.acquire(timeout=60)

    def stop(self) -> None:
        """Upload no more."""
        self._stopping.set()
        self.join(60)
        self._browser.close()


def _says(server: Served, writers: list[_Writer]) -> None:
    """Hold the server to what it says while the record is gone."""
    server.until("a writer was refused", lambda: any(503 in w.statuses for w in writers))
    assert server.codes()["record"] in {"record_unavailable", "no_answer"}
    page = httpx2.get(f"{server.url}/piechowice/uchwaly", timeout=30)
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert "Baza danych nie odpowiada" in page.text
    assert httpx2.get(f"{server.url}/metrics", timeout=10).status_code == 200


def _is_done(site: Site) -> bool:
    with site.parts.database.reading() as session:
        known = vitals(session)
    return not known.waits and not known.given_up and not known.index_lag


@contextmanager
def _silent(cluster: Cluster) -> Iterator[None]:
    """Stop all processes of a server for the block, as a machine does that waits for its disk."""
    its = [cluster.process.pid, *_children(cluster.process.pid)]
    try:
        for pid in its:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in its:
            os.kill(pid, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _cut_connections(cluster: Cluster) -> None:
    with connect(cluster.port) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'teczka_faults'"
        )
