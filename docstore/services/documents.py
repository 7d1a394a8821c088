"""Documents: what the office says of a file, and whom it is for."""

from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import InvalidInput, NotAllowed
from docstore.models import AgendaItem, Document, Exclusion, Meeting, Paper
from docstore.rules.audience import AudienceKind
from docstore.rules.document_role import propose_role
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.finding import get, get_locked
from docstore.services.grounds import GROUNDS
from docstore.services.indexing import touch_index
from docstore.services.openness import took_whole

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


def add_document(
    session: WriteSession, acting: Acting, body_id: str, new: NewDocument, file_name: str
) -> Document:
    """Add a document without a version yet; the first one comes in the same transaction."""
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
    taken = select(Exclusion.id).where(Exclusion.document_id == document.id, took_whole())
    if session.scalar(taken.limit(1)):
        raise NotAllowed
    document.removed_at = None
    ledger.record(session, body_id, "document_restored", acting, document=document.id)
