"""Every note has its sentence in both languages."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import indexer
from docstore.language import LOCALE_DIR, Words
from indexer.documents import Note
from indexer.notes import SENTENCES, sentence


@pytest.mark.parametrize("code", SENTENCES)
def test_a_note_is_told_in_polish_and_in_english(code: str) -> None:
    note = Note(code, "to")
    polish, english = sentence(note, Words("pl")), sentence(note, Words("en"))
    assert polish != english
    assert "{" not in polish + english


def test_no_english_is_left_over() -> None:
    with (LOCALE_DIR / "en" / "search.po").open("rb") as source:
        known = {str(message.id) for message in read_po(source) if message.id}
    assert known == set(SENTENCES.values())


def test_every_code_of_the_mender_is_known() -> None:
    folder = Path(indexer.__file__).parent
    source = (
        "".join((folder / name).read_text() for name in ("mending.py", "pieces.py"))
        + (folder / "query.py").read_text()
    )
    codes = set(re.findall(r'(?:Trouble|Note)\("(\w+)"', source))
    assert codes
    assert codes <= set(SENTENCES)
    assert set(SENTENCES) - codes == {"unknown_kind", "unknown_status"}
