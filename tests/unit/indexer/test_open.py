"""The engine is chosen by the scheme of a URL."""

from pathlib import Path

import pytest

from indexer.engines.tantivy import TantivySearchEngine
from indexer.engines.whoosh import MemorySearchEngine, WhooshSearchEngine
from indexer.open import open_engine


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("tantivy:", TantivySearchEngine),
        ("whoosh:", WhooshSearchEngine),
        ("memory:", MemorySearchEngine),
    ],
)
def test_each_scheme_opens_its_engine_and_writes_nothing(
    url: str, kind: type, tmp_path: Path
) -> None:
    engine = open_engine(url, tmp_path)
    assert type(engine) is kind
    assert engine.needs_rebuild()
    assert list(tmp_path.iterdir()) == []


def test_an_index_stands_in_the_data_folder(tmp_path: Path) -> None:
    open_engine("tantivy:", tmp_path).rebuild([])
    assert (tmp_path / "index" / "tantivy" / "current.json").is_file()


@pytest.mark.parametrize("url", ["", "sqlite:", "tantivy", "memory://somewhere"])
def test_other_urls_are_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no search engine"):
        open_engine(url, tmp_path)
