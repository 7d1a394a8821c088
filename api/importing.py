"""`teczka import`: a folder of adopted resolutions becomes acts that everyone can find."""

import os
import threading
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from api.wiring import Parts
from docstore import outbox
from docstore.errors import FileEmpty, FileTooLarge, NumberTaken, UploadBroken
from docstore.models import Body, Document, Facts, Paper, Version
from docstore.rules.act_facts import propose_facts
from docstore.services import adoption, renditions
from docstore.services.acting import Acting
from docstore.services.documents import NewDocument, NewPaper
from docstore.services.finding import get_locked
from docstore.services.keeping import spooled
from docstore.services.packets import unread_pages
from docstore.services.versions import READ
from indexer import tasks

# Files stored, read and published together: what a stopped import leaves is this much at most.
_AT_ONCE = 20
# What holds a file back from publication when nobody looks: a number that names a person for sure.
_HELD_BACK = "pesel"
# Seconds to wait for a file that another process has begun to read, and between two looks.
_PATIENCE, _BETWEEN_LOOKS = 120.0, 0.2
# What one file may be refused for; a store or a record that is away ends the import.
_REFUSALS = (FileEmpty, FileTooLarge, UploadBroken)


@dataclass(frozen=True, slots=True)
class Remark:
    """Why a file was not published: a code that `api.cli` puts in words, or of a refusal."""

    file: str
    code: str


@dataclass(slots=True)
class ImportReport:
    """What became of a folder's files."""

    files: int = 0
    published: int = 0
    held_back: int = 0
    """Kept in the office: a valid PESEL was found."""
    without_number: int = 0
    """Kept in the office: no number or date could be read, or another act has the number."""
    already_there: int = 0
    failed: int = 0
    """Not stored, or not read."""
    unread_pages: int = 0
    """Pages without text in what was published; nobody checked them."""
    remarks: list[Remark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A file that is stored and not published yet: its act and its version."""

    name: str
    paper_id: str
    version_id: str


def import_folder(parts: Parts, body: Body, folder: Path, *, console: Console) -> ImportReport:
    """Store every file of a folder, read it, and publish what can be named and may be shown.

    A file is known by its bytes: imported again it adds nothing, and an import that was stopped
    goes on where it ended.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not _is_hidden(path))
    report = ImportReport(files=len(files))
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("", total=len(files))
        for start in range(0, len(files), _AT_ONCE):
            some = files[start : start + _AT_ONCE]
            taken: dict[str, _Taken] = {}
            for path in some:
                one = _take(parts, body, path, report)
                if one and taken.setdefault(one.version_id, one) is not one:
                    report.already_there += 1  # two files of this folder hold the same bytes
            progress.advance(bar, len(some) - len(taken))
            _read(parts, taken.keys())
            for one in taken.values():
                _publish(parts, body, one, report)
                progress.advance(bar)
        _work(parts)
    return report


def _is_hidden(path: Path) -> bool:
    """Tell whether a file is a system's own: `.DS_Store`, `Thumbs.db`, a lock of an open file."""
    return path.name.startswith((".", "~$")) or path.name.lower() in {"thumbs.db", "desktop.ini"}


# --- storing ----------------------------------------------------------------------------------


def _take(parts: Parts, body: Body, path: Path, report: ImportReport) -> _Taken | None:
    """Store a file as the signed text of a new act; None when there is nothing more to do."""
    try:
        file = spooled(path)
        with parts.database.reading() as session:
            known = _known(session, body, file.sha256)
        version = known or _store(parts, body, path, file.sha256)
    except (*_REFUSALS, OSError) as error:
        code = "unreadable" if isinstance(error, OSError) else error.code
        report.failed += 1
        report.remarks.append(Remark(path.name, code))
        return None
    paper = version.document.paper
    if paper is None or paper.published_at or version.document.removed_at:
        report.already_there += 1
        return None
    return _Taken(path.name, paper.id, version.id)


def _known(session: Session, body: Body, sha256: str) -> Version | None:
    """Return the version that an earlier import made of these bytes."""
    return session.scalar(
        select(Version)
        .join(Document, Document.id == Version.document_id)
        .where(Version.body_id == body.id, Version.sha256 == sha256, Document.role == "signed_act")
        .options(joinedload(Version.document).joinedload(Document.paper))
        .limit(1)
    )


