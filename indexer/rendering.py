"""Makes the PDF of a word processor's file, and takes its pages' text from that."""

from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.orm import joinedload

from docstore.crashing import Point, reach
from docstore.database import WriteSession
from docstore.files import media
from docstore.files.errors import FileRefused
from docstore.files.facts import FileFacts
from docstore.files.inspect import inspect
from docstore.models import Rendition, Version
from docstore.outbox import Task, enqueue
from docstore.room import WORKSPACE
from docstore.services import orphans, renditions
from docstore.services.keeping import keep, spooled
from docstore.services.renditions import RENDER as RENDER
from docstore.services.renditions import RENDERED, Learned, Made
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

log = structlog.get_logger("teczka.indexer")

NO_RENDERER = "no_renderer"
"""The problem of a file that would have a PDF where LibreOffice is installed."""


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


def render(reader: Reader, task: Task) -> None:
    """Make the PDF of a word processor's file; a file that cannot be rendered says why."""
    with reader.database.reading() as session:
        version = find(session, task)
        opened = opened_copy(session, version)
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
        with bytes_of(reader, version, opened) as source:
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
