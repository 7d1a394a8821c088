"""The frozen manifest of a packet: what it holds, in which order, and how it differs."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docstore.models import (
    AgendaItem,
    Document,
    Facts,
    Meeting,
    Paper,
    Rendition,
    Version,
)
from docstore.rules.agenda_numbers import spoken_numbers
from docstore.rules.canonical import canonical_json
from docstore.services.meetings import agenda
from docstore.services.openness import is_taken_down, taken_down
from docstore.services.renditions import RENDERED

FORMAT = "teczka-packet/1"
# The role of a document, and where it stands among those of one paper.
_ROLE_ORDER = ("main", "justification", "annex", "opinion")

Change = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One version on its way into a packet, with what was learned of it."""

    document: Document
    version: Version
    facts: Facts | None
    rendition: Rendition | None
    item: AgendaItem | None
    paper: Paper | None
    first_page: int | None = None
    is_taken_down: bool = False
    """Whether this very version was taken from the public."""

    @property
    def is_public(self) -> bool:
        """Tell whether publishing shows it to everyone."""
        return self.document.is_public and not self.is_narrowed and not self.is_taken_down

    @property
    def is_narrowed(self) -> bool:
        """Tell whether somebody who gets the common packet must not get this document."""
        return self.document.audience != "members_and_guests"

    @property
    def waits(self) -> bool:
        """Tell whether the facts, or the PDF of an office file, are still being made."""
        needs_pdf = self.version.media_type in RENDERED
        return self.facts is None or (needs_pdf and self.rendition is None)

    @property
    def merged_sha256(self) -> str | None:
        """Return the object that goes into the merged PDF, None when nothing can."""
        if self.rendition is not None and self.rendition.sha256:
            return self.rendition.sha256
        if self.facts is not None and self.facts.mergeable:
            return self.version.sha256
        return None

    @property
    def pages(self) -> int | None:
        """Return the pages it takes in the merged PDF, or has by itself."""
        if self.rendition is not None and self.rendition.pages:
            return self.rendition.pages
        return self.facts.pages if self.facts else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be published now: the agenda and the newest version of each document."""

    meeting: Meeting
    items: tuple[AgendaItem, ...]
    entries: tuple[Entry, ...]

    @property
    def waiting(self) -> list[str]:
        """Return the titles of the documents that are still being read."""
        return [entry.document.title for entry in self.entries if entry.waits]


def plan(session: Session, meeting: Meeting) -> Plan:
    """Gather what a packet of this meeting would hold now, in the order of its agenda."""
    items = agenda(session, meeting.id)
    owned = session.scalars(
        select(Document).where(
            Document.body_id == meeting.body_id,
            (Document.meeting_id == meeting.id) | Document.item_id.in_([item.id for item in items]),
            Document.removed_at.is_(None),
        )
    ).all()
    placed: list[tuple[Document, AgendaItem | None, Paper | None]] = [
        (document, None, None) for document in _sorted(d for d in owned if d.meeting_id)
    ]
    for item in items:
        placed += [(d, item, None) for d in _sorted(d for d in owned if d.item_id == item.id)]
        for consideration in item.considerations:
            paper = consideration.paper
            present = (d for d in paper.documents if d.removed_at is None)
            placed += [(document, item, paper) for document in _sorted(present)]
    return Plan(meeting, tuple(items), tuple(_numbered(_entries(session, placed))))


def _sorted(documents: Iterable[Document]) -> list[Document]:
    def order(document: Document) -> tuple[int, int]:
        role = document.role
        known = _ROLE_ORDER.index(role) if role in _ROLE_ORDER else len(_ROLE_ORDER)
        return (known, document.position)

    return sorted(documents, key=order)


def _entries(
    session: Session, placed: Sequence[tuple[Document, AgendaItem | None, Paper | None]]
) -> list[Entry]:
    ids = [document.id for document, _, _ in placed]
    newest: dict[str, Version] = {}
    for version in session.scalars(
        select(Version)
        .where(Version.document_id.in_(ids), ~is_taken_down(from_members=True))
        .order_by(Version.number)
    ):
        newest[version.document_id] = version
    version_ids = [version.id for version in newest.values()]
    gone = taken_down(session, version_ids)
    facts = {
        row.version_id: row
        for row in session.scalars(select(Facts).where(Facts.version_id.in_(version_ids)))
    }
    renditions = {
        row.version_id: row
        for row in session.scalars(
            select(Rendition).where(Rendition.version_id.in_(version_ids), Rendition.kind == "pdf")
        )
    }
    return [
        Entry(
            document=document,
            version=newest[document.id],
            facts=facts.get(newest[document.id].id),
            rendition=renditions.get(newest[document.id].id),
            item=item,
            paper=paper,
            is_taken_down=newest[document.id].id in gone,
        )
        for document, item, paper in placed
        if document.id in newest
    ]


def _numbered(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Give each merged part its first page; the cover has labels of its own."""
    page = 1
    for entry in entries:
        if entry.is_narrowed or entry.merged_sha256 is None or not entry.pages:
            yield entry
        else:
            yield replace(entry, first_page=page)
            page += entry.pages


