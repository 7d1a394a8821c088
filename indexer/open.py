"""Opens the engine that a URL names."""

from pathlib import Path

from indexer.engines.tantivy import TantivySearchEngine
from indexer.engines.whoosh import MemorySearchEngine, WhooshSearchEngine
from indexer.fields import Labels
from indexer.seam import SearchEngine


def open_engine(url: str, data_dir: Path, *, labels: Labels | None = None) -> SearchEngine:
    """Return the engine of `tantivy:` (default), `whoosh:` or `memory:`.

    Its folder is `index/<scheme>` in the data folder. `labels` are what the values of kind and
    status may be called in a query. Nothing is written and no lock is taken before the first
    change; another scheme is a `ValueError`.
    """
    folder = data_dir / "index" / url.removesuffix(":")
    match url:
        case "tantivy:":
            return TantivySearchEngine(folder, labels=labels)
        case "whoosh:":
            return WhooshSearchEngine(folder, labels=labels)
        case "memory:":
            return MemorySearchEngine(labels=labels)
    raise ValueError(f"no search engine is called {url!r}; choose tantivy:, whoosh: or memory:")
