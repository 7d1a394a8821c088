"""Where a Whoosh index stands: generations in a folder, or in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Any

from whoosh.filedb.filestore import (  # type: ignore[import-untyped]  # Whoosh has no stubs
    FileStorage,
    RamStorage,
)

from indexer.engines.folder import IndexFolder, make_durable
from indexer.engines.intact import Intact
from indexer.errors import SearchUnavailable


class FolderShelf(IndexFolder):
    """Generations in a folder."""

    def storage(self, generation: Path) -> Any:
        """Return the files of a generation."""
        return FileStorage(str(generation))

    def intact(self, generation: Path, index: Any) -> Intact:
        """Return the files of an index that was opened, to be looked at again later."""
        held = tuple(segment.segment_id() for segment in index._segments())  # noqa: SLF001 - no other way
        names = [each for each in generation.iterdir() if each.name.startswith(held)]
        return Intact(names if held else ())

    def make_durable(self, generation: Path) -> None:
        """Write what Whoosh committed to disk, which it leaves to the system.

        After a power cut the record would else call indexed what the index has lost.
        """
        make_durable(*generation.glob("*"), generation)


class _Memory(RamStorage):  # type: ignore[misc]  # Whoosh has no stubs
    """Files in memory, the temporary ones too.

    Whoosh would lay those in the system's temporary folder, under a name all processes share.
    """

    def temp_storage(self, name: str | None = None) -> "_Memory":
        """Return a place for temporary files."""
        del name
        return _Memory()


class MemoryShelf:
    """Generations in memory, gone with the process."""

    def __init__(self, lock_wait: float) -> None:
        self._lock_wait = lock_wait
        self._lock = Lock()
        self._storages: dict[Path, Any] = {}
        self._live: Path | None = None

    def live(self) -> Path | None:
        """Return the live generation, or None where there is no index yet."""
        return self._live

    def condemn(self, generation: Path) -> bool:
        """Say that no file can be at fault: an error is the program's own."""
        del generation
        return False

    def intact(self, generation: Path, index: Any) -> Intact:
        """Return that nothing outside can change."""
        del generation, index
        return Intact(())

    def storage(self, generation: Path) -> Any:
        """Return the files of a generation."""
        try:
            return self._storages[generation]
        except KeyError as error:
            raise FileNotFoundError(generation) from error

    def make_durable(self, generation: Path) -> None:
        """Do nothing: it is gone with the process."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer for a while."""
        if not self._lock.acquire(timeout=self._lock_wait):
            raise SearchUnavailable(reason="locked")
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def new_generation(self) -> Iterator[Path]:
        """Lend an empty storage; it becomes live at the end of the block, unless that fails."""
        generation = Path(token_hex(8))
        self._storages[generation] = _Memory()
        try:
            yield generation
        except BaseException:
            del self._storages[generation]
            raise
        self._live = generation
        self._storages = {generation: self._storages[generation]}


Shelf = FolderShelf | MemoryShelf
