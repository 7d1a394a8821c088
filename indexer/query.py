"""The language of search: from what a person types to a tree that every engine reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import Any

from indexer import fields, grammar, numbers
from indexer.documents import Note
from indexer.fields import FieldName, Labels
from indexer.mending import Mender
from indexer.pieces import Trouble
from indexer.polish import PolishAnalyser, fold, normalise, words
from indexer.tree import (
    And,
    Everything,
    Fuzzy,
    Not,
    Number,
    Or,
    Phrase,
    Prefix,
    TextField,
    Tree,
    Value,
    Word,
)

_CACHED_QUERIES = 500
# Mending what was mended changes nothing soon; the bound only guards against a mistake of ours.
_MOST_ROUNDS = 4
_MOST_WORDS = 40
# Engines try every way to spread a phrase's gap over its words.
_MOST_SPREADS = 100


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query understood: its tree, and notes on what was mended on the way."""

    tree: Tree
    notes: tuple[Note, ...] = ()


class QueryLanguage:
    """Parses queries; any text gives a tree, and one object may serve many threads.

    Words are ANDed; `"phrase"`, `"phrase"~3`, `plan*`, `wrod~`, `-word`, LUB, ORAZ, NIE, brackets;
    fields `numer: rok: rodzaj: status: tytuł: data:`. `docs/search.md` is the help for people.
    """

    def __init__(self, analyser: PolishAnalyser, labels: Labels | None = None) -> None:
        self._labels = labels or {}
        self._analyser = analyser
        self._mender = Mender(self._labels, analyser)
        self._parser = grammar.parser()
        self._known = lru_cache(_CACHED_QUERIES)(self._parse)

    def parse(self, text: str) -> ParsedQuery:
        """Return the tree of `text`; notes say what was not understood and what was run instead."""
        return self._known(text)

    def _parse(self, text: str) -> ParsedQuery:
        """Parse without looking at what was parsed before."""
        if not text.strip():
            return ParsedQuery(Everything())
        try:
            mended, troubles = self._mended(text)
            tree = self._tree(self._parser.process(mended))
        except Exception:  # noqa: BLE001 - an old parser's surprise never costs a person the page
            found = words(normalise(text))[:_MOST_WORDS]
            mended, troubles = " ".join(found), [Trouble("not_understood")]
            tree = _and([Word(word) for word in found])
        if tree is None:
            return ParsedQuery(Everything(), (Note("no_words"),))
        if _only_excludes(tree):
            tree = _and([Everything(), tree]) or tree
            troubles.append(Trouble("only_excluded"))
        return ParsedQuery(tree, _notes(troubles, mended))

    def _mended(self, text: str) -> tuple[str, list[Trouble]]:
        """Return the text mended until mending changes nothing."""
        troubles: list[Trouble] = []
        for _ in range(_MOST_ROUNDS):
            mended, found = self._mender.mend(text)
            troubles += found
            if mended == text:
                break
            text = mended
        return text, troubles

    def _tree(self, node: Any) -> Tree | None:
        """Return our tree of one of the parser's nodes; None where it holds nothing."""
        match node:
            case grammar.NotGroup():
                part = _and(self._trees(node))
                return Not(part) if part else None
            case grammar.OrGroup():
                parts = self._trees(node)
                return Or(tuple(parts)) if len(parts) > 1 else _and(parts)
            case grammar.AndGroup():
                return _and(self._trees(node))
            case grammar.Operator() | grammar.Field():
                return None
        return self._leaf(node, fields.field_named(node.fieldname or ""))

    def _leaf(self, node: Any, field: FieldName | None) -> Tree | None:
        """Return a leaf under its field."""
        match field:
            case "year":
                return fields.years(_typed(node))
            case "date":
                return fields.days(_typed(node))
            case "kind" | "status":
                value = fields.value(field, node.text, self._labels, self._analyser)
                return Value(field, value) if value else None
        return _text_leaf(node, field)

    def _trees(self, nodes: Iterable[Any]) -> list[Tree]:
        """Return the trees of nodes that hold something."""
        return [tree for tree in map(self._tree, nodes) if tree is not None]


def _typed(node: Any) -> str:
    """Return a value as typed, a range in its brackets."""
    if isinstance(node, grammar.Range):
        return f"[{node.start or '*'} TO {node.end or '*'}]"
    return str(node.text)


def _text_leaf(node: Any, field: TextField | None) -> Tree | None:
    """Return the leaf that a word, phrase, prefix or fuzzy word is."""
    match node:
        case grammar.Prefix():
            return Prefix(fold(node.text), field)
        case grammar.Fuzzy():
            return Fuzzy(fold(node.text), node.maxdist, field)
        case grammar.Phrase() | grammar.Word():
            gap = node.slop if isinstance(node, grammar.Phrase) else 0
            return _number(node.text, field) or _words(tuple(words(node.text)), gap, field)
    return None


def _number(text: str, field: TextField | None) -> Tree | None:
    """Return what finds the number of an act, whole or as people shorten it."""
    if key := numbers.key(text):
        return Number(key, field)
    if whole := numbers.with_century(text):
        return Or((Phrase(tuple(words(text)), 0, field), Phrase(whole, 0, field)))
    return None


def _words(found: tuple[str, ...], gap: int, field: TextField | None) -> Tree | None:
    if len(found) > 1:
        return Phrase(found, _affordable(gap, len(found)), field)
    return Word(found[0], field) if found else None


def _affordable(gap: int, length: int) -> int:
    """Return the widest gap, up to the one asked for, that engines can try out."""
    while gap and comb(gap + length - 1, length - 1) > _MOST_SPREADS:
        gap -= 1
    return gap


def _and(parts: list[Tree]) -> Tree | None:
    """Return all of the parts as one tree, without needless nesting."""
    flat = [p for part in parts for p in (part.parts if isinstance(part, And) else (part,))]
    if len(flat) > 1:
        return And(tuple(flat))
    return flat[0] if flat else None


def _only_excludes(tree: Tree) -> bool:
    """Tell whether a tree names nothing to find, only what to leave out."""
    match tree:
        case Not():
            return True
        case And(parts):
            return all(isinstance(part, Not) for part in parts)
    return False


def _notes(troubles: list[Trouble], mended: str) -> tuple[Note, ...]:
    """Return each trouble once, with the query that was run."""
    return tuple(Note(code, what, mended) for code, what in dict.fromkeys(troubles))
