"""Scanned pages: which have no words, what a program recognised on them, what a clerk corrected."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, case, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import InvalidInput, NotFound
from docstore.files.drawing import DRAWABLE
from docstore.files.facts import FileFacts
from docstore.files.problems import Problem
from docstore.files.recognising import MOST_LETTERS as MOST_LETTERS
from docstore.files.recognising import Recognised
from docstore.models import Body, Document, Facts, OutboxMessage, PageText, Rendition, Version
from docstore.outbox import enqueue, is_open
from docstore.rules.personal_data import find_personal_data
from docstore.services import compared, ledger, renditions
from docstore.services.acting import Acting
from docstore.services.exclusions import is_public
from docstore.services.finding import get, get_locked
from docstore.services.indexing import touch_index
from docstore.services.openness import destroyed, is_destroyed
from docstore.services.renditions import RECOGNISED, RENDERED

RECOGNISE = "version.recognise"
"""Outbox topic: recognise some pages of a version that have no words."""
AT_ONCE = 10
"""Pages of one turn: a minute of work, after which another file has its own. Each turn writes the
searchable copy whole."""
_SCANS = DRAWABLE | RENDERED
# What stopped a reader: the pages after it have no words here, and may have their own.
_CUT = frozenset((Problem.TOO_MANY_PAGES, Problem.TEXT_CUT, Problem.TIMED_OUT, Problem.TOO_LARGE))


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
        and not {Problem.ENCRYPTED, *_CUT} & {*facts.problems}
    )


def begin(session: WriteSession, version: Version, *, at: datetime) -> None:
    """Promise that the scanned pages of a version, which was read, are recognised."""
    session.flush()
    facts = session.get(Facts, version.id)
    if facts is not None:
        facts.problems = [*_without(facts.problems, *_STATES), Problem.RECOGNISING.value]
        go_on(session, version, at=at)


def go_on(
    session: WriteSession, version: Version, *, at: datetime, alone: int = 0, refused: int = 0
) -> None:
    """Promise the next pages of a version, behind all that waits already.

    `alone` are the next pages to be tried one by one, `refused` those refused so just before.
    """
    enqueue(
        session, RECOGNISE, version.id, at=at, version=version.id, body=version.body_id,
        alone=alone, refused=refused,
    )  # fmt: skip


def untried(session: Session) -> list[Version]:
    """Return the versions whose scanned pages nobody has tried yet, or not again.

    They are from before the program was installed, or before there was this work.
    """
    is_left = or_(
        and_(PageText.origin == "file", PageText.text == ""),
        and_(PageText.origin != "file", PageText.confidence.is_(None)),
    )
    of_version = PageText.version_id == Version.id
    waits = exists().where(
        OutboxMessage.topic == RECOGNISE, OutboxMessage.key == Version.id, is_open()
    )
    rows = session.execute(
        select(Version, Facts)
        .join(Facts, Facts.version_id == Version.id)
        .where(
            or_(
                exists().where(of_version, is_left),
                and_(~exists().where(of_version), ~renditions.has_kind(RECOGNISED)),
            ),
            ~waits,
            ~is_destroyed(),
        )
        .order_by(Version.created_at.desc(), Version.id)
    ).all()
    return [version for version, facts in rows if has_scans(facts)]


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
    enqueue(
        session, RECOGNISE, version_id, at=at, version=version_id, body=body_id, alone=0, refused=0
    )


def is_told_too_much(session: Session, version: Version, recognised: Recognised) -> bool:
    """Tell whether everybody would read personal data that nobody has looked at.

    A scan that is public already was looked at as a picture. Its words would be searched by all.
    """
    if not is_public(session, [version.id]):
        return False
    body = session.get_one(Body, version.body_id)
    own_phones = frozenset({*body.own_phones, body.phone} - {""})
    texts = [page.text for page in recognised.pages.values()]
    return any(True for _ in find_personal_data(texts, own_phones=own_phones))


def give_up(session: WriteSession, version: Version, *, is_private: bool = False) -> None:
    """Leave all pages that are left as they are; where they say too much, no other says anything.

    What a clerk typed stays in any case.
    """
    left = and_(PageText.origin == "file", PageText.text == "")
    changed = (
        PageText.origin == "recognised"
        if is_private
        else and_(PageText.origin != "file", PageText.confidence.is_(None))
    )
    session.execute(
        update(PageText)
        .where(PageText.version_id == version.id, or_(left, changed))
        .values(
            text="" if is_private else PageText.text,
            origin=case((PageText.origin == "corrected", "corrected"), else_="recognised"),
            confidence=0,
        )
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    settle(session, version.id, is_private=is_private)


def settle(session: WriteSession, version_id: str, *, is_private: bool = False) -> None:
    """Let a version's facts say what its pages say, where no page is to be recognised any more."""
    rows = session.scalars(select(PageText).where(PageText.version_id == version_id))
    _judge(session, version_id, {row.page: row for row in rows}, is_over=True)
    facts = session.get(Facts, version_id)
    if facts is not None and is_private:
        facts.problems = [*facts.problems, Problem.WITHHELD.value]


