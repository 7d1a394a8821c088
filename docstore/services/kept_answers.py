"""What a program was answered, kept for a day, so that it may send a request again without harm.

The row is written in the transaction of the work itself: either both are there or neither is.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import KeyReused, RequestUnderWay
from docstore.models import KeptAnswer

KEPT = timedelta(hours=24)
"""How long a program may send a request again; the draft of the header leaves that to us."""


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """A key that somebody chose for one request; kept as a hash, because anything may be in it."""

    body_id: str
    person_id: str
    key: str

    @property
    def key_hash(self) -> str:
        """Return what stands for the key in the record."""
        return hashlib.sha256(self.key.encode(errors="replace")).hexdigest()


def find(session: Session, key: AnswerKey, *, fingerprint: str, at: datetime) -> KeptAnswer | None:
    """Return what this very request was answered; raise `KeyReused` if the key was another's."""
    row = session.scalar(
        select(KeptAnswer).where(
            KeptAnswer.person_id == key.person_id,
            KeptAnswer.key_hash == key.key_hash,
            KeptAnswer.made_at >= at - KEPT,
        )
    )
    if row is not None and row.fingerprint != fingerprint:
        raise KeyReused
    return row


def claim(session: WriteSession, key: AnswerKey, *, fingerprint: str, at: datetime) -> KeptAnswer:
    """Take a key for this transaction; its answer is filled in before the end of it.

    Raises `RequestUnderWay` when another process was first: the answer can be asked for in a
    moment.
    """
    session.execute(
        delete(KeptAnswer).where(
            KeptAnswer.person_id == key.person_id,
            KeptAnswer.key_hash == key.key_hash,
            KeptAnswer.made_at < at - KEPT,
        )
    )
    row = KeptAnswer(
        body_id=key.body_id,
        person_id=key.person_id,
        key_hash=key.key_hash,
        fingerprint=fingerprint,
        status=0,
        answer="",
        made_at=at,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise RequestUnderWay(seconds=1) from error
    return row


def forget(session: WriteSession, *, at: datetime) -> None:
    """Erase answers that nobody can ask for any more."""
    session.execute(delete(KeptAnswer).where(KeptAnswer.made_at < at - KEPT))
