"""Scanned pages: which have no words, what a program recognised on them, what a clerk corrected."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import InvalidInput, NotFound
from docstore.files.drawing import DRAWABLE
from docstore.files.facts import FileFacts
from docstore.files.problems import Problem
from docstore.files.recognising import Recognised
from docstore.models import Document, Facts, OutboxMessage, PageText, Rendition, Version
from docstore.outbox import enqueue, is_open
from docstore.services import ledger, renditions
from docstore.services.acting import Acting
from docstore.services.finding import get, get_locked
from docstore.services.indexing import touch_index
from docstore.services.openness import destroyed, is_destroyed
from docstore.services.renditions import RECOGNISED, RENDERED, Learned

RECOGNISE = "version.recognise"
"""Outbox topic: recognise some pages of a version that have no words."""
AT_ONCE = 10
"""Pages of one turn: a minute of work, after which another file has its own. Each turn writes the
whole searchable copy, which takes a second for the largest."""
MOST_LETTERS = 20_000
"""Of a page that a clerk corrects: three times the fullest page of law seen."""
_SCANS = DRAWABLE | RENDERED


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the text of a page comes from that its file does not say."""

    is_corrected: bool
    """By a clerk; else a program recognised it."""
    confidence: int | None
    """How sure the program is, in percent."""


def has_scans(facts: Facts | FileFacts) -> bool:
    """Tell whether a file has pages without words that a program might recognise."""
    return (
        facts.text_state in {"none", "partial"}
        and facts.media_type in _SCANS
        and Problem.ENCRYPTED not in facts.problems
    )


def begin(session: WriteSession, version: Version, *, at: datetime) -> None:
    """Promise that the scanned pages of a version, which was read, are recognised."""
    session.flush()
    facts = session.get(Facts, version.id)
    if facts is not None:
        facts.problems = [*_without(facts.problems, Problem.NO_TEXT), Problem.RECOGNISING.value]
        go_on(session, version, at=at, most=AT_ONCE)


def go_on(session: WriteSession, version: Version, *, at: datetime, most: int) -> None:
    """Promise the next pages of a version, so many at once, behind all that waits already."""
    enqueue(
        session, RECOGNISE, version.id, at=at, version=version.id, body=version.body_id, most=most
    )


def plan(session: WriteSession, *, at: datetime) -> int:
    """Promise it for all scans that nobody has tried yet; return how many.

    They are from before the program was installed, or before there was this work.
    """
    tried = exists().where(PageText.version_id == Version.id, PageText.origin != "file")
    made = renditions.has_kind(RECOGNISED)
    waits = exists().where(
        OutboxMessage.topic == RECOGNISE, OutboxMessage.key == Version.id, is_open()
    )
    waiting = session.execute(
        select(Version, Facts)
        .join(Facts, Facts.version_id == Version.id)
        .where(Facts.text_state.in_(("none", "partial")), ~tried, ~made, ~waits, ~is_destroyed())
        .order_by(Version.created_at.desc(), Version.id)
    ).all()
    wanted = [version for version, facts in waiting if has_scans(facts)]
    for version in wanted:
        begin(session, version, at=at)
    return len(wanted)


def pages_left(session: Session, version_id: str) -> list[int] | None:
    """Return the pages that are still to be recognised, None where nobody has counted the pages."""
    rows = session.execute(
        select(PageText.page, PageText.text, PageText.origin, PageText.confidence)
        .where(PageText.version_id == version_id)
        .order_by(PageText.page)
    ).all()
    if not rows:
        return None
    return [
        row.page
        for row in rows
        if (not row.text if row.origin == "file" else row.confidence is None)
    ]


def ask_anew(session: Session, body_id: str, version_id: str, *, at: datetime) -> None:
    """Let the searchable copy be made again, from the file; the words stay meanwhile."""
    made = Rendition.version_id == version_id, Rendition.kind == RECOGNISED
    session.execute(delete(Rendition).where(*made))
    session.execute(
        update(PageText)
        .where(PageText.version_id == version_id, PageText.origin != "file")
        .values(confidence=None)
    )
    enqueue(session, RECOGNISE, version_id, at=at, version=version_id, body=body_id, most=AT_ONCE)


