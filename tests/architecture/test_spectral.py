"""The interface's description is clean under Spectral: OpenAPI's own rules and this house's."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import missing

ROOT = Path(__file__).resolve().parents[2]
SPECTRAL = ROOT / "node_modules" / ".bin" / "spectral"


def _found(description: Path) -> set[str]:
    """Return the rules that a description breaks."""
    if not SPECTRAL.exists():
        missing("Spectral (node_modules)")
    told = ["--ruleset", str(ROOT / ".spectral.yaml"), "--format", "json", "--quiet"]
    answer = subprocess.run(
        [SPECTRAL, "lint", *told, "--fail-severity", "hint", description],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode in {0, 1}, answer.stderr
    return {each["code"] for each in json.loads(answer.stdout or "[]")}


def test_the_description_breaks_no_rule() -> None:
    assert _found(ROOT / "docs" / "openapi.json") == set()


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Return a description that breaks every rule of this house once."""
    described: Any = json.loads((ROOT / "docs" / "openapi.json").read_text())
    paths, schemas = described["paths"], described["components"]["schemas"]
    post = paths["/api/v1/bodies/{slug}/meetings"]["post"]
    post["operationId"] = "createMeeting"
    post["parameters"] = [each for each in post["parameters"] if each["in"] != "header"]
    del post["x-scope"]
    post["responses"]["422"]["content"] = {"application/json": {"schema": {"type": "object"}}}
    schemas["BodyShape"]["properties"]["fullName"] = {"type": "string"}
    del schemas["Page_BodyShape_"]["properties"]["next"]
    paths["/api/v1/councils"] = paths.pop("/api/v1/bodies")
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(described))
    return file


def test_each_rule_of_the_house_finds_what_breaks_it(broken: Path) -> None:
    rules = (ROOT / ".spectral.yaml").read_text().splitlines()
    own = {line.strip().rstrip(":") for line in rules if line.startswith("  teczka-")}
    assert len(own) > 5
    assert own <= _found(broken)
