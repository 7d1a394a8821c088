"""Meetings, changes and reasons in Polish and English sentences."""

from datetime import UTC, datetime

import pytest

from delivery.errors import MailUnavailable
from delivery.genitive import genitive
from delivery.published import PublishedMeeting
from delivery.words import (
    answer_words,
    change_sentence,
    change_sentences,
    ground_words,
    meeting_heading,
    unmerged_reason,
)
from docstore.language import Words
from docstore.services.changes import Change

POLISH, ENGLISH = Words("pl"), Words("en")


def _meeting(kind: str = "ordinary", number: int | None = 53) -> PublishedMeeting:
    return PublishedMeeting(kind, number, "", "", datetime(2026, 11, 26, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("kind", "number", "polish", "english"),
    [
        ("ordinary", 53, "LIII sesja", "Session LIII"),
        ("extraordinary", 54, "LIV sesja nadzwyczajna", "Extraordinary session LIV"),
        ("ceremonial", 4, "IV sesja uroczysta", "Ceremonial session IV"),
        ("sitting", 12, "XII posiedzenie", "Sitting XII"),
        ("ordinary", None, "Sesja", "Session"),
        ("extraordinary", None, "Sesja nadzwyczajna", "Extraordinary session"),
        ("ceremonial", None, "Sesja uroczysta", "Ceremonial session"),
        ("sitting", None, "Posiedzenie", "Sitting"),
    ],
)
def test_a_meeting_is_called_by_its_kind_and_roman_number(
    kind: str, number: int | None, polish: str, english: str
) -> None:
    assert meeting_heading(POLISH, _meeting(kind, number)) == polish
    assert meeting_heading(ENGLISH, _meeting(kind, number)) == english


def test_a_heading_says_whose_meeting_it_is() -> None:
    council = "Rada Miejska w Piechowicach"
    assert (
        meeting_heading(POLISH, _meeting(), council) == "LIII sesja Rady Miejskiej w Piechowicach"
    )
    assert meeting_heading(ENGLISH, _meeting(), council) == (
        "Session LIII of Rada Miejska w Piechowicach"
    )
    assert meeting_heading(POLISH, _meeting(), "City Council") == "LIII sesja (City Council)"


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("Rada Miejska w Wleniu", "Rady Miejskiej w Wleniu"),
        ("Rada Gminy Mirsk", "Rady Gminy Mirsk"),
        ("Rada Miasta Krakowa", "Rady Miasta Krakowa"),
        ("Rada m.st. Warszawy", "Rady m.st. Warszawy"),
        ("Rada Miejska Leszna", "Rady Miejskiej Leszna"),
        ("Rada Miejska Gminy Lubomierz", "Rady Miejskiej Gminy Lubomierz"),
        ("Rada Powiatu w Lwówku Śląskim", "Rady Powiatu w Lwówku Śląskim"),
        ("Rada Dzielnicy Stara Miłosna", "Rady Dzielnicy Stara Miłosna"),
        ("RADA MIEJSKA W WLENIU", "RADY MIEJSKIEJ W WLENIU"),
        ("Młodzieżowa Rada Miasta", "Młodzieżowej Rady Miasta"),
        ("Sejmik Województwa Dolnośląskiego", "Sejmiku Województwa Dolnośląskiego"),
        ("Komisja Rewizyjna", "Komisji Rewizyjnej"),
        ("Komisja Skarg, Wniosków i Petycji", "Komisji Skarg, Wniosków i Petycji"),
        ("Komisja Budżetowo-Gospodarcza", "Komisji Budżetowo-Gospodarczej"),
        (
            "Komisja Oświatowa, Kulturalna i Sportowa",
            "Komisji Oświatowej, Kulturalnej i Sportowej",
        ),
        (
            "Komisja Rolnictwa i Ochrony Środowiska",
            "Komisji Rolnictwa i Ochrony Środowiska",
        ),
        ("Doraźna Komisja Statutowa", "Doraźnej Komisji Statutowej"),
        ("Komisja ds. Budżetu", "Komisji ds. Budżetu"),
        ("Zespół do spraw statutu", "Zespołu do spraw statutu"),
        ("Klub Radnych Razem", "Klubu Radnych Razem"),
        ("Gospodarze", None),
        ("", None),
    ],
)
def test_names_of_councils_and_committees_in_the_genitive(name: str, whose: str | None) -> None:
    assert genitive(name) == whose


