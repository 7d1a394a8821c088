"""An adopted resolution of the demo: its facts, its vote, and what fills its text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from api.demo.content.councils import DemoBody

Status = Literal[
    "unknown", "adopted", "in_force", "in_force_amended", "repealed", "expired", "declared_invalid"
]
Form = Literal["pdf", "docx", "odt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoVotes:
    """How a vote went; the five counts add up to the seats of the council."""

    in_favour: int
    against: int = 0
    abstained: int = 0
    no_voice: int = 0
    absent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAct:
    """One adopted resolution; `template` names its text in `texts/acts`."""

    body: DemoBody
    session: int
    running: int
    adopted_on: date
    title: str
    """Begins with `w sprawie` or what takes its place."""
    template: str
    votes: DemoVotes
    file_stem: str
    values: Mapping[str, str] = field(default_factory=dict)
    status: Status = "unknown"
    status_basis: str = ""
    form: Form = "pdf"

    @property
    def number(self) -> str:
        """Return the number as the office of this council writes it."""
        return self.body.number(
            session=self.session, running=self.running, year=self.adopted_on.year
        )

    @property
    def file_name(self) -> str:
        """Return the file's name: the number with the signs a file name may hold, and a topic."""
        number = self.number.replace("/", "-")
        return f"Uchwała {number} {self.file_stem}.{self.form}"


def votes(
    seats: int = 15, *, against: int = 0, abstained: int = 0, no_voice: int = 0, absent: int = 0
) -> DemoVotes:
    """Return a vote in which everyone else of `seats` was in favour."""
    return DemoVotes(
        in_favour=seats - against - abstained - no_voice - absent,
        against=against,
        abstained=abstained,
        no_voice=no_voice,
        absent=absent,
    )
