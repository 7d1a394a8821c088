"""The figures of what changed from one version to the next, kept so that lists can say them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from docstore.database import WriteSession
from docstore.models import Comparison, Facts, Version
from docstore.outbox import enqueue, waiting_keys
from docstore.rules.comparing.summary import Summary

COMPARE = "version.compare"
"""Outbox topic: count what changed from the version before."""
EDITION = 2
"""Of the rules that count: to be raised where they would count otherwise, so that all is counted
anew."""


_EDITION = "edition"


def ask(session: WriteSession, version_id: str, *, at: datetime) -> None:
    """Promise the figures of a version whose text was learned, and those of the one after it."""
    # Looked up one after the other: joined with "or", each file read would walk every version.
    own = session.execute(_OWN, {"version": version_id}).one_or_none()
    if own is None:
        return
    near = {"document": own.document_id, "numbers": [own.number - 1, own.number + 1]}
    ids = {own.number: version_id} | {row.number: row.id for row in session.execute(_NEAR, near)}
    for number in (own.number, own.number + 1):
        if number in ids and number - 1 in ids:
            version, before = ids[number], ids[number - 1]
            enqueue(
                session, COMPARE, version, at=at, version=version, before=before, body=own.body_id
            )


_OWN = select(Version.document_id, Version.number, Version.body_id).where(
    Version.id == bindparam("version")
)
_NEAR = select(Version.id, Version.number).where(
    Version.document_id == bindparam("document"),
    Version.number.in_(bindparam("numbers", expanding=True)),
)


def plan(session: WriteSession, *, at: datetime) -> None:
    """Promise the figures that nobody has counted, or not by these rules."""
    older, newer, facts, before = aliased(Version), aliased(Version), aliased(Facts), aliased(Facts)
    counted = select(Comparison.version_id).where(
        Comparison.counts[_EDITION].as_integer() == EDITION
    )
    states = ("text", "partial")
    pairs = session.execute(
        select(older.id, newer.id, newer.body_id)
        .join(newer, and_(newer.document_id == older.document_id, newer.number == older.number + 1))
        .join(facts, facts.version_id == newer.id)
        .join(before, before.version_id == older.id)
        .where(facts.text_state.in_(states), before.text_state.in_(states))
        .where(newer.id.not_in(counted))
        .order_by(newer.created_at.desc(), newer.id)
    ).all()
    waiting = waiting_keys(session, {COMPARE})
    for before_id, version, body in pairs:
        if version not in waiting:
            enqueue(session, COMPARE, version, at=at, version=version, before=before_id, body=body)


def write(
    session: WriteSession, *, before_id: str, version_id: str, summary: Summary | None, at: datetime
) -> None:
    """Keep the figures of a version in place of those before; with None, that there are none."""
    row = session.get(Comparison, version_id)
    if row is not None:
        session.delete(row)
        session.flush()
    if summary is not None:
        counts = asdict(summary) | {_EDITION: EDITION}
        row = Comparison(version_id=version_id, before_id=before_id, counts=counts, made_at=at)
        session.add(row)


def summaries(session: Session, version_ids: Iterable[str]) -> Mapping[tuple[str, str], Summary]:
    """Return the figures of versions, each by the version before it and its own id."""
    rows = session.scalars(select(Comparison).where(Comparison.version_id.in_([*version_ids])))
    known = Summary.__dataclass_fields__
    return {
        (row.before_id, row.version_id): Summary(
            **{name: value for name, value in row.counts.items() if name in known}
        )
        for row in rows
    }
