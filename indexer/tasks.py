"""From bytes to findable text: facts, renditions and the index, as work of the outbox."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from docstore.clock import Clock
from docstore.database import Database, WriteSession
from docstore.errors import ObjectDamaged, ObjectNotFound
from docstore.files import media
from docstore.files.errors import FileRefused
from docstore.files.facts import FileFacts
from docstore.files.inspect import inspect
from docstore.files.office import Renderer
from docstore.models import Document, Paper, Version
from docstore.objects.seam import ObjectStore
from docstore.outbox import Handler, Later, Task, enqueue
from docstore.rules.personal_data import find_personal_data
from docstore.services import exclusions, renditions
from docstore.services.acting import Acting
from docstore.services.keeping import fetched, keep, mark_damaged, spooled
from docstore.services.renditions import RENDERED, Learned, Made
from docstore.services.versions import HELD_BACK, INDEX, READ, nudge_index
from indexer.documents import IndexDocument, Stage
from indexer.errors import IndexDamaged, SearchUnavailable
from indexer.seam import SearchEngine

log = structlog.get_logger("teczka.indexer")

RENDER = "version.render"
"""Outbox topic: make the PDF of a word processor's file, and take its pages' text from that."""
NO_RENDERER = "no_renderer"
"""The problem of a file that would have a PDF where LibreOffice is installed."""

# Versions indexed in one batch; one commit of the index costs about 10 ms whatever its size.
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Reader:
    """What the tasks of this floor work with."""

    database: Database
    store: ObjectStore
    engine: SearchEngine
    clock: Clock
    renderer: Renderer | None
    spool_dir: Path


def handlers(reader: Reader) -> Mapping[str, Handler]:
    """Return the handlers of this floor's topics that should be quick."""
    return {
        READ: lambda task: read(reader, task),
        INDEX: lambda task: _index(reader, task),
        exclusions.CLEAR: lambda task: _clear(reader, task),
    }


def slow_handlers(reader: Reader) -> Mapping[str, Handler]:
    """Return the handlers that may take minutes, for a lane of their own."""
    return {RENDER: lambda task: render(reader, task)}


def _find(session: Session, task: Task) -> Version | None:
    return session.scalar(
        select(Version).where(
            Version.id == task.payload["version"], Version.body_id == task.payload["body"]
        )
    )


def read(reader: Reader, task: Task) -> None:
    """Learn the facts and the text of a version's bytes."""
    with reader.database.reading() as session:
        version = _find(session, task)
    if version is None:
        return
    with _bytes_of(reader, version) as path:
        facts = inspect(path, version.file_name)
    with task.finishing() as session:
        renditions.learn(
            session, version_id=version.id, facts=_learned(facts), at=reader.clock.now()
        )
        if version.media_type in RENDERED:
            _ask_for_rendition(reader, session, version)
        _stale(session, version.id, at=reader.clock.now())


def _learned(facts: FileFacts) -> Learned:
    return Learned(
        media_type=facts.media_type,
        pages=facts.pages,
        text_state=facts.text_state,
        encrypted=facts.encrypted,
        mergeable=facts.mergeable,
        problems=facts.problems,
        # The council's own telephones are left out when findings are looked at, not here: the
        # office may add one afterwards.
        personal_data=[
            {"page": each.page, "kind": each.kind, "excerpt": each.excerpt_masked}
            for each in find_personal_data(facts.page_texts, own_phones=frozenset())
        ],
        page_texts=facts.page_texts,
    )


def _ask_for_rendition(reader: Reader, session: WriteSession, version: Version) -> None:
    if renditions.find(session, kind="pdf", version_id=version.id) is not None:
        return
    now = reader.clock.now()
    if reader.renderer is None or not reader.renderer.renders(version.media_type):
        made = Made(kind="pdf", media_type=media.PDF, problem=NO_RENDERER)
        renditions.put(session, body_id=version.body_id, made=made, at=now, version_id=version.id)
    else:
        enqueue(session, RENDER, version.id, at=now, version=version.id, body=version.body_id)


