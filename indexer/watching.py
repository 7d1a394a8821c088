"""Looks at the index from time to time, so that damage is mended before somebody searches."""

import threading

import structlog

from docstore.errors import DocstoreError
from docstore.services.indexing import ask_for_rebuild
from indexer.reader import Reader

log = structlog.get_logger("teczka.indexer")

# How often, in seconds; a look is at the times of some files.
EVERY = 30.0


class IndexWatch:
    """A thread that asks for a rebuild of an index that is gone or damaged."""

    def __init__(self, reader: Reader, *, every: float = EVERY) -> None:
        self._reader = reader
        self._every = every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="index-watch", daemon=True)

    def start(self) -> None:
        """Begin looking: at once, then from time to time."""
        self._thread.start()

    def stop(self, *, timeout: float = 10.0) -> None:
        """Look no more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _watch(self) -> None:
        while True:
            try:
                if self._reader.engine.needs_rebuild():
                    ask_for_rebuild(self._reader.database, at=self._reader.clock.now())
            except (DocstoreError, OSError) as error:
                log.warning("index_not_looked_at", error=str(error))
            if self._stopping.wait(self._every):
                return
