"""The pieces of a query in a row: brackets in pairs, operators between words, one text again."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal, NamedTuple

from indexer import numbers

_DEEPEST = 8
_NUMBER_SIGN = frozenset({"nr", "numer"})

Kind = Literal["open", "close", "and", "or", "not", "field", "leaf"]


class Trouble(NamedTuple):
    """What was not understood: a code of `indexer.notes` and the piece it is about."""

    code: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a query; `text` is how the mended query spells it."""

    kind: Kind
    text: str
    range: bool = False


def balanced(pieces: list[Piece], troubles: list[Trouble]) -> list[Piece]:
    """Return pieces whose round brackets form pairs, none too deep."""
    paired: list[Piece] = []
    kept: list[bool] = []  # for each bracket that is open
    for piece in pieces:
        match piece.kind:
            case "open":
                kept.append(sum(kept) < _DEEPEST)
                if not kept[-1]:
                    troubles.append(Trouble("too_deep"))
                    continue
            case "close":
                if not kept:
                    troubles.append(Trouble("unbalanced_bracket"))
                    continue
                if not kept.pop():
                    continue
        paired.append(piece)
    if kept:
        troubles.append(Trouble("unbalanced_bracket"))
    return paired + [Piece("close", ")")] * sum(kept)


def joined(pieces: list[Piece], troubles: list[Trouble]) -> list[Piece]:
    """Return pieces in which every operator joins something and no bracket is empty."""
    while True:
        kinds: list[Kind] = ["open", *(piece.kind for piece in pieces), "close"]
        for place, piece in enumerate(pieces):
            before, after = kinds[place], kinds[place + 2]
            if _is_dangling(piece.kind, before, after):
                troubles.append(Trouble("dangling_operator", piece.text))
                pieces = pieces[:place] + pieces[place + 1 :]
                break
            if piece.kind == "open" and after == "close":
                pieces = pieces[:place] + pieces[place + 2 :]
                break
        else:
            return pieces


def _is_dangling(kind: Kind, before: Kind, after: Kind) -> bool:
    """Tell whether a piece is an operator without anything to join or to exclude."""
    match kind:
        case "and" | "or":
            return before in {"open", "and", "or", "not"} or after in {"close", "and", "or"}
        case "not":
            return after in {"close", "and", "or", "not"}
    return False


def spelled(pieces: list[Piece]) -> str:
    """Return the pieces as one text."""
    text = ""
    for piece, following in with_next(pieces):
        if _is_number_sign(piece, following):
            continue
        glued = text in {"", "-"} or text.endswith(("(", "(-", " -"))
        text += ("" if glued or piece.kind == "close" else " ") + piece.text
    return text


def with_next(pieces: list[Piece]) -> Iterator[tuple[Piece, Piece | None]]:
    """Yield each piece with the one that follows it."""
    return zip_longest(pieces, pieces[1:]) if pieces else iter(())


def _is_number_sign(piece: Piece, following: Piece | None) -> bool:
    """Tell whether a word is the `nr` before an act's number, which is part of no number."""
    return (
        piece.text.lower() in _NUMBER_SIGN
        and following is not None
        and numbers.key(following.text) is not None
    )
