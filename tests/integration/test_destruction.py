"""Destroyed means gone: bytes, text and what was made of them; the tombstone stays."""

import sys
from collections.abc import Collection
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from docstore import outbox
from docstore.errors import BasisMissing, Destroyed, NotFound, ObjectNotFound, StorageUnavailable
from docstore.files.inspect import inspect
from docstore.models import (
    Exclusion,
    Facts,
    LedgerEntry,
    Packet,
    PageText,
    Rendition,
    StoredObject,
    Version,
    VersionAudience,
)
from docstore.objects.seam import object_key
from docstore.services import (
    agendas,
    destruction,
    ledger,
    orphans,
    packets,
    reading,
    renditions,
    upkeep,
    versions,
)
from docstore.services.destruction import Destroy
from docstore.services.documents import NewDocument, Owner
from docstore.services.indexing import touch_index
from docstore.services.keeping import claim_kept, keep, spool
from docstore.services.renditions import Made
from docstore.visibility import Visibility, guest, member, office
from indexer import catching_up, tasks
from indexer.catching_up import drift
from indexer.documents import IndexDocument, Page, SearchQuery
from indexer.engines.entries import entry
from indexer.polish import PolishAnalyser
from indexer.record import index_documents
from tests.integration.conftest import Council, House

WORD = "Niezapominajkowa"
TEXT = f"Skarga pani {WORD} na burmistrza."
BASIS = "decyzja Prezesa UODO z 3 listopada 2026 r."


def _owner(house: House, council: Council) -> Owner:
    with house.database.reading() as session:
        paper = agendas.agenda(session, council.meeting.id)[1].considerations[0].paper
    return Owner(paper_id=paper.id)


def _published(house: House, council: Council, text: str = TEXT) -> Version:
    version = house.upload(council.body, _owner(house, council), text)
    house.work()
    with house.database.transaction() as session:
        packets.publish(
            session,
            house.acting,
            body_id=council.body.id,
            meeting_id=council.meeting.id,
            revision=2,
        )
    house.work()
    return version


def _next(house: House, version: Version, text: str) -> Version:
    newer = house.intake.add_version(
        None,
        body_id=version.body_id,
        document_id=version.document_id,
        file_name="projekt.txt",
        source=BytesIO(text.encode()),
    )
    house.work()
    return newer


def _destroy(
    house: House, version: Version, *, basis: str = BASIS, alone: bool = True, works: bool = True
) -> Exclusion:
    said = Destroy(basis, "Burmistrz", "wersja 1", version_id=version.id if alone else None)
    with house.database.transaction() as session:
        row = destruction.destroy(
            session,
            house.acting,
            body_id=version.body_id,
            document_id=version.document_id,
            said=said,
        )
    if works:
        house.work()
    return row


def _is_stored(house: House, version: Version) -> bool:
    return orphans.is_stored(house.store, version.body_id, version.sha256)


def _found(house: House, *tokens: str, body_id: str) -> int:
    asker = Visibility.of(body_id, set(tokens))
    return house.reader.engine.search(SearchQuery(text=WORD), visible_to=asker, page=Page()).total


def test_nothing_of_it_is_left_but_the_tombstone(house: House, council: Council) -> None:
    version, body = _published(house, council), council.body
    everyone = {member(body.id), guest(body.id), office(body.id)}
    assert _found(house, *everyone, body_id=body.id) == 1
    row = _destroy(house, version)
    assert not _is_stored(house, version)
    assert _found(house, *everyone, body_id=body.id) == 0
    assert drift(house.reader).is_none
    with house.database.reading() as session:
        for kind in (PageText, Facts, VersionAudience, Rendition):
            assert session.query(kind).filter_by(version_id=version.id).count() == 0
        kept = session.get_one(Version, version.id)
        assert (kept.number, kept.size, kept.sha256) == (1, len(TEXT.encode()), version.sha256)
        tombstone = session.get_one(Exclusion, row.id)
        assert tombstone.erased_at == house.clock.now()
        assert (tombstone.basis, tombstone.excluded_by) == (BASIS, "Burmistrz")
        assert list(ledger.verify(session, body.id)) == []
        entry = session.query(LedgerEntry).filter(LedgerEntry.entry.contains('"destroyed"')).one()
        assert version.id in entry.entry
        assert BASIS not in entry.entry
        assert "Burmistrz" not in entry.entry
        assert list(upkeep.damages(house.database, house.store)) == []
        packet = session.query(Packet).one()
        assert version.sha256 in packet.manifest  # what was published stays as it was
    for tokens in (everyone, {member(body.id)}, {office(body.id)}, set()):
        with house.database.reading() as session, pytest.raises(Destroyed) as told:
            reading.version(session, Visibility.of(body.id, tokens), version.id)
        assert told.value.fields["basis"] == BASIS


