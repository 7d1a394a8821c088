"""Work promised in a transaction: kept in order, done at least once, never lost (DESIGN 4.3)."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text
from structlog.testing import capture_logs

from docstore import outbox, workers
from docstore.clock import MemoryClock
from docstore.database import Database
from docstore.errors import (
    InvalidInput,
    NotFound,
    RecordUnavailable,
    StorageFull,
    StorageUnavailable,
)
from docstore.migrations import migrate
from docstore.models import Installation, OutboxMessage
from docstore.outbox import (
    LEASE,
    MAX_ATTEMPTS,
    UPKEEP,
    WORKER_DIED,
    Handler,
    Later,
    NotYet,
    Task,
    Together,
    enqueue,
    run_one,
)
from docstore.services import setup
from tests.factories import AT

TOPIC = "test.topic"
TOPICS = frozenset({TOPIC})


class _Panic(BaseException):
    """As those of libraries written in Rust reach us."""


@dataclass(frozen=True)
class Desk:
    """A record with an outbox, and a clock that a test moves."""

    database: Database
    clock: MemoryClock

    def promise(self, *keys: str) -> None:
        """Promise one message for each key, in this order."""
        with self.database.transaction() as session:
            for key in keys:
                enqueue(session, TOPIC, key, at=self.clock.now())
                session.flush()

    def claim(self) -> Task | None:
        """Take the next message."""
        return outbox.claim(self.database, self.clock, TOPICS)

    def do(self, handler: Callable[[Task], None]) -> bool:
        """Do the next message."""
        return run_one(self.database, self.clock, {TOPIC: handler}, TOPICS)

    def messages(self) -> list[OutboxMessage]:
        """Return every message, done or not."""
        with self.database.reading() as session:
            return session.query(OutboxMessage).order_by(OutboxMessage.id).all()

    def empty(self) -> None:
        """Forget every message."""
        with self.database.transaction() as session:
            session.execute(delete(OutboxMessage))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """Return an empty outbox on either dialect."""
    url = f"sqlite:///{tmp_path / 'record.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    database = Database(url)
    migrate(database)
    yield Desk(database, MemoryClock(AT))
    database.dispose()


on_one_machine = pytest.mark.parametrize("desk", ["sqlite"], indirect=True)


class TestPromise:
    def test_a_promise_that_is_rolled_back_leaves_nothing(self, desk: Desk) -> None:
        def promise_and_fail() -> None:
            with desk.database.transaction() as session:
                enqueue(session, TOPIC, "a", at=AT)
                session.flush()
                raise InvalidInput(field="x", reason="y")

        with pytest.raises(InvalidInput):
            promise_and_fail()
        assert desk.messages() == []

    def test_results_and_done_are_one_transaction(self, desk: Desk) -> None:
        desk.promise("a")

        def handler(task: Task) -> None:
            with task.finishing() as session:
                setup.mark_demo(session, at=AT)
                raise StorageUnavailable

        desk.do(handler)
        with desk.database.reading() as session:
            assert session.get(Installation, 1) is None
        assert desk.messages()[0].done_at is None

    def test_what_is_known_is_written_after_a_first_try_that_outlasted_the_lease(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As one does whose record says nothing until it is given up."""
        monkeypatch.setattr(outbox.claiming, "LEASE", timedelta(seconds=0.2))
        desk.promise("a")
        tries: list[int] = []

        def write() -> None:
            tries.append(1)
            if len(tries) == 1:
                time.sleep(0.3)  # longer than the lease, by the clock that insisting goes by
                raise RecordUnavailable

        task = outbox.claim(desk.database, desk.clock, TOPICS, waits=lambda _: False)
        assert task is not None
        task.insist(write)
        assert len(tries) == 2

    def test_a_commit_wakes_the_workers_and_a_reading_does_not(self, desk: Desk) -> None:
        woken: list[int] = []
        desk.database.on_wake(lambda: woken.append(1))
        with desk.database.reading():
            pass
        assert woken == []
        desk.promise("a")
        assert woken == [1]


