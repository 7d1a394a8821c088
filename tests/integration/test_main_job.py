"""The main job through the services: upload, versions, packet, receipts, adoption, finding."""

import json
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from sqlalchemy import text

from docstore import visibility
from docstore.database import ReadSession, WriteSession
from docstore.errors import (
    EditConflict,
    FileEmpty,
    Gone,
    NotFound,
    NumberTaken,
    PacketEmpty,
    PacketUnchanged,
    PacketWaiting,
    PersonalDataFound,
    SameBytes,
)
from docstore.models import AgendaItem, Consideration, LedgerEntry, Packet, Paper
from docstore.rules.audience import AudienceKind
from docstore.services import (
    act_view,
    adoption,
    agendas,
    deliveries,
    exclusions,
    ledger,
    packet_view,
    packets,
    papers,
    reading,
    receipts,
    upkeep,
)
from docstore.services.adoption import Counts, Outcome
from docstore.services.agendas import NewItem
from docstore.services.documents import AudienceChoice, NewDocument, Owner
from docstore.services.exclusions import TakeDown
from docstore.services.ledger import Break
from docstore.visibility import Visibility
from indexer.catching_up import drift, rebuild
from indexer.documents import Page, SearchQuery
from tests.crash_house import until
from tests.integration.conftest import Council, House, found_council

DRAFT = "Uchwała w sprawie budżetu miasta. Dochody ustala się w kwocie 40 mln zł."


def _paper(house: House, council: Council) -> tuple[Paper, Consideration]:
    with house.database.reading() as session:
        item = agendas.agenda(session, council.meeting.id)[1]
        return item.considerations[0].paper, item.considerations[0]


def _publish(house: House, council: Council, *, reason: str = "") -> Packet:
    with house.database.reading() as session:
        revision = session.get_one(type(council.meeting), council.meeting.id).revision
    with house.database.transaction() as session:
        packet = packets.publish(
            session,
            house.acting,
            body_id=council.body.id,
            meeting_id=council.meeting.id,
            revision=revision,
            personal_data_reason=reason,
        )
    house.work()
    return packet


def _office(council: Council) -> Visibility:
    return Visibility.of(council.body.id, {visibility.office(council.body.id)})


def _member(council: Council) -> Visibility:
    return Visibility.of(
        council.body.id,
        {visibility.member(council.body.id), visibility.person(council.member.id)},
    )


def _found(house: House, seen_by: Visibility, text: str) -> int:
    query = SearchQuery(text=text)
    return house.reader.engine.search(query, visible_to=seen_by, page=Page()).total


class TestUpload:
    def test_a_new_file_is_found_by_the_office_alone(self, house: House, council: Council) -> None:
        paper, _ = _paper(house, council)
        house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        house.work()
        assert _found(house, _office(council), "BUDZETU") == 1
        assert _found(house, _member(council), "budżetu") == 0
        assert _found(house, Visibility.public(council.body.id), "budżetu") == 0

    def test_a_correction_is_a_new_version(self, house: House, council: Council) -> None:
        paper, _ = _paper(house, council)
        first = house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        second = house.intake.add_version(
            None,
            body_id=council.body.id,
            document_id=first.document_id,
            file_name="projekt.txt",
            source=BytesIO(b"inna tresc"),
            note="autopoprawka",
        )
        assert (first.number, second.number) == (1, 2)
        assert first.sha256 != second.sha256

    def test_the_same_bytes_make_no_version(self, house: House, council: Council) -> None:
        paper, _ = _paper(house, council)
        first = house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        with pytest.raises(SameBytes):
            house.intake.add_version(
                None,
                body_id=council.body.id,
                document_id=first.document_id,
                file_name="projekt.txt",
                source=BytesIO(DRAFT.encode()),
            )

    def test_an_empty_file_is_refused(self, house: House, council: Council) -> None:
        paper, _ = _paper(house, council)
        with pytest.raises(FileEmpty):
            house.upload(council.body, Owner(paper_id=paper.id), "")

    def test_a_foreign_paper_is_not_found(self, house: House, council: Council) -> None:
        stranger = found_council(house, "mirsk")
        paper, _ = _paper(house, council)
        with pytest.raises(NotFound):
            house.upload(stranger.body, Owner(paper_id=paper.id), DRAFT)


