"""What changed from one manifest to the next."""

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from docstore.services.manifest import _numbered_items, files_of

Change = dict[str, Any]


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
