"""Uploads: each makes an immutable version of a document."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from docstore.clock import Clock
from docstore.database import Database, WriteSession
from docstore.errors import FileEmpty, InvalidInput, NotAllowed, SameBytes, UploadBroken
from docstore.files.archive import safe_file_name
from docstore.files.detect import detect
from docstore.models import (
    AgendaItem,
    Document,
    Exclusion,
    Meeting,
    Paper,
    Version,
    VersionAudience,
)
from docstore.objects.seam import ObjectStore
from docstore.outbox import enqueue
from docstore.rules.audience import AudienceKind
from docstore.rules.document_role import propose_role
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.finding import get, get_locked
from docstore.services.grounds import GROUNDS
from docstore.services.keeping import Spooled, keep, spool
from docstore.visibility import office

READ = "version.read"
"""Outbox topic: learn the facts and the text of a version's bytes, then index it."""
INDEX = "index"
"""Outbox topic: bring the index up to every version whose row is newer than what it holds."""
HELD_BACK = -1
"""What the index was last given of a version that it must not find before it is given the next."""

# Roles that are public with a draft resolution unless the office says otherwise (DESIGN 4.4).
_PUBLIC_ROLES = frozenset({"main", "justification", "annex", "signed_act", "roll_call"})


@dataclass(frozen=True, slots=True)
class Owner:
    """What a document belongs to: exactly one of the three."""

    paper_id: str | None = None
    item_id: str | None = None
    meeting_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A matter that comes into being with its first document, or not at all."""

    title: str
    kind: str = "resolution"


@dataclass(frozen=True, slots=True)
class AudienceChoice:
    """Whom a document is for, and why when it is narrowed."""

    kind: AudienceKind = AudienceKind.MEMBERS_AND_GUESTS
    ids: tuple[str, ...] = ()
    ground: str = ""
    """A code of `docstore.services.grounds`; the cover prints its words."""
    reason: str = ""
    """The clerk's own words, for the office alone."""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """What the office says of a file; what it leaves out is proposed from the name."""

    owner: Owner | NewPaper
    role: str = ""
    title: str = ""
    is_public: bool | None = None
    audience: AudienceChoice = field(default_factory=AudienceChoice)


@dataclass(frozen=True, slots=True)
class Intake:
    """Where uploads go: the record, the store, the spool, and how large they may be in bytes."""

    database: Database
    store: ObjectStore
    clock: Clock
    spool_dir: Path
    limit: int

    def add_document(
        self,
        acting_id: str | None,
        *,
        body_id: str,
        new: NewDocument,
        file_name: str,
        source: BinaryIO | Iterable[bytes],
        note: str = "",
        sha256: str = "",
    ) -> Version:
        """Store a file as the first version of a new document, durably, and return it.

        `sha256`, when given, is what the sender says the bytes are: others are `UploadBroken`.
        """
        with spool(source, self.spool_dir, limit=self.limit) as file:
            name, media_type = self._prepared(body_id, file, file_name, sha256)
            with self.database.transaction() as session:
                acting = Acting(acting_id, self.clock.now())
                document = _add_document(session, acting, body_id, new, name)
                return _add_version(session, acting, document, file, name, media_type, note)

    def add_version(
        self,
        acting_id: str | None,
        *,
        body_id: str,
        document_id: str,
        file_name: str,
        source: BinaryIO | Iterable[bytes],
        note: str = "",
        sha256: str = "",
    ) -> Version:
        """Store a file as the next version of a document, durably, and return it."""
        with spool(source, self.spool_dir, limit=self.limit) as file:
            name, media_type = self._prepared(body_id, file, file_name, sha256)
            with self.database.transaction() as session:
                acting = Acting(acting_id, self.clock.now())
                document = get_locked(session, Document, body_id, document_id)
                last = latest(session, document.id)
                if last is not None and last.sha256 == file.sha256:
                    raise SameBytes(number=last.number)
                return _add_version(session, acting, document, file, name, media_type, note)

    def _prepared(
        self, body_id: str, file: Spooled, file_name: str, sha256: str
    ) -> tuple[str, str]:
        """Make the bytes durable; return their safe name and their type."""
        if file.size == 0:
            raise FileEmpty(name=safe_file_name(file_name))
        if sha256 and sha256.lower() != file.sha256:
            raise UploadBroken
        keep(self.database, self.store, body_id=body_id, file=file, at=self.clock.now())
        name = safe_file_name(file_name)
        return name, detect(file.path, name)


