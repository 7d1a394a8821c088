"""The interface's own description, as `docs/openapi.json` holds it: python -m api.v1.snapshot."""

import json
import sys

from fastapi import FastAPI

from api.v1 import router


def describe(app: FastAPI) -> str:
    """Return an application's OpenAPI document as text that changes only when it does."""
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    alone = FastAPI(title="Teczka", version="1")
    alone.include_router(router)
    sys.stdout.write(describe(alone))
