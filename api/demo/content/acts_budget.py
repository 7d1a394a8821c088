"""Piechowice: budgets every December, changes to them, and the mayor's account."""

from datetime import date

from api.demo.content.act import DemoAct, DemoVotes, votes
from api.demo.content.budget import budget_values, income_total, spending_total
from api.demo.content.piechowice import PIECHOWICE
from api.demo.content.wording import amount, rows

_FIRST_LONG_YEAR = 2023
_INVESTMENTS = (
    ("przebudowa ul. Nadrzecznej wraz z oświetleniem", 0.35),
    ("termomodernizacja Szkoły Podstawowej nr 1", 0.28),
    ("budowa chodnika przy ul. Pakoszowskiej", 0.17),
    ("modernizacja stacji uzdatniania wody", 0.12),
    ("doposażenie placów zabaw", 0.08),
)


def _investment_table(total: float, year: int) -> str:
    """Return the investments of a year as rows; every year drops one and shifts the rest."""
    tasks = [task for i, task in enumerate(_INVESTMENTS) if i != year % len(_INVESTMENTS)]
    whole = sum(share for _, share in tasks)
    lines = [
        f"| {i} | {name} | {amount(round(total * share / whole, -3))} |"
        for i, (name, share) in enumerate(tasks, 1)
    ]
    return "\n".join(["| Lp. | Zadanie | Nakłady (zł) |", *lines])


def _budget(year: int, session: int, running: int, day: date, vote: DemoVotes) -> DemoAct:
    """Build the budget resolution for a year."""
    long = year >= _FIRST_LONG_YEAR
    return DemoAct(
        body=PIECHOWICE,
        session=session,
        running=running,
        adopted_on=day,
        title=(
            f"w sprawie uchwalenia budżetu Gminy Miejskiej Piechowice na {year} rok"
            if long
            else f"w sprawie budżetu Gminy Miejskiej Piechowice na {year} rok"
        ),
        template="budget_b" if long else "budget_a",
        votes=vote,
        file_stem=f"budżet {year}",
        values=budget_values(year)
        | {"investment_table": _investment_table(spending_total(year) * 0.17, year)},
    )


_BUDGETS: tuple[DemoAct, ...] = (
    _budget(2019, 3, 18, date(2018, 12, 28), votes(abstained=1)),
    _budget(2020, 18, 112, date(2019, 12, 19), votes(against=1, abstained=2)),
    _budget(2021, 32, 198, date(2020, 12, 30), votes(abstained=2, absent=1)),
    _budget(2022, 43, 274, date(2021, 12, 30), votes(against=2, absent=2)),
    _budget(2023, 54, 346, date(2022, 12, 29), votes(against=3, abstained=1)),
    _budget(2024, 65, 417, date(2023, 12, 28), votes(against=4, abstained=1)),
    _budget(2025, 14, 73, date(2024, 12, 19), votes(abstained=3)),
    _budget(2026, 34, 208, date(2025, 12, 18), votes(against=2, abstained=2)),
)


_CHANGES: tuple[DemoAct, ...] = (
    DemoAct(
        body=PIECHOWICE,
        session=46,
        running=290,
        adopted_on=date(2022, 3, 31),
        title="w sprawie zmian w budżecie Gminy Miejskiej Piechowice na 2022 rok",
        template="budget_change",
        votes=votes(absent=1),
        file_stem="zmiany w budżecie marzec 2022",
        values={
            "year": "2022",
            "increase": amount(318_400),
            "changes": rows(
                "| 852 | 85295 | zakwaterowanie i wyżywienie uchodźców | +196 000,00 |",
                "| 801 | 80101 | oddział przygotowawczy w Szkole nr 1 | +84 400,00 |",
                "| 754 | 75421 | transport i koordynacja pomocy | +38 000,00 |",
            ),
            "sources": "są środki Funduszu Pomocy oraz darowizny mieszkańców i miast partnerskich.",
            "reasons": "Od końca lutego 2022 r. w pensjonatach i domach prywatnych w Piechowicach"
            " i Michałowicach schronienie znalazło ponad 160 osób uciekających przed wojną"
            " w Ukrainie. Zmiana zabezpiecza środki na zakwaterowanie, wyżywienie, naukę dzieci"
            " oraz dowóz. Wydatki mają pełne pokrycie w dochodach celowych.",
        },
    ),
    DemoAct(
        body=PIECHOWICE,
        session=52,
        running=326,
        adopted_on=date(2026, 10, 29),
        title="w sprawie zmian w budżecie Gminy Miejskiej Piechowice na 2026 rok",
        template="budget_change",
        votes=votes(abstained=2, absent=1),
        file_stem="zmiany w budżecie październik 2026",
        values={
            "year": "2026",
            "increase": amount(742_000),
            "changes": rows(
                "| 600 | 60016 | remont nawierzchni ul. Cmentarnej | +410 000,00 |",
                "| 900 | 90015 | wymiana opraw oświetlenia ulicznego na ledowe | +212 000,00 |",
                "| 926 | 92601 | naprawa trybun stadionu miejskiego | +75 000,00 |",
                "| 921 | 92116 | zakup nowości wydawniczych do biblioteki | +45 000,00 |",
            ),
            "sources": "są ponadplanowe wpływy z podatku od czynności cywilnoprawnych"
            " oraz dofinansowanie Rządowego Funduszu Rozwoju Dróg.",
            "reasons": "Umowę o dofinansowanie remontu ul. Cmentarnej podpisano we wrześniu."
            " Wymiana opraw na energooszczędne pozwoli obniżyć rachunki za oświetlenie"
            " uliczne o około 90 000 zł rocznie. Trybuny stadionu wyłączono z użytkowania"
            " po przeglądzie pięcioletnim.",
        },
        status="adopted",
        status_basis="uchwalona na LII sesji; trwa okres nadzoru Regionalnej Izby Obrachunkowej",
        form="docx",
    ),
)


