"""From bytes to findable text: facts and renditions, as work of the outbox."""

import time
from collections import deque
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from docstore.crashing import Point, reach
from docstore.database import WriteSession
from docstore.files import media
from docstore.files.errors import FileRefused
from docstore.files.facts import FileFacts, Problem
from docstore.files.inspect import inspect
from docstore.models import Document, Facts, Rendition, Version, table_of
from docstore.outbox import Handler, NotYet, Task, close, enqueue, open_ids
from docstore.room import WORKSPACE
from docstore.services import compared, destruction, exclusions, orphans, pages, renditions, scans
from docstore.services.acting import Acting
from docstore.services.finding import get_locked
from docstore.services.giving import fetched
from docstore.services.indexing import INDEX, nudge_index
from docstore.services.keeping import keep, spooled
from docstore.services.openness import destroyed, is_destroyed
from docstore.services.renditions import OPENED, RENDERED, Learned, Made
from docstore.services.renditions import RENDER as RENDER
from docstore.services.versions import READ
from indexer.catching_up import catch_up_or_wait, rebuild
from indexer.errors import SearchUnavailable
from indexer.reader import Reader

log = structlog.get_logger("teczka.indexer")

# How soon to look again whether another sweep has removed what it took, in seconds.
_LOOK_AGAIN = 30.0

# How often the index is caught up with at most: so many times within so many seconds. Each is a
# commit, after which every search looks at the index's files anew, and a few commits are merged,
# which writes all of a town's index again. A file is two changes, when it is stored and when it is
# read, and one that comes alone waits with neither. Where each time brings several, people drop
# many, and who waits for hundreds is served better by fewer commits.
_TIMES, _WITHIN, _WITHIN_AT_MOST = 2, 0.4, 2.0

NO_RENDERER = "no_renderer"
"""The problem of a file that would have a PDF where LibreOffice is installed."""


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


def find(session: Session, task: Task) -> Version | None:
    """Return the version that a task is about, unless it was destroyed."""
    return session.scalar(
        _OF_TASK, {"version": task.payload["version"], "body": task.payload["body"]}
    )


_OF_TASK = select(Version).where(
    Version.id == bindparam("version"), Version.body_id == bindparam("body"), ~is_destroyed()
)


def is_left(session: WriteSession, version: Version) -> bool:
    """Tell whether a version is still there to write of; it was not locked while it was read."""
    get_locked(session, Document, version.body_id, version.document_id)
    return not destroyed(session, version)


def read(reader: Reader, task: Task) -> None:
    """Learn the facts and the text of a version's bytes."""
    with reader.database.reading() as session:
        version = find(session, task)
        opened = _opened(session, version)
    if version is None:
        return
    with _bytes_of(reader, version, opened) as path:
        copy = inspect(path, version.file_name)
    facts = copy if opened is None else _of_locked(copy)
    reach(Point.LEARNED)
    with task.finishing() as session:
        if not is_left(session, version):
            return
        if _hash_of(_opened(session, version)) != _hash_of(opened):
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


def _opened(session: Session, version: Version | None) -> Rendition | None:
    """Return the copy of a locked file that asks for no password, where somebody gave it."""
    return renditions.find(session, kind=OPENED, version_id=version.id) if version else None


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


def learned_of(facts: FileFacts) -> Learned:
    """Return what a version's row says of a file's facts, personal data among it."""
    return Learned(
        media_type=facts.media_type,
        pages=facts.pages,
        text_state=facts.text_state,
        encrypted=facts.encrypted,
        mergeable=facts.mergeable,
        problems=facts.problems,
        personal_data=renditions.findings(facts.page_texts),
        page_texts=facts.page_texts,
    )


def ask_for_words(
    reader: Reader, session: WriteSession, version: Version, facts: FileFacts | Facts
) -> None:
    """Promise that the words on scanned pages are recognised, where there is a program for it."""
    if reader.recogniser is None or not scans.has_scans(facts):
        return
    session.flush()
    if scans.pages_left(session, version.id) != [] and pages.source_of(session, version):
        scans.begin(session, version, at=reader.clock.now())


