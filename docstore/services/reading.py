"""What an asker may see, read through one visibility: versions, packets, acts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from docstore.errors import Gone, NotFound
from docstore.models import (
    AgendaItem,
    Consideration,
    Document,
    Exclusion,
    Meeting,
    Packet,
    PacketEntry,
    Paper,
    Receipt,
    Rendition,
    Version,
    VersionAudience,
    Vote,
)
from docstore.rules.audience import Audience
from docstore.services.manifest import Change, difference
from docstore.services.openness import covers
from docstore.visibility import Visibility


def may_see(visibility: Visibility) -> ColumnElement[bool]:
    """Return the condition that a version is visible; the only one there is.

    The body is asked about inside: beside it, SQLite would walk a body's every version to find the
    twenty that a page names.
    """
    return exists().where(
        VersionAudience.version_id == Version.id,
        VersionAudience.token.in_(visibility.tokens),
        Version.body_id == visibility.body_id,
    )


def version(session: Session, visibility: Visibility, version_id: str) -> Version:
    """Return a visible version with its document; `Gone` when it was taken down, else `NotFound`.

    A taken-down version says so to everyone whom it had reached, with the notice that openness law
    asks for, and nothing else of it.
    """
    row = session.scalar(
        select(Version)
        .where(Version.id == version_id, may_see(visibility))
        .options(joinedload(Version.document).joinedload(Document.paper))
    )
    if row is not None:
        return row
    excluded = session.scalar(
        select(Exclusion)
        .join(Version, covers())
        .where(
            Version.id == version_id,
            Version.body_id == visibility.body_id,
        )
        .options(joinedload(Exclusion.document))
        .order_by(Exclusion.was_public.desc(), Exclusion.made_at)
        .limit(1)
    )
    if excluded is None or not (
        excluded.was_public or _had(session, visibility, excluded.document, version_id)
    ):
        raise NotFound
    raise Gone(
        scope=excluded.scope, legal_ground=excluded.legal_ground, excluded_by=excluded.excluded_by
    )


def _had(session: Session, visibility: Visibility, document: Document, version_id: str) -> bool:
    """Tell whether a packet has brought the asker this version."""
    audience = Audience.of(document.audience, document.audience_ids)
    if not visibility.allows(audience.recipients(document.body_id)):
        return False
    entry = select(PacketEntry.version_id).where(PacketEntry.version_id == version_id)
    return session.scalar(entry.limit(1)) is not None


def told_of(visibility: Visibility) -> ColumnElement[bool]:
    """Return the condition that a list tells the asker of an exclusion.

    The public hears only of what it could see before; that there ever was anything else is not its
    business.
    """
    return (Exclusion.body_id == visibility.body_id) & Exclusion.was_public


def current_versions(
    session: Session, visibility: Visibility, document_ids: Iterable[str]
) -> dict[str, Version]:
    """Return, for each document, the newest version that the asker may see."""
    rows = session.scalars(
        select(Version)
        .where(Version.document_id.in_(list(document_ids)), may_see(visibility))
        .options(joinedload(Version.document))
        .order_by(Version.number)
    )
    return {row.document_id: row for row in rows}


# --- a packet as somebody sees it -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a packet that the asker may open."""

    version_id: str
    document_id: str
    role: str
    title: str
    file_name: str
    number: int
    media_type: str
    size: int
    sha256: str
    pages: int | None
    first_page: int | None
    is_narrowed: bool
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper on an agenda item, with the files the asker may open."""

    id: str
    title: str
    druk: str
    files: tuple[FileView, ...]
    withheld: tuple[str, ...]
    """Legal grounds of documents that others get apart; one for each."""


@dataclass(frozen=True, slots=True)
class ItemView:
    """An agenda item as published."""

    id: str
    label: str
    depth: int
    title: str
    papers: tuple[PaperView, ...]
    files: tuple[FileView, ...]
    withheld: tuple[str, ...]

    @property
    def all_files(self) -> tuple[FileView, ...]:
        """Return the item's files, its papers' included."""
        return self.files + tuple(file for paper in self.papers for file in paper.files)


@dataclass(frozen=True, slots=True)
class PacketView:
    """A packet as one asker sees it."""

    packet: Packet
    files: tuple[FileView, ...]
    items: tuple[ItemView, ...]

    @property
    def all_files(self) -> tuple[FileView, ...]:
        """Return every file the asker may open, in the order of the agenda."""
        return self.files + tuple(file for item in self.items for file in item.all_files)


def packet_view(session: Session, packet: Packet, visibility: Visibility) -> PacketView:
    """Return a packet's agenda with the files that the asker may open, frozen as published."""
    manifest = json.loads(packet.manifest)
    rows = {
        row.id: row
        for row in session.scalars(
            select(Version)
            .join(PacketEntry, PacketEntry.version_id == Version.id)
            .where(PacketEntry.packet_id == packet.id, may_see(visibility))
            .options(joinedload(Version.document), joinedload(Version.facts))
        )
    }
    narrowed = _narrowed(session, packet, rows)
    items = tuple(
        _item(item, rows, narrowed.get(place, [])) for place, item in enumerate(manifest["items"])
    )
    own = _files(manifest["files"], rows) + tuple(_narrowed_file(v) for v in narrowed.get(-1, []))
    return PacketView(packet, own, items)


