"""What a packet would hold if it were published now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from docstore.models import AgendaItem, Document, Facts, Meeting, Paper, Rendition, Version
from docstore.services.agendas import agenda
from docstore.services.openness import is_taken_down, taken_down
from docstore.services.renditions import RENDERED, known_of

# The role of a document, and where it stands among those of one paper.
_ROLE_ORDER = ("main", "justification", "annex", "opinion")


@dataclass(frozen=True, slots=True)
class Entry:
    """One version on its way into a packet, with what was learned of it."""

    document: Document
    version: Version
    facts: Facts | None
    rendition: Rendition | None
    item: AgendaItem | None
    paper: Paper | None
    first_page: int | None = None
    is_taken_down: bool = False
    """Whether this very version was taken from the public."""

    @property
    def is_public(self) -> bool:
        """Tell whether publishing shows it to everyone."""
        return self.document.is_public and not self.is_narrowed and not self.is_taken_down

    @property
    def is_narrowed(self) -> bool:
        """Tell whether somebody who gets the common packet must not get this document."""
        return self.document.audience != "members_and_guests"

    @property
    def waits(self) -> bool:
        """Tell whether the facts, or the PDF of an office file, are still being made."""
        if self.facts is None:
            return True
        # By what was read: what a locked file is tells only the copy that was made of it.
        return self.facts.media_type in RENDERED and self.rendition is None

    @property
    def merged_sha256(self) -> str | None:
        """Return the object that goes into the merged PDF, None when nothing can."""
        if self.rendition is not None and self.rendition.sha256:
            return self.rendition.sha256
        if self.facts is not None and self.facts.mergeable:
            return self.version.sha256
        return None

    @property
    def pages(self) -> int | None:
        """Return the pages it takes in the merged PDF, or has by itself."""
        if self.rendition is not None and self.rendition.pages:
            return self.rendition.pages
        return self.facts.pages if self.facts else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be published now: the agenda and the newest version of each document."""

    meeting: Meeting
    items: tuple[AgendaItem, ...]
    entries: tuple[Entry, ...]

    @property
    def waiting(self) -> list[str]:
        """Return the titles of the documents that are still being read."""
        return [entry.document.title for entry in self.entries if entry.waits]


def plan(session: Session, meeting: Meeting) -> Plan:
    """Gather what a packet of this meeting would hold now, in the order of its agenda."""
    items = agenda(session, meeting.id)
    owned = session.scalars(
        select(Document).where(
            Document.body_id == meeting.body_id,
            (Document.meeting_id == meeting.id) | Document.item_id.in_([item.id for item in items]),
            Document.removed_at.is_(None),
        )
    ).all()
    placed: list[tuple[Document, AgendaItem | None, Paper | None]] = [
        (document, None, None) for document in _sorted(d for d in owned if d.meeting_id)
    ]
    for item in items:
        placed += [(d, item, None) for d in _sorted(d for d in owned if d.item_id == item.id)]
        for consideration in item.considerations:
            paper = consideration.paper
            present = (d for d in paper.documents if d.removed_at is None)
            placed += [(document, item, paper) for document in _sorted(present)]
    return Plan(meeting, tuple(items), tuple(_numbered(_entries(session, placed))))


def _sorted(documents: Iterable[Document]) -> list[Document]:
    def order(document: Document) -> tuple[int, int]:
        role = document.role
        known = _ROLE_ORDER.index(role) if role in _ROLE_ORDER else len(_ROLE_ORDER)
        return (known, document.position)

    return sorted(documents, key=order)


def _entries(
    session: Session, placed: Sequence[tuple[Document, AgendaItem | None, Paper | None]]
) -> list[Entry]:
    ids = [document.id for document, _, _ in placed]
    newest: dict[str, Version] = {}
    for version in session.scalars(
        select(Version)
        .where(Version.document_id.in_(ids), ~is_taken_down(from_members=True))
        .order_by(Version.number)
    ):
        newest[version.document_id] = version
    version_ids = [version.id for version in newest.values()]
    gone = taken_down(session, version_ids)
    facts, pdfs = known_of(session, version_ids)
    return [
        Entry(
            document=document,
            version=newest[document.id],
            facts=facts.get(newest[document.id].id),
            rendition=pdfs.get(newest[document.id].id),
            item=item,
            paper=paper,
            is_taken_down=newest[document.id].id in gone,
        )
        for document, item, paper in placed
        if document.id in newest
    ]


def _numbered(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Give each merged part its first page; the cover has labels of its own."""
    page = 1
    for entry in entries:
        if entry.is_narrowed or entry.merged_sha256 is None or not entry.pages:
            yield entry
        else:
            yield replace(entry, first_page=page)
            page += entry.pages
