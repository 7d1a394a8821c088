"""A backup restored, in either shape, is the installation it was taken from, asleep."""

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from api.commands.restoring import Restored, restore
from api.wiring import Parts
from docstore import outbox
from docstore.backup.errors import (
    RecordNotEmpty,
    RestoreDiffers,
    RowsRefused,
    SnapshotDamaged,
    SnapshotTooNew,
    StoreNotEmpty,
)
from docstore.backup.folder import BackupFolder
from docstore.backup.manifest import read_manifest, write_manifest
from docstore.backup.restoring import restore_record
from docstore.backup.rows import Shape, lines, shapes
from docstore.backup.taking import Taken, take
from docstore.backup.watching import Unwatched, Watcher
from docstore.language import Words
from docstore.migrations import current, migrate
from docstore.models import Base, Body, Installation, LedgerEntry, Link, OutboxMessage, SignIn
from docstore.objects.seam import object_key
from docstore.services import setup, signins
from indexer.catching_up import rebuild
from tests.integration.backup.conftest import SHAPES, Build, Lived, Meddler, back_up, live_in
from tests.rows import fill

OTHER = {"embedded": "servers", "servers": "embedded"}


def restored_into(
    parts: Parts, folder: BackupFolder, *, watcher: Watcher | None = None, is_move: bool = False
) -> Restored:
    """Restore the newest snapshot."""
    with folder.reading():
        return restore(
            parts,
            folder,
            folder.chosen(),
            words=Words("pl"),
            watcher=watcher or Unwatched(),
            is_move=is_move,
        )


def _again(parts: Parts, folder: BackupFolder) -> Taken:
    with folder.writing():
        return take(parts.database, parts.store, folder, clock=parts.clock, watcher=Unwatched())


def _bytes_by_table(taken: Taken) -> dict[str, bytes]:
    return {
        table.name: (taken.snapshot.path / table.lines.file).read_bytes()
        for table in taken.manifest.tables
    }


@pytest.mark.server
@pytest.mark.parametrize("shape", ["embedded", "servers"])
def test_moved_into_the_other_shape_and_back_it_is_the_same_byte_for_byte(
    make: Build, folder: BackupFolder, shape: str
) -> None:
    """And so is what was taken while somebody uploads and publishes."""
    lived = live_in(make(shape))

    def work() -> None:
        for number in range(4):
            lived.upload(f"Pismo {number}")
            lived.publish()

    clerk = threading.Thread(target=work)
    clerk.start()
    meanwhile = back_up(lived, folder)
    clerk.join()
    assert restored_into(make("embedded"), folder).is_good, meanwhile
    rebuild(lived.parts.reader)
    taken = back_up(lived, folder)
    there = make(OTHER[shape])
    first = restored_into(there, folder, is_move=True)
    assert first.is_good, first
    assert len(first.report.lines) == 3
    moved = _again(there, BackupFolder(folder.path.with_name("moved")))
    assert _bytes_by_table(moved) == _bytes_by_table(taken)
    back = make(shape)
    assert restored_into(back, BackupFolder(folder.path.with_name("moved")), is_move=True).is_good
    home = _again(back, BackupFolder(folder.path.with_name("home")))
    assert _bytes_by_table(home) == _bytes_by_table(taken)
    assert home.manifest.ledger == taken.manifest.ledger


def test_every_kind_of_value_in_every_table_comes_back(make: Build, folder: BackupFolder) -> None:
    """Both ways between the dialects: rows of every table, with every column filled and empty."""
    source, there, back = make("embedded"), make("servers"), make("embedded")
    migrate(source.database)
    with source.database.transaction() as session:
        made = fill(session, Base.metadata)
    assert all(made[table] for table in Base.metadata.tables)
    kept = folder
    for number, (giver, taker) in enumerate(((source, there), (there, back))):
        place = BackupFolder(kept.path / str(number))
        taken = _again(giver, place)
        restore_record(
            taker.database, taken.snapshot, at=taker.clock.now(), watcher=Unwatched(), held=None
        )
    for shape in shapes(Base.metadata):
        with source.database.reading() as one, back.database.reading() as other:
            before, after = list(lines(one, shape)), list(lines(other, shape))
        assert before == after, shape.name
        assert len(before) == len(made[shape.name])
    with source.database.reading() as one, back.database.reading() as other:
        for table in Base.metadata.sorted_tables:  # and as the program reads them
            query = select(table).order_by(*table.primary_key)
            assert one.execute(query).all() == other.execute(query).all()


