"""The append-only ledger: one chain for each body, verified link by link."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.orm import Session

from docstore.database import ReadSession
from docstore.models import LedgerEntry, LedgerHead, table_of
from docstore.rules.canonical import EMPTY_HEAD, canonical_json, chain, leaf_hash
from docstore.services.acting import Acting

_PENDING = "ledger_entries"
_START = EMPTY_HEAD.hex()
_HEADS, _ENTRIES = table_of(LedgerHead), table_of(LedgerEntry)
_OF_BODY = _HEADS.c.body_id == bindparam("body")
_HEAD = select(_HEADS.c.seq, _HEADS.c.chain_hash).where(_OF_BODY).with_for_update()
_BEGUN = insert(_HEADS)
_MOVED = (
    update(_HEADS).where(_OF_BODY).values(seq=bindparam("now"), chain_hash=bindparam("chained"))
)
_WRITTEN = insert(_ENTRIES)

# What an entry may hold: ids, hashes, numbers and codes; never names, addresses or file names.
Fact = str | int | bool | None | list[str]


def record(session: Session, body_id: str, kind: str, acting: Acting, **facts: Fact) -> None:
    """Promise an entry of the body's chain; it is written when the transaction commits.

    Written last, so that the chain's head is locked only for the moment of the commit.
    """
    entry = {
        "kind": kind,
        "at": acting.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "by": acting.person_id,
        **facts,
    }
    pending: list[tuple[str, dict[str, Fact]]] | None = session.info.get(_PENDING)
    if pending is None:
        pending = session.info[_PENDING] = []
        event.listen(session, "before_commit", _write_pending)
    pending.append((body_id, entry))


def _write_pending(session: Session) -> None:
    pending: list[tuple[str, dict[str, Fact]]] = session.info.get(_PENDING, [])
    session.flush()
    # Bodies in one order in every transaction, so that two can never wait for each other.
    for body_id in sorted({body_id for body_id, _ in pending}):
        _append(session, body_id, [facts for owner, facts in pending if owner == body_id])
    pending.clear()


def _append(session: Session, body_id: str, entries: Sequence[dict[str, Fact]]) -> None:
    """Write entries behind the last one of a chain, whose head is locked from here to the commit.

    By statements, not by objects: every write of the house passes here.
    """
    head = session.execute(_HEAD, {"body": body_id}).one_or_none()
    seq, chained = (head.seq, head.chain_hash) if head else (0, _START)
    rows = []
    for facts in entries:
        seq += 1
        entry = canonical_json({**facts, "seq": seq})
        leaf = leaf_hash(entry)
        chained = _after(chained, leaf)
        rows.append(
            {
                "body_id": body_id,
                "seq": seq,
                "entry": entry.decode(),
                "leaf_hash": leaf.hex(),
                "chain_hash": chained,
            }
        )
    if head is None:
        session.execute(_BEGUN, {"body_id": body_id, "seq": seq, "chain_hash": chained})
    else:
        session.execute(_MOVED, {"body": body_id, "now": seq, "chained": chained})
    session.execute(_WRITTEN, rows)


def _after(before: str, leaf: bytes) -> str:
    return chain(bytes.fromhex(before), leaf).hex()


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a chain does not hold."""

    body_id: str
    seq: int
    reason: str
    """altered, out_of_chain, missing or head_differs."""


def verify(session: ReadSession, body_id: str) -> Iterator[Break]:
    """Walk a body's chain from its start and name every place where it does not hold."""
    before, expected = _START, 1
    rows = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.body_id == body_id)
        .order_by(LedgerEntry.seq)
        .execution_options(yield_per=1000)
    )
    for row in rows:
        if row.seq != expected:
            yield Break(body_id, expected, "missing")
            expected = row.seq
        leaf = leaf_hash(row.entry.encode())
        if leaf.hex() != row.leaf_hash or json.loads(row.entry).get("seq") != row.seq:
            yield Break(body_id, row.seq, "altered")
        if _after(before, leaf) != row.chain_hash:
            yield Break(body_id, row.seq, "out_of_chain")
        before, expected = row.chain_hash, expected + 1
    head = session.get(LedgerHead, body_id)
    if head is None:
        if expected > 1:
            yield Break(body_id, expected - 1, "head_differs")
    elif head.seq != expected - 1 or head.chain_hash != before:
        yield Break(body_id, head.seq, "head_differs")


def length(session: ReadSession, body_id: str) -> int:
    """Return how many entries a body's chain has."""
    head = session.get(LedgerHead, body_id)
    return head.seq if head else 0
