"""From the upload of a 10-page PDF to the office finding a word of it, over HTTP, idle.

The floor is the same file put, read and indexed in this process, without HTTP or a queue.
"""

import io
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import httpx2

from api import wiring
from bench._serving import Installation, browser, found, served, settings_of, spread
from docstore.database import Database
from docstore.files.inspect import inspect
from docstore.files.writer import PageBreak, PageSet, Paragraph, write_page_sets
from docstore.services import agendas, meetings, organizations
from docstore.services.acting import Acting
from docstore.services.agendas import NewItem
from docstore.services.meetings import MeetingDetails
from docstore.visibility import Visibility, office
from indexer.documents import IndexDocument, Page, SearchQuery
from indexer.open import open_engine

RUNS = 30
TEXT = "Określa się stawki podatku od nieruchomości obowiązujące na terenie gminy miejskiej. " * 9


def pdf(folder: Path, word: str) -> Path:
    """Write a PDF of ten pages with one word that no other has."""
    target = folder / f"{word}.pdf"
    blocks: list[Paragraph | PageBreak] = [Paragraph(f"{word}. {TEXT}")]
    for _ in range(9):
        blocks += [PageBreak(), Paragraph(TEXT)]
    write_page_sets([PageSet(blocks=tuple(blocks), target=target, title=word)])
    return target


def item_of(database: Database, installation: Installation) -> tuple[str, str]:
    """Make a meeting with one item; return both ids."""
    with database.transaction() as session:
        acting = Acting(installation.clerk.id, installation.body.created_at)
        meeting = meetings.create(
            session,
            acting,
            body_id=installation.body.id,
            details=MeetingDetails(
                organizations.council(session, installation.body.id).id,
                installation.body.created_at + timedelta(days=7),
            ),
        )
        item = agendas.add_items(
            session,
            acting,
            body_id=installation.body.id,
            meeting_id=meeting.id,
            revision=1,
            items=[NewItem("Podjęcie uchwały w sprawie podatków")],
        )[0]
    return meeting.id, item.id


def through_http(folder: Path, files: list[Path]) -> list[float]:
    """Upload each file through the office's page and ask until it is found."""
    parts = wiring.build(settings_of(folder / "data"))
    installation = found(parts)
    meeting_id, item_id = item_of(parts.database, installation)
    parts.close()
    taken = []
    with served(installation.settings), browser(installation) as client:
        client.get(f"/probna/biuro/posiedzenia/{meeting_id}")
        token = client.cookies["teczka_formularz"]
        address = f"/probna/biuro/posiedzenia/{meeting_id}/punkty/{item_id}/pliki"
        for number, file in enumerate(files):
            content = file.read_bytes()
            start = time.perf_counter()
            answer = client.post(
                address,
                # By a name without the word: it is in the text alone, which has to be read.
                files=[("files", (f"plik {number}.pdf", content))],
                headers={"X-CSRF-Token": token, "Accept": "application/json"},
            )
            assert answer.is_success, answer.text
            while not is_found(client, file.stem):
                pass
            taken.append(time.perf_counter() - start)
    return taken


def is_found(client: httpx2.Client, word: str) -> bool:
    """Ask as the office does."""
    page = client.get("/probna/szukaj", params={"q": word}).text
    return "/pliki/" in page.split("<main", 1)[-1]


def in_process(folder: Path, files: list[Path]) -> list[float]:
    """Put, read and index each file with nothing between."""
    parts = wiring.build(settings_of(folder / "floor"))
    engine = open_engine("tantivy:", folder / "floor")
    asker = Visibility.of("b", {office("b")})
    taken = []
    for number, file in enumerate(files):
        start = time.perf_counter()
        key = f"b/objects/{number:02x}/00/{number:02x}00{'0' * 60}"
        parts.store.put(key, io.BytesIO(file.read_bytes()), size=file.stat().st_size)
        facts = inspect(file, file.name)
        with engine.batch() as batch:
            batch.put(
                IndexDocument(
                    id=str(number), body_id="b", document_id=str(number), revision=1,
                    visible_to=frozenset({office("b")}), title=file.stem, stage="draft",
                    pages=facts.page_texts,
                )
            )  # fmt: skip
        engine.refresh()
        assert engine.search(SearchQuery(text=file.stem), visible_to=asker, page=Page()).total
        taken.append(time.perf_counter() - start)
    engine.close()
    parts.close()
    return taken


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        files = [pdf(folder, f"znacznik{n:02d}x") for n in range(RUNS)]
        floor = in_process(folder, files)
        taken = through_http(folder, files)
    print(f"upload of a 10-page PDF to found by search, {RUNS} times")
    print(f"  teczka, over HTTP            {spread(taken)}   (limit: p95 500 ms)")
    print(f"  floor, in one process        {spread(floor)}")


if __name__ == "__main__":
    main()
