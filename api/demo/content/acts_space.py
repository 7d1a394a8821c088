"""Piechowice: local plans, property, streets, roads."""

from datetime import date

from api.demo.content.act import DemoAct, DemoVotes, Status, votes
from api.demo.content.piechowice import PIECHOWICE


def _plan(
    session: int,
    running: int,
    day: date,
    vote: DemoVotes,
    area: str,
    stem: str,
    values: dict[str, str],
    status: tuple[Status, str] = ("unknown", ""),
) -> DemoAct:
    """Build the resolution on a local plan; `area` is in the genitive."""
    return DemoAct(
        body=PIECHOWICE,
        session=session,
        running=running,
        adopted_on=day,
        title=f"w sprawie uchwalenia miejscowego planu zagospodarowania przestrzennego {area}",
        template="mpzp",
        votes=vote,
        file_stem=f"MPZP {stem}",
        values={"area": area} | values,
        status=status[0],
        status_basis=status[1],
    )


_PLANS: tuple[DemoAct, ...] = (
    _plan(
        21,
        127,
        date(2020, 2, 27),
        votes(abstained=2),
        "dla terenu w rejonie ulic Kryształowej i Nadrzecznej",
        "Kryształowa-Nadrzeczna",
        {
            "hectares": "14,6",
            "zones": "| MW | zabudowa mieszkaniowa wielorodzinna | 3,9 |\n"
            "| U/P | usługi i produkcja na terenie dawnej huty | 5,2 |\n"
            "| ZP | zieleń urządzona nad rzeką | 3,1 |\n"
            "| KD-D | drogi publiczne dojazdowe | 2,4 |",
            "nature": "Wzdłuż rzeki Kamiennej zachowuje się pas zieleni o szerokości co najmniej"
            " 15 m, wolny od zabudowy i ogrodzeń.",
            "heritage": "Ochroną konserwatorską obejmuje się halę szlifierni z 1890 r.:"
            " zachowuje się bryłę, detal ceglany i podziały okien.",
            "intensity": "1,2",
            "green": "25",
            "height": "14",
            "storeys": "cztery kondygnacje",
            "plot": "1200",
            "road": "ul. Kryształowej przez istniejący zjazd",
            "rate": "30",
            "vacatio": "14",
            "remarks": "W terminie wniesiono cztery uwagi. Uwzględniono trzy, dotyczące szerokości"
            " ciągu pieszego nad rzeką. Nie uwzględniono uwagi o podniesieniu wysokości zabudowy"
            " do 18 m, ponieważ zasłoniłaby widok na kościół od strony stacji kolejowej.",
            "works": "przebudowę kanalizacji deszczowej i budowę kładki dla pieszych",
        },
        (
            "in_force",
            (
                "ogłoszona w Dzienniku Urzędowym Województwa Dolnośląskiego, nie została"
                " uchylona ani zmieniona"
            ),
        ),
    ),
    _plan(
        58,
        371,
        date(2023, 4, 27),
        votes(against=2, abstained=3),
        "dla Osiedla Piastów",
        "Osiedle Piastów",
        {
            "hectares": "38,2",
            "zones": "| MN | zabudowa mieszkaniowa jednorodzinna | 21,7 |\n"
            "| MN/U | zabudowa mieszkaniowa z usługami | 4,5 |\n"
            "| R | tereny rolnicze, bez prawa zabudowy | 8,3 |\n"
            "| KDW | drogi wewnętrzne | 3,7 |",
            "nature": "Zachowuje się szpaler jaworów przy drodze do lasu oraz zadrzewienia"
            " śródpolne; dopuszcza się wyłącznie cięcia sanitarne.",
            "heritage": "Na obszarze planu nie występują zabytki; w razie odkrycia przedmiotu"
            " o cechach zabytku stosuje się przepisy odrębne.",
            "intensity": "0,5",
            "green": "60",
            "height": "9",
            "storeys": "dwie kondygnacje, w tym poddasze",
            "plot": "1000",
            "road": "drogi wewnętrznej KDW, połączonej z ul. Jeleniogórską",
            "rate": "20",
            "vacatio": "30",
            "remarks": "Wniesiono dwanaście uwag, z których nie uwzględniono siedmiu. Dotyczyły"
            " zmniejszenia działek do 600 m² oraz dopuszczenia zabudowy szeregowej, sprzecznych"
            " z ekstensywnym charakterem osiedla.",
            "works": "rozbudowę sieci wodociągowej i oświetlenie dróg wewnętrznych",
        },
    ),
    _plan(
        20,
        112,
        date(2025, 4, 24),
        votes(abstained=1, absent=2),
        "dla terenu zabudowy usługowej przy ul. Pakoszowskiej",
        "Pakoszowska",
        {
            "hectares": "6,1",
            "zones": "| U | usługi, w tym handel do 400 m² sprzedaży | 3,4 |\n"
            "| IT | infrastruktura techniczna – punkt zbierania odpadów | 0,9 |\n"
            "| ZI | zieleń izolacyjna | 1,8 |",
            "nature": "Od strony zabudowy mieszkaniowej urządza się pas zieleni izolacyjnej"
            " z gatunków zimozielonych, o szerokości co najmniej 8 m.",
            "heritage": "Ustala się strefę obserwacji archeologicznej w granicach zespołu"
            " pałacowego w Pakoszowie.",
            "intensity": "0,8",
            "green": "30",
            "height": "10",
            "storeys": "dwie kondygnacje",
            "plot": "800",
            "road": "ul. Pakoszowskiej, jednym wspólnym zjazdem",
            "rate": "25",
            "vacatio": "14",
            "remarks": "Uwag nie wniesiono.",
            "works": "budowę odcinka chodnika o długości 210 m",
        },
        (
            "in_force_amended",
            (
                "zmieniona uchwałą nr XLIX/301/2026 z dnia 24 września 2026 r."
                " w zakresie obsługi komunikacyjnej"
            ),
        ),
    ),
    _plan(
        49,
        301,
        date(2026, 9, 24),
        votes(against=3, absent=1),
        "dla Osiedla Górzyniec oraz zmiany planu dla terenu przy ul. Pakoszowskiej",
        "Górzyniec",
        {
            "hectares": "52,4",
            "zones": "| MN | zabudowa mieszkaniowa jednorodzinna | 17,9 |\n"
            "| UT | usługi turystyki, pensjonaty do 30 miejsc noclegowych | 6,6 |\n"
            "| ZL | lasy | 22,8 |\n| KD-L | drogi publiczne lokalne | 5,1 |",
            "nature": "Obszar leży w otulinie Karkonoskiego Parku Narodowego; wszelkie zamierzenia"
            " uzgadnia się w trybie przepisów o ochronie przyrody.",
            "heritage": "Ochroną obejmuje się dziewięć domów przysłupowych i drewnianych, ujętych"
            " w gminnej ewidencji zabytków.",
            "intensity": "0,3",
            "green": "70",
            "height": "9",
            "storeys": "dwie kondygnacje nadziemne",
            "plot": "1500",
            "road": "ul. Izerskiej; zjazd z ul. Pakoszowskiej przenosi się o 40 m na wschód",
            "rate": "20",
            "vacatio": "14",
            "remarks": "Wniesiono trzydzieści jeden uwag. Nie uwzględniono dziewiętnastu, w tym"
            " wniosków o dopuszczenie apartamentowców oraz o zabudowę polany widokowej.",
            "works": "budowę kanalizacji sanitarnej wraz z przepompownią",
        },
        ("adopted", "oczekuje na ogłoszenie w Dzienniku Urzędowym Województwa Dolnośląskiego"),
    ),
)


