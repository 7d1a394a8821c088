"""The promises that cut across the house (DESIGN 4): what was acknowledged is there, whole."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from starlette.testclient import TestClient

from api.app import create_app
from api.demo.seaweed import Seaweed
from api.wiring import Parts, build
from docstore.clock import MemoryClock, SystemClock
from docstore.database import Database
from docstore.errors import NotFound, StorageUnavailable
from docstore.migrations import current, head, migrate
from docstore.models import (
    Body,
    Document,
    LedgerEntry,
    LedgerHead,
    LegislativeTerm,
    Meeting,
    OutboxMessage,
    StoredObject,
    Version,
)
from docstore.objects.memory import MemoryObjectStore
from docstore.objects.seam import object_key
from docstore.outbox import MAX_ATTEMPTS, UPKEEP, enqueue
from docstore.services import exclusions, ledger, reading, renditions, terms, upkeep
from docstore.services.acting import Acting
from docstore.services.documents import NewDocument, Owner
from docstore.services.finding import get_locked
from docstore.services.keeping import keep, spool
from docstore.services.orphans import ORPHAN_AFTER, sweep
from docstore.services.renditions import Made
from docstore.services.versions import Intake
from docstore.settings import Settings
from docstore.visibility import Visibility, office
from indexer.documents import Page, SearchQuery
from tests.factories import AT, make_body, make_meeting
from tests.integration.conftest import TODAY, Council, House, found_council
from tests.integration.pages.conftest import Site, make_installation
from tests.integration.pages.office import Clerk, make_clerk

ROUNDS = 60
"""How often sweeps and uploads race for the same bytes."""
EACH = 12
"""How often each of the ledger's writers writes."""
DRAFT = b"Projekt uchwa\xc5\x82y w sprawie bud\xc5\xbcetu."


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Return an installation without any council."""
    made = make_installation(tmp_path / "data")
    yield made
    made.parts.close()


@pytest.fixture
def council(site: Site) -> Council:
    """Return a small council in the installation."""
    return site.found()


def with_store(site: Site, store: MemoryObjectStore) -> Site:
    """Return the same installation over another store."""
    parts = replace(
        site.parts,
        store=store,
        intake=replace(site.parts.intake, store=store),
        reader=replace(site.parts.reader, store=store),
        sender=replace(site.parts.sender, store=store),
    )
    site.app.state.parts = parts
    return replace(site, parts=parts)


def kept(database: Database) -> dict[str, int]:
    """Count what an upload leaves behind."""
    with database.reading() as session:
        return {
            kind.__tablename__: session.scalar(select(func.count()).select_from(kind)) or 0
            for kind in (Document, Version, LedgerEntry, OutboxMessage)
        }


def drop(clerk: Clerk, data: bytes = DRAFT) -> Any:
    """Send a file of the meeting itself, as upload.js does."""
    return clerk.browser.post(
        f"{clerk.desk}/pliki",
        data={"csrf": clerk.csrf},
        files=[("files", ("projekt.txt", data))],
        headers={"accept": "application/json"},
    )


@contextmanager
def failing_commits(database: Database, error: Exception) -> Iterator[None]:
    """Let every commit fail, as a full disk or a lost connection does."""

    def fail(_connection: object) -> None:
        raise error

    event.listen(database.engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(database.engine, "commit", fail)


class TestAcknowledgement:
    """The transaction ends before the answer goes out (promise 3)."""

    @pytest.mark.parametrize(
        ("error", "status"),
        [(OperationalError("COMMIT", {}, Exception("disk")), 503), (RuntimeError("broken"), 500)],
    )
    def test_a_commit_that_fails_is_no_acknowledgement(
        self, site: Site, council: Council, error: Exception, status: int
    ) -> None:
        clerk = make_clerk(site, council)
        clerk.get(clerk.home)
        browser = TestClient(
            site.app, follow_redirects=False, raise_server_exceptions=False,
            cookies=clerk.browser.cookies,
        )  # fmt: skip
        before, revision = clerk.titles, clerk.revision
        with failing_commits(site.parts.database, error):
            answer = browser.post(
                f"{clerk.desk}/porzadek",
                data={
                    "csrf": clerk.csrf, "co": "wstaw", "revision": revision,
                    "text": "1. Wolne wnioski",
                },
            )  # fmt: skip
        assert answer.status_code == status
        assert ("retry-after" in answer.headers) == (status == 503)
        assert (clerk.titles, clerk.revision) == (before, revision)
        done = clerk.post(
            f"{clerk.desk}/porzadek", co="wstaw", revision=revision, text="1. Wolne wnioski"
        )
        assert done.status_code == 303
        assert clerk.titles == [*before, "Wolne wnioski"]

    def test_a_commit_that_the_record_refuses_leaves_no_transaction_open(
        self, site: Site, council: Council
    ) -> None:
        database = site.parts.database

        def add_a_strangers_term() -> None:
            with database.transaction() as session:
                session.execute(text("PRAGMA defer_foreign_keys = ON"))
                terms.add_term(
                    session, body_id="nobody", number=1, starts_on=TODAY.date(), ends_on=None
                )

        with pytest.raises(IntegrityError):
            add_a_strangers_term()
        with database.transaction() as session:
            terms.add_term(
                session, body_id=council.body.id, number=2, starts_on=TODAY.date(), ends_on=None
            )
            assert session.query(LegislativeTerm).filter_by(body_id="nobody").count() == 0

    def test_an_upload_whose_rows_cannot_be_committed_is_none(
        self, site: Site, council: Council
    ) -> None:
        clerk = make_clerk(site, council)
        store = HeldStore()
        site = with_store(site, store)
        before = kept(site.parts.database)
        lost = OperationalError("COMMIT", {}, Exception("the connection is gone"))
        with store.after_put(failing_commits(site.parts.database, lost)):
            answer = drop(clerk)
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert kept(site.parts.database) == before
        assert len(list(store.list_keys(""))) == 1, "an orphan, which the next try reuses"
        assert drop(clerk).status_code == 200
        assert len(list(store.list_keys(""))) == 1


class HeldStore(MemoryObjectStore):
    """A store that a test can take away, or stop in the middle of a verb."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = self.is_away_for_removal = False
        self._then: Any = None
        self.removing, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    @contextmanager
    def after_put(self, then: Any) -> Iterator[None]:
        """Enter a context as soon as an object is put, until the end of the block."""
        self._then = then
        try:
            yield
        finally:
            then.__exit__(None, None, None)

    def put(self, key: str, source: BinaryIO, *, size: int) -> None:
        """Store the bytes unless this store is away."""
        if self.is_away:
            raise StorageUnavailable
        super().put(key, source, size=size)
        if self._then is not None:
            self._then.__enter__()
            self._then = None

    def remove(self, key: str) -> None:
        """Forget an object, once the test lets it."""
        if self.is_away_for_removal:
            raise StorageUnavailable
        self.removing.set()
        assert self.go_on.wait(30)
        super().remove(key)


