"""One question from words to passages: what pages and commands call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from docstore.visibility import Visibility
from indexer.documents import Page, SearchPage, SearchQuery
from indexer.highlight import Highlighter, Passage
from indexer.seam import SearchEngine

PagesOf = Callable[[Sequence[str]], Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Findings:
    """An engine's answer, and a passage for each hit whose pages may be read."""

    answer: SearchPage
    passages: Mapping[str, Passage]


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds documents and the passages that answer."""

    engine: SearchEngine

    def find(
        self, query: SearchQuery, *, visible_to: Visibility, page: Page, pages_of: PagesOf
    ) -> Findings:
        """Return one page of hits with their passages, by version id.

        `pages_of` gives the page texts of versions, under the record's own visibility: a version
        it leaves out gets no passage, so an index that lags behind shows nothing of it.
        """
        answer = self.engine.search(query, visible_to=visible_to, page=page)
        texts = pages_of([hit.id for hit in answer.hits]) if answer.hits else {}
        highlighter = Highlighter(answer.tree, terms=answer.terms)
        passages = {
            hit.id: highlighter.passage(texts[hit.id]) for hit in answer.hits if hit.id in texts
        }
        return Findings(answer, passages)
