"""A browser from which somebody has signed in before: strangers' guesses never shut it out.

The mark that it keeps is made with the hash of the password, so that no list of browsers is kept,
nobody makes one without the record, and a new password ends them all (OWASP, device cookies).
"""

import hashlib
import hmac
import secrets

from starlette.requests import Request
from starlette.responses import Response

from api.security import cookies

_YEAR = 365 * 24 * 3600


def _name(request: Request, body_id: str) -> str:
    return cookies.own_name(f"teczka_znana_{body_id}", secure=cookies.is_secure(request))


def _proof(nonce: str, password_hash: str) -> str:
    key = f"known browser {password_hash}".encode()
    return hmac.new(key, nonce.encode(errors="replace"), hashlib.sha256).hexdigest()


def remember(request: Request, response: Response, *, body_id: str, password_hash: str) -> None:
    """Let a browser prove later that this person has signed in with it."""
    nonce = secrets.token_urlsafe(16)
    response.set_cookie(
        _name(request, body_id),
        f"{nonce}.{_proof(nonce, password_hash)}",
        max_age=_YEAR,
        httponly=True,
        secure=cookies.is_secure(request),
        samesite="lax",
    )


def known_as(request: Request, *, body_id: str, password_hash: str | None) -> str | None:
    """Return what tells this browser from others, where the person has signed in with it."""
    nonce, _, proof = request.cookies.get(_name(request, body_id), "").partition(".")
    if not (nonce and proof and password_hash):
        return None
    right = _proof(nonce, password_hash)
    return nonce if hmac.compare_digest(proof.encode(errors="replace"), right.encode()) else None
