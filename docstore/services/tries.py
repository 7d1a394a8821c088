"""Limits on guessing: how often a door may be tried, counted in the record."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select

from docstore.database import WriteSession
from docstore.errors import TooManyTries
from docstore.models import Attempt
from docstore.services.signins import token_hash

# For how long a try counts.
WINDOW = timedelta(minutes=15)
# Requests at once read the clock one after the other, and servers' clocks differ a little.
_AHEAD = timedelta(minutes=1)
# Tries at one door for one subject. One address alone never closes a clerk's account to the clerk
# (60 < 100), and one who guesses from many gets 100 of them in a quarter of an hour at most. A
# browser that its owner has signed in with before passes by its own door, whatever others do.
LIMITS = {
    "password": 10,  # one account from one address
    "known": 10,  # one account from one browser that its owner has signed in with
    "account": 100,  # one account from anywhere
    "address": 60,  # any account from one address
    "setup": 30,  # the set-up code from one address
    "link": 5,  # a link for one mailbox from one address
    "mailbox": 10,  # links for one mailbox from anywhere
}
# Names the turn among PostgreSQL's advisory locks; a number of our own.
_TURN = 7_319_442_018


class Try(NamedTuple):
    """Somebody before a door; `subject` is who or what is limited there."""

    door: str
    subject: str


def take(session: WriteSession, tries: Iterable[Try], *, at: datetime) -> list[str]:
    """Count a try at each door before it is known to fail, and return what `forgive` takes.

    Counted first, so that many at once cannot all pass; `TooManyTries` tells how long to wait.
    """
    _wait_turn(session)
    # A try of later than now was counted before the clock was put back: it would count for longer.
    is_over = (Attempt.made_at <= at - WINDOW) | (Attempt.made_at > at + _AHEAD)
    session.execute(delete(Attempt).where(is_over))
    rows = []
    for door, subject in tries:
        hashed = token_hash(subject)
        count, first = session.execute(
            select(func.count(), func.min(Attempt.made_at)).where(
                Attempt.door == door, Attempt.subject_hash == hashed
            )
        ).one()
        if count >= LIMITS[door]:
            raise TooManyTries(seconds=max(1, int((first + WINDOW - at).total_seconds())))
        rows.append(Attempt(door=door, subject_hash=hashed, made_at=at))
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def _wait_turn(session: WriteSession) -> None:
    """Let one at a time count; PostgreSQL shows nobody what others have not committed yet."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_TURN)))


def forgive(session: WriteSession, taken: Iterable[str]) -> None:
    """Forget tries that were no guesses."""
    session.execute(delete(Attempt).where(Attempt.id.in_(list(taken))))
