"""Whom a version is open to: those its document is for, less those it was taken down from."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, bindparam, delete, exists, select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.models import Document, Exclusion, Version, VersionAudience
from docstore.rules.audience import Audience, audience_tokens
from docstore.services.indexing import hold_back
from docstore.visibility import office


def covers(version: type[Version] = Version) -> ColumnElement[bool]:
    """Return the condition that an exclusion covers a version.

    It covers one version, or all that the document had when it was taken down. A later version is
    a later decision: the anonymised text may follow the one that had to go.
    """
    every_one = Exclusion.version_id.is_(None) & (version.number <= Exclusion.through)
    return (Exclusion.document_id == version.document_id) & (
        every_one | (Exclusion.version_id == version.id)
    )


def is_taken_down(*, from_members: bool = False) -> ColumnElement[bool]:
    """Return the condition that a version was taken from the public, or from the members as well.

    Where one version alone was, the one before it stands.
    """
    how = (Exclusion.from_members,) if from_members else ()
    return exists().where(covers(), *how)


def is_destroyed(version: type[Version] = Version) -> ColumnElement[bool]:
    """Return the condition that a version's bytes, text and renditions are destroyed."""
    return exists().where(covers(version), Exclusion.is_destruction)


def destroyed(session: Session, version: Version) -> bool:
    """Tell whether a version is destroyed."""
    return session.scalar(_DESTROYED, {"version": version.id}) is not None


_DESTROYED = select(Version.id).where(Version.id == bindparam("version"), is_destroyed())


def took_whole() -> ColumnElement[bool]:
    """Return the condition that an exclusion took a whole document from the members as well."""
    return Exclusion.from_members & Exclusion.version_id.is_(None)


def taken_down(
    session: Session, version_ids: Collection[str], *, from_members: bool = False
) -> set[str]:
    """Return which of these versions were taken down."""
    closed = is_taken_down(from_members=from_members)
    return set(session.scalars(select(Version.id).where(Version.id.in_(version_ids), closed)))


def open_up(session: WriteSession, version: Version, document: Document, *, public: bool) -> None:
    """Give a version the tokens of those it is published to; what was taken down stays closed.

    Where somebody loses it, no search finds it before the index has learned so.
    """
    tokens = audience_tokens(
        body_id=version.body_id,
        audience=Audience.of(document.audience, document.audience_ids),
        is_public=public and not taken_down(session, [version.id]),
        published_to_members=True,
        published_to_public=True,
    )
    if taken_down(session, [version.id], from_members=True):
        kept = () if destroyed(session, version) else (office(version.body_id),)
        tokens = frozenset(kept)
    known = select(VersionAudience.token).where(VersionAudience.version_id == version.id)
    if set(session.scalars(known)) - tokens:
        hold_back(session, [version.id])
    session.execute(delete(VersionAudience).where(VersionAudience.version_id == version.id))
    session.add_all(VersionAudience(version_id=version.id, token=token) for token in sorted(tokens))
