"""Piechowice: schools, associations, sport, waste, water, animals, help for others."""

from datetime import date

from api.demo.content.act import DemoAct, votes
from api.demo.content.piechowice import PIECHOWICE

_WASTE: tuple[DemoAct, ...] = (
    DemoAct(
        body=PIECHOWICE,
        session=26,
        running=151,
        adopted_on=date(2020, 6, 25),
        title="w sprawie uchwalenia Regulaminu utrzymania czystości i porządku na terenie Gminy"
        " Miejskiej Piechowice",
        template="cleanliness",
        votes=votes(abstained=1),
        file_stem="regulamin czystości",
        status="in_force",
        status_basis="ogłoszona w Dzienniku Urzędowym Województwa Dolnośląskiego, nie została"
        " uchylona",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=26,
        running=152,
        adopted_on=date(2020, 6, 25),
        title="w sprawie wyboru metody ustalenia opłaty za gospodarowanie odpadami komunalnymi"
        " oraz ustalenia stawki tej opłaty",
        template="waste_rate_a",
        votes=votes(against=5, abstained=2),
        file_stem="opłata za odpady 2020",
        status="repealed",
        status_basis="uchwała nr LI/319/2022 z dnia 29 września 2022 r. (§ 4)",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=51,
        running=319,
        adopted_on=date(2022, 9, 29),
        title="w sprawie ustalenia stawek opłaty za gospodarowanie odpadami komunalnymi",
        template="waste_rate_b",
        votes=votes(against=4, abstained=3, absent=1),
        file_stem="opłata za odpady 2023",
        values={
            "tax_year": "2023",
            "rate": "32,00",
            "rate_compost": "29,00",
            "rate_high": "64,00",
            "rate_lodge": "180,00",
            "repeals": "Traci moc uchwała nr XXVI/152/2020 Rady Miejskiej w Piechowicach z dnia"
            " 25 czerwca 2020 r. w sprawie wyboru metody ustalenia opłaty za gospodarowanie"
            " odpadami komunalnymi oraz ustalenia stawki tej opłaty.",
            "costs": "| odbiór i transport odpadów | 824 000,00 |\n"
            "| zagospodarowanie odpadów | 910 000,00 |\n"
            "| punkt selektywnego zbierania | 112 000,00 |\n"
            "| obsługa administracyjna | 96 000,00 |\n| Razem | 1 942 000,00 |",
            "people": "5 057",
        },
        status="repealed",
        status_basis="uchwała nr XXX/179/2025 z dnia 30 października 2025 r. (§ 4)",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=30,
        running=179,
        adopted_on=date(2025, 10, 30),
        title="w sprawie ustalenia stawek opłaty za gospodarowanie odpadami komunalnymi"
        " oraz zwolnień dla rodzin wielodzietnych",
        template="waste_rate_b",
        votes=votes(against=3, abstained=4),
        file_stem="opłata za odpady 2026",
        values={
            "tax_year": "2026",
            "rate": "37,00",
            "rate_compost": "34,00",
            "rate_high": "74,00",
            "rate_lodge": "214,00",
            "repeals": "Traci moc uchwała nr LI/319/2022 Rady Miejskiej w Piechowicach z dnia"
            " 29 września 2022 r. w sprawie ustalenia stawek opłaty za gospodarowanie odpadami"
            " komunalnymi.",
            "costs": "| odbiór i transport odpadów | 968 000,00 |\n"
            "| zagospodarowanie odpadów | 1 004 000,00 |\n"
            "| punkt selektywnego zbierania | 131 000,00 |\n"
            "| obsługa administracyjna | 104 000,00 |\n| Razem | 2 207 000,00 |",
            "people": "4 971",
        },
        status="in_force",
        status_basis="obowiązuje od 1 stycznia 2026 r., nie została uchylona",
    ),
)


