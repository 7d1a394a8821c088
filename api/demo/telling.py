"""Says on the terminal what the demo does and how long it took; never on standard output."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from docstore.language import Words

Note = Callable[[str], None]


class Telling:
    """Tells each step with its time; a terminal sees the step under way too."""

    def __init__(self, began: float | None = None) -> None:
        self.words = Words(_language())
        self._console = Console(stderr=True, highlight=False)
        self.began = time.monotonic() if began is None else began

    @property
    def seconds(self) -> float:
        """Return how long the demo has been at it."""
        return time.monotonic() - self.began

    def say(self, sentence: str, *, style: str = "") -> None:
        """Print a sentence."""
        self._console.print(sentence, style=style, soft_wrap=True)

    @contextmanager
    def step(self, doing: str) -> Iterator[Note]:
        """Tell a step while it is done and when it is; what is noted last stands beside it."""
        began, noted = time.monotonic(), ""

        def note(text: str) -> None:
            nonlocal noted
            noted = text
            status.update(f"{doing}: {text}")

        with self._console.status(doing) as status:
            yield note
        took = self.words.number(round(time.monotonic() - began, 1))
        tail = f": {noted}" if noted else ""
        self._console.print(f"[dim]{took:>6} s[/dim]  {doing}{tail}", soft_wrap=True)


def _language() -> str:
    """Return the language of the terminal: Polish unless it is set to English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "en" if value.startswith("en") else "pl"
    return "pl"
