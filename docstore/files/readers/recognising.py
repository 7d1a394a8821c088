"""Recognises the words on pages that have none; a program of its own in the sandbox.

It is given a source with its media type, a target, numbers of pages with commas, of which those
that there are are recognised, and the kind of PDF to make. The target becomes a PDF of the whole
source whose pages of these numbers are turned, set straight and have a layer of invisible text.
What each page says is left in the working folder, in `told.json`.
"""

import json
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import img2pdf  # type: ignore[import-untyped]  # it ships no types
import ocrmypdf
import pikepdf
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
from ocrmypdf.builtin_plugins.tesseract_ocr import TesseractOcrEngine
from ocrmypdf.hocrtransform.hocr_parser import HocrParser
from PIL import Image, ImageSequence
from pypdfium2 import raw

from docstore.files import media
from docstore.files.readers.frames import FORMATS, upright
from docstore.files.readers.paragraph_signs import mend
from docstore.files.text import is_legible

# Of a page's picture, for Tesseract alone: A3 at 400 dpi. Larger ones are made smaller for it, or a
# map of two square metres would take the memory of a server.
_MOST_MEGAPIXELS = 32.0
# Of a page's picture at all, as elsewhere in this room (`raster`): beyond it is a bomb.
_MOST_MEGAPIXELS_AT_ALL = 200.0
# How sure Tesseract must be of a page's turn. Of 272 turns of 123 real pages it knew all but one,
# the right ones sure by 0.27 to 15, the wrong one by 0.21; the library's own threshold is 14, which
# leaves most pages as they lie (docs/decisions/0105).
_SURE_OF_TURN = 1.0
# Seconds of one page: of a scan of A4 Tesseract takes two.
_PATIENCE, _PATIENCE_WITH_TURNS = 120.0, 60.0
_LANGUAGE = "pol"
# Scans wait, papers do not: it gives way to all other work, which itself gives way to people.
_GIVES_WAY = 9
# Pictures say how many dots an inch has, or nonsense: telephones say 72 of what has 300.
_SENSIBLE_DPI = range(100, 1201)
_POINTS, _SHORT_SIDE_OF_A4 = 72.0, 210 / 25.4 * 72.0
_PLAIN = frozenset({"1", "L", "RGB"})
_ORIENTATION = 0x0112  # EXIF's
_MOST_FRAMES = 500
_NOTED = "noted.json"


class _Engine(TesseractOcrEngine):
    """Tesseract, which also tells how sure it is of each word."""

    @staticmethod
    def supports_generate_ocr() -> bool:
        return True

    @staticmethod
    def generate_ocr(input_file: Path, options: Any, page_number: int = 0) -> tuple[Any, str]:
        hocr, text = input_file.with_suffix(".hocr"), input_file.with_suffix(".txt")
        TesseractOcrEngine.generate_hocr(  # type: ignore[no-untyped-call]  # it says none
            input_file, hocr, text, options
        )
        page = HocrParser(hocr).parse()
        told = _told(page)
        _note(page_number + 1, told)
        return page, str(told["text"])


@ocrmypdf.hookimpl
def get_ocr_engine() -> _Engine:
    """Be the engine."""
    return _Engine()


def _told(page: Any) -> dict[str, object]:
    """Return the text of a page, line by line, and how sure Tesseract is of its letters.

    Its words are put right where they stand, so that the layer of text says the same.
    """
    paragraphs, letters, sure = [], 0, 0.0
    for paragraph in page.paragraphs:
        lines = []
        for line in paragraph.lines:
            words = [word for word in line.words if word.text.strip()]
            for word, meant in zip(words, mend([each.text for each in words]), strict=True):
                word.text = meant
                letters += len(meant)
                sure += len(meant) * (word.confidence or 0.0)
            lines.append(" ".join(word.text for word in words))
        paragraphs.append("\n".join(filter(None, lines)))
    text = "\n\n".join(filter(None, paragraphs))
    return {"text": text, "confidence": sure / letters if letters else 0.0}


def _note(number: int, told: dict[str, object]) -> None:
    """Leave what a page says; the engine works within the library, which passes it on nowhere."""
    path = Path(_NOTED)
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**known, str(number): told}))