def _stale(session: Session, version_id: str, *, at: datetime) -> None:
    session.execute(
        update(Version).where(Version.id == version_id).values(revision=Version.revision + 1)
    )
    nudge_index(session, at=at)


@contextmanager
def _bytes_of(reader: Reader, version: Version) -> Iterator[Path]:
    """Lay a version's bytes into a temporary file; wrong or missing ones are noted as damaged."""
    body_id, sha256 = version.body_id, version.sha256
    try:
        with fetched(reader.store, body_id=body_id, sha256=sha256, folder=reader.spool_dir) as path:
            yield path
    except (ObjectDamaged, ObjectNotFound):
        with reader.database.transaction() as session:
            mark_damaged(session, body_id=body_id, sha256=sha256)
        raise


def render(reader: Reader, task: Task) -> None:
    """Make the PDF of a word processor's file; a file that cannot be rendered says why."""
    with reader.database.reading() as session:
        version = _find(session, task)
    if version is None or reader.renderer is None:
        return
    target = reader.spool_dir / f"rendition-{version.id}.pdf"
    try:
        made, facts = _rendered(reader, version, target)
    finally:
        target.unlink(missing_ok=True)
    with task.finishing() as session:
        now = reader.clock.now()
        renditions.put(session, body_id=version.body_id, made=made, at=now, version_id=version.id)
        if facts is not None:
            _take_pages(session, version, facts, at=now)


def _rendered(reader: Reader, version: Version, target: Path) -> tuple[Made, FileFacts | None]:
    assert reader.renderer is not None  # noqa: S101 - the caller looked
    try:
        with _bytes_of(reader, version) as source:
            reader.renderer.to_pdf(source, target, media_type=version.media_type)
    except FileRefused as refusal:
        log.warning("rendition_failed", version=version.id, reason=refusal.code)
        return Made(kind="pdf", media_type=media.PDF, problem=f"render_{refusal.code}"), None
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
    learned = _learned(facts)
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
    _stale(session, version.id, at=at)


# --- the index --------------------------------------------------------------------------------


def catch_up(reader: Reader) -> int:
    """Give the index every version whose row is newer than what it holds; return how many."""
    done = 0
    while True:
        with reader.database.reading() as session:
            ids = list(
                session.scalars(
                    select(Version.id).where(Version.revision > Version.indexed).limit(_BATCH)
                )
            )
            documents = list(index_documents(session, ids))
        if not documents:
            return done
        with reader.engine.batch() as batch:
            for document in documents:
                batch.put(document)
        reader.engine.refresh()
        with reader.database.transaction() as session:
            for document in documents:
                session.execute(
                    update(Version)
                    # One that has changed meanwhile is given again.
                    .where(Version.id == document.id, Version.revision == document.revision)
                    .values(indexed=document.revision)
                )
        done += len(documents)


def _index(reader: Reader, task: Task) -> None:
    del task
    _catch_up_or_wait(reader)


def _catch_up_or_wait(reader: Reader) -> None:
    """Bring the index up to date; mend a broken one, and wait while another writer holds it."""
    try:
        if reader.engine.needs_rebuild():
            rebuild(reader)
        else:
            catch_up(reader)
    except IndexDamaged:
        log.warning("index_damaged_rebuilding")
        rebuild(reader)
    except SearchUnavailable as error:
        raise Later(error.code, seconds=1) from error


def _clear(reader: Reader, task: Task) -> None:
    """Confirm a taking-down once the index has caught up with it."""
    _catch_up_or_wait(reader)
    with task.finishing() as session:
        exclusions.confirm(
            session,
            Acting(None, reader.clock.now()),
            body_id=task.payload["body"],
            exclusion_id=task.payload["exclusion"],
        )


