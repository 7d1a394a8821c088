"""Councils and their people: bodies, terms, organisations, persons, memberships, guests."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docstore.models.base import SHA256_LENGTH, Base, Identified, Owned


class Body(Identified, Base):
    """A council with its own rules; every other row belongs to exactly one."""

    __tablename__ = "body"

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    """gmina, miasto, powiat or sejmik."""
    teryt: Mapped[str] = mapped_column(String(7), default="")
    colour: Mapped[str] = mapped_column(String(7), default="#7a1f2b")
    emblem_sha256: Mapped[str | None] = mapped_column(String(SHA256_LENGTH))
    phone: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    time_zone: Mapped[str] = mapped_column(String(60), default="Europe/Warsaw")
    own_phones: Mapped[list[str]] = mapped_column(default=list)
    """Telephones that are the council's own and no personal data."""
    keep_receipts_months: Mapped[int] = mapped_column(default=60, server_default=text("60"))
    """How long receipts, and the addresses of deliveries, are kept; see `services.retention`."""
    keep_sign_ins_days: Mapped[int] = mapped_column(default=30, server_default=text("30"))
    """How long an ended sign-in and a spent link are kept."""
    mail_tried_at: Mapped[datetime | None]
    """When the mail server last took a test mail over."""
    created_at: Mapped[datetime]


class LegislativeTerm(Owned, Base):
    """A term of the council (kadencja); numbers of acts are unique within it."""

    __tablename__ = "legislative_term"
    __table_args__ = (UniqueConstraint("body_id", "number"),)

    number: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Organization(Owned, Base):
    """The council itself, a committee, or a club."""

    __tablename__ = "organization"
    __table_args__ = (UniqueConstraint("body_id", "name"),)

    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    """council, committee or club."""


class Person(Owned, Base):
    """Somebody a council knows: a member, a guest, or a clerk; strangers to other councils."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_body_id_email", "body_id", "email"),)

    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), default="")
    """Lower-cased; empty when the person has none."""
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    memberships: Mapped[list["Membership"]] = relationship(lazy="raise", back_populates="person")
    guest: Mapped["Guest | None"] = relationship(lazy="raise", back_populates="person")


class Membership(Owned, Base):
    """A person's seat in an organisation for a time."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("organization_id", "person_id", "starts_on"),)

    organization_id: Mapped[str] = mapped_column(ForeignKey("organization.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20), default="member")
    """member, chair or vice_chair."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    person: Mapped[Person] = relationship(lazy="raise", back_populates="memberships")
    organization: Mapped[Organization] = relationship(lazy="raise")


class Guest(Owned, Base):
    """Somebody who receives packets without being a member: mayor, secretary, legal adviser."""

    __tablename__ = "guest"

    body_id: Mapped[str] = mapped_column(ForeignKey("body.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    function: Mapped[str] = mapped_column(Text, default="")
    ends_on: Mapped[date | None]

    person: Mapped[Person] = relationship(lazy="raise", back_populates="guest")
