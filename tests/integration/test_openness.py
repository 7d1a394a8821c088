"""What was taken down stays closed, and the text that may be shown can follow it."""

from io import BytesIO

import pytest

from docstore.errors import Gone, NotFound
from docstore.migrations import migrate
from docstore.models import Exclusion, Packet, Version
from docstore.services import act_view, adoption, agendas, documents, exclusions, packets, reading
from docstore.services.adoption import Outcome
from docstore.services.agendas import NewItem
from docstore.services.documents import AudienceChoice, DocumentChange, Owner
from docstore.services.exclusions import TakeDown
from docstore.visibility import Visibility, member
from indexer.documents import Page, SearchQuery
from tests.integration.conftest import Council, House

LEAKED, MENDED = "Skarga pani Żurawskiej na burmistrza.", "Skarga mieszkanki na burmistrza."


def _draft(house: House, council: Council) -> Version:
    with house.database.reading() as session:
        paper = agendas.agenda(session, council.meeting.id)[1].considerations[0].paper
    return house.upload(council.body, Owner(paper_id=paper.id), LEAKED)


def _mend(house: House, version: Version) -> Version:
    return house.intake.add_version(
        None,
        body_id=version.body_id,
        document_id=version.document_id,
        file_name="projekt.txt",
        source=BytesIO(MENDED.encode()),
    )


def _publish(house: House, council: Council, *, new_item: str = "") -> Packet:
    house.work()
    with house.database.reading() as session:
        revision = session.get_one(type(council.meeting), council.meeting.id).revision
    with house.database.transaction() as session:
        if new_item:
            agendas.add_items(
                session,
                house.acting,
                body_id=council.body.id,
                meeting_id=council.meeting.id,
                revision=revision,
                items=[NewItem(new_item)],
            )
            revision += 1
        packet = packets.publish(
            session,
            house.acting,
            body_id=council.body.id,
            meeting_id=council.meeting.id,
            revision=revision,
        )
    house.work()
    return packet


def _take_down(
    house: House, version: Version, *, this_one: bool = True, from_members: bool = False
) -> None:
    said = TakeDown(
        "dane osobowe",
        "privacy",
        "Burmistrz",
        version_id=version.id if this_one else None,
        from_members=from_members,
    )
    with house.database.transaction() as session:
        exclusions.take_down(
            session,
            house.acting,
            body_id=version.body_id,
            document_id=version.document_id,
            said=said,
        )
    house.work()


def _make_public(house: House, version: Version) -> None:
    with house.database.transaction() as session:
        documents.change_document(
            session,
            house.acting,
            body_id=version.body_id,
            document_id=version.document_id,
            to=DocumentChange("main", "projekt", is_public=True, audience=AudienceChoice()),
        )


def _finds(house: House, asker: Visibility, text: str) -> int:
    house.work()
    query = SearchQuery(text=text)
    return house.reader.engine.search(query, visible_to=asker, page=Page()).total


def _is_gone(house: House, asker: Visibility, version: Version) -> bool:
    with house.database.reading() as session:
        try:
            reading.version(session, asker, version.id)
        except Gone:
            return True
        return False


def _member(council: Council) -> Visibility:
    return Visibility.of(council.body.id, {member(council.body.id)})


@pytest.mark.parametrize("this_one", [True, False], ids=["a version", "a document"])
def test_the_next_packet_opens_nothing_again(
    house: House, council: Council, *, this_one: bool
) -> None:
    version, public = _draft(house, council), Visibility.public(council.body.id)
    _publish(house, council)
    assert _finds(house, public, "Żurawska") == 1
    _take_down(house, version, this_one=this_one)
    if not this_one:
        _make_public(house, version)
    _publish(house, council, new_item="Wolne wnioski")
    assert _is_gone(house, public, version)
    assert _finds(house, public, "Żurawska") == 0
    assert _finds(house, _member(council), "Żurawska") == 1


@pytest.mark.parametrize("this_one", [True, False], ids=["a version", "a document"])
def test_the_text_that_may_be_shown_follows(
    house: House, council: Council, *, this_one: bool
) -> None:
    version, public = _draft(house, council), Visibility.public(council.body.id)
    _publish(house, council)
    _take_down(house, version, this_one=this_one)
    mended = _mend(house, version)
    if not this_one:
        _make_public(house, version)
    _publish(house, council)
    assert _is_gone(house, public, version)
    assert not _is_gone(house, public, mended)
    assert (_finds(house, public, "Żurawska"), _finds(house, public, "mieszkanka")) == (0, 1)


def test_an_act_is_published_without_what_was_taken_down_and_with_what_followed(
    house: House, council: Council
) -> None:
    version, public = _draft(house, council), Visibility.public(council.body.id)
    _publish(house, council)
    _take_down(house, version)
    _adopt(house, council, version)
    assert _is_gone(house, public, version)
    mended = _mend(house, version)
    _adopt(house, council, version)
    with house.database.reading() as session:
        paper_id = str(version.document.paper_id)
        assert [each.id for each in act_view.act(session, public, paper_id).files] == [mended.id]


def _adopt(house: House, council: Council, version: Version) -> None:
    house.work()
    with house.database.transaction() as session:
        item = agendas.agenda(session, council.meeting.id)[1]
        adoption.record_outcome(
            session,
            house.acting,
            body_id=council.body.id,
            consideration_id=item.considerations[0].id,
            outcome=Outcome("adopted", "LIII/1/2026"),
        )
        adoption.publish_act(
            session,
            house.acting,
            body_id=council.body.id,
            paper_id=str(version.document.paper_id),
        )


def test_what_was_taken_from_the_members_is_in_no_later_packet(
    house: House, council: Council
) -> None:
    version, reader = _draft(house, council), _member(council)
    house.upload(council.body, Owner(meeting_id=council.meeting.id), "Zaproszenie.", role="other")
    _publish(house, council)
    _take_down(house, version, from_members=True)
    second = _publish(house, council, new_item="Wolne wnioski")
    assert version.sha256 not in second.manifest
    assert _is_gone(house, reader, version)
    assert _finds(house, reader, "Żurawska") == 0
    mended = _mend(house, version)
    assert mended.sha256 in _publish(house, council).manifest
    assert _finds(house, reader, "mieszkanka") == 1


def test_a_version_of_another_document_takes_nothing_down(house: House, council: Council) -> None:
    version = _draft(house, council)
    other = house.upload(council.body, Owner(meeting_id=council.meeting.id), "Zaproszenie.")
    said = TakeDown("dane osobowe", "privacy", "Burmistrz", version_id=other.id)
    with house.database.transaction() as session, pytest.raises(NotFound):
        exclusions.take_down(
            session,
            house.acting,
            body_id=council.body.id,
            document_id=version.document_id,
            said=said,
        )


def test_exclusions_of_before_cover_every_version_that_there_is(
    house: House, council: Council
) -> None:
    version = _draft(house, council)
    _mend(house, version)
    _take_down(house, version, this_one=False)
    migrate(house.database, "0002")
    migrate(house.database)
    with house.database.reading() as session:
        assert session.query(Exclusion).one().through == 2
