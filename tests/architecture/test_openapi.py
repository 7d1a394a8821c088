"""The interface's description: kept in docs/openapi.json, and complete."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.v1.description import describe
from api.wiring import build
from docstore.settings import Settings

KEPT = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """Return the whole application over an empty folder."""
    folder = tmp_path_factory.mktemp("data")
    settings = Settings(data_dir=folder, search_url="memory:", libreoffice="none", workers=0)
    parts = build(settings)
    yield create_app(parts)
    parts.close()


def _operations(app: FastAPI) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, verbs in app.openapi()["paths"].items():
        for verb, operation in verbs.items():
            yield f"{verb.upper()} {path}", operation


def test_the_kept_description_is_the_real_one(app: FastAPI) -> None:
    assert json.loads(KEPT.read_text()) == json.loads(describe(app)), (
        "look at what changed for others, then: python -m api.v1.description > docs/openapi.json"
    )


def test_the_interface_alone_is_described(app: FastAPI) -> None:
    assert all(path.startswith("/api/v1/bodies") for path in app.openapi()["paths"])


def test_every_operation_says_what_it_does_and_how_it_refuses(app: FastAPI) -> None:
    for name, operation in _operations(app):
        assert operation.get("summary"), name
        assert operation.get("description"), name
        refusals = {code for code in operation["responses"] if code[0] in "45"}
        assert "503" in refusals, name
        for code in refusals:
            content = operation["responses"][code]["content"]
            assert list(content) == ["application/problem+json"], (name, code)


def test_changes_document_that_they_need_a_sign_in(app: FastAPI) -> None:
    for name, operation in _operations(app):
        if not name.startswith("GET"):
            assert {"401", "403", "404"} <= set(operation["responses"]), name
