"""A backup is one state of the record with all its objects, whatever happens meanwhile."""

import gzip
import json
import os
import signal
import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.wiring import build
from docstore.backup.copying import copy_object
from docstore.backup.errors import BackupBusy, BackupFolderTaken, BackupNotWritten
from docstore.backup.folder import BackupFolder
from docstore.backup.rows import lines, shapes
from docstore.backup.taking import prune, take
from docstore.backup.verifying import verify
from docstore.backup.watching import Unwatched
from docstore.database import Database
from docstore.migrations import head, migrate
from docstore.models import Base, Body, StoredObject
from docstore.objects.filesystem import FilesystemObjectStore
from docstore.objects.seam import object_key
from docstore.services import destruction, ledger, orphans
from docstore.services.destruction import Destroy
from docstore.services.keeping import keep, spool
from tests.factories import ACTING
from tests.integration.backup.conftest import Lived, Meddler, back_up, table_rows
from tests.postgres import connect
from tests.rows import AT, fill


def _bytes_of(folder: BackupFolder, lived: Lived, sha256: str) -> bytes:
    with folder.store.open(object_key(lived.body.id, sha256)) as source:
        return source.read()


def _findings(folder: BackupFolder) -> list[tuple[str, str]]:
    return [(each.code, each.name) for each in verify(folder, Unwatched())]


class TestState:
    def test_every_table_of_the_schema_is_in_it_row_by_row(
        self, lived: Lived, folder: BackupFolder
    ) -> None:
        taken = back_up(lived, folder)
        held = {table.name: table.lines.rows for table in taken.manifest.tables}
        with lived.parts.database.reading() as session:
            counts = {
                table.name: session.scalar(select(func.count()).select_from(table))
                for table in Base.metadata.tables.values()
            }
        assert held == counts
        assert counts["version"] == 2
        assert counts["delivery"] == 3

    def test_every_object_that_a_row_names_is_in_it(
        self, lived: Lived, folder: BackupFolder
    ) -> None:
        taken = back_up(lived, folder)
        versions = table_rows(taken, "version")
        assert len(versions) == 2
        for row in versions:
            assert len(_bytes_of(folder, lived, row["sha256"])) == row["size"]
        assert taken.copied == taken.manifest.objects.lines.rows == 2
        assert _findings(folder) == []

    def test_what_is_written_meanwhile_is_in_it_wholly_or_not_at_all(
        self, lived: Lived, folder: BackupFolder
    ) -> None:
        def meanwhile() -> None:
            lived.upload("Doszło w trakcie")
            lived.publish()

        # The first rows are read already: a record read table by table would be torn here.
        taken = back_up(lived, folder, Meddler("record", meanwhile, after=2))
        assert len(table_rows(taken, "version")) == 2
        assert len(table_rows(taken, "packet")) == 1
        entries = [row["seq"] for row in table_rows(taken, "ledger_entry")]
        (head,) = taken.manifest.ledger
        assert head.seq == max(entries) == len(entries)
        assert len(table_rows(back_up(lived, folder), "packet")) == 2

    def test_the_same_record_makes_the_same_bytes(self, lived: Lived, folder: BackupFolder) -> None:
        first, second = back_up(lived, folder), back_up(lived, folder)
        for table in first.manifest.tables:
            one, other = (each.snapshot.path / table.lines.file for each in (first, second))
            assert one.read_bytes() == other.read_bytes()

    def test_it_says_what_it_is(self, embedded: Lived, folder: BackupFolder) -> None:
        taken = back_up(embedded, folder)
        said = json.loads((taken.snapshot.path / "manifest.json").read_bytes())
        assert said["schema"] == head()
        assert said["version"]
        with embedded.parts.database.reading() as session:
            (end,) = said["ledger"]
            assert end["seq"] == ledger.length(session, embedded.body.id)
        checked = subprocess.run(
            ["sha256sum", "--check", "--status", "manifest.sha256"],
            cwd=taken.snapshot.path,
            check=False,
        )
        assert checked.returncode == 0


