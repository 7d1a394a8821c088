"""docs/threat-model.md names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`((?:tests|deploy)/[\w/.]+)(?:::(\w+))?`")


def test_every_test_that_it_names_is_there() -> None:
    named = NAMED.findall((ROOT / "docs" / "threat-model.md").read_text())
    assert len(named) > 40
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).is_file()
        or (name and not re.search(rf"def {name}\b", (ROOT / path).read_text()))
    ]
    assert missing == []


def test_every_way_in_says_what_holds_it() -> None:
    text = (ROOT / "docs" / "threat-model.md").read_text()
    ways = text[text.index("## Ways in") : text.index("## What is left open")]
    rows = [line for line in ways.splitlines() if re.match(r"\| (?!way |---)", line)]
    assert len(rows) > 30
    assert [row for row in rows if not NAMED.search(row.rsplit("|", 2)[1])] == []
