"""The refusals of every operation, written out: status, codes, an example for each code."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from api.errors import codes as error_codes
from api.v1.access import CODES
from docstore.language import Words

PROBLEM = "application/problem+json"
JSON = "application/json"
_PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}
_TOKENS = ("token_mistyped", "token_unknown", "token_expired", "token_revoked", "scope_missing")
# What stands in the sentences of the examples.
_VALUES = {
    "answer": "550",
    "email": "biuro@piechowice.example",
    "excluded_by": "Burmistrz Piechowic",
    "field": "number",
    "fields": "items.0.title",
    "legal_ground": "ochrona danych osobowych",
    "length": "12",
    "limit_mb": "1024",
    "name": "projekt.pdf",
    "number": "2",
    "scope": "publish",
    "size": "148201",
    "slug": "piechowice",
    "title": "w sprawie budżetu miasta na rok 2027",
    "titles": "Projekt uchwały",
    "wait": "3 sekundy",
    "wanted": JSON,
}
_RETRY = {
    "Retry-After": {
        "description": "After how many seconds to send the request again.",
        "schema": {"type": "integer", "minimum": 1},
    }
}
_RETRIED = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


def write_refusals(operation: dict[str, Any], *, method: str, path: str) -> None:
    """Write every refusal of an operation into its description."""
    found: dict[str, list[str]] = {}
    responses = operation["responses"]
    own = [code for each in responses.values() for code in each.get(CODES, ())]
    known = error_codes()
    for code in dict.fromkeys((*own, *_of_its_kind(operation, method, path))):
        found.setdefault(str(int(known[code][0])), []).append(code)
    kept = {status: each for status, each in responses.items() if status[0] in "123"}
    operation["responses"] = kept | {
        status: _refusal(int(status), codes) for status, codes in sorted(found.items())
    }


def _of_its_kind(operation: dict[str, Any], method: str, path: str) -> Iterator[str]:
    """Yield what every operation of a kind may refuse."""
    yield from ("not_acceptable", "record_unavailable")
    if "{slug}" in path:
        yield from ("not_found", *_TOKENS)
    if is_for_office(operation, method):
        yield from ("sign_in_needed", "not_allowed")
    if method != "get":
        yield from ("form_expired", "file_too_large", "outcome_unknown")
    if JSON in operation.get("requestBody", {}).get("content", {}):
        yield from ("malformed_json", "unsupported_media_type")
    elif "requestBody" in operation:
        yield "unsupported_media_type"
    places = {each["in"] for each in operation.get("parameters", ())}
    if places - {"path"} or "requestBody" in operation:
        yield from ("malformed", "unstorable")
    if "header" in places:
        yield from ("request_under_way", "key_reused")


OFFICE_READS = frozenset({"show_draft", "list_deliveries"})
"""What the office alone reads; what changes something is the office's too."""


def is_for_office(operation: dict[str, Any], method: str) -> bool:
    """Tell whether an operation is the office's."""
    return method != "get" or operation["operationId"] in OFFICE_READS


def _refusal(status: int, codes: list[str]) -> dict[str, Any]:
    phrase = HTTPStatus(status).phrase
    listed = ", ".join(f"`{code}`" for code in sorted(codes))
    response: dict[str, Any] = {
        "description": f"{phrase}: {listed}.",
        "content": {
            PROBLEM: {
                "schema": _PROBLEM_SCHEMA,
                "examples": {
                    code: {"$ref": f"#/components/examples/{code}"} for code in sorted(codes)
                },
            }
        },
    }
    if status in _RETRIED or "request_under_way" in codes:
        response["headers"] = _RETRY
    return response


def problem_examples(paths: dict[str, Any]) -> dict[str, Any]:
    """Return an example of every refusal to which an operation points."""
    named = {
        code
        for verbs in paths.values()
        for operation in verbs.values()
        for response in operation["responses"].values()
        for code in response.get("content", {}).get(PROBLEM, {}).get("examples", ())
    }
    return {code: {"summary": code, "value": _example(code)} for code in sorted(named)}


def _example(code: str) -> dict[str, Any]:
    status, text = error_codes()[code]
    example: dict[str, Any] = {
        "type": f"https://teczka.example/api/v1/problems/{code}",
        "title": status.phrase,
        "status": int(status),
        "detail": Words()(text, **_VALUES),
        "code": code,
        "request_id": "k7c2m-9x4q1",
    }
    if code == "malformed":
        missing = {"field": "items.0.title", "code": "missing"}
        example["errors"] = [{**missing, "detail": "To pole trzeba wypełnić."}]
    if code == "invalid_input":
        detail = "„12/26” nie wygląda na numer uchwały. Przykład: XLV/312/2018."
        example["detail"] = detail
        example["errors"] = [{"field": "number", "code": "act_number", "detail": detail}]
    return example