class TestOrder:
    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        steps=st.lists(
            st.one_of(
                st.tuples(st.just("promise"), st.sampled_from("abc")),
                st.tuples(st.sampled_from(["claim", "later", "die"]), st.just("")),
                st.tuples(st.just("finish"), st.sampled_from("012")),
            ),
            max_size=40,
        )
    )
    def test_a_keys_messages_are_done_one_at_a_time_and_in_order(
        self, desk: Desk, steps: list[tuple[str, str]]
    ) -> None:
        """Whatever workers do between: claim, finish in any order, put off, or die."""
        desk.empty()
        held: list[tuple[int, str]] = []
        tasks: dict[int, Task] = {}
        done: dict[str, list[int]] = defaultdict(list)
        keys: dict[int, str] = {}
        for step, value in steps:
            if step == "promise":
                desk.promise(value)
                keys = {message.id: message.key for message in desk.messages()}
            elif step == "die":  # every worker dies; what they held comes back after the lease
                held.clear()
                desk.clock.move(LEASE + timedelta(seconds=1))
            elif step == "finish" and held:
                number, key = held.pop(int(value) % len(held))
                tasks[number].finish()
                done[key].append(number)
            elif step in {"claim", "later"}:
                task = desk.claim()
                if task is None:
                    continue
                key = keys[task.id]
                assert key not in {other for _, other in held}, "one at a time"
                assert not [n for n, k in keys.items() if k == key and n < task.id
                            and n not in done[key]], "the oldest first"  # fmt: skip
                if step == "later":
                    outbox.doing._postpone(task, "not now", seconds=0)
                else:
                    tasks[task.id] = task
                    held.append((task.id, key))
        desk.clock.move(LEASE * 2)
        order: dict[str, list[int]] = defaultdict(list)
        outbox.drain(
            desk.database, desk.clock, {TOPIC: lambda task: order[keys[task.id]].append(task.id)}
        )
        for key in set(keys.values()):
            finished = done[key] + order[key]
            assert finished == sorted(finished)
            assert set(finished) == {n for n, k in keys.items() if k == key}

    def test_a_message_put_off_holds_back_its_own_key_alone(self, desk: Desk) -> None:
        desk.promise("a", "a", "b")
        seen: list[str] = []

        def handler(task: Task) -> None:
            seen.append(desk.messages()[task.id - 1].key)
            if task.attempts == 1 and seen == ["a"]:
                raise Later("the mail server is away", seconds=60)

        outbox.drain(desk.database, desk.clock, {TOPIC: handler})
        assert seen == ["a", "b"]
        desk.clock.move(timedelta(seconds=61))
        outbox.drain(desk.database, desk.clock, {TOPIC: handler})
        assert seen == ["a", "b", "a", "a"]


class TestLease:
    def test_what_a_dead_worker_held_comes_back_after_its_lease(self, desk: Desk) -> None:
        desk.promise("a")
        first = desk.claim()
        assert first is not None
        assert desk.claim() is None
        desk.clock.move(LEASE + timedelta(seconds=1))
        second = desk.claim()
        assert second is not None
        assert (second.id, second.attempts) == (first.id, 2)

    def test_what_expects_to_pass_is_tried_for_ever(self, desk: Desk) -> None:
        desk.promise("a")

        def handler(_: Task) -> None:
            raise Later("away")

        for _ in range(MAX_ATTEMPTS * 3):
            assert desk.do(handler)
            desk.clock.move(timedelta(hours=1))
        (message,) = desk.messages()
        assert (message.failed_at, message.last_error) == (None, "away")

    def test_looks_before_its_turn_are_no_tries(self, desk: Desk) -> None:
        """A packet's notices look for its files many times; then one failure is the first."""
        desk.promise("a")

        def not_yet(_: Task) -> None:
            raise NotYet("the files are being made", seconds=0.25)

        def broken(_: Task) -> None:
            raise ZeroDivisionError

        for _ in range(MAX_ATTEMPTS * 3):
            assert desk.do(not_yet)
            desk.clock.move(timedelta(seconds=0.25))
        assert desk.do(broken)
        (message,) = desk.messages()
        assert message.failed_at is None
        assert message.available_at == desk.clock.now() + timedelta(seconds=4)

    @pytest.mark.parametrize("away", [StorageUnavailable(), StorageFull(), Later("away")])
    def test_what_is_away_is_asked_for_once_a_minute_at_least(
        self, desk: Desk, away: Exception
    ) -> None:
        desk.promise("a")

        def handler(_: Task) -> None:
            raise away

        pauses = []
        for _ in range(10):
            assert desk.do(handler)
            pauses.append((desk.messages()[0].available_at - desk.clock.now()).total_seconds())
            desk.clock.move(timedelta(hours=1))
        assert pauses == [2, 4, 8, 16, 32, 60, 60, 60, 60, 60]

    def test_a_store_that_is_away_parks_nothing(self, desk: Desk) -> None:
        desk.promise("a")

        def handler(_: Task) -> None:
            raise StorageUnavailable

        for _ in range(MAX_ATTEMPTS * 2):
            assert desk.do(handler)
            desk.clock.move(timedelta(hours=1))
        assert desk.messages()[0].failed_at is None


