"""Agendas pasted as text."""

import json
import re
from dataclasses import astuple
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docstore.rules.agenda_text import AgendaLine, parse_agenda
from docstore.rules.plain import one_line

AGENDAS = sorted((Path(__file__).parent / "agendas").glob("*.txt"))
WORDS = st.sampled_from(
    [
        "Otwarcie",
        "sesji",
        "uchwała",
        "budżet",
        "gminy",
        "podatek",
        "drogi",
        "§",
        "1.",
        "art.",
        "20",
        "2024",
        "r.",
        "druku",
        "„Sosnowa”",
        "i",
        "w",
        "oraz",
        "społeczno-gospodarczy",
        "12",
        "(I)",
        "a",
        "5a",
        "pkt",
        "Ad",
        "nr",
    ]
)
TITLES = st.lists(WORDS, max_size=9).map(lambda words: "Podjęcie " + " ".join(words) + " uchwały")
PIECES = [
    "1. ", "\n", "a) ", "- ", "\f", "I. ", "Ad 2 ", "§ 1.", "druk nr ", "2.1", "\t", "Słowo ",
    "Porządek obrad:",
]  # fmt: skip
STYLES = ["{}. ", "{}.\t", "{}) ", "{}.", "Ad {}. ", "Ad. {} ", "pkt {}. ", "{}/ ", "  {}. "]


def titles(text: str) -> list[str]:
    return [line.title for line in parse_agenda(text)]


def outline(text: str) -> list[tuple[int, str, str]]:
    return [(line.depth, line.label, line.title) for line in parse_agenda(text)]


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@pytest.mark.parametrize("agenda", AGENDAS, ids=lambda path: path.stem)
def test_an_agenda_as_clerks_write_it_is_read(agenda: Path) -> None:
    expected = json.loads(agenda.with_suffix(".json").read_text(encoding="utf-8"))
    found = parse_agenda(agenda.read_bytes().decode("utf-8"))
    assert [list(astuple(line)) for line in found] == expected


def test_there_are_a_dozen_agendas_and_more() -> None:
    assert len(AGENDAS) >= 12


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_is_read_without_an_error(text: str) -> None:
    lines = parse_agenda(text)
    assert all(line.title.strip() == line.title != "" for line in lines)
    depths = [line.depth for line in lines]
    assert all(after <= before + 1 for before, after in zip([-1, *depths], depths, strict=False))


@settings(max_examples=60)
@given(st.lists(TITLES, min_size=1, max_size=12), st.sampled_from(STYLES))
def test_every_word_of_every_title_is_kept(wanted: list[str], style: str) -> None:
    text = "\n".join(style.format(place) + title for place, title in enumerate(wanted, 1))
    found = parse_agenda(text)
    assert [words_of(line.title) for line in found] == [words_of(title) for title in wanted]
    assert [line.label for line in found] == [str(place) for place in range(1, len(wanted) + 1)]


@settings(max_examples=60)
@given(st.lists(TITLES, min_size=1, max_size=8), st.data())
def test_lines_wrapped_between_words_are_joined_to_their_item(
    wanted: list[str], data: st.DataObject
) -> None:
    lines = []
    for place, title in enumerate(wanted, 1):
        words = title.split(" ")
        lower = [i for i, word in enumerate(words) if i and len(word) > 3 and word.isalpha()]
        cut = data.draw(st.sampled_from(lower))
        lines += [f"{place}. {' '.join(words[:cut])}", f"   {' '.join(words[cut:])}"]
    assert [words_of(title) for title in titles("\n".join(lines))] == [
        words_of(title) for title in wanted
    ]


def test_five_hundred_items_with_two_below_each_are_all_read() -> None:
    text = "\n".join(
        f"{i}. Podjęcie uchwał:\na) w sprawie drogi nr {i},\nb) w sprawie mostu (druk {i})"
        for i in range(1, 501)
    )
    found = parse_agenda(text)
    assert len(found) == 1500
    assert [line.label for line in found if line.depth == 0] == [str(i) for i in range(1, 501)]
    assert [line.druk for line in found if line.label == "b"] == [str(i) for i in range(1, 501)]