def _narrowed(
    session: Session, packet: Packet, rows: Mapping[str, Version]
) -> dict[int, list[Version]]:
    """Return the narrowed versions that the asker may see, by the place of their item."""
    found: dict[int, list[Version]] = {}
    for entry in _narrowed_entries(session, packet):
        if entry.version_id in rows:
            found.setdefault(entry.item_position, []).append(rows[entry.version_id])
    return found


def _narrowed_entries(session: Session, packet: Packet) -> Sequence[PacketEntry]:
    return session.scalars(
        select(PacketEntry)
        .where(PacketEntry.packet_id == packet.id, PacketEntry.is_narrowed)
        .order_by(PacketEntry.position)
    ).all()


def _item(
    item: Mapping[str, Any], rows: Mapping[str, Version], narrowed: Sequence[Version]
) -> ItemView:
    papers = []
    for paper in item["papers"]:
        mine = [file for file in item["files"] if file["paper"] == paper["id"]]
        own = [v for v in narrowed if v.document.paper_id == paper["id"]]
        papers.append(
            PaperView(
                id=paper["id"],
                title=paper["title"],
                druk=paper["druk"],
                files=_files(mine, rows) + tuple(map(_narrowed_file, own)),
                withheld=_withheld(mine, own),
            )
        )
    loose = [file for file in item["files"] if file["paper"] is None]
    own = [v for v in narrowed if v.document.paper_id is None]
    return ItemView(
        id=item["id"],
        label=item["label"],
        depth=item["depth"],
        title=item["title"],
        papers=tuple(papers),
        files=_files(loose, rows) + tuple(map(_narrowed_file, own)),
        withheld=_withheld(loose, own),
    )


def _withheld(files: Sequence[Mapping[str, Any]], own: Sequence[Version]) -> tuple[str, ...]:
    """Return the grounds of withheld files, less those that the asker has before them."""
    grounds = [file["ground"] for file in files if file["withheld"]]
    for row in own:
        if row.document.audience_ground in grounds:
            grounds.remove(row.document.audience_ground)
    return tuple(grounds)


def _files(files: Sequence[Mapping[str, Any]], rows: Mapping[str, Version]) -> tuple[FileView, ...]:
    return tuple(
        FileView(
            version_id=file["version"],
            document_id=file["document"],
            role=file["role"],
            title=file["title"],
            file_name=file["file_name"],
            number=file["number"],
            media_type=file["media_type"],
            size=file["size"],
            sha256=file["sha256"],
            pages=file["pages"],
            first_page=file["first_page"],
            is_narrowed=False,
            problems=tuple(file["problems"]),
        )
        for file in files
        if not file["withheld"] and file["version"] in rows
    )


def _narrowed_file(row: Version) -> FileView:
    return FileView(
        version_id=row.id,
        document_id=row.document_id,
        role=row.document.role,
        title=row.document.title,
        file_name=row.file_name,
        number=row.number,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        pages=row.facts.pages if row.facts else None,
        first_page=None,
        is_narrowed=True,
    )


