"""What every endpoint of the interface does with its answer before it goes out."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.v1.once import Once


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
            return response

        return answered
