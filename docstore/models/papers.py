"""Meetings, agendas, papers, documents and their versions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docstore.models.base import SHA256_LENGTH, Base, Owned


class Meeting(Owned, Base):
    """A session of the council or a sitting of a committee."""

    __tablename__ = "meeting"
    __table_args__ = (Index("ix_meeting_body_id_starts_at", "body_id", "starts_at"),)

    organization_id: Mapped[str] = mapped_column(ForeignKey("organization.id"))
    term_id: Mapped[str | None] = mapped_column(ForeignKey("legislative_term.id"))
    kind: Mapped[str] = mapped_column(String(20), default="ordinary")
    """ordinary, extraordinary, ceremonial or sitting (of a committee)."""
    number: Mapped[int | None]
    """Counted in the term; shown in Roman numerals."""
    title: Mapped[str] = mapped_column(String(300), default="")
    place: Mapped[str] = mapped_column(String(300), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(20), default="draft")
    """draft, published or cancelled."""
    cancelled_at: Mapped[datetime | None]
    cancelled_reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was called off, in words for its recipients; the public is told only that it was."""
    revision: Mapped[int] = mapped_column(default=1)
    """Grows with every change of the agenda; a stale editor is told instead of overwriting."""
    changed_at: Mapped[datetime]
    changed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))

    @property
    def is_cancelled(self) -> bool:
        """Tell whether the office called it off."""
        return self.state == "cancelled"

    organization: Mapped["Any"] = relationship("Organization", lazy="raise")
    items: Mapped[list["AgendaItem"]] = relationship(
        lazy="raise", back_populates="meeting", order_by="AgendaItem.position"
    )


class AgendaItem(Owned, Base):
    """One point of an agenda; sub-points follow their parent with a greater depth."""

    __tablename__ = "agenda_item"
    __table_args__ = (Index("ix_agenda_item_meeting_id_position", "meeting_id", "position"),)

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    position: Mapped[int]
    depth: Mapped[int] = mapped_column(default=0)
    label: Mapped[str] = mapped_column(String(20), default="")
    """The printed number, such as 5 or 5a."""
    title: Mapped[str] = mapped_column(Text)

    meeting: Mapped[Meeting] = relationship(lazy="raise", back_populates="items")
    considerations: Mapped[list["Consideration"]] = relationship(
        lazy="raise", back_populates="item", order_by="Consideration.position"
    )


class Paper(Owned, Base):
    """A matter: a draft resolution, report or motion; once adopted the same row says so."""

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("body_id", "term_id", "number_key"),
        Index("ix_paper_body_id_adopted_on", "body_id", "adopted_on"),
        CheckConstraint("(number = '') = (number_key IS NULL)", name="number_has_key"),
    )

    term_id: Mapped[str | None] = mapped_column(ForeignKey("legislative_term.id"))
    kind: Mapped[str] = mapped_column(String(20), default="resolution")
    """resolution, report, information, motion, petition or other."""
    title: Mapped[str] = mapped_column(Text)
    druk: Mapped[str] = mapped_column(String(40), default="")
    """The number of the draft (druk) before adoption."""
    number: Mapped[str] = mapped_column(String(60), default="")
    """The number of the adopted act, exactly as typed."""
    number_key: Mapped[str | None] = mapped_column(String(60))
    """The same number normalised, unique in a body's term."""
    adopted_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(20), default="unknown")
    """One of the legal states of an act; `unknown` until somebody says so with a basis."""
    status_basis: Mapped[str] = mapped_column(Text, default="")
    status_set_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    status_set_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    """When the adopted act was published to everyone; nothing adopted is public before."""
    published_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    documents: Mapped[list["Document"]] = relationship(
        lazy="raise", back_populates="paper", order_by="Document.position"
    )
    votes: Mapped[list["Vote"]] = relationship(lazy="raise", back_populates="paper")
    considerations: Mapped[list["Consideration"]] = relationship(
        lazy="raise", back_populates="paper"
    )


