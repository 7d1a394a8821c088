"""How long a council keeps receipts and sign-ins; what is older is erased, the ledger stays."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from docstore.database import ReadSession, WriteSession
from docstore.errors import InvalidInput
from docstore.models import ApiToken, Body, Delivery, LedgerEntry, Link, Notice, Receipt, SignIn
from docstore.services import ledger
from docstore.services.acting import Acting

# A resolution can be declared invalid within a year of its adoption (art. 94 of the act on
# municipal self-government); for so long somebody may ask whether the members had its papers.
LEAST_RECEIPT_MONTHS, MOST_RECEIPT_MONTHS = 12, 240
# Somebody who was away for a week can still see that it was not them who signed in.
LEAST_SIGN_IN_DAYS, MOST_SIGN_IN_DAYS = 7, 365
BOUNDS = {
    "keep_receipts_months": (LEAST_RECEIPT_MONTHS, MOST_RECEIPT_MONTHS),
    "keep_sign_ins_days": (LEAST_SIGN_IN_DAYS, MOST_SIGN_IN_DAYS),
}
"""The least and the most of each, by its field."""

ERASED = "receipts_erased"
"""The kind of the entry that says so; its `before` is what `gaps` measures by."""
_RECEIPTS = frozenset({"packet_opened", "packet_downloaded", "packet_acknowledged"})
_MONTHS = 12


def change(
    session: WriteSession, acting: Acting, body: Body, *, receipt_months: int, sign_in_days: int
) -> None:
    """Set how long a council keeps what it observed of people; upkeep erases what is older."""
    if not LEAST_RECEIPT_MONTHS <= receipt_months <= MOST_RECEIPT_MONTHS:
        raise InvalidInput(field="keep_receipts_months", reason="range")
    if not LEAST_SIGN_IN_DAYS <= sign_in_days <= MOST_SIGN_IN_DAYS:
        raise InvalidInput(field="keep_sign_ins_days", reason="range")
    body.keep_receipts_months, body.keep_sign_ins_days = receipt_months, sign_in_days
    ledger.record(
        session,
        body.id,
        "retention_set",
        acting,
        receipt_months=receipt_months,
        sign_in_days=sign_in_days,
    )


def months_before(at: datetime, months: int) -> datetime:
    """Return the same day some months ago; the last of a month where it has no such day."""
    year, month = divmod(at.year * _MONTHS + at.month - 1 - months, _MONTHS)
    first = at.replace(year=year, month=month + 1, day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first.replace(day=min(at.day, (following - timedelta(days=1)).day))


def erase(session: WriteSession, *, at: datetime) -> None:
    """Erase what each council keeps no longer."""
    for body in session.scalars(select(Body).order_by(Body.id)):
        _erase_ways_in(session, body, before=at - timedelta(days=body.keep_sign_ins_days))
        _erase_receipts(session, body, at=at)


def _erase_ways_in(session: WriteSession, body: Body, *, before: datetime) -> None:
    for kind in (SignIn, ApiToken):
        ended = or_(kind.expires_at < before, kind.revoked_at < before)
        session.execute(delete(kind).where(kind.body_id == body.id, ended))
    session.execute(delete(Link).where(Link.body_id == body.id, Link.expires_at < before))


def _erase_receipts(session: WriteSession, body: Body, *, at: datetime) -> None:
    before = months_before(at, body.keep_receipts_months)
    old = (Receipt.body_id == body.id) & (Receipt.last_at < before)
    count = session.scalar(select(func.count()).select_from(Receipt).where(old)) or 0
    notices = select(Notice.id).where(Notice.body_id == body.id, Notice.created_at < before)
    session.execute(
        update(Delivery)
        .where(Delivery.notice_id.in_(notices), Delivery.state != "waiting")
        .where(or_(Delivery.address != "", Delivery.answer != ""))
        .values(address="", answer="")
        .execution_options(synchronize_session=False)
    )
    if not count:
        return
    session.execute(delete(Receipt).where(old))
    said = before.astimezone(UTC).isoformat(timespec="milliseconds")
    ledger.record(session, body.id, ERASED, Acting(None, at), before=said, count=count)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Receipts that the ledger tells of and the record has no more."""

    lawful: int
    """Erased because their time was over, as the ledger says itself."""
    lost: tuple[int, ...]
    """Numbers of the entries of all others: nobody was to erase those."""


def gaps(session: ReadSession, body_id: str) -> Gaps:
    """Compare a body's receipts with what the ledger tells of them."""
    rows = session.execute(
        select(Receipt.packet_id, Receipt.person_id, Receipt.kind, Receipt.subject).where(
            Receipt.body_id == body_id
        )
    )
    known = {(row.packet_id, row.person_id, f"packet_{row.kind}", row.subject) for row in rows}
    erased_before, absent = "", {}
    for seq, entry in _entries(session, body_id):
        if entry["kind"] == ERASED:
            erased_before = max(erased_before, entry["before"])
        elif (entry["packet"], entry["person"], entry["kind"], entry["subject"]) not in known:
            absent[seq] = entry["at"]
    # Both are UTC in one form, so that they compare as they are written.
    lost = tuple(seq for seq, at in absent.items() if at >= erased_before)
    return Gaps(lawful=len(absent) - len(lost), lost=lost)


def _entries(session: Session, body_id: str) -> Iterator[tuple[int, dict[str, str]]]:
    rows = session.execute(
        select(LedgerEntry.seq, LedgerEntry.entry)
        .where(
            LedgerEntry.body_id == body_id,
            or_(
                LedgerEntry.entry.contains('"kind":"packet_', autoescape=True),
                LedgerEntry.entry.contains(f'"kind":"{ERASED}"', autoescape=True),
            ),
        )
        .order_by(LedgerEntry.seq)
        .execution_options(yield_per=1000)
    )
    for seq, text in rows:
        entry = json.loads(text)
        if entry["kind"] in _RECEIPTS or entry["kind"] == ERASED:
            yield seq, entry
