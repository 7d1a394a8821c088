"""An import that is killed, at whatever moment, goes on where it was and makes nothing twice."""

import csv
import random
import signal
import sqlite3
import subprocess
import threading
from collections import Counter
from pathlib import Path

from tests.integration.test_cli import SLUG, TECZKA, Shell

FILES, KILLS = 130, 3


def folder_of(path: Path) -> Path:
    """Write a folder of resolutions, of which every eleventh is in it twice."""
    path.mkdir()
    for number in range(FILES):
        text = (
            f"UCHWAŁA NR XLV/{number + 1}/2018\nRADY MIEJSKIEJ\nz dnia 28 lutego 2018 r.\n"
            f"w sprawie ulicy numer {number}\n\n§ 1. Nadaje się nazwę ulicy.\n"
        )
        (path / f"uchwala-{number:03}.txt").write_text(text)
        if number % 11 == 0:
            (path / f"kopia-{number:03}.txt").write_text(text)
    return path


def objects(shell: Shell) -> int:
    """Return how many objects the store holds."""
    return sum(path.is_file() for path in (shell.data / "objects").glob("*/objects/*/*/*"))


def killed(shell: Shell, papers: Path, *, after: int) -> None:
    """Run an import and kill it as soon as the store holds some number of objects."""
    ran = subprocess.Popen(
        [TECZKA, "import", papers, "--body", SLUG, "--yes"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=shell.environment(),
    )  # fmt: skip
    pause = threading.Event()
    while ran.poll() is None and objects(shell) < after:
        pause.wait(0.005)
    ran.send_signal(signal.SIGKILL)
    assert ran.wait(30) == -signal.SIGKILL


def test_killed_at_random_it_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    lot = random.Random()  # noqa: S311 - any moment will do
    seed = lot.randrange(10**6)
    print("seed", seed)  # noqa: T201 - shown when the test fails
    lot.seed(seed)
    shell = Shell(tmp_path / "data")
    shell.done("body", "add", SLUG, "--name", "Rada Miejska w Piechowicach", "--kind", "miasto")
    papers = folder_of(tmp_path / "uchwaly")
    for after in sorted(lot.sample(range(1, FILES), KILLS)):
        killed(shell, papers, after=after)
    table = tmp_path / "raport.csv"
    ran = shell.run("import", papers, "--body", SLUG, "--yes", "--report", table)
    assert ran.returncode == 0, ran.stderr
    with table.open(encoding="utf-8-sig", newline="") as source:
        results = Counter(row["wynik"] for row in csv.DictReader(source, delimiter=";"))
    assert results.total() == FILES + FILES // 11 + 1
    assert set(results) <= {"opublikowana", "już była"}
    with sqlite3.connect(shell.data / "record.sqlite3") as record:
        count = record.execute("SELECT count(*), count(DISTINCT sha256) FROM version").fetchone()
        acts = record.execute("SELECT count(*) FROM paper WHERE published_at IS NOT NULL")
        assert count == (FILES, FILES)
        assert acts.fetchone() == (FILES,)
        undone = record.execute("SELECT topic FROM outbox_message WHERE done_at IS NULL")
        assert {topic for (topic,) in undone} <= {"upkeep"}
    record.close()
    assert objects(shell) == FILES
    shell.done("check")
    found = shell.done("search", "nazwa ulicy", "--body", SLUG, "--limit", "1")
    assert found.startswith(f"{FILES} uchwał".replace(" ", "\N{NO-BREAK SPACE}"))
