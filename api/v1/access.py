"""What every endpoint of the interface asks for, and the refusals it documents."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from api.dependencies import AskerOf, FormExpired
from api.security import cookies
from api.security.bearer import bearer_token
from api.security.origins import is_from_elsewhere
from api.v1.shapes import Problem
from docstore.errors import ScopeMissing
from docstore.services.tokens import PREPARE, PUBLISH, READ, UPLOAD

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
SCOPES = {
    "create_meeting": PREPARE,
    "add_items": PREPARE,
    "change_document": PREPARE,
    "add_document": UPLOAD,
    "add_version": UPLOAD,
    "publish": PUBLISH,
    "record_outcome": PUBLISH,
    "publish_act": PUBLISH,
    "set_status": PUBLISH,
    "take_down": PUBLISH,
}
"""What a token needs to change something, by the endpoint's name; whatever only answers: `read`."""
_REASONS = {
    401: "Nobody is signed in, or the token is mistyped, unknown, expired or revoked.",
    403: "The asker may not do this, the token lacks the scope, or the request does not prove "
    "where it comes from.",
    404: "No such thing, or none that the asker may know of.",
    409: "It stands against the state of the record; nothing was changed.",
    410: "It was taken down; `detail` is the exclusion notice.",
    413: "The file is too large; nothing was stored.",
    416: "The part asked for is beyond the end of the file.",
    422: "What was sent cannot be taken; nothing was changed.",
    429: "Too many requests; `Retry-After` tells when to come back.",
    503: "A part of the installation is away; nothing was lost.",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the refusals of an operation as OpenAPI documents them."""
    return {
        status: {
            "model": Problem,
            "description": _REASONS[status],
            "content": {"application/problem+json": {}},
        }
        for status in (*statuses, HTTPStatus.SERVICE_UNAVAILABLE)
    }


def check_proof(request: Request) -> None:
    """Refuse a browser's change without the proof that one of our own pages asked for it.

    The body is left alone, because uploads are raw streams.
    """
    if request.method in _READS or bearer_token(request) is not None:
        return
    sent = request.headers.get("x-csrf-token", "")
    if is_from_elsewhere(request) or not cookies.has_csrf(request, sent):
        raise FormExpired


Proof = Depends(check_proof)


def check_scope(request: Request, asker: AskerOf) -> None:
    """Refuse a token that was not made for this; a change that nobody listed is refused to all."""
    if asker.token is None:
        return
    verb = READ if request.method in _READS else SCOPES.get(request.scope["endpoint"].__name__, "")
    if verb not in asker.token.scopes:
        raise ScopeMissing(scope=verb)


Scoped = Depends(check_scope)

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
After = Annotated[
    str | None, Query(max_length=40, description="`next` of the page before; none for the first.")
]