def note(session: WriteSession, version_id: str, recognised: Recognised) -> None:
    """Write down what pages say; what a clerk corrected stays, and words of a page refused now."""
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
        if row.origin == "file" or (row.origin == "recognised" and said.text):
            row.text, row.origin = said.text, "recognised"
        row.confidence = round(said.confidence * 100)
    session.flush()
    _judge(session, version_id, rows, changed=recognised.pages)


def _judge(
    session: WriteSession,
    version_id: str,
    rows: Mapping[int, PageText],
    *,
    changed: Collection[int] = (),
    is_over: bool = False,
) -> None:
    """Let a version's facts say what its pages say now; of those that `changed`, looked at anew."""
    facts = session.get(Facts, version_id)
    if facts is None:
        return
    texts = [rows[page].text for page in sorted(rows)]
    is_recognised = any(row.text for row in rows.values() if row.origin != "file")
    problems = _without(facts.problems, *_STATES)
    if is_recognised:
        problems.append(Problem.RECOGNISED.value)
    if not is_over and pages_left(session, version_id):
        problems.append(Problem.RECOGNISING.value)
    elif not is_recognised and not (texts and all(texts)) and facts.media_type not in RENDERED:
        problems.append(Problem.NO_TEXT.value)
    facts.pages = facts.pages or len(rows) or None
    if rows:
        facts.text_state = "text" if all(texts) else "partial" if any(texts) else "none"
    facts.problems = problems
    found = renditions.findings(
        [rows[page].text if page in changed else "" for page in sorted(rows)]
    )
    kept = [
        each
        for each in facts.personal_data
        if each["page"] not in changed and (each["page"] not in rows or rows[each["page"]].text)
    ]
    facts.personal_data = sorted([*kept, *found], key=lambda each: each["page"] or 0)


# What is said of scanned pages; one of them at a time, and a text that is withheld beside it.
_STATES = (Problem.NO_TEXT, Problem.RECOGNISING, Problem.RECOGNISED, Problem.WITHHELD)


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
    if _plain(row.text) != _plain(seen) and _plain(row.text) != text:
        raise InvalidInput(field="text", reason="page_changed")
    if len(text) > MOST_LETTERS:
        raise InvalidInput(field="text", reason="too_long", limit=MOST_LETTERS)
    if row.text == text:
        return
    row.text, row.origin = text, "corrected"
    session.flush()
    rows = session.scalars(select(PageText).where(PageText.version_id == version_id))
    _judge(session, version_id, {each.page: each for each in rows}, changed=[page])
    touch_index(session, body_id, [version.document_id], at=acting.at)
    compared.ask(session, version_id, at=acting.at)
    ledger.record(session, body_id, "page_corrected", acting, version=version_id, page=page)


def _plain(text: str) -> str:
    """Return a text as a form sends and keeps it: a browser ends lines in its own way."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