class TestPoison:
    def _park(self, desk: Desk) -> None:
        def handler(_: Task) -> None:
            raise ZeroDivisionError("a poisoned file")

        for _ in range(MAX_ATTEMPTS):
            assert desk.do(handler)
            desk.clock.move(timedelta(hours=1))

    def test_it_is_parked_and_counted_and_lets_its_key_go_on(self, desk: Desk) -> None:
        desk.promise("a", "a")
        self._park(desk)
        with desk.database.reading() as session:
            work = outbox.backlog(session)
            listed = outbox.messages(session)
        assert (work.waiting, work.parked) == (1, 1)
        assert listed[0].last_error == "ZeroDivisionError: a poisoned file"
        done: list[int] = []
        assert outbox.drain(desk.database, desk.clock, {TOPIC: lambda t: done.append(t.id)}) == 1
        assert done == [listed[1].id]

    def test_a_panic_of_a_library_is_a_failure_like_any_other(self, desk: Desk) -> None:
        """Rust's are no `Exception` to Python: one would end a lane in silence."""
        desk.promise("a", "b")
        begun, done = list[int](), threading.Event()

        def handler(task: Task) -> None:
            begun.append(task.id)
            if len(begun) == 1:
                raise _Panic("index out of bounds")
            done.set()

        worker = workers.Worker(desk.database, desk.clock, {TOPIC: handler}, name="test")
        worker.start()
        assert done.wait(30)
        worker.stop()
        first, second = desk.messages()
        assert (first.last_error, first.done_at) == ("_Panic: index out of bounds", None)
        assert second.done_at is not None

    def test_what_ends_every_worker_is_parked_too(self, desk: Desk) -> None:
        """A worker that dies says nothing; its message would end the next one, and the server."""
        desk.promise("a", "a")
        first, second = (message.id for message in desk.messages())
        for _ in range(MAX_ATTEMPTS):
            task = desk.claim()
            assert task is not None
            assert task.id == first
            desk.clock.move(timedelta(hours=1))
        task = desk.claim()
        assert task is not None
        assert task.id == second
        parked = desk.messages()[0]
        assert (parked.failed_at, parked.last_error) == (desk.clock.now(), WORKER_DIED)
        with desk.database.transaction() as session:
            outbox.retry(session, first)
        again = desk.claim()
        assert again is not None
        assert again.id == first

    def test_a_worker_that_says_anything_has_not_died(self, desk: Desk) -> None:
        """The mail server may be away for days, and servers be killed meanwhile."""
        desk.promise("a")

        def away(_: Task) -> None:
            raise Later("the mail server is away", seconds=60)

        for _ in range(MAX_ATTEMPTS * 2):
            assert desk.claim() is not None  # and its worker dies
            desk.clock.move(timedelta(hours=1))
            assert desk.do(away)
            desk.clock.move(timedelta(hours=1))
        assert desk.messages()[0].failed_at is None

    def test_what_was_beside_it_comes_to_its_end_apart_from_it(self, desk: Desk) -> None:
        """Both were in hand whenever the process died; by chance they come back at two moments."""
        desk.promise("a", "b")
        for _ in range(4):
            assert desk.claim() is not None
            assert desk.claim() is not None
            desk.clock.move(timedelta(hours=1))
        desk.claim()
        desk.claim()
        with desk.database.transaction() as session:
            outbox.give_back(session, at=desk.clock.now())
        first, second = (message.available_at for message in desk.messages())
        assert first != second
        assert min(first, second) >= desk.clock.now() + LEASE

    def test_opened_again_it_has_all_its_tries(self, desk: Desk) -> None:
        desk.promise("a")
        self._park(desk)
        with desk.database.transaction() as session:
            outbox.retry(session, desk.messages()[0].id)
        self._park(desk)
        assert desk.messages()[0].attempts == MAX_ATTEMPTS
        with desk.database.transaction() as session:
            outbox.retry(session, desk.messages()[0].id)
        assert desk.do(lambda _: None)
        with desk.database.transaction() as session, pytest.raises(NotFound):
            outbox.retry(session, desk.messages()[0].id)


