"""What changed between versions, counted, so that lists can say it in a line."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from docstore.models.base import Base


class Comparison(Base):
    """How a version's text differs from that of the version before it; can be made again."""

    __tablename__ = "comparison"

    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), primary_key=True)
    before_id: Mapped[str] = mapped_column(ForeignKey("version.id"), index=True)
    """The version it was compared with: the one before it in its document."""
    counts: Mapped[dict[str, Any]]
    """The fields of a `Summary`; none of the words."""
    made_at: Mapped[datetime]