class TestPublish:
    def test_an_empty_packet_is_refused(self, house: House, council: Council) -> None:
        with pytest.raises(PacketEmpty):
            _publish(house, council)

    def test_a_file_still_being_read_is_waited_for(self, house: House, council: Council) -> None:
        paper, _ = _paper(house, council)
        house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        with pytest.raises(PacketWaiting):
            _publish(house, council)

    def test_recipients_and_the_public_find_what_was_published(
        self, house: House, council: Council
    ) -> None:
        paper, _ = _paper(house, council)
        house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        house.work()
        packet = _publish(house, council)
        assert _found(house, _member(council), "budżet") == 1
        assert _found(house, Visibility.public(council.body.id), "budżet") == 1
        manifest = json.loads(packet.manifest)
        assert [len(item["files"]) for item in manifest["items"]] == [0, 1, 0]

    def test_a_newer_version_does_not_stand_in_for_the_published_one(
        self, house: House, council: Council
    ) -> None:
        paper, _ = _paper(house, council)
        first = house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        house.work()
        packet = _publish(house, council)
        house.intake.add_version(
            None,
            body_id=council.body.id,
            document_id=first.document_id,
            file_name="projekt.txt",
            source=BytesIO("Uchwała o niespodziance".encode()),
        )
        house.work()
        assert _found(house, _office(council), "niespodzianka") == 1
        assert _found(house, _office(council), "dochody") == 0
        assert _found(house, _member(council), "niespodzianka") == 0
        with house.database.reading() as session:
            view = packet_view.packet_view(session, packet, _member(council))
        assert [file.version_id for file in view.all_files] == [first.id]

    def test_a_change_makes_the_next_packet_with_its_difference(
        self, house: House, council: Council
    ) -> None:
        paper, _ = _paper(house, council)
        first = house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        house.work()
        before = _publish(house, council)
        with pytest.raises(PacketUnchanged):
            _publish(house, council)
        house.intake.add_version(
            None,
            body_id=council.body.id,
            document_id=first.document_id,
            file_name="projekt.txt",
            source=BytesIO("Uchwała zmieniona".encode()),
        )
        house.work()
        after = _publish(house, council)
        assert [change["kind"] for change in after.changes] == ["file_replaced"]
        with house.database.reading() as session:
            assert session.get_one(Packet, before.id).manifest == before.manifest

    def test_two_clerks_do_not_overwrite_each_other(self, house: House, council: Council) -> None:
        def add(revision: int) -> None:
            with house.database.transaction() as session:
                agendas.add_items(
                    session,
                    house.acting,
                    body_id=council.body.id,
                    meeting_id=council.meeting.id,
                    revision=revision,
                    items=[NewItem("Wolne wnioski")],
                )

        add(2)
        with pytest.raises(EditConflict):
            add(2)

    def test_an_item_put_in_after_publishing_leaves_the_numbers_true(
        self, house: House, council: Council
    ) -> None:
        paper, _ = _paper(house, council)
        house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        house.work()
        _publish(house, council)
        with house.database.reading() as session:
            second = agendas.agenda(session, council.meeting.id)[1]
            revision = session.get_one(type(council.meeting), council.meeting.id).revision
        with house.database.transaction() as session:
            agendas.add_items(
                session,
                house.acting,
                body_id=council.body.id,
                meeting_id=council.meeting.id,
                revision=revision,
                items=[NewItem("Wybór komisji")],
                after=second.id,
            )
        with house.database.reading() as session:
            labels = [item.label for item in agendas.agenda(session, council.meeting.id)]
        assert labels == ["1.", "2.", "2a.", "3."]

    def test_personal_data_needs_a_reason_before_everyone_sees_it(
        self, house: House, council: Council
    ) -> None:
        paper, _ = _paper(house, council)
        house.upload(council.body, Owner(paper_id=paper.id), "Najemca, PESEL 44051401359.")
        house.work()
        with pytest.raises(PersonalDataFound):
            _publish(house, council)
        packet = _publish(house, council, reason="zgoda osoby")
        assert packet.personal_data_reason == "zgoda osoby"

    def test_a_narrowed_document_leaves_no_trace_in_the_common_manifest(
        self, house: House, council: Council
    ) -> None:
        paper, _ = _paper(house, council)
        house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        secret = house.intake.add_document(
            None,
            body_id=council.body.id,
            new=NewDocument(
                Owner(paper_id=paper.id),
                title="Skarga Kowalskiego",
                audience=AudienceChoice(
                    AudienceKind.PERSONS, (council.member.id,), "privacy", "własne słowa"
                ),
            ),
            file_name="skarga-kowalskiego.txt",
            source=BytesIO(b"tajne"),
        )
        house.work()
        packet = _publish(house, council)
        for trace in ("Kowalskiego", "kowalskiego", secret.sha256, "własne słowa"):
            assert trace not in packet.manifest
        guest = Visibility.of(council.body.id, {visibility.guest(council.body.id)})
        with house.database.reading() as session:
            seen = packet_view.packet_view(session, packet, _member(council))
            unseen = packet_view.packet_view(session, packet, guest)
        assert secret.id in {file.version_id for file in seen.all_files}
        assert secret.id not in {file.version_id for file in unseen.all_files}
        assert unseen.items[1].papers[0].withheld == ("privacy",)
        assert _found(house, guest, "tajne") == 0
        assert _found(house, _member(council), "tajne") == 1


