"""Ways in: passwords, duties, sign-ins, links, tokens of programs, the set-up code."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docstore.models.base import SHA256_LENGTH, Base, Identified, Owned
from docstore.models.council import Person


class Duty(Owned, Base):
    """A person's work for a body: office or administrator; both always need a password."""

    __tablename__ = "duty"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    body_id: Mapped[str] = mapped_column(ForeignKey("body.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(20))
    """office or administrator."""


class Credential(Base):
    """A person's password, as an argon2id hash."""

    __tablename__ = "credential"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]


class SignIn(Owned, Base):
    """One browser signed in as one person; can be listed and revoked."""

    __tablename__ = "sign_in"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(SHA256_LENGTH), unique=True)
    by: Mapped[str] = mapped_column(String(10))
    """password or link; a link gives a recipient's rights alone."""
    device: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class Link(Base):
    """A one-time way in from a mail; the token itself is kept nowhere."""

    __tablename__ = "link"

    token_hash: Mapped[str] = mapped_column(String(SHA256_LENGTH), primary_key=True)
    body_id: Mapped[str] = mapped_column(ForeignKey("body.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    meeting_id: Mapped[str | None] = mapped_column(ForeignKey("meeting.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class ApiToken(Owned, Base):
    """A program's way in through the interface; its power is never more than its owner's."""

    __tablename__ = "api_token"

    body_id: Mapped[str] = mapped_column(ForeignKey("body.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    """Who made it and answers for it."""
    token_hash: Mapped[str] = mapped_column(String(SHA256_LENGTH), unique=True)
    ending: Mapped[str] = mapped_column(String(4))
    """The token's last letters, by which a list tells one from another."""
    label: Mapped[str] = mapped_column(String(120))
    scopes: Mapped[list[str]]
    by: Mapped[str] = mapped_column(String(10))
    """How its maker had signed in: password or link; a link gives a recipient's rights alone."""
    is_for_body: Mapped[bool] = mapped_column(default=False)
    """It works for the office and sees nothing that its owner personally gets."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class Installation(Base):
    """The one row that says what this record is: a demo or a real installation, and its set-up."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)
    setup_code_hash: Mapped[str | None] = mapped_column(String(SHA256_LENGTH))
    setup_tries: Mapped[int] = mapped_column(default=0)
    checked_at: Mapped[datetime | None]
    """When everything was last checked."""
    check_passed_at: Mapped[datetime | None]
    """When a check last found nothing wrong."""
    created_at: Mapped[datetime]


class KeptAnswer(Base):
    """What a request was answered that may be sent again under the same key; erased after a day."""

    __tablename__ = "kept_answer"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(SHA256_LENGTH), primary_key=True)
    body_id: Mapped[str] = mapped_column(ForeignKey("body.id"))
    fingerprint: Mapped[str] = mapped_column(String(SHA256_LENGTH))
    """Of method, address and body: another request under the same key is refused."""
    status: Mapped[int]
    answer: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(index=True)


class Attempt(Identified, Base):
    """A failed try at a door, kept briefly to slow down guessing."""

    __tablename__ = "attempt"

    door: Mapped[str] = mapped_column(String(20))
    subject_hash: Mapped[str] = mapped_column(String(SHA256_LENGTH), index=True)
    made_at: Mapped[datetime]
