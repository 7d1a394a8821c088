"""Writes files of an import into the record, many in one transaction, and publishes them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from api.importing.naming import name_act, title_of
from api.importing.reading import Seen
from api.importing.report import Row
from api.wiring import Parts
from docstore.database import WriteSession
from docstore.errors import NumberTaken
from docstore.models import Body, Facts, Paper, Version
from docstore.services import adoption, renditions
from docstore.services.acting import Acting
from docstore.services.documents import NewDocument, NewPaper
from docstore.services.packets import unread_pages
from docstore.services.renditions import RENDERED
from docstore.services.versions import add_stored
from indexer.tasks import ask_for_rendition

if TYPE_CHECKING:
    from api.importing.late import Late

# What holds a file back from publication when nobody looks: a number that names a person for sure.
_HELD_BACK = "pesel"


@dataclass(frozen=True, slots=True)
class Act:
    """An act that is to be published now, with its one version and what was learned of it."""

    file: str
    paper: Paper
    version: Version
    facts: Facts
    number: str


class Recorder:
    """Writes batches; one of two acts with one number, and whatever lacks one, stays in office."""

    def __init__(self, parts: Parts, body: Body, late: "Late") -> None:
        self._parts = parts
        self._body = body
        self._late = late

    def write(self, seen: Sequence[Seen]) -> list[Row]:
        """Write some files together; one by one where an office took a number meanwhile."""
        if not seen:
            return []
        try:
            with self._parts.database.transaction() as session:
                acting = Acting(None, self._parts.clock.now())
                acts = [self._add(session, acting, each) for each in seen]
                rows = [publish(session, acting, act) for act in acts if act is not None]
        except NumberTaken:
            if len(seen) == 1:
                return [self._kept(seen[0])]
            return [row for each in seen for row in self.write([each])]
        return rows

    def _add(self, session: WriteSession, acting: Acting, seen: Seen) -> Act | None:
        """Add a file's rows; None where its text comes with its PDF, and it is judged later."""
        version = add_stored(
            session,
            acting,
            body_id=self._body.id,
            new=NewDocument(NewPaper(title_of(seen.found.name)), role="signed_act", is_public=True),
            file=seen.found.file,
            file_name=seen.file_name,
            media_type=seen.media_type,
        )
        renditions.learn(session, version_id=version.id, facts=seen.learned, at=acting.at)
        if version.media_type in RENDERED:
            ask_for_rendition(self._parts.reader, session, version)
        paper = session.get_one(Paper, version.document.paper_id)
        if self._comes_with_its_pdf(seen):
            self._late.wait_for(seen.found, paper, version)
            return None
        number = name_act(paper, seen.facts)
        session.flush()
        facts = session.get_one(Facts, version.id)
        return Act(seen.found.name, paper, version, facts, number)

    def _comes_with_its_pdf(self, seen: Seen) -> bool:
        renderer = self._parts.renderer
        return (
            "needs_rendition" in seen.learned.problems
            and renderer is not None
            and renderer.renders(seen.media_type)
        )

    def _kept(self, seen: Seen) -> Row:
        """Write a file that is left to the office whatever it says."""
        with self._parts.database.transaction() as session:
            acting = Acting(None, self._parts.clock.now())
            act = self._add(session, acting, seen)
            assert act is not None  # noqa: S101 - it was judged before, so its text was there
            return _row(act, "in_office", NumberTaken.code)


def publish(session: WriteSession, acting: Acting, act: Act) -> Row:
    """Publish an act unless it names a person, or lacks its number or date, or another has it.

    Raises `NumberTaken` where the record itself refused the number: the transaction is lost then.
    """
    if any(each["kind"] == _HELD_BACK for each in act.facts.personal_data):
        return _row(act, "in_office", _HELD_BACK)
    if not act.number or act.paper.adopted_on is None:
        return _row(act, "in_office", "no_date" if act.number else "no_number")
    try:
        adoption.set_number(session, act.paper, number=act.number, adopted_on=act.paper.adopted_on)
    except NumberTaken as taken:
        if taken.__cause__ is not None:
            raise
        # The office decides which of the two is right; nothing is thrown away.
        return _row(act, "in_office", NumberTaken.code)
    adoption.publish_act(
        session,
        acting,
        body_id=act.paper.body_id,
        paper_id=act.paper.id,
        personal_data_reason="import",
    )
    unread = sum(
        act.facts.pages or 1 if page is None else 1
        for page in unread_pages(session, act.version, act.facts)
    )
    return replace(_row(act, "published"), unread=unread)


def _row(act: Act, result: str, reason: str = "") -> Row:
    return row_of(act.file, act.paper, act.version, act.facts, result, reason, number=act.number)


def row_of(
    file: str,
    paper: Paper,
    version: Version,
    facts: Facts | None,
    result: str,
    reason: str = "",
    *,
    number: str = "",
) -> Row:
    """Return what the report says of a file that is in the record."""
    return Row(
        file=file,
        sha256=version.sha256,
        result=result,  # type: ignore[arg-type]  # a code of `Result`
        reason=reason,
        paper_id=paper.id,
        number=paper.number or number,
        adopted_on=paper.adopted_on,
        title=paper.title,
        pages=facts.pages if facts else None,
    )
