"""Pages as pictures: how soon the first of a large file is there, and the next ones.

    .venv/bin/python -m bench.pages [PAGES]

The file is of councils' real votes. The floor of each figure is PDFium alone in this process: the
same pages drawn and written as WebP, without a server, a sandbox, or their words.
"""

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import httpx2
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
from pypdf import PdfReader, PdfWriter

from api import wiring
from bench._serving import browser, found, memory, served, settings_of, spread
from bench.upload_to_found import item_of
from docstore.files.drawing import PIXELS, Size

PAGES, TURNED, THUMBNAILS = 600, 30, 48
_VOTES = Path(__file__).resolve().parents[2] / "shared" / "data"
_MB = 1 << 20


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("pages", type=int, nargs="?", default=PAGES)
    octets = _votes(arguments.parse_args().pages)
    with tempfile.TemporaryDirectory() as temporary:
        parts = wiring.build(settings_of(Path(temporary) / "data"))
        installation = found(parts)
        meeting_id, item_id = item_of(parts.database, installation)
        parts.close()
        desk = f"/probna/biuro/posiedzenia/{meeting_id}/punkty/{item_id}/pliki"
        with served(installation.settings) as (process, _), browser(installation) as client:
            home = f"/probna/pliki/{_uploaded(client, desk, octets)}/strony"
            before = memory(process.pid)
            first = _timed(lambda: _looked_at(client, home, 1))
            turned = [_timed(partial(_looked_at, client, home, n)) for n in range(2, TURNED + 2)]
            again = [_timed(partial(_looked_at, client, home, n)) for n in range(2, TURNED + 2)]
            small = _timed(lambda: _thumbnails(client, home))
            more = memory(process.pid) - before
    floor = _bare(octets, range(1, TURNED + 1), "large")
    small_floor = sum(_bare(octets, range(THUMBNAILS), "small"))
    print(f"a file of {arguments.parse_args().pages} pages, {len(octets) / _MB:.1f} MB")
    print(f"  first page and its picture {first:.2f} s (limit: 1.5 s)")
    print(f"  the next {TURNED}, one after another  {spread(turned)}")
    print(f"  the same again              {spread(again)}")
    print(f"  PDFium alone                {spread(floor)}")
    print(f"  {THUMBNAILS} thumbnails {THUMBNAILS / small:.0f} a second, PDFium alone "
          f"{THUMBNAILS / small_floor:.0f}")  # fmt: skip
    print(f"  memory +{more / _MB:.0f} MB")


def _votes(pages: int) -> bytes:
    """Return real votes as one file of so many pages."""
    paths = sorted(_VOTES.glob("council-votes-*/*.pdf"))
    if not paths:
        sys.exit(f"{_VOTES} is missing: there are no votes to show")
    made, output = PdfWriter(), io.BytesIO()
    for path in paths:
        for page in PdfReader(path).pages:
            if len(made.pages) == pages:
                break
            made.add_page(page)
    made.write(output)
    return output.getvalue()


def _uploaded(client: httpx2.Client, desk: str, octets: bytes) -> str:
    """Upload the file as the office does, wait until it is read, and return its version."""
    client.get("/probna/biuro").raise_for_status()
    headers = {"X-CSRF-Token": client.cookies["teczka_formularz"], "Accept": "application/json"}
    offered = [("files", ("glosowania.pdf", octets))]
    answer = client.post(desk, files=offered, headers=headers, timeout=60).raise_for_status()
    while client.get("/readyz").json()["waiting"]:
        time.sleep(0.1)
    return str(answer.json()["version"])


def _looked_at(client: httpx2.Client, home: str, number: int) -> None:
    """Open a page as a browser does: its words, then its picture."""
    client.get(f"{home}/{number}").raise_for_status()
    client.get(f"{home}/{number}/obraz.webp").raise_for_status()


def _thumbnails(client: httpx2.Client, home: str) -> None:
    for number in range(1, THUMBNAILS + 1):
        client.get(f"{home}/{number}/miniatura.webp").raise_for_status()


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _bare(octets: bytes, indices: Sequence[int], size: Size) -> list[float]:
    """Return what PDFium takes for each of some pages."""
    document = pypdfium2.PdfDocument(octets)

    def drawn(index: int) -> None:
        page = document[index]
        picture = page.render(scale=PIXELS[size] / page.get_width()).to_pil()
        picture.convert("RGB").save(io.BytesIO(), "WEBP", quality=80, method=1)

    return [_timed(partial(drawn, index)) for index in indices]


if __name__ == "__main__":
    main()
