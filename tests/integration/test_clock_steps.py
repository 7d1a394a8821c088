"""A clock that is put back or forward by an hour: nothing is lost, done twice or kept waiting."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from delivery import tasks
from delivery.channels.memory import MemoryMailer
from docstore import outbox
from docstore.clock import MemoryClock
from docstore.database import Database
from docstore.errors import TooManyTries
from docstore.migrations import migrate
from docstore.models import OutboxMessage, StoredObject
from docstore.objects.memory import MemoryObjectStore
from docstore.outbox import LEASE, UPKEEP, Later, Task
from docstore.services import orphans, tries, upkeep
from docstore.services.tries import LIMITS, WINDOW, Try
from tests.factories import AT, make_body
from tests.integration.delivery.conftest import found

HOUR = timedelta(hours=1)
TOPIC = "test.topic"


@dataclass
class Desk:
    """A record, its clock, and what was done."""

    database: Database
    clock: MemoryClock
    done: list[int]

    def promise(self, delay: timedelta = timedelta(0)) -> None:
        """Promise work."""
        with self.database.transaction() as session:
            outbox.enqueue(session, TOPIC, "key", at=self.clock.now(), delay=delay)

    def work(self) -> int:
        """Do what can be done now."""
        return outbox.drain(
            self.database, self.clock, {TOPIC: lambda task: self.done.append(task.id)}
        )

    def put_off(self) -> None:
        """Try a message once, and put it off for a moment."""

        def later(_: Task) -> None:
            raise Later("away", seconds=2)

        assert outbox.drain(self.database, self.clock, {TOPIC: later}) == 1


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """Return an empty outbox on either dialect."""
    url = f"sqlite:///{tmp_path / 'record.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    database = Database(url)
    migrate(database)
    yield Desk(database, MemoryClock(AT), [])
    database.dispose()


class TestOutbox:
    def test_put_back_new_work_is_done_at_once(self, desk: Desk) -> None:
        desk.promise()
        desk.clock.move(-HOUR)
        assert desk.work() == 1

    def test_put_back_work_that_was_put_off_waits_for_a_lease_and_no_more(self, desk: Desk) -> None:
        desk.promise()
        desk.put_off()
        desk.clock.move(-HOUR)
        assert desk.work() == 0
        desk.clock.move(LEASE)
        assert desk.work() == 1

    def test_put_back_what_a_dead_worker_held_comes_back_after_its_lease(self, desk: Desk) -> None:
        desk.promise()
        assert outbox.claim(desk.database, desk.clock, frozenset({TOPIC}))
        desk.clock.move(-HOUR)
        assert desk.work() == 0, "somebody may have it in hand"
        desk.clock.move(LEASE)
        assert desk.work() == 1

    def test_put_forward_what_a_worker_has_in_hand_is_not_done_twice(self, desk: Desk) -> None:
        desk.promise()

        meanwhile: list[int] = []

        def handler(_: Task) -> None:
            desk.clock.move(HOUR)  # its lease is over by the clock
            meanwhile.append(desk.work())

        assert outbox.drain(desk.database, desk.clock, {TOPIC: handler}) == 1
        assert (meanwhile, desk.done) == ([0], [])
        assert desk.work() == 0

    def test_planned_work_keeps_its_time_and_is_never_lost(self, desk: Desk) -> None:
        desk.promise(HOUR)
        desk.clock.move(-HOUR)
        assert desk.work() == 0
        desk.clock.move(HOUR * 2)
        assert desk.work() == 1

    def test_back_and_forth_for_a_day_everything_is_done_once(self, desk: Desk) -> None:
        for step in (1, -1, -1, 1, 1, -1) * 4:
            desk.promise()
            desk.put_off()
            desk.clock.move(HOUR * step)
            desk.work()
            desk.clock.move(LEASE)
            desk.work()
        assert len(set(desk.done)) == len(desk.done) == 24


def test_tries_before_the_clock_was_put_back_keep_nobody_out_for_longer(desk: Desk) -> None:
    def take() -> None:
        with desk.database.transaction() as session:
            tries.take(session, [Try("link", "somebody")], at=desk.clock.now())

    for _ in range(LIMITS["link"]):
        take()
    with pytest.raises(TooManyTries):
        take()
    desk.clock.move(-HOUR)
    take()
    for _ in range(LIMITS["link"] - 1):
        take()
    with pytest.raises(TooManyTries) as refused:
        take()
    assert refused.value.fields["seconds"] == WINDOW.total_seconds()


def test_a_removal_that_was_cut_off_is_ended_after_the_clock_was_put_back(desk: Desk) -> None:
    with desk.database.transaction() as session:
        body = make_body(session=session)
        row = StoredObject(body_id=body.id, sha256="0" * 64, size=1, touched_at=AT)
        row.state = "removing"
        session.add(row)
    assert orphans.sweep(desk.database, MemoryObjectStore(), at=AT - HOUR) == 1


def test_notices_do_not_wait_for_the_clock_to_catch_up(tmp_path: Path) -> None:
    """The packet's files were never made, and the clock was put back right after publishing."""
    mailer = MemoryMailer()
    office = found(folder=tmp_path, store=MemoryObjectStore(), mailer=mailer, members=1)
    office.upload()
    packet = office.publish()
    office.clock.move(-HOUR)
    handlers = {**tasks.handlers(office.sender), tasks.BUNDLE: _put_off}
    outbox.drain(office.database, office.clock, handlers)
    assert office.states(packet) == ["accepted"] * office.recipients
    office.database.dispose()


def _put_off(_: Task) -> None:
    raise Later("never made", seconds=60)


def test_upkeep_goes_on_whatever_the_clock_does(desk: Desk, tmp_path: Path) -> None:
    with desk.database.transaction() as session:
        upkeep.plan(session, at=desk.clock.now())
    handlers = upkeep.handlers(MemoryObjectStore(), tmp_path)
    for step in (2, -1, 2, -1, 2):
        desk.clock.move(HOUR * step)
        outbox.drain(desk.database, desk.clock, handlers)
        with desk.database.reading() as session:
            assert outbox.is_promised(session, UPKEEP)
            promised = session.query(OutboxMessage).filter(OutboxMessage.done_at.is_(None)).one()
            assert promised.available_at - desk.clock.now() <= HOUR * 2
