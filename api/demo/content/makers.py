"""Makes every file of the demo: the session's 25 documents and the adopted resolutions."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from api.demo.content.act import DemoAct
from api.demo.content.acts import act_text, adopted_acts
from api.demo.content.blocks import Frame, read_blocks
from api.demo.content.make_docx import make_docx
from api.demo.content.make_odt import make_odt
from api.demo.content.make_pdf import page_set
from api.demo.content.piechowice import PIECHOWICE
from api.demo.content.session import filing_day, session_day, upcoming_session
from api.demo.content.session_agenda import PAPERS
from api.demo.content.session_documents import EXTRA, REPLACEMENT, Audience, DemoDocument
from api.demo.content.session_texts import document_text
from api.demo.content.wording import long_day
from api.demo.content.written import Written
from docstore.files import writer

# How many processes draw PDFs at once; the demo is made for two cores.
_DRAWERS = 2
Purpose = Literal["session", "replacement", "extra", "act"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """One file of the demo on disk, and what the record is to be told of it.

    `item`, `paper` and `document` are refs of the session and empty for an act; `act` is None for
    everything else. An `extra` belongs to nothing: it is there to be dropped.
    """

    path: Path
    purpose: Purpose
    body: str
    role: str
    title: str
    is_public: bool
    item: str = ""
    paper: str = ""
    document: str = ""
    audience: Audience = "members_and_guests"
    audience_keys: tuple[str, ...] = ()
    audience_ground: str = ""
    audience_reason: str = ""
    note: str = ""
    act: DemoAct | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    """A file to be made and what goes into it."""

    made: MadeFile
    written: Written


def make_documents(target_dir: Path, today: date) -> list[MadeFile]:
    """Make every file of the demo under `target_dir`, a folder a council and purpose.

    The same day gives the same files. Returns the session's files first, in the order of the
    agenda, then the replacement, the extra, and the acts by council and day.
    """
    jobs = [*_session_jobs(target_dir, today), *_act_jobs(target_dir, today)]
    for folder in {job.made.path.parent for job in jobs}:
        folder.mkdir(parents=True, exist_ok=True)
    drawn = [job for job in jobs if job.made.path.suffix == ".pdf"]
    with ThreadPoolExecutor(_DRAWERS) as drawers:
        waiting = [drawers.submit(_draw, drawn[start::_DRAWERS]) for start in range(_DRAWERS)]
        _write_office_files(job for job in jobs if job.made.path.suffix != ".pdf")
        for each in waiting:
            each.result()
    return [job.made for job in jobs]


def _draw(jobs: Sequence[_Job]) -> None:
    """Draw PDFs in one process of the page writer."""
    writer.write_page_sets([page_set(job.written, job.made.path) for job in jobs])


def _write_office_files(jobs: Iterable[_Job]) -> None:
    for job in jobs:
        make = make_docx if job.made.path.suffix == ".docx" else make_odt
        job.made.path.write_bytes(make(job.written))


def _session_jobs(target_dir: Path, today: date) -> list[_Job]:
    session = upcoming_session(today)
    return [
        *(_document_job(target_dir, today, one, "session") for one in session.documents),
        _document_job(target_dir, today, REPLACEMENT, "replacement"),
        _document_job(target_dir, today, EXTRA, "extra"),
    ]


def _document_job(target_dir: Path, today: date, document: DemoDocument, purpose: Purpose) -> _Job:
    """Prepare one file of the session."""
    day, term = session_day(today), PIECHOWICE.term(session_day(today))
    frame = Frame(
        reference=(
            f"do uchwały nr ......../......../{day.year}",
            PIECHOWICE.name_genitive,
            f"z dnia {long_day(day)}",
        ),
        signature=(term.chair_office, term.chair),
    )
    paper = next((each for each in PAPERS if each.ref == document.paper), None)
    made = MadeFile(
        path=target_dir / PIECHOWICE.slug / purpose / document.file_name,
        purpose=purpose,
        body=PIECHOWICE.slug,
        role=document.role,
        title=document.title,
        is_public=document.is_public,
        item=paper.item if paper else "",
        paper=document.paper,
        document=document.ref,
        audience=document.audience,
        audience_keys=document.audience_keys,
        audience_ground=document.audience_ground,
        audience_reason=document.audience_reason,
        note=document.note,
    )
    written = Written(
        title=f"{document.title} {paper.title}" if paper and document.is_draft else document.title,
        author=paper.sponsor if paper else PIECHOWICE.name,
        day=filing_day(today),
        blocks=tuple(read_blocks(document_text(document, today), frame)),
    )
    return _Job(made, written)


def _act_jobs(target_dir: Path, today: date) -> list[_Job]:
    return [_act_job(target_dir, act) for act in adopted_acts(today)]


def _act_job(target_dir: Path, act: DemoAct) -> _Job:
    """Prepare the text of an adopted resolution as the chair signed it."""
    term, day = act.body.term(act.adopted_on), long_day(act.adopted_on)
    frame = Frame(
        reference=(f"do uchwały nr {act.number}", act.body.name_genitive, f"z dnia {day}"),
        signature=(term.chair_office, f"/-/ {term.chair}"),
    )
    made = MadeFile(
        path=target_dir / act.body.slug / "act" / act.file_name,
        purpose="act",
        body=act.body.slug,
        role="signed_act",
        title=f"Uchwała nr {act.number}",
        is_public=True,
        act=act,
    )
    written = Written(
        title=f"Uchwała nr {act.number} {act.title}",
        author=act.body.name,
        day=act.adopted_on,
        blocks=tuple(read_blocks(act_text(act), frame)),
    )
    return _Job(made, written)
