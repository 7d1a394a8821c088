"""Which written words have which terms, learned from the texts that are looked at."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

# Letters of the longest string that is taken for a word.
_LONGEST = 60


class Vocabulary:
    """Tells the words of a text that have one of some terms, at the price of one look into a set.

    Texts of one council are made of the same words again and again. One object may serve many
    threads; where it has grown too large it begins anew, and the words are learned again. What is
    longer than any word is looked at and forgotten.
    """

    def __init__(self, terms: Callable[[str], Iterable[str]], most_words: int) -> None:
        self._terms, self._most_words = terms, most_words
        self._learned: tuple[set[str], dict[str, set[str]]] = (set(), {})

    def having(self, terms: Iterable[str], words: AbstractSet[str]) -> frozenset[str]:
        """Return those of `words` that have one of `terms`."""
        known, by_term = self._learned
        wanted, strange = frozenset(terms), set[str]()
        for word in words - known:
            its = self._terms(word)
            if len(word) > _LONGEST:
                strange |= {word} if not wanted.isdisjoint(its) else set()
                continue
            for term in its:
                by_term.setdefault(term, set()).add(word)
            known.add(word)  # last: whoever finds it here finds its terms, too
        if len(known) > self._most_words:
            self._learned = (set(), {})
        having = strange.union(*(by_term.get(term, ()) for term in wanted))
        return frozenset(having & words)
