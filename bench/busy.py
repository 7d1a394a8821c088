"""The public searches, sixteen at once, while the office drops 100 files and works at its desk.

    .venv/bin/python -m bench.busy [RESOLUTIONS] [FILES]

The peer of each figure is the same question in the same run while nothing is dropped.
"""

import argparse
import itertools
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from api import wiring
from bench._serving import (
    Installation,
    browser,
    found,
    processor_seconds,
    served,
    settings_of,
    spread,
)
from bench._texts import legal_texts, pdf_of
from bench.public_search import PAGES, QUESTIONS, fill
from bench.upload_to_found import item_of

READERS, FILES, AT_ONCE = 16, 100, 2  # a browser's page sends two files at once
QUIET = 10.0  # seconds of searching while nothing is dropped
THINKS = 0.2  # seconds between two questions of one reader
_PAGE = "/probna/uchwaly"
_KEPT = "=&+*~"  # what a question is made of besides its words


class Crowd:
    """Readers who search one after another's answer, and a clerk who looks at the desk."""

    def __init__(self, installation: Installation, desk: str) -> None:
        self._installation, self._desk = installation, desk
        self._addresses = itertools.count()

    def watched(self, work: Callable[[], None]) -> tuple[list[float], list[float]]:
        """Return what searches and looks at the desk took while some work was done."""
        done = threading.Event()
        with ThreadPoolExecutor(READERS + 1) as pool:
            readers = [pool.submit(self._read, number, done) for number in range(READERS)]
            clerk = pool.submit(self._look, done)
            try:
                work()
            finally:
                done.set()
            return [each for reader in readers for each in reader.result()], clerk.result()

    def _read(self, number: int, done: threading.Event) -> list[float]:
        questions = [each for kind in QUESTIONS.values() for each in kind]
        taken: list[float] = []
        settings = self._installation.settings
        # The plainest client there is: it has the same processors as the server.
        with closing(HTTPConnection(settings.host, settings.port, timeout=60)) as connection:
            while not taken or not done.wait(THINKS):
                question = questions[(number + len(taken)) % len(questions)]
                # Every request comes from another address: what is measured is not the limit.
                at = next(self._addresses)
                headers = {"X-Forwarded-For": f"10.{at >> 16 & 255}.{at >> 8 & 255}.{at & 255}"}
                start = time.perf_counter()
                connection.request("GET", f"{_PAGE}?{quote(question, _KEPT)}", headers=headers)
                answer = connection.getresponse()
                said = answer.read()
                taken.append(time.perf_counter() - start)
                assert answer.status == HTTPStatus.OK, said
        return taken

    def _look(self, done: threading.Event) -> list[float]:
        taken: list[float] = []
        with browser(self._installation) as client:
            while not taken or not done.wait(THINKS):
                start = time.perf_counter()
                client.get(self._desk).raise_for_status()
                taken.append(time.perf_counter() - start)
        return taken


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("resolutions", type=int, nargs="?", default=10_000)
    arguments.add_argument("files", type=int, nargs="?", default=FILES)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        settings = settings_of(Path(temporary) / "data")
        settings = settings.model_copy(update={"trusted_proxies": "127.0.0.1"})
        parts = wiring.build(settings)
        installation = found(parts)
        fill(parts, installation, list(legal_texts(asked.resolutions * PAGES)))
        meeting_id, item_id = item_of(parts.database, installation)
        parts.close()
        _measure(installation, meeting_id, item_id, asked.files)


def _measure(installation: Installation, meeting_id: str, item_id: str, count: int) -> None:
    desk = f"/probna/biuro/posiedzenia/{meeting_id}"
    crowd = Crowd(installation, desk)
    with served(installation.settings) as (process, _):
        crowd.watched(lambda: None)  # caches
        quiet = crowd.watched(lambda: time.sleep(QUIET))
        before, start = processor_seconds(process.pid), time.perf_counter()
        busy = crowd.watched(lambda: _drop(installation, f"{desk}/punkty/{item_id}/pliki", count))
        seconds, worked = time.perf_counter() - start, processor_seconds(process.pid) - before
    print(f"{READERS} readers search while the office drops {count} files")
    for name, (searches, looks) in (("nothing dropped", quiet), ("files dropped", busy)):
        limits = ("", "") if name == "nothing dropped" else ("(limit: p95 300 ms)", "(500 ms)")
        print(f"  {name:<16} public search     {spread(searches)}   {limits[0]}".rstrip())
        print(f"  {name:<16} the office's desk {spread(looks)}   {limits[1]}".rstrip())
    print(f"  stored and read after {seconds:.1f} s; processor {worked:.1f} s")


def _drop(installation: Installation, address: str, count: int) -> None:
    """Drop files as upload.js does, and wait until all are read and in the index."""
    files = [pdf_of(text) for text in legal_texts(count)]
    with browser(installation) as client:
        client.get("/probna/biuro").raise_for_status()
        headers = {"X-CSRF-Token": client.cookies["teczka_formularz"], "Accept": "application/json"}

        def drop(number: int) -> None:
            offered = [("files", (f"zalacznik-{number}.pdf", files[number]))]
            client.post(address, files=offered, headers=headers).raise_for_status()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(drop, range(count)))
        while client.get("/readyz").json()["waiting"]:
            time.sleep(0.1)


if __name__ == "__main__":
    main()
