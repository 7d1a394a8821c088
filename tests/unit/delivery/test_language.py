"""The mails' own templates and sentences, in both languages."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import delivery
from delivery.notices import _templates
from docstore.language import LOCALE_DIR
from docstore.services.grounds import DESTRUCTION_GROUNDS, GROUNDS

_PACKAGE = Path(delivery.__file__).parent
# Calls as they are written here: words("..."), t("..."), edition.words("...").
_CALL = re.compile(r"""\b(?:words|t)\(\s*((?:["'](?:[^"'\\]|\\.)*["']\s*)+)[,)]""")
_PLURAL = re.compile(r"""\b(?:words|t)\.count\([^"']+((?:["'][^"']+["'],?\s*)+)\)""")
_STRING = re.compile(r"""["']((?:[^"'\\]|\\.)*)["']""")


def _messages() -> set[str]:
    found = {*GROUNDS.values(), *DESTRUCTION_GROUNDS.values()}
    for path in [*_PACKAGE.rglob("*.py"), *_PACKAGE.rglob("*.html"), *_PACKAGE.rglob("*.txt")]:
        source = path.read_text()
        found |= {"".join(_STRING.findall(call)) for call in _CALL.findall(source)}
        found |= {"|".join(_STRING.findall(call)) for call in _PLURAL.findall(source)}
    return found


def _english() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((LOCALE_DIR / "en").glob("*.po")):
        with path.open("rb") as source:
            found |= {str(m.id): str(m.string) for m in read_po(source) if m.id}
    return found


def test_every_sentence_of_mails_covers_and_archives_has_its_english() -> None:
    english = _english()
    assert sorted(message for message in _messages() if not english.get(message)) == []


def test_no_english_is_left_of_a_sentence_that_is_gone() -> None:
    with (LOCALE_DIR / "en" / "delivery.po").open("rb") as source:
        own = {str(message.id) for message in read_po(source) if message.id}
    assert sorted(own - _messages()) == []


@pytest.mark.parametrize("name", _templates().list_templates())
def test_a_template_compiles(name: str) -> None:
    assert _templates().get_template(name).name == name