ACTS: tuple[DemoAct, ...] = (
    *_PLANS,
    DemoAct(
        body=PIECHOWICE,
        session=67,
        running=431,
        adopted_on=date(2024, 2, 29),
        title="w sprawie przystąpienia do sporządzenia planu ogólnego Gminy Miejskiej Piechowice",
        template="general_plan",
        votes=votes(absent=2),
        file_stem="plan ogólny przystąpienie",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=36,
        running=221,
        adopted_on=date(2021, 4, 29),
        title="w sprawie wyrażenia zgody na odstąpienie od obowiązku przetargowego trybu zawarcia"
        " umowy dzierżawy nieruchomości położonej przy ul. Nadrzecznej",
        template="lease",
        votes=votes(against=1, abstained=2, absent=1),
        file_stem="dzierżawa Nadrzeczna",
        values={
            "purpose": "Wyraża się zgodę na odstąpienie od obowiązku przetargowego trybu zawarcia"
            " umowy dzierżawy, na okres 10 lat, na rzecz dotychczasowego dzierżawcy.",
            "plots": "| 512/7 | 0001 | 1 480 | wypożyczalnia kajaków i rowerów | 5 920,00 |",
            "reasons": "Dzierżawca prowadzi wypożyczalnię od sześciu lat, terminowo płaci czynsz"
            " i na własny koszt umocnił brzeg. Nie wpłynęły zgłoszenia innych zainteresowanych.",
        },
        form="odt",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=48,
        running=301,
        adopted_on=date(2022, 5, 26),
        title="w sprawie nadania nazwy ulicy na Osiedlu Piastów",
        template="street_name",
        votes=votes(),
        file_stem="ulica Szklarzy",
        status="in_force",
        status_basis="ogłoszona w Dzienniku Urzędowym Województwa Dolnośląskiego, nie została"
        " uchylona",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=68,
        running=440,
        adopted_on=date(2024, 3, 28),
        title="w sprawie określenia warunków udzielania bonifikaty od ceny sprzedaży lokali"
        " mieszkalnych",
        template="discount",
        votes=votes(abstained=3, absent=1),
        file_stem="bonifikata lokale",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=28,
        running=163,
        adopted_on=date(2025, 9, 25),
        title="w sprawie ustalenia strefy płatnego parkowania w Michałowicach",
        template="parking",
        votes=votes(against=5, abstained=1),
        file_stem="strefa płatnego parkowania",
        status="in_force",
        status_basis="ogłoszona w Dzienniku Urzędowym Województwa Dolnośląskiego, nie została"
        " uchylona",
    ),
    DemoAct(
        body=PIECHOWICE,
        session=41,
        running=253,
        adopted_on=date(2026, 4, 23),
        title="w sprawie nadania nazwy rondu u zbiegu ulic Kryształowej, Tysiąclecia"
        " i Jeleniogórskiej",
        template="roundabout",
        votes=votes(no_voice=1),
        file_stem="Rondo Hutników Szkła",
        form="docx",
    ),
)
"""The acts of this topic."""