class TestStoreAway:
    """Nothing half-stored, and the next try succeeds."""

    def test_an_upload_is_told_to_come_back(self, site: Site, council: Council) -> None:
        clerk = make_clerk(site, council)
        store = HeldStore()
        site = with_store(site, store)
        before = kept(site.parts.database)
        store.is_away = True
        answer = drop(clerk)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "Nic nie zginęło" in answer.json()["detail"]
        page = clerk.post(f"{clerk.desk}/pliki", ("files", ("projekt.txt", DRAFT)))
        assert page.status_code == 503
        assert kept(site.parts.database) == before
        assert list(site.parts.settings.spool_dir.iterdir()) == []
        store.is_away = False
        assert drop(clerk).status_code == 200
        assert kept(site.parts.database)["version"] == 1

    def test_a_locked_record_is_told_of_before_any_byte_moves(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("docstore.database.WRITE_WAIT", 0.2)
        site = make_installation(tmp_path / "data")
        council = site.found()
        clerk = make_clerk(site, council)
        assert clerk.csrf
        before = kept(site.parts.database)
        other = sqlite3.connect(tmp_path / "data" / "record.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        answer = drop(clerk)
        other.execute("ROLLBACK")
        other.close()
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert answer.json()["code"] == "record_unavailable"
        assert kept(site.parts.database) == before
        assert list(site.parts.store.list_keys("")) == []
        assert drop(clerk).status_code == 200
        site.parts.close()

    @pytest.mark.server
    def test_a_real_s3_server_that_is_killed_and_comes_back(self, tmp_path: Path) -> None:
        with Seaweed(tmp_path / "s3") as server:
            settings = Settings.model_validate(
                {
                    "data_dir": tmp_path / "data",
                    "object_store_url": server.url("papers"),
                    "s3_access_key": server.access_key,
                    "s3_secret_key": server.secret_key,
                    "search_url": "memory:",
                    "smtp_url": "memory:",
                    "public_url": "http://testserver",
                    "libreoffice": "none",
                    "tesseract": "none",
                    "workers": 0,
                }
            )
            clock = MemoryClock(TODAY)
            parts = build(settings, clock=clock)
            migrate(parts.database)
            app = create_app(parts)
            site = Site(app, parts, clock, TestClient(app))
            council = site.found()
            clerk = make_clerk(site, council)
            assert drop(clerk, b"pierwszy").status_code == 200
            site.work()
            before = kept(parts.database)
            server.kill()
            answer = drop(clerk)
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
            assert kept(parts.database) == before
            assert site.client.get("/readyz").status_code == 503
            server.start()
            again = drop(clerk)
            assert again.status_code == 200
            site.work()
            assert list(upkeep.damages(parts.database, parts.store)) == []
            assert site.client.get("/readyz").status_code == 200
            parts.close()


def test_work_that_was_given_up_is_shown_to_who_watches(site: Site) -> None:
    with site.parts.database.transaction() as session:
        enqueue(session, exclusions.CLEAR, "x", at=site.clock.now(), body="x")  # no `exclusion`
    assert site.client.get("/readyz").json()["waiting"] == 1
    for _ in range(MAX_ATTEMPTS):
        site.work()
        site.clock.move(timedelta(hours=1))
    told = site.client.get("/readyz").json()
    assert (told["waiting"], told["parked"]) == (0, 1)
    assert (
        'teczka_outbox_messages{state="parked",topic="exclusion.clear"} 1.0'
        in site.client.get("/metrics").text
    )


# --- killed in the middle ---------------------------------------------------------------------

_STOPS_AFTER_PUT = """
import sys
from io import BytesIO
from pathlib import Path
from dataclasses import replace
from api.wiring import build
from docstore.objects.filesystem import FilesystemObjectStore
from docstore.services.documents import NewDocument, Owner
from docstore.settings import Settings

class Stops(FilesystemObjectStore):
    def put(self, key, source, *, size):
        super().put(key, source, size=size)
        print("put", flush=True)
        sys.stdin.read()

folder, body, meeting = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
parts = build(Settings(data_dir=folder, libreoffice="none", tesseract="none"))
replace(parts.intake, store=Stops(folder / "objects")).add_document(
    None, body_id=body, new=NewDocument(Owner(meeting_id=meeting)), file_name="a.txt",
    source=BytesIO(b"half an upload"),
)
print("committed", flush=True)
"""


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[tuple[Parts, Council]]:
    """Return an installation in which an upload was killed between `put` and its commit."""
    folder = tmp_path / "data"
    parts = build(
        Settings.model_validate({"data_dir": folder, "search_url": "memory:", "workers": 0}),
        clock=MemoryClock(AT),
    )
    migrate(parts.database)
    clock = MemoryClock(AT)
    council = found_council(
        House(parts.database, parts.store, clock, parts.intake, parts.reader), "piechowice"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", _STOPS_AFTER_PUT, folder, council.body.id, council.meeting.id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"put\n"
        process.kill()
        assert process.stdout.read() == b""
    yield parts, council
    parts.close()


class TestKilled:
    def test_only_an_orphan_is_left_which_the_sweep_removes_after_its_age(
        self, killed: tuple[Parts, Council]
    ) -> None:
        parts, _ = killed
        assert kept(parts.database)["version"] == 0
        (key,) = parts.store.list_keys("")
        assert list(upkeep.damages(parts.database, parts.store)) == []
        now = SystemClock().now()
        assert sweep(parts.database, parts.store, at=now) == 0
        assert list(parts.store.list_keys("")) == [key]
        later = now + ORPHAN_AFTER + timedelta(minutes=1)
        assert sweep(parts.database, parts.store, at=later) == 1
        assert list(parts.store.list_keys("")) == []
        with parts.database.reading() as session:
            assert session.query(StoredObject).count() == 0
        assert sweep(parts.database, parts.store, at=later) == 0

    def test_what_it_spooled_is_cleared_as_late(self, killed: tuple[Parts, Council]) -> None:
        parts, _ = killed
        spool_dir, now = parts.settings.spool_dir, SystemClock().now()
        assert len(list(spool_dir.iterdir())) == 1
        folder = spool_dir / "bundle-x"  # as one was left where a packet's files were being made
        folder.mkdir()
        (folder / "packet.pdf").write_bytes(b"half")
        assert upkeep.clear_spool(spool_dir, before=now - ORPHAN_AFTER) == 0
        assert upkeep.clear_spool(spool_dir, before=now + timedelta(minutes=1)) == 2
        assert list(spool_dir.iterdir()) == []

    def test_the_next_upload_of_these_bytes_adopts_it(self, killed: tuple[Parts, Council]) -> None:
        parts, council = killed
        parts.intake.add_document(
            None,
            body_id=council.body.id,
            new=NewDocument(Owner(meeting_id=council.meeting.id)),
            file_name="a.txt",
            source=BytesIO(b"half an upload"),
        )
        later = SystemClock().now() + ORPHAN_AFTER * 2
        assert sweep(parts.database, parts.store, at=later) == 0
        assert list(upkeep.damages(parts.database, parts.store)) == []


# --- the sweep --------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Return an empty record on either dialect."""
    url = f"sqlite:///{tmp_path / 'record.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    made = Database(url)
    migrate(made)
    yield made
    made.dispose()


class Orphans:
    """A body with a store, where old orphans can be made."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.store, self.folder = database, HeldStore(), folder
        with database.transaction() as session:
            self.body = make_body(session=session)
            self.meeting = make_meeting(session=session, body=self.body)

    def orphan(self, data: bytes) -> str:
        """Keep bytes that no row names, long ago; return their hash."""
        with spool(BytesIO(data), self.folder, limit=10**6) as file:
            long_ago = AT - ORPHAN_AFTER * 2
            keep(self.database, self.store, body_id=self.body.id, file=file, at=long_ago)
            return file.sha256

    def upload(self, data: bytes) -> Version:
        """Upload bytes for good, now."""
        intake = Intake(self.database, self.store, MemoryClock(AT), self.folder, 10**6)
        return intake.add_document(
            None,
            body_id=self.body.id,
            new=NewDocument(Owner(meeting_id=self.meeting.id)),
            file_name="a.txt",
            source=BytesIO(data),
        )

    def sweep(self, *, at: datetime = AT) -> int:
        """Sweep, now."""
        return sweep(self.database, self.store, at=at)

    def state(self, sha256: str) -> str | None:
        """Return what the record says of an object."""
        with self.database.reading() as session:
            row = session.get(StoredObject, (self.body.id, sha256))
            return row.state if row else None

    def is_whole(self, data: bytes, sha256: str) -> bool:
        """Tell whether an object is there, with the right bytes, and given out."""
        with self.store.open(object_key(self.body.id, sha256)) as source:
            return source.read() == data and self.state(sha256) == "present"


@pytest.fixture
def orphans(database: Database, tmp_path: Path) -> Orphans:
    """Return a body that an upload may leave orphans in."""
    return Orphans(database, tmp_path / "spool")


@contextmanager
def running(*verbs: Callable[[], object]) -> Iterator[list[Future[object]]]:
    """Run verbs in threads of their own, all done at the end of the block."""
    with ThreadPoolExecutor(len(verbs)) as pool:
        futures = [pool.submit(verb) for verb in verbs]
        yield futures
        for future in futures:
            future.result(60)


class TestSweep:
    def test_an_upload_waits_for_a_removal_and_puts_its_bytes_again(self, orphans: Orphans) -> None:
        sha256 = orphans.orphan(b"bytes")
        orphans.store.go_on.clear()
        with running(orphans.sweep) as (sweeping,):
            assert orphans.store.removing.wait(30)
            assert orphans.state(sha256) == "removing"
            with running(lambda: orphans.upload(b"bytes")) as (uploading,):
                assert not uploading.done()
                orphans.store.go_on.set()
        assert sweeping.result() == 1
        assert orphans.is_whole(b"bytes", sha256)

    def test_of_two_sweeps_one_alone_removes(self, orphans: Orphans) -> None:
        """Else the second could remove what an upload put after the first."""
        orphans.orphan(b"bytes")
        orphans.store.go_on.clear()
        with running(orphans.sweep) as (first,):
            assert orphans.store.removing.wait(30)
            assert orphans.sweep() == 0
            orphans.store.go_on.set()
        assert first.result() == 1

    def test_a_removal_that_was_killed_is_ended_by_the_next_sweep(self, orphans: Orphans) -> None:
        sha256 = orphans.orphan(b"bytes")
        orphans.store.is_away_for_removal = True
        with pytest.raises(StorageUnavailable):
            orphans.sweep()
        assert orphans.state(sha256) == "removing"
        orphans.store.is_away_for_removal = False
        assert orphans.sweep(at=AT + timedelta(minutes=9)) == 0
        assert orphans.sweep(at=AT + timedelta(minutes=11)) == 1
        assert orphans.state(sha256) is None

    def test_what_a_rendition_or_an_emblem_names_stays(self, orphans: Orphans) -> None:
        rendition, emblem, nothing = (orphans.orphan(each) for each in (b"pdf", b"png", b"x"))
        with orphans.database.transaction() as session:
            session.get_one(Body, orphans.body.id).emblem_sha256 = emblem
        version = orphans.upload(b"word")
        with orphans.database.transaction() as session:
            made = Made("pdf", "application/pdf", sha256=rendition, size=3)
            renditions.put(
                session, body_id=orphans.body.id, made=made, at=AT, version_id=version.id
            )
        assert orphans.sweep() == 1
        assert orphans.state(nothing) is None
        assert orphans.is_whole(b"pdf", rendition)
        assert orphans.is_whole(b"png", emblem)

    def test_uploads_and_sweeps_of_the_same_bytes_never_lose_an_acknowledged_one(
        self, orphans: Orphans
    ) -> None:
        """Many rounds: an old orphan, two sweeps and two uploads of its bytes at once."""
        lost = []
        for number in range(ROUNDS):
            data = f"bytes {number}".encode()
            sha256 = orphans.orphan(data)
            start = threading.Barrier(4)

            def upload(data: bytes = data, start: threading.Barrier = start) -> object:
                start.wait()
                return orphans.upload(data)

            def sweep(start: threading.Barrier = start) -> object:
                start.wait()
                return orphans.sweep()

            with running(sweep, upload, sweep, upload):
                pass
            if not orphans.is_whole(data, sha256):
                lost.append(number)
        assert lost == []

    def test_it_is_work_of_the_outbox_that_plans_its_next_time(self, tmp_path: Path) -> None:
        site = make_installation(tmp_path / "data")
        council = site.found()
        parts = site.parts
        with spool(BytesIO(b"orphan"), parts.settings.spool_dir, limit=100) as file:
            keep(
                parts.database, parts.store, body_id=council.body.id, file=file,
                at=site.clock.now(),
            )  # fmt: skip
        for _ in range(2):  # two processes start at once
            with parts.database.transaction() as session:
                upkeep.plan(session, at=site.clock.now())
        assert site.work() == 0
        for _ in range(26):
            site.clock.move(upkeep.EVERY)
            site.work()
        assert list(parts.store.list_keys("")) == []
        with parts.database.reading() as session:
            planned = session.query(OutboxMessage).filter_by(topic=UPKEEP, done_at=None).all()
        assert [each.available_at for each in planned] == [site.clock.now() + upkeep.EVERY]
        parts.close()


# --- one record, many hands -------------------------------------------------------------------


class TestLedger:
    def test_many_writers_keep_one_chain_for_each_body(self, database: Database) -> None:
        with database.transaction() as session:
            bodies = [make_body(session=session, slug=f"rada-{n}").id for n in range(2)]

        def write(number: int) -> None:
            for turn in range(EACH):
                with database.transaction() as session:
                    session.get(LedgerHead, bodies[turn % 2])  # read before it is locked
                    acting = Acting(None, AT)
                    for body_id in bodies if turn % 3 else reversed(bodies):
                        ledger.record(session, body_id, "tried", acting, writer=number, turn=turn)

        with running(*(partial(write, number) for number in range(4))):
            pass
        with database.reading() as reader:
            for body_id in bodies:
                assert list(ledger.verify(reader, body_id)) == []
                seqs = reader.scalars(
                    select(LedgerEntry.seq).where(LedgerEntry.body_id == body_id)
                ).all()
                assert len(seqs) == ledger.length(reader, body_id) >= 4 * EACH
                assert sorted(seqs) == list(range(1, len(seqs) + 1))

    def test_a_row_locked_late_is_as_it_is_now(self, database: Database) -> None:
        """What was read before the lock may have been changed by who held it."""
        with database.transaction() as session:
            body = make_body(session=session)
            meeting = make_meeting(session=session, body=body)
        if database.is_sqlite:
            return  # a writer reads nothing before it has the lock
        with database.transaction() as session:
            before = session.get_one(Meeting, meeting.id).revision
            with database.transaction() as other:
                other.get_one(Meeting, meeting.id).revision = before + 1
            locked = get_locked(session, Meeting, body.id, meeting.id)
            assert locked.revision == before + 1


class TestMigration:
    @pytest.mark.parametrize(
        "dialect", ["sqlite", pytest.param("postgresql", marks=pytest.mark.server)]
    )
    def test_processes_that_start_at_once_migrate_once(
        self, dialect: str, request: pytest.FixtureRequest, tmp_path: Path
    ) -> None:
        url = f"sqlite:///{tmp_path / 'record.sqlite3'}"
        if dialect == "postgresql":
            url = request.getfixturevalue("postgres_url")
        program = (
            "import sys; from docstore.database import Database\n"
            "from docstore.migrations import migrate\n"
            "database = Database(sys.argv[1]); print('ready', flush=True); sys.stdin.readline()\n"
            "migrate(database); database.dispose()"
        )
        processes = [
            subprocess.Popen(
                [sys.executable, "-W", "error", "-c", program, url],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
            for _ in range(3)
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [process.communicate(timeout=120)[1] for process in processes] == [""] * 3
        assert [process.returncode for process in processes] == [0] * 3
        database = Database(url)
        assert current(database) == head()
        database.dispose()

    def test_threads_that_open_a_new_record_at_once_all_get_it(self, tmp_path: Path) -> None:
        for number in range(5):
            url = f"sqlite:///{tmp_path / str(number) / 'record.sqlite3'}"

            def start(url: str = url) -> object:
                database = Database(url)
                migrate(database)
                database.ping()
                database.dispose()
                return current(database)

            with running(*[start] * 4) as started:
                pass
            assert {future.result() for future in started} == {head()}

    def test_a_new_file_is_opened_by_many_at_one_moment(self, tmp_path: Path) -> None:
        """Turning WAL on is the one step at which SQLite fails at once instead of waiting."""
        for number in range(60):
            url, together = f"sqlite:///{tmp_path / f'{number}.sqlite3'}", threading.Barrier(4)

            def open_together(url: str = url, together: threading.Barrier = together) -> None:
                database = Database(url)
                together.wait(timeout=30)
                database.ping()
                database.dispose()

            with running(*[open_together] * 4) as opened:
                pass
            assert [future.result() for future in opened] == [None] * 4


class TestTwoInstallations:
    def test_they_share_nothing(self, tmp_path: Path) -> None:
        """Even with the same names, the same bytes and one bucket for both."""
        bucket = MemoryObjectStore()
        sites = [make_installation(tmp_path / name) for name in ("one", "two")]
        councils = [site.found() for site in sites]
        versions = []
        for place, council in enumerate(councils):
            sites[place] = with_store(sites[place], bucket)
            owner = Owner(meeting_id=council.meeting.id)
            versions.append(sites[place].upload(council, owner, DRAFT))
            sites[place].upload(council, owner, f"tylko-{place}")
        assert versions[0].sha256 == versions[1].sha256
        assert len(list(bucket.list_keys(""))) == 4
        ours, theirs = sites
        clerk = make_clerk(ours, councils[0])
        for path in (f"{clerk.desk}", clerk.home):
            clerk.get(path)
        stranger = TestClient(theirs.app, follow_redirects=False, cookies=clerk.browser.cookies)
        assert stranger.get(clerk.home).status_code == 303
        assert stranger.get(clerk.home).headers["location"].startswith("/piechowice/wejscie")
        for place, (site, council) in enumerate(zip(sites, councils, strict=True)):
            seen = Visibility.of(council.body.id, {office(council.body.id)})
            engine = site.parts.engine
            assert (
                engine.search(
                    SearchQuery(text=f"tylko-{place}"), visible_to=seen, page=Page()
                ).total
                == 1
            )
            assert (
                engine.search(
                    SearchQuery(text=f"tylko-{1 - place}"), visible_to=seen, page=Page()
                ).total
                == 0
            )
            with site.parts.database.reading() as session, pytest.raises(NotFound):
                reading.version(session, seen, versions[1 - place].id)
        later = SystemClock().now() + ORPHAN_AFTER * 2
        assert sweep(ours.parts.database, bucket, at=later) == 0
        assert list(upkeep.damages(theirs.parts.database, bucket)) == []
        for site in sites:
            site.parts.close()