def test_the_index_is_without_it_before_it_is_built_anew(house: House, council: Council) -> None:
    version = _published(house, council)
    _destroy(house, version, works=False)
    outbox.drain(house.database, house.clock, tasks.index_handlers(house.reader))
    assert drift(house.reader).is_none
    assert _found(house, office(version.body_id), body_id=version.body_id) == 0
    with house.database.reading() as session:
        assert session.query(Exclusion).one().erased_at is None


def test_whom_it_never_reached_hears_nothing_of_it(house: House, council: Council) -> None:
    version = house.upload(council.body, _owner(house, council), TEXT)
    house.work()
    _destroy(house, version)
    for tokens in (set(), {member(council.body.id)}):
        with house.database.reading() as session, pytest.raises(NotFound):
            reading.version(session, Visibility.of(council.body.id, tokens), version.id)


def test_without_a_legal_basis_nothing_goes(house: House, council: Council) -> None:
    version = house.upload(council.body, _owner(house, council), TEXT)
    for basis in ("", "  ", "bo tak", "1234567890123"):
        with pytest.raises(BasisMissing):
            _destroy(house, version, basis=basis)
    assert _is_stored(house, version)


def test_killed_after_the_commit_it_is_finished_by_itself(house: House, council: Council) -> None:
    """A process that dies with the work in hand leaves rows that say what must go."""
    version = _published(house, council)
    row = _destroy(house, version, works=False)
    with house.database.reading() as session:
        assert session.get_one(StoredObject, (version.body_id, version.sha256)).state == "removing"
        with pytest.raises(Destroyed):
            reading.version(
                session, Visibility.of(version.body_id, {office(version.body_id)}), version.id
            )
    topics = frozenset({destruction.ERASE})
    assert outbox.claim(house.database, house.clock, topics) is not None  # and killed
    orphans.sweep(house.database, house.store, at=house.clock.now())  # what upkeep does each hour
    assert not _is_stored(house, version)
    house.clock.move(outbox.LEASE + timedelta(seconds=1))
    house.work()
    with house.database.reading() as session:
        assert session.get_one(Exclusion, row.id).erased_at == house.clock.now()


def test_killed_between_flip_and_removal_the_next_sweep_removes(
    house: House, council: Council
) -> None:
    version = house.upload(council.body, _owner(house, council), TEXT)
    house.work()
    _destroy(house, version, works=False)
    with house.database.transaction() as session:  # a sweep took it in hand and died
        session.get_one(
            StoredObject, (version.body_id, version.sha256)
        ).touched_at = house.clock.now()
    house.work()
    assert _is_stored(house, version)
    house.clock.move(timedelta(minutes=11))
    house.work()
    assert not _is_stored(house, version)
    with house.database.reading() as session:
        assert session.query(Exclusion).one().erased_at is not None


def test_bytes_that_another_version_has_stay_until_it_goes_too(
    house: House, council: Council
) -> None:
    first = house.upload(council.body, _owner(house, council), TEXT)
    second = house.upload(council.body, _owner(house, council), TEXT, name="kopia.txt")
    house.work()
    with house.database.reading() as session:
        toll = destruction.toll(session, document_id=first.document_id, version_id=first.id)
    assert [each.id for each in toll.shared] == [second.id]
    _destroy(house, first)
    assert _is_stored(house, second)
    with house.database.reading() as session:
        reading.version(session, Visibility.of(first.body_id, {office(first.body_id)}), second.id)
        assert destruction.destroyed_versions(session) == []
    _destroy(house, second)
    assert not _is_stored(house, second)
    with house.database.reading() as session:
        gone = {each.id for each in destruction.destroyed_versions(session)}
    assert gone == {first.id, second.id}


def test_one_version_goes_and_the_others_stay_and_nothing_is_destroyed_twice(
    house: House, council: Council
) -> None:
    first = _published(house, council)
    second = _next(house, first, "Skarga mieszkanki na burmistrza.")
    _destroy(house, first, basis="erasure")
    assert (_is_stored(house, first), _is_stored(house, second)) == (False, True)
    with pytest.raises(NotFound):
        _destroy(house, first)
    with house.database.reading() as session:
        assert destruction.of_version(session, second.id) is None
    _destroy(house, second, alone=False)
    assert not _is_stored(house, second)