def index_documents(session: Session, version_ids: Iterable[str]) -> Iterator[IndexDocument]:
    """Return versions as an index sees them, with the text of their pages."""
    ids = list(version_ids)
    rows = session.scalars(
        select(Version)
        .where(Version.id.in_(ids))
        .options(
            joinedload(Version.document).options(
                selectinload(Document.versions).selectinload(Version.audience),
                joinedload(Document.paper).selectinload(Paper.documents),
            )
        )
    ).all()
    texts = renditions.page_texts(session, ids)
    for row in rows:
        yield _index_document(row, texts.get(row.id, ()))


def _index_document(row: Version, pages: tuple[str, ...]) -> IndexDocument:
    document, paper = row.document, row.document.paper
    newer = [each for each in document.versions if each.number > row.number]
    own = next(each for each in document.versions if each.id == row.id)
    stage = stage_of(document)
    dated_on = (
        paper.adopted_on
        if paper is not None and paper.adopted_on is not None
        else row.created_at.date()
    )
    return IndexDocument(
        id=row.id,
        body_id=row.body_id,
        document_id=row.document_id,
        revision=row.revision,
        visible_to=frozenset(each.token for each in own.audience),
        superseded_for=frozenset(each.token for v in newer for each in v.audience),
        title=_title(document),
        number=(paper.number or paper.druk) if paper else "",
        file_name=row.file_name,
        pages=pages,
        stage=stage,
        kind=paper.kind if paper else "meeting",
        status=paper.status if paper and stage == "adopted" else "",
        year=dated_on.year,
        dated_on=dated_on,
    )


def stage_of(document: Document) -> Stage:
    """Tell what a document is to a reader: an adopted act, a draft, or other material.

    Where an act has its signed text, the draft of before stays a draft.
    """
    paper = document.paper
    if paper is None:
        return "material"
    if paper.published_at is not None:
        signed = any(each.role == "signed_act" for each in paper.documents)
        return "draft" if signed and document.role == "main" else "adopted"
    return "draft" if paper.kind == "resolution" else "material"


def _title(document: Document) -> str:
    paper = document.paper
    if paper is None:
        return document.title
    if document.role in {"main", "signed_act"}:
        return paper.title
    return f"{document.title} \N{EN DASH} {paper.title}"


def rebuild(reader: Reader) -> int:
    """Build the index anew beside the live one from the record alone; return how many versions."""
    count = 0

    def everything() -> Iterator[IndexDocument]:
        nonlocal count
        with reader.database.reading() as session:
            ids = list(session.scalars(select(Version.id).order_by(Version.id)))
        for start in range(0, len(ids), _BATCH):
            with reader.database.reading() as session:
                chunk = list(index_documents(session, ids[start : start + _BATCH]))
            count += len(chunk)
            yield from chunk

    reader.engine.rebuild(everything())
    mark_stale(reader)
    catch_up(reader)
    return count


@dataclass(frozen=True, slots=True)
class Drift:
    """How an index differs from the record."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    foreign: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Tell whether the index holds exactly what the record says."""
        return not (self.missing or self.stale or self.foreign)


def drift(reader: Reader) -> Drift:
    """Compare the index with the record, version by version."""
    held = dict(reader.engine.revisions())
    with reader.database.reading() as session:
        rows = {
            row.id: row.revision for row in session.execute(select(Version.id, Version.revision))
        }
    return Drift(
        missing=tuple(sorted(rows.keys() - held.keys())),
        stale=tuple(sorted(i for i in rows.keys() & held.keys() if held[i] != rows[i])),
        foreign=tuple(sorted(held.keys() - rows.keys())),
    )


def mark_stale(reader: Reader) -> None:
    """Note what the index lacks, so that catching up mends it, and drop what is no row."""
    found = drift(reader)
    if found.foreign:
        with reader.engine.batch() as batch:
            for version_id in found.foreign:
                batch.remove(version_id)
    lacking = {*found.missing, *found.stale}
    with reader.database.transaction() as session:
        # What is held back stays so until it is given to the index again.
        known = update(Version).where(Version.indexed > HELD_BACK)
        session.execute(known.values(indexed=Version.revision))
        for version_id in lacking:
            session.execute(known.where(Version.id == version_id).values(indexed=0))
