"""What all work on a version's bytes shares: which version, its bytes, what is learned of them."""

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.files.facts import FileFacts
from docstore.models import Document, Facts, Rendition, Version, table_of
from docstore.outbox import Task
from docstore.services import compared, pages, renditions, scans
from docstore.services.finding import get_locked
from docstore.services.giving import fetched
from docstore.services.indexing import nudge_index
from docstore.services.openness import destroyed, is_destroyed
from docstore.services.renditions import OPENED, Learned
from docstore.services.renditions import RENDER as RENDER
from indexer.reader import Reader


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


def opened_copy(session: Session, version: Version | None) -> Rendition | None:
    """Return the copy of a locked file that asks for no password, where somebody gave it."""
    return renditions.find(session, kind=OPENED, version_id=version.id) if version else None


def bytes_of(
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
