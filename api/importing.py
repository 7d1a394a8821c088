"""`teczka import`: a folder of adopted resolutions becomes acts that everyone can find."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import select

from api.wiring import Parts
from docstore import outbox
from docstore.database import WriteSession
from docstore.errors import DocstoreError, NumberTaken
from docstore.models import Body, Document, Facts, Paper, Version
from docstore.rules.act_facts import propose_facts
from docstore.services import adoption, renditions
from docstore.services.acting import Acting
from docstore.services.finding import get_locked
from docstore.services.packets import unread_pages
from docstore.services.versions import NewDocument, Owner

# What holds a file back from publication when nobody looks: a number that names a person for sure.
_HELD_BACK = "pesel"


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
    unread_pages: int = 0
    """Pages without text in what was published; nobody checked them."""
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A file that was stored: its act and its version."""

    path: Path
    paper_id: str
    version_id: str


def import_folder(parts: Parts, body: Body, folder: Path, *, console: Console) -> ImportReport:
    """Store every file of a folder, read it, and publish what can be named and may be shown."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    report = ImportReport(files=len(files))
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("", total=len(files) * 2)
        taken = []
        for path in files:
            try:
                one = _store(parts, body, path)
            except DocstoreError as error:
                report.failed.append(f"{path.name}: {error.code}")
            else:
                if one is None:
                    report.already_there += 1
                else:
                    taken.append(one)
            progress.advance(bar)
        outbox.drain(parts.database, parts.clock, parts.handlers())
        for each in taken:
            _name_and_publish(parts, body, each, report)
            progress.advance(bar)
        outbox.drain(parts.database, parts.clock, parts.handlers())
    return report


def _store(parts: Parts, body: Body, path: Path) -> _Taken | None:
    """Store a file as the signed text of a new act; None when it was imported before."""
    with parts.database.transaction() as session:
        if _is_known(session, body, path):
            return None
        paper = Paper(
            body_id=body.id,
            kind="resolution",
            title=path.stem.replace("_", " "),
            created_at=parts.clock.now(),
        )
        session.add(paper)
    with path.open("rb") as source:
        version = parts.intake.add_document(
            None,
            body_id=body.id,
            new=NewDocument(Owner(paper_id=paper.id), role="signed_act", is_public=True),
            file_name=path.name,
            source=source,
        )
    return _Taken(path, paper.id, version.id)


def _is_known(session: WriteSession, body: Body, path: Path) -> bool:
    """Tell whether a file of this name and size was imported before, so that a rerun adds none."""
    return (
        session.scalar(
            select(Version.id)
            .join(Document, Document.id == Version.document_id)
            .where(
                Version.body_id == body.id,
                Version.file_name == path.name,
                Version.size == path.stat().st_size,
                Document.role == "signed_act",
            )
            .limit(1)
        )
        is not None
    )


def _name_and_publish(parts: Parts, body: Body, taken: _Taken, report: ImportReport) -> None:
    with parts.database.transaction() as session:
        version = session.get_one(Version, taken.version_id)
        facts = session.get(Facts, taken.version_id)
        paper = get_locked(session, Paper, body.id, taken.paper_id)
        _name(session, paper, taken)
        if facts is None or any(each["kind"] == _HELD_BACK for each in facts.personal_data):
            report.held_back += 1
        elif not paper.number:
            report.without_number += 1
        else:
            report.unread_pages += sum(
                facts.pages or 1 if page is None else 1
                for page in unread_pages(session, version, facts)
            )
            adoption.publish_act(
                session,
                Acting(None, parts.clock.now()),
                body_id=body.id,
                paper_id=paper.id,
                personal_data_reason="import",
            )
            report.published += 1


def _name(session: WriteSession, paper: Paper, taken: _Taken) -> None:
    """Take the act's title, number and date from its text, else from the file's name."""
    texts = renditions.page_texts(session, [taken.version_id]).get(taken.version_id, ())
    found = propose_facts(texts, taken.path.name)
    if found.title is not None:
        paper.title = found.title.value
    if found.druk is not None:
        paper.druk = found.druk.value
    adopted_on: date | None = found.adopted_on.value if found.adopted_on else None
    if found.number is None or adopted_on is None:
        return
    try:
        adoption.set_number(
            session, paper, number=found.number.value.literal, adopted_on=adopted_on
        )
    except NumberTaken:
        # The office decides which of the two is right; nothing is thrown away.
        paper.adopted_on = adopted_on
