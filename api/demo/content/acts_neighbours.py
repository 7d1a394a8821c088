"""A handful of acts for each of the three small councils."""

from datetime import date

from api.demo.content.act import DemoAct, votes
from api.demo.content.neighbours import LUBOMIERZ, MIRSK, WLEN

_LUBOMIERZ: tuple[DemoAct, ...] = (
    DemoAct(
        body=LUBOMIERZ,
        session=4,
        running=31,
        adopted_on=date(2019, 3, 14),
        title="w sprawie wyodrębnienia funduszu sołeckiego na 2020 rok",
        template="village_fund",
        votes=votes(absent=2),
        file_stem="fundusz sołecki",
        values={
            "decision": "Wyraża się zgodę na wyodrębnienie w budżecie Gminy Lubomierz na 2020 rok"
            " środków stanowiących fundusz sołecki.",
            "reasons": "Sołectwa korzystają z funduszu od pięciu lat. W 2018 r. wykonano z jego"
            " środków 34 przedsięwzięcia: remonty świetlic, wiat przystankowych i placów zabaw"
            " oraz oświetlenie skrzyżowań. Część wydatków zwraca budżet państwa.",
        },
    ),
    DemoAct(
        body=LUBOMIERZ,
        session=23,
        running=142,
        adopted_on=date(2020, 12, 10),
        title="w sprawie nadania Statutu Miejsko-Gminnej Bibliotece Publicznej w Lubomierzu",
        template="library",
        votes=votes(),
        file_stem="statut biblioteki",
        values={
            "library_gen": "Miejsko-Gminnej Biblioteki Publicznej w Lubomierzu",
            "branches": "w Pławnej i w Milęcicach",
        },
        status="in_force",
        status_basis="nie została uchylona ani zmieniona",
    ),
    DemoAct(
        body=LUBOMIERZ,
        session=41,
        running=268,
        adopted_on=date(2022, 6, 23),
        title="w sprawie nadania statutu Sołectwu Wojciechów",
        template="district_statute",
        votes=votes(abstained=1, absent=1),
        file_stem="statut sołectwa Wojciechów",
        values={
            "district_gen": "Sołectwa Wojciechów",
            "area": "Sołectwo obejmuje wieś Wojciechów wraz z przysiółkiem i przylegającymi polami,"
            " od granicy lasu do drogi powiatowej.",
            "assembly": "zebranie wiejskie",
            "executive": "sołtys, którego wspomaga trzyosobowa rada sołecka",
            "elections": "Zebranie wyborcze zwołuje {mayor} nie później niż w ciągu czterech"
            " miesięcy od dnia wyborów do Rady.",
            "quorum": "jednej piątej",
        },
    ),
    DemoAct(
        body=LUBOMIERZ,
        session=9,
        running=61,
        adopted_on=date(2025, 2, 20),
        title="w sprawie zasad udzielania dotacji celowych na wymianę źródeł ciepła",
        template="heating",
        votes=votes(abstained=2),
        file_stem="dotacje wymiana pieców",
        status="in_force",
        status_basis="ogłoszona w Dzienniku Urzędowym Województwa Dolnośląskiego, nie została"
        " uchylona",
    ),
    DemoAct(
        body=LUBOMIERZ,
        session=22,
        running=139,
        adopted_on=date(2026, 4, 16),
        title="w sprawie wydzierżawienia nieruchomości przy placu Wolności na czas festiwalu",
        template="lease",
        votes=votes(against=1, absent=1),
        file_stem="dzierżawa festiwal",
        values={
            "purpose": "Wyraża się zgodę na zawarcie w trybie bezprzetargowym umowy dzierżawy na"
            " czas organizacji festiwalu filmowego, każdego roku w sierpniu, do 2030 r.",
            "plots": "| 204/1 | Lubomierz 2 | 3 150 | sceny, widownia i stoiska | 9 000,00 |",
            "reasons": "Festiwal przyciąga corocznie kilkanaście tysięcy osób. Stała, wieloletnia"
            " umowa ułatwi organizatorowi ubieganie się o środki zewnętrzne.",
        },
    ),
)


