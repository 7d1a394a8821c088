"""The interface described (OpenAPI): `python -m api.v1.description` writes docs/openapi.json."""

import json
import sys
from typing import Any

from fastapi import FastAPI

from api.v1 import router

_PROBLEM = "application/problem+json"
_JSON = "application/json"
# The framework's own shape of a refusal, which nothing here ever answers.
_FOREIGN = ("HTTPValidationError", "ValidationError")


class Application(FastAPI):
    """An application that describes its refusals as they really are."""

    def openapi(self) -> dict[str, Any]:
        """Return the description; made once."""
        if self.openapi_schema is None:
            schema = super().openapi()
            for operations in schema["paths"].values():
                for operation in operations.values():
                    operation["responses"] = _real(operation["responses"])
            for name in _FOREIGN:
                schema["components"]["schemas"].pop(name, None)
            self.openapi_schema = schema
        return self.openapi_schema


def _real(responses: dict[str, Any]) -> dict[str, Any]:
    """Return responses without the framework's own, problems under their real media type."""
    found = {}
    for status, response in responses.items():
        content = response.get("content", {})
        if _FOREIGN[0] in content.get(_JSON, {}).get("schema", {}).get("$ref", ""):
            continue
        if _PROBLEM in content:
            content[_PROBLEM] = content.pop(_JSON)
        found[status] = response
    return found


def describe(app: FastAPI) -> str:
    """Return an application's description as text that changes only when it does."""
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    alone = Application(title="Teczka", version="1")
    alone.include_router(router)
    sys.stdout.write(describe(alone))