class TestRows:
    def test_every_column_of_the_schema_has_a_kind(self) -> None:
        known = {shape.name: set(shape.columns) for shape in shapes(Base.metadata)}
        assert known == {t.name: set(t.c.keys()) for t in Base.metadata.tables.values()}

    def test_rows_point_at_rows_that_are_restored_before_them(self) -> None:
        """A table that points at itself, or two at each other, would need more than an order."""
        order = [shape.name for shape in shapes(Base.metadata)]
        for table in Base.metadata.tables.values():
            for key in table.foreign_keys:
                assert order.index(key.column.table.name) < order.index(table.name)

    def test_texts_are_ordered_by_their_bytes_whatever_the_database_sorts_by(
        self, postgres_port: int
    ) -> None:
        with connect(postgres_port) as admin:
            admin.execute("DROP DATABASE IF EXISTS polish WITH (FORCE)")
            admin.execute(
                "CREATE DATABASE polish TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'pl'"
            )
        database = Database(f"postgresql://teczka@127.0.0.1:{postgres_port}/polish")
        migrate(database)
        tokens = ["a", "B", "ą", "z", "Ż", "_"]
        with database.transaction() as session:
            made = fill(session, Base.metadata, {"version_audience": []})
            version = made["version"][0]["id"]
            table = Base.metadata.tables["version_audience"]
            session.execute(table.delete())
            session.execute(table.insert(), [{"version_id": version, "token": t} for t in tokens])
        (shape,) = [s for s in shapes(Base.metadata) if s.name == "version_audience"]
        with database.reading() as session:
            found = [json.loads(line)["token"] for line in lines(session, shape)]
        database.dispose()
        assert found == sorted(tokens)


class TestIncremental:
    def test_a_second_backup_copies_what_is_new_and_the_first_stays_whole(
        self, embedded: Lived, folder: BackupFolder
    ) -> None:
        first = back_up(embedded, folder)
        newer = embedded.upload("Nowe pismo")
        second = back_up(embedded, folder)
        assert (second.copied, second.copied_size) == (1, newer.size)
        assert [each.name for each in folder.snapshots()] == [
            first.snapshot.name,
            second.snapshot.name,
        ]
        assert len(table_rows(first, "version")) == 2
        assert len(table_rows(second, "version")) == 3
        assert _findings(folder) == []

    def test_numbers_tell_the_newest_when_the_clock_was_set_back(
        self, embedded: Lived, folder: BackupFolder
    ) -> None:
        back_up(embedded, folder)
        embedded.clock.move(timedelta(days=-400))
        second = back_up(embedded, folder)
        assert folder.chosen().name == second.snapshot.name

    def test_old_snapshots_go_and_with_them_what_only_they_named(
        self, embedded: Lived, folder: BackupFolder
    ) -> None:
        spare = _put_spare(embedded, b"do podmiany")
        old = back_up(embedded, folder)
        with embedded.parts.database.transaction() as session:
            session.get_one(Body, embedded.body.id).emblem_sha256 = None
        newer = back_up(embedded, folder)
        assert _bytes_of(folder, embedded, spare) == b"do podmiany"
        with folder.writing():
            assert prune(folder, 1) == (1, 1)
        assert [each.name for each in folder.snapshots()] == [newer.snapshot.name]
        assert not old.snapshot.path.exists()
        assert not list(folder.path.rglob(spare))
        assert _findings(folder) == []

    def test_the_newest_whole_snapshot_outlives_newer_ones_that_lost_something(
        self, embedded: Lived, folder: BackupFolder
    ) -> None:
        whole = back_up(embedded, folder)
        broken = embedded.upload("Zginie")
        embedded.parts.store.remove(object_key(embedded.body.id, broken.sha256))
        last = [back_up(embedded, folder) for _ in range(3)][-1]
        with folder.writing():
            prune(folder, 1)
        assert [each.name for each in folder.snapshots()] == [
            whole.snapshot.name,
            last.snapshot.name,
        ]


def _put_spare(lived: Lived, data: bytes) -> str:
    """Keep an object that the body's emblem names; return its hash."""
    parts = lived.parts
    with spool(BytesIO(data), parts.intake.spool_dir, limit=1000) as file:
        keep(parts.database, parts.store, body_id=lived.body.id, file=file, at=parts.clock.now())
        sha256 = file.sha256
    with parts.database.transaction() as session:
        session.get_one(Body, lived.body.id).emblem_sha256 = sha256
    return sha256