class TestAsleep:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_nothing_is_sent_until_somebody_says_so(
        self, embedded: Lived, make: Build, folder: BackupFolder, shape: str
    ) -> None:
        back_up(embedded, folder)
        there = make(shape)
        done = restored_into(there, folder)
        assert done.is_good, done
        with there.database.reading() as session:
            waiting = {
                row.topic for row in session.scalars(select(OutboxMessage).where(outbox.is_open()))
            }
        assert "delivery.send" in waiting
        sending = there.lanes()["sending"]
        clock = replace(embedded, parts=there).clock
        clock.move(timedelta(hours=1))
        assert outbox.drain(there.database, clock, sending) == 0
        with there.database.transaction() as session:
            assert outbox.release(session, at=clock.now())
        # Of the three recipients each has an address; without a mail server they are tried once.
        assert outbox.drain(there.database, clock, sending) == 3

    def test_what_is_no_sending_is_done_at_once(
        self, embedded: Lived, make: Build, folder: BackupFolder
    ) -> None:
        back_up(embedded, folder)
        there = make("embedded")
        restored_into(there, folder)
        assert outbox.run_one(
            there.database,
            there.clock,
            {"version.read": lambda _: None},
            frozenset({"version.read"}),
        )

    def test_every_way_in_has_ended_but_passwords(
        self, embedded: Lived, make: Build, folder: BackupFolder
    ) -> None:
        back_up(embedded, folder)
        there = make("embedded")
        restored_into(there, folder)
        at = there.clock.now()
        with there.database.reading() as session:
            assert signins.current(session, token=embedded.member_token, at=at) is None
            assert len(session.scalars(select(SignIn)).all()) == 1
            assert all(row.expires_at <= at for row in session.scalars(select(Link)))

    def test_every_table_with_tokens_is_ended(self) -> None:
        """A new kind of token needs a moment at which it ends."""
        held = {t.name for t in Base.metadata.tables.values() if "token_hash" in t.c}
        assert {"sign_in", "link"} <= held
        for name in held:
            assert {"revoked_at", "expires_at"} & set(Base.metadata.tables[name].c.keys())
        for table in Base.metadata.tables.values():
            for column in table.c:
                assert "token" not in column.name or column.name in {"token_hash", "token"}, (
                    "name it token_hash, or teach docstore/backup/restoring.py about it"
                )

    def test_every_ledger_says_what_it_was_restored_from(
        self, embedded: Lived, make: Build, folder: BackupFolder
    ) -> None:
        taken = back_up(embedded, folder)
        there = make("embedded")
        restored_into(there, folder)
        with there.database.reading() as session:
            last = session.scalars(
                select(LedgerEntry).order_by(LedgerEntry.seq.desc()).limit(1)
            ).one()
        said = json.loads(last.entry)
        assert said["kind"] == "record_restored"
        assert said["state_at"][:19] == taken.manifest.state_at.isoformat()[:19]

    def test_a_move_keeps_everybody_in_and_sends(
        self, embedded: Lived, make: Build, folder: BackupFolder
    ) -> None:
        back_up(embedded, folder)
        there = make("embedded")
        restored_into(there, folder, is_move=True)
        clock = replace(embedded, parts=there).clock
        with there.database.reading() as session:
            assert signins.current(session, token=embedded.member_token, at=clock.now())
            assert outbox.held(session) == set()
        clock.move(timedelta(hours=1))
        assert outbox.drain(there.database, clock, there.lanes()["sending"]) == 3


class TestNumbers:
    @pytest.mark.server
    def test_postgresql_goes_on_after_the_restored_ones(
        self, embedded: Lived, make: Build, folder: BackupFolder
    ) -> None:
        taken = back_up(embedded, folder)
        there = make("servers")
        restored_into(there, folder, is_move=True)
        (table,) = [t for t in taken.manifest.tables if t.name == "outbox_message"]
        assert table.lines.rows > 3
        with there.database.transaction() as session:
            outbox.enqueue(session, "index", "index", at=there.clock.now())
        with there.database.reading() as session:
            ids = session.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id)).all()
        assert ids[-1] == ids[-2] + 1


