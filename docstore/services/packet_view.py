"""A packet as one asker sees it: frozen as published, with the files they may open."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from docstore.models import Packet, PacketEntry, Version
from docstore.services.changes import Change, difference
from docstore.services.reading import may_see
from docstore.visibility import Visibility


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
