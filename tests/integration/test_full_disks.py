"""A disk that is full at each place where something is written: refused in words, nothing by half.

Each place has a small disk of its own, mounted for the test.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.app import create_app
from docstore import outbox
from docstore.files.errors import FileRefused
from docstore.files.office import MemoryRenderer
from docstore.models import Document, LedgerEntry, OutboxMessage, Version
from docstore.room import Room
from docstore.services import renditions, upkeep
from docstore.services.documents import Owner
from tests.disks import filled, small_disk
from tests.integration.api.conftest import HOME
from tests.integration.pages.conftest import Site, make_installation
from tests.integration.pages.office import Clerk, make_clerk, text_of

PLACES = ("spool", "objects", "record", "index")
FILE = b"Projekt uchwaly. " * 20_000  # 340 kB, more than any rest of a disk
SAID = "na serwerze brakuje miejsca"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return a data folder whose every place is a disk of its own."""
    data = tmp_path / "data"
    with ExitStack() as disks:
        for place in PLACES:
            disks.enter_context(small_disk(data / place, megabytes=16))
        yield data


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    """Return an installation on those disks."""
    made = make_installation(
        folder,
        record="sqlite:///{data_dir}/record/record.sqlite3",
        search="tantivy:",
        min_free_mb=0,
    )
    yield made
    made.parts.close()


@pytest.fixture
def clerk(site: Site) -> Clerk:
    """Return somebody of the council's office, who has stored a file before."""
    clerk = make_clerk(site, site.found())
    assert upload(clerk, b"Wczesniejszy projekt.").status_code == 200
    site.work()
    return clerk


def upload(clerk: Clerk, data: bytes = FILE) -> Any:
    """Drop a file on the meeting as the page does."""
    return clerk.browser.post(
        f"{clerk.desk}/pliki",
        data={"csrf": clerk.csrf},
        files=[("files", ("projekt.txt", data))],
        headers={"accept": "application/json"},
    )


def upload_by_program(clerk: Clerk, data: bytes = FILE) -> Any:
    """Send a file as a program does."""
    meeting = clerk.council.meeting.id
    return clerk.browser.post(
        f"{HOME}/documents",
        params={"meeting_id": meeting, "file_name": "projekt.txt"},
        content=data,
        headers={"x-csrf-token": clerk.csrf},
    )


def kept(site: Site) -> dict[str, int]:
    """Count what an upload could leave."""
    with site.parts.database.reading() as session:
        return {
            kind.__tablename__: session.scalar(select(func.count()).select_from(kind)) or 0
            for kind in (Document, Version, LedgerEntry, OutboxMessage)
        }


def is_found(clerk: Clerk, word: str) -> bool:
    """Tell whether the office finds a word."""
    return "Znaleziono" in text_of(clerk.get(f"/piechowice/szukaj?q={word}"))


@pytest.mark.parametrize("place", ["spool", "objects", "record"])
def test_an_upload_is_refused_in_words_and_leaves_nothing(
    site: Site, clerk: Clerk, folder: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "spool"))  # as the server sets it
    # Nobody looks at the disk beforehand: the write itself meets it, whoever filled it.
    monkeypatch.setattr(Room, "require", lambda *_: None)
    before = kept(site)
    with filled(folder / place):
        answers = [upload(clerk), upload_by_program(clerk), upload(clerk, FILE * 10)]
        for answer in answers:
            assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
            assert SAID in answer.json()["detail"]
            assert answer.headers["retry-after"] == "60"
        page = clerk.post(f"{clerk.desk}/pliki", ("files", ("projekt.txt", FILE)))
        assert page.status_code == 507
        assert SAID in text_of(page)
        assert kept(site) == before
        assert is_found(clerk, "wczesniejszy"), "what is there can be found and read"
        assert clerk.get(clerk.desk).status_code == 200
        codes = site.client.get("/readyz").json()["parts"]
        assert codes["disk"]["code"] == ("ok" if place == "spool" else "disk_full")
    assert not [each for each in (folder / "spool").iterdir() if each.is_file()]
    assert upload(clerk).status_code == 200
    site.work()
    assert is_found(clerk, "uchwaly")
    assert list(upkeep.damages(site.parts.database, site.parts.store)) == []


