"""Headers that every answer carries."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Pages: our own files alone; no inline script or style, no frames, forms go home.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Files that people uploaded: nothing of them runs, loads, sends or is framed. `object-src` and
# `style-src` are for the browsers' own PDF viewers, some of which embed the file in a page of their
# own; tests/browser/test_pdf_viewer.py opens one.
FILE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# What no viewer of the browser's own opens is shut off even from its own origin.
SAVED_POLICY = f"{FILE_POLICY}; sandbox"

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": PAGE_POLICY,
}
# What a way in looks like: its address holds a token.
LINK = "/wejscie/link/"
# Whatever is answered there, a refusal included: kept nowhere, told to nobody by a Referer.
_SECRET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def secure(headers: MutableHeaders, *, path: str, is_https: bool) -> None:
    """Complete the headers of an answer; what it set itself stays, but for a secret address."""
    if LINK in path:
        headers.update(_SECRET)
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    # What says nothing of it may be somebody's own: a browser would guess, and a proxy keep it.
    headers.setdefault("Cache-Control", "no-store")
    if is_https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        _keep_cookies_private(headers)


def _keep_cookies_private(headers: MutableHeaders) -> None:
    """Let no cookie travel in the clear: a message for the next page may hold a name."""
    for place, (name, value) in enumerate(headers.raw):
        if name == b"set-cookie" and b"; secure" not in value.lower():
            headers.raw[place] = (name, value + b"; Secure")


class Headers:
    """Adds the security headers to each answer that does not set its own."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app, self._is_https = app, is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                secure(headers, path=scope["path"], is_https=self._is_https)
            await send(message)

        await self._app(scope, receive, with_headers)