def test_an_upload_under_way_of_the_same_bytes_is_told_to_come_again(
    house: House, council: Council, tmp_path: Path
) -> None:
    """Its touch and its put came before, its row after: the bytes it counts on are going."""
    version = house.upload(council.body, _owner(house, council), TEXT)
    house.work()
    with spool(BytesIO(TEXT.encode()), tmp_path, limit=1000) as file:
        keep(house.database, house.store, body_id=version.body_id, file=file, at=house.clock.now())
        _destroy(house, version)
        with pytest.raises(StorageUnavailable), house.database.transaction() as session:
            claim_kept(
                session, body_id=version.body_id, sha256=version.sha256, at=house.clock.now()
            )
    again = house.intake.add_document(
        None,
        body_id=version.body_id,
        new=NewDocument(_owner(house, council), role="main"),
        file_name="projekt.txt",
        source=BytesIO(TEXT.encode()),
    )
    house.work()
    assert _is_stored(house, again)
    assert _found(house, office(version.body_id), body_id=version.body_id) == 1


def test_what_comes_of_it_too_late_goes_as_well(house: House, council: Council) -> None:
    """A reading that had the bytes in hand when they were destroyed writes nothing of them."""
    version = house.upload(council.body, _owner(house, council), TEXT)
    task = outbox.claim(house.database, house.clock, frozenset({versions.READ}))
    assert task is not None
    destroyed: list[Exclusion] = []

    def slow(path: Path, name: str) -> object:
        facts = inspect(path, name)
        destroyed.append(_destroy(house, version, works=False))
        return facts

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "inspect", slow)
        tasks.read(house.reader, task)
    assert destroyed
    with house.database.reading() as session:
        assert session.query(PageText).count() == 0
        assert session.query(Facts).count() == 0


def test_bytes_that_came_back_are_found_and_go_again(house: House, council: Council) -> None:
    """As when somebody lays an old copy of the store over the new one."""
    version = house.upload(council.body, _owner(house, council), TEXT)
    house.work()
    _destroy(house, version)
    data = TEXT.encode()
    house.store.put(object_key(version.body_id, version.sha256), BytesIO(data), size=len(data))
    with house.database.transaction() as session:
        orphans.condemn(session, version, at=house.clock.now())
    orphans.sweep(house.database, house.store, at=house.clock.now())
    with pytest.raises(ObjectNotFound):
        house.store.stat(object_key(version.body_id, version.sha256))


def _holding(house: House, folder: Path) -> set[str]:
    """Return the files that hold the word as it was written, the record's log written back."""
    house.database.dispose()
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in files if WORD.encode() in path.read_bytes()}


@pytest.mark.parametrize("house", ["embedded"], indirect=True)
def test_the_files_of_the_record_hold_its_text_no_more(
    house: House, council: Council, tmp_path: Path
) -> None:
    """SQLite would leave deleted text in the free pages of its file; PostgreSQL overwrites it."""
    version = house.upload(council.body, _owner(house, council), TEXT * 200)
    house.work()
    assert _holding(house, tmp_path) == {"record.sqlite3"}
    _destroy(house, version)
    assert _holding(house, tmp_path) == set()


def test_a_rendition_names_only_what_is_there(house: House, council: Council) -> None:
    version = house.upload(council.body, _owner(house, council), TEXT)
    made = Made(kind="pdf", media_type="application/pdf", sha256="ab" * 32, size=3)
    with pytest.raises(StorageUnavailable), house.database.transaction() as session:
        renditions.put(
            session,
            body_id=version.body_id,
            made=made,
            at=house.clock.now(),
            version_id=version.id,
        )


def test_who_waited_for_the_new_index_brings_no_word_back(
    house: House, council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text was in hand when it was destroyed, and the index was built anew before it came."""
    version = house.upload(council.body, _owner(house, council), TEXT)
    house.work()
    with house.database.transaction() as session:
        touch_index(session, version.body_id, [version.document_id], at=house.clock.now())
    written: list[str] = []
    engine = sys.modules[type(house.reader.engine).__module__]

    def spied(document: IndexDocument, analyser: PolishAnalyser) -> object:
        written.append(document.id)
        return entry(document, analyser)

    def late(session: Session, ids: Collection[str]) -> list[IndexDocument]:
        monkeypatch.setattr(catching_up, "index_documents", index_documents)
        in_hand = list(index_documents(session, ids))
        assert [each.id for each in in_hand] == [version.id]
        _destroy(house, version)
        monkeypatch.setattr(engine, "entry", spied)
        return in_hand

    monkeypatch.setattr(catching_up, "index_documents", late)
    catching_up.catch_up(house.reader)
    assert written == []
    assert drift(house.reader).is_none
