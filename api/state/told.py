"""What is said of the condition of each part: its state, what that means, what to do."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from api.state.conditions import Condition
from delivery.words import answer_words
from docstore.language import Words

NAMES: Mapping[str, str] = {
    "record": "Baza danych",
    "objects": "Magazyn plików",
    "disk": "Miejsce na dysku",
    "index": "Wyszukiwarka",
    "mail": "Poczta",
    "work": "Zadania",
    "upkeep": "Porządki",
    "damage": "Zapisane pliki",
}


class Saying(NamedTuple):
    """The words for one code; `todo` is empty where there is nothing to do."""

    state: str
    means: str
    todo: str = ""


# A part that is as it should be.
FINE: Mapping[str, Saying] = {
    "record": Saying("działa", "Odpowiada i przyjmuje zapisy."),
    "objects": Saying("działa", "Odpowiada i przyjmuje pliki."),
    "disk": Saying("jest", "Miejsca wystarczy."),
    "index": Saying("działa", "Odpowiada i zna wszystkie dokumenty."),
    "mail": Saying("działa", "Serwer poczty odpowiada."),
    "work": Saying("na bieżąco", "Żadne zadanie nie czeka długo i żadnego nie odłożono."),
    "upkeep": Saying("na bieżąco", "Co godzinę usuwane są pliki, których nikt już nie potrzebuje."),
    "damage": Saying("całe", "Nie znaleziono uszkodzonych plików."),
}

SAYINGS: Mapping[str, Saying] = {
    "unknown": Saying(
        "nie wiadomo", "Tego nie da się sprawdzić, dopóki baza danych nie odpowiada."
    ),
    "no_answer": Saying(
        "nie odpowiada",
        "Nie odpowiedziała w ciągu dwóch sekund: jest przeciążona, zawieszona albo odcięta.",
        "Sprawdź, czy ta usługa działa i czy sieć do niej jest drożna.",
    ),
    "broken": Saying(
        "błąd",
        "Odpowiedziała błędem, którego nie przewidziano.",
        "Zajrzyj do dziennika Teczki: jest tam opis tego błędu.",
    ),
    "record_unavailable": Saying(
        "nie odpowiada",
        "Niczego nie można zapisać ani odczytać. Przerwane zapisy są całe albo nie ma po nich "
        "śladu; zadania ruszą same, gdy baza wróci.",
        "Uruchom bazę danych; Teczki nie trzeba uruchamiać ponownie.",
    ),
    "record_locked": Saying(
        "zajęta",
        "Inny program trzyma bazę danych: czytać można, zapisać nie.",
        "Zakończ program, który otworzył plik bazy, na przykład jej kopiowanie albo przeglądarkę "
        "bazy.",
    ),
    "storage_unavailable": Saying(
        "nie odpowiada",
        "Plików nie można ani wgrać, ani otworzyć. Strony i wyszukiwarka działają.",
        "Uruchom magazyn plików albo przywróć do niego sieć.",
    ),
    "storage_full": Saying(
        "brak miejsca",
        "Nowe pliki nie są przyjmowane; te, które są, można otwierać.",
        "Powiększ dysk albo usuń z niego coś, co nie należy do Teczki.",
    ),
    "disk_low": Saying(
        "mało miejsca",
        "Zostało {free}. Poniżej {floor} nowe pliki przestaną być przyjmowane.",
        "Powiększ dysk, zanim się zapełni.",
    ),
    "disk_full": Saying(
        "dysk pełny",
        "Zostało {free}, a musi zostać {floor}. Nowe pliki nie są przyjmowane; to, co jest, "
        "działa dalej.",
        "Powiększ dysk albo usuń z niego coś, co nie należy do Teczki.",
    ),
    "index_damaged": Saying(
        "odbudowywana",
        "Indeks jest uszkodzony albo go nie ma. Teczka buduje go od nowa z bazy danych; do tego "
        "czasu wyszukiwarka mówi, że trwa odbudowa. Niczego nie utracono.",
    ),
    "index_behind": Saying(
        "dogania",
        "Wersje dokumentów, których wyszukiwarka jeszcze nie zna: {count}. Resztę znajduje.",
    ),
    "search_unavailable": Saying(
        "nie odpowiada",
        "Indeksu nie można teraz czytać albo zapisać; Teczka próbuje dalej.",
        "Sprawdź, czy folder danych można czytać i zapisywać i czy jest na nim miejsce.",
    ),
    "mail_not_set": Saying(
        "nie ustawiono",
        "Zawiadomienia czekają i nikt ich nie dostaje.",
        "Ustaw TECZKA_SMTP_URL i uruchom Teczkę ponownie.",
    ),
    "mail_unavailable": Saying(
        "nie odpowiada",
        "Zawiadomienia czekają i wyjdą same. Odpowiedź: {answer}.",
        "Sprawdź serwer poczty; wiadomość próbną wyślesz stąd.",
    ),
    "work_held": Saying(
        "wstrzymane",
        "Tę instalację odtworzono z kopii: nie wysyła zawiadomień ani linków.",
        "Przejrzyj kolejkę zadań niżej, a potem wznów wysyłanie poleceniem „teczka outbox "
        "release”.",
    ),
    "work_parked": Saying(
        "odłożone: {count}",
        "Tych zadań nie udało się wykonać mimo wielu prób; inne idą dalej.",
        "Zobacz ostatni błąd w tabeli niżej, usuń przyczynę i naciśnij „Ponów”.",
    ),
    "work_late": Saying(
        "opóźnione",
        "Najstarsze zadanie czeka od {since}. Czeka razem: {count}.",
        "Zobacz w tabeli niżej, na co czeka; jeżeli na nic, sprawdź, czy działa „teczka worker”.",
    ),
    "upkeep_never": Saying("jeszcze nie było", "Pierwsze porządki są godzinę po uruchomieniu."),
    "upkeep_late": Saying(
        "zaległe",
        "Ostatnie były {at}, a powinny być co godzinę.",
        "Sprawdź, czy działa „teczka worker”.",
    ),
    "objects_damaged": Saying(
        "uszkodzone: {count}",
        "Uszkodzone pliki nie są wydawane; pozostałe działają.",
        "Naciśnij „Sprawdź teraz”, żeby poznać ich nazwy, i wgraj te same pliki jeszcze raz albo "
        "przywróć je z kopii.",
    ),
}


class Told(NamedTuple):
    """A condition in somebody's language."""

    name: str
    state: str
    means: str
    todo: str


def told(words: Words, condition: Condition) -> Told:
    """Return what a condition says to a person."""
    said = FINE[condition.part] if condition.is_ok else SAYINGS[condition.code]
    fields = {name: _spoken(words, name, value) for name, value in condition.fields.items()}
    return Told(
        words(NAMES[condition.part]),
        words(said.state, **fields),
        words(said.means, **fields),
        words(said.todo) if said.todo else "",
    )


def _spoken(words: Words, name: str, value: object) -> str:
    """Return a field as people read it: sizes, moments, counts, a mail server's answer."""
    match value:
        case datetime():
            return words.moment(value)
        case int() if name in {"free", "floor"}:
            return words.size(value)
        case int():
            return words.number(value)
    return answer_words(words, str(value))
