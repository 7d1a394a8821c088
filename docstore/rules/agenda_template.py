"""The usual opening and closing items of a meeting, by kind of council and of meeting."""

from dataclasses import dataclass
from typing import Literal

BodyKind = Literal["gmina", "miasto", "powiat", "sejmik"]
MeetingKind = Literal["ordinary", "extraordinary", "ceremonial", "sitting"]


@dataclass(frozen=True, slots=True)
class TemplateItem:
    """One item of a template; `is_slot` marks where the meeting's own papers go."""

    title: str
    depth: int = 0
    is_slot: bool = False


@dataclass(frozen=True, slots=True)
class _Names:
    """How one kind of council speaks of itself in the items of its agenda."""

    executive: str  # genitive, after "Informacja"
    council: str  # genitive, after "działalności Przewodniczącego"


_NAMES: dict[BodyKind, _Names] = {
    "gmina": _Names("Wójta", "Rady Gminy"),
    "miasto": _Names("Burmistrza", "Rady Miejskiej"),
    "powiat": _Names("Starosty o pracy Zarządu Powiatu", "Rady Powiatu"),
    "sejmik": _Names("Marszałka o pracy Zarządu Województwa", "Sejmiku Województwa"),
}


def agenda_template(
    body_kind: BodyKind, meeting_kind: MeetingKind, *, executive: str = "", previous: str = ""
) -> tuple[TemplateItem, ...]:
    """Return the items a clerk starts from.

    `executive` replaces the usual officer in the genitive (`Prezydenta Miasta`); `previous` names
    the last meeting (`LII sesji`) whose minutes are to be accepted.
    """
    names = _NAMES[body_kind]
    match meeting_kind:
        case "ordinary":
            return _ordinary(names, executive or names.executive, previous)
        case "extraordinary":
            return _extraordinary()
        case "ceremonial":
            return _ceremonial(names)
        case "sitting":
            return _sitting(previous)


def _ordinary(names: _Names, executive: str, previous: str) -> tuple[TemplateItem, ...]:
    about = "" if " o pracy" in executive else " o pracy"
    return (
        TemplateItem("Otwarcie sesji i stwierdzenie quorum"),
        TemplateItem("Przyjęcie porządku obrad"),
        TemplateItem(f"Przyjęcie protokołu z {previous or 'poprzedniej sesji'}"),
        TemplateItem(f"Informacja {executive}{about} w okresie między sesjami"),
        TemplateItem(f"Informacja Przewodniczącego {names.council} o działaniach między sesjami"),
        TemplateItem("Podjęcie uchwał w sprawie:", is_slot=True),
        TemplateItem("Interpelacje i zapytania radnych"),
        TemplateItem("Odpowiedzi na interpelacje i zapytania radnych"),
        TemplateItem("Wolne wnioski i informacje"),
        TemplateItem("Zamknięcie sesji"),
    )


def _extraordinary() -> tuple[TemplateItem, ...]:
    return (
        TemplateItem("Otwarcie sesji nadzwyczajnej i stwierdzenie quorum"),
        TemplateItem("Przedstawienie porządku obrad"),
        TemplateItem("Podjęcie uchwał w sprawie:", is_slot=True),
        TemplateItem("Zamknięcie sesji"),
    )


def _ceremonial(names: _Names) -> tuple[TemplateItem, ...]:
    return (
        TemplateItem(f"Otwarcie uroczystej sesji {names.council}"),
        TemplateItem("Powitanie gości"),
        TemplateItem("Część uroczysta", is_slot=True),
        TemplateItem("Zamknięcie sesji"),
    )


def _sitting(previous: str) -> tuple[TemplateItem, ...]:
    return (
        TemplateItem("Otwarcie posiedzenia i stwierdzenie quorum"),
        TemplateItem("Przyjęcie porządku posiedzenia"),
        TemplateItem(f"Przyjęcie protokołu z {previous or 'poprzedniego posiedzenia'}"),
        TemplateItem("Zaopiniowanie projektów uchwał w sprawie:", is_slot=True),
        TemplateItem("Sprawy bieżące i wolne wnioski"),
        TemplateItem("Zamknięcie posiedzenia"),
    )
