"""Of many files dropped at once the index learns in a few commits, and none is forgotten."""

from contextlib import AbstractContextManager
from typing import Any

import pytest

from docstore import outbox
from docstore.database import WriteSession
from docstore.models import OutboxMessage
from docstore.services.documents import Owner
from docstore.services.indexing import INDEX, nudge_index, touch_index
from docstore.visibility import Visibility, office
from indexer import tasks
from indexer.catching_up import catch_up_or_wait, drift, rebuild
from indexer.documents import Page, SearchQuery
from indexer.reader import Reader
from indexer.seam import IndexBatch
from tests.integration.conftest import Council, House

FILES = 12


def test_many_files_cost_a_few_commits_of_the_index(
    house: House, council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.work()
    for number in range(FILES):
        owner = Owner(meeting_id=council.meeting.id)
        house.upload(council.body, owner, f"opinia numer {number}", name=f"opinia-{number}.txt")
    batches: list[None] = []
    batch = house.reader.engine.batch

    def counted(**named: Any) -> AbstractContextManager[IndexBatch]:
        batches.append(None)
        return batch(**named)

    monkeypatch.setattr(house.reader.engine, "batch", counted)
    house.work()
    assert 0 < len(batches) <= 4
    seen = Visibility.of(council.body.id, {office(council.body.id)})
    answer = house.reader.engine.search(
        SearchQuery(text="opinia"), visible_to=seen, page=Page(limit=50)
    )
    assert answer.total == FILES
    assert drift(house.reader).is_none


def test_the_first_changes_are_found_at_once_and_those_right_after_are_gathered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_WITHIN", 600.0)  # however slow this machine is
    monkeypatch.setattr(tasks, "_WITHIN_AT_MOST", 600.0)
    house.work()
    handlers = tasks.index_handlers(house.reader)
    pauses: list[float] = []

    def change_and_work() -> None:
        with house.database.transaction() as session:
            nudge_index(session, at=house.clock.now())
        assert outbox.run_one(house.database, house.clock, handlers, frozenset({INDEX}), waits=wait)

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        return False

    change_and_work()
    change_and_work()
    assert not any(pauses)
    change_and_work()
    assert [0 < seconds <= 600 for seconds in pauses if seconds] == [True]


def test_the_more_a_catching_up_brings_the_longer_the_next_gathers(
    house: House, council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_WITHIN", 600.0)  # however slow this machine is
    monkeypatch.setattr(tasks, "_WITHIN_AT_MOST", 1500.0)
    house.work()
    handlers = tasks.index_handlers(house.reader)
    pauses: list[float] = []

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        return False

    def paused(*, changed: int) -> float:
        with house.database.transaction() as session:
            touch_index(session, council.body.id, documents[:changed], at=house.clock.now())
            nudge_index(session, at=house.clock.now())
        assert outbox.run_one(house.database, house.clock, handlers, frozenset({INDEX}), waits=wait)
        return sum(pauses)

    owner = Owner(meeting_id=council.meeting.id)
    documents = [
        house.upload(
            council.body, owner, f"opinia {number}", name=f"opinia-{number}.txt"
        ).document_id
        for number in range(4)
    ]
    house.work()
    paused(changed=1)
    assert paused(changed=2) == 0
    assert 600 < paused(changed=4) <= 1200
    pauses.clear()
    assert 1200 < paused(changed=1) <= 1500
    pauses.clear()
    assert 0 < paused(changed=1) <= 600


def test_a_promise_made_while_the_index_catches_up_is_kept_after_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.work()

    def late(reader: Reader) -> int:
        brought = catch_up_or_wait(reader)
        with reader.database.transaction() as session:
            nudge_index(session, at=reader.clock.now())
        return brought

    monkeypatch.setattr(tasks, "catch_up_or_wait", late)
    with house.database.transaction() as session:
        nudge_index(session, at=house.clock.now())
    handlers = tasks.index_handlers(house.reader)
    assert outbox.run_one(house.database, house.clock, handlers, frozenset({INDEX}))
    with house.database.reading() as left:
        assert left.query(OutboxMessage).filter_by(topic=INDEX, done_at=None).count() == 1


def test_what_changes_while_the_index_is_built_anew_is_given_to_it_afterwards(
    house: House, council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at what the index holds and the note of it, a paper is changed."""
    owner = Owner(meeting_id=council.meeting.id)
    version = house.upload(council.body, owner, "opinia", name="opinia.txt")
    house.work()
    transaction = house.database.transaction

    def after_a_change() -> AbstractContextManager[WriteSession]:
        monkeypatch.undo()
        with transaction() as session:
            touch_index(session, council.body.id, [version.document_id], at=house.clock.now())
        return transaction()

    monkeypatch.setattr(house.database, "transaction", after_a_change)
    rebuild(house.reader)
    assert drift(house.reader).is_none
