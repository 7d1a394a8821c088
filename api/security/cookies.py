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
# Browsers drop a cookie of more than 4096 bytes; this many Polish letters always fit.
_LONGEST_FLASH = 1000
_STATES = ("info", "done", "attention", "wrong")


def is_secure(request: Request) -> bool:
    """Tell whether people reach this installation by https, which its cookies then insist on."""
    public_url: str = request.app.state.parts.settings.public_url
    return public_url.startswith("https://")


def own_name(name: str, *, secure: bool) -> str:
    """Return a name that no neighbour can set: browsers take `__Host-` from this host alone."""
    return f"__Host-{name}" if secure else name


def sign_in_cookie(body_id: str, *, secure: bool = False) -> str:
    """Return the name of the cookie that holds a body's sign-in; one browser may have several."""
    return own_name(f"teczka_{body_id}", secure=secure)


def sign_in_token(request: Request, *, body_id: str) -> str:
    """Return the token of a browser's sign-in with a body, or nothing."""
    return request.cookies.get(sign_in_cookie(body_id, secure=is_secure(request)), "")


def set_sign_in(
    response: Response, *, body_id: str, token: str, max_age: int, secure: bool
) -> None:
    """Give a browser its sign-in; Lax, so that a link in a mail finds it."""
    response.set_cookie(
        sign_in_cookie(body_id, secure=secure),
        token,
        max_age=max_age,
        httponly=True,
        secure=secure,
        samesite="lax",
    )


def forget_sign_in(response: Response, *, body_id: str, secure: bool) -> None:
    """Take a browser's sign-in away, and what it kept of the pages and files seen with it."""
    response.delete_cookie(
        sign_in_cookie(body_id, secure=secure), httponly=True, secure=secure, samesite="lax"
    )
    response.headers["Clear-Site-Data"] = '"cache"'


def csrf_token(request: Request) -> str:
    """Return the secret that this browser's forms must send back; made at the first look."""
    known: str | None = getattr(request.state, "csrf", None)
    if known is None:
        known = _kept_csrf(request) or secrets.token_urlsafe(24)
        request.state.csrf = known
    return known


def _kept_csrf(request: Request) -> str:
    return request.cookies.get(own_name(_CSRF, secure=is_secure(request)), "")


def keep_csrf(request: Request, response: Response) -> None:
    """Give a browser the secret of its forms, where a page has shown one."""
    token: str | None = getattr(request.state, "csrf", None)
    if token is not None and _kept_csrf(request) != token:
        secure = is_secure(request)
        response.set_cookie(
            own_name(_CSRF, secure=secure),
            token,
            max_age=_YEAR,
            httponly=True,
            secure=secure,
            samesite="lax",
        )


def has_csrf(request: Request, sent: str) -> bool:
    """Tell whether a form came from a page that this browser was shown."""
    kept = _kept_csrf(request)
    return bool(kept) and secrets.compare_digest(kept.encode(), sent.encode(errors="replace"))


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
    said = json.dumps([state, text[:_LONGEST_FLASH]], ensure_ascii=False)
    value = base64.urlsafe_b64encode(said.encode()).decode()
    response.set_cookie(_FLASH, value, max_age=60, httponly=True, samesite="lax")


def take_flash(request: Request) -> list[tuple[str, str]]:
    """Return the message left for this page; whatever is not ours is none."""
    try:
        match json.loads(base64.urlsafe_b64decode(request.cookies.get(_FLASH, ""))):
            case [str() as state, str() as text] if state in _STATES:
                return [(state, text)]
    except (ValueError, RecursionError):  # a stranger's cookie is as good as none
        pass
    return []


def drop_flash(request: Request, response: Response) -> None:
    """Forget a message that has been shown."""
    if _FLASH in request.cookies:
        response.delete_cookie(_FLASH)
