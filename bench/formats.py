"""Reading and rendering beside the bare tools: PDF text, PDFs of Word files, words against truth.

    .venv/bin/python -m bench.formats

Files are real (`../shared/data`): councils' vote reports for text, statutes as DOC, DOCX, ODT and
RTF for renditions.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it ships no types

from docstore.files import media
from docstore.files.inspect import inspect
from docstore.files.office import LibreOfficeRenderer, find_libreoffice
from docstore.files.text import tidy

_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_TYPES = {".docx": media.DOCX, ".odt": media.ODT, ".doc": media.DOC, ".rtf": media.RTF}
_LARGEST = 60
_WORD = re.compile(r"[^\W\d_]{3,}")


def main() -> None:
    """Measure and print."""
    files = sorted(_DATA.glob("council-votes-*/**/*.pdf"), key=lambda each: -each.stat().st_size)
    if not files:
        sys.exit(f"{_DATA} is missing: there is nothing to read")
    _extraction(files[:_LARGEST])
    _renditions(
        sorted(each for each in (_DATA / "derived-office").iterdir() if each.suffix in _TYPES)
    )


def _extraction(files: Sequence[Path]) -> None:
    inspect(files[-1], "rozgrzewka.pdf")
    bare, pages = _timed(lambda: sum(map(_bare, files)))
    one, _ = _timed(lambda: [inspect(each, each.name) for each in files])
    with ThreadPoolExecutor(2) as pool:
        two, _ = _timed(lambda: list(pool.map(lambda each: inspect(each, each.name), files)))
    print(f"text of {len(files)} PDFs, {pages} pages")
    print(f"  bare pypdfium2           {pages / bare:7.0f} pages/s")
    print(f"  the sandbox, one at once {pages / one:7.0f} pages/s, {bare / one:.2f} of it (0.7)")
    print(f"  two at once              {pages / two:7.0f} pages/s, {one / two:.2f} times one (1.7)")


def _bare(file: Path) -> int:
    document = pypdfium2.PdfDocument(file)
    for page in document:
        page.get_textpage().get_text_bounded()
    return len(document)


def _renditions(files: Sequence[Path]) -> None:
    program = find_libreoffice()
    if program is None:
        print("no LibreOffice: nothing is rendered")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        renderer = LibreOfficeRenderer(program, work_folder=folder)
        ours, pages, recalls = 0.0, 0, []
        for each in files:
            target = folder / f"{each.name}.pdf"
            took, _ = _timed(
                lambda each=each, target=target: renderer.to_pdf(  # type: ignore[misc]  # bound now
                    each, target, media_type=_TYPES[each.suffix]
                )
            )
            ours += took
            facts = inspect(target, target.name)
            pages += facts.pages or 0
            recalls.append((_recall(each, facts.page_texts), each.name))
        began = time.perf_counter()
        for each in files:
            _bare_office(program, each, folder / "bare")
        bare = time.perf_counter() - began
    print(f"PDFs of {len(files)} files of word processors, {pages} pages")
    print(f"  teczka       {pages / ours:6.1f} pages/s")
    print(f"  bare soffice {pages / bare:6.1f} pages/s")
    print(f"  words of the truth that are found: {min(recalls)[0]:.4f} at least (limit: 0.995)")
    for recall, file in sorted(recalls):
        print(f"    {recall:.4f} {file}")


def _recall(file: Path, pages: Sequence[str]) -> float:
    """Return the share of the truth's words that are found, each as often as it is there."""
    truth = Counter(_WORD.findall(tidy((file.with_suffix(".truth.txt")).read_text())))
    found = Counter(_WORD.findall("\n".join(pages)))
    return sum(min(times, found[word]) for word, times in truth.items()) / truth.total()


def _bare_office(program: Path, file: Path, folder: Path) -> None:
    subprocess.run(
        [program, "--headless", f"-env:UserInstallation=file://{folder}/profile",
         "--convert-to", "pdf", "--outdir", folder, file],
        check=True,
        capture_output=True,
    )  # fmt: skip
    shutil.rmtree(folder / "profile")  # a new one each time, as ours


def _timed(call: Callable[[], object]) -> tuple[float, int]:
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result if isinstance(result, int) else 0


if __name__ == "__main__":
    main()
