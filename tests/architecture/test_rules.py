"""Rules of the house that a test can hold; each failure says how to mend it."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import delivery.errors
import indexer.errors
from api.errors import SENTENCES, STATUS
from docstore.errors import DocstoreError
from docstore.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("docstore", "indexer", "delivery", "api")
# What set-up, tests and the demo make beside the sources.
NOT_OURS = {".venv", ".uv", ".node", "node_modules", "vendor", "build", ".git", ".demo"}


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def _told(kind: type[DocstoreError]) -> Iterator[type[DocstoreError]]:
    """Yield the errors that say what is wrong: those with a code of their own."""
    for sub in _ours(kind):
        if "code" in vars(sub):
            yield sub
        yield from _told(sub)


def _ours(kind: type[DocstoreError]) -> list[type[DocstoreError]]:
    """Return the errors right below a kind; the terminal's own is told by its command."""
    return [
        sub
        for sub in kind.__subclasses__()
        if sub.__module__.split(".", maxsplit=1)[0] in PACKAGES
        and sub.__module__ != "api.commands.terminal"
    ]


def _errors() -> list[type[DocstoreError]]:
    known = {delivery.errors.__name__, indexer.errors.__name__}  # imported: their errors are known
    assert known == {"delivery.errors", "indexer.errors"}
    return list(_told(DocstoreError))


def test_every_error_has_a_status_and_a_sentence() -> None:
    missing = [e.__name__ for e in _errors() if e not in STATUS or e.code not in SENTENCES]
    assert missing == [], "add them to STATUS and SENTENCES in api/errors.py"


def test_no_two_errors_share_a_code() -> None:
    codes = Counter(error.code for error in _errors())
    assert [code for code, count in codes.items() if count > 1] == []


def test_no_sentence_is_left_of_an_error_that_is_gone() -> None:
    assert set(SENTENCES) - {error.code for error in _errors()} == set()


def test_every_setting_is_documented_and_nothing_else() -> None:
    text = (ROOT / "docs" / "settings.md").read_text()
    headings = set(re.findall(r"^## `TECZKA_([A-Z0-9_]+)`", text, re.MULTILINE))
    assert headings == {name.upper() for name in Settings.model_fields}


def test_every_event_that_is_explained_is_one_that_is_logged() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    table = text.split("| event | meaning | do |", 1)[1].split("\n\n", 1)[0]
    told = set(re.findall(r"`(\w+)`", "".join(row.split("|")[1] for row in table.splitlines()[2:])))
    logged = {
        name
        for path in _sources()
        for name in re.findall(r"\blog\.\w+\(\s*\"(\w+)\"", path.read_text())
    }
    assert told - logged == set()
    assert len(told) > 5


def test_settings_are_few() -> None:
    assert len(Settings.model_fields) < 25


def test_commits_happen_in_the_database_module_alone() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and path.relative_to(ROOT).as_posix() != "docstore/database.py"
        and "engines" not in path.parts  # an index writer's commit is no transaction of the record
    ]
    assert found == [], "end the transaction at the edge: Database.transaction()"


def test_the_clock_is_asked_through_its_seam() -> None:
    found = [
        f"{path.relative_to(ROOT)}"
        for path in _sources()
        if re.search(r"datetime\.now\(|date\.today\(|datetime\.utcnow\(", path.read_text())
        and path.name != "clock.py"
    ]
    assert found == [], "take the moment from docstore.clock.Clock"


@pytest.mark.parametrize("path", list(_sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_suppressions_carry_a_reason(path: Path) -> None:
    bare = [
        number
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"# (noqa(: [A-Z0-9, ]+)?|type: ignore(\[[a-z-, ]+\])?)\s*$", line)
    ]
    assert bare == [], "write the code and, after a dash, why"


def test_nothing_names_the_machine_it_was_written_on() -> None:
    pattern = re.compile(r"(?<![\w.])/(tmp|work|root|home)/\w")
    found = [
        f"{path.relative_to(ROOT)}"
        for suffix in ("*.py", "*.md", "*.toml", "*.yml", "*.html", "*.js", "*.css")
        for path in ROOT.rglob(suffix)
        if not NOT_OURS & set(path.relative_to(ROOT).parts)
        and path != Path(__file__)
        and pattern.search(path.read_text())
    ]
    assert found == []


def _sorts_by_moment_alone(node: ast.AST) -> bool:
    """Tell whether `order_by` ends with a moment or a day, which two rows may share."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    if node.func.attr != "order_by" or not node.args:
        return False
    last = node.args[-1]
    while isinstance(last, ast.Call) and isinstance(last.func, ast.Attribute):
        last = last.func.value  # past .desc() and .asc()
    return isinstance(last, ast.Attribute) and last.attr.endswith(("_at", "_on"))


def test_rows_of_one_moment_have_an_order_too() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and _sorts_by_moment_alone(node)
    ]
    assert found == [], "end order_by with a column that is unique, such as the id"
