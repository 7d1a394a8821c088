"""How far an import is: files done, how many a second, and how long it will take."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from docstore.language import Words


class _Rate(ProgressColumn):
    """Files a second, over the last half minute."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(
            self._words("{rate} na sekundę", rate=self._words.number(round(speed, 1)))
            if speed
            else ""
        )


class _Step:
    """One bar."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def advance(self, done: int) -> None:
        """Show that so many are done in all."""
        self._progress.update(self._task, completed=done)


class Steps:
    """The bars of an import, one below the other."""

    def __init__(self, console: Console, words: Words) -> None:
        self._words = words
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(words),
            TimeRemainingColumn(),
            console=console,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    @contextmanager
    def counting(self, total: int) -> Iterator[_Step]:
        """Show files as they are taken in."""
        yield self._step(self._words("pliki"), total)

    @contextmanager
    def rendering(self, total: int) -> Iterator[_Step]:
        """Show PDFs as they are made of office files, where there are any."""
        yield self._step(self._words("wersje PDF"), total, visible=total > 0)

    def _step(self, name: str, total: int, *, visible: bool = True) -> _Step:
        return _Step(self._progress, self._progress.add_task(name, total=total, visible=visible))
