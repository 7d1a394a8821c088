"""A real S3 store behind a bad door: nothing wrong goes out, nothing half comes in."""

import hashlib
import http.client
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from minio import Minio
from pydantic import SecretStr
from sqlalchemy import func, select
from urllib3 import Timeout

from api import wiring
from api.security.cookies import sign_in_cookie
from api.wiring import Parts
from bench._serving import Installation, found, served, settings_of
from bench.upload_to_found import item_of
from docstore import outbox
from docstore.clock import MemoryClock
from docstore.errors import StorageUnavailable
from docstore.models import Facts, StoredObject, Version
from docstore.objects import s3
from docstore.objects.blocks import BLOCK
from docstore.objects.seam import object_key
from docstore.services.documents import NewDocument, Owner
from tests.faulty import Fault, FaultyDoor
from tests.integration.conftest import TODAY
from tests.servers import S3Server

pytestmark = pytest.mark.server

DATA = os.urandom(3 * BLOCK + 1000)
AWAY = [Fault(status=500), Fault(status=503), Fault(got=100), Fault(sent=100)]


@pytest.fixture(scope="module")
def door(s3_server: S3Server) -> Iterator[FaultyDoor]:
    with FaultyDoor(s3_server.endpoint) as door:
        yield door


@pytest.fixture(autouse=True)
def _behaves(door: FaultyDoor) -> Iterator[None]:
    yield
    door.behave()


@dataclass(frozen=True)
class Site:
    """A server that answers over the door, and the record behind it."""

    installation: Installation
    parts: Parts
    item_id: str

    @property
    def cookie(self) -> dict[str, str]:
        name = sign_in_cookie(self.installation.body.id)
        return {"Cookie": f"{name}={self.installation.token}; teczka_formularz=x"}

    def upload(self, data: bytes) -> httpx2.Response:
        """Send a file as a new document of the item."""
        return httpx2.post(
            f"{self.installation.settings.public_url}/api/v1/bodies/probna/documents",
            params={"file_name": "zbior.bin", "item_id": self.item_id},
            content=data,
            headers={**self.cookie, "X-CSRF-Token": "x"},
            timeout=120,
        )

    def download(self, version_id: str) -> tuple[int, bytes, bool]:
        """Return the status, what came, and whether that was all that had been told."""
        settings = self.installation.settings
        connection = http.client.HTTPConnection(settings.host, settings.port, timeout=120)
        connection.request("GET", f"/probna/pliki/{version_id}/zbior.bin", headers=self.cookie)
        answer = connection.getresponse()
        try:
            return answer.status, answer.read(), True
        except http.client.IncompleteRead as cut:
            return answer.status, cut.partial, False
        finally:
            connection.close()

    def count(self) -> int:
        with self.parts.database.reading() as session:
            return session.scalar(select(func.count()).select_from(Version)) or 0

    def states(self) -> set[str]:
        with self.parts.database.reading() as session:
            return set(session.scalars(select(StoredObject.state)))


@contextmanager
def bucket_of(s3_server: S3Server, name: str) -> Iterator[None]:
    yield
    client = Minio(
        s3_server.endpoint,
        access_key=s3_server.access_key,
        secret_key=s3_server.secret_key,
        secure=False,
    )
    client.remove_bucket(name)


