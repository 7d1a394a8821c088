"""The append-only record of what happened, and the work that follows from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from docstore.models.base import SHA256_LENGTH, Base


class LedgerEntry(Base):
    """One entry of a body's chain: canonical JSON of ids, hashes, times and codes."""

    __tablename__ = "ledger_entry"

    body_id: Mapped[str] = mapped_column(ForeignKey("body.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[str] = mapped_column(Text)
    leaf_hash: Mapped[str] = mapped_column(String(SHA256_LENGTH))
    chain_hash: Mapped[str] = mapped_column(String(SHA256_LENGTH))
    """The hash of the chain before and this leaf: one altered entry breaks all after it."""


class LedgerHead(Base):
    """The end of a body's chain; locked last in every transaction that writes an entry."""

    __tablename__ = "ledger_head"

    body_id: Mapped[str] = mapped_column(ForeignKey("body.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    chain_hash: Mapped[str] = mapped_column(String(SHA256_LENGTH))


class OutboxMessage(Base):
    """Work promised in the transaction that caused it."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(
            "ix_outbox_message_not_done",
            "id",
            "topic",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index(
            "ix_outbox_message_done_at",
            "done_at",
            sqlite_where=text("done_at IS NOT NULL"),
            postgresql_where=text("done_at IS NOT NULL"),
        ),
        Index("ix_outbox_message_topic_key", "topic", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    topic: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(default=0)
    unended: Mapped[int] = mapped_column(default=0)
    """Claims in a row of which nothing more was heard: their worker died, or has it in hand."""
    created_at: Mapped[datetime]
    available_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
