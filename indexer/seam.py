"""The seam behind which engines find index documents."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from docstore.visibility import Visibility
from indexer.documents import IndexDocument, Page, SearchPage, SearchQuery

Gone = Callable[[Collection[str]], Collection[str]]
"""Tells which of some versions must not be put any more."""


class IndexBatch(Protocol):
    """Collects changes that are applied together."""

    def put(self, document: IndexDocument) -> None:
        """Add a version, or replace it where an older revision is known."""
        ...

    def remove(self, version_id: str) -> None:
        """Forget a version; one that is not there is no trouble."""
        ...


class SearchEngine(Protocol):
    """Finds index documents.

    Contract (tests/contract/test_search_engine.py holds every engine to it):
      * `batch()` applies all of its changes or none; they are visible after `refresh()`, in every
        process that reads the index.
      * A change older than the one indexed (smaller `revision`) is ignored.
      * Nothing outside `visible_to` is returned, counted or faceted, and nothing that it sees in a
        newer version (`superseded_for`).
      * Equal scores order newest first, equal dates by id: pages never repeat or skip a hit.
      * Any query text gives a page, never an exception.
      * Every engine finds the same documents for the same query.
      * `rebuild` works beside the live index and swaps at the end; readers never see less.
      * No library's exception escapes: `SearchUnavailable` (try again: another writer holds the
        index) and `IndexDamaged` (broken or of another version: `rebuild`) are all there is.
    One process writes at a time; others wait for it, and only so long. Readers take no lock.
    """

    def batch(self, *, gone: Gone | None = None) -> AbstractContextManager[IndexBatch]:
        """Collect changes and apply them together at the end of the block.

        `gone` is asked once nobody else can write: what it names is removed instead of put, so that
        not even the files of an index that was built anew meanwhile hold a word of it.
        """
        ...

    def search(self, query: SearchQuery, *, visible_to: Visibility, page: Page) -> SearchPage:
        """Return one page of what `visible_to` may see of the answer.

        Relevance without any word to weigh means newest first, as does sorting by date; numbers
        sort as an office files them; what has no date or number comes last.
        """
        ...

    def count(self, visible_to: Visibility) -> int:
        """Return how many documents there are for `visible_to`."""
        ...

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Yield id and revision of everything indexed, whoever may see it, for checks alone."""
        ...

    def rebuild(self, documents: Iterable[IndexDocument]) -> None:
        """Index `documents` beside the live index and swap; works whatever state that is in."""
        ...

    def needs_rebuild(self) -> bool:
        """Tell whether there is no index, a broken one or one of another version."""
        ...

    def refresh(self) -> None:
        """Make every change applied so far visible to the searches that follow."""
        ...

    def ping(self) -> None:
        """Return when searches can be answered; raise what stands against it."""
        ...

    def close(self) -> None:
        """Let go of files, locks and threads."""
        ...
