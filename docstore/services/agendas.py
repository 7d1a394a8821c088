"""The agenda of a meeting: its items, their order and their numbers."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from docstore.database import WriteSession
from docstore.errors import InvalidInput
from docstore.models import AgendaItem, Consideration, Document, Meeting, Packet, Paper
from docstore.rules.agenda_numbers import (
    PlacedItem,
    relabel,
    relabel_after_publishing,
    spoken_numbers,
)
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.finding import get
from docstore.services.meetings import items_in_order, open_for_edit
from docstore.services.papers import add_paper

# An agenda longer than this is a paste gone wrong; the longest real one met had under 100 items.
MOST_ITEMS = 500
DEEPEST = 2


def agenda(session: Session, meeting_id: str) -> list[AgendaItem]:
    """Return a meeting's items in order, with their papers and documents."""
    rows = session.scalars(
        select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(AgendaItem.position)
        .options(
            selectinload(AgendaItem.considerations)
            .joinedload(Consideration.paper)
            .selectinload(Paper.documents)
        )
    )
    return list(rows)


@dataclass(frozen=True, slots=True)
class NewItem:
    """One item to be put on an agenda."""

    title: str
    depth: int = 0
    label: str = ""
    druk: str | None = None


def add_items(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    meeting_id: str,
    revision: int,
    items: Sequence[NewItem],
    after: str | None = None,
) -> list[AgendaItem]:
    """Put items on the agenda, after the one named or at its end, and number it anew."""
    meeting = open_for_edit(session, acting, body_id, meeting_id, revision)
    present = items_in_order(session, meeting.id)
    if len(present) + len(items) > MOST_ITEMS:
        raise InvalidInput(field="agenda", reason="too_many", limit=MOST_ITEMS)
    added = [_new_item(session, meeting, item) for item in items if item.title.strip()]
    place = next((i + 1 for i, row in enumerate(present) if row.id == after), len(present))
    named = present[place - 1].depth if after is not None and place else DEEPEST
    while place < len(present) and present[place].depth > named:
        place += 1  # behind the sub-items of the one named
    _order(session, meeting, [*present[:place], *added, *present[place:]])
    session.flush()
    for row, item in zip(added, (i for i in items if i.title.strip()), strict=True):
        if item.druk:
            add_paper(session, acting, item=row, title=row.title, druk=item.druk)
    _record(session, acting, meeting)
    return added


def _new_item(session: WriteSession, meeting: Meeting, item: NewItem) -> AgendaItem:
    row = AgendaItem(
        body_id=meeting.body_id,
        meeting_id=meeting.id,
        position=0,
        depth=max(0, min(item.depth, DEEPEST)),
        title=" ".join(item.title.split()),
    )
    session.add(row)
    return row


def item_numbers(session: Session, meeting_id: str) -> dict[str, str]:
    """Return what each item of a meeting is called in a sentence: `5`, or `5.1` below it."""
    rows = items_in_order(session, meeting_id)
    numbers = spoken_numbers((row.depth, row.label) for row in rows)
    return {row.id: number for row, number in zip(rows, numbers, strict=True)}


def _order(session: Session, meeting: Meeting, rows: Sequence[AgendaItem]) -> None:
    """Give items their numbers; published ones keep theirs unless the order itself changed."""
    deepest = 0
    for position, row in enumerate(rows):
        row.position = position
        row.depth = min(row.depth, deepest)
        deepest = min(row.depth + 1, DEEPEST)
    published = _published_labels(session, meeting.id)
    present = {row.id for row in rows}
    kept = [row.id for row in rows if row.id in published]
    if kept and kept == [item_id for item_id in published if item_id in present]:
        labels = relabel_after_publishing(
            [PlacedItem(row.depth, published.get(row.id)) for row in rows]
        )
    else:
        labels = relabel([row.depth for row in rows])
    for row, label in zip(rows, labels, strict=True):
        row.label = label


