"""Members and guests of a council, pasted from a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from docstore.rules.email_address import normal_email
from docstore.rules.plain import fold, one_line, plain
from docstore.rules.roster_columns import Columns, find_columns
from docstore.rules.roster_roles import RosterRole, read_role


class RosterCode(StrEnum):
    """What is wrong, or worth a look, in a row of a pasted roster."""

    MISSING_NAME = "missing_name"
    INVALID_EMAIL = "invalid_email"
    DUPLICATE_EMAIL = "duplicate_email"
    DUPLICATE_ROW = "duplicate_row"
    UNKNOWN_ROLE = "unknown_role"
    NO_ROWS = "no_rows"
    # Warnings: the row is taken.
    MISSING_EMAIL = "missing_email"
    MISSING_ROLE = "missing_role"
    SAME_NAME = "same_name"
    SECOND_CHAIR = "second_chair"


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person to take over; `row` counts the pasted rows from 1, the header included."""

    row: int
    name: str
    email: str | None
    role: RosterRole
    function: str
    """What a guest is (`burmistrz`, `sołtys wsi Górzyniec`); empty for members."""


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """A row's error or warning and the text that caused it."""

    row: int
    code: RosterCode
    text: str


@dataclass(frozen=True, slots=True)
class Roster:
    """The rows that can be taken, the errors of those that cannot, and warnings."""

    rows: tuple[RosterRow, ...]
    errors: tuple[RosterProblem, ...]
    warnings: tuple[RosterProblem, ...]

    def refused(self, text: str) -> str:
        """Return the rows of the pasted text that hold its errors, to be put right."""
        rows = {each.row for each in self.errors}
        return "\n".join("\t".join(cells) for row, cells in _table(plain(text)) if row in rows)


def parse_roster(text: str) -> Roster:
    """Read rows of name, e-mail and role in any order, with or without a header; never raises.

    Columns are parted by tabs, semicolons or commas. Names stay in the order typed.
    """
    table = list(_table(plain(text)))
    columns = find_columns([cells for _, cells in table])
    reading = _Reading()
    for row, cells in table[columns.header_rows :]:
        reading.take(row, cells, columns)
    if not table[columns.header_rows :]:
        reading.errors.append(RosterProblem(0, RosterCode.NO_ROWS, ""))
    return Roster(tuple(reading.rows), tuple(reading.errors), tuple(reading.warnings))


class _Reading:
    """What has been read so far: later rows are held against earlier ones."""

    def __init__(self) -> None:
        self.rows: list[RosterRow] = []
        self.errors: list[RosterProblem] = []
        self.warnings: list[RosterProblem] = []

    def take(self, row: int, cells: Sequence[str], columns: Columns) -> None:
        """Add a row, or the reason why it cannot be taken."""
        name, typed_email, typed_role = columns.read(cells)
        email = normal_email(typed_email) if typed_email else None
        role = read_role(typed_role)
        if not any(map(str.isalpha, name)):
            self._refuse(row, RosterCode.MISSING_NAME, " ".join(filter(None, cells)))
        elif typed_email and email is None:
            self._refuse(row, RosterCode.INVALID_EMAIL, typed_email)
        elif role is None:
            self._refuse(row, RosterCode.UNKNOWN_ROLE, typed_role)
        else:
            has_role = bool(typed_role) or not columns.has_role
            self._add(RosterRow(row, name, email, *role), has_role=has_role)

    def _add(self, person: RosterRow, *, has_role: bool) -> None:
        namesakes = [other for other in self.rows if fold(other.name) == fold(person.name)]
        if any(other.email == person.email for other in namesakes):
            self._refuse(person.row, RosterCode.DUPLICATE_ROW, person.name)
            return
        if person.email and any(other.email == person.email for other in self.rows):
            self._refuse(person.row, RosterCode.DUPLICATE_EMAIL, person.email)
            return
        self._warn(person, namesakes=bool(namesakes), has_role=has_role)
        self.rows.append(person)

    def _warn(self, person: RosterRow, *, namesakes: bool, has_role: bool) -> None:
        chairs = any(other.role is RosterRole.CHAIR for other in self.rows)
        told = {
            RosterCode.MISSING_EMAIL: person.email is None,
            RosterCode.MISSING_ROLE: not has_role,
            RosterCode.SAME_NAME: namesakes,
            RosterCode.SECOND_CHAIR: chairs and person.role is RosterRole.CHAIR,
        }
        self.warnings += [
            RosterProblem(person.row, code, person.name) for code, holds in told.items() if holds
        ]

    def _refuse(self, row: int, code: RosterCode, text: str) -> None:
        self.errors.append(RosterProblem(row, code, text))


def _table(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold anything, with their number in the pasted text."""
    for row, cells in enumerate(_cells(text.replace("\f", "\n")), 1):
        cleaned = [one_line(cell) for cell in cells]
        if any(cleaned):
            yield row, cleaned


def _cells(text: str) -> list[list[str]]:
    delimiter = next((sign for sign in "\t;" if sign in text), ",")
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:  # a quotation mark left open makes one cell of all that follows
        return [line.split(delimiter) for line in text.split("\n")]
