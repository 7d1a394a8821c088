"""What an asker may see: the one condition on versions, and what is said of those taken down."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, select
from sqlalchemy.orm import Session, joinedload

from docstore.errors import Destroyed, Gone, NotFound
from docstore.models import Document, Exclusion, PacketEntry, Version, VersionAudience
from docstore.rules.audience import Audience
from docstore.services.openness import covers
from docstore.visibility import Visibility, office


def may_see(visibility: Visibility) -> ColumnElement[bool]:
    """Return the condition that a version is visible; the only one there is.

    The body is asked about inside: beside it, SQLite would walk a body's every version to find the
    twenty that a page names.
    """
    return _seen_by(visibility.tokens, visibility.body_id)


def _seen_by(tokens: Any, body_id: Any) -> ColumnElement[bool]:
    return exists().where(
        VersionAudience.version_id == Version.id,
        VersionAudience.token.in_(tokens),
        Version.body_id == body_id,
    )


MAY_SEE = _seen_by(bindparam("tokens", expanding=True), bindparam("body"))
"""The same for a statement that is built once; `asked_by` gives the values it is executed with."""


def asked_by(visibility: Visibility) -> dict[str, str | list[str]]:
    """Return the values of `MAY_SEE` for one asker."""
    return {"tokens": sorted(visibility.tokens), "body": visibility.body_id}


def version(session: Session, visibility: Visibility, version_id: str) -> Version:
    """Return a visible version with its document; `Gone` when it was taken down, else `NotFound`.

    A taken-down version says so to everyone whom it had reached, with the notice that openness law
    asks for, and nothing else of it; one that was destroyed is `Destroyed`, to the office too.
    """
    row = session.scalar(
        select(Version)
        .where(Version.id == version_id, may_see(visibility))
        .options(joinedload(Version.document).joinedload(Document.paper))
    )
    if row is not None:
        return row
    excluded = session.scalar(
        select(Exclusion)
        .join(Version, covers())
        .where(
            Version.id == version_id,
            Version.body_id == visibility.body_id,
        )
        .options(joinedload(Exclusion.document))
        .order_by(
            Exclusion.is_destruction.desc(),
            Exclusion.was_public.desc(),
            Exclusion.made_at,
            Exclusion.id,
        )
        .limit(1)
    )
    if excluded is None or not (
        excluded.was_public
        or office(visibility.body_id) in visibility.tokens
        or _had(session, visibility, excluded.document, version_id)
    ):
        raise NotFound
    raise gone(excluded)


def gone(excluded: Exclusion) -> Gone | Destroyed:
    """Return what answers for a version that an exclusion covers."""
    if excluded.is_destruction:
        return Destroyed(
            scope=excluded.scope,
            basis=excluded.basis or excluded.legal_ground,
            destroyed_by=excluded.excluded_by,
            at=excluded.made_at,
        )
    return Gone(
        scope=excluded.scope, legal_ground=excluded.legal_ground, excluded_by=excluded.excluded_by
    )


def _had(session: Session, visibility: Visibility, document: Document, version_id: str) -> bool:
    """Tell whether a packet has brought the asker this version."""
    audience = Audience.of(document.audience, document.audience_ids)
    if not visibility.allows(audience.recipients(document.body_id)):
        return False
    entry = select(PacketEntry.version_id).where(PacketEntry.version_id == version_id)
    return session.scalar(entry.limit(1)) is not None


def told_of(visibility: Visibility) -> ColumnElement[bool]:
    """Return the condition that a list tells the asker of an exclusion.

    The public hears only of what it could see before; that there ever was anything else is not its
    business.
    """
    return told_to(visibility.body_id)


def told_to(body_id: str | BindParameter[str]) -> ColumnElement[bool]:
    """Return the condition of `told_of` for a statement that is built once."""
    return and_(Exclusion.body_id == body_id, Exclusion.was_public)


def current_versions(
    session: Session, visibility: Visibility, document_ids: Iterable[str]
) -> dict[str, Version]:
    """Return, for each document, the newest version that the asker may see."""
    rows = session.scalars(
        select(Version)
        .where(Version.document_id.in_(list(document_ids)), may_see(visibility))
        .options(joinedload(Version.document))
        .order_by(Version.number)
    )
    return {row.document_id: row for row in rows}