_CHANGES: list[tuple[Change, str]] = [
    ({"kind": "item_added", "label": "2a", "title": "Wybór"}, "Dodano punkt 2a: Wybór"),
    ({"kind": "item_removed", "label": "3", "title": "Skarga"}, "Usunięto punkt 3: Skarga"),
    (
        {"kind": "item_moved", "label": "5", "title": "Budżet", "from": "7"},
        "Punkt 7 jest teraz punktem 5: Budżet",
    ),
    (
        {"kind": "item_moved", "label": "5", "title": "Budżet", "from": "5"},
        "Przesunięto punkt 5: Budżet",
    ),
    (
        {"kind": "item_reworded", "label": "5", "title": "Nowe", "from": "Stare"},
        "Punkt 5 brzmi teraz: Nowe (było: Stare)",
    ),
    (
        {"kind": "file_added", "document": "d", "label": "6", "title": "Opinia"},
        "Punkt 6: nowy dokument „Opinia”",
    ),
    (
        {"kind": "file_added", "document": "d", "label": "", "title": "Zawiadomienie"},
        "Nowy dokument „Zawiadomienie”",
    ),
    (
        {
            "kind": "file_replaced",
            "document": "d",
            "label": "6",
            "title": "Projekt",
            "from": 1,
            "to": 2,
        },
        "Punkt 6: nowa wersja dokumentu „Projekt” (wersja 2 zamiast 1)",
    ),
    (
        {"kind": "file_removed", "document": "d", "label": "6.1", "title": "Opinia"},
        "Punkt 6.1: usunięto dokument „Opinia”",
    ),
    (
        {"kind": "meeting", "field": "place", "from": "sala 1", "to": "sala 7"},
        "Nowe miejsce: sala 7 (było: sala 1)",
    ),
    (
        {"kind": "meeting", "field": "place", "from": "", "to": "sala 7"},
        "Nowe miejsce: sala 7 (było: nie podano)",
    ),
    (
        {"kind": "meeting", "field": "number", "from": 52, "to": 53},
        "Nowy numer: LIII (było: LII)",
    ),
    (
        {"kind": "meeting", "field": "kind", "from": "ordinary", "to": "extraordinary"},
        "Nowy rodzaj: sesja nadzwyczajna (było: sesja)",
    ),
    (
        {"kind": "meeting", "field": "title", "from": "A", "to": "B"},
        "Nowa nazwa: B (było: A)",
    ),
]


@pytest.mark.parametrize(("change", "sentence"), _CHANGES)
def test_a_change_is_one_polish_sentence(change: Change, sentence: str) -> None:
    assert change_sentence(POLISH, change) == sentence


def test_a_new_time_is_told_on_the_councils_own_clock() -> None:
    change = {
        "kind": "meeting",
        "field": "starts_at",
        "from": "2026-11-26T09:00:00+00:00",
        "to": "2026-11-27T11:30:00+00:00",
    }
    assert change_sentence(POLISH, change).replace("\N{NO-BREAK SPACE}", " ") == (
        "Nowy termin: piątek, 27 listopada 2026, godz. 12:30 "
        "(było: czwartek, 26 listopada 2026, godz. 10:00)"
    )


def test_changes_speak_english_too() -> None:
    assert change_sentence(ENGLISH, _CHANGES[5][0]) == "Item 6: new document “Opinia”"


def test_the_first_packet_changed_nothing_and_a_later_one_always_something() -> None:
    assert change_sentences(POLISH, [], number=1) == []
    assert change_sentences(POLISH, [], number=2) == [
        "Zmieniono tylko dokumenty udostępniane odrębnie."
    ]


@pytest.mark.parametrize(
    ("problems", "reason"),
    [
        (["encrypted"], "zabezpieczony hasłem"),
        (
            ["needs_rendition", "no_renderer"],
            "plik edytora tekstu, a na serwerze nie ma LibreOffice",
        ),
        (["broken", "wrong_extension"], "uszkodzony, nie da się go odczytać"),
        (["render_timeout"], "jego odczytanie trwało zbyt długo"),
        ([], "tego rodzaju plik nie łączy się w PDF"),
    ],
)
def test_why_a_file_is_not_merged(problems: list[str], reason: str) -> None:
    assert unmerged_reason(POLISH, problems) == reason


def test_a_ground_that_left_the_list_stays_as_it_is() -> None:
    assert ground_words(POLISH, "privacy").startswith("prywatność osoby fizycznej")
    assert ground_words(POLISH, "old_ground") == "old_ground"


def test_our_own_answers_are_put_in_words_and_the_servers_left_alone() -> None:
    assert answer_words(POLISH, "not_configured") == "nie ustawiono serwera poczty"
    assert answer_words(POLISH, "550 5.1.1 no such mailbox") == "550 5.1.1 no such mailbox"
    documented = (MailUnavailable.__doc__ or "").partition("nothing:")[2]
    codes = [code.split()[0] for code in documented.replace("\n", " ").rstrip(" .").split(",")]
    assert len(codes) == 9
    assert all(answer_words(POLISH, code) != code for code in codes)
