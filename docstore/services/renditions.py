"""What was learned and made from a version's or packet's bytes, nearly all to be made again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.files import media
from docstore.files.problems import Problem
from docstore.models import Facts, PageText, Rendition, Version
from docstore.rules.personal_data import find_personal_data
from docstore.services.keeping import claim_kept

RENDER = "version.render"
"""Outbox topic: make the PDF of a word processor's file, and take its pages' text from that."""
OPENED = "opened"
"""Kind of a rendition: a locked file as it is without its password. Of all kinds it alone cannot be
made again, because nobody keeps the password."""
RECOGNISED = "recognised"
"""Kind of a rendition: the file as a PDF whose scanned pages have their words as invisible text."""
# Word processors' files get a PDF rendition; other formats stay as they are in the ZIP.
RENDERED = frozenset({media.DOCX, media.ODT, media.DOC, media.RTF})


@dataclass(frozen=True, slots=True)
class Learned:
    """What reading a version's bytes taught."""

    media_type: str
    pages: int | None
    text_state: str
    encrypted: bool
    mergeable: bool
    problems: Sequence[str]
    personal_data: Sequence[dict[str, Any]]
    page_texts: Sequence[str]


def learn(session: WriteSession, *, version_id: str, facts: Learned, at: datetime) -> None:
    """Write a version's facts and page texts in place of what was known before.

    What was recognised or corrected of its scanned pages stays: no file says it, and what a clerk
    typed nobody can make again.
    """
    of_version = PageText.version_id == version_id
    session.execute(delete(PageText).where(of_version, PageText.origin == "file"))
    session.execute(delete(Facts).where(Facts.version_id == version_id))
    kept = {row.page: row.text for row in session.scalars(select(PageText).where(of_version))}
    learned = with_words(facts, kept)
    session.add(facts_of(version_id, learned, at=at))
    session.add_all(row for row in pages_of(version_id, learned) if row.page not in kept)


def with_words(facts: Learned, words: Mapping[int, str]) -> Learned:
    """Return facts as they are once the words of some scanned pages are known, by page."""
    if not words:
        return facts
    count = max(len(facts.page_texts), *words)
    texts = [*facts.page_texts, *[""] * (count - len(facts.page_texts))]
    for page, text in words.items():
        texts[page - 1] = text
    problems = [each for each in facts.problems if each != Problem.RECOGNISED]
    if any(words.values()):
        problems = [*(each for each in problems if each != Problem.NO_TEXT), Problem.RECOGNISED]
    return replace(
        facts,
        text_state="text" if all(texts) else "partial" if any(texts) else "none",
        problems=[str(problem) for problem in problems],
        personal_data=findings(texts),
        page_texts=texts,
    )


def findings(page_texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return the personal data in a version's texts, as its row keeps it.

    The council's own telephones are left out when findings are looked at, not here: the office may
    add one afterwards.
    """
    return [
        {"page": each.page, "kind": each.kind, "excerpt": each.excerpt_masked}
        for each in find_personal_data(page_texts, own_phones=frozenset())
    ]


def facts_of(version_id: str, facts: Learned, *, at: datetime) -> Facts:
    """Return the row of a version's facts."""
    return Facts(
        version_id=version_id,
        media_type=facts.media_type,
        pages=facts.pages,
        text_state=facts.text_state,
        encrypted=facts.encrypted,
        mergeable=facts.mergeable,
        problems=list(facts.problems),
        personal_data=list(facts.personal_data),
        made_at=at,
    )


def pages_of(version_id: str, facts: Learned) -> list[PageText]:
    """Return the rows of a version's page texts."""
    return [
        PageText(version_id=version_id, page=number, text=text)
        for number, text in enumerate(facts.page_texts, start=1)
    ]


@dataclass(frozen=True, slots=True)
class Made:
    """A rendition's object, or the reason why there is none."""

    kind: str
    media_type: str
    sha256: str | None = None
    size: int = 0
    pages: int | None = None
    tool: str = ""
    problem: str = ""


def put(
    session: WriteSession,
    *,
    body_id: str,
    made: Made,
    at: datetime,
    version_id: str | None = None,
    packet_id: str | None = None,
) -> Rendition:
    """Write a rendition of a version or a packet in place of the one before."""
    owner = Rendition.version_id == version_id if version_id else Rendition.packet_id == packet_id
    session.execute(delete(Rendition).where(owner, Rendition.kind == made.kind))
    if made.sha256 is not None:
        claim_kept(session, body_id=body_id, sha256=made.sha256, at=at)
    row = Rendition(
        body_id=body_id,
        version_id=version_id,
        packet_id=packet_id,
        kind=made.kind,
        sha256=made.sha256,
        size=made.size,
        pages=made.pages,
        media_type=made.media_type,
        tool=made.tool,
        problem=made.problem,
        made_at=at,
    )
    session.add(row)
    session.flush()
    return row


def find(
    session: Session, *, kind: str, version_id: str | None = None, packet_id: str | None = None
) -> Rendition | None:
    """Return a rendition, also one that could not be made."""
    owner = Rendition.version_id == version_id if version_id else Rendition.packet_id == packet_id
    return session.scalar(select(Rendition).where(owner, Rendition.kind == kind))


def with_made(session: Session, version_ids: Sequence[str], kind: str = "pdf") -> frozenset[str]:
    """Return which of these versions have a rendition of some kind."""
    return frozenset(
        version_id
        for version_id in session.scalars(
            select(Rendition.version_id).where(
                Rendition.version_id.in_(version_ids),
                Rendition.kind == kind,
                Rendition.sha256.is_not(None),
            )
        )
        if version_id is not None
    )


def has_kind(kind: str) -> ColumnElement[bool]:
    """Return the condition that a version has a rendition of some kind, or why there is none."""
    return exists().where(Rendition.version_id == Version.id, Rendition.kind == kind)


def known_of(
    session: Session, version_ids: Sequence[str]
) -> tuple[dict[str, Facts], dict[str, Rendition]]:
    """Return, by version, what was learned of the bytes, and the PDF or why there is none."""
    facts = session.scalars(select(Facts).where(Facts.version_id.in_(version_ids)))
    pdfs = session.scalars(
        select(Rendition).where(Rendition.version_id.in_(version_ids), Rendition.kind == "pdf")
    )
    return (
        {row.version_id: row for row in facts},
        {row.version_id: row for row in pdfs if row.version_id is not None},
    )


_TEXTS = (
    select(PageText.version_id, PageText.text)
    .where(PageText.version_id.in_(bindparam("versions", expanding=True)))
    .order_by(PageText.version_id, PageText.page)
)


def page_texts(session: Session, version_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the texts of some versions, page by page."""
    found: dict[str, list[str]] = {}
    for version_id, text in session.execute(_TEXTS, {"versions": list(version_ids)}):
        found.setdefault(version_id, []).append(text)
    return {version_id: tuple(texts) for version_id, texts in found.items()}


_OF_PACKET = select(Rendition).where(Rendition.packet_id == bindparam("packet"))


def renditions_of(session: Session, packet_id: str) -> dict[str, Rendition]:
    """Return a packet's renditions by kind."""
    return {row.kind: row for row in session.scalars(_OF_PACKET, {"packet": packet_id})}
