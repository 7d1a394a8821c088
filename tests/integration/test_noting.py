"""Receipts of one moment share a commit; one that cannot be written takes no other along."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import event, select

from docstore.errors import NotFound
from docstore.models import Receipt
from docstore.models.base import new_id
from docstore.services import packets, people
from docstore.services.documents import Owner
from docstore.services.noting import Notes, Observed
from tests.integration.conftest import Council, House

MANY = 25


@pytest.fixture
def observed(house: House, council: Council) -> list[Observed]:
    """Return what so many councillors did with a packet."""
    house.upload(council.body, Owner(meeting_id=council.meeting.id), "zaproszenie")
    house.work()
    with house.database.transaction() as session:
        packet = packets.publish(
            session, house.acting, body_id=council.body.id, meeting_id=council.meeting.id,
            revision=2, personal_data_reason="sprawdzono",
        )  # fmt: skip
        members = [
            people.add_person(
                session, house.acting, body_id=council.body.id, name=f"Radna {number}", email=""
            )
            for number in range(MANY)
        ]
    return [
        Observed(council.body.id, each.id, packet.id, "opened", "", house.acting)
        for each in members
    ]


def at_one_moment(house: House, observed: list[Observed]) -> list[Future[bool]]:
    """Note all of it while a commit is under way, and return what each was told."""
    notes = Notes(house.database)
    with ThreadPoolExecutor(len(observed)) as pool, notes._turn:
        told = [pool.submit(notes.note, each) for each in observed]
        deadline = time.monotonic() + 60
        while len(notes._waiting) < len(observed):
            assert time.monotonic() < deadline
            time.sleep(0.01)
    return told


def noted(house: House) -> set[str]:
    with house.database.reading() as session:
        return set(session.scalars(select(Receipt.person_id)))


def test_what_comes_while_a_commit_is_under_way_is_written_by_the_next_one(
    house: House, observed: list[Observed]
) -> None:
    commits: list[object] = []
    event.listen(house.database.engine, "commit", commits.append)
    told = at_one_moment(house, observed)
    assert [each.result() for each in told] == [True] * MANY
    assert len(commits) == 1
    assert noted(house) == {each.person_id for each in observed}


def test_one_that_cannot_be_written_takes_no_other_along(
    house: House, observed: list[Observed]
) -> None:
    strange = replace(observed[3], packet_id=new_id())
    told = at_one_moment(house, [*observed[:3], strange, *observed[4:]])
    with pytest.raises(NotFound):
        told[3].result()
    assert [each.result() for each in told[:3] + told[4:]] == [True] * (MANY - 1)
    assert noted(house) == {each.person_id for each in observed} - {observed[3].person_id}
