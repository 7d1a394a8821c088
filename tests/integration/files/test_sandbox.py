"""A job can use up its share, and nothing else of this machine."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from docstore.files import sandbox
from docstore.files.errors import FileRefused
from docstore.files.readers import pdf
from docstore.files.sandbox import Limits
from tests.crash_house import until

SHORT = Limits(seconds=3.0, cpu_seconds=1)


def run(job: str, limits: Limits = SHORT, **arguments: object) -> Any:
    return sandbox.run(f"tests.integration.files.hostile_jobs:{job}", arguments, limits=limits)


@pytest.mark.parametrize(
    ("job", "code"),
    [
        ("loop", "timeout"),
        ("take_memory", "memory"),
        ("open_socket", "forbidden"),
        ("start_program", "forbidden"),
        ("fork", "forbidden"),
        ("answer_at_length", "output"),
        ("flood_the_answer", "output"),
        ("answer_nonsense", "broken"),
        ("crash", "broken"),
        ("close_everything_and_stay", "broken"),
        ("refuse", "unsupported"),
        ("fail", "broken"),
    ],
)
def test_a_hostile_job_is_stopped_and_the_reason_is_known(job: str, code: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        run(job)
    assert refusal.value.code == code


def test_a_job_that_only_waits_is_stopped_by_the_clock() -> None:
    with pytest.raises(FileRefused) as refusal:
        run("sleep", Limits(seconds=0.5))
    assert refusal.value.code == "timeout"


def test_a_gigabyte_of_prints_does_not_reach_the_answer() -> None:
    assert run("print_a_gigabyte", Limits()) == "done"


def test_an_answer_comes_back_as_it_was() -> None:
    value = {"text": "Zażółć", "pages": [1, None, "\ud800"]}
    assert run("echo", value=value) == value


def test_a_job_sees_no_secret_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TECZKA_SECRET_KEY", "hush")
    with Path(__file__).open() as ours:
        os.set_inheritable(ours.fileno(), True)
        seen = run("look_around")
    assert set(seen["environment"]) <= {"LANG", "PATH", "HOME", "TMPDIR", "LC_CTYPE"}
    assert len(seen["descriptors"]) <= 5


def test_a_file_may_not_grow_over_its_limit(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refusal:
        sandbox.run(
            "tests.integration.files.hostile_jobs:write",
            {"path": str(tmp_path / "big"), "octets": 2_000_000},
            limits=Limits(file_bytes=1_000_000),
            writes=[tmp_path],
        )
    assert refusal.value.code == "output"


def test_a_program_ends_with_all_it_started_when_its_server_is_killed(tmp_path: Path) -> None:
    """As LibreOffice does, which works in a process below the one that we start."""
    program = (
        "import sys; from pathlib import Path; from docstore.files import sandbox\n"
        "command = ['/bin/sh', '-c', 'sleep 1000 & echo $! > number; wait']\n"
        "sandbox.run_program(command, folder=Path(sys.argv[1]), limits=sandbox.Limits(seconds=300))"
    )
    number = tmp_path / "number"
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) as server:
        until(lambda: number.exists() and number.read_text().strip(), "the program never started")
        below = os.pidfd_open(int(number.read_text()))
        server.kill()
    ended, _, _ = select.select([below], [], [], 30)  # readable once it has ended
    os.close(below)
    assert ended


class TestFiles:
    """Where the system can lock files away (Landlock), a job sees only what it was given."""

    @pytest.fixture(autouse=True)
    def _with_landlock(self) -> None:
        if not sandbox.limits_in_force()["files"]:
            pytest.skip("this system has no Landlock")

    def test_a_file_that_was_given_can_be_read(self, tmp_path: Path) -> None:
        given = tmp_path / "given"
        given.write_text("tekst")
        job = "tests.integration.files.hostile_jobs:read"
        assert sandbox.run(job, {"path": str(given)}, reads=[given]) == "tekst"

    def test_another_file_cannot_be_read(self, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.write_text("tajne")
        with pytest.raises(FileRefused):
            run("read", path=str(other))

    def test_nothing_can_be_written(self, tmp_path: Path) -> None:
        with pytest.raises(FileRefused):
            run("write", path=str(tmp_path / "new"), octets=1)
        assert not (tmp_path / "new").exists()


def test_this_system_takes_the_limits_that_everything_rests_on() -> None:
    in_force = sandbox.limits_in_force()
    assert in_force["time"]
    assert in_force["memory"]
    assert in_force["processor"]
    assert in_force["file_size"]


class TestReadyProcess:
    """Jobs are forks of one process that waits; they share what is ours, and nothing else."""

    def test_one_job_never_meets_the_remains_of_another(self) -> None:
        assert run("leave_a_mark", mark="a") == []
        assert run("leave_a_mark", mark="b") == []

    def test_it_makes_beforehand_what_forks_would_each_make(self) -> None:
        ready, *made_by = run("tell_what_was_made_before")
        assert made_by == [ready]
        assert pdf.warm_up() == ["Teczka"]

    def test_many_threads_get_their_own_answers(self) -> None:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda number: run("echo", Limits(), value=number), range(40)))
        assert answers == list(range(40))

    def test_a_job_has_a_group_of_its_own_and_is_gone_afterwards(self) -> None:
        pid, _, group = run("tell_process")
        assert pid == group
        assert not Path(f"/proc/{pid}").exists()

    def test_another_takes_the_place_of_one_that_was_killed(self) -> None:
        _, first, _ = run("tell_process")
        os.kill(first, signal.SIGKILL)
        _, second, _ = run("tell_process")
        assert first != second

    def test_it_does_not_outlive_the_program_that_uses_it(self) -> None:
        code = (
            "import os, signal; from docstore.files import sandbox;"
            "job = 'tests.integration.files.hostile_jobs:tell_process';"
            "print(sandbox.run(job, {})[1], flush=True); os.kill(os.getpid(), signal.SIGKILL)"
        )
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        ready = Path(f"/proc/{int(ran.stdout)}")
        wait_until(lambda: not ready.exists() or "(zombie)" in (ready / "status").read_text())

    def test_a_job_that_is_under_way_ends_with_the_program_that_asked_for_it(self) -> None:
        code = (
            "import os, signal, threading; from docstore.files import sandbox, ready;"
            "job = 'tests.integration.files.hostile_jobs:sleep';"
            "threading.Thread(target=sandbox.run, args=(job, {}), daemon=True).start();"
            "threading.Event().wait(1.5);"
            "pid = ready._keeper._ready._process.pid;"
            "print(open(f'/proc/{pid}/task/{pid}/children').read(), flush=True);"
            "os.kill(os.getpid(), signal.SIGKILL)"
        )
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        job = Path(f"/proc/{int(ran.stdout)}")
        wait_until(lambda: not job.exists())


def wait_until(is_so: Callable[[], bool], *, patience: float = 20.0) -> None:
    """Look again until something is so."""
    pause, deadline = threading.Event(), time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < deadline
        pause.wait(0.02)
