"""Roman numerals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docstore.rules.roman import HIGHEST, from_roman, to_roman


@given(st.integers(1, HIGHEST))
def test_every_number_is_read_back_from_its_numeral(number: int) -> None:
    assert from_roman(to_roman(number)) == number
    assert from_roman(to_roman(number).lower()) == number


@given(st.text("IVXLCDMivx", max_size=9))
def test_only_the_one_correct_form_is_a_numeral(text: str) -> None:
    value = from_roman(text)
    assert value is None or to_roman(value) in {text, text.upper()}


@pytest.mark.parametrize("text", ["", "IIII", "VX", "IC", "Iv", "XLV ", "A", "0", "I\n"])
def test_other_text_is_none(text: str) -> None:
    assert from_roman(text) is None


@pytest.mark.parametrize("number", [0, -1, HIGHEST + 1])
def test_numbers_beyond_the_numerals_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="no Roman numeral"):
        to_roman(number)
