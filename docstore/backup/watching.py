"""How whoever waits for a backup is told of its way."""

from typing import Protocol


class Watcher(Protocol):
    """Is told of each step and how far it came; steps are record, objects, files, index, check."""

    def begin(self, step: str, total: int) -> None:
        """Hear of a step and how much it has to do: rows of the record, else bytes."""

    def advance(self, amount: int) -> None:
        """Hear that so much more of it is done."""


class Unwatched:
    """The watcher where nobody looks."""

    def begin(self, step: str, total: int) -> None:
        """Hear of a step."""

    def advance(self, amount: int) -> None:
        """Hear of its way."""
