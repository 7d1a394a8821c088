"""Cookies of our own: sign-ins, the proof behind forms, the language, one message."""

import base64
import json
import secrets

from starlette.requests import Request
from starlette.responses import Response

from docstore.language import LANGUAGES, Language

_CSRF = "teczka_formularz"
_LANGUAGE = "teczka_jezyk"
_FLASH = "teczka_komunikat"
_YEAR = 365 * 24 * 3600


def sign_in_cookie(body_id: str) -> str:
    """Return the name of the cookie that holds a body's sign-in; one browser may have several."""
    return f"teczka_{body_id}"


def set_sign_in(
    response: Response, *, body_id: str, token: str, max_age: int, secure: bool
) -> None:
    """Give a browser its sign-in; Lax, so that a link in a mail finds it."""
    response.set_cookie(
        sign_in_cookie(body_id),
        token,
        max_age=max_age,
        httponly=True,
        secure=secure,
        samesite="lax",
    )


def forget_sign_in(response: Response, *, body_id: str) -> None:
    """Take a browser's sign-in away."""
    response.delete_cookie(sign_in_cookie(body_id))


def csrf_token(request: Request) -> str:
    """Return the secret that this browser's forms must send back; made at the first look."""
    known: str | None = getattr(request.state, "csrf", None)
    if known is None:
        known = request.cookies.get(_CSRF) or secrets.token_urlsafe(24)
        request.state.csrf = known
    return known


def keep_csrf(request: Request, response: Response, *, secure: bool) -> None:
    """Give a browser the secret of its forms, where a page has shown one."""
    token: str | None = getattr(request.state, "csrf", None)
    if token is not None and request.cookies.get(_CSRF) != token:
        response.set_cookie(
            _CSRF, token, max_age=_YEAR, httponly=True, secure=secure, samesite="lax"
        )


def has_csrf(request: Request, sent: str) -> bool:
    """Tell whether a form came from a page that this browser was shown."""
    kept = request.cookies.get(_CSRF, "")
    return bool(kept) and secrets.compare_digest(kept.encode(), sent.encode())


def language(request: Request) -> Language:
    """Return the language of a page: asked for in the address, chosen before, or Polish."""
    for wanted in (request.query_params.get("jezyk"), request.cookies.get(_LANGUAGE)):
        for known in LANGUAGES:
            if wanted == known:
                return known
    return "pl"


def keep_language(request: Request, response: Response) -> None:
    """Remember a language chosen in the address."""
    wanted = request.query_params.get("jezyk")
    if wanted in LANGUAGES and request.cookies.get(_LANGUAGE) != wanted:
        response.set_cookie(_LANGUAGE, str(wanted), max_age=_YEAR, samesite="lax", httponly=True)


def flash(response: Response, state: str, text: str) -> None:
    """Leave a message for the next page: `info`, `done`, `attention` or `wrong`."""
    value = base64.urlsafe_b64encode(json.dumps([state, text]).encode()).decode()
    response.set_cookie(_FLASH, value, max_age=60, httponly=True, samesite="lax")


def take_flash(request: Request) -> list[tuple[str, str]]:
    """Return the message left for this page; whatever is not ours is none."""
    value = request.cookies.get(_FLASH, "")
    try:
        state, text = json.loads(base64.urlsafe_b64decode(value))
    except ValueError:
        return []
    return [(str(state), str(text))] if state in {"info", "done", "attention", "wrong"} else []


def drop_flash(request: Request, response: Response) -> None:
    """Forget a message that has been shown."""
    if _FLASH in request.cookies:
        response.delete_cookie(_FLASH)