class TestReceipts:
    def test_unknown_is_none_and_repeats_only_count(self, house: House, council: Council) -> None:
        paper, _ = _paper(house, council)
        house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        house.work()
        packet = _publish(house, council)
        for _ in range(3):
            with house.database.transaction() as session:
                row = receipts.record(
                    session,
                    house.acting,
                    body_id=council.body.id,
                    packet_id=packet.id,
                    person_id=council.member.id,
                    kind="opened",
                )
        assert row.count == 3
        with house.database.reading() as session:
            rows = deliveries.progress(session, packet=packet, meeting=council.meeting)
        by_name = {row.recipient.person.name: row for row in rows}
        assert by_name["Anna Żółć"].opened_at == house.clock.now()
        assert by_name["Anna Żółć"].acknowledged_at is None
        assert by_name["Jan Gość"].state == "no_address"
        with house.database.reading() as session:
            kinds = [json.loads(entry.entry)["kind"] for entry in session.query(LedgerEntry).all()]
        assert kinds.count("packet_opened") == 1

    def test_two_devices_of_one_person_may_open_it_at_one_moment(
        self, house: House, council: Council
    ) -> None:
        paper, _ = _paper(house, council)
        house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        house.work()
        packet = _publish(house, council)

        def opened(session: WriteSession) -> int:
            return receipts.record(
                session,
                house.acting,
                body_id=council.body.id,
                packet_id=packet.id,
                person_id=council.member.id,
                kind="opened",
            ).count

        def on_the_other() -> int:
            with house.database.transaction() as session:
                return opened(session)

        with ThreadPoolExecutor(1) as pool:
            with house.database.transaction() as session:
                assert opened(session) == 1
                other = pool.submit(on_the_other)
                until(lambda: _someone_waits(house), "the other device never came")
            assert other.result() == 2


def _someone_waits(house: House) -> bool:
    """Tell whether a transaction waits for another; on SQLite it does not even begin."""
    if house.database.is_sqlite:
        return True
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with house.database.reading() as session:
        return bool(session.scalar(text(waiting)))


