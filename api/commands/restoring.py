"""Restoring an installation: its objects, its record, its index, and a check of all of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from api.checking import Report, check
from api.wiring import Parts
from docstore.backup.folder import BackupFolder, Snapshot
from docstore.backup.manifest import Lost
from docstore.backup.restoring import restore_objects, restore_record, restoring
from docstore.backup.watching import Watcher
from docstore.language import Words
from docstore.migrations import migrate
from indexer.catching_up import rebuild


@dataclass(slots=True)
class Restored:
    """What a restore came to; `took` has the seconds of each step, in their order."""

    lost: list[Lost] = field(default_factory=list)
    report: Report = field(default_factory=lambda: Report(()))
    took: dict[str, float] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Tell whether everything is there and agrees."""
        return not self.lost and self.report.is_good

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step."""
        began = time.monotonic()
        yield
        self.took[name] = time.monotonic() - began


def restore(
    parts: Parts,
    folder: BackupFolder,
    snapshot: Snapshot,
    *,
    words: Words,
    watcher: Watcher,
    is_move: bool = False,
) -> Restored:
    """Restore a snapshot into an empty installation; killed, it is simply begun again.

    The objects come first, so that a record is never there without them. Unless it is a move of an
    installation that was stopped for good, nothing is sent and nobody stays signed in.
    """
    done = Restored()
    settings = parts.settings
    with restoring(settings.data_dir, parts.database, parts.store, snapshot) as is_there:
        with done.step("objects"):
            done.lost = restore_objects(folder, snapshot, parts.store, watcher)
        with done.step("record"):
            if not is_there:
                held = None if is_move else frozenset(parts.lanes()["sending"])
                restore_record(
                    parts.database, snapshot, at=parts.clock.now(), watcher=watcher, held=held
                )
            migrate(parts.database)
        with done.step("index"):
            watcher.begin("index", 0)
            rebuild(parts.reader)
        with done.step("check"):
            watcher.begin("check", 0)
            done.report = check(parts, words, is_noted=not is_move)
    return done
