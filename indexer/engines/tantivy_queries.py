"""From our tree to Tantivy's queries."""

from collections.abc import Callable, Iterable
from itertools import combinations

import tantivy
from tantivy import Occur, Query

from docstore.visibility import Visibility
from indexer.documents import FacetName, SearchQuery, ticked_values
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

    def __init__(
        self, schema: tantivy.Schema, searcher: tantivy.Searcher, analyser: PolishAnalyser
    ) -> None:
        self._schema = schema
        self._searcher = searcher
        self._analyser = analyser
        self.terms: dict[str, tuple[str, ...]] = {}

    def content(self, tree: Tree) -> Query:
        """Return the query of a tree; it scores."""
        match tree:
            case Everything():
                return Query.all_query()
            case And(parts):
                return self._all_of(parts)
            case Or(parts):
                return Query.boolean_query([(Occur.Should, self.content(p)) for p in parts])
            case Not():
                return self._all_of((Everything(), tree))
            case Years() | Days() | Value():
                return unscored(self._fact(tree))
        return self._text(tree)

    def may_see(self, visible_to: Visibility, without: Iterable[str] = ()) -> Query:
        """Return the query of everything one may see."""
        return Query.boolean_query(
            [
                (Occur.Must, self._term("body_id", visible_to.body_id)),
                (Occur.Must, self._any("visible_to", visible_to.tokens)),
                (Occur.MustNot, self._any("superseded_for", visible_to.tokens)),
                (Occur.MustNot, self._any("document_id", without)),
            ]
        )

    def ticked(self, query: SearchQuery, *, but: FacetName | None = None) -> list[Query]:
        """Return what was ticked beside the query, a query for each list, `but` one facet."""
        lists: dict[str, Iterable[str]] = {"stage": query.stages}
        lists.update(ticked_values(query).items())
        return [self._any(name, lists[name]) for name in lists if name != but and lists[name]]

    def _all_of(self, parts: Iterable[Tree]) -> Query:
        """Return the query of all parts; those that exclude need something to exclude from."""
        clauses = [
            (Occur.MustNot, self.content(part.part))
            if isinstance(part, Not)
            else (Occur.Must, self.content(part))
            for part in parts
        ]
        if all(occur == Occur.MustNot for occur, _ in clauses):
            clauses.append((Occur.Must, Query.all_query()))
        return Query.boolean_query(clauses)

    def _fact(self, leaf: Years | Days | Value) -> Query:
        """Return the query of what is known beside the text."""
        match leaf:
            case Years(low, high):
                return self._between("year_number", low, high)
            case Days(low, high):
                return self._between("day", low.toordinal(), high.toordinal())
            case Value(field, value):
                return self._term(field, value)

    def _text(self, leaf: TextLeaf) -> Query:
        """Return the query of a leaf; without a field, title and number add to its weight."""
        make = self._maker(leaf)
        if leaf.field is not None:
            return make(leaf.field)
        heavier = [
            (Occur.Should, Query.boost_query(make(field), weight))
            for field, weight in WEIGHTS.items()
        ]
        return Query.boolean_query([(Occur.Must, make("text")), *heavier])

    def _maker(self, leaf: TextLeaf) -> Callable[[str], Query]:
        """Return what makes the query of a leaf in one field of the index."""
        match leaf:
            case Word(text):
                terms = self._terms(text)
                return lambda field: Query.disjunction_max_query(
                    [self._term(field, term) for term in terms]
                )
            case Number(key):
                return lambda field: self._term(field, key)
            case Prefix(text):
                return lambda field: Query.regex_query(self._schema, field, f"{text}.*")
            case Fuzzy(text, distance):
                return lambda field: Query.fuzzy_term_query(self._schema, field, text, distance)
            case Phrase(words, gap):
                # Terms are letters and digits alone, so they are safe in a pattern.
                patterns = ["|".join(self._terms(word)) for word in words]
                spreads: list[list[str | tuple[int, str]]] = [
                    [*zip(places, patterns, strict=True)] for places in spread(len(words), gap)
                ]
                return lambda field: Query.disjunction_max_query(
                    [Query.regex_phrase_query(self._schema, field, each) for each in spreads]
                )

    def _terms(self, word: str) -> tuple[str, ...]:
        """Return the terms of a typed word, with the lemmas that the index knows behind it."""
        self.terms[word] = self._analyser.query_terms(word, self._lemmas)
        return self.terms[word]

    def _lemmas(self, folded: str) -> Iterable[str]:
        """Return the lemmas that the index knows behind a folded form."""
        known = self._searcher.terms_with_prefix("forms", folded + FORM_END)
        return [form.partition(FORM_END)[2] for form, _ in known]

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, value)

    def _any(self, field: str, values: Iterable[str]) -> Query:
        return unscored(Query.term_set_query(self._schema, field, sorted(values)))

    def _between(self, field: str, low: int, high: int) -> Query:
        kind = tantivy.FieldType.Integer
        return Query.range_query(self._schema, field, kind, low, high)


def both(*queries: Query) -> Query:
    """Return the query of what all of `queries` find."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def unscored(query: Query) -> Query:
    """Return a query that matches the same and adds nothing to any score."""
    return Query.const_score_query(query, 0.0)


def spread(length: int, gap: int) -> Iterable[tuple[int, ...]]:
    """Yield the places of a phrase's words, in every way that leaves at most `gap` in between."""
    for rest in combinations(range(1, length + gap), length - 1):
        yield (0, *rest)