def latest(session: Session, document_id: str) -> Version | None:
    """Return a document's newest version, published or not."""
    return session.scalar(
        select(Version)
        .where(Version.document_id == document_id)
        .order_by(Version.number.desc())
        .limit(1)
    )


def _add_document(
    session: WriteSession, acting: Acting, body_id: str, new: NewDocument, file_name: str
) -> Document:
    owner = _owner(session, acting, body_id, new.owner)
    kind = _owner_kind(session, body_id, owner)
    proposed = propose_role(file_name)
    role = new.role or proposed.role.value
    check_audience(new.audience)
    document = Document(
        body_id=body_id,
        paper_id=owner.paper_id,
        item_id=owner.item_id,
        meeting_id=owner.meeting_id,
        role=role,
        title=(new.title.strip() or proposed.title)[:500],
        position=_next_position(session, owner),
        audience=new.audience.kind.value,
        audience_ids=list(new.audience.ids),
        audience_ground=new.audience.ground,
        audience_reason=new.audience.reason,
        is_public=default_public(kind, role) if new.is_public is None else new.is_public,
        created_at=acting.at,
    )
    session.add(document)
    session.flush()
    ledger.record(
        session, body_id, "document_added", acting, document=document.id, role=document.role
    )
    return document


def _owner(session: WriteSession, acting: Acting, body_id: str, said: Owner | NewPaper) -> Owner:
    if isinstance(said, Owner):
        return said
    paper = Paper(body_id=body_id, kind=said.kind, title=said.title, created_at=acting.at)
    session.add(paper)
    session.flush()
    ledger.record(session, body_id, "paper_added", acting, paper=paper.id)
    return Owner(paper_id=paper.id)


def _owner_kind(session: Session, body_id: str, owner: Owner) -> str:
    """Check that the owner is one of the body's own; return what kind of paper it is."""
    if owner.paper_id:
        return get(session, Paper, body_id, owner.paper_id).kind
    if owner.item_id:
        get(session, AgendaItem, body_id, owner.item_id)
        return "item"
    if owner.meeting_id:
        get(session, Meeting, body_id, owner.meeting_id)
        return "meeting"
    raise InvalidInput(field="owner", reason="required")


def default_public(kind: str, role: str) -> bool:
    """Tell whether a document is public unless the office says otherwise.

    Draft resolutions are public information (art. 6 of the act on access to it); opinions,
    petitions and whatever else may name a person are not until somebody decides so.
    """
    return kind in {"resolution", "report", "information"} and role in _PUBLIC_ROLES


def check_audience(audience: AudienceChoice) -> None:
    """Refuse an audience that names nobody, or is narrowed without a legal ground."""
    names_somebody = audience.kind in {AudienceKind.ORGANIZATION, AudienceKind.PERSONS}
    if names_somebody and not audience.ids:
        raise InvalidInput(field="audience_ids", reason="required")
    if audience.kind is not AudienceKind.MEMBERS_AND_GUESTS and audience.ground not in GROUNDS:
        raise InvalidInput(field="audience_ground", reason="choice")


def _next_position(session: Session, owner: Owner) -> int:
    last = session.scalar(
        select(func.max(Document.position)).where(
            Document.paper_id == owner.paper_id
            if owner.paper_id
            else Document.item_id == owner.item_id
            if owner.item_id
            else Document.meeting_id == owner.meeting_id
        )
    )
    return 0 if last is None else last + 1