def main(source: str, media_type: str, target: str, pages: str, output_type: str) -> None:
    """Recognise some pages of a file, of those that have words nobody can read, too."""
    os.nice(_GIVES_WAY)
    os.environ["OMP_THREAD_LIMIT"] = "1"  # many threads make Tesseract slower, and everybody else
    wanted = {int(number) for number in pages.split(",")}
    plain = _as_pdf(Path(source), media_type)
    count, rubbish = _looked_at(plain, wanted)
    step = Path("step.pdf")
    # Pages with a text that means nothing are drawn, and their text goes; the others keep all that
    # they have, and get one.
    runs = [("force", rubbish), ("skip", wanted - rubbish)]
    runs = [(mode, numbers) for mode, numbers in runs if numbers]
    for number, (mode, numbers) in enumerate(runs, start=1):
        is_last = number == len(runs)
        _run(plain, step, numbers, mode=mode, output_type=output_type if is_last else "pdf")
        step.replace(plain)
    plain.replace(target)
    noted = Path(_NOTED)
    said = json.loads(noted.read_text()) if noted.exists() else {}
    Path("told.json").write_text(json.dumps({"count": count, "pages": said}))


def _run(
    source: Path, target: Path, numbers: Collection[int], *, mode: str, output_type: str
) -> None:
    ocrmypdf.ocr(
        source,
        target,
        language=[_LANGUAGE],
        mode=mode,
        pages=",".join(str(number) for number in sorted(numbers)),
        output_type=output_type,
        # The copy is for reading: the signed or locked original stays beside it.
        invalidate_digital_signatures=True,
        tagged_pdf_mode="ignore",
        rotate_pages=True,
        rotate_pages_threshold=_SURE_OF_TURN,
        deskew=True,
        optimize=0,
        jobs=1,
        use_threads=True,
        progress_bar=False,
        max_image_mpixels=_MOST_MEGAPIXELS_AT_ALL,
        max_ocr_image_mpixels=_MOST_MEGAPIXELS,
        tesseract_timeout=_PATIENCE,
        tesseract_non_ocr_timeout=_PATIENCE_WITH_TURNS,
        continue_on_soft_render_error=True,
        plugins=[__name__],
    )


def _as_pdf(source: Path, media_type: str) -> Path:
    """Make a PDF that any program may change: of a picture, or of a PDF that forbids it."""
    target = Path("plain.pdf")
    if media_type == media.PDF:
        with pikepdf.open(source) as pdf:
            pdf.save(target, encryption=False)
    else:
        frames = list(_frames(source))
        with target.open("wb") as output:
            img2pdf.convert(frames, layout_fun=_layout, outputstream=output)
    return target


def _frames(source: Path) -> Iterator[str]:
    """Yield the pages of a scan as files: its own bytes where PDF can hold them as they are."""
    with Image.open(source, formats=FORMATS) as picture:
        count = getattr(picture, "n_frames", 1)
        if count > _MOST_FRAMES:
            raise ValueError(count)
        as_it_is = picture.format in {"JPEG", "TIFF"}
        if as_it_is and all(map(_is_plain, ImageSequence.Iterator(picture))):
            yield str(source)
            return
        for number, frame in enumerate(ImageSequence.Iterator(picture)):
            page = upright(frame)
            path = f"frame-{number:04}.png"
            plain = page if page.mode in _PLAIN else page.convert("RGB")
            plain.save(path, dpi=frame.info.get("dpi", (0, 0)))
            yield path


def _is_plain(frame: Image.Image) -> bool:
    is_turned = frame.getexif().get(_ORIENTATION, 1) != 1
    return frame.mode in _PLAIN and not is_turned and not frame.has_transparency_data


def _layout(width: int, height: int, dpi: tuple[float, float]) -> tuple[float, float, float, float]:
    """Return the size of a page, and of the picture on it, in points."""
    short = min(width, height)
    across, down = (
        each if round(each) in _SENSIBLE_DPI else short * _POINTS / _SHORT_SIDE_OF_A4
        for each in dpi
    )
    size = width / across * _POINTS, height / down * _POINTS
    return (*size, *size)


def _looked_at(path: Path, wanted: Collection[int]) -> tuple[int, set[int]]:
    """Return how many pages there are, and those that have letters, though none of any meaning."""
    document = pypdfium2.PdfDocument(path)
    found = set()
    for number in sorted(wanted):
        with suppress(pypdfium2.PdfiumError, IndexError):
            text = document[number - 1].get_textpage()
            if raw.FPDFText_CountChars(text) > 0 and not is_legible(text.get_text_bounded()):
                found.add(number)
    count = len(document)
    document.close()
    return count, found
