"""The interface described (OpenAPI): `python -m api.v1.description` writes docs/openapi.json."""

import json
import sys
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from api.v1 import routers
from api.v1.access import SCOPES
from api.v1.documented import JSON, is_for_office, problem_examples, write_refusals
from api.v1.examples import example_of
from api.v1.links import links_of
from api.v1.shapes import ID, Problem
from docstore.services.tokens import READ

# The framework's own shape of a refusal, which nothing here ever answers.
_FOREIGN = ("HTTPValidationError", "ValidationError")
_INFO = {
    "title": "Teczka",
    "version": "1",
    "description": "The papers of a Polish council: meetings, agendas, documents and their "
    "versions, packets and their delivery, adopted acts, and search. What may change, how lists "
    "are paged, and how to send a request again without harm: docs/api.md of the project.",
    "contact": {
        "name": "The council office of this installation",
        "url": "https://teczka.example",
        "email": "rada@teczka.example",
    },
    "license": {
        "name": "EUPL-1.2",
        "url": "https://interoperable-europe.ec.europa.eu/collection/eupl/eupl-text-eupl-12",
    },
}
_TAGS = {
    "acts": "What was adopted, and whether it is in force.",
    "bodies": "Councils; everything else belongs to one.",
    "documents": "Matters, their documents and the versions of these.",
    "meetings": "Meetings and their agendas, as drafts and as published.",
    "packets": "What was published for a meeting at one moment, and who received it.",
    "search": "Words and facts in everything that the asker may see.",
}
_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "teczka_ and 42 letters and figures",
    "description": "A token made on the account's page, with scopes and an end; see docs/api.md. "
    "`x-scope` of each operation names the one it needs. A browser's page of the same origin may "
    "use its cookie and the header X-CSRF-Token instead.",
}
SCOPE = "x-scope"
"""Where an operation says which scope a token needs; OpenAPI has a place for OAuth's alone."""
_SLUG = {"type": "string", "minLength": 1, "maxLength": 60}
_ID_SCHEMA = {"type": "string", "pattern": "^[0-9a-hjkmnp-tv-z]{16}$"}
_PLACES = {
    "slug": ("The council's short name.", _SLUG, "piechowice"),
    "act_id": ("The act: the id of its paper.", _ID_SCHEMA, ID),
    "consideration_id": ("A paper on an agenda item.", _ID_SCHEMA, ID),
    "document_id": ("The document.", _ID_SCHEMA, ID),
    "item_id": ("The agenda item.", _ID_SCHEMA, ID),
    "meeting_id": ("The meeting.", _ID_SCHEMA, ID),
    "packet_id": ("The packet.", _ID_SCHEMA, ID),
    "paper_id": ("The matter.", _ID_SCHEMA, ID),
    "version_id": ("The version.", _ID_SCHEMA, ID),
}


class Application(FastAPI):
    """An application that describes its interface as it really is."""

    def openapi(self) -> dict[str, Any]:
        """Return the description; made once."""
        if self.openapi_schema is None:
            schema = super().openapi()
            for name in _FOREIGN:
                schema["components"]["schemas"].pop(name, None)
            self.openapi_schema = _completed(schema)
        return self.openapi_schema


def _completed(schema: dict[str, Any]) -> dict[str, Any]:
    """Complete what the framework tells with what it does not know."""
    schema["info"] = _INFO
    schema["servers"] = [{"url": "/", "description": "This installation."}]
    schema["tags"] = [{"name": name, "description": said} for name, said in _TAGS.items()]
    components = schema["components"]
    components["securitySchemes"] = {"token": _TOKEN}
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components["schemas"] |= {**problem.pop("$defs"), "Problem": problem}
    for path, verbs in schema["paths"].items():
        for method, operation in verbs.items():
            _complete(operation, method, path, components["schemas"])
    components["examples"] = problem_examples(schema["paths"])
    return schema


def _complete(
    operation: dict[str, Any], method: str, path: str, schemas: dict[str, dict[str, Any]]
) -> None:
    name = operation["operationId"]
    write_refusals(operation, method=method, path=path)
    operation["tags"] = operation["tags"][-1:]  # its own rather than its router's
    operation[SCOPE] = READ if method == "get" else SCOPES[name]
    operation["security"] = [{"token": []}]
    if not is_for_office(operation, method):
        operation["security"].insert(0, {})
    for parameter in operation.get("parameters", ()):
        _describe(parameter)
    for content in _contents(operation):
        content["examples"] = {"typical": {"value": example_of(content["schema"], schemas)}}
    if method == "get":
        _describe_reading(operation["responses"])
    for status, response in operation["responses"].items():
        if status[0] == "2" and (links := links_of(name)):
            response["links"] = links


def _describe_reading(responses: dict[str, Any]) -> None:
    """Say that what was read is tagged, and where the next page is."""
    headers = responses["200"].setdefault("headers", {})
    headers["ETag"] = _header("Send it back as `If-None-Match`.")
    target = responses["200"]["content"].get(JSON, {}).get("schema", {}).get("$ref", "")
    if "/Page_" in target or target.endswith("/SearchShape"):
        headers["Link"] = _header(
            'The address of the next page, with `rel="next"`, if there is one.'
        )
    responses.setdefault("304", {"description": "What the client has is still so."})


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


def _describe(parameter: dict[str, Any]) -> None:
    """Say what a parameter is; what is in a path the framework knows by name alone."""
    if parameter["in"] == "path":
        parameter["description"], parameter["schema"], parameter["example"] = _PLACES[
            parameter["name"]
        ]
        return
    its: dict[str, Any] = parameter["schema"]
    if "anyOf" in its:  # an address holds no null: whatever is left out is left out
        its |= its.pop("anyOf")[0]
    parameter["example"] = its.pop("examples")[0]
    its.pop("description", None)


def _contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the JSON that an operation takes and gives."""
    for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
        if JSON in holder.get("content", {}):
            yield holder["content"][JSON]


def describe(app: FastAPI) -> str:
    """Return an application's description as text that changes only when it does."""
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    alone = Application(title="Teczka", version="1")
    for router in routers():
        alone.router.routes.extend(router.routes)
    sys.stdout.write(describe(alone))
