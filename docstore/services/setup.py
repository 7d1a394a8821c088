"""The first hour: a one-time code, and the first administrator who spends it."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import NotAllowed, SetupClosed, SetupCodeWrong
from docstore.models import Body, Credential, Installation, Person
from docstore.services import bodies, clerks, signins
from docstore.services.acting import Acting
from docstore.services.bodies import BodyDetails

# 16 characters of 5 bits are the 80 random bits asked for; without letters that look like digits.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH, _GROUP = 16, 4
# After this many wrong tries the code is worthless and a new one is shown.
MOST_TRIES = 10


def installation(session: Session, *, at: datetime) -> Installation:
    """Return the row that says what this record is, made at the first look."""
    row = session.get(Installation, 1)
    if row is None:
        row = Installation(id=1, created_at=at, setup_tries=0, is_demo=False)
        session.add(row)
        session.flush()
    return row


def is_demo(session: Session) -> bool:
    """Tell whether this record is a demo's."""
    row = session.get(Installation, 1)
    return row is not None and row.is_demo


def mark_demo(session: WriteSession, *, at: datetime) -> None:
    """Mark a record as a demo's for good; one with an account is nobody's demo."""
    row = installation(session, at=at)
    if not row.is_demo and has_account(session):
        raise NotAllowed
    row.is_demo = True


def note_check(session: WriteSession, *, passed: bool, at: datetime) -> None:
    """Remember when everything was checked, and when nothing was wrong."""
    row = installation(session, at=at)
    row.checked_at = at
    if passed:
        row.check_passed_at = at


def last_check(session: Session) -> tuple[datetime | None, datetime | None]:
    """Return when everything was last checked, and when it last agreed."""
    row = session.get(Installation, 1)
    return (row.checked_at, row.check_passed_at) if row else (None, None)


def has_account(session: Session) -> bool:
    """Tell whether anybody can sign in with a password; then the set-up page is gone."""
    return session.scalar(select(Credential.person_id).limit(1)) is not None


def new_code(session: WriteSession, *, at: datetime) -> str | None:
    """Make a fresh one-time code and keep its hash alone; None once somebody can sign in."""
    if has_account(session):
        return None
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    row = installation(session, at=at)
    row.setup_code_hash, row.setup_tries = signins.token_hash(code), 0
    return "-".join(code[i : i + _GROUP] for i in range(0, _LENGTH, _GROUP))


def _plain(code: str) -> str:
    """Return a code as it was made: letters that look like digits are those digits (Crockford)."""
    letters = "".join(code.upper().replace("-", "").split())
    return letters.translate(str.maketrans("OIL", "011"))


def code_is_right(session: Session, *, code: str) -> bool:
    """Compare a typed code with the one shown; hyphens, spaces and case do not matter."""
    row = session.get(Installation, 1)
    if row is None or row.setup_code_hash is None or row.setup_tries >= MOST_TRIES:
        return False
    return hmac.compare_digest(row.setup_code_hash, signins.token_hash(_plain(code)))


def note_wrong_code(session: WriteSession, *, at: datetime) -> bool:
    """Count a wrong try; tell whether a new code is needed."""
    row = installation(session, at=at)
    row.setup_tries += 1
    return row.setup_tries >= MOST_TRIES


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """Who sets the installation up; the password comes already hashed."""

    name: str
    email: str
    password_hash: str


def complete(
    session: WriteSession,
    at: datetime,
    *,
    code: str,
    details: BodyDetails,
    administrator: FirstAdministrator,
) -> tuple[Body, Person]:
    """Spend the code, found the council and make its first administrator, all or nothing."""
    row = session.scalar(select(Installation).where(Installation.id == 1).with_for_update())
    if row is None or row.is_demo or has_account(session):
        raise SetupClosed
    if not code_is_right(session, code=code):
        raise SetupCodeWrong
    row.setup_code_hash = None
    acting = Acting(None, at)
    body = bodies.add_body(session, acting, details)
    person = clerks.add(
        session,
        acting,
        body_id=body.id,
        name=administrator.name,
        email=administrator.email,
        role="administrator",
        password_hash=administrator.password_hash,
    )
    return body, person
