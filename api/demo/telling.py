"""Says on the terminal what the demo does and how long it took; never on standard output."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

from docstore.language import Language, Words

Note = Callable[[str], None]


class Telling:
    """Tells each step with its time; a terminal sees the step under way too."""

    def __init__(self, began: float | None = None) -> None:
        self.words = Words(_language())
        self.began = time.monotonic() if began is None else began
        self._console = Console(stderr=True, highlight=False)
        self._under_way: tuple[Status, str] | None = None

    @property
    def seconds(self) -> float:
        """Return how long the demo has been at it."""
        return time.monotonic() - self.began

    def say(self, sentence: str, *, style: str = "") -> None:
        """Print a sentence."""
        self._console.print(sentence, style=style, soft_wrap=True)

    @contextmanager
    def step(self, doing: str) -> Iterator[Note]:
        """Tell a step while it is done and when it is, with what was noted of it."""
        began, notes = time.monotonic(), [doing]
        with self._console.status(doing) as status:
            self._under_way = (status, doing)
            yield notes.append
        self._under_way = None
        took = self.words.number(round(time.monotonic() - began, 1))
        self._console.print(f"[dim]{took:>6} s[/dim]  {': '.join(notes)}", soft_wrap=True)

    def left(self, count: int) -> None:
        """Show how much of the step under way still waits."""
        if self._under_way is not None:
            status, doing = self._under_way
            status.update(f"{doing}: {self.words('czeka {count}', count=count)}")


def _language() -> Language:
    """Return the language of the terminal: Polish unless it is set to English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "en" if value.startswith("en") else "pl"
    return "pl"
