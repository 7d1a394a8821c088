"""Who does something, and when: handed to every verb."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Acting:
    """A person (None: the system or the command line) at one moment of the server's clock."""

    person_id: str | None
    at: datetime
