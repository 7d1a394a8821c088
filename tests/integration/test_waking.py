"""Work that one process leaves is heard of by the workers of another, and begun at once."""

import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from docstore import workers
from docstore.clock import SystemClock
from docstore.database import Database
from docstore.migrations import migrate
from docstore.outbox import Handlers, Task, enqueue
from docstore.waking import Bell
from docstore.workers import Worker

PATIENCE = 30.0


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def listening(opened: ExitStack, folder: Path) -> threading.Event:
    """Return what is set once the bell of a folder was heard."""
    bell, heard = Bell(folder), threading.Event()
    bell.listen(heard.set)
    opened.callback(bell.close)
    return heard


class TestBell:
    def test_everybody_of_the_folder_hears_it_and_nobody_else(
        self, tmp_path: Path, opened: ExitStack
    ) -> None:
        ours = [listening(opened, tmp_path) for _ in range(2)]
        other = listening(opened, tmp_path / "other")
        Bell(tmp_path).ring()
        assert all(each.wait(PATIENCE) for each in ours)
        assert not other.is_set()

    def test_where_no_descriptor_is_left_nobody_is_woken_and_nothing_fails(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def used_up(*_: object) -> None:
            raise OSError(errno.EMFILE, "Too many open files")

        monkeypatch.setattr(socket, "socket", used_up)
        Bell(tmp_path).ring()

    def test_who_rings_does_not_hear_himself(self, tmp_path: Path, opened: ExitStack) -> None:
        bell, heard = Bell(tmp_path), threading.Event()
        bell.listen(heard.set)
        opened.callback(bell.close)
        other = listening(opened, tmp_path)
        bell.ring()
        assert other.wait(PATIENCE)
        assert not heard.is_set()

    def test_ringing_where_nobody_hears_or_nobody_looks_waits_for_nobody(
        self, tmp_path: Path, opened: ExitStack
    ) -> None:
        bell = Bell(tmp_path)
        bell.ring()
        busy, begun = threading.Event(), threading.Event()

        def wake() -> None:
            begun.set()
            busy.wait(PATIENCE)

        deaf = Bell(tmp_path)
        deaf.listen(wake)
        opened.callback(deaf.close)
        opened.callback(busy.set)
        bell.ring()
        assert begun.wait(PATIENCE)
        for _ in range(10_000):  # more than any system keeps for somebody who does not look
            bell.ring()

    def test_an_empty_message_of_a_stranger_ends_nothing(
        self, tmp_path: Path, opened: ExitStack
    ) -> None:
        heard = listening(opened, tmp_path)
        bell = Bell(tmp_path)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(b"", bell._places[0])
        assert heard.wait(PATIENCE)
        heard.clear()
        bell.ring()
        assert heard.wait(PATIENCE)

    def test_after_the_last_place_one_goes_without(self, tmp_path: Path, opened: ExitStack) -> None:
        heard = [listening(opened, tmp_path) for _ in range(5)]
        Bell(tmp_path).ring()
        assert all(each.wait(PATIENCE) for each in heard[:4])
        assert not heard[4].is_set()

    def test_a_place_is_free_again_after_the_end(self, tmp_path: Path) -> None:
        for _ in range(5):
            bell, heard = Bell(tmp_path), threading.Event()
            bell.listen(heard.set)
            Bell(tmp_path).ring()
            assert heard.wait(PATIENCE)
            bell.close()
            for thread in threading.enumerate():
                if thread.name == "bell":
                    thread.join(PATIENCE)


def test_a_worker_begins_what_another_process_left(
    tmp_path: Path, opened: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_POLL", 10 * PATIENCE)  # by itself it would look too late
    here, there = (Database(f"sqlite:///{tmp_path}/record.sqlite3") for _ in range(2))
    for each in (here, there):
        opened.callback(each.dispose)
    migrate(here)
    done: list[str] = []
    came = threading.Event()

    def handle(task: Task) -> None:
        done.append(task.topic)
        task.finish()
        came.set()

    handlers: Handlers = {"work": handle}
    worker = Worker(here, SystemClock(), handlers, name="test")
    worker.start()
    opened.callback(worker.stop)
    bell = Bell(tmp_path)
    bell.listen(worker.wake)
    opened.callback(bell.close)
    there.on_wake(Bell(tmp_path).ring)
    with there.transaction() as session:
        enqueue(session, "work", "one", at=SystemClock().now())
    assert came.wait(PATIENCE)
    assert done == ["work"]
