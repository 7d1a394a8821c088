"""What every engine writes of one document: its terms, its facts and the keys it sorts by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from indexer import numbers
from indexer.documents import IndexDocument
from indexer.polish import PolishAnalyser, normalise, words

# Raise it whenever entries or an engine's fields change: every index then asks for a rebuild.
SCHEMA_VERSION = 1
# Words of different parts of a document stand this far apart, out of reach of any phrase.
_PARTS_APART = 100
# Between a folded form and a lemma; no term contains it.
FORM_END = "\t"
# What a word in the title or in the number adds to its weight anywhere in the document: people
# look for known acts by both. The known-item test of the contract suite holds them to it.
WEIGHTS = {"title": 3.0, "number": 6.0}
_LAST_DAY = date.max.toordinal()

Posting = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One document analysed; postings are (word position, term) in order of position.

    `text` holds all that a plain word may find: number, title, file name and pages. `title` and
    `number` repeat their part, for their own fields of the language and for their weight.
    `forms` are the folded forms that hide a lemma, each with it (see `indexer.polish`).
    """

    document: IndexDocument
    text: tuple[Posting, ...]
    title: tuple[Posting, ...]
    number: tuple[Posting, ...]
    forms: frozenset[str]
    by_date: str
    by_number: str

    @property
    def year(self) -> str:
        """Return the year as facets show it; empty when there is none."""
        return "" if self.document.year is None else str(self.document.year)

    @property
    def day(self) -> int | None:
        """Return the date as a day number, or nothing."""
        day = self.document.dated_on
        return None if day is None else day.toordinal()


def entry(document: IndexDocument, analyser: PolishAnalyser) -> Entry:
    """Return what every engine writes of `document`."""
    number, title = normalise(document.number), normalise(document.title)
    file_name = normalise(document.file_name)
    pages = [normalise(page) for page in document.pages]
    day = _LAST_DAY if document.dated_on is None else _LAST_DAY - document.dated_on.toordinal()
    return Entry(
        document=document,
        text=tuple(_postings(([number], [title], [file_name], pages), analyser)),
        title=tuple(_postings(([title],), analyser)),
        number=tuple(_postings(([number],), analyser)),
        forms=frozenset(_forms([number, title, file_name, *pages], analyser)),
        # Ids make the keys distinct, so equal dates and numbers have one order in every engine.
        by_date=f"{day:07}{document.id}",
        by_number=f"{numbers.sort_key(document.number)}{FORM_END}{document.id}",
    )


def _postings(parts: Iterable[Iterable[str]], analyser: PolishAnalyser) -> Iterator[Posting]:
    """Yield the terms of texts; words run on from page to page, but not from part to part."""
    start = 0
    for part in parts:
        for text in part:
            position = -1
            for token in analyser.tokens(text):
                position = token.position
                for term in token.terms:
                    yield start + position, term
            start += position + 1
        start += _PARTS_APART


def _forms(texts: Iterable[str], analyser: PolishAnalyser) -> Iterator[str]:
    """Yield each hidden form with its lemma, as one string."""
    for word in {word for text in texts for word in words(text)}:
        for form, lemma in analyser.hidden_forms(word):
            yield form + FORM_END + lemma
