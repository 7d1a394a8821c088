"""How much of what stands on a scan is recognised, and how long it takes.

    .venv/bin/python -m bench.scans

Scans are of real votes and of law, made at several resolutions, crooked, noisy, turned, each with
the truth beside it. The measure is the share of the truth's words of three letters and more that
are found, each as often as it stands there. The floor is Tesseract alone, given the page upright:
its words are to be no more, and its time is what the turn, the angle and the copy cost on top.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
from PIL import Image, ImageSequence

from docstore.files import media
from docstore.files.detect import detect
from docstore.files.recognising import OcrmypdfRecogniser

SCANS = Path(__file__).resolve().parents[2] / "shared" / "data" / "derived-scans"
RUNNING, TABLES = 0.98, 0.95
"""The least share: of running text, and of lists of votes at 150 dpi and more."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_MOST_PAGES = 10
# Of pages that lie on their side, as the manifest beside them says: by so much the picture turns.
_TURNED = {"katowice-rotated90": 270}


def main() -> None:
    """Measure and print; end with 1 where a share is too low."""
    wrong = 0
    for scan in sorted([*SCANS.glob("*.pdf"), *SCANS.glob("*.tiff")]):
        truth = scan.with_suffix(".truth.txt").read_text(encoding="utf-8")
        share, seconds, sure = measured(scan, truth)
        floor, floor_seconds = alone(scan, truth)
        least = max(RUNNING if "konstytucja" in scan.stem else TABLES, floor)
        verdict = "" if share >= least else f"  TOO FEW, {least:.4f} at least"
        wrong += share < least
        print(f"{scan.name:34} {share:.4f}  {seconds:4.1f} s a page, sure {sure:.2f}  |  "
              f"Tesseract alone {floor:.4f}  {floor_seconds:4.1f} s{verdict}")  # fmt: skip
    sys.exit(min(wrong, 1))


def measured(scan: Path, truth: str) -> tuple[float, float, float]:
    """Return the share of the words, the seconds of a page, and how sure the program says it is."""
    with tempfile.TemporaryDirectory() as folder:
        recogniser = OcrmypdfRecogniser(work_folder=Path(folder))
        start = time.perf_counter()
        said = recogniser.recognise(
            scan,
            Path(folder) / "copy.pdf",
            media_type=detect(scan, scan.name),
            pages=range(1, _MOST_PAGES + 1),
            is_last=True,
        )
        seconds = time.perf_counter() - start
    pages = said.pages.values()
    sure = sum(page.confidence for page in pages) / len(pages)
    return share_of("\n".join(page.text for page in pages), truth), seconds / len(pages), sure


def alone(scan: Path, truth: str) -> tuple[float, float]:
    """Return what Tesseract alone finds on the upright pages, and its seconds of a page."""
    said, seconds = [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number, (page, dpi) in enumerate(upright(scan)):
            path = Path(folder) / f"{number}.png"
            page.save(path, dpi=(dpi, dpi))
            start = time.perf_counter()
            done = subprocess.run(
                ["/usr/bin/tesseract", path, "-", "-l", "pol"],
                env={"OMP_THREAD_LIMIT": "1"}, capture_output=True, text=True, check=True,
            )  # fmt: skip
            seconds += time.perf_counter() - start
            said.append(done.stdout)
    return share_of("\n".join(said), truth), seconds / len(said)


def upright(scan: Path) -> Iterator[tuple[Image.Image, float]]:
    """Yield the pictures of a scan's pages as they would be read, and their dots an inch."""
    if detect(scan, scan.name) != media.PDF:
        with Image.open(scan) as frames:
            for frame in ImageSequence.Iterator(frames):
                yield frame.convert("L"), float(frame.info["dpi"][0])
        return
    document = pypdfium2.PdfDocument(scan)
    for page in document:
        (picture,) = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
        dpi = picture.get_px_size()[0] / (page.get_size()[0] / 72)
        turned = _TURNED.get(scan.stem, 0)
        yield page.render(scale=dpi / 72).to_pil().convert("L").rotate(turned, expand=True), dpi
    document.close()


def share_of(said: str, truth: str) -> float:
    """Return which share of the truth's words of three letters and more was said."""
    wanted, found = (Counter(_WORD.findall(text.lower())) for text in (truth, said))
    return (wanted & found).total() / wanted.total()


if __name__ == "__main__":
    main()
