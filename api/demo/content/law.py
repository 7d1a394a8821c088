"""The statutes that resolutions are based on, cited by the consolidated text of their day."""

from collections.abc import Iterator, Mapping
from datetime import date

# Key: name in the genitive, then every consolidated text since 2018 as (year, position).
_STATUTES: Mapping[str, tuple[str, tuple[tuple[int, int], ...]]] = {
    "usg": (
        "ustawy z dnia 8 marca 1990 r. o samorządzie gminnym",
        ((2018, 994), (2019, 506), (2020, 713), (2021, 1372), (2022, 559), (2023, 40),
         (2024, 1465), (2025, 1153)),
    ),
    "finances": (
        "ustawy z dnia 27 sierpnia 2009 r. o finansach publicznych",
        ((2017, 2077), (2019, 869), (2021, 305), (2022, 1634), (2023, 1270), (2024, 1530),
         (2025, 1483)),
    ),
    "taxes": (
        "ustawy z dnia 12 stycznia 1991 r. o podatkach i opłatach lokalnych",
        ((2018, 1445), (2019, 1170), (2022, 1452), (2023, 70), (2025, 707)),
    ),
    "planning": (
        "ustawy z dnia 27 marca 2003 r. o planowaniu i zagospodarowaniu przestrzennym",
        ((2018, 1945), (2020, 293), (2021, 741), (2022, 503), (2023, 977), (2024, 1130)),
    ),
    "waste": (
        "ustawy z dnia 13 września 1996 r. o utrzymaniu czystości i porządku w gminach",
        ((2018, 1454), (2019, 2010), (2020, 1439), (2021, 888), (2022, 2519), (2023, 1469),
         (2024, 399), (2025, 733)),
    ),
    "land": (
        "ustawy z dnia 21 sierpnia 1997 r. o gospodarce nieruchomościami",
        ((2018, 2204), (2020, 65), (2020, 1990), (2021, 1899), (2023, 344), (2024, 1145)),
    ),
    "schools": (
        "ustawy z dnia 14 grudnia 2016 r. – Prawo oświatowe",
        ((2018, 996), (2019, 1148), (2020, 910), (2021, 1082), (2023, 900), (2024, 737),
         (2025, 1043)),
    ),
    "teaching": (
        "ustawy z dnia 7 września 1991 r. o systemie oświaty",
        ((2018, 1457), (2019, 1481), (2020, 1327), (2021, 1915), (2022, 2230), (2024, 750),
         (2025, 881)),
    ),
    "benefit": (
        "ustawy z dnia 24 kwietnia 2003 r. o działalności pożytku publicznego i o wolontariacie",
        ((2018, 450), (2019, 688), (2020, 1057), (2022, 1327), (2023, 571), (2024, 1491),
         (2025, 1338)),
    ),
    "animals": (
        "ustawy z dnia 21 sierpnia 1997 r. o ochronie zwierząt",
        ((2017, 1840), (2019, 122), (2020, 638), (2022, 572), (2023, 1580)),
    ),
    "roads": (
        "ustawy z dnia 21 marca 1985 r. o drogach publicznych",
        ((2018, 2068), (2020, 470), (2021, 1376), (2022, 1693), (2023, 645), (2024, 320),
         (2025, 889)),
    ),
    "water": (
        ("ustawy z dnia 7 czerwca 2001 r. o zbiorowym zaopatrzeniu w wodę i zbiorowym"
        " odprowadzaniu ścieków"),
        ((2018, 1152), (2019, 1437), (2020, 2028), (2023, 537), (2024, 757)),
    ),
    "petitions": ("ustawy z dnia 11 lipca 2014 r. o petycjach", ((2018, 870),)),
    "procedure": (
        "ustawy z dnia 14 czerwca 1960 r. – Kodeks postępowania administracyjnego",
        ((2018, 2096), (2020, 256), (2021, 735), (2022, 2000), (2023, 775), (2024, 572)),
    ),
    "tenants": (
        ("ustawy z dnia 21 czerwca 2001 r. o ochronie praw lokatorów, mieszkaniowym zasobie gminy"
        " i o zmianie Kodeksu cywilnego"),
        ((2018, 1234), (2019, 1182), (2020, 611), (2022, 172), (2023, 725)),
    ),
    "staff": (
        "ustawy z dnia 21 listopada 2008 r. o pracownikach samorządowych",
        ((2018, 1260), (2019, 1282), (2022, 530), (2024, 1135)),
    ),
    "sport": (
        "ustawy z dnia 25 czerwca 2010 r. o sporcie",
        ((2018, 1263), (2019, 1468), (2020, 1133), (2022, 1599), (2023, 2048), (2024, 1488)),
    ),
    "nature": (
        "ustawy z dnia 16 kwietnia 2004 r. o ochronie przyrody",
        ((2018, 1614), (2020, 55), (2021, 1098), (2022, 916), (2023, 1336), (2024, 1478)),
    ),
    "village_fund": ("ustawy z dnia 21 lutego 2014 r. o funduszu sołeckim", ((2014, 301),)),
    "journals": (
        ("ustawy z dnia 20 lipca 2000 r. o ogłaszaniu aktów normatywnych i niektórych innych"
        " aktów prawnych"),
        ((2017, 1523), (2019, 1461)),
    ),
}  # fmt: skip

# About this many positions appear in the journal in a month; enough to tell spring from autumn.
_POSITIONS_A_MONTH = 160


def cite(key: str, day: date) -> str:
    """Return a statute in the genitive with the text an office would have cited on that day."""
    name, texts = _STATUTES[key]
    known = [text for text in texts if _published_by(text) <= (day.year, day.month)]
    year, position = known[-1] if known else texts[0]
    changed = ", z późn. zm." if year < day.year else ""
    return f"{name} (Dz. U. z {year} r. poz. {position}{changed})"


def _published_by(text: tuple[int, int]) -> tuple[int, int]:
    """Estimate the year and month in which a position of the journal was out."""
    year, position = text
    return year, min(12, 2 + position // _POSITIONS_A_MONTH)


class Citations(Mapping[str, str]):
    """Every statute as it was cited on one day, for the placeholders of a text."""

    def __init__(self, day: date) -> None:
        self._day = day

    def __getitem__(self, key: str) -> str:
        return cite(key, self._day)

    def __iter__(self) -> Iterator[str]:
        return iter(_STATUTES)

    def __len__(self) -> int:
        return len(_STATUTES)
