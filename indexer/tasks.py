"""From bytes to findable text: facts and renditions, as work of the outbox."""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from docstore.crashing import Point, reach
from docstore.database import WriteSession
from docstore.files import media
from docstore.files.facts import FileFacts, Problem
from docstore.files.inspect import inspect
from docstore.models import Rendition, Version
from docstore.outbox import Handler, NotYet, Task, close, open_ids
from docstore.services import destruction, exclusions, orphans, renditions
from docstore.services.acting import Acting
from docstore.services.indexing import INDEX
from docstore.services.renditions import RENDER as RENDER
from docstore.services.renditions import RENDERED, Made
from docstore.services.versions import READ
from indexer.catching_up import catch_up_or_wait, rebuild
from indexer.errors import SearchUnavailable
from indexer.learning import (
    ask_for_words,
    bytes_of,
    find,
    is_left,
    learned_of,
    opened_copy,
    stale,
)
from indexer.reader import Reader
from indexer.rendering import ask_for_rendition, render

log = structlog.get_logger("teczka.indexer")

# How soon to look again whether another sweep has removed what it took, in seconds.
_LOOK_AGAIN = 30.0

# How often the index is caught up with at most: so many times within so many seconds. Each is a
# commit, after which every search looks at the index's files anew, and a few commits are merged,
# which writes all of a town's index again. A file is two changes, when it is stored and when it is
# read, and one that comes alone waits with neither. Where each time brings several, people drop
# many, and who waits for hundreds is served better by fewer commits.
_TIMES, _WITHIN, _WITHIN_AT_MOST = 2, 0.4, 2.0


def handlers(reader: Reader) -> Mapping[str, Handler]:
    """Return the handlers of this floor's topics that read files and should be quick."""
    return {READ: lambda task: read(reader, task)}


def index_handlers(reader: Reader) -> Mapping[str, Handler]:
    """Return the handlers that bring the index up to the record; one may wait for another."""
    return {
        INDEX: _Indexing(reader),
        exclusions.CLEAR: lambda task: _clear(reader, task),
    }


def slow_handlers(reader: Reader) -> Mapping[str, Handler]:
    """Return the handlers that may take minutes, for a lane of their own."""
    return {
        RENDER: lambda task: render(reader, task),
        destruction.ERASE: lambda task: _erase(reader, task),
    }


def all_handlers(reader: Reader) -> Mapping[str, Handler]:
    """Return every handler of this floor, for one thread that does all of it in turn."""
    return {**handlers(reader), **index_handlers(reader), **slow_handlers(reader)}


def read(reader: Reader, task: Task) -> None:
    """Learn the facts and the text of a version's bytes."""
    with reader.database.reading() as session:
        version = find(session, task)
        opened = opened_copy(session, version)
    if version is None:
        return
    with bytes_of(reader, version, opened) as path:
        copy = inspect(path, version.file_name)
    facts = copy if opened is None else _of_locked(copy)
    reach(Point.LEARNED)
    with task.finishing() as session:
        if not is_left(session, version):
            return
        if _hash_of(opened_copy(session, version)) != _hash_of(opened):
            return  # it was opened meanwhile, and is read from its copy next
        renditions.learn(
            session, version_id=version.id, facts=learned_of(facts), at=reader.clock.now()
        )
        if facts.media_type in RENDERED:
            ask_for_rendition(reader, session, version, facts.media_type)
        else:
            if opened is not None and copy.mergeable:
                _show(session, version, opened, pages=facts.pages, at=reader.clock.now())
            ask_for_words(reader, session, version, facts)
        stale(session, version.id, at=reader.clock.now())


def _hash_of(opened: Rendition | None) -> str | None:
    return opened.sha256 if opened else None


def _of_locked(copy: FileFacts) -> FileFacts:
    """Return the facts of a locked file, by those of its opened copy."""
    problems = (*copy.problems, Problem.OPENED)
    return replace(copy, encrypted=True, mergeable=False, problems=problems)


def _show(
    session: WriteSession, version: Version, opened: Rendition, *, pages: int | None, at: datetime
) -> None:
    """Let the opened copy of a locked PDF be what is shown and merged."""
    made = Made(
        kind="pdf",
        media_type=media.PDF,
        sha256=opened.sha256,
        size=opened.size,
        pages=pages,
        tool=opened.tool,
    )
    renditions.put(session, body_id=version.body_id, made=made, at=at, version_id=version.id)


class _Indexing:
    """Catches up, and keeps every promise with it that was made before: of many files, once.

    The first changes after a while are found at once; those that come right after are gathered.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._caught_up_at = deque([float("-inf")] * _TIMES, maxlen=_TIMES)
        self._brought = 1

    def __call__(self, task: Task) -> None:
        within = min(_WITHIN * self._brought, _WITHIN_AT_MOST)
        task.pause(self._caught_up_at[0] + within - time.monotonic())
        # Named before the rows are read, so that none is closed whose rows were not.
        with self._reader.database.reading() as session:
            promised = open_ids(session, INDEX)
        self._brought = max(1, catch_up_or_wait(self._reader))
        self._caught_up_at.append(time.monotonic())
        with task.finishing() as session:
            close(session, promised, at=self._reader.clock.now())


def _clear(reader: Reader, task: Task) -> None:
    """Confirm a taking-down once the index has caught up with it."""
    catch_up_or_wait(reader)
    with task.finishing() as session:
        exclusions.confirm(
            session,
            Acting(None, reader.clock.now()),
            body_id=task.payload["body"],
            exclusion_id=task.payload["exclusion"],
        )


def _erase(reader: Reader, task: Task) -> None:
    """Remove the bytes of what was destroyed, then build the index anew without its words.

    An engine only marks what is removed from it, and keeps the words until it tidies up by itself;
    a new index has never held them. All of it may be done twice.
    """
    body_id = task.payload["body"]
    orphans.sweep(reader.database, reader.store, at=reader.clock.now())
    with reader.database.reading() as session:
        if not destruction.is_erased(session, body_id):
            raise NotYet("objects_left", seconds=_LOOK_AGAIN)  # another sweep has them in hand
    try:
        rebuild(reader)
    except SearchUnavailable as error:
        raise NotYet(error.code, seconds=1) from error
    with task.finishing() as session:
        destruction.confirm(
            session,
            Acting(None, reader.clock.now()),
            body_id=body_id,
            exclusion_id=task.payload["exclusion"],
        )
