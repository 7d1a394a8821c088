"""What the office decided on each thing that an act's text says of itself."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docstore.models.base import Base, Owned


class ActFact(Owned, Base):
    """One fact proposed from an act's text and confirmed, or dismissed, by the office."""

    __tablename__ = "act_fact"
    __table_args__ = (
        UniqueConstraint("paper_id", "kind", "key"),
        Index("ix_act_fact_body_id_key", "body_id", "key"),
    )

    paper_id: Mapped[str] = mapped_column(ForeignKey("paper.id"))
    kind: Mapped[str] = mapped_column(String(12))
    """adopted_on, number, title, druk, organ, basis, annex, amends or repeals."""
    key: Mapped[str] = mapped_column(String(64))
    """What two readings of one fact share; for amends and repeals the other act's number key."""
    value: Mapped[str] = mapped_column(Text)
    """As it is shown; a day as ISO 8601, another act by its number as printed."""
    about_on: Mapped[date | None]
    """The day of the other act, where the text tells it."""
    is_confirmed: Mapped[bool]
    replaced: Mapped[str] = mapped_column(Text, default="")
    """What the record said before, so that it can be taken back."""
    version_id: Mapped[str | None] = mapped_column(ForeignKey("version.id"), index=True)
    """Whose text says it; None once that version is destroyed."""
    page: Mapped[int | None]
    passage: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