_ASSOCIATIONS: tuple[DemoAct, ...] = (
    DemoAct(
        body=PIECHOWICE,
        session=42,
        running=263,
        adopted_on=date(2021, 11, 25),
        title="w sprawie przyjęcia Rocznego programu współpracy Gminy Miejskiej Piechowice"
        " z organizacjami pozarządowymi na 2022 rok",
        template="ngo",
        votes=votes(absent=2),
        file_stem="program współpracy 2022",
        values={
            "year": "2022",
            "next_year": "2023",
            "goal": "odbudowa działalności organizacji po czasie epidemii oraz integracja osób"
            " starszych",
            "tasks": "| 1 | szkolenie sportowe dzieci i młodzieży | 90 000,00 |\n"
            "| 2 | klub seniora i zajęcia międzypokoleniowe | 25 000,00 |\n"
            "| 3 | chór i orkiestra dęta | 18 000,00 |\n| 4 | ratownictwo górskie | 12 000,00 |",
        },
        status="expired",
        status_basis="upływ okresu obowiązywania z dniem 31 grudnia 2022 r.",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=32,
        running=194,
        adopted_on=date(2025, 11, 27),
        title="w sprawie uchwalenia Rocznego programu współpracy Gminy Miejskiej Piechowice"
        " z organizacjami pozarządowymi na 2026 rok",
        template="ngo",
        votes=votes(absent=1),
        file_stem="program współpracy 2026",
        values={
            "year": "2026",
            "next_year": "2027",
            "goal": "wzmocnienie organizacji działających na osiedlach oraz wspólne przygotowanie"
            " mieszkańców na sytuacje kryzysowe",
            "tasks": "| 1 | szkolenie sportowe dzieci i młodzieży | 120 000,00 |\n"
            "| 2 | usługi sąsiedzkie dla osób samotnych | 48 000,00 |\n"
            "| 3 | ochrona tradycji szklarskich | 22 000,00 |\n"
            "| 4 | kursy pierwszej pomocy i obrony cywilnej | 20 000,00 |\n"
            "| 5 | opieka nad szlakami turystycznymi | 15 000,00 |",
        },
    ),
    DemoAct(
        body=PIECHOWICE,
        session=60,
        running=384,
        adopted_on=date(2023, 6, 29),
        title="w sprawie zasad przyznawania stypendiów sportowych",
        template="sport_awards",
        votes=votes(absent=1),
        file_stem="stypendia sportowe",
        status="in_force",
        status_basis="ogłoszona w Dzienniku Urzędowym Województwa Dolnośląskiego, nie została"
        " uchylona",
    ),
)


ACTS: tuple[DemoAct, ...] = (
    *_WASTE,
    *_ASSOCIATIONS,
    DemoAct(
        body=PIECHOWICE,
        session=8,
        running=44,
        adopted_on=date(2019, 3, 28),
        title="w sprawie ustalenia planu sieci publicznych szkół podstawowych oraz granic ich"
        " obwodów",
        template="school_network",
        votes=votes(abstained=2, absent=1),
        file_stem="sieć szkół",
        form="docx",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=8,
        running=38,
        adopted_on=date(2024, 9, 26),
        title="w sprawie udzielenia pomocy finansowej Gminie Lądek-Zdrój na usuwanie skutków"
        " powodzi",
        template="flood_aid",
        votes=votes(),
        file_stem="pomoc dla Lądka-Zdroju",
        status="expired",
        status_basis="wykonana: dotację przekazano i rozliczono",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=37,
        running=227,
        adopted_on=date(2026, 2, 26),
        title="w sprawie przyjęcia Programu opieki nad zwierzętami bezdomnymi oraz zapobiegania"
        " bezdomności zwierząt w 2026 roku",
        template="animals",
        votes=votes(abstained=1),
        file_stem="program opieki nad zwierzętami",
        values={"year": "2026"},
        form="odt",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=39,
        running=241,
        adopted_on=date(2026, 3, 26),
        title="w sprawie uchwalenia Regulaminu dostarczania wody i odprowadzania ścieków",
        template="water_rules",
        votes=votes(abstained=2, absent=1),
        file_stem="regulamin wody i ścieków",
        status="in_force",
        status_basis="ogłoszona w Dzienniku Urzędowym Województwa Dolnośląskiego, nie została"
        " uchylona",
    ),
)
"""The acts of this topic."""
