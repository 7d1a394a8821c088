"""What every endpoint of the interface does with its answer before it goes out."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.v1.once import Once


class Endpoint(APIRoute):
    """A route whose answer is kept for a request that may be sent again."""

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