def _published_labels(session: Session, meeting_id: str) -> dict[str, str]:
    """Return the items of the last packet in their order, with the numbers they had there."""
    manifest = session.scalar(
        select(Packet.manifest)
        .where(Packet.meeting_id == meeting_id)
        .order_by(Packet.number.desc())
        .limit(1)
    )
    if manifest is None:
        return {}
    return {item["id"]: item["label"] for item in json.loads(manifest)["items"]}


def _record(session: WriteSession, acting: Acting, meeting: Meeting) -> None:
    ledger.record(
        session,
        meeting.body_id,
        "agenda_changed",
        acting,
        meeting=meeting.id,
        revision=meeting.revision,
    )


def change_item(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    item_id: str,
    revision: int,
    title: str,
    depth: int | None = None,
) -> AgendaItem:
    """Reword an item, or make it a sub-item of the one above."""
    if not title.strip():
        raise InvalidInput(field="title", reason="required")
    item = get(session, AgendaItem, body_id, item_id)
    meeting = open_for_edit(session, acting, body_id, item.meeting_id, revision)
    item.title = " ".join(title.split())
    if depth is not None and depth != item.depth:
        item.depth = max(0, min(depth, DEEPEST))
        _order(session, meeting, items_in_order(session, meeting.id))
    _record(session, acting, meeting)
    return item


def move_item(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    item_id: str,
    revision: int,
    by: int,
) -> AgendaItem:
    """Move an item with its sub-items up (`by` -1) or down (+1) among its siblings."""
    item = get(session, AgendaItem, body_id, item_id)
    meeting = open_for_edit(session, acting, body_id, item.meeting_id, revision)
    blocks = _blocks(items_in_order(session, meeting.id), item.depth)
    place = next(i for i, block in enumerate(blocks) if block[0].id == item.id)
    target = place + (1 if by > 0 else -1)
    if 0 <= target < len(blocks) and blocks[target][0].depth == item.depth:
        blocks[place], blocks[target] = blocks[target], blocks[place]
    rows = [row for block in blocks for row in block]
    _order(session, meeting, rows)
    _record(session, acting, meeting)
    return item


def _blocks(rows: Iterable[AgendaItem], depth: int) -> list[list[AgendaItem]]:
    """Split an agenda into runs that move as one: an item of this depth and all below it."""
    blocks: list[list[AgendaItem]] = []
    for row in rows:
        if row.depth <= depth or not blocks:
            blocks.append([row])
        else:
            blocks[-1].append(row)
    return blocks


def remove_item(
    session: WriteSession, acting: Acting, *, body_id: str, item_id: str, revision: int
) -> None:
    """Take an item with its sub-items off the agenda; its papers stay and can be put on again."""
    item = get(session, AgendaItem, body_id, item_id)
    meeting = open_for_edit(session, acting, body_id, item.meeting_id, revision)
    rows = items_in_order(session, meeting.id)
    gone = next(block for block in _blocks(rows, item.depth) if block[0].id == item.id)
    ids = [row.id for row in gone]
    session.execute(delete(Consideration).where(Consideration.item_id.in_(ids)))
    for document in session.scalars(select(Document).where(Document.item_id.in_(ids))):
        document.item_id, document.meeting_id = None, meeting.id
        document.removed_at = acting.at
    session.flush()
    session.execute(delete(AgendaItem).where(AgendaItem.id.in_(ids)))
    _order(session, meeting, [row for row in rows if row.id not in ids])
    _record(session, acting, meeting)


def copy_agenda(session: Session, *, body_id: str, from_meeting_id: str) -> list[NewItem]:
    """Return the titles of an earlier meeting's agenda, to be put on a new one."""
    meeting = get(session, Meeting, body_id, from_meeting_id)
    return [
        NewItem(title=row.title, depth=row.depth) for row in items_in_order(session, meeting.id)
    ]
