"""Numbers of resolutions in all their spellings."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docstore.rules.acts.number import file_act_number, find_act_numbers, parse_act_number
from docstore.rules.roman import to_roman

SPELLINGS = [
    ("XLV/312/2018", "XLV/312/2018"),
    ("XLV/312/18", "XLV/312/2018"),
    ("Nr XLV/312/2018", "XLV/312/2018"),
    ("NR xlv/312/2018", "XLV/312/2018"),
    ("nr. XLV / 312 / 2018.", "XLV/312/2018"),
    ("NrXLV/312/2018", "XLV/312/2018"),
    ("Uchwała Nr XLV/0312/2018", "XLV/312/2018"),
    ("XLV-312/2018", "XLV/312/2018"),
    ("LI/313/18", "LI/313/2018"),
    ("249.XXVI.2012", "XXVI/249/2012"),
    ("21/V/2019", "V/21/2019"),
    ("XXX\\12\\2015", "XXX/12/2015"),
    ("107/XII/11", "XII/107/2011"),
    ("IV/33/99", "IV/33/1999"),
    ("XXIII.231.2020", "XXIII/231/2020"),
    ("LIV/987/VIII/2021", "LIV/987/2021"),
    ("VI/21/14/2020", "XXI/14/2020"),
    ("12/2019", "12/2019"),
]


@pytest.mark.parametrize(("typed", "key"), SPELLINGS)
def test_every_format_has_its_key(typed: str, key: str) -> None:
    number = parse_act_number(typed)
    assert number is not None
    assert number.key == key


def test_the_literal_stays_as_typed_without_the_word_for_number() -> None:
    number = parse_act_number(" Nr XXX\\12\\2015 ")
    assert number is not None
    assert number.literal == "XXX\\12\\2015"


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "XLVIII/ /18", "IIII/3/2018", "XLV", "2018", "12/2", "XLV/312/2018/x", "0/I/2018",
     "XLV/312/1066", "26 listopada 2018", "Nr", "I/I/I", "BRM.0007.546.2012"],
)  # fmt: skip
def test_what_is_no_number_is_none(typed: str) -> None:
    assert parse_act_number(typed) is None


@given(
    session=st.integers(1, 120),
    number=st.integers(1, 9999),
    year=st.integers(1990, 2089),
    separator=st.sampled_from(["/", ".", "\\", " / ", "-"]),
    prefix=st.sampled_from(["", "Nr ", "NR ", "nr ", "Uchwała Nr "]),
    lower=st.booleans(),
)
def test_two_spellings_of_one_number_have_the_same_key(
    *, session: int, number: int, year: int, separator: str, prefix: str, lower: bool
) -> None:
    roman = to_roman(session).lower() if lower else to_roman(session)
    for parts in (
        (roman, number, year),
        (number, roman, year),
        (roman, number, f"{year % 100:02}"),
    ):
        found = parse_act_number(prefix + separator.join(map(str, parts)))
        assert found is not None
        assert found.key == f"{to_roman(session)}/{number}/{year}"
        assert found.sort_key == (year, number)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_none(text: str) -> None:
    number = parse_act_number(text)
    assert number is None or parse_act_number(number.key) is not None


def test_numbers_are_found_in_running_text_in_order() -> None:
    text = (
        "zmienia uchwałę Nr LVI/1156/22 Rady z dnia 26.XI.2012 r., znak NK-N1.4131.1047.2012.RB,"
        " oraz XXXVII/\n741/12 i 12/II/2015; druk nr 165/2024"
    )
    found = find_act_numbers(text)
    assert [one.number.key for one in found] == ["LVI/1156/2022", "XXXVII/741/2012", "II/12/2015"]
    assert text[found[0].start : found[0].end] == "LVI/1156/22"


def test_a_day_with_a_roman_month_is_a_number_only_after_nr() -> None:
    assert find_act_numbers("26.XI.2012") == ()
    assert [one.number.key for one in find_act_numbers("nr 26.XI.2012")] == ["XI/26/2012"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Uchwala_XLV_312_2018.pdf", "XLV/312/2018"),
        ("XLV-312-2018 podatki.pdf", "XLV/312/2018"),
        ("uchwala_nr_xlv_312_18_zal_1.pdf", "XLV/312/2018"),
        ("249.XXVI.2012.pdf", "XXVI/249/2012"),
        ("Uchwała nr 12.V.2019.docx", "V/12/2019"),
    ],
)
def test_file_names_tell_numbers(name: str, key: str) -> None:
    number = file_act_number(name)
    assert number is not None
    assert number.key == key


@pytest.mark.parametrize("name", ["26.XI.2012.pdf", "skan 12 2018.pdf", "rzuty i 12 2018.pdf", ""])
def test_other_file_names_tell_none(name: str) -> None:
    assert file_act_number(name) is None


@pytest.mark.data
def test_real_numbers_are_all_read(shared_data: Path) -> None:
    table = shared_data / "scale" / "resolution-numbers.tsv"
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines, delimiter="\t"))
    numbers = [parse_act_number(row["number"]) for row in rows]
    assert len(numbers) >= 20
    for row, number in zip(rows, numbers, strict=True):
        assert number is not None
        assert number.number == int(row["running_no"])
        assert number.year in {int(row["date"][:4]), int(row["date"][:4]) - 1}
