"""Ways in: passwords for the office, one-time links for recipients, sign-ins that can be ended."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from docstore.database import ReadSession, WriteSession
from docstore.errors import LinkSpent, NotFound, SignInRefused
from docstore.models import Credential, Link, Meeting, Person, SignIn
from docstore.services import ledger, passwords
from docstore.services.acting import Acting
from docstore.services.finding import get

# A tablet may stay signed in this long; a clerk's desk a working day.
LINK_STAYS = timedelta(days=90)
PASSWORD_STAYS = timedelta(hours=12)
# A link that was asked for, as against one in a notice, is short-lived.
ASKED_LINK_LASTS = timedelta(minutes=15)
# How often the moment a browser was last seen is written down.
_SEEN_STEP = timedelta(hours=1)


def token_hash(token: str) -> str:
    """Return the only form in which a token is kept; 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


# --- passwords --------------------------------------------------------------------------------


def set_password(
    session: WriteSession,
    acting: Acting,
    *,
    person: Person,
    password_hash: str,
    keep: str | None = None,
) -> None:
    """Give a person a password, already hashed, because hashing takes too long for a lock.

    Whoever signed in with the one before is asked again, but for the sign-in to `keep`.
    """
    row = session.get(Credential, person.id)
    if row is None:
        row = Credential(person_id=person.id)
        session.add(row)
    row.password_hash, row.changed_at = password_hash, acting.at
    _end(
        session,
        acting,
        SignIn.person_id == person.id,
        SignIn.by == "password",
        SignIn.id.is_distinct_from(keep),
    )
    ledger.record(session, person.body_id, "password_set", acting, person=person.id)


def check_password(session: ReadSession, *, body_id: str, email: str, password: str) -> Person:
    """Return the person with this address and password; raise `SignInRefused` for any other."""
    rows = session.execute(
        select(Person, Credential.password_hash)
        .join(Credential, Credential.person_id == Person.id)
        .where(
            Person.body_id == body_id,
            Person.email == email.strip().lower(),
            Person.email != "",
            Person.left_at.is_(None),
        )
    ).all()
    found = [person for person, password_hash in rows if passwords.matches(password, password_hash)]
    if not rows:
        passwords.matches(password, None)
    if not found:
        raise SignInRefused
    return found[0]


def password_hash_of(session: Session, *, body_id: str, email: str) -> str | None:
    """Return what is kept of the password of the one person with an address, if they have one."""
    rows = session.scalars(
        select(Credential.password_hash)
        .join(Person, Person.id == Credential.person_id)
        .where(
            Person.body_id == body_id,
            Person.email == email.strip().lower(),
            Person.email != "",
            Person.left_at.is_(None),
        )
    ).all()
    return rows[0] if len(rows) == 1 else None


# --- links ------------------------------------------------------------------------------------


def make_link(
    session: WriteSession,
    *,
    person: Person,
    meeting_id: str | None,
    at: datetime,
    expires_at: datetime,
) -> str:
    """Make a one-time link for a person and return its token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(
        Link(
            token_hash=token_hash(token),
            body_id=person.body_id,
            person_id=person.id,
            meeting_id=meeting_id,
            created_at=at,
            expires_at=expires_at,
        )
    )
    return token


def notice_link_expires(meeting: Meeting, zone: ZoneInfo) -> datetime:
    """Return until when a notice's link is valid: the end of the day after the meeting, there."""
    day = meeting.starts_at.astimezone(zone).date() + timedelta(days=2)
    return datetime.combine(day, time(), zone)


@dataclass(frozen=True, slots=True)
class LinkView:
    """What the page behind a link may say before anybody signs in."""

    person: Person
    meeting_id: str | None
    is_valid: bool


def view_link(session: ReadSession, *, body_id: str, token: str, at: datetime) -> LinkView:
    """Tell whom a link would sign in, spending and recording nothing; `NotFound` for no link."""
    link = session.scalar(
        select(Link)
        .where(Link.token_hash == token_hash(token), Link.body_id == body_id)
        .options(joinedload(Link.person))
    )
    if link is None:
        raise NotFound
    valid = link.used_at is None and link.expires_at > at and link.person.left_at is None
    return LinkView(link.person, link.meeting_id, valid)