class PublicationReason(Owned, Base):
    """Why an act's files became public although personal data or unread pages were in them.

    An act whose new files are published later has another; a packet keeps its own.
    """

    __tablename__ = "publication_reason"

    paper_id: Mapped[str] = mapped_column(ForeignKey("paper.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    """The office's own words; never shown outside it."""
    given_at: Mapped[datetime]
    given_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


class Consideration(Owned, Base):
    """A paper on an agenda item (rozpatrzenie), and what came of it there."""

    __tablename__ = "consideration"
    __table_args__ = (UniqueConstraint("item_id", "paper_id"),)

    item_id: Mapped[str] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"))
    paper_id: Mapped[str] = mapped_column(ForeignKey("paper.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str] = mapped_column(String(20), default="pending")
    """pending, adopted, rejected, withdrawn or referred."""

    item: Mapped[AgendaItem] = relationship(lazy="raise", back_populates="considerations")
    paper: Mapped[Paper] = relationship(lazy="raise", back_populates="considerations")


class Document(Owned, Base):
    """One logical file of a paper, an agenda item or a meeting."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN paper_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN item_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN meeting_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_owner",
        ),
        Index("ix_document_paper_id", "paper_id"),
        Index("ix_document_item_id", "item_id"),
        Index("ix_document_meeting_id", "meeting_id"),
    )

    body_id: Mapped[str] = mapped_column(ForeignKey("body.id"), index=True)
    paper_id: Mapped[str | None] = mapped_column(ForeignKey("paper.id"))
    item_id: Mapped[str | None] = mapped_column(ForeignKey("agenda_item.id"))
    meeting_id: Mapped[str | None] = mapped_column(ForeignKey("meeting.id"))
    role: Mapped[str] = mapped_column(String(20), default="other")
    title: Mapped[str] = mapped_column(String(500))
    position: Mapped[int] = mapped_column(default=0)
    audience: Mapped[str] = mapped_column(String(20), default="members_and_guests")
    """members_and_guests, members, organization or persons."""
    audience_ids: Mapped[list[str]] = mapped_column(default=list)
    audience_ground: Mapped[str] = mapped_column(String(40), default="")
    """The legal ground of a narrowed audience, from a list; the cover prints it."""
    audience_reason: Mapped[str] = mapped_column(Text, default="")
    """The clerk's own words; never leave the office."""
    is_public: Mapped[bool] = mapped_column(default=False)
    """Whether the public will have it once published."""
    removed_at: Mapped[datetime | None]
    """When the office took it off the agenda; versions already published stay as they were."""
    created_at: Mapped[datetime]

    paper: Mapped[Paper | None] = relationship(lazy="raise", back_populates="documents")
    item: Mapped[AgendaItem | None] = relationship(lazy="raise")
    meeting: Mapped[Meeting | None] = relationship(lazy="raise")
    versions: Mapped[list["Version"]] = relationship(
        lazy="raise", back_populates="document", order_by="Version.number"
    )
    exclusions: Mapped[list["Exclusion"]] = relationship(
        lazy="raise",
        back_populates="document",
        order_by="(Exclusion.made_at, Exclusion.id)",
    )


class Version(Owned, Base):
    """One immutable state of a document; a correction is a new one."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        Index("ix_version_body_id_sha256", "body_id", "sha256"),
        Index(
            "ix_version_stale",
            "id",
            sqlite_where=text("revision > indexed"),
            postgresql_where=text("revision > indexed"),
        ),
    )

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH))
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(120))
    file_name: Mapped[str] = mapped_column(String(255))
    note: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    """Grows with every change that the index must learn of."""
    indexed: Mapped[int] = mapped_column(default=0)
    """The revision that the index was last given; below 0 no search finds it until the next."""

    document: Mapped[Document] = relationship(lazy="raise", back_populates="versions")
    facts: Mapped["Facts | None"] = relationship(lazy="raise", back_populates="version")
    audience: Mapped[list["VersionAudience"]] = relationship(lazy="raise", back_populates="version")
    author: Mapped["Any"] = relationship("Person", lazy="raise")


class VersionAudience(Base):
    """One audience token that a version carries now; the only thing visibility is read from."""

    __tablename__ = "version_audience"
    __table_args__ = (Index("ix_version_audience_token", "token"),)

    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(60), primary_key=True)

    version: Mapped[Version] = relationship(lazy="raise", back_populates="audience")


class StoredObject(Base):
    """The record's knowledge of one object in a body's store."""

    __tablename__ = "stored_object"

    body_id: Mapped[str] = mapped_column(ForeignKey("body.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10), default="present")
    """present, damaged (refused until the same bytes are put again) or removing."""
    touched_at: Mapped[datetime]
    blocks: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, deferred_raiseload=True
    )
    """SHA-256 of each MiB, 32 bytes a block; none for an object from before they were kept."""


class Facts(Base):
    """What was learned from a version's bytes, in the sandbox."""

    __tablename__ = "facts"

    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(120))
    pages: Mapped[int | None]
    text_state: Mapped[str] = mapped_column(String(10))
    """text, partial, none or unread."""
    encrypted: Mapped[bool] = mapped_column(default=False)
    mergeable: Mapped[bool] = mapped_column(default=False)
    problems: Mapped[list[str]] = mapped_column(default=list)
    personal_data: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Findings by page and kind, for the office alone; looked at before anything goes public."""
    made_at: Mapped[datetime]

    version: Mapped[Version] = relationship(lazy="raise", back_populates="facts")


class PageText(Base):
    """The text of one page of a version; the index is rebuilt from these rows."""

    __tablename__ = "page_text"

    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(10), default="file", server_default="file")
    """file, recognised (from a picture of the page, by a program) or corrected (by a clerk)."""
    confidence: Mapped[int | None]
    """Of what was recognised, in percent; None where the page is not in the searchable copy."""


class Rendition(Owned, Base):
    """An object derived from a version or a packet; can be made again, but for an opened one."""

    __tablename__ = "rendition"
    __table_args__ = (
        UniqueConstraint("version_id", "kind"),
        UniqueConstraint("packet_id", "kind"),
    )

    version_id: Mapped[str | None] = mapped_column(ForeignKey("version.id"))
    packet_id: Mapped[str | None] = mapped_column(ForeignKey("packet.id"))
    kind: Mapped[str] = mapped_column(String(20))
    """pdf (of an office file), opened (without its password), recognised (with the words of its
    scanned pages), packet_pdf or packet_zip."""
    sha256: Mapped[str | None] = mapped_column(String(SHA256_LENGTH))
    """None when it could not be made; `problem` says why."""
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    pages: Mapped[int | None]
    media_type: Mapped[str] = mapped_column(String(120))
    tool: Mapped[str] = mapped_column(String(120), default="")
    problem: Mapped[str] = mapped_column(String(60), default="")
    made_at: Mapped[datetime]


class Exclusion(Owned, Base):
    """A document taken down, or destroyed: what is told of it, and why in the office alone."""

    __tablename__ = "exclusion"

    body_id: Mapped[str] = mapped_column(ForeignKey("body.id"), index=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), index=True)
    version_id: Mapped[str | None] = mapped_column(ForeignKey("version.id"))
    """The one version taken down; None for all that there were."""
    through: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """The number of the document's newest version at that moment."""
    scope: Mapped[str] = mapped_column(String(200))
    legal_ground: Mapped[str] = mapped_column(String(40))
    excluded_by: Mapped[str] = mapped_column(String(200))
    """The person or organ who limited openness, as BIP asks."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """The clerk's own words; never shown outside the office."""
    from_members: Mapped[bool] = mapped_column(default=False)
    was_public: Mapped[bool] = mapped_column(default=False)
    """Whether everyone could see it before; the public hears of no other exclusion."""
    made_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    index_cleared_at: Mapped[datetime | None]
    """When every index confirmed; until then the document is left out of each query."""
    is_destruction: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether bytes, text and renditions are destroyed too, so that nobody has them any more."""
    basis: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """The legal basis of a destruction in words, where `legal_ground` is none of the list."""
    erased_at: Mapped[datetime | None]
    """When the bytes, and the index that knew their text, were found to be gone."""

    document: Mapped[Document] = relationship(lazy="raise", back_populates="exclusions")


class Vote(Owned, Base):
    """Counts of one vote and its named list, bound to the version voted."""

    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("consideration_id"),)

    paper_id: Mapped[str] = mapped_column(ForeignKey("paper.id"), index=True)
    consideration_id: Mapped[str | None] = mapped_column(
        ForeignKey("consideration.id", ondelete="SET NULL")
    )
    version_id: Mapped[str | None] = mapped_column(ForeignKey("version.id"))
    voted_on: Mapped[date]
    in_favour: Mapped[int]
    against: Mapped[int]
    abstained: Mapped[int]
    no_voice: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    absent: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    named: Mapped[list[dict[str, Any]]] = mapped_column(default=list)

    paper: Mapped[Paper] = relationship(lazy="raise", back_populates="votes")
    version: Mapped[Version | None] = relationship(lazy="raise")