def test_the_index_waits_for_room_and_catches_up(site: Site, clerk: Clerk, folder: Path) -> None:
    with filled(folder / "index"):
        assert upload(clerk).status_code == 200, "the record has it, and the store"
        site.work()
        assert is_found(clerk, "wczesniejszy")
        assert not is_found(clerk, "uchwaly")
        with site.parts.database.reading() as session:
            waiting = outbox.messages(session)
        assert {(each.topic, each.failed_at) for each in waiting} == {("index", None)}
        assert waiting[0].last_error == "search_unavailable"
    site.clock.move(timedelta(seconds=5))
    site.work()
    assert is_found(clerk, "uchwaly")


def test_work_that_needs_room_for_a_copy_waits_for_it(
    site: Site, clerk: Clerk, folder: Path
) -> None:
    assert upload(clerk).status_code == 200
    with filled(folder / "spool"):
        site.work()
        with site.parts.database.reading() as session:
            errors = {each.last_error for each in outbox.messages(session) if each.attempts}
        assert errors == {"storage_full"}
    site.clock.move(timedelta(seconds=5))
    site.work()
    assert is_found(clerk, "uchwaly")


class _Dying(MemoryRenderer):
    """Dies of a full disk as LibreOffice does: it only says that it made no PDF."""

    is_dying = True

    def to_pdf(self, source: Path, target: Path, *, media_type: str) -> None:
        if self.is_dying:
            raise FileRefused("broken", "LibreOffice made no PDF")
        super().to_pdf(source, target, media_type=media_type)


def test_what_could_not_be_made_for_want_of_room_is_no_files_fault(
    site: Site, clerk: Clerk, folder: Path
) -> None:
    renderer = _Dying()
    reader = replace(site.parts.reader, renderer=renderer)
    site = replace(site, parts=replace(site.parts, reader=reader))
    meeting = Owner(meeting_id=clerk.council.meeting.id)
    version = site.upload(clerk.council, meeting, rb"{\rtf1\ansi Projekt}", name="a.rtf")
    with site.parts.database.reading() as session:
        made = renditions.find(session, kind="pdf", version_id=version.id)
    assert made is None, "tried again later, not noted as a file that cannot be rendered"
    renderer.is_dying = False
    site.clock.move(timedelta(seconds=5))
    site.work()
    with site.parts.database.reading() as session:
        made = renditions.find(session, kind="pdf", version_id=version.id)
    assert made is not None
    assert made.problem == ""
    with filled(folder / "spool"):
        packet = site.publish(clerk.council)
        with site.parts.database.reading() as session:
            assert renditions.renditions_of(session, packet.id) == {}
    site.clock.move(timedelta(minutes=5))
    site.work()
    with site.parts.database.reading() as session:
        made_of_packet = renditions.renditions_of(session, packet.id)
    assert {kind: each.problem for kind, each in made_of_packet.items()} == {
        "packet_pdf": "", "packet_zip": "",
    }  # fmt: skip


def test_files_stop_at_the_floor_and_all_else_goes_on(site: Site, clerk: Clerk) -> None:
    parts = site.parts
    floor = parts.room.free() or 0
    room = Room(parts.room.folders, floor=floor - 100_000)
    served = replace(parts, room=room, intake=replace(parts.intake, room=room))
    browser = TestClient(create_app(served), cookies=clerk.browser.cookies)
    clerk = replace(clerk, browser=browser)
    before = kept(site)
    for answer in (upload(clerk), upload_by_program(clerk)):
        assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert kept(site) == before
    assert (parts.room.free() or 0) >= floor - 10_000, "not a byte of the floor was used"
    assert upload(clerk, b"Maly projekt.").status_code == 200