class TestRefused:
    def test_a_record_with_a_council_is_never_overwritten(
        self, embedded: Lived, folder: BackupFolder
    ) -> None:
        back_up(embedded, folder)
        with pytest.raises(RecordNotEmpty):
            restored_into(embedded.parts, folder)

    def test_a_record_that_waits_for_its_set_up_is_empty(
        self, embedded: Lived, make: Build, folder: BackupFolder
    ) -> None:
        back_up(embedded, folder)
        there = make("embedded")
        migrate(there.database)
        with there.database.transaction() as session:
            setup.new_code(session, at=there.clock.now())
            outbox.enqueue(session, "upkeep", "upkeep", at=there.clock.now())
        assert restored_into(there, folder).is_good

    @pytest.mark.parametrize("shape", SHAPES)
    def test_a_store_of_somebody_else_is_left_alone(
        self, embedded: Lived, make: Build, folder: BackupFolder, shape: str
    ) -> None:
        """Two records over one store: the upkeep of each would remove what the other names."""
        back_up(embedded, folder)
        there = make(shape)
        with embedded.parts.store.open(
            object_key(embedded.body.id, embedded.first.sha256)
        ) as source:
            there.store.put(
                object_key("b2", embedded.first.sha256), source, size=embedded.first.size
            )
        with pytest.raises(StoreNotEmpty):
            restored_into(there, folder)

    def test_a_newer_schema_is_not_guessed_at(
        self, embedded: Lived, make: Build, folder: BackupFolder
    ) -> None:
        place = back_up(embedded, folder).snapshot.path
        write_manifest(place, replace(read_manifest(place), schema="9999", version="7.0"))
        there = make("embedded")
        with pytest.raises(SnapshotTooNew) as refusal:
            restored_into(there, folder)
        assert refusal.value.fields["version"] == "7.0"
        assert list(there.store.list_keys("")) == []

    def test_a_damaged_table_stops_it_before_anything_is_written(
        self, embedded: Lived, make: Build, folder: BackupFolder
    ) -> None:
        file = back_up(embedded, folder).snapshot.path / "person.jsonl.gz"
        file.write_bytes(file.read_bytes()[:-9])
        there = make("embedded")
        with pytest.raises(SnapshotDamaged):
            restored_into(there, folder)
        assert list(there.store.list_keys("")) == []

    @pytest.mark.server
    def test_a_text_that_the_other_database_cannot_hold_is_told_of(
        self, embedded: Lived, make: Build, folder: BackupFolder
    ) -> None:
        with embedded.parts.database.transaction() as session:
            session.get_one(Body, embedded.body.id).address = "Rynek\0 1"
        back_up(embedded, folder)
        there = make("servers")
        with pytest.raises(RowsRefused) as refusal:
            restored_into(there, folder)
        assert refusal.value.fields == {"table": "body"}
        assert current(there.database) is None

    def test_rows_that_came_out_otherwise_are_not_committed(
        self,
        embedded: Lived,
        make: Build,
        folder: BackupFolder,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        taken = back_up(embedded, folder)
        there = make("embedded")
        monkeypatch.setitem(
            restore_record.__globals__, "load", _loses_a_row(restore_record.__globals__["load"])
        )
        with pytest.raises(RestoreDiffers):
            restore_record(
                there.database,
                taken.snapshot,
                at=there.clock.now(),
                watcher=Unwatched(),
                held=None,
            )
        migrate(there.database)
        with there.database.reading() as session:
            assert session.scalars(select(Installation)).all() == []


def _loses_a_row(load: Callable[..., object]) -> Callable[..., object]:
    def careless(session: object, shape: Shape, rows: Iterable[bytes]) -> object:
        return load(session, shape, list(rows)[shape.name == "receipt" :])

    return careless


class TestLoss:
    def test_what_the_backup_lost_is_named_and_the_rest_is_there(
        self, embedded: Lived, make: Build, folder: BackupFolder
    ) -> None:
        back_up(embedded, folder)
        key = object_key(embedded.body.id, embedded.first.sha256)
        folder.store.remove(key)
        there = make("embedded")
        done = restored_into(there, folder)
        assert not done.is_good
        assert [(each.sha256, each.reason) for each in done.lost] == [
            (embedded.first.sha256, "missing")
        ]
        assert [line.is_good for line in done.report.lines] == [True, False, True]
        assert len(list(there.store.list_keys(""))) == 1


class _Stopped(Exception):
    """The restore ends here, as if it were killed."""


class TestKilled:
    @pytest.mark.parametrize(
        ("shape", "step", "after"),
        [
            ("embedded", "objects", 800),
            ("embedded", "record", 40),
            ("embedded", "index", 0),
            ("embedded", "check", 0),
            pytest.param("servers", "record", 40, marks=pytest.mark.server),
        ],
    )
    def test_it_is_simply_begun_again(
        self, embedded: Lived, make: Build, folder: BackupFolder, shape: str, step: str, after: int
    ) -> None:
        back_up(embedded, folder)
        there = make(shape)

        def stop() -> None:
            raise _Stopped

        with pytest.raises(_Stopped):
            restored_into(there, folder, watcher=Meddler(step, stop, after=after))
        assert restored_into(there, folder).is_good
        with pytest.raises(RecordNotEmpty):
            restored_into(there, folder)

    def test_a_council_set_up_in_between_is_not_taken_for_the_restored_one(
        self, embedded: Lived, make: Build, folder: BackupFolder
    ) -> None:
        back_up(embedded, folder)
        there = make("embedded")

        def stop() -> None:
            raise _Stopped

        with pytest.raises(_Stopped):
            restored_into(there, folder, watcher=Meddler("objects", stop))
        live_in(there)
        with pytest.raises(RecordNotEmpty):
            restored_into(there, folder)
