"""How one operation leads to the next (OpenAPI links): the way from a new meeting to an act."""

from typing import Any

_ID = "$response.body#/id"
_REVISION = {"revision": "$response.body#/revision"}
_FIRST_PAPER = "$response.body#/items/0/papers/0"

Link = tuple[str, dict[str, str], dict[str, Any] | None]
"""The operation, its parameters beside the council's short name, and what is known of its body."""

LINKS: dict[str, tuple[Link, ...]] = {
    "list_bodies": (("show_body", {"slug": "$response.body#/items/0/slug"}, None),),
    "list_meetings": (
        ("show_meeting", {"meeting_id": "$response.body#/items/0/id"}, None),
        ("list_packets", {"meeting_id": "$response.body#/items/0/id"}, None),
    ),
    "create_meeting": (
        ("show_meeting", {"meeting_id": _ID}, None),
        ("change_meeting", {"meeting_id": _ID}, _REVISION),
        ("add_items", {"meeting_id": _ID}, _REVISION),
        ("add_document", {"meeting_id": _ID}, None),
        ("cancel_meeting", {"meeting_id": _ID}, _REVISION),
        ("show_draft", {"meeting_id": _ID}, None),
    ),
    "add_items": (
        ("add_document", {"paper_id": f"{_FIRST_PAPER}/id"}, None),
        ("publish", {"meeting_id": "$response.body#/meeting_id"}, _REVISION),
        ("change_item", {"item_id": "$response.body#/items/0/id"}, _REVISION),
        (
            "remove_item",
            {"item_id": "$response.body#/items/0/id", "revision": "$response.body#/revision"},
            None,
        ),
    ),
    "show_draft": (
        ("add_items", {"meeting_id": "$response.body#/meeting_id"}, _REVISION),
        ("publish", {"meeting_id": "$response.body#/meeting_id"}, _REVISION),
        ("record_outcome", {"consideration_id": f"{_FIRST_PAPER}/consideration_id"}, None),
        ("show_paper", {"paper_id": f"{_FIRST_PAPER}/id"}, None),
    ),
    "add_document": (
        ("show_document", {"document_id": "$response.body#/document_id"}, None),
        ("add_version", {"document_id": "$response.body#/document_id"}, None),
        ("change_document", {"document_id": "$response.body#/document_id"}, None),
        ("take_down", {"document_id": "$response.body#/document_id"}, None),
        ("remove_document", {"document_id": "$response.body#/document_id"}, None),
        ("restore_document", {"document_id": "$response.body#/document_id"}, None),
        ("show_version", {"version_id": _ID}, None),
        ("download", {"version_id": _ID}, None),
    ),
    "publish": (
        ("list_deliveries", {"packet_id": _ID}, None),
        ("notify_again", {"packet_id": _ID}, None),
        ("show_agenda", {"meeting_id": "$request.path.meeting_id"}, None),
        ("list_packets", {"meeting_id": "$request.path.meeting_id"}, None),
        ("show_draft", {"meeting_id": "$request.path.meeting_id"}, None),
    ),
    "record_outcome": (
        ("publish_act", {"paper_id": _ID}, None),
        ("set_status", {"paper_id": _ID}, None),
    ),
    "publish_act": (("show_act", {"act_id": _ID}, None),),
    "list_acts": (("show_act", {"act_id": "$response.body#/items/0/id"}, None),),
    "search_documents": (
        ("show_version", {"version_id": "$response.body#/items/0/version_id"}, None),
    ),
}


def links_of(operation_id: str) -> dict[str, Any]:
    """Return the links of an operation's good answer, as OpenAPI writes them."""
    found: dict[str, Any] = {}
    for target, parameters, body in LINKS.get(operation_id, ()):
        its = dict(parameters)
        its.setdefault("slug", "$request.path.slug")
        link: dict[str, Any] = {"operationId": target, "parameters": its}
        if body is not None:
            link["requestBody"] = body
        found[target] = link
    return found