def spend_link(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    token: str,
    device: str,
    replaces: str | None = None,
) -> tuple[str, SignIn, str | None]:
    """Sign a person in by a link, once; return the sign-in's token, its row, and the meeting."""
    link = session.scalar(
        select(Link)
        .where(Link.token_hash == token_hash(token), Link.body_id == body_id)
        .options(joinedload(Link.person, innerjoin=True))
        .with_for_update(of=Link)
    )
    if link is None:
        raise NotFound
    if link.used_at is not None or link.expires_at <= acting.at or link.person.left_at:
        raise LinkSpent
    link.used_at = acting.at
    signed, row = open_sign_in(
        session, acting, person=link.person, by="link", device=device, replaces=replaces
    )
    return signed, row, link.meeting_id


# --- sign-ins ---------------------------------------------------------------------------------


def open_sign_in(
    session: WriteSession,
    acting: Acting,
    *,
    person: Person,
    by: str,
    device: str,
    replaces: str | None = None,
) -> tuple[str, SignIn]:
    """Sign a browser in as a person; return its token, which is kept nowhere, and its row.

    The sign-in that the browser had before ends, so that no list shows what nobody can use.
    """
    _end(session, acting, SignIn.id == replaces)
    token = secrets.token_urlsafe(32)
    row = SignIn(
        body_id=person.body_id,
        person_id=person.id,
        token_hash=token_hash(token),
        by=by,
        device=device[:120],
        created_at=acting.at,
        seen_at=acting.at,
        expires_at=acting.at + (LINK_STAYS if by == "link" else PASSWORD_STAYS),
    )
    session.add(row)
    session.flush()
    return token, row


# Asked by every page of whoever is signed in, so built once.
_OF_TOKEN = (
    select(SignIn).where(SignIn.token_hash == bindparam("hash")).options(joinedload(SignIn.person))
)


def current(session: Session, *, token: str, at: datetime) -> SignIn | None:
    """Return the sign-in that a token stands for, if it still holds."""
    row = session.scalar(_OF_TOKEN, {"hash": token_hash(token)})
    if row is None or row.revoked_at is not None or row.expires_at <= at or row.person.left_at:
        return None
    return row


def is_stale(row: SignIn, at: datetime) -> bool:
    """Tell whether the moment a browser was last seen should be written down again."""
    return at - row.seen_at >= _SEEN_STEP


def seen(session: WriteSession, *, sign_in_id: str, at: datetime) -> None:
    """Write down that a browser was seen."""
    row = session.get(SignIn, sign_in_id)
    if row is not None:
        row.seen_at = at


def listed(session: Session, *, person_id: str, at: datetime) -> list[SignIn]:
    """Return the browsers a person is signed in with, the last seen first."""
    return list(
        session.scalars(
            select(SignIn)
            .where(
                SignIn.person_id == person_id, SignIn.revoked_at.is_(None), SignIn.expires_at > at
            )
            .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
        )
    )


def revoke(
    session: WriteSession, acting: Acting, *, body_id: str, person_id: str, sign_in_id: str
) -> None:
    """End a sign-in; the browser is asked to sign in again at its next step."""
    row = get(session, SignIn, body_id, sign_in_id)
    if row.person_id != person_id:
        raise NotFound
    _end(session, acting, SignIn.id == row.id)


def revoke_all(
    session: WriteSession, acting: Acting, *, person: Person, keep: str | None = None
) -> None:
    """End every sign-in of a person but the one to `keep`, and every link still open."""
    _end(session, acting, SignIn.person_id == person.id, SignIn.id.is_distinct_from(keep))
    end_links(session, acting, person=person)


def end_links(session: WriteSession, acting: Acting, *, person: Person) -> None:
    """End the links that were sent to a person and are not used yet."""
    session.execute(
        update(Link)
        .where(Link.person_id == person.id, Link.expires_at > acting.at)
        .values(expires_at=acting.at)
    )


def _end(session: WriteSession, acting: Acting, *which: ColumnElement[bool]) -> None:
    session.execute(
        update(SignIn).where(*which, SignIn.revoked_at.is_(None)).values(revoked_at=acting.at)
    )
