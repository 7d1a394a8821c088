"""Piechowice: statutes, the council's own affairs, housing, petitions."""

from datetime import date

from api.demo.content.act import DemoAct, votes
from api.demo.content.piechowice import PIECHOWICE

_ELECTIONS: tuple[DemoAct, ...] = (
    DemoAct(
        body=PIECHOWICE,
        session=1,
        running=1,
        adopted_on=date(2018, 11, 20),
        title="w sprawie wyboru Przewodniczącego Rady Miejskiej w Piechowicach",
        template="election",
        votes=votes(against=4),
        file_stem="wybór Przewodniczącego",
        values={
            "office": "Przewodniczącego",
            "chosen_verb": "został wybrany radny",
            "person": "Zenon Ligęzowski",
            "voters": "15",
            "candidates": "Zgłoszono jednego kandydata, który otrzymał 11 głosów za; oddano"
            " 4 głosy przeciw.",
            "seniority": "Najstarszy wiekiem radny, prowadzący obrady",
        },
        status="expired",
        status_basis="upływ VIII kadencji Rady",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=1,
        running=1,
        adopted_on=date(2024, 5, 7),
        title="w sprawie wyboru Przewodniczącej Rady Miejskiej w Piechowicach",
        template="election",
        votes=votes(against=6),
        file_stem="wybór Przewodniczącej",
        values={
            "office": "Przewodniczącą",
            "chosen_verb": "została wybrana radna",
            "person": "Bogumiła Świerkosz",
            "voters": "15",
            "candidates": "Zgłoszono dwoje kandydatów. Bogumiła Świerkosz otrzymała 9 głosów,"
            " Olga Mżykowska – 6 głosów.",
            "seniority": "Najstarsza wiekiem radna, prowadząca obrady",
        },
    ),
)


_STATUTES: tuple[DemoAct, ...] = (
    DemoAct(
        body=PIECHOWICE,
        session=14,
        running=84,
        adopted_on=date(2019, 9, 26),
        title="w sprawie uchwalenia Statutu Gminy Miejskiej Piechowice",
        template="statute",
        votes=votes(abstained=1, absent=1),
        file_stem="Statut Gminy",
        status="in_force_amended",
        status_basis="zmieniona uchwałą nr X/47/2024 z dnia 24 października 2024 r.",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=10,
        running=47,
        adopted_on=date(2024, 10, 24),
        title="w sprawie zmiany Statutu Gminy Miejskiej Piechowice",
        template="statute_change",
        votes=votes(abstained=2),
        file_stem="zmiana Statutu",
        status="in_force",
        status_basis="ogłoszona w Dzienniku Urzędowym Województwa Dolnośląskiego",
        form="odt",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=40,
        running=246,
        adopted_on=date(2021, 9, 30),
        title="w sprawie nadania statutu Osiedlu Michałowice",
        template="district_statute",
        votes=votes(absent=2),
        file_stem="Statut Osiedla Michałowice",
        values={
            "district_gen": "Osiedla Michałowice",
            "area": "Osiedle Michałowice obejmuje obszar Gminy położony powyżej granicy lasu,"
            " z ulicami Kolonijną, Szkolną Górną, Sudecką i Śnieżną.",
            "assembly": "ogólne zebranie mieszkańców osiedla",
            "executive": "pięcioosobowy zarząd, na którego czele stoi przewodniczący",
            "elections": "Zebranie wyborcze zwołuje {mayor} nie później niż w ciągu sześciu"
            " miesięcy od pierwszej sesji nowej kadencji.",
            "quorum": "jednej dziesiątej",
        },
    ),
)


_HOUSING: tuple[DemoAct, ...] = (
    DemoAct(
        body=PIECHOWICE,
        session=45,
        running=312,
        adopted_on=date(2018, 2, 28),
        title="w sprawie zasad wynajmowania lokali wchodzących w skład mieszkaniowego zasobu Gminy"
        " Miejskiej Piechowice",
        template="tenancy_2018",
        votes=votes(abstained=1),
        file_stem="zasady wynajmowania lokali",
        status="repealed",
        status_basis="uchwała nr XVII/94/2025 z dnia 27 lutego 2025 r. (§ 7)",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=17,
        running=94,
        adopted_on=date(2025, 2, 27),
        title="w sprawie zasad wynajmowania lokali mieszkalnych z zasobu Gminy Miejskiej Piechowice"
        " oraz kryteriów oceny wniosków",
        template="tenancy_2025",
        votes=votes(against=1, abstained=2),
        file_stem="zasady najmu lokali",
        status="in_force",
        status_basis="ogłoszona w Dzienniku Urzędowym Województwa Dolnośląskiego, nie została"
        " uchylona",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=51,
        running=349,
        adopted_on=date(2018, 9, 27),
        title="w sprawie ustalenia maksymalnej liczby zezwoleń na sprzedaż napojów alkoholowych"
        " oraz zasad usytuowania miejsc ich sprzedaży",
        template="alcohol_permits",
        votes=votes(against=2, abstained=1, absent=1),
        file_stem="zezwolenia alkohol",
    ),
)


_OTHER: tuple[DemoAct, ...] = (
    DemoAct(
        body=PIECHOWICE,
        session=56,
        running=358,
        adopted_on=date(2023, 2, 23),
        title="w sprawie diet radnych oraz zwrotu kosztów podróży służbowych",
        template="allowances",
        votes=votes(against=2, abstained=4),
        file_stem="diety radnych",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=34,
        running=209,
        adopted_on=date(2021, 2, 25),
        title="w sprawie rozpatrzenia petycji dotyczącej przejścia dla pieszych na ul. Tysiąclecia",
        template="petition_crossing",
        votes=votes(absent=1),
        file_stem="petycja przejście dla pieszych",
        status="expired",
        status_basis="wykonana: przejście wyznaczono w lipcu 2021 r.",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=47,
        running=288,
        adopted_on=date(2026, 8, 27),
        title="w sprawie rozpatrzenia petycji dotyczącej ścieżki nad Kamienną",
        template="petition_path",
        votes=votes(against=4, abstained=1, absent=1),
        file_stem="petycja ścieżka nad Kamienną",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=22,
        running=125,
        adopted_on=date(2025, 5, 29),
        title="w sprawie regulaminu korzystania z placów zabaw i terenów rekreacyjnych",
        template="playgrounds",
        votes=votes(abstained=1, absent=1),
        file_stem="regulamin placów zabaw",
        status="declared_invalid",
        status_basis="rozstrzygnięcie nadzorcze Wojewody Dolnośląskiego z dnia 3 lipca 2025 r."
        " (przekroczenie upoważnienia w § 5)",
    ),
)


ACTS: tuple[DemoAct, ...] = (
    *_ELECTIONS,
    *_STATUTES,
    *_HOUSING,
    *_OTHER,
)
"""The acts of this topic."""
