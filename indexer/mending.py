"""Finds what a query says wrongly and writes it as it was understood.

Nothing a person types is an error. A piece without meaning is mended or left out, and a note says
so; the text that comes out is the query that is run, so it can be offered as it stands.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from indexer import fields, grammar, numbers
from indexer.fields import FieldName, Labels
from indexer.pieces import Kind, Piece, Trouble, balanced, joined, spelled, with_next
from indexer.polish import PolishAnalyser, fold, normalise, words

# A page of text pasted by mistake costs no more than a long question.
_LONGEST_QUERY = 1_000
_MOST_LEAVES = 40
_SHORTEST_PREFIX = 2
_SHORTEST_FUZZY = 3
_QUOTES = re.compile("[„”“«»‟]")
_QUOTED = re.compile('"[^"]*"')
_SQUARE = re.compile(r"[\[\]]")
_SPLIT = re.compile(r"[\s,;!?…|<>()\[\]{}^~\"]+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


class Mender:
    """Mends queries against the fields and values that exist."""

    def __init__(self, labels: Labels, analyser: PolishAnalyser) -> None:
        self._labels = labels
        self._analyser = analyser
        self._parser = grammar.parser()

    def mend(self, text: str) -> tuple[str, list[Trouble]]:
        """Return `text` as it is understood, and every trouble on the way."""
        troubles: list[Trouble] = []
        text = _closed(_cleaned(text, troubles), troubles)
        pieces = self._pieces(text, troubles)
        pieces = self._valid(pieces, troubles)
        pieces = balanced(pieces, troubles)
        pieces = joined(pieces, troubles)
        return spelled(pieces), troubles

    def _pieces(self, text: str, troubles: list[Trouble]) -> list[Piece]:
        """Return the pieces of a query, words freed of signs that mean nothing."""
        pieces: list[Piece] = []
        leaves = 0
        for node in self._parser.tag(text):
            for piece in _read(node, text[node.startchar : node.endchar], troubles):
                leaves += piece.kind == "leaf"
                if leaves > _MOST_LEAVES:
                    troubles.append(Trouble("too_long"))
                    return pieces
                pieces.append(piece)
        return pieces

    def _valid(self, pieces: list[Piece], troubles: list[Trouble]) -> list[Piece]:
        """Return the pieces with every field known and every value one that its field takes."""
        valid: list[Piece] = []
        inherited: list[FieldName | None] = [None]
        pending: FieldName | None = None
        for piece, following in with_next(pieces):
            if piece.kind == "field":
                pending = _known_field(piece.text, following, troubles)
            elif piece.kind == "open":
                valid.append(replace(piece, text=_prefix(pending) + piece.text))
                inherited.append(pending or inherited[-1])
                pending = None
            elif piece.kind == "leaf":
                valid += self._fitting(piece, pending, inherited[-1], troubles)
                pending = None
            else:
                if piece.kind == "close" and len(inherited) > 1:
                    inherited.pop()
                valid.append(piece)
        return valid

    def _fitting(
        self,
        piece: Piece,
        own: FieldName | None,
        inherited: FieldName | None,
        troubles: list[Trouble],
    ) -> list[Piece]:
        """Return a leaf with its field where the two fit, else its words without the field."""
        field = own or inherited
        trouble = self._misfit(piece, field)
        if trouble is None:
            return [replace(piece, text=_prefix(own) + _in_order(piece, field, troubles))]
        troubles.append(trouble)
        if own is None and inherited is not None:
            return []  # within `rok:( )` a word has no other meaning to fall back on
        ends = [word for word in words(piece.text) if word.upper() not in {"TO", "DO"}]
        return [Piece("leaf", word) for word in ends] if piece.range else [piece]

    def _misfit(self, piece: Piece, field: FieldName | None) -> Trouble | None:
        """Tell what is wrong with a leaf under a field, if anything."""
        match field:
            case "year":
                return None if fields.years(piece.text) else Trouble("bad_year", piece.text)
            case "date":
                return None if fields.days(piece.text) else Trouble("bad_date", piece.text)
            case "kind" | "status" if not piece.range:
                known = fields.value(field, piece.text, self._labels, self._analyser)
                return None if known else Trouble(f"unknown_{field}", piece.text.strip('"'))
        return Trouble("range_without_field", piece.text) if piece.range else None


def _cleaned(text: str, troubles: list[Trouble]) -> str:
    """Return text with one kind of quotes and blanks, no longer than a query may be."""
    text = "".join(c if c.isprintable() else " " for c in normalise(text))
    if len(text) > _LONGEST_QUERY:
        troubles.append(Trouble("too_long"))
        text = text[:_LONGEST_QUERY]
    text = _QUOTES.sub('"', text)
    return numbers.ACT_NUMBER.sub(lambda number: re.sub(r"\s", "", number.group()), text)


def _closed(text: str, troubles: list[Trouble]) -> str:
    """Return text in which every quote and every square bracket has its pair."""
    if text.count('"') % 2:
        if text.rpartition('"')[2].strip():
            troubles.append(Trouble("unclosed_quote"))
        text += '"'
    outside = _QUOTED.sub("", text)
    if outside.rfind("[") > outside.rfind("]"):
        troubles.append(Trouble("unbalanced_bracket"))
        text += "]"
    return text


def _read(node: Any, text: str, troubles: list[Trouble]) -> Iterator[Piece]:
    """Yield the pieces that one of the parser's nodes stands for."""
    match node:
        case grammar.Open() | grammar.Close() | grammar.Operator():
            yield Piece(_kind(node), text)
        case grammar.Field():
            yield Piece("field", node.fieldname)
        case grammar.Range():
            yield Piece("leaf", text, range=True)
        case grammar.Phrase():
            gap = f"~{node.slop}" if node.slop else ""
            if words(node.text):
                yield Piece("leaf", f'"{" ".join(_SQUARE.sub(" ", node.text).split())}"{gap}')
        case grammar.Prefix() | grammar.Fuzzy() if len(fold(node.text)) >= _shortest(node):
            yield Piece("leaf", text)
        case grammar.Prefix() | grammar.Fuzzy():
            troubles.append(Trouble("too_short", text))
            yield from _plain(node.text, troubles)
        case grammar.Word():
            yield from _plain(text, troubles)


