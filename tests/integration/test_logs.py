"""What a log says when something breaks: where and what, never a token, a name or a password."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy.exc import IntegrityError

from api.logs import set_up_logs
from docstore import outbox
from docstore.models import Person
from docstore.outbox import Task, enqueue
from tests.integration.conftest import House

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


def test_a_refusal_of_the_record_shows_no_value(house: House) -> None:
    person = Person(body_id="nowhere", name=SECRET, email=SECRET, created_at=house.clock.now())
    with house.database.transaction() as session:
        session.add(person)
        with pytest.raises(IntegrityError) as refused:
            session.flush()
        session.rollback()
    assert SECRET not in str(refused.value)