class TestLoss:
    def test_a_missing_and_a_damaged_object_are_named_and_the_rest_is_copied(
        self, lived: Lived, folder: BackupFolder
    ) -> None:
        gone, bad, short = (lived.upload(text) for text in ("Zginęło", "Zepsute", "Ucięte"))
        store, body_id = lived.parts.store, lived.body.id
        store.remove(object_key(body_id, gone.sha256))
        store.replace(object_key(body_id, bad.sha256), BytesIO(b"?" * bad.size), size=bad.size)
        store.replace(object_key(body_id, short.sha256), BytesIO(b"x"), size=1)
        taken = back_up(lived, folder)
        assert {(each.sha256, each.reason) for each in taken.manifest.lost} == {
            (gone.sha256, "missing"),
            (bad.sha256, "bytes"),
            (short.sha256, "size"),
        }
        assert {each.file_names for each in taken.manifest.lost} == {("pismo.txt",)}
        assert taken.copied == 2
        assert len(_bytes_of(folder, lived, lived.first.sha256)) == lived.first.size
        assert sorted(_findings(folder)) == sorted(
            ("lost", each.sha256) for each in (gone, bad, short)
        )

    def test_what_was_copied_before_it_broke_stays_whole(
        self, embedded: Lived, folder: BackupFolder
    ) -> None:
        back_up(embedded, folder)
        embedded.parts.store.remove(object_key(embedded.body.id, embedded.first.sha256))
        taken = back_up(embedded, folder)
        assert taken.manifest.is_whole
        assert len(_bytes_of(folder, embedded, embedded.first.sha256)) == embedded.first.size

    def test_an_object_that_upkeep_removes_meanwhile_is_no_loss(
        self, lived: Lived, folder: BackupFolder
    ) -> None:
        """The state is taken again, and names it no more."""
        spare = _put_spare(lived, b"stary herb")

        def replaced() -> None:
            with lived.parts.database.transaction() as session:
                session.get_one(Body, lived.body.id).emblem_sha256 = None
                row = session.get_one(StoredObject, (lived.body.id, spare))
                row.touched_at = AT.replace(year=2020)
            assert orphans.sweep(lived.parts.database, lived.parts.store, at=AT) == 1

        taken = back_up(lived, folder, Meddler("objects", replaced))
        assert taken.manifest.is_whole
        assert [row["emblem_sha256"] for row in table_rows(taken, "body")] == [None]
        assert taken.manifest.objects.lines.rows == 2
        assert _findings(folder) == []

    def test_a_version_destroyed_meanwhile_is_no_loss_and_not_in_it(
        self, embedded: Lived, folder: BackupFolder
    ) -> None:
        version, parts = embedded.upload("Do zniszczenia"), embedded.parts

        def destroyed() -> None:
            said = Destroy("decyzja Prezesa UODO z 3 listopada 2026 r.", "Burmistrz", "wersja 1")
            with parts.database.transaction() as session:
                destruction.destroy(
                    session,
                    ACTING,
                    body_id=embedded.body.id,
                    document_id=version.document_id,
                    said=said,
                )
            assert orphans.sweep(parts.database, parts.store, at=embedded.clock.now()) == 1

        taken = back_up(embedded, folder, Meddler("objects", destroyed))
        assert taken.manifest.is_whole
        assert version.id in {row["id"] for row in table_rows(taken, "version")}
        assert version.id not in {row["version_id"] for row in table_rows(taken, "page_text")}
        assert version.sha256 not in {sha256 for _, sha256, _ in taken.snapshot.objects()}
        assert not list(folder.path.rglob(version.sha256))

    def test_one_object_that_cannot_be_read_is_named_and_the_next_one_copied(
        self, tmp_path: Path
    ) -> None:
        """A directory stands where the file should be: opening works, reading does not."""
        source, target = (FilesystemObjectStore(tmp_path / name) for name in ("a", "b"))
        sha256 = "ab" * 32
        (tmp_path / "a" / object_key("b1", sha256)).mkdir(parents=True)
        assert copy_object(source, target, body_id="b1", sha256=sha256, size=3) == "unreadable"
        assert list(target.list_keys("")) == []