def _kind(node: Any) -> Kind:
    """Return what a sign of structure does."""
    match node:
        case grammar.Open():
            return "open"
        case grammar.Close():
            return "close"
    kinds: dict[Any, Kind] = {grammar.AndGroup: "and", grammar.OrGroup: "or"}
    return kinds.get(node.grouptype, "not")


def _shortest(node: Any) -> int:
    """Return how many letters a beginning or a doubtful word needs, not to mean half the index."""
    return _SHORTEST_PREFIX if isinstance(node, grammar.Prefix) else _SHORTEST_FUZZY


def _plain(text: str, troubles: list[Trouble]) -> Iterator[Piece]:
    """Yield the plain words of a text; marks around and between them mean nothing here."""
    for part in _SPLIT.split(text):
        for word in part.split("*"):
            bare = _EDGES.sub("", word)
            if not bare:
                continue
            if word != part:
                troubles.append(Trouble("star_place", bare))
            # In capitals it would be read as an operator the next time.
            yield Piece("leaf", bare.lower() if bare in grammar.OPERATORS else bare)


def _known_field(name: str, following: Piece | None, troubles: list[Trouble]) -> FieldName | None:
    """Return the field that `name` means, if there is one and something follows it."""
    field = fields.field_named(name)
    if field is None:
        troubles.append(Trouble("unknown_field", name))
    elif following is None or following.kind not in {"open", "leaf"}:
        troubles.append(Trouble("empty_field", name))
        return None
    return field


def _prefix(field: FieldName | None) -> str:
    """Return how a field is written before its value."""
    return f"{fields.NAMES[field][0]}:" if field else ""


def _in_order(piece: Piece, field: FieldName | None, troubles: list[Trouble]) -> str:
    """Return a leaf's text, a range with its lower end first."""
    read: Any = {"year": fields.years, "date": fields.days}.get(field or "", lambda _: None)
    found = read(piece.text)
    ends = fields.RANGE.fullmatch(piece.text)
    if found is None or ends is None or found.low <= found.high:
        return piece.text
    troubles.append(Trouble("range_reversed", piece.text))
    return f"[{ends['high']} TO {ends['low']}]"
