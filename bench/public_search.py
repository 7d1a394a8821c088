"""The public's search page over 10,000 adopted resolutions, one request at a time.

    .venv/bin/python -m bench.public_search [RESOLUTIONS]

The floor is a bare Granian with a FastAPI that asks SQLite FTS5 for the same words and gives back
the count and twenty titles: no lemmas, visibility, facets or passages, and hardly a page.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import insert

from api import wiring
from api.wiring import Parts
from bench._serving import Installation, bare, found, processor_seconds, served, settings_of, spread
from bench._texts import legal_texts
from docstore.models import Document, Facts, PageText, Paper, Version, VersionAudience
from docstore.models.base import new_id
from docstore.rules.roman import to_roman
from docstore.visibility import PUBLIC
from indexer.catching_up import rebuild

ROUNDS = 10
PAGES = 2
QUESTIONS: Mapping[str, Sequence[str]] = {
    "no words": ("", "sort=numer", "strona=7"),
    "one word": ("q=przestrzennego", "q=cudzoziemca", "q=ustawy", "q=Minister"),
    "words": ("q=umowa+najem+lokal", "q=podatek+organ+decyzja", "q=oplaty+sadowe"),
    "phrase": ("q=„na podstawie ustawy”", "q=„organ właściwy”"),
    "number": ("q=XLV/312/2018", "q=312/18"),
    "prefix, fuzzy": ("q=nieruchom*", "q=ustwa~"),
    "ticked": ("q=ustawy&rok=2018&rok=2019&status=unknown", "rok=2018&rodzaj=resolution"),
    "page 7, by date": ("q=ustawy&strona=7", "q=organ&sort=data"),
    "found nothing": ("q=podatek+kosmonauta+nieruchomość",),
}
_FLOOR = """
import sqlite3
from fastapi import FastAPI
app = FastAPI()
base = sqlite3.connect("fts5.db", check_same_thread=False)
@app.get("/")
async def find(q: str = "ustawy") -> dict:
    asked = (" ".join('"' + word + '"' for word in q.split()),)
    total = base.execute("SELECT count(*) FROM t WHERE t MATCH ?", asked).fetchone()[0]
    found = "SELECT substr(text, 1, 90) FROM t WHERE t MATCH ? ORDER BY rank LIMIT 20"
    hits = base.execute(found, asked)
    return {"total": total, "hits": [title for title, in hits]}
"""


def main() -> None:
    """Print one table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("resolutions", type=int, nargs="?", default=10_000)
    count = arguments.parse_args().resolutions
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        pages = list(legal_texts(count * PAGES))
        floor = _floor(folder, pages)
        kinds = _teczka(folder / "data", pages)
    print(f"public search page over {count:,} resolutions of {PAGES} pages, one at a time")
    for kind, each in kinds.items():
        print(f"  {kind:<22} {each}")
    every = Asked(
        [seconds for each in kinds.values() for seconds in each.taken],
        sum(each.processor for each in kinds.values()),
    )
    print(f"  {'teczka, all of them':<22} {every}   (limit: p95 60 ms)")
    print(f"  {'floor, one word':<22} {floor}")


@dataclass(frozen=True)
class Asked:
    """What some requests took: by the clock each, and of the processor together."""

    taken: Sequence[float]
    processor: float

    def __str__(self) -> str:
        """Return median, 95th percentile and what the server's processes worked on each."""
        worked = self.processor / len(self.taken) * 1000
        return f"{spread(self.taken)}   processor {worked:6.1f} ms each"


def _teczka(folder: Path, pages: list[str]) -> dict[str, Asked]:
    """Fill a record, serve it, and time each kind of question."""
    # Every request comes from another address: what is measured is the page, not its limit.
    settings = settings_of(folder).model_copy(update={"trusted_proxies": "127.0.0.1"})
    parts = wiring.build(settings)
    installation = found(parts)
    fill(parts, installation, pages)
    parts.close()
    page = f"{settings.public_url}/probna/uchwaly"
    with served(settings) as (process, _):
        return {kind: _asked(page, process.pid, each) for kind, each in QUESTIONS.items()}


def _floor(folder: Path, pages: list[str]) -> Asked:
    """Time the floor's answers to single words."""
    base = sqlite3.connect(folder / "fts5.db")
    base.execute(
        "CREATE VIRTUAL TABLE t USING fts5(text, tokenize='unicode61 remove_diacritics 2')"
    )
    texts = (" ".join(pages[at : at + PAGES]) for at in range(0, len(pages), PAGES))
    base.executemany("INSERT INTO t(text) VALUES (?)", ((text,) for text in texts))
    base.commit()
    base.close()
    with bare(folder, _FLOOR) as (url, process, _):
        return _asked(url, process.pid, QUESTIONS["one word"])


def _asked(page: str, pid: int, questions: Sequence[str]) -> Asked:
    """Ask each question a few times; a first round only warms the caches."""
    taken: list[float] = []
    worked = 0.0
    with httpx2.Client(timeout=60) as client:
        for number in range(ROUNDS + 1):
            if number == 1:
                taken, worked = [], processor_seconds(pid)
            for question in questions:
                address = f"10.0.{number}.{len(taken) % 250}"
                start = time.perf_counter()
                answer = client.get(f"{page}?{question}", headers={"X-Forwarded-For": address})
                taken.append(time.perf_counter() - start)
                assert answer.is_success, answer.text
    return Asked(taken, processor_seconds(pid) - worked)


def fill(parts: Parts, installation: Installation, pages: list[str]) -> None:
    """Write published resolutions into a record, in bulk, and build the index from it."""
    rows: dict[Any, list[dict[str, Any]]] = {}
    for act in _acts(installation, pages):
        for model, row in act:
            rows.setdefault(model, []).append(row)
    with parts.database.transaction() as session:
        for model, its in rows.items():
            session.execute(insert(model), its)
    rebuild(parts.reader)


def _acts(
    installation: Installation, pages: list[str]
) -> Iterator[list[tuple[Any, dict[str, Any]]]]:
    """Yield the rows of one act after another, spread over the years since 2000."""
    for number in range(1, len(pages) // PAGES + 1):
        texts = pages[(number - 1) * PAGES : number * PAGES]
        day = date(2000, 1, 5) + timedelta(days=number % 9_500)
        at = datetime.combine(day, clock_time(12), UTC)
        literal = f"{to_roman(number % 60 + 1)}/{number}/{day.year}"
        own = {"body_id": installation.body.id, "created_at": at}
        paper, document, version = new_id(), new_id(), new_id()
        yield [
            (Paper, {**own, "id": paper, "title": f"w sprawie: {texts[0][:120]}",
                     "number": literal, "number_key": literal, "adopted_on": day,
                     "status": ("unknown", "in_force", "repealed")[number % 3],
                     "status_basis": "art. 7" if number % 3 else "", "published_at": at}),
            (Document, {**own, "id": document, "paper_id": paper, "role": "signed_act",
                        "title": "Uchwała", "is_public": True}),
            (Version, {**own, "id": version, "document_id": document, "number": 1,
                       "sha256": sha256(literal.encode()).hexdigest(), "size": 20_000,
                       "media_type": "application/pdf", "file_name": f"uchwala-{number}.pdf"}),
            (VersionAudience, {"version_id": version, "token": PUBLIC}),
            (Facts, {"version_id": version, "media_type": "application/pdf", "pages": PAGES,
                     "text_state": "text", "made_at": at}),
            *((PageText, {"version_id": version, "page": page, "text": text})
              for page, text in enumerate(texts, start=1)),
        ]  # fmt: skip


if __name__ == "__main__":
    main()
