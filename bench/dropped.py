"""500 documents dropped at once on a meeting's page, in a real Chromium.

    .venv/bin/python -m bench.dropped [FILES]

Told are the time until each is stored, how long the page kept a look waiting meanwhile, and the
page's next opening, of which the server's answer is the floor.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from api import wiring
from api.security.cookies import sign_in_cookie
from bench._serving import Installation, browser, found, memory, served, settings_of
from bench._texts import legal_texts, pdf_of
from bench.upload_to_found import item_of

FILES = 500
PATIENCE = 600.0  # seconds
_MB = 1 << 20


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("files", type=int, nargs="?", default=FILES)
    count = arguments.parse_args().files
    with tempfile.TemporaryDirectory() as temporary:
        files = _written(Path(temporary) / "files", count)
        parts = wiring.build(settings_of(Path(temporary) / "data"))
        installation = found(parts)
        meeting_id, _ = item_of(parts.database, installation)
        parts.close()
        desk = f"/probna/biuro/posiedzenia/{meeting_id}"
        with served(installation.settings) as (process, _), _page(installation) as page:
            page.goto(f"{installation.settings.public_url}{desk}")
            before = memory(process.pid)
            taken, looks = _drop(page, files)
            more = memory(process.pid) - before
            server, opening = _answered(installation, desk), _opened(page)
    print(f"{count} documents of a page or two dropped on a meeting's page")
    print(f"  all stored after {taken:.1f} s; the longest look meanwhile {max(looks) * 1e3:.0f} ms")
    print(f"  memory of the server +{more / _MB:.0f} MB")
    print(f"  the page opened anew {opening:.2f} s, the server's answer alone {server:.2f} s")


def _written(folder: Path, count: int) -> list[Path]:
    folder.mkdir()
    paths = [folder / f"zalacznik-{number:04}.pdf" for number in range(count)]
    for path, text in zip(paths, legal_texts(count), strict=True):
        path.write_bytes(pdf_of(text))
    return paths


@contextmanager
def _page(installation: Installation) -> Iterator[Page]:
    """Lend a page of a Chromium in which the clerk is signed in."""
    program = shutil.which("chromium") or sys.exit("Chromium is missing")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    url, name = installation.settings.public_url, sign_in_cookie(installation.body.id)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=flags)
        context = launched.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": name, "value": installation.token, "url": url}])
        yield context.new_page()
        launched.close()


def _drop(page: Page, files: list[Path]) -> tuple[float, list[float]]:
    """Drop files and look once a second until each is stored; return seconds, and of each look."""
    start, looks = time.perf_counter(), []
    page.locator("input[type=file]").first.set_input_files(files)
    stored = page.locator("[data-upload-list] > [data-state=done]")
    while True:
        began = time.perf_counter()
        count = stored.count()
        looks.append(time.perf_counter() - began)
        if count == len(files):
            return time.perf_counter() - start, looks
        if began - start > PATIENCE:
            sys.exit(f"{count} of {len(files)} after {PATIENCE:.0f} s")
        time.sleep(1)  # a look costs the page as well


def _answered(installation: Installation, path: str) -> float:
    with browser(installation) as client:
        client.get(path).raise_for_status()
        start = time.perf_counter()
        client.get(path).raise_for_status()
        return time.perf_counter() - start


def _opened(page: Page) -> float:
    start = time.perf_counter()
    page.reload()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