class TestManyWorkers:
    def test_four_threads_do_every_message_once_and_each_key_in_order(self, desk: Desk) -> None:
        keys = [f"key {number % 7}" for number in range(120)]
        desk.promise(*keys)
        key_of = {message.id: message.key for message in desk.messages()}
        lock, done = threading.Lock(), list[int]()

        def handler(task: Task) -> None:
            with lock:
                done.append(task.id)

        def work() -> None:
            while len(done) < len(keys):
                run_one(desk.database, desk.clock, {TOPIC: handler}, TOPICS)

        threads = [threading.Thread(target=work, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(done) == sorted(key_of)
        by_key: dict[str, list[int]] = defaultdict(list)
        for number in done:
            by_key[key_of[number]].append(number)
        assert all(numbers == sorted(numbers) for numbers in by_key.values())
        assert all(message.attempts == 1 for message in desk.messages())

    def test_workers_stop_after_the_message_in_hand(self, desk: Desk) -> None:
        desk.promise("a", "b")
        begun, go_on, done = threading.Event(), threading.Event(), list[int]()

        def handler(task: Task) -> None:
            begun.set()
            assert go_on.wait(30)
            done.append(task.id)

        worker = workers.Worker(desk.database, desk.clock, {TOPIC: handler}, name="test")
        worker.start()
        assert begun.wait(30)
        stopping = threading.Thread(target=lambda: worker.stop(timeout=30))
        stopping.start()
        go_on.set()
        stopping.join(30)
        assert len(done) == len([m for m in desk.messages() if m.done_at]) >= 1

    def test_a_worker_outlives_what_nobody_thought_of(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workers, "_BREATH", 0.01)
        desk.promise("a")
        done = threading.Event()

        class BrokenAtFirst(MemoryClock):
            broken = False

            def now(self) -> datetime:
                if not self.broken:
                    self.broken = True
                    raise ValueError("no such moment")
                return super().now()

        clock = BrokenAtFirst(desk.clock.now())
        worker = workers.Worker(desk.database, clock, {TOPIC: lambda _: done.set()}, name="test")
        with capture_logs() as said:
            worker.start()
            assert done.wait(30)
            worker.stop(timeout=30)
        assert [each["event"] for each in said] == ["worker_broke"]


class TestTogether:
    """Messages that share what they need: got once for a group, each done by itself."""

    def test_what_they_share_is_got_once_for_as_many_as_go_together(self, desk: Desk) -> None:
        desk.promise(*"aabcd")
        first, again, *_ = (each.id for each in desk.messages())
        groups, done = [], []

        def prepare(tasks: Sequence[Task]) -> Handler:
            groups.append(len(tasks))
            return lambda task: done.append(task.id)

        handlers = {TOPIC: Together(3, prepare)}
        assert outbox.drain(desk.database, desk.clock, handlers) == 5
        assert groups == [3, 2]
        assert done == [first, first + 2, first + 3, again, first + 4]  # a key's second one waits
        assert all(each.done_at for each in desk.messages())

    def test_one_that_fails_stops_none_of_the_others(self, desk: Desk) -> None:
        desk.promise(*"abc")

        def each(task: Task) -> None:
            if task.id == desk.messages()[1].id:
                raise Later("not now", seconds=5)

        outbox.drain(desk.database, desk.clock, {TOPIC: Together(3, lambda _: each)})
        first, second, third = desk.messages()
        assert first.done_at
        assert third.done_at
        assert (second.done_at, second.last_error) == (None, "not now")

    def test_what_cannot_be_got_for_one_is_tried_anew_for_the_next(self, desk: Desk) -> None:
        desk.promise(*"ab")
        tries: list[int] = []

        def prepare(tasks: Sequence[Task]) -> Handler:
            tries.append(len(tasks))
            if len(tries) == 1:
                raise StorageUnavailable
            return lambda _: None

        outbox.drain(desk.database, desk.clock, {TOPIC: Together(2, prepare)})
        first, second = desk.messages()
        assert (first.done_at, first.last_error) == (None, "storage_unavailable")
        assert second.done_at

    def test_one_that_spoils_its_group_takes_its_neighbours_along_once(self, desk: Desk) -> None:
        desk.promise(*"abcd")
        bad, done = desk.messages()[1].id, list[int]()

        def prepare(tasks: Sequence[Task]) -> Handler:
            if any(task.id == bad for task in tasks):
                raise ValueError("a poisoned packet")
            return lambda task: done.append(task.id)

        handlers = {TOPIC: Together(4, prepare)}
        for _ in range(MAX_ATTEMPTS):
            outbox.drain(desk.database, desk.clock, handlers)
            desk.clock.move(timedelta(hours=1))
        assert sorted(done) == [each.id for each in desk.messages() if each.id != bad]
        assert [each.id for each in desk.messages() if each.failed_at] == [bad]

    def test_what_is_given_back_is_due_whatever_the_clock_says_then(self, desk: Desk) -> None:
        desk.promise(*"ab")
        handlers = {TOPIC: Together(2, lambda _: lambda _: None)}
        group = outbox.claim_group(
            desk.database, desk.clock, handlers, TOPICS, waits=lambda _: True
        )
        outbox.do_group(group, handlers)
        desk.clock.move(-timedelta(days=3))
        assert desk.claim()

    def test_a_group_whose_claim_ran_out_is_left_to_who_has_it_now(self, desk: Desk) -> None:
        desk.promise(*"abc")
        taken: list[Task | None] = []

        def sleeps(_: Task) -> None:
            if not taken:
                desk.clock.move(LEASE + timedelta(seconds=1))
                desk.database.in_hand.clear()  # it is another process that looks
                taken.extend([desk.claim(), desk.claim()])

        handlers = {TOPIC: Together(3, lambda _: sleeps)}
        group = outbox.claim_group(desk.database, desk.clock, handlers, TOPICS)
        outbox.do_group(group, handlers)
        first, second, third = desk.messages()
        assert [each.attempts for each in (first, second, third)] == [2, 2, 0]
        assert first.done_at, "what was done is done, whoever has it in hand besides"
        assert second.done_at is None
        last = desk.claim()
        assert last is not None
        assert last.id == third.id

    def test_a_worker_that_is_to_stop_gives_back_what_it_has_not_begun(self, desk: Desk) -> None:
        desk.promise(*"abc")
        begun, go_on = threading.Event(), threading.Event()

        def each(_: Task) -> None:
            begun.set()
            assert go_on.wait(30)

        handlers = {TOPIC: Together(3, lambda _: each)}
        worker = workers.Worker(desk.database, desk.clock, handlers, name="test")
        worker.start()
        assert begun.wait(30)
        assert {each.attempts for each in desk.messages()} == {1}
        worker._stopping.set()
        go_on.set()
        worker.stop(timeout=30)
        assert [each.attempts for each in desk.messages()] == [1, 0, 0]
        assert desk.claim()
        assert desk.claim()

    def test_a_group_is_kept_by_a_living_worker_and_comes_back_from_a_dead_one(
        self, desk: Desk
    ) -> None:
        desk.promise(*"abc")
        handlers = {TOPIC: Together(3, lambda _: lambda _: None)}
        group = outbox.claim_group(desk.database, desk.clock, handlers, TOPICS)
        desk.clock.move(LEASE - timedelta(seconds=1))
        outbox.renew(group)
        desk.clock.move(LEASE - timedelta(seconds=1))
        assert desk.claim() is None
        desk.clock.move(timedelta(seconds=2))
        assert [bool(desk.claim()) for _ in range(4)] == [True, True, True, False]


class TestClaims:
    """Whose work a message is: its worker's while that lives, then anybody's."""

    def test_a_living_worker_keeps_what_it_claimed(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workers, "_RENEWED", 0.01)
        desk.promise("a")
        begun, go_on, renewed = threading.Event(), threading.Event(), threading.Event()

        def handler(_: Task) -> None:
            begun.set()
            assert go_on.wait(30)

        worker = workers.Worker(desk.database, desk.clock, {TOPIC: handler}, name="test")
        worker.start()
        assert begun.wait(30)
        for _ in range(3):
            desk.clock.move(LEASE / 2)
            until = desk.clock.now() + LEASE
            for _ in range(1000):
                if desk.messages()[0].available_at == until:
                    break
                renewed.wait(0.01)
            assert desk.claim() is None
        go_on.set()
        worker.stop(timeout=30)
        assert desk.messages()[0].attempts == 1

    def test_what_is_ours_no_more_is_not_renewed(self, desk: Desk) -> None:
        desk.promise("a")
        put_off = desk.claim()
        assert put_off

        def later(_: Task) -> None:
            raise Later("not yet", seconds=600)

        outbox.do(put_off, {TOPIC: later})
        waits_until = desk.messages()[0].available_at
        outbox.renew([put_off])
        assert desk.messages()[0].available_at == waits_until
        desk.clock.move(timedelta(seconds=600))
        anew = desk.claim()
        assert anew
        outbox.renew([put_off])
        anew.finish()
        outbox.renew([anew])
        assert desk.messages()[0].available_at == waits_until + LEASE

    @on_one_machine
    def test_who_starts_alone_goes_on_at_once_with_what_the_dead_had_claimed(
        self, desk: Desk
    ) -> None:
        desk.promise("a")
        assert desk.claim()
        assert desk.claim() is None
        with workers.present(desk.database, desk.clock):
            assert desk.claim()

    def test_who_starts_beside_another_leaves_its_claims_alone(self, desk: Desk) -> None:
        desk.promise("a")
        with workers.present(desk.database, desk.clock):
            assert desk.claim()
            with workers.present(desk.database, desk.clock):
                assert desk.claim() is None
            desk.clock.move(LEASE)
            assert desk.claim()

    def test_what_is_planned_or_put_off_stays_so(self, desk: Desk) -> None:
        with desk.database.transaction() as session:
            enqueue(session, TOPIC, "b", at=AT, delay=timedelta(seconds=5))
        desk.promise("a")

        def later(_: Task) -> None:
            raise Later("not yet", seconds=600)

        assert desk.do(later)
        with workers.present(desk.database, desk.clock):
            assert desk.claim() is None

    @on_one_machine
    def test_what_may_have_killed_its_workers_waits_for_its_lease(self, desk: Desk) -> None:
        desk.promise("a")
        for _ in range(3):
            with workers.present(desk.database, desk.clock):
                assert desk.claim()
        with workers.present(desk.database, desk.clock):
            assert desk.claim()
        with workers.present(desk.database, desk.clock):
            assert desk.claim() is None
        desk.clock.move(LEASE - timedelta(seconds=1))
        assert desk.claim() is None
        desk.clock.move(3 * LEASE + timedelta(seconds=1))
        assert desk.claim()


def test_upkeep_is_planned_once_and_nobody_waits_for_it(desk: Desk) -> None:
    with desk.database.transaction() as session:
        assert not outbox.is_promised(session, UPKEEP)
        enqueue(session, UPKEEP, UPKEEP, at=AT, delay=timedelta(hours=1))
    with desk.database.reading() as session:
        assert outbox.is_promised(session, UPKEEP)
        assert outbox.backlog(session).waiting == 0
        assert outbox.messages(session) == []


class TestDurable:
    """What waits for the disk, and what need not."""

    def test_a_commit_waits_for_the_disk_unless_it_need_not(self, desk: Desk) -> None:
        # The tests' own PostgreSQL waits for no disk; what is asked is whether we told it not to.
        asked = "SELECT source FROM pg_settings WHERE name = 'synchronous_commit'"
        told = {True: "command line", False: "session"}
        if desk.database.is_sqlite:
            asked, told = "PRAGMA synchronous", {True: 2, False: 1}  # type: ignore[dict-item]

        def waits(*, durable: bool) -> object:
            with desk.database.transaction(durable=durable) as session:
                return session.scalar(text(asked))

        for durable in (True, False, True):
            assert waits(durable=durable) == told[durable]
