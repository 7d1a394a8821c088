"""An engine in pure Python: a Whoosh index in the data folder, or in memory as the tests' twin."""

import heapq
import pickle
import struct
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from whoosh.index import IndexError as WhooshError  # type: ignore[import-untyped]  # no stubs
from whoosh.query import And  # type: ignore[import-untyped]  # as above

from docstore.crashing import Point, reach
from docstore.visibility import Visibility
from indexer.documents import (
    FACETS,
    FacetName,
    Hit,
    IndexDocument,
    Page,
    SearchPage,
    SearchQuery,
    nothing,
    ticked_values,
)
from indexer.engines.batches import CollectedBatch
from indexer.engines.entries import SCHEMA_VERSION, entry
from indexer.engines.intact import Intact
from indexer.engines.whoosh_queries import Compiler
from indexer.engines.whoosh_schema import schema, whoosh_document
from indexer.engines.whoosh_shelves import FolderShelf, MemoryShelf, Shelf
from indexer.errors import IndexDamaged, SearchUnavailable
from indexer.fields import Labels
from indexer.polish import PolishAnalyser, shared_analyser
from indexer.query import QueryLanguage
from indexer.seam import Gone
from indexer.tree import text_leaves

_LOCK_WAIT_SECONDS = 10.0
_WRITER_MEGABYTES = 32
# What Whoosh raises when a file of an index is cut short, overwritten or gone.
_BROKEN = (WhooshError, OSError, EOFError, NameError, struct.error, pickle.UnpicklingError)
_IN_MEMORY = Path("memory")
# How often, and after how many seconds, a file is looked for that a writer may just have replaced.
_LOOKS, _BETWEEN_LOOKS = 5, 0.02


class _Row(NamedTuple):
    """A document that a query finds, before what was ticked is looked at."""

    score: float
    number: int
    facets: Mapping[FacetName, str]


class _Open(NamedTuple):
    """A searcher, of which generation it is, and the files it reads."""

    generation: Path
    searcher: Any
    intact: Intact


