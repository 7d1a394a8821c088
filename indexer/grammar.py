"""Whoosh's query parser with the plugins of our language.

The parser's `tag` gives the nodes of a query in order, which `indexer.mending` looks through, and
its `process` the same nodes arranged, which `indexer.query` turns into our tree. Stopping there,
before Whoosh makes its own queries, keeps dates and numbers as typed and lets nothing that it does
not understand turn silently into a query without hits.
"""

import re
from typing import Any

from whoosh import qparser  # type: ignore[import-untyped]  # Whoosh has no stubs
from whoosh.qparser import plugins, syntax  # type: ignore[import-untyped]  # as above
from whoosh.qparser.taggers import FnTagger  # type: ignore[import-untyped]  # as above

from indexer import fields

# A one-letter operator would eat the Roman number in `nr I i II`, so there is none.
_AND, _OR, _NOT = "ORAZ|AND", "LUB|OR", "NIE|NOT"
OPERATORS = frozenset(f"{_AND}|{_OR}|{_NOT}".split("|"))
_ALONE = r'(?<![^\s()"])(?:{})(?![^\s()"])'
_MINUS = r"(?<![^\s(])-(?=[^\s)-])"
_FIELD = re.compile(
    rf"(?<!\w)(?P<text>(?:{fields.KNOWN})(?=:)|[^\W\d_]\w*(?=:\S)):\s*", re.IGNORECASE
)
_PHRASE = r'"(?P<text>[^"]*)"(?:~(?P<gap>\d{1,2})?)?'
_PREFIX = r'(?<![^\W_])(?P<text>[^\W_]+)\*(?=[\s)"]|$)'
_FUZZY = r'(?<![^\W_])(?P<text>[^\W_]+)~(?P<distance>\d)?(?=[\s)"]|$)'

# The kinds of nodes, for those who read them.
Open, Close = plugins.GroupPlugin.OpenBracket, plugins.GroupPlugin.CloseBracket
Field, Operator, Range = syntax.FieldnameNode, syntax.Operator, syntax.RangeNode
Phrase, Prefix = plugins.PhrasePlugin.PhraseNode, plugins.PrefixPlugin.PrefixNode
Fuzzy, Word = plugins.FuzzyTermPlugin.FuzzyTermNode, syntax.WordNode
AndGroup, OrGroup, NotGroup = syntax.AndGroup, syntax.OrGroup, syntax.NotGroup


def _phrase(text: str, gap: str | None) -> Any:
    """Make a phrase node; Whoosh's own tagger cannot tell `~1` from no gap at all."""
    return Phrase(text, 0, slop=int(gap or 0))


def _fuzzy(text: str, distance: str | None) -> Any:
    """Make a fuzzy node: one wrong letter unless the query says two."""
    word = Word(text).set_range(0, len(text))
    return Fuzzy(word, maxdist=min(int(distance or 1), 2), prefixlength=0)


def _range(low: str | None, high: str | None) -> Any:
    """Make a range node with both ends as typed."""
    return Range(low, high, startexcl=False, endexcl=False)


class _Leaves:
    """A plugin with the leaves of our language: phrase, range, prefix, fuzzy word."""

    def taggers(self, _parser: Any) -> list[tuple[Any, int]]:
        """Return what recognises each leaf."""
        return [
            (FnTagger(_PHRASE, _phrase, "phrase"), 1),
            (FnTagger(fields.RANGE, _range, "range"), 1),
            (FnTagger(_PREFIX, Prefix, "prefix"), 2),
            (FnTagger(_FUZZY, _fuzzy, "fuzzy"), 2),
        ]

    def filters(self, _parser: Any) -> list[tuple[Any, int]]:
        """Return nothing: leaves need no arranging."""
        return []


def _operator(pattern: str, group: Any, kind: Any = syntax.InfixOperator) -> tuple[Any, int]:
    """Return a tagger of one operator with its priority."""
    return (plugins.OperatorsPlugin.OpTagger(pattern, group, kind), 0)


def parser() -> Any:
    """Return a parser; it may serve many threads."""
    operators = [
        _operator(_ALONE.format(_NOT), NotGroup, syntax.PrefixOperator),
        _operator(_MINUS, NotGroup, syntax.PrefixOperator),
        _operator(_ALONE.format(_AND), AndGroup),
        _operator(_ALONE.format(_OR), OrGroup),
    ]
    return qparser.QueryParser(
        None,
        None,
        plugins=[
            plugins.GroupPlugin(),
            plugins.FieldsPlugin(_FIELD, remove_unknown=False),
            plugins.OperatorsPlugin(operators, clean=True),
            _Leaves(),
        ],
    )
