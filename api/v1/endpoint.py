"""What every endpoint of the interface does with its answer before it goes out."""

import hashlib
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.preconditions import unmet
from api.security.askers import Asker
from api.v1.once import Once

_TAG_LENGTH = 32  # 128 bits: no two answers share one by chance


class Endpoint(APIRoute):
    """A route that is called what its function is, and keeps answers for requests sent again."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **named: Any) -> None:
        named["operation_id"] = named.get("operation_id") or endpoint.__name__
        super().__init__(path, endpoint, **named)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the framework's handler with ours around it."""
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            response = await handle(request)
            once: Once | None = getattr(request.state, "once", None)
            if once is not None:  # the transaction of the work is still open
                once.keep(status=response.status_code, answer=bytes(response.body).decode())
            return _tagged(request, response)

        return answered


def _tagged(request: Request, response: Response) -> Response:
    """Tag what was read, so that whoever has it already is not sent it again (RFC 9110, 13)."""
    is_read = request.method == "GET" and response.status_code == HTTPStatus.OK
    if (
        not is_read
        or "etag" in response.headers
        or response.headers.get("content-type") != "application/json"
    ):
        return response
    asker: Asker | None = getattr(request.state, "asker", None)
    is_public = asker is None or asker.person is None
    tag = f'"{hashlib.sha256(response.body).hexdigest()[:_TAG_LENGTH]}"'
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-cache" if is_public else "private, no-cache"
    response.headers["Vary"] = "Accept, Authorization, Cookie"
    status = unmet(request.headers, tag=tag, modified_at=None)
    if status is not HTTPStatus.NOT_MODIFIED:  # `If-Match` means a file: see api/downloads.py
        return response
    kept = {name: response.headers[name] for name in ("ETag", "Cache-Control", "Vary")}
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=kept)