class TestAdopt:
    def _adopt(self, house: House, council: Council, number: str) -> Paper:
        paper, consideration = _paper(house, council)
        with house.database.transaction() as session:
            adoption.record_outcome(
                session,
                house.acting,
                body_id=council.body.id,
                consideration_id=consideration.id,
                outcome=Outcome("adopted", number, None, Counts(14, 0, 1)),
            )
        return paper

    def test_an_act_is_found_by_its_number_once_published(
        self, house: House, council: Council
    ) -> None:
        paper, _ = _paper(house, council)
        version = house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        house.work()
        _publish(house, council)
        self._adopt(house, council, "Nr LIII/401/26")
        public = Visibility.public(council.body.id)
        with house.database.reading() as session, pytest.raises(NotFound):
            act_view.act(session, public, paper.id)
        with house.database.transaction() as session:
            adoption.publish_act(session, house.acting, body_id=council.body.id, paper_id=paper.id)
        house.work()
        assert _found(house, public, "liii/401/2026") == 1
        with house.database.reading() as session:
            view = act_view.act(session, public, paper.id)
        assert view.paper.number == "LIII/401/26"
        assert view.vote is not None
        assert view.vote.version_id == version.id
        assert view.meeting is not None

    def test_two_spellings_of_one_number_are_taken_once(
        self, house: House, council: Council
    ) -> None:
        self._adopt(house, council, "LIII/401/2026")
        with house.database.transaction() as session:
            item = session.query(AgendaItem).filter_by(position=2).one()
            other = papers.add_paper(session, house.acting, item=item, title="w sprawie X")
        with house.database.transaction() as session, pytest.raises(NumberTaken):
            adoption.set_number(
                session,
                session.merge(other),
                number="401.LIII.2026",
                adopted_on=house.clock.now().date(),
            )

    def test_taking_down_hides_at_the_commit_and_says_what_was_excluded(
        self, house: House, council: Council
    ) -> None:
        paper, _ = _paper(house, council)
        version = house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        house.work()
        packet = _publish(house, council)
        said = TakeDown("cały dokument", "privacy", "Burmistrz", reason="pomyłka")
        with house.database.transaction() as session:
            exclusions.take_down(
                session,
                house.acting,
                body_id=council.body.id,
                document_id=version.document_id,
                said=said,
            )
        public = Visibility.public(council.body.id)
        with house.database.reading() as session:
            with pytest.raises(Gone) as told:
                reading.version(session, public, version.id)
            assert version.document_id in exclusions.pending(session, council.body.id)
        assert "pomyłka" not in str(told.value.fields)
        house.work()
        with house.database.reading() as session:
            assert exclusions.pending(session, council.body.id) == frozenset()
            assert packet_view.packet_view(session, packet, _member(council)).all_files
        assert _found(house, public, "budżet") == 0


class TestUpkeep:
    def test_a_byte_changed_by_hand_is_named(self, house: House, council: Council) -> None:
        paper, _ = _paper(house, council)
        version = house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        assert list(upkeep.damages(house.database, house.store)) == []
        key = (
            f"{council.body.id}/objects/{version.sha256[:2]}/{version.sha256[2:4]}/{version.sha256}"
        )
        wrong = DRAFT.replace("40", "41").encode()
        house.store.replace(key, BytesIO(wrong), size=len(wrong))
        found = list(upkeep.damages(house.database, house.store))
        assert [(d.sha256, d.reason, d.file_names) for d in found] == [
            (version.sha256, "bytes", ("projekt.txt",))
        ]
        upkeep.refuse(house.database, found[0], at=house.clock.now())
        house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        assert list(upkeep.damages(house.database, house.store)) == []

    def test_an_altered_ledger_entry_breaks_its_chain(self, house: House, council: Council) -> None:
        with house.database.reading() as session:
            assert list(ledger.verify(session, council.body.id)) == []
        with house.database.transaction() as session:
            entry = session.get_one(LedgerEntry, (council.body.id, 3))
            entry.entry = entry.entry.replace('"by":null', '"by":"ktoś"')
        with house.database.reading() as session:
            breaks = list(ledger.verify(session, council.body.id))
        assert breaks[0] == Break(council.body.id, 3, "altered")

    def test_an_entry_cut_out_of_the_ledger_is_missed(self, house: House, council: Council) -> None:
        with house.database.transaction() as session:
            session.delete(session.get_one(LedgerEntry, (council.body.id, 3)))
        with house.database.reading() as session:
            breaks = list(ledger.verify(session, council.body.id))
        assert breaks[0] == Break(council.body.id, 3, "missing")

    def test_entries_cut_off_the_end_of_the_ledger_are_missed(
        self, house: House, council: Council
    ) -> None:
        with house.database.transaction() as session:
            last = ledger.length(ReadSession(session), council.body.id)
            session.delete(session.get_one(LedgerEntry, (council.body.id, last)))
        with house.database.reading() as session:
            breaks = list(ledger.verify(session, council.body.id))
        assert breaks == [Break(council.body.id, last, "head_differs")]

    def test_the_index_is_rebuilt_from_the_record_alone(
        self, house: House, council: Council
    ) -> None:
        paper, _ = _paper(house, council)
        house.upload(council.body, Owner(paper_id=paper.id), DRAFT)
        house.work()
        assert drift(house.reader).is_none
        house.reader.engine.rebuild([])
        assert drift(house.reader).missing
        rebuild(house.reader)
        assert drift(house.reader).is_none
        assert _found(house, _office(council), "budżet") == 1