def _store(parts: Parts, body: Body, path: Path, sha256: str) -> Version:
    paper = NewPaper(title=path.stem.replace("_", " "))
    with path.open("rb") as source:
        version = parts.intake.add_document(
            None,
            body_id=body.id,
            new=NewDocument(paper, role="signed_act", is_public=True),
            file_name=path.name,
            source=source,
            sha256=sha256,
        )
    with parts.database.reading() as session:
        known = _known(session, body, version.sha256)
    assert known is not None  # noqa: S101 - it was committed a moment ago
    return known


# --- reading ----------------------------------------------------------------------------------


def _read(parts: Parts, ids: AbstractSet[str]) -> None:
    """Read versions, and wait for those that a running server has in hand."""
    pause = threading.Event()
    for _ in range(int(_PATIENCE / _BETWEEN_LOOKS)):
        _work(parts)
        with parts.database.reading() as session:
            if not outbox.waiting_keys(session, {READ, tasks.RENDER}) & ids:
                return
        pause.wait(_BETWEEN_LOOKS)


def _work(parts: Parts) -> None:
    """Do the reading, on every core; mail and packets are left to the server."""
    handlers = {**tasks.handlers(parts.reader), **tasks.slow_handlers(parts.reader)}
    count = os.cpu_count() or 1
    with ThreadPoolExecutor(count) as pool:
        for done in [
            pool.submit(outbox.drain, parts.database, parts.clock, handlers) for _ in range(count)
        ]:
            done.result()


# --- publishing -------------------------------------------------------------------------------


def _publish(parts: Parts, body: Body, one: _Taken, report: ImportReport) -> None:
    with parts.database.transaction() as session:
        facts = session.get(Facts, one.version_id)
        paper = get_locked(session, Paper, body.id, one.paper_id)
        number = _named(session, paper, one)
    if facts is None:
        report.failed += 1
        report.remarks.append(Remark(one.name, "not_read"))
    elif any(each["kind"] == _HELD_BACK for each in facts.personal_data):
        report.held_back += 1
        report.remarks.append(Remark(one.name, _HELD_BACK))
    elif not number or paper.adopted_on is None:
        report.without_number += 1
        report.remarks.append(Remark(one.name, "no_number" if not number else "no_date"))
    else:
        try:
            report.unread_pages += _show(parts, paper, one, number)
        except NumberTaken:
            # The office decides which of the two is right; nothing is thrown away.
            report.without_number += 1
            report.remarks.append(Remark(one.name, NumberTaken.code))
        else:
            report.published += 1


def _named(session: Session, paper: Paper, one: _Taken) -> str:
    """Take the act's title and date from its text, else from the file's name; return its number.

    What the office has written since is left as it is.
    """
    if paper.number:
        return paper.number
    texts = renditions.page_texts(session, [one.version_id]).get(one.version_id, ())
    found = propose_facts(texts, one.name)
    if found.title is not None:
        paper.title = found.title.value
    if found.druk is not None:
        paper.druk = found.druk.value
    if found.adopted_on is not None:
        paper.adopted_on = found.adopted_on.value
    return found.number.value.literal if found.number else ""


def _show(parts: Parts, paper: Paper, one: _Taken, number: str) -> int:
    """Publish an act under its number; return how many of its pages nobody could read."""
    with parts.database.transaction() as session:
        row = get_locked(session, Paper, paper.body_id, paper.id)
        assert row.adopted_on is not None  # noqa: S101 - the caller looked
        adoption.set_number(session, row, number=number, adopted_on=row.adopted_on)
        adoption.publish_act(
            session,
            Acting(None, parts.clock.now()),
            body_id=row.body_id,
            paper_id=row.id,
            personal_data_reason="import",
        )
        version = session.get_one(Version, one.version_id)
        facts = session.get_one(Facts, one.version_id)
        return sum(
            facts.pages or 1 if page is None else 1
            for page in unread_pages(session, version, facts)
        )
