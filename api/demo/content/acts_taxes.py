"""Piechowice: taxes and fees, every autumn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from api.demo.content.act import DemoAct, DemoVotes, Status, votes
from api.demo.content.piechowice import PIECHOWICE
from api.demo.content.wording import amount, long_day

_KEYS = (
    "land_business", "land_water", "land_other", "land_renewal", "dwelling", "business", "seed",
    "health", "other",
)  # fmt: skip
# Tax year -> złoty a year for each key above; 2027 is the draft before the council now.
PROPERTY_RATES: Mapping[int, tuple[float, ...]] = {
    2019: (0.86, 4.60, 0.38, 3.00, 0.72, 21.60, 10.80, 4.70, 6.90),
    2020: (0.88, 4.70, 0.39, 3.05, 0.74, 22.10, 11.00, 4.80, 7.10),
    2021: (0.91, 4.85, 0.41, 3.15, 0.77, 22.90, 11.40, 4.95, 7.40),
    2022: (0.94, 5.00, 0.43, 3.25, 0.80, 23.60, 11.80, 5.10, 7.70),
    2023: (1.02, 5.50, 0.49, 3.60, 0.88, 25.90, 13.00, 5.60, 8.50),
    2024: (1.16, 6.30, 0.57, 4.10, 1.00, 29.40, 14.80, 6.40, 9.70),
    2025: (1.20, 6.50, 0.60, 4.25, 1.05, 30.20, 15.30, 6.60, 10.00),
    2026: (1.26, 6.80, 0.63, 4.45, 1.10, 31.50, 15.90, 6.90, 10.45),
}
_FIRST_TABLE_YEAR = 2022
_FLAT_M2 = 60


@dataclass(frozen=True, slots=True)
class _Autumn:
    """When the rates of a year were adopted."""

    session: int
    running: int
    day: date
    votes: DemoVotes


_AUTUMNS: Mapping[int, _Autumn] = {
    2019: _Autumn(2, 7, date(2018, 11, 29), votes(against=1, abstained=2)),
    2020: _Autumn(17, 101, date(2019, 11, 28), votes(abstained=3, absent=1)),
    2021: _Autumn(31, 185, date(2020, 11, 26), votes(against=2, absent=1)),
    2022: _Autumn(42, 260, date(2021, 11, 25), votes(against=1, abstained=1, absent=2)),
    2023: _Autumn(53, 333, date(2022, 11, 24), votes(against=4, abstained=2)),
    2024: _Autumn(64, 405, date(2023, 11, 30), votes(against=5, abstained=1, absent=1)),
    2025: _Autumn(12, 58, date(2024, 11, 28), votes(abstained=4, absent=1)),
    2026: _Autumn(32, 190, date(2025, 11, 27), votes(against=3, abstained=1)),
}
_TITLE = "w sprawie określenia wysokości stawek podatku od nieruchomości"


def property_rates(rates: tuple[float, ...]) -> dict[str, str]:
    """Return rates as the placeholders of a text."""
    return {key: amount(rate) for key, rate in zip(_KEYS, rates, strict=True)}


def _named(year: int) -> str:
    """Return how a later act names the one with the rates of a year."""
    autumn = _AUTUMNS[year]
    number = PIECHOWICE.number(session=autumn.session, running=autumn.running, year=autumn.day.year)
    return f"uchwała nr {number} Rady Miejskiej w Piechowicach z dnia {long_day(autumn.day)}"


def _property_tax(year: int) -> DemoAct:
    """Build the act with the rates of a tax year; each repeals the one before."""
    autumn = _AUTUMNS[year]
    rates, before = PROPERTY_RATES[year], PROPERTY_RATES.get(year - 1, PROPERTY_RATES[year])
    growth = rates[_KEYS.index("dwelling")] - before[_KEYS.index("dwelling")]
    repeals = (
        f"Traci moc {_named(year - 1)} {_TITLE}."
        if year - 1 in _AUTUMNS
        else "Traci moc dotychczasowa uchwała w sprawie stawek podatku od nieruchomości."
    )
    status: Status = "repealed" if year + 1 in _AUTUMNS else "in_force"
    basis = (
        f"{_named(year + 1)} ({'§ 3' if year + 1 >= _FIRST_TABLE_YEAR else '§ 2'})"
        if status == "repealed"
        else f"obowiązuje od 1 stycznia {year} r., nie została uchylona"
    )
    return DemoAct(
        body=PIECHOWICE,
        session=autumn.session,
        running=autumn.running,
        adopted_on=autumn.day,
        title=f"{_TITLE} na {year} rok" if year >= _FIRST_TABLE_YEAR else _TITLE,
        template="property_tax_b" if year >= _FIRST_TABLE_YEAR else "property_tax_a",
        votes=autumn.votes,
        file_stem=f"podatek od nieruchomości {year}",
        values=property_rates(rates)
        | {
            "tax_year": str(year),
            "repeals": repeals,
            "dwelling_growth": amount(growth),
            "flat_growth": amount(growth * _FLAT_M2),
            "revenue_effect": amount(round(growth * 2_900_000, -3)),
        },
        status=status,
        status_basis=basis,
    )


ACTS: tuple[DemoAct, ...] = (
    *map(_property_tax, _AUTUMNS),
    DemoAct(
        body=PIECHOWICE,
        session=2,
        running=9,
        adopted_on=date(2018, 11, 29),
        title="w sprawie wprowadzenia opłaty targowej i ustalenia jej dziennych stawek",
        template="market_fee",
        votes=votes(abstained=1),
        file_stem="opłata targowa",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=17,
        running=103,
        adopted_on=date(2019, 11, 28),
        title="w sprawie wprowadzenia opłaty od posiadania psów",
        template="dog_fee_2019",
        votes=votes(against=4, abstained=2, absent=1),
        file_stem="opłata od psów",
        status="repealed",
        status_basis="uchwała nr XXXI/187/2020 z dnia 26 listopada 2020 r. (§ 4)",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=31,
        running=187,
        adopted_on=date(2020, 11, 26),
        title="w sprawie określenia wysokości stawek opłaty od posiadania psów",
        template="dog_fee_2020",
        votes=votes(against=3, abstained=2, absent=1),
        file_stem="stawki opłaty od posiadania psów",
        status="in_force",
        status_basis="obowiązuje od 1 stycznia 2021 r., nie została uchylona",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=12,
        running=61,
        adopted_on=date(2024, 11, 28),
        title="w sprawie określenia wysokości stawek podatku od środków transportowych",
        template="transport_tax",
        votes=votes(abstained=1, absent=1),
        file_stem="podatek od środków transportowych",
    ),
)
"""The acts of this topic."""
