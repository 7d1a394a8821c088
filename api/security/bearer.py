"""A sign-in sent by a program: `Authorization: Bearer`, for the interface alone."""

from starlette.requests import Request


def bearer_token(request: Request) -> str | None:
    """Return the token of a program's request; None where it sent none and is a browser's.

    Whoever sends one is never known by a cookie beside it: no page of a stranger can send it, so
    it needs no proof of a form.
    """
    if not request.url.path.startswith("/api/"):
        return None
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.casefold() == "bearer" else None
