"""Packets, notices, deliveries and receipts: what was published, sent and observed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docstore.models.base import SHA256_LENGTH, Base, Owned


class Packet(Owned, Base):
    """What was published for a meeting at one moment: a frozen manifest."""

    __tablename__ = "packet"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    starts_at: Mapped[datetime]
    """When the meeting begins as this packet says it; the office may have changed it since."""
    published_at: Mapped[datetime]
    published_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    manifest: Mapped[str] = mapped_column(Text)
    """Canonical JSON: agenda, versions, hashes, page numbers; narrowed documents left out."""
    manifest_sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH))
    changes: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """The difference to the packet before: added, replaced, moved, removed."""
    personal_data_reason: Mapped[str] = mapped_column(Text, default="")
    """Why publishing went on despite personal data found; the office's own words."""

    meeting: Mapped["Any"] = relationship("Meeting", lazy="raise")
    entries: Mapped[list["PacketEntry"]] = relationship(
        lazy="raise", back_populates="packet", order_by="PacketEntry.position"
    )


class PacketEntry(Base):
    """One version in a packet; narrowed ones too, which the common manifest leaves out."""

    __tablename__ = "packet_entry"
    __table_args__ = (Index("ix_packet_entry_version_id", "version_id"),)

    packet_id: Mapped[str] = mapped_column(ForeignKey("packet.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"))
    item_position: Mapped[int]
    """The place of its agenda item in the manifest; -1 for the meeting's own documents."""
    first_page: Mapped[int | None]
    """Where it begins in the merged PDF, counted from the first document; None if not merged."""
    is_narrowed: Mapped[bool] = mapped_column(default=False)

    packet: Mapped[Packet] = relationship(lazy="raise", back_populates="entries")
    version: Mapped["Any"] = relationship("Version", lazy="raise")


class Notice(Owned, Base):
    """A message about a packet, to everyone or to some."""

    __tablename__ = "notice"

    packet_id: Mapped[str] = mapped_column(ForeignKey("packet.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """published, changed, reminder or cancelled."""
    created_at: Mapped[datetime]
    created_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))

    packet: Mapped[Packet] = relationship(lazy="raise")


class Delivery(Owned, Base):
    """One notice to one recipient by one channel."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("notice_id", "person_id", "channel"),)

    notice_id: Mapped[str] = mapped_column(ForeignKey("notice.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str] = mapped_column(String(10), default="email")
    address: Mapped[str] = mapped_column(String(254), default="")
    message_id: Mapped[str] = mapped_column(String(120))
    """Fixed before the first attempt, so that a repeated mail is known as the same."""
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    """waiting, accepted, refused, no_address, or overtaken by the meeting being called off."""
    attempts: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str] = mapped_column(String(500), default="")
    """What the mail server last said."""
    accepted_at: Mapped[datetime | None]

    notice: Mapped[Notice] = relationship(lazy="raise")
    person: Mapped["Any"] = relationship("Person", lazy="raise")


class Receipt(Owned, Base):
    """One observed fact about a person and a packet; repeats only count."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("packet_id", "person_id", "kind", "subject"),
        Index("ix_receipt_person_id", "person_id"),
    )

    packet_id: Mapped[str] = mapped_column(ForeignKey("packet.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(14))
    """opened, downloaded or acknowledged."""
    subject: Mapped[str] = mapped_column(String(20), default="")
    """What was downloaded: a version's id, `pdf` or `zip`; empty for the packet itself."""
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    count: Mapped[int] = mapped_column(default=1)
