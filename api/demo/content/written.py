"""A paper ready to be made into a file."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from api.demo.content.blocks import Block

FOOTER = "Dokument demonstracyjny Teczki. Osoby, kwoty i sprawy są zmyślone."
"""Stands at the foot of every page that the demo makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a maker needs: blocks, and what a file says of itself."""

    title: str
    author: str
    day: date
    blocks: tuple[Block, ...]

    @property
    def moment(self) -> datetime:
        """Return the moment that the file names as its own, the same at every making."""
        return datetime.combine(self.day, time(12), UTC)
