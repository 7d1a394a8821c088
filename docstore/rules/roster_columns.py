"""Which column of a pasted roster holds what."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from docstore.rules.plain import fold
from docstore.rules.roster_roles import read_role

# What the cells of a header say, on folded text; the first that fits counts.
_HEADERS = {
    "first": re.compile(r"imie|imiona|first name"),
    "last": re.compile(r"nazwisko|last name|surname"),
    "name": re.compile(
        r"(?:nazwisko i )?imi(?:e|ona)(?: i nazwisk[oa])?(?: \w+)?|nazwisko i imie|radn[yai]"
        r"|osoba|name"
    ),
    "email": re.compile(
        r"(?:adres )?(?:poczt[ay] )?(?:e-?\s?mail|elektroniczn\w+)(?: adres)?"
        r"|(?:adres )?poczt[ay]|mail"
    ),
    "role": re.compile(r"(?:pelniona )?(?:rola|funkcja|stanowisko)(?: .*)?|role|position|status"),
    "other": re.compile(r"l\.?\s?p\.?|nr|numer|tel.*|klub|okreg.*|uwagi|adres|komisj\w+"),
}
_HEADER_KINDS = 2
_NUMBER = re.compile(r"[\d.+() -]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of name, e-mail and role in a row; None where a roster has no such column."""

    names: tuple[int, ...]
    email: int | None
    role: int | None
    header_rows: int

    @property
    def has_role(self) -> bool:
        """Tell whether roles were pasted at all."""
        return self.role is not None

    def read(self, cells: Sequence[str]) -> tuple[str, str, str]:
        """Return name, e-mail and role of a row as typed, empty where it has none.

        An address that slipped into another column is found there.
        """
        names = (_cell(cells, place) for place in self.names)
        name = " ".join(cell for cell in names if cell and "@" not in cell)
        email = _cell(cells, self.email) or next((cell for cell in cells if "@" in cell), "")
        return name, email, _cell(cells, self.role)


def find_columns(table: Sequence[Sequence[str]]) -> Columns:
    """Return the columns told by a header, or else those that the cells suggest."""
    headed = _by_header(table[0]) if table else None
    return headed or _by_cells(table)


def _by_header(header: Sequence[str]) -> Columns | None:
    kinds = [_kind(cell) for cell in header]
    telling = {kind for kind in kinds if kind not in {None, "other"}}
    complete = all(kind for kind, cell in zip(kinds, header, strict=True) if cell)
    if any("@" in cell for cell in header) or not telling:
        return None
    if not complete and len(telling) < _HEADER_KINDS:
        return None
    places = {kind: place for place, kind in reversed(list(enumerate(kinds)))}
    wanted = ("name",) if "name" in places else ("first", "last")
    return Columns(
        names=tuple(places[kind] for kind in wanted if kind in places),
        email=places.get("email"),
        role=places.get("role"),
        header_rows=1,
    )


def _by_cells(table: Sequence[Sequence[str]]) -> Columns:
    width = max(map(len, table), default=0)
    columns = [[_cell(row, place) for row in table] for place in range(width)]
    email = _most(columns, lambda cell: "@" in cell, least=0)
    role = _most(columns, lambda cell: "@" not in cell and read_role(cell) is not None, least=0.5)
    texts = [
        place
        for place, cells in enumerate(columns)
        if place not in {email, role} and _share(cells, _is_words) > 0.5  # noqa: PLR2004 - most cells
    ]
    parted = (
        len(texts) > 1
        and all(
            _share(columns[place], lambda cell: " " not in cell) > 0.5  # noqa: PLR2004 - most cells
            for place in texts[:2]
        )
    )
    return Columns(tuple(texts[: 2 if parted else 1]), email, role, header_rows=0)


def _kind(cell: str) -> str | None:
    folded = fold(cell).strip(" :.*")
    return next((kind for kind, form in _HEADERS.items() if form.fullmatch(folded)), None)


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


def _is_words(cell: str) -> bool:
    return "@" not in cell and _NUMBER.fullmatch(cell) is None


def _most(
    columns: Sequence[Sequence[str]], fits: Callable[[str], bool], *, least: float
) -> int | None:
    """Return the column with the largest share of cells that fit, if that is more than `least`."""
    shares = [_share(cells, fits) for cells in columns]
    best = max(shares, default=0)
    return shares.index(best) if best > least else None


def _share(cells: Sequence[str], fits: Callable[[str], bool]) -> float:
    filled = [cell for cell in cells if cell]
    return sum(map(fits, filled)) / len(filled) if filled else 0
