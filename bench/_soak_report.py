"""What a soak found, in words and figures."""

import argparse
import os
import platform
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import text

from bench._soak_book import Journal
from docstore.services.figures import figures
from tests.crash_house import CrashHouse, Process

_PACKAGES = ("granian", "fastapi", "sqlalchemy", "tantivy", "whoosh-reloaded", "pypdf")
_CHECKED = (
    "every acknowledged meeting and packet is in the record",
    "every acknowledged upload is in the record, its bytes have its SHA-256, its word is found",
    "every packet has its PDF and its ZIP",
    "every delivery of every packet is accepted, and a mail with its Message-ID came",
    "no mail came that no delivery knows, and no more mails repeat than processes were killed",
    "`teczka check`: the ledger's chain, every stored object, the index against the record",
    "nothing waits in the outbox and nothing was given up",
    "after one upkeep no file of a killed process lies about",
    "no request failed while every process was up",
)


@dataclass(frozen=True)
class Finding:
    """What was found at the end."""

    settled_after: float
    wrongs: list[str]


def memory_of(process: Process) -> dict[str, float]:
    """Return the memory (PSS, in MB) of a process and of those below it; nothing for a dead one.

    In all, its own (anonymous), and of files that are mapped, which are the index's: those pages
    the system takes back when it needs room. Readers of files come and go below a worker and are
    left out.
    """
    if process.running is None or process.running.poll() is not None:
        return {}
    below = process.children if process.command[-1] == "serve" else []
    told = [_rollup(number) for number in (process.running.pid, *below)]
    return {part: sum(each.get(line, 0) for each in told) / 1024 for part, line in _PARTS.items()}


_PARTS = {"": "Pss", ", its own": "Pss_Anon", ", mapped files": "Pss_File"}


def _rollup(number: int) -> dict[str, int]:
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()[1:]
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return {}
    return {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}


def write(
    asked: argparse.Namespace, house: CrashHouse, journal: Journal, finding: Finding
) -> list[str]:
    """Return the report's section of one shape."""
    hours = f"{asked.hours:g} h"
    return [
        f"## {asked.shape}, {hours}, {journal.book.kills} kills",
        "",
        *_circumstances(asked, house),
        "",
        *_found(journal, finding),
        "",
        "### Kills",
        "",
        *_kills(journal),
        "",
        "### Requests",
        "",
        *_requests(journal),
        "",
        "### Memory while nothing was killed",
        "",
        *_memory(journal),
        "",
        "### Checked at the end",
        "",
        *(f"- {each}" for each in _CHECKED),
    ]


def _circumstances(asked: argparse.Namespace, house: CrashHouse) -> Iterator[str]:
    parts = house.parts
    with parts.database.reading() as session:
        known = figures(session)
        query = "SELECT sqlite_version()" if parts.database.is_sqlite else "SHOW server_version"
        record = str(session.scalar(text(query)))
    kind = "SQLite" if parts.database.is_sqlite else "PostgreSQL"
    packages = ", ".join(f"{each} {version(each)}" for each in _PACKAGES)
    processes = ", ".join(each.command[-1] for each in house.processes)
    bytes_kept = sum(f.stat().st_size for f in parts.settings.data_dir.rglob("*") if f.is_file())
    yield f"Seed {asked.seed}. Processes: `teczka` {processes}. {kind} {record}, {packages}."
    yield (
        f"Python {platform.python_version()}, Linux {platform.release()}, {os.cpu_count()} cores, "
        f"shared with other work: load {os.getloadavg()[2]:.1f} over the last quarter of an hour."
    )
    yield (
        f"The record: {known.meetings} meetings, {known.packets} packets, {known.versions} "
        f"versions, {known.notices_sent} notices sent, {known.objects} objects; data folder "
        f"{bytes_kept / 1e6:.0f} MB. Two clerks, two councillors and two of the public were at "
        "work the whole time; a tenth of the files went through LibreOffice."
    )


def _found(journal: Journal, finding: Finding) -> Iterator[str]:
    book = journal.book
    counts = f"{len(book.meetings)} meetings, {len(book.uploads)} uploads"
    yield f"- acknowledged: {counts}, {len(book.packets)} packets"
    mails = len(list(book.message_ids()))
    yield f"- mails: {mails}, of which repeats with the same Message-ID: {book.repeats}"
    yield f"- all work done {finding.settled_after:.0f} s after the last request"
    yield f"- **wrong: {len(finding.wrongs) or 'nothing'}**"
    yield from (f"  - {each}" for each in finding.wrongs[:50])


def _kills(journal: Journal) -> Iterator[str]:
    ready = sorted(k.ready_after for k in journal.kills if k.ready_after is not None)
    yield "| killed | times |"
    yield "|---|---|"
    whom = Counter(each.whom for each in journal.kills)
    yield from (f"| {name} | {times} |" for name, times in whom.most_common())
    yield ""
    if ready:
        yield (
            f"Ready again (`/readyz`) after {statistics.median(ready):.1f} s in the median, "
            f"{ready[-1]:.1f} s at the longest; {len(journal.kills) - len(ready)} were killed "
            "again before they were ready."
        )


def _requests(journal: Journal) -> Iterator[str]:
    head = "request", "answered", "p50 ms", "p95 ms", "longest s", "failed while down", "else"
    yield f"| {' | '.join(head)} |"
    yield "|---|---|---|---|---|---|---|"
    for kind in sorted({each.kind for each in journal.requests}):
        its = [each for each in journal.requests if each.kind == kind]
        good = sorted(each.seconds for each in its if each.is_good)
        failed = [each for each in its if not each.is_good]
        down = sum(map(journal.was_down, failed))
        middle, high = (_at(good, share) * 1000 for share in (0.5, 0.95))
        longest = max(each.seconds for each in its)
        times = f"{middle:.0f} | {high:.0f} | {longest:.1f}"
        yield f"| {kind} | {len(good)} | {times} | {down} | {len(failed) - down} |"
    yield ""
    outcomes = Counter(each.outcome for each in journal.failures).most_common()
    how = ", ".join(f"{name} {times}" for name, times in outcomes)
    yield f"How they failed: {how or 'none did'}."


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def _memory(journal: Journal) -> Iterator[str]:
    """Tell how it went, and what new processes need for the same work on the same record."""
    yield (
        "| process | minutes | first third MB | last third MB | slope MB/h | most MB, kills too "
        "| new ones, MB |"
    )
    yield "|---|---|---|---|---|---|---|"
    turned = journal.turns[-1].at if journal.turns else float("inf")
    for name, samples in journal.memory.items():
        quiet = [(at, used) for at, used in samples if journal.quiet_from <= at < turned]
        if len(quiet) < 3:
            continue
        third = len(quiet) // 3
        first, last = (
            statistics.mean(u for _, u in part) for part in (quiet[:third], quiet[-third:])
        )
        slope = statistics.linear_regression(*zip(*quiet, strict=True)).slope * 3600
        minutes = (quiet[-1][0] - quiet[0][0]) / 60
        most = max(used for _, used in samples)
        new = [used for at, used in samples if at > turned][-third // 2 :]
        needed = f"{statistics.mean(new):.0f}" if new else "-"
        told = f"{first:.0f} | {last:.0f} | {slope:+.1f} | {most:.0f} | {needed}"
        yield f"| {name} | {minutes:.0f} | {told} |"