class WhooshSearchEngine:
    """Finds index documents in a Whoosh index."""

    def __init__(
        self,
        folder: Path,
        *,
        analyser: PolishAnalyser | None = None,
        labels: Labels | None = None,
        lock_wait: float = _LOCK_WAIT_SECONDS,
    ) -> None:
        self._analyser = analyser or shared_analyser()
        engine = f"whoosh {metadata.version('whoosh-reloaded')} {SCHEMA_VERSION}"
        version = f"{engine} {self._analyser.version}"
        self._shelf: Shelf = FolderShelf(folder, version=version, lock_wait=lock_wait)
        self._language = QueryLanguage(self._analyser, labels)
        self._resting = Lock()
        self._searchers: list[_Open] = []

    def search(self, query: SearchQuery, *, visible_to: Visibility, page: Page) -> SearchPage:
        """Return one page of what `visible_to` may see of the answer."""
        parsed = self._language.parse(query.text)
        by_score = query.sort == "relevance" and any(text_leaves(parsed.tree))
        with self._searcher() as searcher:
            if searcher is None:
                return nothing(parsed.notes, parsed.tree)
            compiler = Compiler(searcher.reader(), self._analyser)
            may_see = compiler.may_see(visible_to, query)
            rows = _rows(searcher, And([compiler.content(parsed.tree), may_see]))
            chosen = [row for row in rows if _is_ticked(row, ticked_values(query))]
            key = "by_number" if query.sort == "number" else "by_date"
            column = searcher.reader().column_reader(key) if rows else {}
            hits = heapq.nsmallest(
                page.offset + page.limit,
                chosen,
                key=lambda row: (-round(row.score, 6) if by_score else 0, column[row.number]),
            )
            return SearchPage(
                len(chosen),
                tuple(_hit(searcher, row, by_score=by_score) for row in hits[page.offset :]),
                _facets(rows, ticked_values(query)),
                parsed.notes,
                parsed.tree,
                compiler.terms,
            )

    def count(self, visible_to: Visibility) -> int:
        """Return how many documents there are for `visible_to`."""
        with self._searcher() as searcher:
            if searcher is None:
                return 0
            compiler = Compiler(searcher.reader(), self._analyser)
            return len(searcher.search(compiler.may_see(visible_to), limit=None).top_n)

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Yield id and revision of everything indexed, whoever may see it, for checks alone."""
        with self._searcher() as searcher:
            stored = list(searcher.reader().all_stored_fields()) if searcher else []
        for document in stored:
            yield document["id"], document["revision"]

    def needs_rebuild(self) -> bool:
        """Tell whether there is no index, a broken one or one of another version."""
        try:
            with self._searcher() as searcher:
                return searcher is None
        except IndexDamaged:
            return True

    def refresh(self) -> None:
        """Make every change applied so far visible to the searches that follow."""
        self.ping()

    def ping(self) -> None:
        """Return when searches can be answered; raise what stands against it."""
        with self._searcher():
            return

    @contextmanager
    def batch(self, *, gone: Gone | None = None) -> Iterator[CollectedBatch]:
        """Collect changes and apply them together at the end of the block."""
        changes = CollectedBatch()
        yield changes
        if changes:
            with self._shelf.writing():
                if gone:
                    changes.forget(gone)
                self._apply(changes)

    def rebuild(self, documents: Iterable[IndexDocument]) -> None:
        """Index `documents` beside the live index and swap; works whatever state that is in."""
        with self._shelf.writing(), self._shelf.new_generation() as generation:
            index = self._shelf.storage(generation).create_index(schema())
            with _writer(index) as writer:
                for document in documents:
                    writer.add_document(**whoosh_document(entry(document, self._analyser)))
            self._shelf.make_durable(generation)

    def close(self) -> None:
        """Let go of files."""
        with self._resting:
            searchers, self._searchers = self._searchers, []
        for each in searchers:
            each.searcher.close()

    def _apply(self, changes: CollectedBatch) -> None:
        """Write all changes in one commit, or none; older ones than the index holds are left."""
        generation = self._shelf.live()
        if generation is None:
            with self._shelf.new_generation() as generation:
                self._shelf.storage(generation).create_index(schema())
        with self._searcher():
            pass  # looks at the files first
        try:
            index = self._shelf.storage(generation).open_index()
            searcher = index.searcher()
        except _BROKEN as error:
            raise IndexDamaged(reason="broken") from error
        with searcher, _writer(index) as writer:
            for version_id, document in changes:
                known = searcher.document(id=version_id)
                if document is None:
                    writer.delete_by_term("id", version_id)
                elif known is None or known["revision"] <= document.revision:
                    writer.delete_by_term("id", version_id)
                    writer.add_document(**whoosh_document(entry(document, self._analyser)))
        self._shelf.make_durable(generation)

    @contextmanager
    def _searcher(self) -> Iterator[Any]:
        """Lend a searcher of the index as it is now, to one thread at a time; None before any.

        Whoosh's readers keep a place in their files, so no two threads may share one.
        """
        held = self._borrow()
        try:
            yield held and held.searcher
        except Exception as error:
            # Damaged files make Whoosh fail in any way there is.
            if held is None or not self._shelf.condemn(held.generation):
                raise
            raise IndexDamaged(reason="broken") from error
        if held is not None:
            with self._resting:
                self._searchers.append(held)

    def _borrow(self, looks: int = _LOOKS) -> "_Open | None":
        """Return a searcher of the live generation as it is now.

        A writer removes what it replaced, also between a reader's looks at what there is and at a
        file of it: what is missing is looked at again before it is called damage.
        """
        generation = self._shelf.live()
        if generation is None:
            return None
        with self._resting:
            held = self._searchers.pop() if self._searchers else None
        try:
            if held is not None and held.generation == generation and held.searcher.up_to_date():
                if held.intact:
                    return held
                if held.searcher.up_to_date():  # no commit came between the two looks
                    self._shelf.condemn(generation)
                    raise IndexDamaged(reason="broken")
            if held is not None:
                held.searcher.close()
            index = self._shelf.storage(generation).open_index()
            return _Open(generation, index.searcher(), self._shelf.intact(generation, index))
        except _BROKEN as error:
            if self._shelf.live() != generation:  # swapped between the two looks
                return self._borrow()
            if looks > 1:
                time.sleep(_BETWEEN_LOOKS)
                return self._borrow(looks - 1)
            raise IndexDamaged(reason="broken") from error


class MemorySearchEngine(WhooshSearchEngine):
    """The same engine in memory: for tests, and for trying things out."""

    def __init__(
        self,
        *,
        analyser: PolishAnalyser | None = None,
        labels: Labels | None = None,
        lock_wait: float = _LOCK_WAIT_SECONDS,
    ) -> None:
        super().__init__(_IN_MEMORY, analyser=analyser, labels=labels, lock_wait=lock_wait)
        self._shelf = MemoryShelf(lock_wait)


@contextmanager
def _writer(index: Any) -> Iterator[Any]:
    """Lend a writer that commits at the end, or forgets everything when something fails."""
    writer = index.writer(limitmb=_WRITER_MEGABYTES)
    try:
        yield writer
    except BaseException:
        writer.cancel()
        raise
    reach(Point.INDEXING)
    try:
        writer.commit()
    except BaseException as error:
        with suppress(Exception):  # gives the lock back, which a failed commit keeps
            writer.cancel()
        if isinstance(error, OSError):
            raise SearchUnavailable(reason="storage") from error
        raise


def _rows(searcher: Any, query: Any) -> list[_Row]:
    """Return all that a query finds, with the values of its facets."""
    found = searcher.search(query, limit=None).top_n
    # The reader of an empty index has no columns.
    columns = [(name, searcher.reader().column_reader(name)) for name in FACETS if found]
    return [
        _Row(score, number, {name: column[number] for name, column in columns})
        for score, number in found
    ]


def _is_ticked(
    row: _Row, ticked: Mapping[FacetName, frozenset[str]], but: FacetName | None = None
) -> bool:
    """Tell whether a document has what was ticked, one facet left aside."""
    return all(
        row.facets[name] in values for name, values in ticked.items() if values and name != but
    )


def _facets(
    rows: list[_Row], ticked: Mapping[FacetName, frozenset[str]]
) -> dict[FacetName, dict[str, int]]:
    """Return how often each value occurs, each facet counted as if nothing were ticked in it."""
    counts: dict[FacetName, dict[str, int]] = {}
    for name in FACETS:
        values = Counter(row.facets[name] for row in rows if _is_ticked(row, ticked, name))
        counts[name] = {value: count for value, count in values.most_common() if value}
    return counts


def _hit(searcher: Any, row: _Row, *, by_score: bool) -> Hit:
    stored = searcher.stored_fields(row.number)
    return Hit(stored["id"], stored["document_id"], row.score if by_score else 0.0)
