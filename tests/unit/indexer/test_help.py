"""The examples of the help page are queries that are understood."""

import re
from pathlib import Path

import pytest

from indexer.polish import shared_analyser
from indexer.query import QueryLanguage

HELP = Path(__file__).resolve().parents[3] / "docs" / "search.md"
LANGUAGE = QueryLanguage(
    shared_analyser(),
    {"kind": {"uchwała": "resolution"}, "status": {"obowiązuje": "in_force"}},
)
_CHAPTER = re.search(r"## Język zapytań(.*?)\n## ", HELP.read_text(encoding="utf-8"), re.DOTALL)
EXAMPLES = re.findall(r"^\| `([^`]+)` \|", _CHAPTER[1] if _CHAPTER else "", re.MULTILINE)


def test_the_help_page_has_examples() -> None:
    assert len(EXAMPLES) > 20


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_understood_without_a_note(example: str) -> None:
    assert LANGUAGE.parse(example).notes == ()
