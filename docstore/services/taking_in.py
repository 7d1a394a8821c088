"""Adopted acts taken in many at a time, each with its one signed file, stored and read before.

What `documents`, `versions` and `adoption` do for one act in a dozen questions to the record is
done here for many acts at once: nothing can have happened yet to what is new.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import NumberTaken, StorageUnavailable
from docstore.models import Document, Facts, Paper, StoredObject, Version, VersionAudience
from docstore.models.base import Base, new_id
from docstore.rules.acts.number import parse_act_number
from docstore.rules.audience import Audience, audience_tokens
from docstore.rules.document_role import propose_role
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.adoption import reason_given
from docstore.services.indexing import nudge_index
from docstore.services.keeping import Spooled
from docstore.services.packet_plan import Entry
from docstore.services.packets import concerns
from docstore.services.renditions import Learned, facts_of, pages_of
from docstore.services.terms import term_on
from docstore.visibility import office

_ROLE = "signed_act"


@dataclass(frozen=True, slots=True)
class NewAct:
    """An adopted act as it comes in; `file_name` is safe, and the bytes are kept.

    One that is not to be published has no number yet, whatever was read of it.
    """

    title: str
    file: Spooled
    file_name: str
    media_type: str
    learned: Learned
    druk: str = ""
    number: str = ""
    adopted_on: date | None = None
    publishes: bool = False


@dataclass(frozen=True, slots=True)
class TakenIn:
    """An act in the record; not published although it should be, it has another one's number.

    Its rows are as they were written: what the record fills in by itself is not in them.
    """

    paper: Paper
    document: Document
    version: Version
    facts: Facts

    @property
    def is_published(self) -> bool:
        """Tell whether everyone sees it."""
        return self.paper.published_at is not None


def take_in(
    session: WriteSession, acting: Acting, *, body_id: str, acts: Sequence[NewAct], reason: str
) -> list[TakenIn]:
    """Write new acts with their facts, publish those that shall be, and return all in order.

    The reason is kept for those published although personal data or unread pages are in them.
    Of two with one number the first has it; one whose number the record has is not published.
    Raises `NumberTaken` where somebody took one at this moment, and then nothing was written;
    `StorageUnavailable` where an object is being removed.
    """
    _claim(session, acting, body_id, [act.file.sha256 for act in acts])
    numbers = _Numbers(session, body_id, acts)
    made = [_rows(acting, body_id, act, numbers) for act in acts]
    _add(session, made)
    _insert(
        session,
        [
            page
            for act, each in zip(acts, made, strict=True)
            for page in pages_of(each.version.id, act.learned)
        ],
    )
    _record(session, acting, body_id, made, reason)
    nudge_index(session, at=acting.at)
    return made


def _claim(session: Session, acting: Acting, body_id: str, hashes: Sequence[str]) -> None:
    """Lock the objects that the new rows name, as `keeping.claim_kept` does for one."""
    rows = session.scalars(
        select(StoredObject)
        .where(StoredObject.body_id == body_id, StoredObject.sha256.in_(hashes))
        .order_by(StoredObject.sha256)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(rows) < len(set(hashes)) or any(row.state == "removing" for row in rows):
        raise StorageUnavailable
    for row in rows:
        row.touched_at = max(row.touched_at, acting.at)


class _Numbers:
    """Gives each act its number once, as `adoption.set_number` does."""

    def __init__(self, session: Session, body_id: str, acts: Iterable[NewAct]) -> None:
        wanted = [act for act in acts if act.publishes]
        days = {act.adopted_on for act in wanted if act.adopted_on}
        self._terms = {day: term_on(session, body_id, day) for day in days}
        self._taken = _taken(session, body_id, [act.number for act in wanted])

    def give(self, paper: Paper, act: NewAct) -> bool:
        """Write the number into the row; tell whether it was free."""
        parsed = parse_act_number(act.number)
        if parsed is None or act.adopted_on is None:
            return False
        term = self._terms[act.adopted_on]
        term_id = term.id if term else None
        if (term_id, parsed.key) in self._taken:
            return False
        self._taken.add((term_id, parsed.key))
        paper.number, paper.number_key, paper.term_id = parsed.literal, parsed.key, term_id
        return True


def _taken(session: Session, body_id: str, numbers: Iterable[str]) -> set[tuple[str | None, str]]:
    """Return which of these numbers acts have, by term and key."""
    keys = {parsed.key for parsed in map(parse_act_number, numbers) if parsed}
    rows = session.execute(
        select(Paper.term_id, Paper.number_key).where(
            Paper.body_id == body_id, Paper.number_key.in_(keys)
        )
    )
    return {(row.term_id, row.number_key) for row in rows}


def _rows(acting: Acting, body_id: str, act: NewAct, numbers: _Numbers) -> TakenIn:
    paper = Paper(
        id=new_id(), body_id=body_id, kind="resolution", title=act.title, druk=act.druk,
        adopted_on=act.adopted_on, created_at=acting.at,
    )  # fmt: skip
    if act.publishes and numbers.give(paper, act):
        paper.published_at, paper.published_by = acting.at, acting.person_id
    document = Document(
        id=new_id(), body_id=body_id, paper_id=paper.id, role=_ROLE, position=0,
        title=propose_role(act.file_name).title[:500], audience="members_and_guests",
        audience_ids=[], is_public=True, created_at=acting.at,
    )  # fmt: skip
    version = Version(
        id=new_id(), body_id=body_id, document_id=document.id, number=1, sha256=act.file.sha256,
        size=act.file.size, media_type=act.media_type, file_name=act.file_name,
        author_id=acting.person_id, created_at=acting.at,
    )  # fmt: skip
    facts = facts_of(version.id, act.learned, at=acting.at)
    return TakenIn(paper, document, version, facts)


def _add(session: WriteSession, made: Sequence[TakenIn]) -> None:
    """Add the rows, those first that others point to."""
    try:
        _insert(session, [each.paper for each in made])
    except IntegrityError as error:
        raise NumberTaken(number="", title="") from error
    _insert(session, [each.document for each in made])
    _insert(session, [each.version for each in made])
    _insert(session, [each.facts for each in made])
    _insert(
        session,
        [
            VersionAudience(version_id=each.version.id, token=token)
            for each in made
            for token in _tokens(each)
        ],
    )


def _insert(session: WriteSession, rows: Sequence[Base]) -> None:
    """Write rows of one table that nothing changes any more; a session would keep book of each."""
    if rows:
        values = [{k: v for k, v in vars(row).items() if not k.startswith("_")} for row in rows]
        session.execute(insert(type(rows[0])), values)


def _tokens(made: TakenIn) -> list[str]:
    """Return who sees the version: everyone, or until it is published the office alone."""
    document = made.document
    if not made.is_published:
        return [office(document.body_id)]
    everyone = audience_tokens(
        body_id=document.body_id,
        audience=Audience.of(document.audience, document.audience_ids),
        is_public=True,
        published_to_members=True,
        published_to_public=True,
    )
    return sorted(everyone)


def _record(
    session: WriteSession, acting: Acting, body_id: str, made: Sequence[TakenIn], reason: str
) -> None:
    """Promise the entries of the ledger that each of these acts would have had by itself."""
    entries = [
        Entry(each.document, each.version, each.facts, None, None, each.paper)
        for each in made
        if each.is_published
    ]
    found = Counter(concern.version_id for concern in concerns(session, body_id, entries))
    for each in made:
        paper, document, version = each.paper, each.document, each.version
        ledger.record(session, body_id, "paper_added", acting, paper=paper.id)
        ledger.record(
            session, body_id, "document_added", acting, document=document.id, role=document.role
        )
        ledger.record(
            session, body_id, "version_added", acting, document=document.id, version=version.id,
            number=version.number, sha256=version.sha256, size=version.size,
        )  # fmt: skip
        if each.is_published:
            ledger.record(
                session, body_id, "act_published", acting, paper=paper.id,
                versions=[version.id], concerns=found[version.id],
            )  # fmt: skip
            if found[version.id]:
                session.add(reason_given(acting, paper, reason))