def _discharge(
    year: int, session: int, running: int, day: date, vote: DemoVotes, values: dict[str, str]
) -> DemoAct:
    """Build the discharge for the budget of a year."""
    income, spending = income_total(year), spending_total(year)
    percent_income, percent_spending = 98.6 + year % 3, 94.2 + year % 4
    return DemoAct(
        body=PIECHOWICE,
        session=session,
        running=running,
        adopted_on=day,
        title=f"w sprawie udzielenia Burmistrzowi Miasta Piechowice absolutorium za {year} rok",
        template="discharge",
        votes=vote,
        file_stem=f"absolutorium {year}",
        values={
            "report_year": str(year),
            "plan_income": amount(income),
            "done_income": amount(round(income * percent_income / 100)),
            "percent_income": f"{percent_income:.1f}".replace(".", ","),
            "plan_spending": amount(spending),
            "done_spending": amount(round(spending * percent_spending / 100)),
            "percent_spending": f"{percent_spending:.1f}".replace(".", ","),
        }
        | values,
    )


_ACCOUNTS: tuple[DemoAct, ...] = (
    DemoAct(
        body=PIECHOWICE,
        session=11,
        running=66,
        adopted_on=date(2019, 6, 27),
        title="w sprawie udzielenia Burmistrzowi Miasta Piechowice wotum zaufania",
        template="confidence",
        votes=votes(against=3, abstained=2),
        file_stem="wotum zaufania 2018",
        values={
            "report_year": "2018",
            "debate": "W debacie głos zabrało siedmioro radnych i dwoje mieszkańców zgłoszonych"
            " zgodnie z art. 28aa ust. 6 i 7 ustawy.",
            "summary": "Była to pierwsza debata nad raportem w historii Gminy. Radni pytali"
            " o stan dróg w Górzyńcu, kolejkę oczekujących na mieszkania i połączenia kolejowe.",
        },
        status="expired",
        status_basis="uchwała jednorazowa, wykonana z dniem podjęcia",
    ),
    _discharge(
        2018,
        11,
        67,
        date(2019, 6, 27),
        votes(abstained=3),
        {
            "committee_day": "23 maja 2019 r.",
            "remark": "Komisja zwróciła uwagę na niskie wykonanie wydatków majątkowych, wynikające"
            " z dwukrotnego unieważnienia przetargu na przebudowę mostu.",
            "caveat": "",
        },
    ),
    _discharge(
        2023,
        5,
        21,
        date(2024, 6, 27),
        votes(against=1, abstained=4),
        {
            "committee_day": "3 czerwca 2024 r.",
            "remark": "Wniosek dotyczy roku, w którym Burmistrz pełnił funkcję w poprzedniej"
            " kadencji; Komisja nie stwierdziła naruszenia dyscypliny finansów publicznych.",
            "caveat": " z uwagą dotyczącą wzrostu zaległości podatkowych",
        },
    ),
    DemoAct(
        body=PIECHOWICE,
        session=24,
        running=138,
        adopted_on=date(2025, 6, 26),
        title="w sprawie udzielenia Burmistrzowi Miasta Piechowice wotum zaufania",
        template="confidence",
        votes=votes(against=2, abstained=3, absent=1),
        file_stem="wotum zaufania 2024",
        values={
            "report_year": "2024",
            "debate": "Debata trwała dwie godziny i czterdzieści minut. Głos zabrało dziewięcioro"
            " radnych i pięcioro mieszkańców.",
            "summary": "Najwięcej wypowiedzi dotyczyło odpadów komunalnych, ruchu samochodowego"
            " w Michałowicach oraz zabezpieczenia przeciwpowodziowego nad Kamienną.",
        },
    ),
    _discharge(
        2025,
        44,
        271,
        date(2026, 6, 25),
        votes(abstained=4, absent=1),
        {
            "committee_day": "28 maja 2026 r.",
            "remark": "Dochody z opłat za odpady pokryły koszty systemu po raz pierwszy od trzech"
            " lat.",
            "caveat": "",
        },
    ),
)


ACTS: tuple[DemoAct, ...] = (
    *_BUDGETS,
    *_CHANGES,
    *_ACCOUNTS,
)
"""The acts of this topic."""
