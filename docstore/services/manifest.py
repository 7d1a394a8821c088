"""The frozen manifest of a packet: what it holds, in which order."""

import hashlib
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from docstore.rules.agenda_numbers import spoken_numbers
from docstore.rules.canonical import canonical_json
from docstore.services.packet_plan import Entry, Plan

FORMAT = "teczka-packet/1"


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


def _numbered_items(manifest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a manifest's items by id, each with the number it is called by in a sentence."""
    items = manifest["items"]
    numbers = spoken_numbers((item["depth"], item["label"]) for item in items)
    return {
        item["id"]: {**item, "label": number} for item, number in zip(items, numbers, strict=True)
    }


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
