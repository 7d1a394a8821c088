"""What an installation runs on, in words: where its parts are, and what its system refused."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from docstore.files.sandbox import limits_in_force
from docstore.language import Words
from docstore.settings import Settings


def places(settings: Settings, words: Words) -> dict[str, str]:
    """Return where each part is, without passwords and without the path of a folder."""
    addresses = {
        "record": settings.database_url,
        "objects": settings.object_store_url,
        "index": settings.search_url,
        "mail": settings.smtp_url,
    }
    kinds = {
        "sqlite": words("SQLite, w folderze danych"),
        "file": words("pliki w folderze danych"),
        "tantivy": words("Tantivy, w folderze danych"),
        "whoosh": words("Whoosh, w folderze danych"),
        "mailbox": words("skrzynka w folderze danych; nic nie wychodzi na zewnątrz"),
    }
    return {name: place(url, kinds) for name, url in addresses.items()}


def place(url: str, kinds: Mapping[str, str]) -> str:
    """Return the words for an address's kind, else its kind, host and path alone."""
    scheme, _, _ = url.partition(":")
    if scheme in kinds:
        return kinds[scheme]
    address = urlsplit(url)
    return f"{scheme}, {address.hostname or ''}{address.path}"


def refused_limits() -> list[str]:
    """Return the limits on reading strangers' files that this system did not take."""
    return sorted(name for name, is_on in limits_in_force().items() if not is_on)


def limit_words(words: Words, name: str) -> str:
    """Return what a limit of the sandbox is about."""
    return {
        "time": words("czas"),
        "network": words("dostęp do sieci"),
        "processor": words("czas procesora"),
        "memory": words("pamięć"),
        "file_size": words("wielkość plików"),
        "core_dumps": words("zrzuty pamięci"),
        "processes": words("nowe procesy"),
        "files": words("dostęp do plików"),
    }.get(name, name)
