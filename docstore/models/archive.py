"""What an import took in and the office has not judged yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docstore.models.base import Base, Owned


class ArchiveEntry(Owned, Base):
    """One file of an import on its way to being a published act, or to being set aside."""

    __tablename__ = "archive_entry"
    __table_args__ = (
        UniqueConstraint("paper_id"),
        Index("ix_archive_entry_body_id_state", "body_id", "state"),
        Index("ix_archive_entry_body_id_number_key", "body_id", "number_key"),
    )

    paper_id: Mapped[str] = mapped_column(ForeignKey("paper.id"))
    path: Mapped[str] = mapped_column(Text)
    """Its place in the folder that was imported; for the office alone."""
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    """waiting, confirmed or set_aside; an entry whose paper is published is done with."""
    number_key: Mapped[str | None] = mapped_column(String(60))
    """The number that was read of it, normalised: two entries with one are told of each other."""
    replaced: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the paper said before it was confirmed, so that it can be taken back."""
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
