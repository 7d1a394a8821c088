"""Any name a person or an attacker types becomes one that every computer can hold."""

import re
import unicodedata
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docstore.files.archive import safe_file_name

RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)", re.IGNORECASE)
NASTY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from('/\\.:*?<>|"\0\r\n\t \u202e\u200f\u2066żółćŁ~-_()CONnul12' + "\ud800"),
    ),
    max_size=700,
)


@pytest.mark.parametrize(
    ("typed", "safe"),
    [
        ("Projekt uchwały nr 12.pdf", "Projekt uchwały nr 12.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Biuro\\druk 12.docx", "druk 12.docx"),
        ("uchwa\0ła.pdf", "uchwała.pdf"),
        ("faktura\u202efdp.exe", "fakturafdp.exe"),
        ("a:b*c?.pdf", "a_b_c_.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1", "_lpt1"),
        (".htaccess", "htaccess"),
        ("umowa. . .", "umowa"),
        ("", "plik"),
        ("..", "plik"),
        ("\u202e\u200f", "plik"),
        ("z\u0307o\u0301łw.odt", "żółw.odt"),
        ("raz\n\tdwa   trzy.txt", "raz dwa trzy.txt"),
    ],
)
def test_names(typed: str, safe: str) -> None:
    assert safe_file_name(typed) == safe


def test_a_name_of_500_characters_keeps_its_beginning_and_its_extension() -> None:
    name = safe_file_name("Uchwała w sprawie " + "ż" * 500 + ".docx")
    assert name.startswith("Uchwała w sprawie żż")
    assert name.endswith("ż.docx")
    assert len(name) == 100


def test_an_endless_extension_is_no_extension() -> None:
    assert len(safe_file_name("a." + "x" * 500)) == 100


@given(NASTY, st.integers(16, 120))
def test_every_name_is_safe(typed: str, limit: int) -> None:
    name = safe_file_name(typed, limit=limit)
    assert 0 < len(name) <= limit
    assert len(name.encode()) <= 255
    assert PurePosixPath(name).name == name
    assert not RESERVED.match(name)
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
    assert not name.endswith((".", " "))
    assert not name.startswith((".", " "))
    assert unicodedata.is_normalized("NFC", name)
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in name)


@given(NASTY, st.integers(16, 120))
def test_a_safe_name_stays_as_it_is(typed: str, limit: int) -> None:
    once = safe_file_name(typed, limit=limit)
    assert safe_file_name(once, limit=limit) == once
