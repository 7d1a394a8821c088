"""Times the search engines on Polish legal text, beside SQLite FTS5 on the same texts.

    .venv/bin/python -m bench.search [DOCUMENTS] [--engines tantivy,whoosh]

Documents are pieces of about 300 words of real statutes (`../shared/data`), and then words drawn by
lot from them. Every figure is the time of one search with its count, its first ten hits
and, where named so, its three facets; FTS5 answers count, hits and one facet, without lemmas,
visibility or folding of the letter l with a stroke. It is a floor, not a rival.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from bench._texts import WORDS_A_TEXT, legal_texts
from docstore.visibility import Visibility
from indexer.documents import IndexDocument, Page, SearchQuery
from indexer.engines.tantivy import TantivySearchEngine
from indexer.engines.whoosh import WhooshSearchEngine
from indexer.highlight import Highlighter
from indexer.polish import shared_analyser
from indexer.seam import SearchEngine

ROUNDS = 30
BODY = "body"
QUERIES = {
    "rare term": ["przestrzennego", "cudzoziemca", "akcyza", "weterynarii"],
    "common term": ["ustawy", "organ", "przepis", "minister"],
    "three terms": ["umowa najem lokal", "podatek organ decyzja", "minister finanse przepis"],
    "phrase": ['"na podstawie ustawy"', '"organ właściwy"', '"minister właściwy do spraw"'],
    "prefix": ["plan*", "przeds*", "nieruchom*"],
    "fuzzy": ["ustwa~", "podatk~", "minster~"],
    "without diacritics": ["nieruchomosci", "sadowy", "wlasciwosc"],
}
# What FTS5 understands of them as typed.
FTS_QUERIES = ("rare term", "common term", "three terms", "phrase", "prefix")


def main() -> None:
    """Print one table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("documents", type=int, nargs="?", default=3_000)
    arguments.add_argument("--engines", default="tantivy,whoosh")
    chosen = arguments.parse_args()
    texts = list(legal_texts(chosen.documents))
    shared_analyser().terms("rozgrzewka")
    columns: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        kinds: dict[str, Callable[[Path], SearchEngine]] = {
            "tantivy": TantivySearchEngine,
            "whoosh": WhooshSearchEngine,
        }
        for name in chosen.engines.split(","):
            columns[name] = _engine(kinds[name](Path(folder) / name), Path(folder) / name, texts)
        columns["FTS5"] = _fts5(Path(folder) / "fts5.db", texts)
    _print(f"{len(texts):,} documents of {WORDS_A_TEXT} words", columns)


def _document(number: int, text: str) -> IndexDocument:
    """Return a text as a resolution of some year, one in ten for members alone."""
    day = date(1995, 1, 1) + timedelta(days=number % 9_000)
    return IndexDocument(
        id=f"{number:08}",
        body_id=BODY,
        document_id=f"{number:08}",
        revision=1,
        visible_to=frozenset({"body:body:member"} | ({"public"} if number % 10 else set())),
        title=text[:90],
        number=f"XLV/{number}/{day.year}",
        pages=(text,),
        stage="adopted",
        kind=("resolution", "report", "motion")[number % 3],
        status=("in_force", "repealed", "unknown", "amended")[number % 4],
        year=day.year,
        dated_on=day,
    )


def _engine(engine: SearchEngine, folder: Path, texts: list[str]) -> dict[str, str]:
    """Measure one of our engines."""
    public = Visibility.public(BODY)
    began = time.perf_counter()
    engine.rebuild(_document(number, text) for number, text in enumerate(texts))
    rows = {"build, documents a second": f"{len(texts) / (time.perf_counter() - began):,.0f}"}
    rows["size on disk, MB"] = f"{_size(folder) / 1e6:,.0f}"

    def search(query: SearchQuery) -> None:
        engine.search(query, visible_to=public, page=Page())

    for name, queries in QUERIES.items():
        rows[name] = _timed([partial(search, SearchQuery(text=text)) for text in queries])
    ticked = SearchQuery(
        text="ustawy", years=frozenset({2004, 2005}), kinds=frozenset({"resolution"})
    )
    rows["common term, ticked"] = _timed([partial(search, ticked)])
    rows["everything, newest first"] = _timed([partial(search, SearchQuery())])
    rows["ten passages"] = _timed([partial(_passages, engine, texts)])
    rows["put to found"] = _timed([_putting(engine)])
    engine.close()
    return rows


def _passages(engine: SearchEngine, texts: list[str]) -> None:
    """Search and cut out the passages of ten hits."""
    answer = engine.search(
        SearchQuery(text="minister przepis"), visible_to=Visibility.public(BODY), page=Page()
    )
    highlighter = Highlighter(answer.tree, terms=answer.terms)
    for hit in answer.hits:
        highlighter.passage((texts[int(hit.id)],))


def _putting(engine: SearchEngine) -> Callable[[], None]:
    """Return what puts one more document and finds it."""
    numbers = iter(range(10_000_000, 20_000_000))

    def put() -> None:
        number = next(numbers)
        word = f"znak{number}"
        with engine.batch() as batch:
            batch.put(_document(number * 10 + 1, f"{word} uchwała w sprawie planu " * 20))
        engine.refresh()
        found = engine.search(
            SearchQuery(text=word), visible_to=Visibility.public(BODY), page=Page()
        )
        assert found.total == 1

    return put


def _fts5(file: Path, texts: list[str]) -> dict[str, str]:
    """Measure the floor."""
    base = sqlite3.connect(file)
    base.execute(
        "CREATE VIRTUAL TABLE t USING fts5(text, tokenize='unicode61 remove_diacritics 2')"
    )
    base.execute("CREATE TABLE facts (id INTEGER PRIMARY KEY, year INTEGER)")
    began = time.perf_counter()
    base.executemany("INSERT INTO t(rowid, text) VALUES (?, ?)", enumerate(texts))
    base.executemany(
        "INSERT INTO facts VALUES (?, ?)",
        ((number, 1995 + number % 25) for number in range(len(texts))),
    )
    base.commit()
    rows = {"build, documents a second": f"{len(texts) / (time.perf_counter() - began):,.0f}"}
    rows["size on disk, MB"] = f"{file.stat().st_size / 1e6:,.0f}"

    def search(text: str) -> None:
        base.execute("SELECT count(*) FROM t WHERE t MATCH ?", (text,)).fetchone()
        base.execute(
            "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10", (text,)
        ).fetchall()
        base.execute(
            "SELECT year, count(*) FROM t JOIN facts ON id = t.rowid WHERE t MATCH ? GROUP BY year",
            (text,),
        ).fetchall()

    for name in FTS_QUERIES:
        rows[name] = _timed([partial(search, text) for text in QUERIES[name]])
    base.close()
    return rows


def _timed(calls: list[Callable[[], None]]) -> str:
    """Return p50 / p95 of calls in milliseconds."""
    times: list[float] = []
    for _ in range(max(1, ROUNDS // len(calls))):
        for call in calls:
            began = time.perf_counter()
            call()
            times.append((time.perf_counter() - began) * 1e3)
    return f"{median(times):.1f} / {quantiles(times, n=20)[-1]:.1f}"


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _print(title: str, columns: dict[str, dict[str, str]]) -> None:
    """Print a table that can be pasted into the documentation."""
    print(f"| {title}; ms, p50 / p95 | {' | '.join(columns)} |")
    print(f"|---|{'---|' * len(columns)}")
    for row in next(iter(columns.values())):
        print(f"| {row} | {' | '.join(column.get(row, '') for column in columns.values())} |")


if __name__ == "__main__":
    main()
