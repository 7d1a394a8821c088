"""Which act a file of an import is: known from before, or named by its text or its own name."""

from collections.abc import Collection
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from api.wiring import Parts
from docstore.models import Body, Document, Paper, Version
from docstore.rules.acts.facts import ActFacts


def known(parts: Parts, body: Body, hashes: Collection[str]) -> list[Version]:
    """Return the versions that earlier imports made of these bytes, with their acts and facts."""
    with parts.database.reading() as session:
        return list(
            session.scalars(
                select(Version)
                .join(Document, Document.id == Version.document_id)
                .where(
                    Version.body_id == body.id,
                    Version.sha256.in_(hashes),
                    Document.role == "signed_act",
                )
                .options(
                    joinedload(Version.document).joinedload(Document.paper),
                    joinedload(Version.facts),
                )
                .order_by(Version.created_at, Version.id)
            )
        )


def title_of(name: str) -> str:
    """Return what an act is called whose text says nothing."""
    return PurePosixPath(name).stem.replace("_", " ")


def number_key(found: ActFacts) -> str | None:
    """Return the normalised number that was read of an act."""
    return found.number.value.key if found.number else None


def name_act(paper: Paper, found: ActFacts) -> str:
    """Take an act's title, druk and date from what was read; return its number, as read.

    What the office has written since is left as it is.
    """
    if paper.number:
        return paper.number
    if found.title is not None:
        paper.title = found.title.value
    if found.druk is not None:
        paper.druk = found.druk.value
    if found.adopted_on is not None:
        paper.adopted_on = found.adopted_on.value
    return found.number.value.literal if found.number else ""
