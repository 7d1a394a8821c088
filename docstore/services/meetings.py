"""Meetings and their agendas, edited by several clerks without overwriting each other."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from docstore.database import WriteSession
from docstore.errors import EditConflict, InvalidInput, MeetingCancelled
from docstore.models import (
    AgendaItem,
    Consideration,
    Document,
    LegislativeTerm,
    Meeting,
    Organization,
    Packet,
    Paper,
)
from docstore.rules.agenda_numbers import (
    PlacedItem,
    relabel,
    relabel_after_publishing,
    spoken_numbers,
)
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.finding import get, get_locked
from docstore.services.people import term_on

KINDS = ("ordinary", "extraordinary", "ceremonial", "sitting")
# An agenda longer than this is a paste gone wrong; the longest real one met had under 100 items.
MOST_ITEMS = 500
DEEPEST = 2
OTHER = "other"


@dataclass(frozen=True, slots=True)
class MeetingDetails:
    """What the office says of a meeting."""

    organization_id: str
    starts_at: datetime
    kind: str = "ordinary"
    number: int | None = None
    title: str = ""
    place: str = ""
    ends_at: datetime | None = None


def create(
    session: WriteSession, acting: Acting, *, body_id: str, details: MeetingDetails
) -> Meeting:
    """Prepare a meeting; nobody but the office sees it before its first packet."""
    meeting = Meeting(body_id=body_id, state="draft", revision=1)
    _fill(session, meeting, acting, details)
    session.add(meeting)
    session.flush()
    ledger.record(session, body_id, "meeting_created", acting, meeting=meeting.id)
    return meeting


def change(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    meeting_id: str,
    revision: int,
    details: MeetingDetails,
) -> Meeting:
    """Change what is said of a meeting; recipients learn of it with the next packet."""
    meeting = open_for_edit(session, acting, body_id, meeting_id, revision)
    _fill(session, meeting, acting, details)
    ledger.record(session, body_id, "meeting_changed", acting, meeting=meeting.id)
    return meeting


def _fill(session: WriteSession, meeting: Meeting, acting: Acting, details: MeetingDetails) -> None:
    if details.kind not in KINDS:
        raise InvalidInput(field="kind", reason="choice")
    if details.ends_at is not None and details.ends_at <= details.starts_at:
        raise InvalidInput(field="ends_at", reason="order")
    if details.number is not None and not 0 < details.number < 1000:  # noqa: PLR2004 - Roman
        raise InvalidInput(field="number", reason="range")
    get(session, Organization, meeting.body_id, details.organization_id)
    term = term_on(session, meeting.body_id, details.starts_at.date())
    meeting.term_id = term.id if term else None
    meeting.changed_at, meeting.changed_by = acting.at, acting.person_id
    for name in ("organization_id", "starts_at", "ends_at", "kind", "number", "title", "place"):
        setattr(meeting, name, getattr(details, name))


def next_number(session: Session, *, body_id: str, organization_id: str, on: datetime) -> int:
    """Propose the next meeting's number: one more than the term's highest not called off."""
    term: LegislativeTerm | None = term_on(session, body_id, on.date())
    highest = session.scalar(
        select(func.max(Meeting.number)).where(
            Meeting.body_id == body_id,
            Meeting.organization_id == organization_id,
            Meeting.term_id == (term.id if term else None),
            Meeting.state != "cancelled",
        )
    )
    return (highest or 0) + 1


def after(session: Session, *, body_id: str, last: Meeting | None, limit: int) -> list[Meeting]:
    """Return the meetings, drafts too, that follow `last` from the latest to the earliest."""
    query = select(Meeting).where(Meeting.body_id == body_id)
    if last is not None:
        query = query.where(
            (Meeting.starts_at < last.starts_at)
            | ((Meeting.starts_at == last.starts_at) & (Meeting.id > last.id))
        )
    return list(
        session.scalars(
            query.order_by(Meeting.starts_at.desc(), Meeting.id)
            .limit(limit)
            .options(joinedload(Meeting.organization))
        )
    )


def open_for_edit(
    session: WriteSession, acting: Acting, body_id: str, meeting_id: str, revision: int
) -> Meeting:
    """Lock a meeting for a change; raise `EditConflict` if the editor saw an older state."""
    meeting = get_locked(session, Meeting, body_id, meeting_id)
    if meeting.is_cancelled:
        raise MeetingCancelled
    if meeting.revision != revision:
        raise EditConflict(by=meeting.changed_by, at=meeting.changed_at)
    meeting.revision += 1
    meeting.changed_at, meeting.changed_by = acting.at, acting.person_id
    return meeting


def agenda(session: Session, meeting_id: str) -> list[AgendaItem]:
    """Return a meeting's items in order, with their papers, documents and versions."""
    rows = session.scalars(
        select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(AgendaItem.position)
        .options(
            selectinload(AgendaItem.considerations)
            .joinedload(Consideration.paper)
            .selectinload(Paper.documents)
            .selectinload(Document.versions)
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
    present = _items(session, meeting.id)
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


def _items(session: Session, meeting_id: str) -> list[AgendaItem]:
    return list(
        session.scalars(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting_id)
            .order_by(AgendaItem.position)
        )
    )


def item_numbers(session: Session, meeting_id: str) -> dict[str, str]:
    """Return what each item of a meeting is called in a sentence: `5`, or `5.1` below it."""
    rows = _items(session, meeting_id)
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
        _order(session, meeting, _items(session, meeting.id))
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
    blocks = _blocks(_items(session, meeting.id), item.depth)
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
    rows = _items(session, meeting.id)
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
    return [NewItem(title=row.title, depth=row.depth) for row in _items(session, meeting.id)]


def add_paper(
    session: WriteSession,
    acting: Acting,
    *,
    item: AgendaItem,
    title: str,
    druk: str = "",
    kind: str = "",
) -> Paper:
    """Make a matter of its own on an agenda item; its kind is read from titles if not given."""
    if not title.strip():
        raise InvalidInput(field="title", reason="required")
    paper = Paper(
        body_id=item.body_id,
        title=matter_of(title),
        kind=kind or _kind_below(session, item, title),
        druk=druk.strip(),
        created_at=acting.at,
    )
    session.add(paper)
    session.flush()
    place_paper(session, item=item, paper=paper)
    ledger.record(session, item.body_id, "paper_added", acting, paper=paper.id, item=item.id)
    return paper


def place_paper(session: WriteSession, *, item: AgendaItem, paper: Paper) -> Consideration:
    """Put a paper on an agenda item, also one that an earlier meeting considered."""
    count = session.scalar(
        select(func.count()).select_from(Consideration).where(Consideration.item_id == item.id)
    )
    row = Consideration(
        body_id=item.body_id, item_id=item.id, paper_id=paper.id, position=count or 0
    )
    session.add(row)
    session.flush()
    return row


def paper_of(session: WriteSession, acting: Acting, *, item: AgendaItem) -> Paper:
    """Return the item's first paper; an item without one gets a matter of its own title."""
    paper = session.scalar(
        select(Paper)
        .join(Consideration, Consideration.paper_id == Paper.id)
        .where(Consideration.item_id == item.id)
        .order_by(Consideration.position)
        .limit(1)
    )
    return paper or add_paper(session, acting, item=item, title=item.title)


# Words in the title of an agenda item, and the kind of paper that it brings; the first one wins.
_KINDS = (
    ("uchwał", "resolution"),
    ("skarg", "petition"),
    ("petycj", "petition"),
    ("wniosek", "motion"),
    ("sprawozdani", "report"),
    ("raport", "report"),
    ("informacj", "information"),
)


def _kind_below(session: Session, item: AgendaItem, title: str) -> str:
    """Read a paper's kind from its title, or else from the points above it ("Podjęcie uchwał:")."""
    kind, depth = kind_of(title), item.depth
    for row in reversed(_items(session, item.meeting_id)) if kind == OTHER else ():
        if row.position < item.position and row.depth < depth:
            kind, depth = kind_of(row.title), row.depth
            if kind != OTHER:
                break
    return kind


def kind_of(title: str) -> str:
    """Read the kind of a paper from the title of its agenda item."""
    lowered = title.casefold()
    return next((kind for word, kind in _KINDS if word in lowered), OTHER)


def matter_of(title: str) -> str:
    """Return what an agenda item is about: everything from `w sprawie` on, if it says so."""
    text = " ".join(title.split()).rstrip(".;")
    place = text.casefold().find("w sprawie ")
    return text[place:] if place >= 0 else text


def change_paper(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    paper_id: str,
    title: str,
    druk: str,
    kind: str,
) -> Paper:
    """Change a paper's title, number of the draft, or kind."""
    if not title.strip():
        raise InvalidInput(field="title", reason="required")
    paper = get_locked(session, Paper, body_id, paper_id)
    paper.title, paper.druk, paper.kind = " ".join(title.split()), druk.strip(), kind
    ledger.record(session, body_id, "paper_changed", acting, paper=paper.id)
    return paper
