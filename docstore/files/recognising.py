"""Recognises words on scanned pages: OCRmyPDF with Tesseract, confined; and a twin for tests."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from docstore.files import media, sandbox
from docstore.files.drawing import DRAWABLE
from docstore.files.errors import FileRefused
from docstore.files.inspect import inspect
from docstore.files.left import left, take_pdf
from docstore.files.sandbox import Limits
from docstore.files.smallest import smallest_pdf
from docstore.files.text import tidy

RECOGNISABLE = DRAWABLE
"""Kinds of files whose pages can be recognised: PDF, and pictures."""


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """What a page says, and how sure the program is of it, from 0 to 1."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Recognised:
    """How many pages the file has, and what those say that were asked for and are there."""

    count: int
    pages: Mapping[int, RecognisedPage]


class Recogniser(Protocol):
    """Makes a searchable PDF of scanned pages.

    Contract (tests/contract/test_recogniser.py holds every adapter to it):
      * `target` holds a PDF of the whole source afterwards, or nothing and `FileRefused` is raised.
      * Pages that were asked for are upright and straight in it, with their words as invisible
        text; all others are as they were.
      * The answer has every page that was asked for and is there; one where nothing was found says
        nothing.
      * The source is not changed, and nothing in it is run or fetched.
    """

    @property
    def tool(self) -> str:
        """The tool with its version, as a rendition records it."""
        ...

    def recognise(
        self, source: Path, target: Path, *, media_type: str, pages: Collection[int], is_last: bool
    ) -> Recognised:
        """Recognise some pages, counted from 1, and write `target`.

        `is_last` makes it PDF/A where that can be, which takes as long as a few pages: of a long
        file each part is the next one's source.
        """
        ...


# Of a page of A4 at 300 dpi: 4 s with its turn. One of a map may take a hundred times as long.
_LIMITS = Limits(
    seconds=600.0, cpu_seconds=600, memory_bytes=6 << 30, file_bytes=2 << 30, answer_bytes=1 << 20
)
_A_PAGE = 120.0  # seconds, on the clock: it gives way to all else
_HOUSE = Path(__file__).resolve().parents[2]
# Isolated, so that nothing of the working folder is taken for a library.
_PROGRAM = (
    "import sys; sys.path.append(sys.argv.pop(1)); "
    "from docstore.files.readers import recognising; recognising.main(*sys.argv[1:])"
)
MOST_LETTERS = 40_000
"""Of one page: five times the fullest seen."""
_MOST_TOLD = 8 << 20
_MOST_PAGES = 10_000
_TESSERACT, _POLISH = "tesseract", "pol.traineddata"
_DATA = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
)
# What they need beside /usr: OCRmyPDF looks how many processors there are, Ghostscript for fonts.
_READS = ("/etc/fonts", "/var/lib/ghostscript", "/var/cache/fontconfig", "/etc/ghostscript")


def find_tesseract() -> Path | None:
    """Return Tesseract where it is installed with its Polish data."""
    found = shutil.which(_TESSERACT, path=os.defpath)
    has_polish = any((Path(place) / _POLISH).exists() for place in _DATA)
    return Path(found) if found and has_polish else None


class OcrmypdfRecogniser:
    """OCRmyPDF with Tesseract and its Polish data, without a network; it gives way to all else."""

    def __init__(self, *, work_folder: Path, limits: Limits = _LIMITS) -> None:
        self._work_folder = work_folder.resolve()
        self._limits = limits

    @cached_property
    def tool(self) -> str:
        """OCRmyPDF with its version."""
        return f"OCRmyPDF {version('ocrmypdf')}"

    def recognise(
        self, source: Path, target: Path, *, media_type: str, pages: Collection[int], is_last: bool
    ) -> Recognised:
        """Recognise some pages, one after another."""
        if media_type not in RECOGNISABLE:
            raise FileRefused("unsupported", media_type)
        self._work_folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._work_folder, prefix="recognising-") as name:
            folder = Path(name)
            made = folder / "made.pdf"
            numbers = ",".join(str(number) for number in sorted(pages))
            sandbox.run_program(
                [sys.executable, "-I", "-X", "utf8", "-c", _PROGRAM, str(_HOUSE),
                 str(source.resolve()), media_type, str(made), numbers,
                 "auto" if is_last else "pdf"],
                folder=folder,
                limits=replace(self._limits, seconds=self._limits.seconds + _A_PAGE * len(pages)),
                reads=[source, *map(Path, sandbox.code_places()), *map(Path, _READS)],
            )  # fmt: skip
            told = _told(folder / "told.json", pages)
            take_pdf(made, target)
        return told


def _told(path: Path, asked: Collection[int]) -> Recognised:
    """Return what the program says of the pages; of one without a word it says nothing."""
    with left(path) as source:
        octets = source.read(_MOST_TOLD)
    try:
        said = json.loads(octets)
        count, pages = min(max(int(said["count"]), 1), _MOST_PAGES), said["pages"]
        return Recognised(
            count,
            {
                number: _page(pages.get(str(number), {"text": "", "confidence": 0.0}))
                for number in sorted(asked)
                if 1 <= number <= count
            },
        )
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise FileRefused("broken", "no answer that can be read") from error


def _page(said: Mapping[str, Any]) -> RecognisedPage:
    text = tidy(str(said["text"]))[:MOST_LETTERS]
    return RecognisedPage(text, min(1.0, max(0.0, float(said["confidence"]))))


class MemoryRecogniser:
    """A recogniser without Tesseract, for tests: each page says its number, or what it is told."""

    tool = "MemoryRecogniser 1"

    def __init__(self, says: Callable[[int], str] = lambda number: f"strona {number}") -> None:
        self._says = says
        self.asked: list[tuple[int, ...]] = []

    def recognise(
        self, source: Path, target: Path, *, media_type: str, pages: Collection[int], is_last: bool
    ) -> Recognised:
        """Say what each page says; the PDF is the source, or a page where it is a picture."""
        del is_last
        if media_type not in RECOGNISABLE:
            raise FileRefused("unsupported", media_type)
        if source.stat().st_size == 0:
            raise FileRefused("broken", "empty")
        self.asked.append(tuple(sorted(pages)))
        if media_type == media.PDF:
            shutil.copyfile(source, target)
        else:
            target.write_bytes(smallest_pdf("skan"))
        count = inspect(target, "twin.pdf").pages or 1
        numbers = [number for number in sorted(pages) if number <= count]
        return Recognised(
            count, {number: RecognisedPage(self._says(number), 0.9) for number in numbers}
        )
