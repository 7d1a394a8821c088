"""What every public page has: the public's own eyes, a tag of its content, a gentle limit."""

import hashlib
import math
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from api.dependencies import AskerOf, PartsOf
from api.names import PAPER_KINDS, STATUS_STATES, STATUSES
from api.rendering import render, words_for
from api.security.addresses import client_address
from api.security.askers import Asker
from api.security.limits import Bucket
from docstore.errors import TooManyTries
from docstore.language import Words
from docstore.models import Body
from docstore.visibility import Visibility


def everyone(asker: Asker) -> Visibility:
    """Return the public's visibility: whoever asks, a public page shows what everyone sees."""
    return Visibility.public(asker.body.id)


def slowed_by(limit: str) -> Callable[..., Awaitable[None]]:
    """Return what slows down somebody without an account who asks without end.

    `limit` names the bucket of the application's state that is asked.
    """

    async def limited(request: Request, asker: AskerOf, parts: PartsOf) -> None:
        if asker.person is not None:
            return
        bucket: Bucket = getattr(request.app.state, limit)
        wait = bucket.take(client_address(request, parts.settings.trusted_proxies))
        if wait:
            raise TooManyTries(seconds=math.ceil(wait))

    return limited


Limited = Annotated[None, Depends(slowed_by("search_limit"))]


class Wording:
    """What public pages call kinds and states, in one language."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def kind(self, code: str) -> str:
        """Return what a kind of paper is called."""
        return self._words(PAPER_KINDS.get(code, "inna sprawa"))

    def status(self, code: str) -> str:
        """Return a legal state in words."""
        return self._words(STATUSES[code])

    def chip(self, code: str) -> tuple[str, str]:
        """Return a legal state as a chip; without a basis it says that nothing is known."""
        if code == "unknown":
            return self._words("brak informacji o obowiązywaniu"), "neutral"
        return self.status(code), STATUS_STATES[code]


def page(
    request: Request, template: str, asker: Asker, *, status: int = HTTPStatus.OK, **context: Any
) -> Response:
    """Return a public page, or that it did not change since it was last asked for."""
    words = words_for(request, asker.body)
    response = render(
        request,
        f"public/{template}",
        asker=asker,
        status=status,
        say=Wording(words),
        base=f"/{asker.body.slug}",
        **context,
    )
    return fresh(request, response)


def fresh(request: Request, response: Response) -> Response:
    """Give a public answer its tag, so that a browser that has it is sent nothing again."""
    if response.status_code != HTTPStatus.OK or "no-store" in response.headers["cache-control"]:
        return response
    tag = f'W/"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    response.headers["Vary"] = "Cookie"  # language and colours of a page are kept in cookies
    known = {part.strip() for part in request.headers.get("if-none-match", "").split(",")}
    if tag not in known:
        return response
    kept = ("cache-control", "etag", "vary")
    headers = {name: response.headers[name] for name in kept}
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)


def absolute(parts: PartsOf, body: Body, path: str) -> str:
    """Return the whole address of a page of a council, as links outside it need."""
    return f"{parts.settings.public_url.rstrip('/')}/{body.slug}{path}"
