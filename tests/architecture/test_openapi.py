"""The interface's description: kept in docs/openapi.json, and complete."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator, FormatChecker

from api.app import create_app
from api.errors import codes
from api.v1.description import describe
from api.v1.examples import example_of
from api.v1.links import LINKS
from api.wiring import build
from docstore.services.tokens import SCOPES
from docstore.settings import Settings

KEPT = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """Return the whole application over an empty folder."""
    folder = tmp_path_factory.mktemp("data")
    settings = Settings(
        data_dir=folder, search_url="memory:", libreoffice="none", tesseract="none", workers=0
    )
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


def test_every_operation_is_complete(app: FastAPI) -> None:
    names = Counter(operation["operationId"] for _, operation in _operations(app))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)
    assert max(names.values()) == 1
    tags = {tag["name"] for tag in app.openapi()["tags"]}
    for name, operation in _operations(app):
        assert operation["summary"], name
        assert operation["description"].endswith("."), name
        assert set(operation["tags"]) <= tags, name
        assert operation["x-scope"] in SCOPES, name
        assert operation["security"] in ([{"token": []}], [{}, {"token": []}]), name
        assert any(code[0] == "2" for code in operation["responses"]), name
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], (name, parameter["name"])
            assert _is_bounded(parameter["schema"]), (name, parameter["name"])


def _is_bounded(schema: dict[str, Any]) -> bool:
    match schema.get("type"):
        case "array":
            return "maxItems" in schema and _is_bounded(schema["items"])
        case "integer":
            return {"minimum", "maximum"} <= schema.keys()
        case "string":
            return bool({"maxLength", "pattern", "enum"} & schema.keys())
        case kind:
            return kind == "boolean" or "$ref" in schema


def test_every_refusal_is_named_by_its_codes_each_with_an_example(app: FastAPI) -> None:
    known, examples = codes(), app.openapi()["components"]["examples"]
    for name, operation in _operations(app):
        refusals = {s: r for s, r in operation["responses"].items() if s[0] in "45"}
        assert {"406", "422" if operation.get("requestBody") else "406", "503"} <= set(refusals), (
            name
        )
        for status, response in refusals.items():
            assert list(response["content"]) == ["application/problem+json"], (name, status)
            named = response["content"]["application/problem+json"]["examples"]
            assert named, (name, status)
            for code in named:
                assert int(status) == known[code][0], (name, code)
                assert examples[code]["value"]["code"] == code
                assert f"`{code}`" in response["description"]
        is_retried = {"429", "503"} & set(refusals)
        assert all("Retry-After" in refusals[each]["headers"] for each in is_retried), name


def _examples(app: FastAPI) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Yield every example there is with its schema."""
    components = app.openapi()["components"]
    for code, example in components["examples"].items():
        yield code, {"$ref": "#/components/schemas/Problem"}, example["value"]
    for name, operation in _operations(app):
        for parameter in operation.get("parameters", ()):
            yield f"{name} {parameter['name']}", parameter["schema"], parameter["example"]
        for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
            content = holder.get("content", {}).get("application/json")
            if content is not None:
                yield name, content["schema"], content["examples"]["typical"]["value"]
    for name, schema in components["schemas"].items():
        for field, its in schema.get("properties", {}).items():
            for example in its.get("examples", ()):
                yield f"{name}.{field}", its, example


def test_every_example_is_valid_and_says_everything(app: FastAPI) -> None:
    components = app.openapi()["components"]
    count = 0
    for name, schema, example in _examples(app):
        whole = Draft202012Validator(
            {**schema, "components": components}, format_checker=FormatChecker()
        )
        assert list(whole.iter_errors(example)) == [], name
        count += 1
    assert count > 200
    for name, schema, example in _examples(app):
        target = components["schemas"].get(schema.get("$ref", "").rsplit("/", 1)[-1], {})
        missing = set(target.get("properties", {})) - set(example if target else ())
        assert missing <= {"errors"}, (name, "every field is in the example")


def test_a_field_without_an_example_is_found() -> None:
    schema = {"type": "object", "properties": {"title": {"type": "string"}}}
    with pytest.raises(LookupError, match="title: give this field an example"):
        example_of(schema, {})


def test_every_link_leads_to_something(app: FastAPI) -> None:
    operations = {operation["operationId"]: operation for _, operation in _operations(app)}
    assert set(LINKS) <= set(operations)
    for name, operation in operations.items():
        links = [r["links"] for r in operation["responses"].values() if "links" in r]
        assert bool(links) == (name in LINKS), name
        for target, link in (pair for each in links for pair in each.items()):
            known = {each["name"] for each in operations[target]["parameters"]}
            assert set(link["parameters"]) <= known, (name, target)


def test_changes_document_that_they_need_a_sign_in(app: FastAPI) -> None:
    for name, operation in _operations(app):
        if not name.startswith("GET"):
            assert {"401", "403", "404"} <= set(operation["responses"]), name
            assert {} not in operation["security"], name
