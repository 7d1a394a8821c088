"""Pages that monitors and checkers of links ask about by HEAD, without wanting their text."""

from collections.abc import Callable
from typing import Any

from fastapi.routing import APIRoute


class Shown(APIRoute):
    """A route whose GET changes nothing and tells of nobody: HEAD answers the same, without a body.

    The framework answers HEAD for no route by itself (RFC 9110, 9.3.2 asks every server to).
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **named: Any) -> None:
        if set(named.get("methods") or ()) == {"GET"}:
            named["methods"] = ["GET", "HEAD"]
        super().__init__(path, endpoint, **named)
