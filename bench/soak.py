"""An hour of people at work while processes are killed: nothing lost, doubled, hung, or leaking.

    .venv/bin/python -m bench.soak --kills 200 --hours 1 --seed 7 --report docs/soak.md
    .venv/bin/python -m bench.soak --shape cluster --kills 50 --hours 0.25 --report docs/soak.md

Real processes, killed by SIGKILL and started again as an init system does. For two thirds of the
time they are killed; in the last third none is, and the memory of the same processes is watched.
Then new ones take their places and the work goes on: what old ones hold above those, at the same
work on the same record, is what time did; the rest is what the record needs.
What was acknowledged is kept in a book of our own, and at the end the installation is held to it.
Without options it is a small one, of three minutes and ten kills, that writes no report.
"""

import argparse
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from api.demo.seaweed import Seaweed, free_ports
from bench._soak_book import Journal, Kill
from bench._soak_load import People, at_work
from bench._soak_report import Finding, memory_of, write
from docstore.settings import Settings
from tests.crash_book import Book, keep_up, lying
from tests.crash_house import CrashHouse, Process, environment_of, found
from tests.postgres import fresh_database, start_cluster, stop_cluster
from tests.smtp import SmtpServer

_TECZKA = str(Path(sys.executable).with_name("teczka"))
_COMMANDS = {"embedded": ("serve",), "cluster": ("serve", "worker", "worker")}
_KILLED_FOR = 2 / 3  # of the time; then the same processes live on, and their memory is watched
_NEW_FOR = 1 / 6  # of the time, on top of it: new processes do the same work on the same record
_SAMPLED = 5.0  # seconds between two looks at the memory
_CATCHES_UP = 600.0  # seconds that everything may take to be done, once nobody works any more
_MOST_PAUSE = 120.0  # seconds a process may take to be ready before it counts as one that hangs


