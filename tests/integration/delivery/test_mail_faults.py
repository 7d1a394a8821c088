"""Mail servers that refuse, break off, fall silent: told honestly, sent once where one can know."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from delivery import tasks
from delivery.channels.memory import MemoryMailer
from delivery.channels.seam import Mail
from delivery.channels.smtp import SmtpEndpoint, SmtpMailer
from docstore import outbox
from docstore.clock import SystemClock
from docstore.crashing import Point, watched
from docstore.models import Delivery
from docstore.objects.memory import MemoryObjectStore
from docstore.outbox import LEASE, Handlers
from docstore.workers import Worker
from tests.integration.delivery.conftest import Office, found
from tests.rude_smtp import STEPS, RudeServer, Step
from tests.smtp import SmtpServer


@pytest.fixture
def rude() -> Iterator[RudeServer]:
    """Return a mail server that may be told to be rude."""
    server = RudeServer()
    yield server
    server.close()


@pytest.fixture
def posted(tmp_path: Path, rude: RudeServer) -> Iterator[Office]:
    """Return an office of three recipients whose mails go there; a silent step lasts 0.2 s."""
    mailer = SmtpMailer(SmtpEndpoint("127.0.0.1", int(rude.url.rpartition(":")[2])), timeout=0.2)
    office = found(folder=tmp_path, store=MemoryObjectStore(), mailer=mailer, members=1)
    yield office
    mailer.close()
    office.database.dispose()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("how", ["breaks", "hangs"])
def test_at_whatever_step_it_fails_everyone_gets_one_mail_that_can_be_known(
    posted: Office, rude: RudeServer, step: Step, how: str
) -> None:
    posted.upload()
    setattr(rude, f"{how}_at", step)
    packet = posted.publish()
    posted.work()
    rows = posted.deliveries(packet)
    if step == "taken":  # it had said that it took the mail: what came after does not matter
        assert {row.state for row in rows} == {"accepted"}
    else:
        assert {row.state for row in rows} == {"waiting"}
        assert {row.answer for row in rows} == {"timeout" if how == "hangs" else "broken_off"}
        assert {row.attempts for row in rows} == {1}
        with posted.database.reading() as session:
            waiting = [each for each in outbox.messages(session) if each.topic == tasks.SEND]
        assert {(row.available_at - posted.clock.now()).total_seconds() for row in waiting} == {2}
    rude.be_polite()
    posted.later(seconds=2)
    assert posted.states(packet) == ["accepted"] * posted.recipients
    assert len(set(rude.taken)) == posted.recipients
    repeats = len(rude.taken) - len(set(rude.taken))
    assert repeats == (posted.recipients if step == "content" else 0)


def test_a_server_that_refuses_everyone_is_told_for_each_and_asked_no_more(
    posted: Office, smtp_server: SmtpServer
) -> None:
    mailer = SmtpMailer(SmtpEndpoint(smtp_server.host, smtp_server.port))
    posted.sender = replace(posted.sender, mailer=mailer)
    posted.upload()
    smtp_server.refuse(answer="554 5.7.1 relaying denied")
    packet = posted.publish()
    posted.work()
    rows = posted.deliveries(packet)
    assert {(row.state, row.answer) for row in rows} == {("refused", "554 5.7.1 relaying denied")}
    smtp_server.accept()
    posted.later(days=1)
    assert smtp_server.mails == []
    mailer.close()


def test_a_silent_mail_server_holds_up_no_other_work(
    posted: Office, smtp_server: SmtpServer
) -> None:
    mailer = SmtpMailer(SmtpEndpoint(smtp_server.host, smtp_server.port))
    sender = replace(posted.sender, mailer=mailer, clock=SystemClock())
    smtp_server.hold()
    posted.upload()
    packet = posted.publish()
    done, other = threading.Event(), {"other.work": lambda _: done.set()}
    lanes: list[Handlers] = [tasks.handlers(sender), other]
    workers = [Worker(posted.database, SystemClock(), h, name="test") for h in lanes]
    for worker in workers:
        worker.start()
    assert smtp_server.asked.wait(30), "a mail is on its way and gets no answer"
    with posted.database.transaction() as session:
        outbox.enqueue(session, "other.work", "x", at=SystemClock().now())
    assert done.wait(30)
    assert smtp_server.mails == []
    assert "accepted" not in posted.states(packet)
    smtp_server.release()
    assert len({mail["Message-ID"] for mail in smtp_server.wait_for(posted.recipients)}) == 3
    for worker in workers:
        worker.stop()
    mailer.close()


class _RecordGoes(MemoryMailer):
    """Takes the first mail, and at that moment another process locks the record for a while."""

    def __init__(self, record: Path) -> None:
        super().__init__()
        self._record = record
        self.third = threading.Event()

    def send(self, mail: Mail) -> str:
        answer = super().send(mail)
        if len(self.mails) == 1:
            self.lock = sqlite3.connect(self._record, isolation_level=None, check_same_thread=False)
            self.lock.execute("BEGIN IMMEDIATE")
            threading.Timer(1.0, self.lock.close).start()
        if len(self.mails) == 3:
            self.third.set()
        return answer


def test_a_mail_that_was_taken_is_not_sent_again_because_the_record_was_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox.tasks, "_BREATH", 0.05)
    mailer = _RecordGoes(tmp_path / "record.sqlite3")
    office = found(folder=tmp_path, store=MemoryObjectStore(), mailer=mailer, members=1)
    office.upload()
    packet = office.publish()
    outbox.drain(office.database, office.clock, {tasks.BUNDLE: lambda _: None})
    office.clock.move(tasks.PATIENCE)
    monkeypatch.setattr(office.database, "_write_wait", 0.05)
    worker = Worker(office.database, office.clock, tasks.handlers(office.sender), name="test")
    with capture_logs():
        worker.start()
        assert mailer.third.wait(30)
        worker.stop(timeout=30)
    office.work()
    assert office.states(packet) == ["accepted"] * office.recipients
    assert len(mailer.mails) == office.recipients
    assert {row.attempts for row in office.deliveries(packet)} == {1}
    office.database.dispose()


class _Killed(SystemExit):
    """Ends a worker as a kill would: nothing in its way is told of it."""


@pytest.mark.parametrize("point", [Point.SENDING, Point.SENT])
def test_a_kill_in_a_group_repeats_the_mail_in_flight_and_no_other(
    posted: Office, rude: RudeServer, point: Point
) -> None:
    posted.upload()
    packet = posted.publish()
    passed: list[Point] = []

    def kill(at: Point) -> None:
        passed.append(at)
        if passed.count(point) == 2:
            raise _Killed

    with watched(kill), pytest.raises(_Killed):
        posted.work()
    in_flight = 1 if point is Point.SENT else 0
    assert len(rude.taken) == 1 + in_flight
    assert sorted(posted.states(packet)) == ["accepted", "waiting", "waiting"]
    posted.later(seconds=LEASE.total_seconds())
    assert posted.states(packet) == ["accepted"] * 3
    assert len(set(rude.taken)) == 3
    assert len(rude.taken) == 3 + in_flight


class _CalledOff(MemoryMailer):
    """Takes the first mail, and at that moment the office calls the meeting off."""

    def __init__(self, office: Callable[[], Office]) -> None:
        super().__init__()
        self._office = office

    def send(self, mail: Mail) -> str:
        answer = super().send(mail)
        if len(self.mails) == 1:
            with self._office().database.transaction() as session:
                waiting = Delivery.state == "waiting"
                session.execute(update(Delivery).where(waiting).values(state="overtaken"))
        return answer


def test_what_was_called_off_meanwhile_is_not_sent_to_the_rest_of_a_group(posted: Office) -> None:
    mailer = _CalledOff(lambda: posted)
    posted.sender = replace(posted.sender, mailer=mailer)
    posted.upload()
    packet = posted.publish()
    posted.work()
    assert len(mailer.mails) == 1
    # The one in flight was taken over, and that is told.
    assert sorted(posted.states(packet)) == ["accepted", "overtaken", "overtaken"]


class _TakesDown(MemoryMailer):
    """Takes mails slowly; at the first the office takes a document down from everybody."""

    def __init__(self, take_down: Callable[[], None]) -> None:
        super().__init__()
        self._take_down = take_down

    def send(self, mail: Mail) -> str:
        answer = super().send(mail)
        if len(self.mails) == 1:
            self._take_down()
        return answer


def test_a_slow_server_is_sent_nothing_that_was_taken_down_meanwhile(
    posted: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_FRESH", 0.0)
    gone = posted.upload(title="Skarga pani Iksińskiej")
    mailer = _TakesDown(lambda: posted.take_down(gone.document_id))
    posted.sender = replace(posted.sender, mailer=mailer)
    posted.publish()
    posted.work()
    named = ["Iksińskiej" in mail.text for mail in mailer.mails]
    assert named == [True, False, False]
