"""What a program says that it understands: Accept and Accept-Language (RFC 9110, section 12.5)."""

from collections.abc import Iterator

from docstore.language import LANGUAGES, Language

_MOST = 50  # preferences that are read; a longer header is a joke


def preferred_language(header: str) -> Language:
    """Return the language of ours that a program likes best; Polish where it says nothing."""
    best: tuple[float, Language] = (0.0, "pl")
    for wanted, quality in _preferences(header):
        for known in LANGUAGES:
            if quality > best[0] and wanted.partition("-")[0] == known:
                best = (quality, known)
    return best[1]


def accepts(header: str, *media_types: str) -> bool:
    """Tell whether a program takes one of these types; one that says nothing takes all."""
    if not header.strip():
        return True
    ranges = [each for each, quality in _preferences(header) if quality > 0]
    return any(each in _ranges_of(media_type) for each in ranges for media_type in media_types)


def _ranges_of(media_type: str) -> tuple[str, str, str]:
    return media_type, f"{media_type.partition('/')[0]}/*", "*/*"


def _preferences(header: str) -> Iterator[tuple[str, float]]:
    """Yield what a header names, in small letters, with how much it is liked (0 to 1)."""
    for part in header.split(",", _MOST)[:_MOST]:
        name, *parameters = (each.strip().casefold() for each in part.split(";"))
        quality = 1.0
        for each in parameters:
            if each.startswith("q="):
                quality = _number(each[2:])
        if name:
            yield name, quality


def _number(text: str) -> float:
    """Return a quality; what is none counts as 0, as if it were not wanted."""
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if 0 <= number <= 1 else 0.0
