"""Killed at any moment, nothing acknowledged is lost and nobody has to help (DESIGN promise 1)."""

import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest

from api.demo.seaweed import free_ports
from docstore import outbox
from docstore.crashing import Point
from docstore.files.office import find_libreoffice
from docstore.files.recognising import find_tesseract
from docstore.models import Meeting, Version
from docstore.objects.seam import object_key
from docstore.outbox import enqueue
from docstore.services.documents import NewDocument, Owner
from docstore.settings import Settings
from tests.conftest import missing
from tests.crash_book import Book, keep_up, lying
from tests.crash_house import CrashHouse, environment_of, found, until
from tests.factories import make_packet, make_pdf
from tests.postgres import fresh_database
from tests.servers import S3Server
from tests.smtp import SmtpServer

_RANDOM_KILLS = 10


def _settings(folder: Path, mail: SmtpServer, **others: object) -> Settings:
    (port,) = free_ports(1)
    said: dict[str, object] = {
        "data_dir": folder / "data",
        "port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "smtp_url": mail.url,
    }
    return Settings(**{**said, **others})  # type: ignore[arg-type]  # by their names


@pytest.fixture(scope="module")
def mail() -> Iterator[SmtpServer]:
    """Return a mail server for all of them."""
    server = SmtpServer()
    server.start()
    yield server
    server.stop()


def _book(mail: SmtpServer) -> Book:
    before = len(mail.envelopes)
    return Book(lambda: [str(each["Message-ID"]) for each in mail.mails[before:]])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, mail: SmtpServer) -> Iterator[CrashHouse]:
    """Return an embedded installation: one `teczka serve` that does everything."""
    folder = tmp_path_factory.mktemp("whole")
    house = found(_settings(folder, mail), _book(mail), "serve")
    house.ensure()
    yield house
    house.stop()


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory, mail: SmtpServer) -> Iterator[CrashHouse]:
    """Return an installation with a worker of its own, living on Whoosh."""
    folder = tmp_path_factory.mktemp("parted")
    settings = _settings(folder, mail, workers=0, search_url="whoosh:")
    house = found(settings, _book(mail), "serve", "worker")
    house.ensure()
    yield house
    house.stop()


@pytest.fixture(scope="module")
def spread(
    tmp_path_factory: pytest.TempPathFactory,
    mail: SmtpServer,
    postgres_port: int,
    s3_server: S3Server,
) -> Iterator[CrashHouse]:
    """Return an installation on PostgreSQL and S3, with a worker beside the server."""
    with fresh_database(postgres_port) as url:
        settings = _settings(
            tmp_path_factory.mktemp("spread"),
            mail,
            workers=0,
            database_url=url,
            object_store_url=s3_server.url(f"test-{uuid4().hex}"),
            s3_access_key=s3_server.access_key,
            s3_secret_key=s3_server.secret_key,
        )
        house = found(settings, _book(mail), "serve", "worker")
        house.ensure()
        yield house
        house.stop()


# What must be uploaded for a point to be reached.
_FILES = {Point.RENDERED: "projekt.rtf", Point.RECOGNISED: "skan.pdf"}


def _kill_at(house: CrashHouse, point: Point, number: int = 1, *, everyone: bool = False) -> None:
    """Let a process die at a point during the job; then everything has to be as it should."""
    before = len(house.book.uploads)
    house.order(point.name, number, everyone=everyone)
    house.book.kills += 1
    house.job(file_name=_FILES.get(point, "projekt.pdf"))
    until(lambda: house.is_carried_out, f"{point.name} was never reached")
    house.settle()
    assert house.book.wrongs(house.parts, since=before) == []


class TestEveryPoint:
    @pytest.mark.parametrize("point", Point, ids=lambda point: point.name)
    def test_killed_there_the_server_goes_on_by_itself(
        self, whole: CrashHouse, point: Point
    ) -> None:
        if point is Point.RENDERED and find_libreoffice() is None:
            missing("LibreOffice")
        if point is Point.RECOGNISED and find_tesseract() is None:
            missing("Tesseract")
        if point in {Point.BUILT, Point.SWAPPED}:  # they come where there is no index
            shutil.rmtree(whole.parts.settings.data_dir / "index")
        _kill_at(whole, point, 2 if point in {Point.SENDING, Point.SENT} else 1)


