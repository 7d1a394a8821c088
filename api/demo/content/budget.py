"""Invented budgets: amounts by year, division, chapter and paragraph that add up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zlib import crc32

from api.demo.content.budget_classes import CHAPTERS, DIVISIONS, PARAGRAPHS, PROFILES, SOURCES
from api.demo.content.wording import amount

# Year -> expenditure in thousands of złoty, invented.
_SPENDING: Mapping[int, int] = {
    2018: 27_400, 2019: 29_150, 2020: 31_480, 2021: 33_920, 2022: 36_240, 2023: 39_870,
    2024: 43_310, 2025: 46_950, 2026: 49_720, 2027: 51_600,
}  # fmt: skip
_GROWTH = 1.04
_PER_MILLE = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plan: its place in the classification and two amounts in złoty."""

    division: str
    chapter: str
    paragraph: str
    name: str
    before: int
    after: int


def _jitter(*parts: object) -> float:
    """Return a number between 0.7 and 1.3 that is always the same for the same parts."""
    return 0.7 + 0.6 * (crc32(":".join(map(str, parts)).encode()) % _PER_MILLE) / _PER_MILLE


def spending_total(year: int) -> int:
    """Return the expenditure planned for a year, in złoty."""
    last = max(_SPENDING)
    if year in _SPENDING:
        return _SPENDING[year] * 1000
    return round(_SPENDING[last] * _GROWTH ** (year - last)) * 1000


def _split(total: int, weights: Mapping[str, float], step: int) -> dict[str, int]:
    """Split a total by weights into amounts in whole steps; the first takes the rest."""
    whole = sum(weights.values())
    parts = {key: round(total * weight / whole / step) * step for key, weight in weights.items()}
    first = max(parts, key=parts.__getitem__)
    parts[first] += total - sum(parts.values())
    return parts


def chapters(year: int) -> dict[str, int]:
    """Return the expenditure of a year by chapter."""
    weights = {code: chapter.share * _jitter(code, year) for code, chapter in CHAPTERS.items()}
    return _split(spending_total(year), weights, 500)


def spending_table(year: int) -> str:
    """Return the expenditure by division as rows of the markup."""
    by_division = dict.fromkeys(DIVISIONS, 0)
    for code, value in chapters(year).items():
        by_division[code[:3]] += value
    rows = [
        f"| {code} | {DIVISIONS[code]} | {amount(value)} |" for code, value in by_division.items()
    ]
    return "\n".join(
        ["| Dział | Nazwa | Plan (zł) |", *rows, f"| | Razem | {amount(spending_total(year))} |"]
    )


def income_total(year: int) -> int:
    """Return the income planned for a year; in even years it is below the expenditure."""
    return spending_total(year) + (640_000 if year % 2 else -1_180_000)


def income_table(year: int) -> str:
    """Return the income by source as rows of the markup."""
    total = income_total(year)
    parts = _split(total, {name: w * _jitter(name, year) for name, w in SOURCES.items()}, 1000)
    rows = [
        f"| {i} | {name} | {amount(value)} |" for i, (name, value) in enumerate(parts.items(), 1)
    ]
    return "\n".join(["| Lp. | Źródło | Plan (zł) |", *rows, f"| | Razem | {amount(total)} |"])


def budget_values(year: int) -> dict[str, str]:
    """Return the amounts of a year's budget for the placeholders of a resolution."""
    spending, income = spending_total(year), income_total(year)
    capital = round(spending * 0.17 * _jitter("capital", year) / 1000) * 1000
    income_capital = round(income * 0.08 * _jitter("assets", year) / 1000) * 1000
    repayments = 640_000
    gap = income - spending
    receipts = repayments - gap
    balance = (
        f"Nadwyżkę budżetu w kwocie {amount(gap)} zł przeznacza się na spłatę rat kredytów"
        " zaciągniętych w latach ubiegłych."
        if gap >= 0
        else f"Deficyt budżetu w kwocie {amount(-gap)} zł zostanie pokryty przychodami z wolnych"
        " środków oraz z niewykorzystanych środków pieniężnych na rachunku bieżącym."
    )
    return {
        "year": str(year),
        "income": amount(income),
        "income_current": amount(income - income_capital),
        "income_capital": amount(income_capital),
        "spending": amount(spending),
        "spending_current": amount(spending - capital),
        "spending_capital": amount(capital),
        "receipts": amount(max(receipts, 0)),
        "repayments": amount(repayments),
        "reserve": amount(round(spending * 0.003 / 1000) * 1000),
        "crisis_reserve": amount(round(spending * 0.005 / 1000) * 1000),
        "balance": balance,
        "income_table": income_table(year),
        "spending_table": spending_table(year),
    }


def detailed_plan(year: int, changes: Mapping[tuple[str, str], int]) -> Iterator[Line]:
    """Yield the whole expenditure by paragraph, before and after changes.

    `changes` gives the difference in złoty for some (chapter, paragraph).
    """
    for code, total in chapters(year).items():
        paragraphs = PROFILES[CHAPTERS[code].profile]
        weights = {p: share * _jitter(code, p, year) for p, share in paragraphs.items()}
        for paragraph, before in _split(total, weights, 100).items():
            yield Line(
                division=code[:3],
                chapter=code,
                paragraph=paragraph,
                name=PARAGRAPHS[paragraph],
                before=before,
                after=before + changes.get((code, paragraph), 0),
            )


def detailed_tables(year: int, changes: Mapping[tuple[str, str], int]) -> str:
    """Return the whole plan as markup: a heading and a table for every division."""
    lines = list(detailed_plan(year, changes))
    parts = []
    for code, name in DIVISIONS.items():
        mine = [line for line in lines if line.division == code]
        rows = [
            f"| {line.chapter} | {line.paragraph} | {line.name} |{_three(line.before, line.after)}"
            for line in mine
        ]
        before, after = sum(x.before for x in mine), sum(x.after for x in mine)
        parts += [
            f"## Dział {code} – {name}",
            "| Rozdział | § | Treść | Plan przed zmianą | Zmiana | Plan po zmianie |",
            *rows,
            f"| | | Razem dział {code} |{_three(before, after)}",
        ]
    before, after = sum(x.before for x in lines), sum(x.after for x in lines)
    parts += [
        "## Ogółem",
        "| Wyszczególnienie | Plan przed zmianą | Zmiana | Plan po zmianie |",
        f"| Wydatki ogółem |{_three(before, after)}",
    ]
    return "\n".join(parts)


def _three(before: int, after: int) -> str:
    """Return the three last cells of a row."""
    return f" {amount(before)} | {amount(after - before)} | {amount(after)} |"
