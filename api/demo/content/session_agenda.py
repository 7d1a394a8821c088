"""The agenda of the upcoming session and the papers on it."""

from dataclasses import dataclass
from typing import Literal

PaperKind = Literal["resolution", "report", "information", "motion", "petition", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoItem:
    """A point of the agenda; `depth` 1 is a sub-point of the last point of depth 0."""

    ref: str
    title: str
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPaper:
    """A matter on an item of the agenda."""

    ref: str
    item: str
    title: str
    kind: PaperKind
    druk: str = ""
    sponsor: str = "Burmistrz Miasta Piechowice"


_PLAN = "miejscowego planu zagospodarowania przestrzennego"
# Druk, the point it stands under, the title.
_DRAFTS = (
    ("301", "finanse", "w sprawie zmian w budżecie Gminy Miejskiej Piechowice na 2026 rok"),
    ("302", "finanse", "w sprawie zmiany Wieloletniej Prognozy Finansowej"),
    (
        "303",
        "finanse",
        "w sprawie określenia wysokości stawek podatku od nieruchomości na 2027 rok",
    ),
    (
        "304",
        "przestrzen",
        f"w sprawie uchwalenia {_PLAN} dla terenu „Pod Wzgórzem” w Piechowicach",
    ),
    ("305", "przestrzen", "w sprawie nadania nazw drogom wewnętrznym na Osiedlu Michałowice"),
    (
        "306",
        "przestrzen",
        "w sprawie wyrażenia zgody na zawarcie w trybie bezprzetargowym kolejnych umów dzierżawy",
    ),
    ("307", "mieszkancy", "w sprawie opłaty od posiadania psów"),
    ("308", "mieszkancy", "w sprawie opinii o projekcie taryf za wodę i ścieki"),
    (
        "309",
        "mieszkancy",
        "w sprawie planu sieci publicznych szkół podstawowych oraz granic ich obwodów",
    ),
    (
        "310",
        "mieszkancy",
        "w sprawie Rocznego programu współpracy z organizacjami pozarządowymi na 2027 rok",
    ),
    ("311", "mieszkancy", "w sprawie Regulaminu udzielania pomocy materialnej uczniom"),
    (
        "312",
        "skarga",
        "w sprawie rozpatrzenia skargi na działalność Burmistrza Miasta Piechowice",
    ),
)
_COMPLAINTS_SPONSOR = "Komisja Skarg, Wniosków i Petycji"
COMPLAINT_DRUK = "312"


def _point(ref: str, title: str) -> tuple[DemoItem, ...]:
    """Return a point with the drafts under it as its sub-points."""
    below = tuple(
        DemoItem(
            ref=f"projekt-{druk}",
            title=f"Rozpatrzenie projektu uchwały {draft} (druk nr {druk})",
            depth=1,
        )
        for druk, point, draft in _DRAFTS
        if point == ref
    )
    return (DemoItem(ref=ref, title=title), *below)


AGENDA: tuple[DemoItem, ...] = (
    DemoItem(ref="otwarcie", title="Otwarcie sesji i stwierdzenie prawomocności obrad"),
    DemoItem(ref="porzadek", title="Przedstawienie porządku obrad i wnioski o jego zmianę"),
    DemoItem(ref="protokol", title="Przyjęcie protokołu z LII sesji"),
    DemoItem(ref="burmistrz", title="Informacja Burmistrza o pracy w okresie między sesjami"),
    DemoItem(
        ref="oswiata",
        title="Informacja o stanie realizacji zadań oświatowych w roku szkolnym 2025/2026",
    ),
    DemoItem(ref="zima", title="Informacja o przygotowaniu do zimowego utrzymania dróg"),
    *_point("finanse", "Podjęcie uchwał w sprawach finansowych"),
    *_point("przestrzen", "Podjęcie uchwał w sprawach zagospodarowania i mienia"),
    *_point("mieszkancy", "Podjęcie uchwał w sprawach mieszkańców"),
    *_point("skarga", "Rozpatrzenie skargi na działalność Burmistrza"),
    DemoItem(ref="interpelacje", title="Interpelacje i zapytania radnych"),
    DemoItem(ref="komunikaty", title="Informacje i komunikaty Przewodniczącej Rady"),
    DemoItem(ref="rozne", title="Sprawy różne i głosy mieszkańców"),
    DemoItem(ref="zamkniecie", title="Zamknięcie obrad"),
)

PAPERS: tuple[DemoPaper, ...] = (
    DemoPaper(
        ref="protokol",
        item="protokol",
        title="Protokół z LII sesji Rady Miejskiej w Piechowicach",
        kind="other",
        sponsor="Biuro Rady",
    ),
    DemoPaper(
        ref="burmistrz",
        item="burmistrz",
        title="Informacja Burmistrza o pracy w okresie między sesjami",
        kind="information",
    ),
    DemoPaper(
        ref="oswiata",
        item="oswiata",
        title="Informacja o stanie realizacji zadań oświatowych w roku szkolnym 2025/2026",
        kind="information",
    ),
    DemoPaper(
        ref="zima",
        item="zima",
        title="Informacja o przygotowaniu do zimowego utrzymania dróg",
        kind="information",
    ),
    *(
        DemoPaper(
            ref=f"projekt-{druk}",
            item=f"projekt-{druk}",
            title=title,
            kind="resolution",
            druk=druk,
            sponsor=_COMPLAINTS_SPONSOR
            if druk == COMPLAINT_DRUK
            else "Burmistrz Miasta Piechowice",
        )
        for druk, _, title in _DRAFTS
    ),
)
