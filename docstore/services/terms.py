"""Terms of a council."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import InvalidInput
from docstore.models import LegislativeTerm


def add_term(
    session: WriteSession, *, body_id: str, number: int, starts_on: date, ends_on: date | None
) -> LegislativeTerm:
    """Add a term of the council."""
    if ends_on is not None and ends_on <= starts_on:
        raise InvalidInput(field="ends_on", reason="order")
    taken = select(LegislativeTerm.id).where(
        LegislativeTerm.body_id == body_id, LegislativeTerm.number == number
    )
    if session.scalar(taken):
        raise InvalidInput(field="number", reason="taken")
    term = LegislativeTerm(body_id=body_id, number=number, starts_on=starts_on, ends_on=ends_on)
    session.add(term)
    session.flush()
    return term


def term_on(session: Session, body_id: str, day: date) -> LegislativeTerm | None:
    """Return the term that a day belongs to."""
    return session.scalar(
        select(LegislativeTerm)
        .where(
            LegislativeTerm.body_id == body_id,
            LegislativeTerm.starts_on <= day,
            or_(LegislativeTerm.ends_on.is_(None), LegislativeTerm.ends_on >= day),
        )
        .order_by(LegislativeTerm.starts_on.desc(), LegislativeTerm.number.desc())
        .limit(1)
    )
