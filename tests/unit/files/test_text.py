"""Text is made fit to be searched and shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docstore.files.text import is_legible, tidy


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("nieruchomo\ufffeści gruntowych", "nieruchomości gruntowych"),
        ("zagospodarowa\x02\r\nnia", "zagospodarowania"),
        ("odpowiedzialno\ufffeści", "odpowiedzialności"),
        ("uchwa\u00ad\nła", "uchwała"),
        ("gospo\u00addarka", "gospodarka"),
    ],
)
def test_a_word_broken_by_the_typesetter_is_one_word_again(raw: str, expected: str) -> None:
    assert tidy(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Opiekuńczo\ufffeWychowawczej", "Opiekuńczo-Wychowawczej"),
        ("społeczno\ufffezawodowych", "społeczno-zawodowych"),
        ("rolno\x02\nspożywczego", "rolno-spożywczego"),
        ("na lata 2024\ufffe2028", "na lata 2024-2028"),
        ("Bielsko\ufffe\nBiała", "Bielsko-Biała"),
    ],
)
def test_a_hyphen_of_the_word_itself_stays(raw: str, expected: str) -> None:
    assert tidy(raw) == expected


def test_letters_and_their_marks_become_one_character() -> None:
    assert tidy(unicodedata.normalize("NFD", "Gżegżółka")) == "Gżegżółka"


def test_what_nobody_sees_is_gone() -> None:
    assert tidy("a\x00b\ud800c\ue0b7d\ufeffe\u200bf") == "abcdef"


def test_empty_lines_and_runs_of_spaces_are_few() -> None:
    assert tidy("  raz   dwa \r\n \n\n\n\ntrzy\x0bcztery ") == "raz dwa\n\ntrzy\ncztery"


def test_a_text_without_spaces_is_read_in_one_go() -> None:
    endless = "x" * 1_000_000  # a run of base64: from each letter to its end would be 10 to the 12
    assert tidy(f"nieruchomo\ufffeści {endless}") == f"nieruchomości {endless}"


@given(st.text())
def test_tidy_text_stays_as_it_is(raw: str) -> None:
    once = tidy(raw)
    assert tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()


@pytest.mark.parametrize(
    "rubbish", ["", " \n", "7", "\ue001\ue002\ue003 ab", "\"7+%-',", "\ufffd" * 9]
)
def test_rubbish_of_a_font_without_a_map_is_not_text(rubbish: str) -> None:
    assert not is_legible(rubbish)


@pytest.mark.parametrize("text", ["12", "Uchwała nr XLV/312/2018", "\ue0b7 punkt pierwszy"])
def test_short_lines_and_odd_bullets_are_text(text: str) -> None:
    assert is_legible(text)
