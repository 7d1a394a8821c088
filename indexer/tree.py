"""A query as a small tree that knows no engine and no parser."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

TextField = Literal["title", "number"]
ValueField = Literal["kind", "status"]


@dataclass(frozen=True, slots=True)
class Everything:
    """Every visible document."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word in any of its forms; without a field, anywhere in the document."""

    text: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, in any of their forms, with at most `gap` others among them."""

    words: tuple[str, ...]
    gap: int = 0
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """A word by its folded beginning."""

    text: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """A folded word with up to `distance` letters wrong, missing, added or swapped."""

    text: str
    distance: int = 1
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """The number of an act as a unit; `key` is what `indexer.numbers` makes of it."""

    key: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Years:
    """A year from `low` to `high`, both included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Days:
    """A date from `low` to `high`, both included."""

    low: date
    high: date


@dataclass(frozen=True, slots=True)
class Value:
    """A kind or a status, by the very value that documents carry."""

    field: ValueField
    value: str


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but the part."""

    part: "Tree"


TextLeaf = Word | Phrase | Prefix | Fuzzy | Number
Tree = Everything | TextLeaf | Years | Days | Value | And | Or | Not


def text_leaves(tree: Tree) -> Iterator[TextLeaf]:
    """Yield what a found document shows in its text: every text leaf that is not excluded."""
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from text_leaves(part)
        case Word() | Phrase() | Prefix() | Fuzzy() | Number():
            yield tree
        case _:
            return
