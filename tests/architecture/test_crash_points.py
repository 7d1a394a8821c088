"""Crash points: list and code say the same, and nothing in the product can switch one on.

That the main job reaches each of them is held where a server is killed at each:
tests/integration/test_crashes.py.
"""

import ast
from collections import Counter
from collections.abc import Iterator

from docstore.crashing import Point, reach, watched
from tests.architecture.test_rules import ROOT, _sources

_HOME = ROOT / "docstore" / "crashing.py"


def _calls() -> Iterator[ast.Call]:
    for path in _sources():
        if path != _HOME:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("reach"):
                    yield node


def test_every_point_is_in_the_code_and_every_point_in_the_code_has_a_name() -> None:
    used = Counter(ast.unparse(call.args[0]) for call in _calls())
    assert used.keys() == {f"Point.{point.name}" for point in Point}


def _whole_modules(node: ast.AST) -> set[str]:
    """Return the modules that a statement imports as a whole, with all that is in them."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {f"{node.module}.{alias.name}" for alias in node.names}
    return set()


def test_nothing_but_a_tests_own_program_can_watch() -> None:
    imported = {
        alias.name
        for path in _sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "docstore.crashing"
        for alias in node.names
    }
    assert imported == {"Point", "reach"}
    whole = [
        str(path.relative_to(ROOT))
        for path in _sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if "docstore.crashing" in _whole_modules(node)
    ]
    assert whole == []
    imports = [
        node for node in ast.walk(ast.parse(_HOME.read_text())) if isinstance(node, ast.ImportFrom)
    ]
    assert {node.module for node in imports} == {"collections.abc", "contextlib", "enum"}


def test_a_point_that_nobody_watches_is_passed() -> None:
    seen: list[Point] = []
    reach(Point.PUT)
    with watched(seen.append):
        reach(Point.SENT)
    reach(Point.PUT)
    assert seen == [Point.SENT]
