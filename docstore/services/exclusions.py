"""Taking a document down: gone for the public from the commit on (DESIGN promise 2)."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import InvalidInput, NotFound
from docstore.models import (
    Document,
    Exclusion,
    Packet,
    PacketEntry,
    Rendition,
    Version,
    VersionAudience,
)
from docstore.outbox import enqueue
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.finding import get_locked
from docstore.services.grounds import GROUNDS
from docstore.services.indexing import HELD_BACK, touch_index
from docstore.services.openness import covers
from docstore.services.packets import BUNDLE
from docstore.visibility import PUBLIC, office

CLEAR = "exclusion.clear"
"""Outbox topic: confirm that no index holds a document that was taken down."""


@dataclass(frozen=True, slots=True)
class TakeDown:
    """What the office says of a document it takes down."""

    scope: str
    """What is left out, as the exclusion notice says it."""
    legal_ground: str
    excluded_by: str
    reason: str = ""
    """For the office alone."""
    version_id: str | None = None
    """One version only; None for all, so that no older one takes its place."""
    from_members: bool = False


def take_down(
    session: WriteSession, acting: Acting, *, body_id: str, document_id: str, said: TakeDown
) -> Exclusion:
    """Take a document from the public at once, and from the members' packet where asked."""
    if said.legal_ground not in GROUNDS:
        raise InvalidInput(field="legal_ground", reason="choice")
    if not said.scope.strip():
        raise InvalidInput(field="scope", reason="required")
    if not said.excluded_by.strip():
        raise InvalidInput(field="excluded_by", reason="required")
    document = get_locked(session, Document, body_id, document_id)
    versions = _versions(session, document.id, said.version_id)
    if not versions:
        raise NotFound
    row = Exclusion(
        body_id=body_id,
        document_id=document.id,
        version_id=said.version_id,
        through=newest_number(session, document.id),
        scope=said.scope.strip(),
        legal_ground=said.legal_ground,
        excluded_by=said.excluded_by.strip(),
        reason=said.reason.strip(),
        from_members=said.from_members,
        was_public=is_public(session, versions),
        made_by=acting.person_id,
        made_at=acting.at,
    )
    session.add(row)
    session.flush()
    _close(session, body_id, versions, from_members=said.from_members)
    if said.version_id is None:
        document.is_public = False  # nothing later makes it public again without a decision
    if said.from_members:
        if said.version_id is None:
            document.removed_at = acting.at
        remake_packets(session, acting, body_id, versions)
    ledger.record(
        session,
        body_id,
        "taken_down",
        acting,
        exclusion=row.id,
        document=document.id,
        versions=versions,
        ground=said.legal_ground,
        from_members=said.from_members,
    )
    touch_index(session, body_id, [document.id], at=acting.at)
    enqueue(session, CLEAR, row.id, at=acting.at, exclusion=row.id, body=body_id)
    return row


def _versions(session: Session, document_id: str, version_id: str | None) -> list[str]:
    query = select(Version.id).where(Version.document_id == document_id)
    if version_id is not None:
        query = query.where(Version.id == version_id)
    return list(session.scalars(query))


def newest_number(session: Session, document_id: str) -> int:
    """Return the number of a document's newest version."""
    query = select(func.max(Version.number)).where(Version.document_id == document_id)
    return session.scalar(query) or 0


def is_public(session: Session, version_ids: list[str]) -> bool:
    """Tell whether everyone can see any of these versions."""
    found = session.scalar(
        select(VersionAudience.version_id)
        .where(VersionAudience.version_id.in_(version_ids), VersionAudience.token == PUBLIC)
        .limit(1)
    )
    return found is not None


def _close(
    session: WriteSession, body_id: str, version_ids: list[str], *, from_members: bool
) -> None:
    gone = (
        VersionAudience.token != office(body_id)
        if from_members
        else VersionAudience.token == PUBLIC
    )
    session.execute(
        delete(VersionAudience).where(VersionAudience.version_id.in_(version_ids), gone)
    )


def remake_packets(
    session: WriteSession, acting: Acting, body_id: str, version_ids: list[str]
) -> None:
    """Promise the PDF and ZIP of each packet with these versions anew; manifests stay.

    Those that hold them are nobody's from this commit on, not only once they are made anew.
    """
    packets = session.scalars(
        select(Packet.id)
        .join(PacketEntry, PacketEntry.packet_id == Packet.id)
        .where(PacketEntry.version_id.in_(version_ids))
        .distinct()
    ).all()
    session.execute(delete(Rendition).where(Rendition.packet_id.in_(packets)))
    for packet_id in packets:
        enqueue(session, BUNDLE, packet_id, at=acting.at, packet=packet_id, body=body_id)


# Asked at each search, and built once.
_TAKEN_DOWN = select(Exclusion.document_id).where(
    Exclusion.body_id == bindparam("body"), Exclusion.index_cleared_at.is_(None)
)
# Of every body: asked for one's own, SQLite would walk all its versions instead of the small index
# of what waits.
_HELD_BACK = select(Version.body_id, Version.document_id).where(
    Version.revision > Version.indexed, Version.indexed == HELD_BACK
)


def pending(session: Session, body_id: str) -> frozenset[str]:
    """Return the documents that an index may still show to somebody who lost them.

    Taken down and not confirmed yet, or published to fewer than before.
    """
    taken_down = session.scalars(_TAKEN_DOWN, {"body": body_id})
    return frozenset(taken_down) | {
        document_id for owner, document_id in session.execute(_HELD_BACK) if owner == body_id
    }


def confirm(session: WriteSession, acting: Acting, *, body_id: str, exclusion_id: str) -> None:
    """Note that every index is without the document."""
    session.execute(
        update(Exclusion)
        .where(Exclusion.id == exclusion_id, Exclusion.body_id == body_id)
        .values(index_cleared_at=acting.at)
    )


def of_version(session: Session, version: Version) -> Exclusion | None:
    """Return the exclusion that covers a version, if one does."""
    return session.scalar(
        select(Exclusion)
        .join(Version, covers())
        .where(Version.id == version.id)
        .order_by(Exclusion.made_at, Exclusion.id)
        .limit(1)
    )