def note(session: WriteSession, version_id: str, recognised: Recognised) -> None:
    """Write down what pages say; what a clerk corrected stays."""
    rows = {
        row.page: row
        for row in session.scalars(select(PageText).where(PageText.version_id == version_id))
    }
    for page in range(1, recognised.count + 1):
        if page not in rows:
            rows[page] = PageText(version_id=version_id, page=page, text="", origin="file")
            session.add(rows[page])
    for page, said in recognised.pages.items():
        row = rows[page]
        if row.origin != "corrected":
            row.text, row.origin = said.text, "recognised"
        row.confidence = round(said.confidence * 100)
    session.flush()
    _judge(session, version_id, rows)


def _judge(session: WriteSession, version_id: str, rows: Mapping[int, PageText]) -> None:
    """Let a version's facts say what its pages say now."""
    facts = session.get(Facts, version_id)
    if facts is None:
        return
    learned = renditions.with_words(
        Learned(
            media_type=facts.media_type,
            pages=facts.pages,
            text_state=facts.text_state,
            encrypted=facts.encrypted,
            mergeable=facts.mergeable,
            problems=facts.problems,
            personal_data=facts.personal_data,
            page_texts=[rows[page].text for page in sorted(rows)],
        ),
        {page: row.text for page, row in rows.items() if row.origin != "file"},
    )
    facts.pages = facts.pages or len(rows)
    problems = _without(learned.problems, Problem.RECOGNISING, Problem.NO_TEXT)
    if pages_left(session, version_id):
        problems.append(Problem.RECOGNISING.value)
    elif Problem.RECOGNISED not in problems:
        problems.append(Problem.NO_TEXT.value)
    facts.text_state, facts.problems = learned.text_state, problems
    facts.personal_data = list(learned.personal_data)


def _without(problems: Sequence[str], *some: Problem) -> list[str]:
    return [each for each in problems if each not in some]


_ORIGINS = select(
    PageText.version_id, PageText.page, PageText.origin, PageText.confidence
).where(
    PageText.version_id.in_(bindparam("versions", expanding=True)), PageText.origin != "file"
)  # fmt: skip


def origins(session: Session, version_ids: Collection[str]) -> dict[tuple[str, int], Origin]:
    """Return, by version and page, where those texts come from that the file does not say."""
    if not version_ids:
        return {}
    rows = session.execute(_ORIGINS, {"versions": list(version_ids)})
    return {
        (row.version_id, row.page): Origin(row.origin == "corrected", row.confidence)
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Words:
    """The text of a scanned page, and where it comes from."""

    text: str
    origin: Origin


def words_of(session: Session, version_id: str, page: int) -> Words:
    """Return the text of a scanned page; `NotFound` for a page whose text is the file's own."""
    row = session.get(PageText, (version_id, page))
    if row is None or row.origin == "file":
        raise NotFound
    return Words(row.text, Origin(row.origin == "corrected", row.confidence))


def correct(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    version_id: str,
    page: int,
    text: str,
    seen: str,
) -> None:
    """Put a clerk's text in place of what a program recognised on a page.

    `seen` is the text that the clerk had before their eyes. Raises `InvalidInput` of the field
    `text`: somebody else has changed it since ("page_changed"), or it is too long ("too_long");
    `NotFound` for a page whose text is the file's own.
    """
    version = get(session, Version, body_id, version_id)
    get_locked(session, Document, body_id, version.document_id)
    row = session.get(PageText, (version_id, page), populate_existing=True)
    if destroyed(session, version) or row is None or row.origin == "file":
        raise NotFound
    text = _plain(text)
    if len(text) > MOST_LETTERS:
        raise InvalidInput(field="text", reason="too_long", limit=MOST_LETTERS)
    if _plain(row.text) != _plain(seen) and _plain(row.text) != text:
        raise InvalidInput(field="text", reason="page_changed")
    if row.text == text:
        return
    row.text, row.origin = text, "corrected"
    session.flush()
    rows = session.scalars(select(PageText).where(PageText.version_id == version_id))
    _judge(session, version_id, {each.page: each for each in rows})
    touch_index(session, body_id, [version.document_id], at=acting.at)
    ledger.record(session, body_id, "page_corrected", acting, version=version_id, page=page)


def _plain(text: str) -> str:
    """Return a text as a form sends and keeps it: a browser ends lines in its own way."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
