"""Text made plain."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from docstore.rules.broken_letters import mend
from docstore.rules.plain import fold, join_lines, one_line, plain


def test_what_word_leaves_in_text_is_made_plain() -> None:
    assert plain("a\N{NO-BREAK SPACE}b\r\nbez\N{SOFT HYPHEN}pieczny\vc\N{ZERO WIDTH SPACE}\td") == (
        "a b\nbezpieczny\nc\td"
    )


@given(st.text())
def test_plain_text_stays_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert "\n" not in one_line(text)


@given(st.text())
def test_folding_and_mending_keep_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert len(mend(text)) == len(text)


@given(st.text())
def test_a_part_of_a_text_folds_as_it_does_in_the_whole(text: str) -> None:
    assert fold(text) == "".join(map(fold, text))


@given(st.text())
def test_nothing_that_cannot_be_seen_is_left(text: str) -> None:
    left = set(plain(text)) - set("\t\n\f")
    assert not {char for char in left if unicodedata.category(char) in {"Cc", "Cf", "Cs"}}


def test_folding_takes_all_polish_marks() -> None:
    assert fold("Zażółć GĘŚLĄ jaźń") == "zazolc gesla jazn"


def test_words_broken_at_a_lines_end_are_made_whole() -> None:
    assert join_lines(
        ["społeczno-", "gospodarczy nieru-", "chomości Bielsko-", "Biała 2021-", "2025"]
    ) == ("społeczno-gospodarczy nieruchomości Bielsko-Biała 2021-2025")


def test_letters_of_a_broken_font_are_mended() -> None:
    assert mend("iŝ Ŝadnych DUŜY") == "iż żadnych DUŻY"
    assert mend("uchwa³a o op³atach wodoci¹gowych") == "uchwała o opłatach wodociągowych"
    assert mend("5 m³ wody, gęś") == "5 m³ wody, gęś"
