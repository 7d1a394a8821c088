"""Numbers of acts are units, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import numbers


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("XLV/312/2018", "xlv/312/2018"),
        ("xlv.312.2018", "xlv/312/2018"),
        ("XLV\\312\\18", "xlv/312/2018"),
        ("XLV / 312/ 2018", "xlv/312/2018"),
        ("249.XXVI.2012", "xxvi/249/2012"),
        ("21/V/2019", "v/21/2019"),
        ("LI/313/98", "li/313/1998"),
        ("XXIII/562", "xxiii/562"),
    ],
)
def test_one_act_has_one_key(written: str, key: str) -> None:
    assert numbers.key(written) == key


@pytest.mark.parametrize(
    "text", ["12/2024", "BRM.0007.546.2012", "druk 12", "I. 5", "", "XLV", "5"]
)
def test_other_numbers_are_no_acts(text: str) -> None:
    assert numbers.key(text) is None


def test_a_sentence_that_ends_in_a_roman_number_does_not_run_into_the_next() -> None:
    assert numbers.ACT_NUMBER.search("w załączniku nr V. 12 lipca") is None


def test_an_act_is_known_without_its_year_too() -> None:
    match = numbers.ACT_NUMBER.search("uchwała nr XLV/312/18 Rady")
    assert match is not None
    assert numbers.keys(match) == ("xlv/312/2018", "xlv/312")


def test_numbers_sort_by_year_session_and_running_number() -> None:
    filed = ["9.X.2017", "II/9/18", "II/10/2018", "IX/9/2018", "XLV/312/2018", "druk 2", "druk 10"]
    assert sorted([*reversed(filed), ""], key=numbers.sort_key) == [*filed, ""]


@given(st.text() | st.from_regex(numbers.ACT_NUMBER))
def test_any_text_has_a_place_in_the_order(text: str) -> None:
    assert numbers.sort_key(text)
