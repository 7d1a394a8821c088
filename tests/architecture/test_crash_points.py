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


def test_nothing_but_a_tests_own_program_can_watch() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in _sources()
        if path != _HOME and any(word in path.read_text() for word in ("watched(", "_hooks"))
    ]
    assert found == []
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