class TestAnyMoment:
    def test_killed_ten_times_at_random_the_server_goes_on_by_itself(
        self, whole: CrashHouse
    ) -> None:
        """Said again with `CRASH_SEED`, the same processes die after the same pauses."""
        seed = int(os.environ.get("CRASH_SEED", random.SystemRandom().randrange(10**6)))
        print(f"CRASH_SEED={seed}")  # noqa: T201 - whoever sees it fail wants to see it again
        chance = random.Random(seed)  # noqa: S311 - no secret
        began = time.monotonic()
        whole.job()
        whole.settle()
        usual = time.monotonic() - began
        before = len(whole.book.uploads)
        (server,) = whole.processes
        for _ in range(_RANDOM_KILLS):
            kill = chance.choice(
                [server.kill, server.kill_children, server.kill_working, server.kill_last]
            )
            whole.book.kills += 1
            death = threading.Timer(chance.uniform(0, usual), kill)
            death.start()
            whole.job()
            death.join()
            whole.settle()
        assert whole.book.wrongs(whole.parts, since=before) == []

    def test_a_killed_server_leaves_no_process_behind(self, whole: CrashHouse) -> None:
        """Left alone, the one that answers would go on beside the next start, on the same port."""
        whole.ensure()
        (server,) = whole.processes
        all_of_them = whole.parts.settings.processes + 1  # the one that works may still be coming
        until(lambda: len(server.children) == all_of_them, "not all of its processes came")
        server.kill()
        assert server.children == []

    def test_afterwards_the_command_finds_all_in_order(self, whole: CrashHouse) -> None:
        """As an administrator would ask, and of everything that was ever acknowledged."""
        whole.settle()
        teczka = Path(sys.executable).with_name("teczka")
        settings = {**os.environ, **environment_of(whole.parts.settings)}
        checked = subprocess.run(
            [teczka, "check"], env=settings, capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr
        assert whole.book.wrongs(whole.parts) == []
        assert whole.book.repeats <= whole.book.kills

    def test_after_upkeep_nothing_of_the_dead_lies_about(self, whole: CrashHouse) -> None:
        """Every kill of this file has left something; these two make sure of it."""
        for point in (Point.INCOMING, Point.ZIPPED):
            _kill_at(whole, point)
        data = whole.parts.settings.data_dir
        assert list((data / "objects" / ".incoming").iterdir())
        assert list((data / "spool").glob("bundle-*"))
        keep_up(whole.parts)
        assert lying(whole.parts) == []
        assert whole.book.wrongs(whole.parts) == []


class TestWorkersOfTheirOwn:
    """The pages in one process and the work in another, as `teczka worker` does it."""

    @pytest.mark.parametrize(
        "point",
        [Point.CLAIMED, Point.INDEXING, Point.SENT],
        ids=lambda point: point.name,
    )
    def test_a_killed_worker_is_not_missed(self, parted: CrashHouse, point: Point) -> None:
        _kill_at(parted, point)

    def test_a_killed_server_is_not_missed_by_its_worker(self, parted: CrashHouse) -> None:
        _kill_at(parted, Point.COMMITTED, everyone=True)


@pytest.mark.server
class TestServersOfTheirOwn:
    """The record in PostgreSQL and the bytes in an S3 store, with a worker beside the server."""

    @pytest.mark.parametrize(
        "point",
        [Point.PUT, Point.COMMITTED, Point.CLAIMED, Point.FINISHING, Point.SENT],
        ids=lambda point: point.name,
    )
    def test_killed_there_the_installation_goes_on_by_itself(
        self, spread: CrashHouse, point: Point
    ) -> None:
        _kill_at(spread, point)


class TestTheBook:
    """What all of the above rests on: the book sees what is wrong."""

    @pytest.fixture
    def kept(self, tmp_path: Path, mail: SmtpServer) -> Iterator[CrashHouse]:
        """Return an installation without processes, its job done in this one."""
        house = found(_settings(tmp_path, mail), _book(mail))
        parts = house.parts
        with parts.database.reading() as session:
            body_id = session.get_one(Meeting, house.meeting_id).body_id
        data = make_pdf(text="znacznik1x")
        version = parts.intake.add_document(
            None,
            body_id=body_id,
            new=NewDocument(Owner(paper_id=house.paper_id)),
            file_name="projekt.pdf",
            source=BytesIO(data),
        )
        outbox.drain(parts.database, parts.clock, parts.handlers())
        with parts.database.reading() as session:
            meeting = session.get_one(Meeting, house.meeting_id)
        packet = make_packet(database=parts.database, meeting=meeting, at=parts.clock.now())
        while not house.book.is_settled(parts):
            outbox.drain(parts.database, parts.clock, parts.handlers())
        house.book.uploaded(version.id, data, "znacznik1x")
        house.book.published(packet.id)
        yield house
        house.stop()

    def test_all_is_well(self, kept: CrashHouse) -> None:
        assert kept.book.wrongs(kept.parts) == []

    def test_what_is_lost_is_named(self, kept: CrashHouse) -> None:
        parts, book = kept.parts, kept.book
        (upload,) = book.uploads
        book.uploaded("0" * 16, b"", "znikniety")
        book.published("0" * 16)
        book.meetings.append("0" * 16)
        came = list(book.message_ids())
        book.message_ids = lambda: [*came[1:], came[1], "<obcy@example.pl>"]
        with parts.database.transaction() as session:
            body_id = session.get_one(Version, upload.version_id).body_id
            enqueue(session, "version.read", "x", at=parts.clock.now())
        parts.store.remove(object_key(body_id, upload.sha256))
        parts.engine.rebuild([])
        said = "; ".join(book.wrongs(parts))
        for wrong in (
            "the upload znikniety is lost",
            "the meeting 0000000000000000 is lost",
            "the packet 0000000000000000 is lost",
            "nobody was told of packet 0000000000000000",
            "the bytes of znacznik1x cannot be read: object_not_found",
            "the bytes of znacznik1x are others",
            "the text of znacznik1x is not found",
            "is called accepted, and no mail came",
            "a mail came that no delivery knows: <obcy@example.pl>",
            "1 mails came again after 0 kills",
            "index: missing from the index",
            "version.read 0",
        ):
            assert wrong in said

    def test_what_lies_about_is_named(self, kept: CrashHouse) -> None:
        data = kept.parts.settings.data_dir
        assert lying(kept.parts) == []
        (data / "spool" / "bundle-x").mkdir()
        (data / "objects" / ".incoming" / "half").touch()
        (data / "index" / "tantivy" / "generation-dead").mkdir()
        kept.parts.store.put(f"b/objects/00/00/{'0' * 64}", BytesIO(b"x"), size=1)
        assert len(lying(kept.parts)) == 4