def main() -> int:
    """Run it, write what was found, and tell by the exit status whether anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=_COMMANDS, default="embedded")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--hours", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--report", type=Path)
    asked = parser.parse_args()
    print(f"soak: {asked.shape}, {asked.kills} kills in {asked.hours} h, seed {asked.seed}")
    with tempfile.TemporaryDirectory() as folder, _house(asked.shape, Path(folder)) as house:
        journal = Journal(house.book)
        people = People(house, journal)
        with at_work(people, seed=asked.seed), _memory_watched(house, journal):
            _live(house, journal, asked)
        finding = _findings(house, journal)
        lines = write(asked, house, journal, finding)
        if finding.wrongs:
            kept = tempfile.mkdtemp(prefix="soak-")
            for log in house.folder.glob("*.log"):
                shutil.copy(log, kept)
            print(f"logs: {kept}")
    print("\n".join(lines))
    if asked.report:
        _put_into(asked.report, lines)
    return 1 if finding.wrongs else 0


# --- the installation --------------------------------------------------------------------------


@contextmanager
def _house(shape: str, folder: Path) -> Iterator[CrashHouse]:
    """Found an installation of a shape, with its servers, and start its processes."""
    with ExitStack() as held:
        mail = SmtpServer()
        mail.start()
        held.callback(mail.stop)
        (port,) = free_ports(1)
        others = _servers(held, folder) if shape == "cluster" else {}
        settings = Settings(
            data_dir=folder / "data",
            port=port,
            public_url=f"http://127.0.0.1:{port}",
            smtp_url=mail.url,
            trusted_proxies="127.0.0.1",
            **others,  # type: ignore[arg-type]  # by their names
        )
        house = found(settings, Book(lambda: [str(m["Message-ID"]) for m in mail.mails]))
        house.processes += [
            Process([_TECZKA, each], environment_of(settings), folder / f"{each}-{number}.log")
            for number, each in enumerate(_COMMANDS[shape])
        ]
        held.callback(house.stop)
        house.ensure()
        yield house


def _servers(held: ExitStack, folder: Path) -> dict[str, object]:
    """Start PostgreSQL and an S3 store; return the settings that name them."""
    cluster = start_cluster(initdb=["--encoding=UTF8", "--locale=C.UTF-8"])
    held.callback(stop_cluster, cluster)
    store = held.enter_context(Seaweed(folder / "s3"))
    return {
        "workers": 0,
        "database_url": held.enter_context(fresh_database(cluster.port)),
        "object_store_url": store.url("papers"),
        "s3_access_key": store.access_key,
        "s3_secret_key": store.secret_key,
    }


# --- an hour -----------------------------------------------------------------------------------


def _live(house: CrashHouse, journal: Journal, asked: argparse.Namespace) -> None:
    """Kill for two thirds of the time, then let live."""
    chance = random.Random(asked.seed)  # noqa: S311 - chosen to be said again
    began = time.monotonic()
    quiet_from, ends = (began + asked.hours * 3600 * share for share in (_KILLED_FOR, 1))
    while journal.book.kills < asked.kills and time.monotonic() < quiet_from:
        left = asked.kills - journal.book.kills
        pause = (quiet_from - time.monotonic()) / left * chance.uniform(0, 2)
        _supervise(house, time.monotonic() + pause)
        _kill(house, journal, chance)
    house.ensure()
    journal.quiet_from = time.monotonic()
    _supervise(house, ends)
    _take_turns(house, journal)
    _supervise(house, ends + asked.hours * 3600 * _NEW_FOR)


def _take_turns(house: CrashHouse, journal: Journal) -> None:
    """End every process in good order and start another one in its place."""
    turn = Kill("all, ended in good order", time.monotonic())
    journal.turns.append(turn)
    for each in house.processes:
        each.stop()
    house.ensure(patience=_MOST_PAUSE)
    turn.ready_after = time.monotonic() - turn.at


def _supervise(house: CrashHouse, until: float) -> None:
    """Start again what has ended, as an init system does, until a moment."""
    while time.monotonic() < until:
        for each in house.processes:
            each.ensure()
        time.sleep(0.2)


def _kill(house: CrashHouse, journal: Journal, chance: random.Random) -> None:
    """Kill one process, or what is below it; now and then before it was ready again."""
    victim = chance.choice(house.processes)
    name = Path(victim.command[-1]).name
    ways = {
        f"{name}, the processes below it": victim.kill_children,
        f"{name}, the one that works": victim.kill_working,
        f"{name}, the last below it": victim.kill_last,
    }
    is_child = name == "serve" and chance.random() < 0.5
    what = chance.choice([*ways]) if is_child else name
    kill = Kill(what, time.monotonic())
    journal.killed(kill)
    ways.get(what, victim.kill)()
    if chance.random() < 0.1:
        victim.ensure()
        return
    house.ensure(patience=_MOST_PAUSE)
    kill.ready_after = time.monotonic() - kill.at


@contextmanager
def _memory_watched(house: CrashHouse, journal: Journal) -> Iterator[None]:
    """Note the memory of every process now and then."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_SAMPLED):
            for number, each in enumerate(house.processes):
                for part, used in memory_of(each).items():
                    journal.remembers(f"{Path(each.command[-1]).name} {number}{part}", used)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _findings(house: CrashHouse, journal: Journal) -> Finding:
    """Wait until all is done and hold the installation to the book."""
    began = time.monotonic()
    try:
        house.settle(patience=_CATCHES_UP)
    except TimeoutError as error:
        return Finding(time.monotonic() - began, [str(error), *house.book.waiting(house.parts)])
    settled_after = time.monotonic() - began
    for each in house.processes:
        each.stop()
    keep_up(house.parts)
    return Finding(
        settled_after,
        [
            *journal.wrongs(),
            *house.book.wrongs(house.parts),
            *(f"left lying about: {each}" for each in lying(house.parts)),
        ],
    )


def _put_into(report: Path, lines: list[str]) -> None:
    """Write a section into the report in place of the one of the same shape, hours and kills."""
    head, *sections = report.read_text().split("\n## ")
    kept = [each for each in sections if each.partition("\n")[0] != lines[0].removeprefix("## ")]
    report.write_text("\n## ".join([head, *kept, "\n".join(lines).removeprefix("## ") + "\n"]))


if __name__ == "__main__":
    sys.exit(main())
