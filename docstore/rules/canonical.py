"""One byte form for every value, and the hashes that chain such bytes.

Sources: RFC 8785 (JSON Canonicalization Scheme) for the bytes; RFC 9162 section 2.1.1 for the
prefixes that keep the hash of an entry apart from the hash of two hashes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Union

JsonValue = Union[  # noqa: UP007 - `|` cannot name itself in quotes
    None, bool, int, str, Sequence["JsonValue"], Mapping[str, "JsonValue"]
]

# RFC 8785 writes numbers as JavaScript does; beyond this it would lose digits.
_LARGEST_EXACT = 2**53 - 1
_LEAF, _NODE = b"\x00", b"\x01"

EMPTY_HEAD = hashlib.sha256(b"").digest()
"""The head of a chain without entries (RFC 9162: the hash of an empty list)."""


class NotCanonical(ValueError):
    """The value has no canonical form here: a float, a key that is no text, a broken letter."""


def canonical_json(value: JsonValue) -> bytes:
    """Return the RFC 8785 bytes of a value of texts, whole numbers, booleans, lists and dicts.

    Raises NotCanonical for anything else; floats are refused rather than rounded.
    """
    try:
        return _written(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("a text holds half of a surrogate pair") from error


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry: SHA-256 of 0x00 and its bytes (RFC 9162)."""
    return hashlib.sha256(_LEAF + entry).digest()


def chain(head: bytes, leaf: bytes) -> bytes:
    """Return the head after one more leaf: SHA-256 of 0x01, the old head and the leaf's hash.

    The prefix is that of RFC 9162's inner nodes, so that no entry can pass for a head.
    """
    return hashlib.sha256(_NODE + head + leaf).digest()


def _written(value: object) -> str:
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case int() if abs(value) <= _LARGEST_EXACT:
            return str(int(value))
        case list() | tuple():
            return f"[{','.join(map(_written, value))}]"
        case Mapping():
            return f"{{{','.join(_member(key, value[key]) for key in sorted(value, key=_order))}}}"
        case _:
            raise NotCanonical(f"no canonical form for {type(value).__name__}")


def _member(key: str, value: object) -> str:
    return f"{json.dumps(key, ensure_ascii=False)}:{_written(value)}"


def _order(key: object) -> bytes:
    """Return what sorts keys by UTF-16 code units (RFC 8785 section 3.2.3)."""
    if not isinstance(key, str):
        raise NotCanonical(f"a key is {type(key).__name__}, not text")
    return key.encode("utf-16-be", "surrogatepass")
