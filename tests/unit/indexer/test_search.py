"""One question gives hits with their passages."""

from collections.abc import Sequence

import pytest
from whoosh.writing import SegmentWriter  # type: ignore[import-untyped]  # it has no stubs

from docstore.visibility import Visibility
from indexer.documents import IndexDocument, Page, SearchQuery
from indexer.engines.whoosh import MemorySearchEngine
from indexer.search import Finder, Findings

PAGES = {"a": ("Plan ścieżek rowerowych",), "b": ("Statut", "plan ścieżek")}


@pytest.fixture
def finder() -> Finder:
    engine = MemorySearchEngine()
    engine.rebuild(
        IndexDocument(
            id=version,
            body_id="body",
            document_id=version,
            revision=1,
            visible_to=frozenset({"public"}),
            title="",
            pages=pages,
            stage="adopted",
        )
        for version, pages in PAGES.items()
    )
    return Finder(engine)


def find(finder: Finder, text: str, pages: dict[str, tuple[str, ...]] = PAGES) -> Findings:
    def pages_of(ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        return {version: pages[version] for version in ids if version in pages}

    return finder.find(
        SearchQuery(text=text), visible_to=Visibility.public("body"), page=Page(), pages_of=pages_of
    )


def test_every_hit_has_its_passage_marked_as_it_was_found(finder: Finder) -> None:
    findings = find(finder, "sciezki")
    assert {hit.id for hit in findings.answer.hits} == {"a", "b"}
    assert findings.passages["b"].page == 2
    assert ("ścieżek", True) in findings.passages["a"].pieces


def test_a_version_whose_pages_the_record_withholds_has_no_passage(finder: Finder) -> None:
    findings = find(finder, "plan", {"a": PAGES["a"]})
    assert set(findings.passages) == {"a"}


def test_no_hits_ask_for_no_pages(finder: Finder) -> None:
    def never(_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        raise AssertionError("nothing was found")

    findings = finder.find(
        SearchQuery(text="kot"), visible_to=Visibility.public("body"), page=Page(), pages_of=never
    )
    assert findings.answer.total == 0


def test_a_commit_that_breaks_gives_the_index_back(
    finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = finder.engine
    with monkeypatch.context() as broken:
        broken.setattr(SegmentWriter, "commit", _break)
        with pytest.raises(ZeroDivisionError), engine.batch() as batch:
            batch.remove("a")
    with engine.batch() as batch:
        batch.remove("b")
    engine.refresh()
    assert {hit.id for hit in find(finder, "sciezki").answer.hits} == {"a"}


def _break(*_: object, **__: object) -> None:
    raise ZeroDivisionError