_MIRSK: tuple[DemoAct, ...] = (
    DemoAct(
        body=MIRSK,
        session=12,
        running=74,
        adopted_on=date(2019, 10, 24),
        title="w sprawie ustalenia stawki opłaty miejscowej",
        template="local_fee",
        votes=votes(against=2, absent=1),
        file_stem="opłata miejscowa",
        values={
            "rate": "2,10",
            "places": "Rębiszów, Gierczyn, Kamień i Przecznica",
            "tax_year": "2020",
        },
    ),
    DemoAct(
        body=MIRSK,
        session=35,
        running=221,
        adopted_on=date(2021, 9, 16),
        title="w sprawie uznania lipy drobnolistnej w Giebułtowie za pomnik przyrody",
        template="nature_monument",
        votes=votes(),
        file_stem="pomnik przyrody lipa",
        values={
            "tree": "lipę drobnolistną o obwodzie pnia 487 cm, rosnącą przy drodze gminnej"
            " w Giebułtowie, o nazwie „Lipa Tkaczy”",
            "reasons": "Wiek drzewa ocenia się na 280 lat. Pod lipą spotykali się dawniej tkacze,"
            " a dziś odbywają się tu wiejskie święta. Stan zdrowotny jest dobry, ubytek u podstawy"
            " pnia nie zagraża statyce.",
        },
        status="in_force",
        status_basis="ogłoszona w Dzienniku Urzędowym Województwa Dolnośląskiego, nie została"
        " uchylona",
    ),
    DemoAct(
        body=MIRSK,
        session=48,
        running=305,
        adopted_on=date(2023, 3, 23),
        title="w sprawie niewyrażenia zgody na wyodrębnienie funduszu sołeckiego na 2024 rok",
        template="village_fund",
        votes=votes(against=5, abstained=2),
        file_stem="fundusz sołecki 2024",
        values={
            "decision": "Nie wyraża się zgody na wyodrębnienie w budżecie Gminy Mirsk na 2024 rok"
            " środków stanowiących fundusz sołecki.",
            "reasons": "W budżecie przewidziano odrębną rezerwę na inicjatywy wsi, rozdzielaną"
            " według jednolitych zasad dla wszystkich sołectw, dlatego odrębny fundusz oznaczałby"
            " podwójne finansowanie tych samych zadań.",
        },
        status="expired",
        status_basis="dotyczyła wyłącznie budżetu na 2024 rok",
    ),
    DemoAct(
        body=MIRSK,
        session=11,
        running=70,
        adopted_on=date(2025, 3, 27),
        title="w sprawie wymiany źródeł ciepła i zasad udzielania dotacji mieszkańcom",
        template="heating",
        votes=votes(abstained=1),
        file_stem="dotacje źródła ciepła",
    ),
)


_WLEN: tuple[DemoAct, ...] = (
    DemoAct(
        body=WLEN,
        session=14,
        running=102,
        adopted_on=date(2019, 11, 28),
        title="w sprawie nadania Statutu Bibliotece Publicznej Miasta i Gminy Wleń",
        template="library",
        votes=votes(absent=1),
        file_stem="statut biblioteki",
        values={
            "library_gen": "Biblioteki Publicznej Miasta i Gminy Wleń",
            "branches": "w Pilchowicach i w Bełczynie",
        },
    ),
    DemoAct(
        body=WLEN,
        session=29,
        running=188,
        adopted_on=date(2021, 6, 17),
        title="w sprawie ustanowienia pomnikiem przyrody dębu szypułkowego pod Górą Zamkową",
        template="nature_monument",
        votes=votes(),
        file_stem="pomnik przyrody dąb",
        values={
            "tree": "dąb szypułkowy o obwodzie pnia 542 cm, rosnący u podnóża Góry Zamkowej, przy"
            " szlaku do ruin grodu Wleń",
            "reasons": "Drzewo jest jednym z najgrubszych dębów nad Bobrem i widocznym z daleka"
            " znakiem krajobrazu doliny. W koronie stwierdzono stanowisko chronionych chrząszczy.",
        },
        status="in_force",
        status_basis="ogłoszona w Dzienniku Urzędowym Województwa Dolnośląskiego, nie została"
        " uchylona",
    ),
    DemoAct(
        body=WLEN,
        session=44,
        running=290,
        adopted_on=date(2022, 10, 20),
        title="w sprawie opłaty miejscowej na terenie miasta Wleń i wsi nad Jeziorem Pilchowickim",
        template="local_fee",
        votes=votes(against=3, abstained=1),
        file_stem="opłata miejscowa",
        values={"rate": "2,60", "places": "Wleń, Pilchowice i Radomice", "tax_year": "2023"},
        status="in_force",
        status_basis="obowiązuje od 1 stycznia 2023 r., nie została uchylona",
    ),
    DemoAct(
        body=WLEN,
        session=16,
        running=104,
        adopted_on=date(2025, 6, 26),
        title="w sprawie wydzierżawienia gruntu pod wieżę widokową w Kleczy",
        template="lease",
        votes=votes(abstained=2, absent=1),
        file_stem="dzierżawa wieża widokowa",
        values={
            "purpose": "Wyraża się zgodę na wydzierżawienie w trybie bezprzetargowym, na okres"
            " 15 lat, gruntu pod budowę drewnianej wieży widokowej.",
            "plots": "| 77/3 | Klecza | 420 | wieża widokowa i miejsce odpoczynku | 600,00 |",
            "reasons": "Wieżę wybuduje stowarzyszenie ze środków programu rozwoju obszarów"
            " wiejskich. Wstęp będzie bezpłatny, a Gmina zyska nowy punkt na szlaku.",
        },
    ),
)


ACTS: tuple[DemoAct, ...] = (
    *_LUBOMIERZ,
    *_MIRSK,
    *_WLEN,
)
"""The acts of this topic."""