@pytest.fixture(scope="module")
def site(
    s3_server: S3Server, door: FaultyDoor, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Serve an installation whose store is behind the door; nobody works off its outbox."""
    folder = tmp_path_factory.mktemp("faults")
    settings = settings_of(folder / "data").model_copy(
        update={
            "object_store_url": f"s3+http://{door.endpoint}/faults",
            "s3_access_key": SecretStr(s3_server.access_key),
            "s3_secret_key": SecretStr(s3_server.secret_key),
            "workers": 0,
            "processes": 1,  # each has blocks at hand: only of one is it known which
        }
    )
    parts = wiring.build(settings)
    installation = found(parts)
    _, item_id = item_of(parts.database, installation)
    with bucket_of(s3_server, "faults"), served(settings):
        yield Site(installation, parts, item_id)
    parts.close()


@pytest.fixture
def version_id(site: Site) -> str:
    """Return a version with bytes of this test's own."""
    answer = site.upload(os.urandom(8) + DATA[8:])
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


class TestDownloads:
    def test_wrong_bytes_are_cut_refused_and_mended_by_the_same_file(
        self, site: Site, door: FaultyDoor
    ) -> None:
        data = os.urandom(8) + DATA[8:]
        version_id = site.upload(data).json()["id"]
        assert site.download(version_id) == (200, data, True)
        # The blocks read last are at hand: others push them out, or nothing would be asked for.
        for _ in range(10):
            other = site.upload(os.urandom(8) + DATA[8:]).json()["id"]
            site.download(other)
        door.behave(Fault(wrong_from=BLOCK + BLOCK // 2))
        assert site.download(version_id) == (200, data[:BLOCK], False)
        assert "damaged" in site.states()
        door.behave()
        status, said, _ = site.download(version_id)
        assert (status, b"uszkodzony" in said) == (500, True)
        assert site.upload(data).status_code == 201
        assert site.download(version_id) == (200, data, True)
        assert site.states() == {"present"}

    def test_an_answer_that_is_cut_is_cut_for_the_reader_and_says_nothing_of_the_bytes(
        self, site: Site, door: FaultyDoor, version_id: str
    ) -> None:
        door.behave(Fault(got=BLOCK + BLOCK // 2))
        status, said, is_whole = site.download(version_id)
        assert (status, is_whole) == (200, False)
        assert said[8:] == DATA[8:BLOCK]
        assert site.states() == {"present"}
        door.behave()
        assert site.download(version_id)[1:] == (said[:8] + DATA[8:], True)

    @pytest.mark.parametrize("fault", [*AWAY, None])
    def test_a_store_that_is_away_is_told_and_comes_back_by_itself(
        self, site: Site, door: FaultyDoor, version_id: str, fault: Fault | None
    ) -> None:
        if fault is None:
            door.refuse()
        else:
            door.behave(fault)
        settings = site.installation.settings
        answer = httpx2.get(
            f"{settings.public_url}/probna/pliki/{version_id}/x", headers=site.cookie, timeout=60
        )
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        door.behave()
        assert site.download(version_id)[0] == 200

    def test_a_slow_store_is_waited_for(
        self, site: Site, door: FaultyDoor, version_id: str
    ) -> None:
        door.behave(Fault(delay=0.01))
        status, said, is_whole = site.download(version_id)
        assert (status, said[8:], is_whole) == (200, DATA[8:], True)


class TestUploads:
    @pytest.mark.parametrize("fault", [*AWAY, Fault(sent=2 * BLOCK), None])
    def test_nothing_is_stored_by_half(
        self, site: Site, door: FaultyDoor, fault: Fault | None
    ) -> None:
        data, before = os.urandom(8) + DATA[8:], site.count()
        if fault is None:
            door.refuse()
        else:
            door.behave(fault)
        answer = site.upload(data)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json()["code"] == "storage_unavailable"
        assert site.count() == before
        assert list(site.parts.settings.spool_dir.iterdir()) == []
        door.behave()
        assert half_objects(site) == []
        answer = site.upload(data)
        assert answer.status_code == 201
        assert site.download(answer.json()["id"]) == (200, data, True)

    def test_many_parts_that_broke_off_are_no_object(self, site: Site, door: FaultyDoor) -> None:
        data = os.urandom(20 * BLOCK)  # three parts
        door.behave(Fault(sent=12 * BLOCK))
        assert site.upload(data).status_code == 503
        door.behave()
        assert half_objects(site) == []

    def test_other_pages_answer_meanwhile(self, site: Site, door: FaultyDoor) -> None:
        door.behave(Fault(is_silent=True))
        settings = site.installation.settings
        waiting = threading.Thread(target=site.upload, args=(b"x" * 10,))
        waiting.start()
        page = httpx2.get(f"{settings.public_url}/probna/biuro", headers=site.cookie, timeout=10)
        assert page.status_code == 200
        door.behave()  # ends what hangs: tried once more, it goes through
        waiting.join()


def half_objects(site: Site) -> list[str]:
    """Return objects that nothing names and that are not what their key says.

    A whole one may be left where the store's answer was lost; upkeep removes it.
    """
    with site.parts.database.reading() as session:
        rows = session.scalars(select(Version.sha256).distinct())
        named = {object_key(site.installation.body.id, sha256) for sha256 in rows}
    found = set(site.parts.store.list_keys(""))
    assert named <= found
    return [key for key in found - named if not key.endswith(hash_of(site, key))]


def hash_of(site: Site, key: str) -> str:
    with site.parts.store.open(key) as stream:
        return hashlib.sha256(stream.read()).hexdigest()


class TestWaits:
    """The waits are bounded; here they are short, so that the test is."""

    def test_a_store_that_hangs_is_given_up_and_work_catches_up_by_itself(
        self,
        s3_server: S3Server,
        door: FaultyDoor,
        s3_bucket: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        assert s3._TIMEOUT.connect_timeout == 3
        assert s3._TIMEOUT.read_timeout == 20
        monkeypatch.setattr(s3, "_TIMEOUT", Timeout(connect=0.2, read=0.2))
        settings = settings_of(tmp_path / "data").model_copy(
            update={
                "object_store_url": f"s3+http://{door.endpoint}/{s3_bucket}",
                "s3_access_key": SecretStr(s3_server.access_key),
                "s3_secret_key": SecretStr(s3_server.secret_key),
                "search_url": "memory:",
            }
        )
        clock = MemoryClock(TODAY)
        parts = wiring.build(settings, clock=clock)
        installation = found(parts)
        _, item_id = item_of(parts.database, installation)
        version = add(parts, installation, item_id, b"pierwszy")
        door.behave(Fault(is_silent=True))
        with pytest.raises(StorageUnavailable):
            add(parts, installation, item_id, b"drugi")
        with pytest.raises(StorageUnavailable):
            parts.store.ping()
        work(parts)
        assert learned(parts) == []
        door.behave()
        clock.move(timedelta(minutes=1))
        work(parts)
        assert learned(parts) == [version.id]
        parts.close()


def add(parts: Parts, installation: Installation, item_id: str, data: bytes) -> Version:
    return parts.intake.add_document(
        None,
        body_id=installation.body.id,
        new=NewDocument(Owner(item_id=item_id)),
        file_name="a.txt",
        source=iter([data]),
    )


def work(parts: Parts) -> None:
    outbox.drain(parts.database, parts.clock, parts.handlers())


def learned(parts: Parts) -> list[str]:
    with parts.database.reading() as session:
        return list(session.scalars(select(Facts.version_id)))
