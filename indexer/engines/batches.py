"""Changes collected for an index before any of them is applied."""

from collections.abc import Iterator

from indexer.documents import IndexDocument
from indexer.seam import Gone


class CollectedBatch:
    """Keeps the last word on each version; nothing reaches an index before the batch ends."""

    def __init__(self) -> None:
        self._changes: dict[str, IndexDocument | None] = {}

    def put(self, document: IndexDocument) -> None:
        """Keep a version, unless this batch already holds a newer revision of it."""
        known = self._changes.get(document.id)
        if known is None or known.revision <= document.revision:
            self._changes[document.id] = document

    def remove(self, version_id: str) -> None:
        """Keep that a version is to be forgotten."""
        self._changes[version_id] = None

    def forget(self, gone: Gone) -> None:
        """Remove what must not be put any more."""
        for version_id in gone([i for i, document in self._changes.items() if document]):
            self._changes[version_id] = None

    def __bool__(self) -> bool:
        return bool(self._changes)

    def __iter__(self) -> Iterator[tuple[str, IndexDocument | None]]:
        """Yield each version's id with what becomes of it; None is to be removed."""
        return iter(self._changes.items())
