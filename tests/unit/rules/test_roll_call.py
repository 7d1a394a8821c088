"""Named lists of votes, in the forms of councils' reports and minutes."""

import pytest

from docstore.rules.roll_call import Voice, by_voice, parse_roll_call, tally

TWO_TO_A_LINE = """
1. Bielawa Wojciech ZA 15. Mikołajczak Jakub ZA
2. Bokiej Paweł PRZECIW 16. Nowicka Izabela NIEODDANY
3. Czerska-Thomas Joanna WSTRZYMUJĘ SIĘ 17. Róg Szymon NIEOBECNA
"""
GROUPED = """
Za (2): Anna Kowalczyk, Jan Nowak
PRZECIW (1)
Maria Zając
WSTRZYMUJĘ SIĘ (0)
NIEOBECNI (2)
Ewa Nowak i Piotr Kos
"""


def test_a_report_with_two_people_to_a_line() -> None:
    read = parse_roll_call(TWO_TO_A_LINE)
    assert read.counts == {
        "in_favour": 2, "against": 1, "abstained": 1, "no_voice": 1, "absent": 1
    }  # fmt: skip
    assert Voice("Czerska-Thomas Joanna", "abstained") in read.voices
    assert read.unread == ()


def test_names_by_groups_behind_the_vote_or_below_it() -> None:
    read = parse_roll_call(GROUPED)
    assert [(each.name, each.voice) for each in read.voices] == [
        ("Anna Kowalczyk", "in_favour"),
        ("Jan Nowak", "in_favour"),
        ("Maria Zając", "against"),
        ("Ewa Nowak", "absent"),
        ("Piotr Kos", "absent"),
    ]
    assert read.unread == ()


@pytest.mark.parametrize(
    ("line", "voice"),
    [
        ("7\tZając Maria\tza", "in_favour"),
        ("Zając Maria – przeciw", "against"),
        ("Zając Maria: wstrzymała się", "abstained"),
        ("Zając Maria; brak głosu", "no_voice"),
        ("Zając Maria nie głosowała", "no_voice"),
        ("- Zając Maria, nieobecna", "absent"),
    ],
)
def test_one_person_to_a_line(line: str, voice: str) -> None:
    assert parse_roll_call(line).voices == (Voice("Zając Maria", voice),)


def test_headings_and_counts_of_a_report_name_nobody() -> None:
    read = parse_roll_call("Liczba uprawnionych 27 Głosy za 24\nKworum zostało osiągnięte")
    assert read.voices == ()
    assert read.unread == (1, 2)


def test_somebody_named_twice_is_told() -> None:
    assert parse_roll_call("Jan Nowak za\nJan Nowak przeciw").repeated == ("Jan Nowak",)


def test_a_stored_list_is_counted_and_grouped() -> None:
    stored = [{"name": "Jan", "voice": "against"}, {"name": "Ewa", "voice": "in_favour"}]
    assert tally(stored) == (1, 1, 0, 0, 0)
    assert by_voice(stored) == {"in_favour": ["Ewa"], "against": ["Jan"]}
