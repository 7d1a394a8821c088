"""The interface's description (OpenAPI), kept as docs/openapi.json: python -m api.v1.description."""

import json
import sys
from typing import Any

from fastapi import FastAPI

from api.v1 import router

PROBLEM = "application/problem+json"


class Application(FastAPI):
    """An application that describes its refusals under the media type they really have."""

    def openapi(self) -> dict[str, Any]:
        """Return the description; made once."""
        schema = super().openapi()
        for operations in schema["paths"].values():
            for operation in operations.values():
                for response in operation["responses"].values():
                    content = response.get("content", {})
                    if PROBLEM in content and "application/json" in content:
                        content[PROBLEM] = content.pop("application/json")
        return schema


def describe(app: FastAPI) -> str:
    """Return an application's description as text that changes only when it does."""
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    alone = Application(title="Teczka", version="1")
    alone.include_router(router)
    sys.stdout.write(describe(alone))
