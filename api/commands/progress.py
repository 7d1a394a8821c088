"""How far a backup or a restore came, on the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from docstore.language import Words


class Bars:
    """A watcher that draws one bar for each step; where no terminal is, it says nothing."""

    def __init__(self, progress: Progress, words: Words) -> None:
        self._progress, self._words = progress, words
        self._bar = None if progress.disable else progress.add_task("", total=None)

    def begin(self, step: str, total: int) -> None:
        """Draw the bar of a step."""
        if self._bar is not None:
            self._progress.update(self._bar, description=self._named(step))
            self._progress.reset(self._bar, total=total or None)

    def advance(self, amount: int) -> None:
        """Draw it longer."""
        if self._bar is not None:
            self._progress.advance(self._bar, amount)

    def _named(self, step: str) -> str:
        return {
            "record": self._words("wiersze"),
            "objects": self._words("obiekty"),
            "files": self._words("sprawdzanie"),
            "index": self._words("indeks"),
            "check": self._words("sprawdzanie"),
        }.get(step, step)


@contextmanager
def bars(console: Console, words: Words) -> Iterator[Bars]:
    """Show bars while the block works."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield Bars(progress, words)
