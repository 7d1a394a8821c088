"""A packet as its recipients may have it now: the frozen manifest, less what was taken down."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docstore.models import Exclusion, Packet, PacketEntry, Version
from docstore.services.changes import Change
from docstore.services.openness import covers


@dataclass(frozen=True, slots=True)
class PublishedMeeting:
    """What a manifest says of its meeting."""

    kind: str
    number: int | None
    title: str
    place: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """One version in a packet, for everyone who gets the packet."""

    document_id: str
    version_id: str
    paper_id: str | None
    title: str
    number: int
    file_name: str
    media_type: str
    size: int
    sha256: str
    pages: int | None
    first_page: int | None
    """Where it begins in the merged PDF; None when it is not part of it."""
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """The place of a document that is not here, and the legal ground; nothing else of it."""

    ground: str
    paper_id: str | None
    is_taken_down: bool = False
    """Otherwise others get it apart."""
    is_destroyed: bool = False
    """Nobody has it any more; `ground` is the basis of that."""
    pages: int = 0
    first_page: int | None = None
    """The place that a document taken down keeps in the merged PDF, so that no number moves."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Why a version is no longer in a packet."""

    ground: str
    """A code of the list, or the basis of a destruction in words."""
    is_destroyed: bool


@dataclass(frozen=True, slots=True)
class PublishedPaper:
    """A matter on an agenda item."""

    id: str
    title: str
    druk: str


Entry = PublishedFile | Absence


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """One agenda item with what belongs to it."""

    label: str
    depth: int
    title: str
    papers: tuple[PublishedPaper, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def files(self) -> tuple[PublishedFile, ...]:
        """Return what is here."""
        return tuple(entry for entry in self.entries if isinstance(entry, PublishedFile))


@dataclass(frozen=True, slots=True)
class PublishedPacket:
    """A packet as its recipients may have it now."""

    id: str
    body_id: str
    number: int
    published_at: datetime
    meeting: PublishedMeeting
    own: tuple[Entry, ...]
    """The meeting's own documents, on no agenda item."""
    items: tuple[PublishedItem, ...]
    changes: tuple[Change, ...]
    """Since the packet before; what may no longer be named has lost its title."""
    manifest: str
    manifest_sha256: str
    """Of the manifest in the record, which never changes."""
    taken_down: Mapping[str, Gone] = field(default_factory=dict)
    """By version; those that were destroyed too."""

    @property
    def files(self) -> Iterator[PublishedFile]:
        """Yield every file in the order of the agenda."""
        for entries in (self.own, *(item.entries for item in self.items)):
            yield from (entry for entry in entries if isinstance(entry, PublishedFile))

    @property
    def pages(self) -> int:
        """Return how many pages its files have, as far as they are known."""
        return sum(file.pages or 0 for file in self.files)


def read_packet(session: Session, packet: Packet) -> PublishedPacket:
    """Read a packet from the record, without what was taken down from its recipients since."""
    manifest = json.loads(packet.manifest)
    gone = taken_down(session, packet.id)
    meeting = manifest["meeting"]
    return PublishedPacket(
        id=packet.id,
        body_id=packet.body_id,
        number=packet.number,
        published_at=packet.published_at,
        meeting=PublishedMeeting(
            kind=meeting["kind"],
            number=meeting["number"],
            title=meeting["title"],
            place=meeting["place"],
            starts_at=datetime.fromisoformat(meeting["starts_at"]),
        ),
        own=_entries(manifest["files"], gone),
        items=tuple(_item(item, gone) for item in manifest["items"]),
        changes=_nameable(packet.changes, _unnameable(session, packet)),
        manifest=packet.manifest,
        manifest_sha256=packet.manifest_sha256,
        taken_down=gone,
    )


def taken_down(session: Session, packet_id: str) -> dict[str, Gone]:
    """Return the versions of a packet that were taken from its recipients, and why."""
    rows = session.execute(
        select(PacketEntry.version_id, Exclusion)
        .join(Version, Version.id == PacketEntry.version_id)
        .join(Exclusion, covers())
        .where(PacketEntry.packet_id == packet_id, Exclusion.from_members)
        # The last one stands: a destruction, else the first taking down.
        .order_by(Exclusion.is_destruction, Exclusion.made_at.desc(), Exclusion.id.desc())
    )
    return {
        row.version_id: Gone(
            row.Exclusion.basis or row.Exclusion.legal_ground, row.Exclusion.is_destruction
        )
        for row in rows
    }


def _item(item: Mapping[str, Any], gone: Mapping[str, Gone]) -> PublishedItem:
    return PublishedItem(
        label=item["label"],
        depth=item["depth"],
        title=item["title"],
        papers=tuple(PublishedPaper(p["id"], p["title"], p["druk"]) for p in item["papers"]),
        entries=_entries(item["files"], gone),
    )


def _entries(files: Sequence[Mapping[str, Any]], gone: Mapping[str, Gone]) -> tuple[Entry, ...]:
    return tuple(_entry(file, gone) for file in files)


def _entry(file: Mapping[str, Any], gone: Mapping[str, Gone]) -> Entry:
    if file["withheld"]:
        return Absence(file["ground"], file["paper"])
    if file["version"] in gone:
        why = gone[file["version"]]
        return Absence(
            why.ground,
            file["paper"],
            is_taken_down=True,
            is_destroyed=why.is_destroyed,
            pages=file["pages"] or 0,
            first_page=file["first_page"],
        )
    return PublishedFile(
        document_id=file["document"],
        version_id=file["version"],
        paper_id=file["paper"],
        title=file["title"],
        number=file["number"],
        file_name=file["file_name"],
        media_type=file["media_type"],
        size=file["size"],
        sha256=file["sha256"],
        pages=file["pages"],
        first_page=file["first_page"],
        problems=tuple(file["problems"]),
    )


def _unnameable(session: Session, packet: Packet) -> dict[str, str]:
    """Return the documents whose titles the packet's recipients must not read, and why.

    A change may name a document that was common in the packet before: it is narrowed in this one,
    or was taken down since.
    """
    ids = {change["document"] for change in packet.changes if "document" in change}
    if not ids:
        return {}
    own = select(PacketEntry.version_id).where(PacketEntry.packet_id == packet.id)
    narrowed = session.scalars(
        select(Version.document_id)
        .join(PacketEntry, PacketEntry.version_id == Version.id)
        .where(PacketEntry.packet_id == packet.id, PacketEntry.is_narrowed)
    )
    excluded = session.scalars(
        select(Exclusion.document_id).where(
            Exclusion.document_id.in_(ids),
            Exclusion.from_members,
            Exclusion.version_id.is_(None) | Exclusion.version_id.in_(own),
        )
    )
    return dict.fromkeys(narrowed, "file_narrowed") | dict.fromkeys(excluded, "file_taken_down")


def _nameable(changes: Sequence[Change], hidden: Mapping[str, str]) -> tuple[Change, ...]:
    return tuple(
        {"kind": hidden[change["document"]], "label": change["label"]}
        if change.get("document") in hidden
        else change
        for change in changes
    )
