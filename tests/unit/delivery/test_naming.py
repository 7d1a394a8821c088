"""Names in a packet's ZIP, and the addresses and colours of its mails."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.colours import contrast
from delivery.accent import accent, css
from delivery.cover import paper_names
from delivery.naming import file_paths
from delivery.notices import link_url
from delivery.published import (
    PublishedFile,
    PublishedItem,
    PublishedMeeting,
    PublishedPacket,
    PublishedPaper,
)
from delivery.sender import message_host
from docstore.files.archive import safe_file_name
from docstore.language import Words

AT = datetime(2026, 11, 20, tzinfo=UTC)


def _file(title: str, file_name: str = "plik.pdf") -> PublishedFile:
    return PublishedFile(
        "d", "v", None, title, 1, file_name, "application/pdf", 1, "0" * 64, 1, None, ()
    )


def _packet(*items: PublishedItem, own: tuple[PublishedFile, ...] = ()) -> PublishedPacket:
    meeting = PublishedMeeting("ordinary", 53, "", "", AT)
    return PublishedPacket("p", "b", 1, AT, meeting, own, items, (), "{}", "0" * 64)


def _item(label: str, title: str = "Punkt", depth: int = 0) -> PublishedItem:
    return PublishedItem(label, depth, title, entries=(_file("Projekt"),))


def _folders(packet: PublishedPacket) -> list[str]:
    return [path.partition("/")[0] for path, _ in file_paths(Words("pl"), packet)]


def test_folders_sort_like_the_agenda() -> None:
    labels = [("1.", 0), ("2.", 0), ("1)", 1), ("2)", 1), ("a)", 2), ("2a.", 0), ("10.", 0)]
    packet = _packet(
        *(_item(label, depth=depth) for label, depth in labels), own=(_file("Zawiadomienie"),)
    )
    folders = _folders(packet)
    assert folders == sorted(folders)
    assert folders[0] == "00 Dokumenty posiedzenia"
    assert folders[3] == "02-01 Punkt"
    assert folders[5] == "02-02-a Punkt"


def test_items_that_bear_one_number_have_folders_of_their_own() -> None:
    assert len(set(_folders(_packet(_item("1."), _item("1."), _item("–"), _item("3."))))) == 4


def test_a_long_title_is_cut_at_a_word_and_not_behind_a_preposition() -> None:
    title = "Informacja Burmistrza o przygotowaniu miasta do zimy i o cenach węgla w składach"
    assert _folders(_packet(_item("6.", title))) == [
        "06 Informacja Burmistrza o przygotowaniu miasta do zimy"
    ]


@pytest.mark.parametrize(
    ("title", "druk", "folder"),
    [
        (
            "Rozpatrzenie projektu uchwały w sprawie stawek podatku od nieruchomości na 2027 rok",
            "303",
            "06 druk 303 w sprawie stawek podatku od nieruchomości",
        ),
        (
            "Podjęcie uchwały w sprawie budżetu (druk nr 12)",
            "12",
            "06 w sprawie budżetu (druk nr 12)",
        ),
        ("Podjęcie uchwały Rady Miejskiej w sprawie psów", "", "06 w sprawie psów"),
        ("Podjęcie uchwał w sprawach finansowych", "", "06 Podjęcie uchwał w sprawach finansowych"),
        ("Sprawozdanie z wykonania uchwał", "7", "06 druk 7 Sprawozdanie z wykonania uchwał"),
        (
            "Wniosek o uchylenie uchwały: drogi, w sprawie remontu",
            "",
            "06 Wniosek o uchylenie uchwały_ drogi, w sprawie remontu",
        ),
    ],
)
def test_a_folder_says_what_the_item_is_about(title: str, druk: str, folder: str) -> None:
    papers = (PublishedPaper("p", title, druk),)
    item = PublishedItem("6.", 0, title, papers, entries=(_file("Projekt"),))
    assert _folders(_packet(item)) == [folder]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Uchwała w sprawie psów", "Druk nr 12"),
        ("Uchwała w sprawie psów (druk nr 12)", ""),
        ("Uchwała w sprawie psów (druk nr 121)", "Druk nr 12"),
    ],
)
def test_a_draft_is_not_numbered_twice(title: str, name: str) -> None:
    paper = PublishedPaper("p", "w sprawie psów", "12")
    file = replace(_file("Projekt"), paper_id="p")
    item = PublishedItem("6.", 0, title, (paper,), entries=(file,))
    assert paper_names(Words("pl"), item) == {"p": name}


def test_the_slashes_of_a_number_are_no_folders() -> None:
    packet = _packet(PublishedItem("6.", 0, "Zmiana XII/100/20", entries=(_file("Akt II/5"),)))
    assert [path for path, _ in file_paths(Words("pl"), packet)] == [
        "06 Zmiana XII-100-20/01 Akt II-5.pdf"
    ]


_TEXT = st.text(max_size=200)


@settings(deadline=None)
@given(st.lists(st.tuples(_TEXT, _TEXT, _TEXT, st.integers(0, 3)), min_size=1, max_size=5))
def test_any_titles_give_safe_distinct_paths_that_the_archive_leaves_alone(
    said: list[tuple[str, str, str, int]],
) -> None:
    packet = _packet(
        *(
            PublishedItem(
                label[:20], depth, title, entries=(_file(title, name), _file(name, title))
            )
            for label, title, name, depth in said
        )
    )
    paths = [path for path, _ in file_paths(Words("pl"), packet)]
    assert len({path.casefold() for path in paths}) == len(paths)
    for path in paths:
        folder, _, name = path.partition("/")
        assert len(path) < 120
        assert unicodedata.is_normalized("NFC", path)
        assert safe_file_name(folder) == folder
        assert safe_file_name(name) == name


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://teczka.piechowice.pl", "teczka.piechowice.pl"),
        ("http://127.0.0.1:8000", "127.0.0.1"),
        ("http://[::1]:8000", "[IPv6:::1]"),
        ("https://rada.żory.pl/teczka", f"rada.{'żory'.encode('idna').decode()}.pl"),
    ],
)
def test_message_ids_end_in_the_public_host(url: str, host: str) -> None:
    assert message_host(url) == host


def test_links_are_built_from_the_public_address() -> None:
    assert link_url("https://t.pl/", "wlen", "abc") == "https://t.pl/wlen/wejscie/link/abc"


@settings(deadline=None)
@given(st.integers(0, 0xFFFFFF))
def test_any_colour_becomes_one_that_reads_on_white(colour: int) -> None:
    assert contrast(css(accent(f"#{colour:06x}")), "#ffffff") >= 4.5


def test_a_colour_that_reads_stays_and_nonsense_becomes_one() -> None:
    assert css(accent("#7a1f2b")) == "#7a1f2b"
    assert contrast(css(accent("czerwony")), "#ffffff") >= 4.5