def manifest_of(
    plan: Plan, *, packet_number: int, published_at: str, previous: str | None
) -> dict[str, Any]:
    """Return the manifest as a value for canonical JSON; narrowed documents leave only a mark."""
    meeting = plan.meeting
    files: dict[str | None, list[dict[str, Any]]] = {}
    for entry in plan.entries:
        key = entry.item.id if entry.item else None
        files.setdefault(key, []).append(_file(entry))
    return {
        "format": FORMAT,
        "body": meeting.body_id,
        "packet": packet_number,
        "published_at": published_at,
        "previous": previous,
        "meeting": {
            "id": meeting.id,
            "kind": meeting.kind,
            "number": meeting.number,
            "title": meeting.title,
            "place": meeting.place,
            "starts_at": meeting.starts_at.astimezone(UTC).isoformat(),
        },
        "files": files.get(None, []),
        "items": [
            {
                "id": item.id,
                "label": item.label,
                "depth": item.depth,
                "title": item.title,
                "papers": [
                    {"id": c.paper.id, "title": c.paper.title, "druk": c.paper.druk}
                    for c in item.considerations
                ],
                "files": files.get(item.id, []),
            }
            for item in plan.items
        ],
    }


def _file(entry: Entry) -> dict[str, Any]:
    document, version = entry.document, entry.version
    paper = entry.paper.id if entry.paper else None
    if entry.is_narrowed:
        return {"withheld": True, "ground": document.audience_ground, "paper": paper}
    return {
        "withheld": False,
        "paper": paper,
        "document": document.id,
        "role": document.role,
        "title": document.title,
        "version": version.id,
        "number": version.number,
        "file_name": version.file_name,
        "media_type": version.media_type,
        "size": version.size,
        "sha256": version.sha256,
        "pages": entry.pages,
        "first_page": entry.first_page,
        "merged": entry.first_page is not None,
        "problems": sorted(_problems(entry)),
    }


def _problems(entry: Entry) -> set[str]:
    found = set(entry.facts.problems) if entry.facts else set()
    if entry.rendition is not None and entry.rendition.problem:
        found.add(entry.rendition.problem)
    return found


def sealed(manifest: Mapping[str, Any]) -> tuple[str, str]:
    """Return the manifest's canonical JSON and its SHA-256."""
    written = canonical_json(manifest)
    return written.decode(), hashlib.sha256(written).hexdigest()


def difference(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Change]:
    """Return what changed from one manifest to the next, in the order of the new agenda."""
    if before is None:
        return []
    changes: list[Change] = [
        {"kind": "meeting", "field": name, "from": before["meeting"][name], "to": value}
        for name, value in after["meeting"].items()
        if before["meeting"][name] != value
    ]
    return changes + _item_changes(before, after) + _file_changes(before, after)


def _numbered_items(manifest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a manifest's items by id, each with the number it is called by in a sentence."""
    items = manifest["items"]
    numbers = spoken_numbers((item["depth"], item["label"]) for item in items)
    return {
        item["id"]: {**item, "label": number} for item, number in zip(items, numbers, strict=True)
    }


def _item_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    old, new = _numbered_items(before), _numbered_items(after)
    stayed_old = [i for i in old if i in new]
    stayed_new = [i for i in new if i in old]
    matcher = SequenceMatcher(None, stayed_old, stayed_new, autojunk=False)
    in_order = {
        i for block in matcher.get_matching_blocks() for i in stayed_old[block.a :][: block.size]
    }
    changes: list[Change] = []
    for item_id, item in new.items():
        label, title = item["label"], item["title"]
        if item_id not in old:
            changes.append({"kind": "item_added", "label": label, "title": title})
            continue
        was = old[item_id]
        if item_id not in in_order or was["depth"] != item["depth"]:
            changes.append(
                {"kind": "item_moved", "label": label, "title": title, "from": was["label"]}
            )
        if was["title"] != title:
            changes.append(
                {"kind": "item_reworded", "label": label, "title": title, "from": was["title"]}
            )
    changes += [
        {"kind": "item_removed", "label": item["label"], "title": item["title"]}
        for item_id, item in old.items()
        if item_id not in new
    ]
    return changes


def files_of(manifest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the files of a manifest by document, each with the number of its item."""
    found = {
        file["document"]: {**file, "label": ""}
        for file in manifest["files"]
        if not file["withheld"]
    }
    for item in _numbered_items(manifest).values():
        for file in item["files"]:
            if not file["withheld"]:
                found[file["document"]] = {**file, "label": item["label"]}
    return found


def _file_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    old, new = files_of(before), files_of(after)
    changes: list[Change] = []
    for document_id, file in new.items():
        said = {"document": document_id, "label": file["label"], "title": file["title"]}
        was = old.get(document_id)
        if was is None:
            changes.append({"kind": "file_added", **said, "version": file["version"]})
        elif was["version"] != file["version"]:
            changes.append(
                {
                    "kind": "file_replaced",
                    **said,
                    "from": was["number"],
                    "to": file["number"],
                    "version": file["version"],
                }
            )
    changes += [
        {"kind": "file_removed", "document": d, "label": f["label"], "title": f["title"]}
        for d, f in old.items()
        if d not in new
    ]
    return changes
