"""From our tree to Whoosh's queries."""

from collections.abc import Callable, Iterable
from typing import Any

from whoosh import query  # type: ignore[import-untyped]  # Whoosh has no stubs
from whoosh.query import spans  # type: ignore[import-untyped]  # as above

from docstore.visibility import Visibility
from indexer.documents import SearchQuery
from indexer.engines.entries import FORM_END, WEIGHTS
from indexer.polish import PolishAnalyser
from indexer.tree import (
    And,
    Days,
    Everything,
    Fuzzy,
    Not,
    Number,
    Or,
    Phrase,
    Prefix,
    TextLeaf,
    Tree,
    Value,
    Word,
    Years,
)


class Compiler:
    """Makes queries for one state of an index; `terms` tells what each typed word stood for."""

    def __init__(self, reader: Any, analyser: PolishAnalyser) -> None:
        self._reader = reader
        self._analyser = analyser
        self.terms: dict[str, tuple[str, ...]] = {}

    def content(self, tree: Tree) -> Any:
        """Return the query of a tree; it scores. Exclusions get something to exclude from."""
        match tree:
            case Not():
                return query.And([_everything(), self._clause(tree)])
            case And(parts) if all(isinstance(part, Not) for part in parts):
                return query.And([_everything(), *map(self._clause, parts)])
        return self._clause(tree)

    def may_see(self, visible_to: Visibility, asked: SearchQuery | None = None) -> Any:
        """Return the query of everything one may see, of the stages and documents asked for."""
        clauses = [
            query.Term("body_id", visible_to.body_id),
            _any("visible_to", visible_to.tokens),
            query.Not(_any("superseded_for", visible_to.tokens)),
        ]
        if asked is not None and asked.without:
            clauses.append(query.Not(_any("document_id", asked.without)))
        if asked is not None and asked.stages:
            clauses.append(_any("stage", asked.stages))
        return _unscored(query.And(clauses))

    def _clause(self, tree: Tree) -> Any:
        """Return the query of a tree as a part of an And, where exclusions may stand bare."""
        match tree:
            case Everything():
                return _everything()
            case And(parts):
                return query.And([*map(self._clause, parts)])
            case Or(parts):
                return query.Or([*map(self.content, parts)])
            case Not(part):
                return query.Not(self.content(part))
            case Years() | Days() | Value():
                return _unscored(_fact(tree))
        return self._text(tree)

    def _text(self, leaf: TextLeaf) -> Any:
        """Return the query of a leaf; without a field, title and number add to its weight."""
        make = self._maker(leaf)
        if leaf.field is not None:
            return make(leaf.field)
        heavier = [make(field).with_boost(weight) for field, weight in WEIGHTS.items()]
        return query.AndMaybe(make("text"), query.Or(heavier))

    def _maker(self, leaf: TextLeaf) -> Callable[[str], Any]:
        """Return what makes the query of a leaf in one field of the index."""
        match leaf:
            case Word(text):
                terms = self._terms(text)
                return lambda field: _any(field, terms)
            case Number(key):
                return lambda field: query.Term(field, key)
            case Prefix(text):
                return lambda field: query.Prefix(field, text)
            case Fuzzy(text, distance):
                return lambda field: _unscored(_any(field, self._within(field, text, distance)), 1)
            case Phrase(words, gap):
                slots = [self._terms(word) for word in words]
                return lambda field: Sequence([_any(field, slot) for slot in slots], gap)

    def _terms(self, word: str) -> tuple[str, ...]:
        """Return the terms of a typed word, with the lemmas that the index knows behind it."""
        self.terms[word] = self._analyser.query_terms(word, self._lemmas)
        return self.terms[word]

    def _lemmas(self, folded: str) -> Iterable[str]:
        """Return the lemmas that the index knows behind a folded form."""
        known = self._reader.expand_prefix("forms", folded + FORM_END)
        return [form.decode().partition(FORM_END)[2] for form in known]

    def _within(self, field: str, text: str, distance: int) -> set[str]:
        """Return the index's terms within a distance that counts swapped letters as one mistake.

        Whoosh's automata count a swap as two, so every swap is tried with one mistake less.
        """
        swapped = {text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1)}
        found = {
            term
            for reader, _ in self._reader.leaf_readers()
            for term in reader.terms_within(field, text, distance)
        }
        if distance == 1:
            return found | {term for term in swapped if (field, term) in self._reader}
        return found.union(*(self._within(field, each, distance - 1) for each in swapped))


class Sequence(spans.SpanNear2):  # type: ignore[misc]  # Whoosh has no stubs
    """Matches words in order with at most `gap` others among all of them.

    Whoosh's own sequences count the gap between neighbours only.
    """

    def __init__(self, words: list[Any], gap: int, boost: float = 1.0) -> None:
        super().__init__(words, slop=gap + 1)
        self._gap = gap
        self.boost = boost

    def with_boost(self, boost: float) -> "Sequence":
        """Return the same query with another weight."""
        return Sequence(self.qs, self._gap, boost)

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return what walks over matching documents."""
        # Without this Whoosh may choose matchers that know no positions.
        context = context.set(needs_current=True)
        return _SequenceMatcher([q.matcher(searcher, context) for q in self.qs], self._gap)


class _SequenceMatcher(spans.SpanNear2.SpanNear2Matcher):  # type: ignore[misc]  # as above
    """Keeps the matches whose words leave no more than the gap between them."""

    def __init__(self, matchers: list[Any], gap: int) -> None:
        self._longest = gap + len(matchers) - 1
        super().__init__(matchers, slop=gap + 1)

    def copy(self) -> "_SequenceMatcher":
        """Return a matcher at the same place."""
        return _SequenceMatcher([m.copy() for m in self.ms], self.slop - 1)

    def _get_spans(self) -> list[Any]:
        return [s for s in super()._get_spans() if s.end - s.start <= self._longest]


def _fact(leaf: Years | Days | Value) -> Any:
    """Return the query of what is known beside the text."""
    match leaf:
        case Years(low, high):
            return query.NumericRange("year_number", low, high)
        case Days(low, high):
            return query.NumericRange("day", low.toordinal(), high.toordinal())
        case Value(field, value):
            return query.Term(field, value)


def _everything() -> Any:
    return _unscored(query.Every())


def _any(field: str, values: Iterable[str]) -> Any:
    """Return the query of any of some terms."""
    return query.Or([query.Term(field, value) for value in sorted(values)])


def _unscored(part: Any, score: float = 0.0) -> Any:
    """Return a query that matches the same with one score for all."""
    return query.ConstantScoreQuery(part, score)
