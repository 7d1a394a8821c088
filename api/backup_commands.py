"""The commands `backup`, `restore` and `check --backup`, in the terminal's words."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from api import restoring, terminal, wiring
from api.progress import bars
from api.terminal import opened, words_here
from docstore.backup.folder import BackupFolder
from docstore.backup.last import note_backup
from docstore.backup.manifest import Lost, Manifest
from docstore.backup.taking import Taken, prune, take
from docstore.backup.verifying import verify
from docstore.language import Words

_MINUTE = 60


def backup(
    folder: Annotated[Path, typer.Argument(help="Where backups are; made if it is not there.")],
    keep: Annotated[
        int, typer.Option(min=0, help="Keep this many snapshots and remove older ones; 0: all.")
    ] = 0,
) -> None:
    """Back the installation up while people work; what is there already is not copied again."""
    words, began, place = words_here(), time.monotonic(), BackupFolder(folder)
    with opened() as parts, place.writing():
        with bars(terminal.err, words) as watcher:
            taken = take(parts.database, parts.store, place, clock=parts.clock, watcher=watcher)
        if taken.manifest.is_whole:
            note_backup(parts.settings.data_dir, taken)
        for line in _told(words, taken, time.monotonic() - began):
            terminal.out.print(line)
        for line in lost_lines(words, taken.manifest.lost):
            terminal.err.print(line)
        if keep:
            removed, objects = prune(place, keep)
            terminal.out.print(
                words(
                    "usunięto: {snapshots}, {objects}",
                    snapshots=words.count(removed, "kopia", "kopie", "kopii"),
                    objects=words.count(objects, "obiekt", "obiekty", "obiektów"),
                )
            )
    if not taken.manifest.is_whole:
        raise typer.Exit(1)


def _told(words: Words, taken: Taken, seconds: float) -> Iterator[str]:
    manifest = taken.manifest
    yield words("kopia {name}, schemat {schema}", name=taken.snapshot.name, schema=manifest.schema)
    yield contents(words, manifest)
    yield words(
        "nowe: {count}, {size}; czas: {time}",
        count=words.count(taken.copied, "obiekt", "obiekty", "obiektów"),
        size=words.size(taken.copied_size),
        time=lasted(words, seconds),
    )


def contents(words: Words, manifest: Manifest) -> str:
    """Return what a snapshot holds: `12 rows in 30 tables, 3 objects, 4 MB`."""
    return words(
        "{rows} w {tables}, {objects}, {size}",
        rows=words.count(manifest.rows, "wiersz", "wiersze", "wierszy"),
        tables=words.count(len(manifest.tables), "tabeli", "tabelach", "tabelach"),
        objects=words.count(manifest.objects.lines.rows, "obiekt", "obiekty", "obiektów"),
        size=words.size(manifest.objects.size),
    )


def lasted(words: Words, seconds: float) -> str:
    """Return how long something took, to the second once it took a minute."""
    if seconds < _MINUTE:
        return f"{words.number(round(seconds, 1))}\N{NO-BREAK SPACE}s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes}\N{NO-BREAK SPACE}min {rest:02}\N{NO-BREAK SPACE}s"


def lost_lines(words: Words, found: Iterable[Lost]) -> Iterator[str]:
    """Yield a line for each object that could not be copied."""
    for lost in found:
        yield words(
            "obiekt {sha256}: {reason} ({names})",
            sha256=lost.sha256,
            reason=reason_words(words, lost.reason),
            names=", ".join(lost.file_names) or words("plik pochodny"),
        )


def reason_words(words: Words, reason: str) -> str:
    """Return what is wrong with an object."""
    return {
        "missing": words("brakuje go w magazynie"),
        "size": words("ma inny rozmiar"),
        "bytes": words("ma inne bajty"),
        "unreadable": words("nie daje się odczytać"),
        "lost": words("nie udało się go skopiować, gdy robiono kopię"),
    }[reason]


def restore(
    folder: Annotated[Path, typer.Argument(help="A folder of backups.")],
    snapshot: Annotated[str, typer.Option(help="Which one; the newest if not said.")] = "",
    move: Annotated[
        bool,
        typer.Option(
            "--move",
            help="The old installation is stopped for good: sign-ins hold and sending goes on.",
        ),
    ] = False,
) -> None:
    """Restore a backup into the empty installation that the settings name, of either shape."""
    words, began, place = words_here(), time.monotonic(), BackupFolder(folder)
    parts = wiring.build(terminal.settings_of())
    try:
        with place.reading(), bars(terminal.err, words) as watcher:
            chosen = place.chosen(snapshot)
            done = restoring.restore(
                parts, place, chosen, words=words, watcher=watcher, is_move=move
            )
    finally:
        parts.close()
    terminal.out.print(words("odtworzono kopię {name}", name=chosen.name))
    terminal.out.print(contents(words, chosen.manifest))
    for line in done.report.lines:
        (terminal.out if line.is_good else terminal.err).print(line.text)
    for lost in lost_lines(words, done.lost):
        terminal.err.print(lost)
    terminal.out.print(words("czas: {time}", time=lasted(words, time.monotonic() - began)))
    if not move:
        terminal.out.print(
            words(
                "Wysyłanie jest wstrzymane do „teczka outbox release”, a wszyscy poza osobami "
                "z hasłem potrzebują nowego linku."
            )
        )
    if not done.is_good:
        raise typer.Exit(1)


def check_backup(folder: Path) -> bool:
    """Read every file of a folder of backups; tell whether all is as it was written."""
    words, place, is_good = words_here(), BackupFolder(folder), True
    with place.reading():
        place.chosen()
        with bars(terminal.err, words) as watcher:
            for finding in verify(place, watcher):
                is_good = False
                text = {
                    "file": words("uszkodzony plik {name}", name=finding.name),
                    "format": words("kopia {name}: z nowszej Teczki", name=finding.name),
                }.get(finding.code)
                terminal.err.print(
                    text
                    or words(
                        "obiekt {sha256}: {reason} (kopie: {names})",
                        sha256=finding.name,
                        reason=words("brakuje go w kopii")
                        if finding.code == "missing"
                        else reason_words(words, finding.code),
                        names=", ".join(finding.snapshots),
                    )
                )
        if is_good:
            for snapshot in place.snapshots():
                said = contents(words, snapshot.manifest)
                terminal.out.print(f"{snapshot.name}  {said}")
    return is_good
