"""What a browser calls itself, short enough to be recognised in a list."""

from fastapi import Request

_DEVICES = (
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("Android", "Android"),
    ("Macintosh", "Mac"),
    ("Windows", "Windows"),
    ("Linux", "Linux"),
)
# Edge calls itself Chrome too, and Chrome calls itself Safari: the first that fits is it.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def device_name(request: Request) -> str:
    """Return for example `Safari, iPad`; `?` stands for what is not known."""
    agent = request.headers.get("user-agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "?")
    device = next((name for mark, name in _DEVICES if mark in agent), "?")
    return f"{browser}, {device}"
