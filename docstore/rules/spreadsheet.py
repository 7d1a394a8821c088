"""Tables that Polish Excel opens right, and that cannot make it compute anything."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

Cell = str | int | date | None

# Excel and LibreOffice take a cell that begins so for a formula (OWASP, "CSV Injection");
# the wide forms are what an East Asian keyboard types and Excel reads the same.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_for_excel(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return UTF-8 with a byte order mark, semicolons and CRLF; formulas become plain text.

    Numbers stay numbers, days are written 26.11.2026, None is an empty cell.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_defused(name) for name in header])
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def _written(cell: Cell) -> str | int:
    match cell:
        case None:
            return ""
        case str():
            return _defused(cell)
        case date():
            return f"{cell:%d.%m.%Y}"
        case _:
            return cell


def _defused(text: str) -> str:
    """Return a cell's text with an apostrophe before anything that would be computed."""
    text = text.replace("\0", "")
    return f"'{text}" if text.lstrip(" \N{NO-BREAK SPACE}").startswith(_FORMULA_STARTS) else text
