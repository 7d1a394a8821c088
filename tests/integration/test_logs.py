"""What a log says when something breaks: where and what, never a token, a name or a password."""

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Integer, cast, select
from sqlalchemy.exc import DataError, IntegrityError

from api.logs import set_up_logs
from delivery.channels.open import open_mailer
from delivery.errors import MailUnavailable
from docstore import outbox
from docstore.models import Base, Body, Person
from docstore.outbox import Task, enqueue
from docstore.services import upkeep
from tests.integration.conftest import Council, House
from tests.servers import SmtpServer

SECRET = "sekret-z-linku-4711"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the logs of other tests as they were."""
    handlers = list(logging.getLogger().handlers)
    hooks = sys.excepthook, threading.excepthook
    yield
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    logging.getLogger().handlers[:] = handlers
    sys.excepthook, threading.excepthook = hooks


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_trace_shows_no_variable(
    house: House, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    def breaks(task: Task) -> None:
        token = f"{SECRET} {task.id}"  # as the link of a notice is, on its way into a mail
        raise RuntimeError(len(token))

    set_up_logs(form)
    with house.database.transaction() as session:
        enqueue(session, "test.breaks", "key", at=house.clock.now())
    outbox.run_one(house.database, house.clock, {"test.breaks": breaks}, frozenset({"test.breaks"}))
    said = capsys.readouterr().err
    assert "task_broke" in said
    assert "RuntimeError" in said
    assert SECRET not in said


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_value_begins_a_line_of_its_own(capsys: pytest.CaptureFixture[str], form: str) -> None:
    set_up_logs(form)
    answer = "550 no\r\n2026-11-27 [info] all is well\x1b[2J\N{LINE SEPARATOR}x"
    structlog.get_logger("t").warning("refused", answer=answer)
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "\x1b[2J" not in said
    assert "550 no 2026-11-27 [info] all is well" in said


def test_a_refusal_of_the_record_shows_no_value(house: House) -> None:
    person = Person(body_id="nowhere", name=SECRET, email=SECRET, created_at=house.clock.now())
    _refused(house, IntegrityError, person)


def test_nor_does_one_of_a_value_that_is_there_already(house: House, council: Council) -> None:
    """PostgreSQL tells the value itself: `Key (slug)=(...) already exists`."""
    del council
    bodies = [
        Body(slug=SECRET, name=SECRET, kind="gmina", created_at=house.clock.now()) for _ in "12"
    ]
    _refused(house, IntegrityError, *bodies)


def test_nor_does_one_of_a_value_that_is_none(house: House) -> None:
    """PostgreSQL quotes what it cannot read; SQLite takes everything."""
    with (
        house.database.reading() as session,
        pytest.raises(DataError) if not house.database.is_sqlite else nullcontext() as refused,
    ):
        session.execute(select(cast(SECRET, Integer)))
    if refused is not None:
        _says_nothing(refused.value)


def _refused(house: House, kind: type[Exception], *rows: Base) -> None:
    with house.database.transaction() as session:
        session.add_all(rows)
        with pytest.raises(kind) as refused:
            session.flush()
        session.rollback()
    _says_nothing(refused.value)


def _says_nothing(error: BaseException) -> None:
    said = "".join(traceback.format_exception(error))
    assert SECRET not in said
    assert type(error).__name__ in said, "and yet it says what was refused"


@pytest.mark.server
def test_a_mail_server_that_lets_us_not_in_costs_no_password(
    smtp_server: SmtpServer, tmp_path: Path
) -> None:
    address = f"smtp://teczka@{smtp_server.host}:{smtp_server.port}"
    mailer = open_mailer(address, password=SECRET, data_dir=tmp_path)
    with pytest.raises(MailUnavailable) as refused:
        mailer.ping()
    _says_nothing(refused.value)
    assert SECRET not in str(refused.value)


def test_an_idle_hour_is_silent(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    """Upkeep that finds nothing, and workers that wait, say nothing."""
    set_up_logs("text")
    handlers = upkeep.handlers(house.store, house.reader.spool_dir)
    with house.database.transaction() as session:
        enqueue(session, outbox.UPKEEP, outbox.UPKEEP, at=house.clock.now())
    done = outbox.drain(house.database, house.clock, handlers)
    outbox.run_one(house.database, house.clock, handlers, frozenset(handlers))
    assert done == 1
    assert capsys.readouterr() == ("", "")
