"""What the commands around backups say in the terminal and in reports."""

from collections.abc import Iterable, Iterator

from docstore.backup.manifest import Lost, Manifest
from docstore.language import Words

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def contents(words: Words, manifest: Manifest) -> str:
    """Return what a snapshot holds: `12 rows in 30 tables, 3 objects, 4 MB`."""
    return words(
        "{rows} w {tables}, {objects}, {size}",
        rows=words.count(manifest.rows, "wiersz", "wiersze", "wierszy"),
        tables=words.count(len(manifest.tables), "tabeli", "tabelach", "tabelach"),
        objects=words.count(manifest.objects.lines.rows, "obiekt", "obiekty", "obiektów"),
        size=words.size(manifest.objects.size),
    )


def lasted(words: Words, seconds: float) -> str:
    """Return how long something took: `8,4 s`, `3 min 20 s`, `5 h 10 min`, `2 d 3 h`."""
    space = "\N{NO-BREAK SPACE}"
    if seconds < _MINUTE:
        return f"{words.number(round(seconds, 1))}{space}s"
    whole = round(seconds)
    for unit, name, part, smaller in (
        (_DAY, "d", _HOUR, "h"),
        (_HOUR, "h", _MINUTE, "min"),
        (_MINUTE, "min", 1, "s"),
    ):
        if whole >= unit:
            return f"{whole // unit}{space}{name} {whole % unit // part}{space}{smaller}"
    return f"{whole}{space}s"


def lost_lines(words: Words, found: Iterable[Lost]) -> Iterator[str]:
    """Yield a line for each object that could not be copied."""
    for lost in found:
        yield words(
            "obiekt {sha256}: {reason} ({names})",
            sha256=lost.sha256,
            reason=reason_words(words, lost.reason),
            names=", ".join(lost.file_names) or words("plik pochodny"),
        )


def reason_words(words: Words, reason: str) -> str:
    """Return what is wrong with an object."""
    return {
        "missing": words("brakuje go w magazynie"),
        "size": words("ma inny rozmiar"),
        "bytes": words("ma inne bajty"),
        "unreadable": words("nie daje się odczytać"),
        "lost": words("nie udało się go skopiować, gdy robiono kopię"),
    }[reason]
