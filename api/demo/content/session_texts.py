"""The whole text of each file of the upcoming session."""

from collections.abc import Mapping
from datetime import date

from api.demo.content.acts import fill, template
from api.demo.content.acts_taxes import PROPERTY_RATES, property_rates
from api.demo.content.budget import detailed_tables, income_total, spending_total
from api.demo.content.budget_classes import PARAGRAPHS
from api.demo.content.councils import COUNCIL
from api.demo.content.piechowice import PIECHOWICE
from api.demo.content.session import committee_day, filing_day, session_day
from api.demo.content.session_agenda import PAPERS
from api.demo.content.session_documents import REPLACEMENT, DemoDocument
from api.demo.content.wording import amount, long_day

STORY_YEAR = 2026
"""The year that the papers speak of; the session moves with the calendar, the story does not."""

# (chapter, paragraph) -> change of the plan in złoty; the draft, its reasons and the annex agree.
BUDGET_CHANGES: Mapping[tuple[str, str], int] = {
    ("60016", "4270"): 186_000,
    ("75412", "6060"): 120_000,
    ("75818", "4810"): -60_000,
    ("80101", "4240"): 38_500,
    ("85219", "4010"): -45_000,
    ("90002", "4300"): 92_000,
    ("90015", "4260"): 64_000,
}
_BUDGET_INCOME = (
    ("756", "75621", "udziały w podatku dochodowym od osób fizycznych", 329_500),
    ("852", "85230", "dotacja celowa na dożywianie", 66_000),
)
_DRAFT_RATES = (1.33, 7.00, 0.67, 4.60, 1.18, 33.20, 16.30, 7.10, 10.95)
_AMENDED_RATES = (1.30, 7.00, 0.65, 4.60, 1.14, 32.40, 16.30, 7.10, 10.75)
_RATE_NAMES = (
    "grunty związane z działalnością gospodarczą",
    "grunty pod wodami",
    "grunty pozostałe",
    "grunty niezabudowane w obszarze rewitalizacji",
    "budynki mieszkalne",
    "budynki związane z działalnością gospodarczą",
    "budynki – obrót materiałem siewnym",
    "budynki – świadczenia zdrowotne",
    "budynki pozostałe",
)
_ABSENT, _ABSTAINING = "Stanisław Bruździński", ("Ryszard Kłosiński", "Henryk Olszaniec")
_DEBT, _REPAYMENT, _FORECAST_YEARS = 4_480_000, 640_000, 8


def document_text(document: DemoDocument, today: date) -> str:
    """Return the whole text of a file in the markup of `blocks`, its heading included."""
    text = fill(template("session", document.text), PIECHOWICE, today, _values(document, today))
    return f"{_draft_head(document, today)}\n{text}" if document.is_draft else text


def _draft_head(document: DemoDocument, today: date) -> str:
    """Return the opening of a draft resolution: its druk, its empty number, its title."""
    paper = next(paper for paper in PAPERS if paper.ref == document.paper)
    version = " – po autopoprawce" if document is REPLACEMENT else ""
    return "\n".join(
        (
            f"@right Projekt z dnia {long_day(filing_day(today))}{version}",
            f"@right Druk nr {paper.druk}",
            f"@right Wnioskodawca: {paper.sponsor}",
            f"# UCHWAŁA NR ......../......../{session_day(today).year}",
            f"@center {PIECHOWICE.name_genitive.upper()}",
            f"@center z dnia {long_day(session_day(today))}",
            f"@center {paper.title}",
        )
    )


def _values(document: DemoDocument, today: date) -> dict[str, str]:
    """Return what fills the texts of the session."""
    rates = _AMENDED_RATES if document is REPLACEMENT else _DRAFT_RATES
    values = property_rates(rates) | {
        "year": str(STORY_YEAR),
        "next_year": str(STORY_YEAR + 1),
        "school_year": f"{STORY_YEAR - 1}/{STORY_YEAR}",
        "season": f"{STORY_YEAR}/{STORY_YEAR + 1}",
        "session_day": long_day(session_day(today)),
        "committee_day": long_day(committee_day(today)),
        "filing_day": long_day(filing_day(today)),
        "amendment_note": _AMENDMENT if document is REPLACEMENT else "",
    }
    return values | _generated(document.text)


def _generated(text: str) -> dict[str, str]:
    """Return the tables that one text needs and no other."""
    match text:
        case "minutes":
            return {"roll_call": _roll_call()}
        case "budget":
            return _budget_values()
        case "budget_annex":
            return {"budget_detail": detailed_tables(STORY_YEAR, BUDGET_CHANGES)}
        case "forecast":
            return {"forecast_rows": _forecast_rows()}
        case "property_tax_reasons":
            return {"comparison_rows": _comparison_rows()}
        case _:
            return {}


_AMENDMENT = (
    "@justification\nAutopoprawka uwzględnia opinię Komisji Budżetu i Finansów: obniża stawki dla"
    " budynków mieszkalnych, budynków związanych z działalnością gospodarczą, budynków pozostałych"
    " oraz gruntów. Skutkiem autopoprawki są dochody mniejsze o około 190 000,00 zł."
)


def _roll_call() -> str:
    """Return the named list of three votes of the last session."""
    members = [person for person in PIECHOWICE.people if COUNCIL in person.seats]
    rows = ["| Lp. | Radny | Głosowanie 1 | Głosowanie 2 | Głosowanie 3 |"]
    for place, person in enumerate(members, 1):
        if person.name == _ABSENT:
            cells = "nieobecny | nieobecny | nieobecny"
        elif person.name in _ABSTAINING:
            cells = "wstrzymuję się | za | wstrzymuję się"
        else:
            cells = "za | za | za"
        rows.append(f"| {place} | {person.name} | {cells} |")
    return "\n".join(rows)


def _budget_values() -> dict[str, str]:
    """Return the rows of the budget's change; both sides have the same sum."""
    spending = "\n".join(
        f"| {chapter[:3]} | {chapter} | {paragraph} | {PARAGRAPHS[paragraph]} | {amount(value)} |"
        for (chapter, paragraph), value in BUDGET_CHANGES.items()
    )
    income = "\n".join(
        f"| {division} | {chapter} | {name} | {amount(value)} |"
        for division, chapter, name, value in _BUDGET_INCOME
    )
    return {
        "budget_increase": amount(sum(BUDGET_CHANGES.values())),
        "budget_rows": spending,
        "budget_income_rows": income,
    }


def _forecast_rows() -> str:
    """Return the long-term forecast, in which every year pays back the same part of the debt."""
    rows = []
    for place in range(_FORECAST_YEARS):
        year = STORY_YEAR + place
        income, debt = income_total(year), max(_DEBT - place * _REPAYMENT, 0)
        spending = spending_total(year) if place == 0 else income - _REPAYMENT * (debt > 0)
        cells = (income, spending, income - spending, debt)
        rows.append(f"| {year} | " + " | ".join(map(amount, cells)) + " |")
    return "\n".join(rows)


def _comparison_rows() -> str:
    """Return the rates of this year beside those of the draft."""
    return "\n".join(
        f"| {name} | {amount(now)} | {amount(then)} | +{amount(then - now)} |"
        for name, now, then in zip(
            _RATE_NAMES, PROPERTY_RATES[STORY_YEAR], _DRAFT_RATES, strict=True
        )
    )
