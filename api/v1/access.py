"""What every endpoint of the interface asks for, and the refusals it documents."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request

from api.dependencies import AskerOf, FormExpired
from api.errors import codes as error_codes
from api.negotiation import accepts
from api.refusals import Refusal
from api.security import cookies
from api.security.bearer import bearer_token
from api.security.origins import is_from_elsewhere
from docstore.errors import ScopeMissing
from docstore.services.tokens import PREPARE, PUBLISH, READ, UPLOAD

_JSON, _BYTES = "application/json", "application/octet-stream"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
SCOPES = {
    "create_meeting": PREPARE,
    "change_meeting": PREPARE,
    "add_items": PREPARE,
    "change_item": PREPARE,
    "remove_item": PREPARE,
    "remove_document": PREPARE,
    "restore_document": PREPARE,
    "change_document": PREPARE,
    "add_document": UPLOAD,
    "add_version": UPLOAD,
    "publish": PUBLISH,
    "notify_again": PUBLISH,
    "cancel_meeting": PUBLISH,
    "record_outcome": PUBLISH,
    "publish_act": PUBLISH,
    "set_status": PUBLISH,
    "take_down": PUBLISH,
}
"""What a token needs to change something, by the endpoint's name; whatever only answers: `read`."""
CONFLICTS = ("edit_conflict", "meeting_cancelled")
"""How whatever takes a revision is refused."""
UPLOADS = (
    "invalid_input",
    "file_empty",
    "file_too_large",
    "upload_broken",
    "storage_unavailable",
    "storage_full",
)
"""How whatever takes a file is refused."""
CODES = "x-codes"
"""Where an answer of the description lists the codes of its problems."""


def refusals(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Return the refusals of an operation by status, beside those that all of its kind have.

    `api.v1.documented` adds these and writes out each.
    """
    known = error_codes()
    found: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status = int(known[code][0])
        found.setdefault(status, {"description": "", CODES: []})[CODES].append(code)
    return found


async def check_proof(request: Request) -> None:
    """Refuse a browser's change without the proof that one of our own pages asked for it.

    The body is left alone, because uploads are raw streams.
    """
    if request.method in _READS or bearer_token(request) is not None:
        return
    sent = request.headers.get("x-csrf-token", "")
    if is_from_elsewhere(request) or not cookies.has_csrf(request, sent):
        raise FormExpired


async def check_exchange(request: Request) -> None:
    """Refuse a body that is not of the type asked for, and an answer that nobody would take.

    A file is sent as it is and given as it is; a form around one would be stored with it.
    """
    route = request.scope["route"]
    sent = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if route.body_field is not None:
        is_json = sent == _JSON or (sent.startswith("application/") and sent.endswith("+json"))
        if (sent or _has_body(request)) and not is_json:
            raise Refusal("unsupported_media_type", wanted=_JSON)
    elif sent == "multipart/form-data":
        raise Refusal("unsupported_media_type", wanted=_BYTES)
    gives_json = route.response_field is not None
    if gives_json and not accepts(request.headers.get("accept", ""), _JSON):
        raise Refusal("not_acceptable")


def _has_body(request: Request) -> bool:
    headers = request.headers
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


Proof, Exchange = Depends(check_proof), Depends(check_exchange)


async def check_scope(request: Request, asker: AskerOf) -> None:
    """Refuse a token that was not made for this; a change that nobody listed is refused to all."""
    if asker.token is None:
        return
    verb = READ if request.method in _READS else SCOPES.get(request.scope["endpoint"].__name__, "")
    if verb not in asker.token.scopes:
        raise ScopeMissing(scope=verb)


Scoped = Depends(check_scope)

RevisionSeen = Annotated[
    int,
    Query(
        ge=1,
        le=2**31 - 1,
        description="The agenda's, as last read; an older one is refused.",
        examples=[4],
    ),
]
