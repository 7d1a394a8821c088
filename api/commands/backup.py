"""The commands `backup`, `restore`, `drill` and `check --backup`."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from api import wiring
from api.commands import drill as drills
from api.commands import restoring, terminal
from api.commands.backup_words import contents, lasted, lost_lines, reason_words
from api.commands.progress import bars
from api.commands.terminal import opened, words_here
from docstore.backup.folder import BackupFolder
from docstore.backup.last import note_backup
from docstore.backup.taking import Taken, prune, take
from docstore.backup.verifying import verify
from docstore.clock import SystemClock
from docstore.language import Words


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


def drill(
    folder: Annotated[Path, typer.Argument(help="A folder of backups.")],
    report: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where the report goes; else it is printed.")
    ] = None,
    place: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Where there is room for all its files."),
    ] = None,
) -> None:
    """Try whether the newest backup would bring everything back, and report it."""
    words, source = words_here(), BackupFolder(folder)
    settings = terminal.settings_of()
    with source.reading(), bars(terminal.err, words) as watcher:
        tried = drills.drill(
            source,
            place=place,
            search_url=settings.search_url,
            clock=SystemClock(),
            words=words,
            watcher=watcher,
        )
    text = drills.report(words, tried)
    if report is None:
        terminal.out.print(text, end="")
    else:
        report.write_text(text, encoding="utf-8")
        result = words("udana") if tried.is_good else words("NIEUDANA")
        terminal.out.print(words("próba: {result}; raport: {file}", result=result, file=report))
    if not tried.is_good:
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
