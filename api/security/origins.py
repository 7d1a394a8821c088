"""Where a form came from, as browsers tell it."""

from urllib.parse import urlsplit

from starlette.requests import Request


def is_from_elsewhere(request: Request) -> bool:
    """Tell whether a browser says that another site sent this request, a neighbour's included.

    Browsers say so to https alone, and older ones only by Origin; `null` is a page without a
    referrer, as a link's page is. What they do not say, the secret of the form proves.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin", "null")
    if origin == "null":
        return False
    public_url: str = request.app.state.parts.settings.public_url
    return urlsplit(origin).netloc not in {urlsplit(public_url).netloc, request.headers["host"]}