class _Killer:
    """A watcher that kills its process at a place in a step."""

    def __init__(self, step: str, after: int) -> None:
        self._step, self._left, self._is_there = step, after, False

    def begin(self, step: str, total: int) -> None:
        del total
        self._is_there = step == self._step
        self.advance(0)

    def advance(self, amount: int) -> None:
        if self._is_there:
            self._left -= amount
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def _killed(lived: Lived, folder: BackupFolder, watcher: _Killer) -> None:
    """Take a backup in a process of its own that does not survive it."""
    settings = lived.parts.settings
    child = os.fork()
    if child == 0:
        try:
            parts = build(settings)
            with folder.writing():
                take(parts.database, parts.store, folder, clock=parts.clock, watcher=watcher)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


class TestKilled:
    @pytest.mark.parametrize(("step", "after"), [("record", 5), ("objects", 0), ("objects", 900)])
    def test_it_leaves_the_last_good_one_whole_and_the_next_one_goes_on(
        self, embedded: Lived, folder: BackupFolder, step: str, after: int
    ) -> None:
        good = back_up(embedded, folder)
        embedded.upload("a" * 800)
        embedded.upload("b" * 800)
        _killed(embedded, folder, _Killer(step, after))
        assert [each.name for each in folder.snapshots()] == [good.snapshot.name]
        assert _findings(folder) == []
        next_one = back_up(embedded, folder)
        assert next_one.copied == (1 if after == 900 else 2)
        assert next_one.manifest.is_whole
        assert _findings(folder) == []
        assert not list((folder.path / "snapshots").glob(".*"))


class TestFolder:
    def test_a_folder_of_something_else_is_left_alone(
        self, embedded: Lived, folder: BackupFolder
    ) -> None:
        folder.path.mkdir()
        (folder.path / "zdjęcia.zip").touch()
        with pytest.raises(BackupFolderTaken):
            back_up(embedded, folder)
        assert [each.name for each in folder.path.iterdir()] == ["zdjęcia.zip"]

    def test_two_at_once_are_one_too_many(self, embedded: Lived, folder: BackupFolder) -> None:
        with folder.writing(), pytest.raises(BackupBusy):
            back_up(embedded, folder)

    def test_a_full_disk_is_said_in_words_and_the_last_one_stays(
        self, embedded: Lived, folder: BackupFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good = back_up(embedded, folder)

        def full(_handle: int) -> None:
            raise OSError(28, os.strerror(28))

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(BackupNotWritten) as refusal:
            back_up(embedded, folder)
        assert refusal.value.fields["reason"] == os.strerror(28)
        assert [each.name for each in folder.snapshots()] == [good.snapshot.name]


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


class TestVerify:
    def test_every_kind_of_damage_is_found(self, embedded: Lived, folder: BackupFolder) -> None:
        taken = back_up(embedded, folder)
        place = taken.snapshot.path
        assert _findings(folder) == []
        for file in sorted(place.iterdir()):
            whole = file.read_bytes()
            # The last bytes of the sum are the manifest's name, which nobody compares.
            for broken in (whole[: min(50, len(whole) - 5)], _flipped(whole, 10)):
                file.write_bytes(broken)
                fresh = BackupFolder(folder.path)
                assert [code for code, _ in _findings(fresh)] == ["file"], file.name
            file.write_bytes(whole)
        key = object_key(embedded.body.id, embedded.first.sha256)
        object_file = folder.path / "objects" / key
        whole = object_file.read_bytes()
        object_file.write_bytes(b"X" + whole[1:])
        assert _findings(folder) == [("bytes", embedded.first.sha256)]
        object_file.unlink()
        assert _findings(folder) == [("missing", embedded.first.sha256)]
        object_file.write_bytes(whole)
        assert _findings(folder) == []

    def test_a_row_taken_out_is_found_though_the_file_unpacks(
        self, embedded: Lived, folder: BackupFolder
    ) -> None:
        taken = back_up(embedded, folder)
        file = taken.snapshot.path / "person.jsonl.gz"
        rows = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
        file.write_bytes(gzip.compress(b"".join(rows[1:])))
        assert _findings(BackupFolder(folder.path)) == [
            ("file", f"{taken.snapshot.name}/person.jsonl.gz")
        ]
