"""Short names of councils in addresses."""

import re

from docstore.rules.plain import fold, plain

LONGEST_SLUG = 60
_SHAPE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_OTHER = re.compile(r"[^a-z0-9]+")

# The first part of an address belongs to Teczka itself when it is one of these.
RESERVED_SLUGS = frozenset({
    "admin", "administrator", "api", "assets", "atom", "body", "bodies", "bip", "biuro",
    "councils", "demo", "dcat", "docs", "drzwi", "eli", "en", "favicon", "feed", "feeds",
    "files", "health", "healthz", "help", "ical", "instalacja", "konto", "kontakt",
    "konfiguracja", "kosz", "link", "linki", "login", "logout", "mailbox", "manifest",
    "metrics", "new", "nowa",
    "ogolne", "oparl", "openapi", "pakiet", "pl", "poczta", "pomoc", "public", "radny", "ready",
    "readyz", "regulamin", "robots", "rss", "rada", "security", "sesja", "sesje", "setup",
    "sitemap", "sprawdz", "start", "static", "status", "szukaj", "sw", "teczka", "uchwala",
    "uchwaly", "ustawienia", "v1", "wejscie", "well-known", "wyglad", "wyloguj", "www",
    "zaloguj", "zasoby", "zdrowie",
})  # fmt: skip


def slugify(name: str) -> str:
    """Return a name without diacritics, in lower case, words joined by hyphens.

    The answer may be empty or reserved: `valid_slug` tells.
    """
    words = _OTHER.sub("-", fold(plain(name))).strip("-")
    words = re.sub(r"^[0-9-]+", "", words)
    if len(words) <= LONGEST_SLUG:
        return words
    whole, _, _ = words[: LONGEST_SLUG + 1].rpartition("-")
    return whole or words[:LONGEST_SLUG]


def valid_slug(text: str) -> bool:
    """Tell whether a text may stand in an address as a council's name."""
    return (
        len(text) <= LONGEST_SLUG
        and _SHAPE.fullmatch(text) is not None
        and text not in RESERVED_SLUGS
    )
