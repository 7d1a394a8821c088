"""What changed from one manifest to the next, item by item."""

from typing import Any

from docstore.services.changes import difference


def _manifest(*titles: str) -> dict[str, Any]:
    return {
        "meeting": {},
        "files": [],
        "items": [
            {"id": title, "label": f"{number}.", "depth": 0, "title": title, "files": []}
            for number, title in enumerate(titles, 1)
        ],
    }


def test_of_items_that_changed_places_the_moved_one_alone_is_told() -> None:
    before, after = _manifest("A", "B", "C", "D"), _manifest("A", "D", "B", "C")
    assert difference(before, after) == [
        {"kind": "item_moved", "label": "2", "title": "D", "from": "4"}
    ]


def test_items_that_only_got_another_number_are_not_told_as_moved() -> None:
    assert [each["kind"] for each in difference(_manifest("A", "B"), _manifest("N", "A", "B"))] == [
        "item_added"
    ]