def opened_before(session: Session, *, packet: Packet, person_id: str) -> Packet | None:
    """Return the newest earlier packet of the same meeting that a person has opened."""
    return session.scalar(
        select(Packet)
        .join(Receipt, Receipt.packet_id == Packet.id)
        .where(
            Packet.meeting_id == packet.meeting_id,
            Packet.number < packet.number,
            Receipt.person_id == person_id,
            Receipt.kind == "opened",
        )
        .order_by(Packet.number.desc())
        .limit(1)
    )


def changes_since(
    session: Session, *, before: Packet | None, now: Packet, visibility: Visibility
) -> list[Change]:
    """Return what changed for one reader since a packet, their narrowed documents included."""
    if before is None or before.id == now.id:
        return []
    common = difference(json.loads(before.manifest), json.loads(now.manifest))
    known = {row.version_id for row in _narrowed_entries(session, before)}
    own = packet_view(session, now, visibility)
    return common + [
        {
            "kind": "file_added",
            "document": file.document_id,
            "label": "",
            "title": file.title,
            "version": file.version_id,
        }
        for file in own.all_files
        if file.is_narrowed and file.version_id not in known
    ]


def published_meetings(
    session: Session, *, body_id: str, organization_ids: Iterable[str] | None = None
) -> list[tuple[Meeting, Packet]]:
    """Return meetings that have a packet, the latest meeting first, each with its newest packet."""
    query = (
        select(Meeting, Packet)
        .join(Packet, Packet.meeting_id == Meeting.id)
        .where(Meeting.body_id == body_id)
        .order_by(Meeting.starts_at.desc(), Packet.number.desc())
        .options(joinedload(Meeting.organization))
    )
    if organization_ids is not None:
        query = query.where(Meeting.organization_id.in_(list(organization_ids)))
    found: dict[str, tuple[Meeting, Packet]] = {}
    for meeting, packet in session.execute(query):
        found.setdefault(meeting.id, (meeting, packet))
    return list(found.values())


# --- acts -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ActView:
    """An adopted act as everyone sees it."""

    paper: Paper
    files: tuple[Version, ...]
    exclusions: tuple[Exclusion, ...]
    vote: Vote | None
    meeting: Meeting | None


def act(session: Session, visibility: Visibility, paper_id: str) -> ActView:
    """Return a published act with the files the asker may open and the notices of those gone."""
    paper = session.scalar(
        select(Paper)
        .where(
            Paper.id == paper_id,
            Paper.body_id == visibility.body_id,
            Paper.published_at.is_not(None),
        )
        .options(
            selectinload(Paper.documents).selectinload(
                Document.exclusions.and_(told_of(visibility))
            ),
            selectinload(Paper.votes).joinedload(Vote.version).joinedload(Version.document),
        )
    )
    if paper is None:
        raise NotFound
    current = current_versions(session, visibility, [d.id for d in paper.documents])
    vote = max(paper.votes, key=lambda row: row.voted_on, default=None)
    return ActView(
        paper=paper,
        files=tuple(current[d.id] for d in paper.documents if d.id in current),
        exclusions=tuple(e for d in paper.documents for e in d.exclusions),
        vote=vote,
        meeting=_meeting_of(session, vote),
    )


def _meeting_of(session: Session, vote: Vote | None) -> Meeting | None:
    if vote is None or vote.consideration_id is None:
        return None
    return session.scalar(
        select(Meeting)
        .join(Meeting.items)
        .join(AgendaItem.considerations)
        .where(Consideration.id == vote.consideration_id)
    )


def newest_acts(session: Session, *, body_id: str, limit: int = 10) -> list[Paper]:
    """Return the acts published last, by the day of adoption and their number."""
    return list(
        session.scalars(
            select(Paper)
            .where(Paper.body_id == body_id, Paper.published_at.is_not(None))
            .order_by(Paper.adopted_on.desc(), Paper.number_key.desc())
            .limit(limit)
        )
    )


def renditions_of(session: Session, packet_id: str) -> dict[str, Rendition]:
    """Return a packet's renditions by kind."""
    return {
        row.kind: row
        for row in session.scalars(select(Rendition).where(Rendition.packet_id == packet_id))
    }


def upcoming(session: Session, *, body_id: str, after: datetime) -> list[tuple[Meeting, Packet]]:
    """Return published meetings that are still to come, the nearest first."""
    found = [
        pair for pair in published_meetings(session, body_id=body_id) if pair[0].starts_at >= after
    ]
    return list(reversed(found))