def test_numbers_inside_titles_are_no_labels() -> None:
    text = (
        "1. Zmiana uchwały z dnia\n28. maja 2020 r. w sprawie drogi nr\n2 Karpacz\n"
        "2. Wniosek o którym mowa w art.\n20. ustawy z\n2024 r. oraz § 1. statutu o godz.\n10.00\n"
        "3. Dotacja\n1.500,00 zł"
    )
    assert titles(text) == [
        "Zmiana uchwały z dnia 28. maja 2020 r. w sprawie drogi nr 2 Karpacz",
        "Wniosek o którym mowa w art. 20. ustawy z 2024 r. oraz § 1. statutu o godz. 10.00",
        "Dotacja 1.500,00 zł",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/ Otwarcie\n2/ Wybór:\na/ komisji\n3/ Koniec", [0, 0, 1, 0]),
        ("1. Otwarcie\n1. Przyjęcie\n1. Koniec", [0, 0, 0]),
        ("A. Sprawy\n1. x\nB. Inne\nC. Koniec", [0, 1, 0, 0]),
        ("III. Uchwały\n7. Podatki\nIV. Koniec", [0, 1, 0]),
        ("7. Uchwały: a) budżet; b) statut\n8. Koniec", [0, 1, 1, 0]),
        ("5. Informacja z\n6. Wnioski", [0, 0]),
        ("• Otwarcie\no\tPowitanie\n• Koniec", [0, 1, 0]),
        ("1. Otwarcie\n\t- powitanie\n\t- hymn\n2. Koniec", [0, 1, 1, 0]),
    ],
)
def test_depth_follows_the_kinds_of_marks(text: str, expected: list[int]) -> None:
    assert [line.depth for line in parse_agenda(text)] == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Uchwała (druk nr 12)", ("Uchwała", "12")),
        ("Uchwała (druk 312).", ("Uchwała", "312")),
        ("Uchwała (DRUK Nr B/37)", ("Uchwała", "B/37")),
        ("Uchwała – druk BRM nr 65/2025.", ("Uchwała", "BRM 65/2025")),
        ("Uchwała (DS- 58/24)", ("Uchwała", "DS-58/24")),
        ("Uchwała [druk nr 5a]", ("Uchwała", "5a")),
        ("Uchwała (druk 7 wraz z autopoprawką)", ("Uchwała (druk 7 wraz z autopoprawką)", "7")),
        ("Druk nr 9 – projekt uchwały", ("Druk nr 9 – projekt uchwały", "9")),
        ("Projekt zawarty w druku nr 5", ("Projekt zawarty w druku nr 5", "5")),
        ("Zakup drukarek 5", ("Zakup drukarek 5", None)),
    ],
)
def test_the_drafts_number_is_told_apart(title: str, expected: tuple[str, str | None]) -> None:
    line = parse_agenda(f"1. {title}")[0]
    assert (line.title, line.druk) == expected


def test_a_dash_before_the_drafts_number_on_a_line_of_its_own_begins_no_item() -> None:
    assert parse_agenda("1. Uchwała w sprawie planu\n- druk nr 12\n2. Koniec")[0] == AgendaLine(
        0, "1", "Uchwała w sprawie planu", "12"
    )


@pytest.mark.parametrize("end", ["Przewodniczący Rady\nJan Lis", "(-) Anna Wróbel", "Z poważaniem",
    "Piechowice, dnia 5 maja 2026 r.", "Otrzymują: radni"])  # fmt: skip
def test_a_signature_below_the_last_item_is_dropped(end: str) -> None:
    assert titles(f"1. Otwarcie\n2. Zamknięcie sesji.\n{end}\n") == ["Otwarcie", "Zamknięcie sesji"]


def test_a_title_that_speaks_of_the_chair_is_no_signature() -> None:
    text = "1. Wystąpienie, które wygłosi\nPrzewodniczący Rady Miejskiej"
    assert titles(text) == ["Wystąpienie, które wygłosi Przewodniczący Rady Miejskiej"]


@pytest.mark.parametrize("furniture", ["Strona 2 z 3", "str. 2/3", "- 2 -", "2 | S t r o n a"])
def test_page_furniture_is_left_out(furniture: str) -> None:
    assert titles(f"1. Otwarcie sesji\n{furniture}\n\fRady\n2. Koniec") == [
        "Otwarcie sesji Rady",
        "Koniec",
    ]


@pytest.mark.data
@pytest.mark.parametrize("town", ["katowice", "bydgoszcz", "lodz"])
@pytest.mark.parametrize("style", ["{}. ", "{})\t", "Ad {}. ", "{}."])
def test_all_titles_of_real_sessions_are_recovered(
    shared_data: Path, town: str, style: str
) -> None:
    for session in _sessions(shared_data, town, glued=not style.endswith((" ", "\t"))):
        text = "Porządek obrad:\n" + "\n".join(
            style.format(place) + title for place, title in enumerate(session, 1)
        )
        found = parse_agenda(text)
        assert [line.label for line in found] == [str(i) for i in range(1, len(session) + 1)]
        for title, line in zip(session, found, strict=True):
            kept = [*words_of(line.title), *words_of(line.druk or ""), *_DRUK_WORDS]
            assert set(words_of(title)) <= set(kept)


_DRUK_WORDS = ("druk", "Druk", "nr", "Nr")


def _sessions(shared_data: Path, town: str, *, glued: bool) -> list[list[str]]:
    """Return the titles voted on in each session; those that begin with a mark are left out."""
    record = shared_data / "council-meta" / town / "kadencja-2024-2029.json"
    sessions: dict[str, dict[str, None]] = {}
    for vote in json.loads(record.read_text(encoding="utf-8"))["votes"]:
        title = re.sub(r"^\d+[a-zA-Z]?\.\s*", "", one_line(vote["topic"]))
        if title and not re.match(r"\d+\w*\s?\.|\d" if glued else r"\d+\w*\s?\.", title):
            sessions.setdefault(vote["session_date"], {})[title] = None
    return [
        [title for title in titles if not (glued and title[0] == ".")]
        for titles in sessions.values()
    ]
