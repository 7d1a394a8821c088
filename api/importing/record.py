"""Writes files of an import into the record, many in one transaction, and publishes them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from api.importing.naming import number_key, title_of
from api.importing.reading import Seen
from api.importing.report import TO_REVIEW, Result, Row
from api.wiring import Parts
from docstore.database import WriteSession
from docstore.errors import NumberTaken
from docstore.models import Body, Facts, Paper, Version
from docstore.services import adoption, archive
from docstore.services.acting import Acting
from docstore.services.archive import NewEntry
from docstore.services.packets import unread_pages
from docstore.services.renditions import RENDERED
from docstore.services.taking_in import NewAct, TakenIn, take_in
from indexer.learning import ask_for_words
from indexer.rendering import ask_for_rendition

if TYPE_CHECKING:
    from api.importing.late import Late

# What holds a file back from publication when nobody looks: a number that names a person for sure.
_HELD_BACK = "pesel"
# What the office reads of the rest that was published; the command is given with --yes.
_REASON = "Import całego zbioru (teczka import --yes); nikt nie oglądał pojedynczych plików."


@dataclass(frozen=True, slots=True)
class Act:
    """An act with its one version, what was learned of it, and the number that was read."""

    file: str
    paper: Paper
    version: Version
    facts: Facts | None
    number: str

    def row(self, result: Result, reason: str = "") -> Row:
        """Return what the report says of it."""
        return Row(
            file=self.file,
            sha256=self.version.sha256,
            result=result,
            reason=reason,
            paper_id=self.paper.id,
            number=self.paper.number or self.number,
            adopted_on=self.paper.adopted_on,
            title=self.paper.title,
            pages=self.facts.pages if self.facts else None,
        )


class Recorder:
    """Writes batches; what is not published stays in the office, in its archive."""

    def __init__(self, parts: Parts, body: Body, late: "Late", *, publishes: bool) -> None:
        self._publishes = publishes
        self._parts = parts
        self._body = body
        self._late = late

    def write(self, seen: Sequence[Seen], *, publishes: bool = True) -> list[Row]:
        """Write some files together; one by one where an office took a number at that moment."""
        if not seen:
            return []
        try:
            with self._parts.database.transaction() as session:
                acting = Acting(None, self._parts.clock.now())
                acts = [self._act(each, publishes=publishes and self._publishes) for each in seen]
                taken = take_in(session, acting, body_id=self._body.id, acts=acts, reason=_REASON)
                self._enter(session, seen, taken)
                for each in taken:
                    if (kind := each.version.media_type) in RENDERED:
                        ask_for_rendition(self._parts.reader, session, each.version, kind)
                    else:
                        ask_for_words(self._parts.reader, session, each.version, each.facts)
                rows = [self._row(session, *each) for each in zip(seen, acts, taken, strict=True)]
        except NumberTaken:
            if not publishes:
                raise
            one_by_one = len(seen) > 1
            return [row for each in seen for row in self.write([each], publishes=one_by_one)]
        return [row for row in rows if row is not None]

    def _enter(self, session: WriteSession, seen: Sequence[Seen], taken: Sequence[TakenIn]) -> None:
        """Leave to the office's archive what is not published."""
        entries = (
            NewEntry(each.paper.id, file.found.name, number_key(file.facts))
            for file, each in zip(seen, taken, strict=True)
            if not each.is_published
        )
        archive.enter(session, self._body.id, entries, at=self._parts.clock.now())

    def _act(self, seen: Seen, *, publishes: bool) -> NewAct:
        found = seen.facts
        return NewAct(
            title=found.title.value if found.title else title_of(seen.found.name),
            file=seen.found.file,
            file_name=seen.file_name,
            media_type=seen.media_type,
            learned=seen.learned,
            druk=found.druk.value if found.druk else "",
            number=_number(seen),
            adopted_on=found.adopted_on.value if found.adopted_on and self._publishes else None,
            publishes=publishes and not self._comes_with_its_pdf(seen) and not _lacks(seen),
        )

    def _comes_with_its_pdf(self, seen: Seen) -> bool:
        """Tell whether the text of a file is read only once its PDF is made."""
        renderer = self._parts.renderer
        return (
            "needs_rendition" in seen.learned.problems
            and renderer is not None
            and renderer.renders(seen.media_type)
        )

    def _row(self, session: Session, seen: Seen, asked: NewAct, taken: TakenIn) -> Row | None:
        """Return what became of a file; None for one that is judged when its text is there."""
        if self._comes_with_its_pdf(seen):
            self._late.wait_for(seen.found, taken.paper, taken.version)
            return None
        act = Act(seen.found.name, taken.paper, taken.version, taken.facts, asked.number)
        if not self._publishes:
            return act.row("in_office", TO_REVIEW)
        if not taken.is_published:
            return act.row("in_office", _lacks(seen) or NumberTaken.code)
        return _published(session, act, taken.facts)


def _number(seen: Seen) -> str:
    return seen.facts.number.value.literal if seen.facts.number else ""


def _lacks(seen: Seen) -> str:
    return lacks(seen.learned.personal_data, _number(seen), has_date=bool(seen.facts.adopted_on))


def lacks(personal_data: Collection[dict[str, Any]], number: str, *, has_date: bool) -> str:
    """Return why an act stays in the office, as a code of `report.reason`, or nothing."""
    if any(each["kind"] == _HELD_BACK for each in personal_data):
        return _HELD_BACK
    if not number:
        return "no_number"
    return "" if has_date else "no_date"


def _published(session: Session, act: Act, facts: Facts) -> Row:
    unread = sum(
        facts.pages or 1 if page is None else 1
        for page in unread_pages(session, act.version, facts)
    )
    return replace(act.row("published"), unread=unread)


def publish(session: WriteSession, acting: Acting, act: Act, facts: Facts) -> Row:
    """Publish an act that is in the record already, unless it names a person or lacks something.

    Raises `NumberTaken` for a number that another act has.
    """
    paper = act.paper
    reason = lacks(facts.personal_data, act.number, has_date=paper.adopted_on is not None)
    if reason or paper.adopted_on is None:
        return act.row("in_office", reason)
    adoption.set_number(session, paper, number=act.number, adopted_on=paper.adopted_on)
    adoption.publish_act(
        session,
        acting,
        body_id=paper.body_id,
        paper_id=paper.id,
        personal_data_reason=_REASON,
    )
    return _published(session, act, facts)