def _add_version(
    session: WriteSession,
    acting: Acting,
    document: Document,
    file: Spooled,
    file_name: str,
    media_type: str,
    note: str,
) -> Version:
    last = latest(session, document.id)
    version = Version(
        body_id=document.body_id,
        document_id=document.id,
        number=1 if last is None else last.number + 1,
        sha256=file.sha256,
        size=file.size,
        media_type=media_type,
        file_name=file_name,
        note=note.strip(),
        author_id=acting.person_id,
        created_at=acting.at,
    )
    version.document = document
    session.add(version)
    session.flush()
    # Until a published packet contains it, a version is the office's alone.
    session.add(VersionAudience(version_id=version.id, token=office(document.body_id)))
    ledger.record(
        session,
        document.body_id,
        "version_added",
        acting,
        document=document.id,
        version=version.id,
        number=version.number,
        sha256=version.sha256,
        size=version.size,
    )
    enqueue(session, READ, version.id, at=acting.at, version=version.id, body=version.body_id)
    touch_index(session, document.body_id, [document.id], at=acting.at)
    return version


def touch_index(
    session: Session, body_id: str, document_ids: Iterable[str], *, at: datetime
) -> None:
    """Promise that the index learns of every version of these documents anew."""
    ids = list(document_ids)
    if not ids:
        return
    session.execute(
        update(Version)
        .where(Version.document_id.in_(ids), Version.body_id == body_id)
        .values(revision=Version.revision + 1)
        .execution_options(synchronize_session=False)
    )
    nudge_index(session, at=at)


def hold_back(session: Session, version_ids: Iterable[str]) -> None:
    """Keep these versions out of every search until the index learns who sees them now."""
    session.execute(
        update(Version)
        .where(Version.id.in_(list(version_ids)))
        .values(indexed=HELD_BACK)
        .execution_options(synchronize_session=False)
    )


def nudge_index(session: Session, *, at: datetime) -> None:
    """Promise once a transaction that the index catches up with the rows that changed."""
    if not session.info.get(INDEX):
        session.info[INDEX] = True
        enqueue(session, INDEX, "index", at=at)


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """What the office may change of a document without a new version."""

    role: str
    title: str
    is_public: bool
    audience: AudienceChoice


def change_document(
    session: WriteSession, acting: Acting, *, body_id: str, document_id: str, to: DocumentChange
) -> Document:
    """Change what is said of a document; what was published changes with the next packet."""
    check_audience(to.audience)
    if not to.title.strip():
        raise InvalidInput(field="title", reason="required")
    document = get_locked(session, Document, body_id, document_id)
    document.role, document.title, document.is_public = to.role, to.title.strip(), to.is_public
    document.audience, document.audience_ids = to.audience.kind.value, list(to.audience.ids)
    document.audience_ground = to.audience.ground
    document.audience_reason = to.audience.reason
    ledger.record(
        session,
        body_id,
        "document_changed",
        acting,
        document=document.id,
        audience=to.audience.kind.value,
        public=to.is_public,
    )
    touch_index(session, body_id, [document.id], at=acting.at)
    return document


def remove_document(
    session: WriteSession, acting: Acting, *, body_id: str, document_id: str
) -> None:
    """Take a document off its paper: the next packet is without it, earlier ones keep it."""
    document = get_locked(session, Document, body_id, document_id)
    document.removed_at = acting.at
    ledger.record(session, body_id, "document_removed", acting, document=document.id)


def restore_document(
    session: WriteSession, acting: Acting, *, body_id: str, document_id: str
) -> None:
    """Put a document back that was taken off its paper; one taken from the members stays off."""
    document = get_locked(session, Document, body_id, document_id)
    taken = Exclusion.from_members & Exclusion.version_id.is_(None)
    if session.scalar(select(Exclusion.id).where(Exclusion.document_id == document.id, taken)):
        raise NotAllowed
    document.removed_at = None
    ledger.record(session, body_id, "document_restored", acting, document=document.id)
