"""Canonical JSON and the hashes made of it."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docstore.rules.canonical import EMPTY_HEAD, NotCanonical, canonical_json, chain, leaf_hash

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(VALUES)
def test_canonical_bytes_read_back_as_the_value(value: Any) -> None:
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(st.text(), st.integers(0, 9), max_size=6), st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, Any], random: Any) -> None:
    keys = list(value)
    random.shuffle(keys)
    assert canonical_json({key: value[key] for key in keys}) == canonical_json(value)


def test_the_bytes_are_those_of_rfc_8785() -> None:
    """Keys sort by UTF-16 units (the example of RFC 8785 section 3.2.3), controls are escaped."""
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    said = list(json.loads(canonical_json(value)).values())
    assert said == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]
    assert canonical_json({"b": [True, None, -1], "a": 'ż"\\\x01\n\x7f'}) == (
        b'{"a":"\xc5\xbc\\"\\\\\\u0001\\n\x7f","b":[true,null,-1]}'
    )


@pytest.mark.parametrize(
    "value", [1.5, 2**53, {1: "x"}, b"x", {"x"}, {"a": object()}, "\ud800", {"\udc00": 1}]
)
def test_values_without_a_canonical_form_are_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical_json(value)


def test_leaves_are_hashed_apart_from_heads() -> None:
    leaf = leaf_hash(b"entry")
    assert leaf == hashlib.sha256(b"\x00entry").digest()
    assert chain(EMPTY_HEAD, leaf) == hashlib.sha256(b"\x01" + EMPTY_HEAD + leaf).digest()
    assert leaf_hash(EMPTY_HEAD + leaf) != chain(EMPTY_HEAD, leaf)


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=6), st.data())
def test_any_changed_entry_changes_the_head(entries: list[bytes], data: st.DataObject) -> None:
    def head(of: list[bytes]) -> bytes:
        value = EMPTY_HEAD
        for entry in of:
            value = chain(value, leaf_hash(entry))
        return value

    place = data.draw(st.integers(0, len(entries) - 1))
    changed = [*entries[:place], entries[place] + b"!", *entries[place + 1 :]]
    assert head(changed) != head(entries)
    assert head(entries[:-1]) != head(entries)
