"""Printed numbers of agenda items."""

from hypothesis import given
from hypothesis import strategies as st

from docstore.rules.agenda_numbers import (
    PlacedItem,
    bare_label,
    relabel,
    relabel_after_publishing,
    spoken_numbers,
)
from docstore.rules.agenda_text import parse_agenda

DEPTHS = st.lists(st.integers(0, 3), max_size=30)


def test_levels_are_numbered_as_councils_do() -> None:
    depths = [0, 1, 2, 2, 3, 1, 0, 1]
    assert relabel(depths) == ("1.", "1)", "a)", "b)", "–", "2)", "2.", "1)")


def test_a_sub_item_is_spoken_of_with_what_stands_above_it() -> None:
    depths = [0, 1, 2, 3, 1, 0, 1]
    spoken = spoken_numbers(zip(depths, relabel(depths), strict=True))
    assert spoken == ("1", "1.1", "1.1.a", "1.1.a", "1.2", "2", "2.1")


def test_letters_go_on_after_z() -> None:
    assert relabel([0, 1, *[2] * 28])[-3:] == ("z)", "za)", "zb)")


@given(DEPTHS)
def test_numbering_afresh_keeps_the_order_of_the_items(depths: list[int]) -> None:
    labels = relabel(depths)
    top = [
        int(bare_label(label)) for label, depth in zip(labels, depths, strict=True) if depth == 0
    ]
    assert top == list(range(1, len(top) + 1))
    assert len(labels) == len(depths)


@given(st.lists(st.integers(0, 2), max_size=12).map(lambda depths: [0, *depths]))
def test_printed_numbers_are_read_back_with_their_levels(depths: list[int]) -> None:
    steps = [0]
    for depth in depths[1:]:
        steps.append(min(depth, steps[-1] + 1))
    labels = relabel(steps)
    found = parse_agenda("\n".join(f"{label} Sprawa bieżąca" for label in labels))
    assert [line.label for line in found] == [bare_label(label) for label in labels]
    assert [line.depth for line in found] == steps


def test_an_item_put_in_after_publishing_takes_a_letter() -> None:
    items = [
        PlacedItem(0, "1."),
        PlacedItem(0),
        PlacedItem(0, "2."),
        PlacedItem(1, "1)"),
        PlacedItem(1),
        PlacedItem(1, "2)"),
        PlacedItem(0, "2a."),
        PlacedItem(0),
        PlacedItem(0, "3."),
        PlacedItem(0),
    ]
    assert relabel_after_publishing(items) == (
        "1.", "1a.", "2.", "1)", "1a)", "2)", "2a.", "2b.", "3.", "4.",
    )  # fmt: skip


def test_an_item_before_the_first_and_below_another_style_has_a_number_too() -> None:
    items = [PlacedItem(0), PlacedItem(0, "IV."), PlacedItem(0), PlacedItem(0, "V.")]
    assert relabel_after_publishing(items) == ("0a.", "IV.", "IVa.", "V.")


def test_an_item_that_changed_its_level_keeps_its_published_number_as_it_was_printed() -> None:
    items = [PlacedItem(0, "1."), PlacedItem(1, "2."), PlacedItem(0, "1)")]
    assert relabel_after_publishing(items) == ("1.", "2.", "1)")


@given(DEPTHS, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=6))
def test_published_numbers_never_change_and_none_comes_twice(
    depths: list[int], added: list[tuple[int, int]]
) -> None:
    items = [PlacedItem(d, label) for d, label in zip(depths, relabel(depths), strict=True)]
    for place, depth in added:
        items.insert(min(place, len(items)), PlacedItem(depth))
    labels = relabel_after_publishing(items)
    for item, label in zip(items, labels, strict=True):
        assert label
        assert item.published_label in {None, label}
    top = [label for item, label in zip(items, labels, strict=True) if item.depth == 0]
    assert len(set(top)) == len(top)


@given(DEPTHS)
def test_an_agenda_never_published_is_numbered_afresh(depths: list[int]) -> None:
    assert relabel_after_publishing([PlacedItem(depth) for depth in depths]) == relabel(depths)