def ask_for_rendition(
    reader: Reader, session: WriteSession, version: Version, media_type: str
) -> None:
    """Promise the PDF of an office file, or say why there will be none."""
    if renditions.find(session, kind="pdf", version_id=version.id) is not None:
        return
    now = reader.clock.now()
    if reader.renderer is None or not reader.renderer.renders(media_type):
        made = Made(kind="pdf", media_type=media.PDF, problem=NO_RENDERER)
        renditions.put(session, body_id=version.body_id, made=made, at=now, version_id=version.id)
    else:
        enqueue(session, RENDER, version.id, at=now, version=version.id, body=version.body_id)


_CHANGED = (
    update(table_of(Version))
    .where(table_of(Version).c.id == bindparam("version"))
    .values(revision=table_of(Version).c.revision + 1)
)


def stale(session: WriteSession, version_id: str, *, at: datetime) -> None:
    """Promise that the index learns of a version anew, and what changed in it."""
    session.execute(_CHANGED, {"version": version_id})
    nudge_index(session, at=at)
    compared.ask(session, version_id, at=at)


def _bytes_of(
    reader: Reader, version: Version, opened: Rendition | None
) -> AbstractContextManager[Path]:
    """Lay a version's bytes, or those of its opened copy, into a temporary file.

    Wrong or missing ones are noted as damaged.
    """
    return fetched(
        reader.database,
        reader.store,
        body_id=version.body_id,
        sha256=opened.sha256 if opened and opened.sha256 else version.sha256,
        folder=reader.spool_dir,
        at=reader.clock.now(),
    )


def render(reader: Reader, task: Task) -> None:
    """Make the PDF of a word processor's file; a file that cannot be rendered says why."""
    with reader.database.reading() as session:
        version = find(session, task)
        opened = _opened(session, version)
    if version is None or reader.renderer is None:
        return
    if (opened or version).media_type not in RENDERED:
        return  # what is shown of it is no work of ours
    target = reader.spool_dir / f"rendition-{version.id}.pdf"
    try:
        made, facts = _rendered(reader, version, opened, target)
    finally:
        target.unlink(missing_ok=True)
    with task.finishing() as session:
        now = reader.clock.now()
        if not is_left(session, version):
            orphans.doom(session, version.body_id, filter(None, [made.sha256]), at=now)
            return
        renditions.put(session, body_id=version.body_id, made=made, at=now, version_id=version.id)
        if facts is not None:
            _take_pages(session, version, facts, at=now)
            ask_for_words(reader, session, version, facts)


def _rendered(
    reader: Reader, version: Version, opened: Rendition | None, target: Path
) -> tuple[Made, FileFacts | None]:
    assert reader.renderer is not None  # noqa: S101 - the caller looked
    try:
        media_type = (opened or version).media_type
        with _bytes_of(reader, version, opened) as source:
            reader.renderer.to_pdf(source, target, media_type=media_type)
    except FileRefused as refusal:
        reader.room.require(WORKSPACE)  # without room no file is to blame, and it is tried again
        log.warning("rendition_failed", version=version.id, reason=refusal.code)
        return Made(kind="pdf", media_type=media.PDF, problem=f"render_{refusal.code}"), None
    reach(Point.RENDERED)
    facts = inspect(target, "rendition.pdf")
    if not facts.mergeable or not facts.pages:
        return Made(kind="pdf", media_type=media.PDF, problem="render_broken"), None
    file = spooled(target)
    keep(reader.database, reader.store, body_id=version.body_id, file=file, at=reader.clock.now())
    made = Made(
        kind="pdf",
        media_type=media.PDF,
        sha256=file.sha256,
        size=file.size,
        pages=facts.pages,
        tool=reader.renderer.tool,
    )
    return made, facts


def _take_pages(session: WriteSession, version: Version, facts: FileFacts, *, at: datetime) -> None:
    """Let hits name the page: a word processor's file has pages only once it is rendered."""
    known = session.get(Version, version.id, options=[joinedload(Version.facts)])
    if known is None or known.facts is None:
        return
    learned = learned_of(facts)
    renditions.learn(
        session,
        version_id=version.id,
        facts=Learned(
            media_type=known.facts.media_type,
            pages=facts.pages,
            text_state=facts.text_state,
            encrypted=known.facts.encrypted,
            mergeable=False,
            problems=[p for p in known.facts.problems if p != "needs_rendition"],
            personal_data=learned.personal_data,
            page_texts=facts.page_texts,
        ),
        at=at,
    )
    stale(session, version.id, at=at)


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
