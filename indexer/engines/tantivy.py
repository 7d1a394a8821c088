"""The default engine: a Tantivy index in the data folder."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from threading import Lock, RLock, Timer

import tantivy
from tantivy import Query

from docstore.crashing import Point, reach
from docstore.errors import DocstoreError
from docstore.visibility import Visibility
from indexer.documents import (
    FACETS,
    FacetName,
    IndexDocument,
    Page,
    SearchPage,
    SearchQuery,
    nothing,
    ticked_values,
)
from indexer.engines import tantivy_hits as hits
from indexer.engines.batches import CollectedBatch
from indexer.engines.entries import SCHEMA_VERSION, entry
from indexer.engines.folder import IndexFolder, make_durable, stamp
from indexer.engines.intact import Intact
from indexer.engines.tantivy_queries import Compiler, both, unscored
from indexer.engines.tantivy_schema import schema, tantivy_document
from indexer.errors import IndexDamaged, SearchUnavailable
from indexer.fields import Labels
from indexer.polish import PolishAnalyser, shared_analyser
from indexer.query import ParsedQuery, QueryLanguage
from indexer.seam import Gone
from indexer.tree import text_leaves

# Tantivy's smallest is 15 MB; one thread keeps up with one council's papers.
_WRITER_HEAP = 20_000_000
# A writer kept open answers the next change at once and merges meanwhile; then it lets others in.
_REST_AFTER_SECONDS = 2.0
_LOCK_WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _View:
    """An index as it was at one commit."""

    stamps: tuple[tuple[int, int], tuple[int, int]]
    generation: Path
    index: tantivy.Index
    searcher: tantivy.Searcher
    intact: Intact


@dataclass(frozen=True, slots=True)
class _Writing:
    """An open writer with its index."""

    generation: Path
    index: tantivy.Index
    writer: tantivy.IndexWriter


class TantivySearchEngine:
    """Finds index documents in a Tantivy index."""

    def __init__(
        self,
        folder: Path,
        *,
        analyser: PolishAnalyser | None = None,
        labels: Labels | None = None,
        lock_wait: float = _LOCK_WAIT_SECONDS,
        rest_after: float = _REST_AFTER_SECONDS,
    ) -> None:
        self._analyser = analyser or shared_analyser()
        self._language = QueryLanguage(self._analyser, labels)
        engine = f"tantivy {metadata.version('tantivy')} {SCHEMA_VERSION}"
        self._folder = IndexFolder(
            folder, version=f"{engine} {self._analyser.version}", lock_wait=lock_wait
        )
        self._schema = schema()
        self._viewing = Lock()
        self._view: _View | None = None
        self._changing = RLock()
        self._writing: _Writing | None = None
        self._rest_after = rest_after
        self._rest: Timer | None = None

    # --- reading --------------------------------------------------------------------------------

    def search(self, query: SearchQuery, *, visible_to: Visibility, page: Page) -> SearchPage:
        """Return one page of what `visible_to` may see of the answer."""
        parsed = self._language.parse(query.text)
        with self._reading() as view:
            return (
                nothing(parsed.notes, parsed.tree)
                if view is None
                else self._answer(view, parsed, query, visible_to=visible_to, page=page)
            )

    def _answer(
        self,
        view: _View,
        parsed: ParsedQuery,
        query: SearchQuery,
        *,
        visible_to: Visibility,
        page: Page,
    ) -> SearchPage:
        compiler = Compiler(self._schema, view.searcher, self._analyser)
        content = compiler.content(parsed.tree)
        may_see = compiler.may_see(visible_to, query.without)

        def narrowed(but: FacetName | None = None) -> Query:
            ticked = compiler.ticked(query, but=but)
            return both(content, unscored(both(may_see, *ticked)))

        whole = narrowed()
        if query.sort == "relevance" and any(text_leaves(parsed.tree)):
            total, found = hits.by_score(view.searcher, whole, page)
        else:
            key = "by_number" if query.sort == "number" else "by_date"
            total, found = hits.by_key(view.searcher, whole, page, key)
        ticked = ticked_values(query)
        facets = hits.facets(view.searcher, whole, [name for name in FACETS if not ticked[name]])
        for name in FACETS:
            if ticked[name]:
                facets |= hits.facets(view.searcher, narrowed(name), [name])
        return SearchPage(total, tuple(found), facets, parsed.notes, parsed.tree, compiler.terms)

    def count(self, visible_to: Visibility) -> int:
        """Return how many documents there are for `visible_to`."""
        with self._reading() as view:
            if view is None:
                return 0
            compiler = Compiler(self._schema, view.searcher, self._analyser)
            return hits.count(view.searcher, compiler.may_see(visible_to))

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Yield id and revision of everything indexed, whoever may see it, for checks alone."""
        with self._reading() as view:
            known = [] if view is None else list(hits.revisions(view.searcher))
        yield from known

    def needs_rebuild(self) -> bool:
        """Tell whether there is no index, a broken one or one of another version."""
        try:
            return self._look() is None
        except IndexDamaged:
            return True

    def refresh(self) -> None:
        """Make every change applied so far visible to the searches that follow."""
        self._look()

    def ping(self) -> None:
        """Return when searches can be answered; raise what stands against it."""
        self._look()

    @contextmanager
    def _reading(self) -> Iterator[_View | None]:
        """Lend the index as it is now, None before any; `IndexDamaged` where it cannot be read."""
        view = self._look()
        try:
            yield view
        except BaseException as error:
            if view is None or not _is_of_files(error):
                raise
            raise self._condemned(view.generation) from error

    def _condemned(self, generation: Path) -> IndexDamaged:
        """Let nobody read a generation any more, and return what says so."""
        self._folder.condemn(generation)
        self._view = None
        return IndexDamaged(reason="broken")

    def _look(self) -> _View | None:
        """Return the index as it is now; looks at its files' times tell whether it changed."""
        with self._viewing:
            view = self._view
            if view is not None and self._is_current(view):
                if view.intact:
                    return view
                if self._is_current(view):  # no commit came between the two looks
                    raise self._condemned(view.generation)
            self._view = self._open_view(view)
            return self._view

    def _is_current(self, view: _View) -> bool:
        return view.stamps == self._stamps(view.generation)

    def _open_view(self, known: _View | None) -> _View | None:
        """Open the live generation, or look anew at the one that is open."""
        generation = self._folder.live()
        if generation is None:
            return None
        stamps = self._stamps(generation)
        try:
            same = known is not None and known.generation == generation
            if known is not None and same:
                index = known.index
                index.reload()
            else:
                index = self._open(generation)
            return _View(stamps, generation, index, index.searcher(), _files(generation))
        except BaseException as error:
            if not _is_of_files(error):
                raise
            if self._folder.live() != generation:  # swapped between the two looks
                return self._open_view(None)
            raise IndexDamaged(reason="broken") from error

    def _stamps(self, generation: Path) -> tuple[tuple[int, int], tuple[int, int]]:
        return (self._folder.pointer_stamp(), stamp(generation / "meta.json"))

    def _open(self, generation: Path) -> tantivy.Index:
        """Open a generation; what changes in it is read when we say so, by no thread besides."""
        index = tantivy.Index.open(str(generation))
        index.config_reader(reload_policy="manual")
        return index

    # --- writing --------------------------------------------------------------------------------

    @contextmanager
    def batch(self, *, gone: Gone | None = None) -> Iterator[CollectedBatch]:
        """Collect changes and apply them together at the end of the block."""
        changes = CollectedBatch()
        yield changes
        if changes:
            self._apply(changes, gone)

    def rebuild(self, documents: Iterable[IndexDocument]) -> None:
        """Index `documents` beside the live index and swap; works whatever state that is in."""
        self.release()
        with self._folder.writing(), self._folder.new_generation() as generation:
            index = tantivy.Index(self._schema, str(generation))
            writer = index.writer(_WRITER_HEAP, 1)
            for document in documents:
                writer.add_document(tantivy_document(entry(document, self._analyser)))
            writer.commit()
            writer.wait_merging_threads()

    def release(self) -> None:
        """Finish merging and let other processes write; the next batch opens the writer again."""
        with self._changing:
            if self._rest is not None:
                self._rest.cancel()
                self._rest = None
            writing, self._writing = self._writing, None
            if writing is not None:
                try:
                    writing.writer.wait_merging_threads()
                except BaseException as error:
                    # What it merged was written before; the next who reads it finds it damaged.
                    if not _is_of_files(error):
                        raise
                finally:
                    self._folder.release()

    def close(self) -> None:
        """Let go of files, locks and threads."""
        self.release()
        with self._viewing:
            self._view = None

    def _apply(self, changes: CollectedBatch, gone: Gone | None) -> None:
        """Write all changes in one commit, or none."""
        with self._changing:
            writing = self._writing or self._open_writer()
            try:
                if gone:
                    changes.forget(gone)
                self._write(writing, changes)
            except BaseException:
                with suppress(ValueError):  # of files that are damaged it may fail, too
                    writing.writer.rollback()
                self.release()
                raise
            self._rest_later()

    def _write(self, writing: _Writing, changes: CollectedBatch) -> None:
        """Write changes that are not older than what the index holds."""
        with _of_whole_files():
            writing.index.reload()
            searcher = writing.index.searcher()
        for version_id, document in changes:
            with _of_whole_files():
                known = hits.revision(searcher, Query.term_query(self._schema, "id", version_id))
            if document is not None and known is not None and known > document.revision:
                continue
            with _on_disk():
                writing.writer.delete_documents_by_term("id", version_id)
            if document is not None:
                written = tantivy_document(entry(document, self._analyser))
                with _on_disk():
                    writing.writer.add_document(written)
        reach(Point.INDEXING)
        with _on_disk():
            writing.writer.commit()
        # Tantivy writes all of it to disk but the last name that it changes.
        make_durable(writing.generation)

    def _open_writer(self) -> _Writing:
        """Become the writer of the live generation, or of a first one."""
        self._look()  # finds damage before anything is added to it
        self._folder.acquire()
        try:
            generation = self._folder.live()
            if generation is None:
                with self._folder.new_generation() as generation:
                    tantivy.Index(self._schema, str(generation))
            index = self._open(generation)
            self._writing = _Writing(generation, index, index.writer(_WRITER_HEAP, 1))
        except BaseException as error:
            self._folder.release()
            if isinstance(error, ValueError):
                raise IndexDamaged(reason="broken") from error
            raise
        return self._writing

    def _rest_later(self) -> None:
        """Put off letting go of the writer."""
        if self._rest is not None:
            self._rest.cancel()
        self._rest = Timer(self._rest_after, self.release)
        self._rest.daemon = True
        self._rest.start()


def _files(generation: Path) -> Intact:
    """Return the files of a generation's segments; those of older ones go when a writer likes."""
    held = []
    for segment in json.loads((generation / "meta.json").read_bytes())["segments"]:
        name = str(segment["segment_id"]).replace("-", "")
        held += [each for each in generation.glob(f"{name}.*") if each.suffix != ".del"]
        if segment["deletes"]:
            held.append(generation / f"{name}.{segment['deletes']['opstamp']}.del")
    return Intact(held)


def _is_of_files(error: BaseException) -> bool:
    """Tell whether an error may come of damaged files: Tantivy fails in any way, panics included.

    A panic of Rust's is no `Exception` to Python, and its class cannot be imported.
    """
    if isinstance(error, DocstoreError):
        return False
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"


@contextmanager
def _of_whole_files() -> Iterator[None]:
    """Say in our words that what is there cannot be read."""
    try:
        yield
    except BaseException as error:
        if not _is_of_files(error):
            raise
        raise IndexDamaged(reason="broken") from error


@contextmanager
def _on_disk() -> Iterator[None]:
    """Say in our words that Tantivy could not write; it has one word for every trouble."""
    try:
        yield
    except ValueError as error:
        raise SearchUnavailable(reason="storage") from error
