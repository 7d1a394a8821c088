"""Recorded destruction of bytes, text and renditions; a tombstone stays (DESIGN promise 4.2).

A destruction is an exclusion that also closes the office's own way to a version, takes what was
learned and made of it out of the record, and has the bytes and the index that knew them removed.
The version's row stays, with number, size and SHA-256.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from docstore.database import WriteSession
from docstore.errors import BasisMissing, InvalidInput, NotFound
from docstore.models import (
    Comparison,
    Document,
    Exclusion,
    Facts,
    Packet,
    PacketEntry,
    PageText,
    Paper,
    Rendition,
    Version,
    VersionAudience,
)
from docstore.outbox import enqueue
from docstore.services import act_deciding, ledger
from docstore.services.acting import Acting
from docstore.services.exclusions import (
    CLEAR,
    is_public,
    newest_number,
    remake_packets,
)
from docstore.services.finding import get_locked
from docstore.services.grounds import DESTRUCTION_GROUNDS, OWN_WORDS
from docstore.services.indexing import hold_back, touch_index
from docstore.services.openness import covers, is_destroyed
from docstore.services.orphans import doom, is_doomed

ERASE = "version.erase"
"""Outbox topic: remove the bytes of what was destroyed, and every trace in the index."""
# A basis in words of its own names an act, a decision or a judgment; nothing shorter does.
LEAST_WORDS = 10
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Destroy:
    """What is said of a destruction."""

    basis: str
    """A code of `grounds.DESTRUCTION_GROUNDS`, or the legal basis in words, which pages show."""
    destroyed_by: str
    """The person or organ, as the tombstone says it."""
    scope: str
    """What is destroyed, as the tombstone says it."""
    version_id: str | None = None
    """One version; None for all that the document has."""
    reason: str = ""
    """For the office alone."""


@dataclass(frozen=True, slots=True)
class Toll:
    """What a destruction takes."""

    versions: tuple[Version, ...]
    """Those not destroyed yet, the oldest first."""
    packets: int
    """Packets whose PDF and ZIP are made anew without them."""
    renditions: int
    shared: tuple[Version, ...]
    """Versions of other documents with the same bytes: theirs stay in the store."""


def check_basis(basis: str) -> tuple[str, str]:
    """Return a basis as its code and its words; raise `BasisMissing` for none at all."""
    said = " ".join(basis.split())
    if said in DESTRUCTION_GROUNDS:
        return said, ""
    if len(said) < LEAST_WORDS or not any(letter.isalpha() for letter in said):
        raise BasisMissing(codes=", ".join(DESTRUCTION_GROUNDS), least=LEAST_WORDS)
    if len(said) > LONGEST:
        raise InvalidInput(field="basis", reason="too_long", limit=LONGEST)
    return OWN_WORDS, said


def toll(session: Session, *, document_id: str, version_id: str | None) -> Toll:
    """Tell what a destruction would take; nothing is changed."""
    query = select(Version).where(Version.document_id == document_id, ~is_destroyed())
    if version_id is not None:
        query = query.where(Version.id == version_id)
    versions = session.scalars(query.order_by(Version.number)).all()
    ids = [version.id for version in versions]
    return Toll(
        versions=tuple(versions),
        packets=len(_packets_with(session, ids)),
        renditions=len(
            session.scalars(
                select(Rendition.id).where(
                    Rendition.version_id.in_(ids), Rendition.sha256.is_not(None)
                )
            ).all()
        ),
        shared=tuple(_sharing(session, ids)),
    )


def _sharing(session: Session, ids: Sequence[str]) -> Sequence[Version]:
    """Return other versions of the body, not destroyed, that have the bytes of one of these."""
    these = aliased(Version)
    return session.scalars(
        select(Version)
        .join(these, (these.body_id == Version.body_id) & (these.sha256 == Version.sha256))
        .where(these.id.in_(ids), Version.id.not_in(ids), ~is_destroyed())
        .order_by(Version.created_at, Version.id)
        .distinct()
    ).all()


def _packets_with(session: Session, ids: Sequence[str]) -> Sequence[str]:
    return session.scalars(
        select(Packet.id)
        .join(PacketEntry, PacketEntry.packet_id == Packet.id)
        .where(PacketEntry.version_id.in_(ids))
        .distinct()
    ).all()


def destroy(
    session: WriteSession, acting: Acting, *, body_id: str, document_id: str, said: Destroy
) -> Exclusion:
    """Destroy a version, or all of a document, and leave the tombstone.

    From the commit on nobody is given them. The bytes go right after it, by work that is promised
    in the same transaction, so that a kill at any moment leaves work and not bytes. Raises
    `BasisMissing` without a legal basis, `NotFound` where nothing is left to destroy.
    """
    ground, basis = check_basis(said.basis)
    document = get_locked(session, Document, body_id, document_id)
    if document.paper_id is not None:  # nobody decides on its words meanwhile
        get_locked(session, Paper, body_id, document.paper_id)
    gone = toll(session, document_id=document.id, version_id=said.version_id)
    ids = [version.id for version in gone.versions]
    if not ids:
        raise NotFound
    row = Exclusion(
        body_id=body_id,
        document_id=document.id,
        version_id=said.version_id,
        through=newest_number(session, document.id),
        scope=said.scope,
        legal_ground=ground,
        basis=basis,
        excluded_by=said.destroyed_by,
        reason=said.reason,
        from_members=True,
        was_public=is_public(session, ids) or _was_public(session, ids),
        is_destruction=True,
        made_by=acting.person_id,
        made_at=acting.at,
    )
    hashes = _objects_of(session, gone)
    session.add(row)
    session.flush()
    if said.version_id is None:
        document.is_public, document.removed_at = False, document.removed_at or acting.at
    _forget(session, ids)
    enqueue(session, ERASE, row.id, at=acting.at, exclusion=row.id, body=body_id)
    enqueue(session, CLEAR, row.id, at=acting.at, exclusion=row.id, body=body_id)
    remake_packets(session, acting, body_id, ids)
    doom(session, body_id, hashes, at=acting.at)
    _record(session, acting, row, ids)
    touch_index(session, body_id, [document.id], at=acting.at)
    hold_back(session, ids)
    return row


def _was_public(session: Session, ids: Sequence[str]) -> bool:
    """Tell whether the public could see one of these before it was taken down."""
    query = select(Exclusion.id).join(Version, covers())
    known = query.where(Version.id.in_(ids), Exclusion.was_public)
    return session.scalar(known.limit(1)) is not None


def _objects_of(session: Session, gone: Toll) -> set[str]:
    """Return the hashes of the bytes, and of everything that was made of them."""
    ids = [version.id for version in gone.versions]
    made = session.scalars(
        select(Rendition.sha256).where(
            Rendition.version_id.in_(ids) | Rendition.packet_id.in_(_packets_with(session, ids))
        )
    )
    return {version.sha256 for version in gone.versions} | {each for each in made if each}


def _forget(session: WriteSession, ids: Sequence[str]) -> None:
    """Take what was learned, what was made and every right to see it out of the record."""
    for owner in (
        VersionAudience.version_id,
        PageText.version_id,
        Facts.version_id,
        Rendition.version_id,
        Comparison.version_id,
        Comparison.before_id,
    ):
        session.execute(delete(owner.class_).where(owner.in_(ids)))
    act_deciding.forget(session, ids)


def _record(session: WriteSession, acting: Acting, row: Exclusion, ids: list[str]) -> None:
    ledger.record(
        session,
        row.body_id,
        "destroyed",
        acting,
        exclusion=row.id,
        document=row.document_id,
        versions=ids,
        ground=row.legal_ground,
    )


def is_erased(session: Session, body_id: str) -> bool:
    """Tell whether no object of what was destroyed waits to be removed."""
    return not is_doomed(session, body_id)


def confirm(session: WriteSession, acting: Acting, *, body_id: str, exclusion_id: str) -> None:
    """Note that the bytes are gone, and the index that knew their text."""
    session.execute(
        update(Exclusion)
        .where(Exclusion.id == exclusion_id, Exclusion.body_id == body_id)
        .values(erased_at=acting.at)
    )


def of_version(session: Session, version_id: str) -> Exclusion | None:
    """Return the tombstone of a version, if it was destroyed."""
    return session.scalar(
        select(Exclusion)
        .join(Version, covers())
        .where(Version.id == version_id, Exclusion.is_destruction)
        .order_by(Exclusion.made_at, Exclusion.id)
        .limit(1)
    )


def tombstones(session: Session, version_ids: Sequence[str]) -> dict[str, Exclusion]:
    """Return the tombstones of those of these versions that were destroyed."""
    rows = session.execute(
        select(Version.id, Exclusion)
        .join(Exclusion, covers())
        .where(Version.id.in_(version_ids), Exclusion.is_destruction)
        .order_by(Exclusion.made_at.desc(), Exclusion.id)
    )
    return {row.id: row.Exclusion for row in rows}


def destroyed_versions(session: Session) -> Sequence[Version]:
    """Return every version of every body whose bytes must be nowhere: erased, and shared by none.

    Bytes that another version still names are its own.
    """
    other = aliased(Version)
    erased = exists().where(covers(), Exclusion.is_destruction, Exclusion.erased_at.is_not(None))
    shared = exists().where(
        other.body_id == Version.body_id, other.sha256 == Version.sha256, ~is_destroyed(other)
    )
    return session.scalars(select(Version).where(erased, ~shared).order_by(Version.id)).all()
