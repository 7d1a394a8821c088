"""Draws pages as pictures, and tells where their words stand; runs in the sandbox."""

import ctypes
import io
import itertools
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypedDict

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
from PIL import Image, ImageSequence
from pypdfium2 import raw

from docstore.files.errors import FileRefused
from docstore.files.readers.frames import FORMATS, upright
from docstore.files.readers.raster import MOST_PIXELS
from docstore.files.text import is_legible

# Points are told in tenths: whole numbers are enough to lay words over a picture.
_TENTHS = 10
# A page is at most so many times as high as it is wide; a longer strip is drawn narrower.
_HIGHEST = 4
# Signs of one page whose places are told: five times the fullest page of a packet seen.
_MOST_SIGNS = 40_000
# Of a file's own outline: an agenda with its papers and their parts.
_DEEPEST, _MOST_HEADINGS, _LONGEST_HEADING = 3, 1000, 300
_MOST_LABELS, _LONGEST_LABEL = 5000, 20
# WebP: the quality of small print on white, and the effort that takes a quarter of the usual time
# for files a quarter larger.
_QUALITY, _EFFORT = 80, 1
_LOW_QUALITY = 30
# Of a picture; a page of text has a twentieth.
_MOST_OCTETS = 2 << 20
# Of the processor, after which a run begins no further page.
_SECONDS = 4.0

Word = tuple[int, int, str]
"""Where a word begins, how wide it is, and the word; in tenths of a point."""
Line = tuple[int, int, list[Word]]
"""Where a line begins from above, how high it is, and its words."""


class Drawn(TypedDict):
    """One page: its number, its size in tenths of a point, its lines of text.

    Its picture lies in the folder, under its number; `is_drawn` is false where there is none.
    """

    number: int
    width: int
    height: int
    lines: list[Line]
    is_drawn: bool


Heading = tuple[int, str, int]
"""How deep a heading of a file's own outline stands, what it says, and its page."""


class Drawing(TypedDict):
    """How many pages a file has, what they are called, its outline, and the pages asked for.

    `labels` is empty where pages are called by their numbers.
    """

    count: int
    labels: list[str]
    outline: list[Heading]
    pages: list[Drawn]


def draw_pdf(
    path: str, *, folder: str, first: int, count: int, pixels: int, with_words: bool
) -> Drawing:
    """Draw `count` pages of a PDF from the page `first` on, `pixels` wide."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise FileRefused("encrypted" if locked else "broken", str(error)) from error
    if document.get_formtype() != raw.FORMTYPE_NONE:
        document.init_forms()  # what people filled in is part of the page
    last = min(len(document), first + count - 1)
    pages: list[Drawn] = []
    for number in range(first, last + 1):
        if pages and time.process_time() > _SECONDS:
            break  # what is left comes by itself, each page with time of its own
        pages.append(_draw_page(document, number, folder, pixels, with_words))
    labels: list[str] = []
    outline: list[Heading] = []
    with suppress(pypdfium2.PdfiumError):  # pages are shown without them, too
        labels = _labels(document)
        outline = _outline(document) if with_words else []
    return {"count": len(document), "labels": labels, "outline": outline, "pages": pages}


def _labels(document: Any) -> list[str]:
    """Return what the pages are called, as far as anybody would turn them."""
    count = min(len(document), _MOST_LABELS)
    told = (str(document.get_page_label(index)) for index in range(count))
    labels = ["".join(filter(str.isprintable, label)).strip()[:_LONGEST_LABEL] for label in told]
    numbers = [str(number) for number in range(1, count + 1)]
    return [] if labels == numbers or not any(labels) else labels


def _outline(document: Any) -> list[Heading]:
    """Return the headings that lead to a page, as far as people would read them."""
    found: list[Heading] = []
    for mark in itertools.islice(document.get_toc(max_depth=_DEEPEST), _MOST_HEADINGS):
        place = mark.get_dest()
        title = "".join(filter(str.isprintable, " ".join(mark.get_title().split())))
        number = place.get_index() if place else None
        if title and number is not None and 0 <= number < len(document):
            found.append((mark.level, title[:_LONGEST_HEADING], number + 1))
    return found


def _draw_page(document: Any, number: int, folder: str, pixels: int, with_words: bool) -> Drawn:
    """Draw one page; one that PDFium cannot draw is told as one that has no picture."""
    try:
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(pixels / width, _HIGHEST * pixels / height) if width and height else 1.0
        _write(page.render(scale=scale).to_pil(), folder, number)
    except pypdfium2.PdfiumError:
        return _not_drawn(number)
    drawn: Drawn = {
        "number": number,
        "width": round(width * _TENTHS),
        "height": round(height * _TENTHS),
        "lines": [],
        "is_drawn": True,
    }
    with suppress(pypdfium2.PdfiumError):  # a picture without its words is one all the same
        drawn["lines"] = _lines(page, drawn["width"], drawn["height"]) if with_words else []
    page.close()
    return drawn


def _not_drawn(number: int) -> Drawn:
    return {"number": number, "width": 0, "height": 0, "lines": [], "is_drawn": False}


def _write(picture: Image.Image, folder: str, number: int) -> None:
    written = io.BytesIO()
    for quality in (_QUALITY, _LOW_QUALITY):  # noise, as of a bad scan, takes ten times the room
        written = io.BytesIO()
        picture.convert("RGB").save(written, "WEBP", quality=quality, method=_EFFORT)
        if written.tell() <= _MOST_OCTETS:
            break
    Path(folder, f"{number}.webp").write_bytes(written.getvalue()[: _MOST_OCTETS + 1])


def _lines(page: Any, width: int, height: int) -> list[Line]:
    """Return the words of a page in their lines, as they follow each other in the file."""
    signs = list(_signs(page, width, height))
    if not is_legible("".join(sign for sign, *_ in signs)):
        return []
    lines: list[Line] = []
    words: list[Word] = []
    top = bottom = 0
    is_within = False
    for sign, x, y, right, below in signs:
        begins_line = not words or not top <= (y + below) // 2 <= bottom or x < words[-1][0]
        if sign.isspace():
            is_within = False
            continue
        if begins_line:
            words, top, bottom, is_within = [], y, below, False
            lines.append((y, below - y, words))
        if is_within:
            begin, _, word = words[-1]
            words[-1] = (begin, max(right - begin, 1), word + sign)
        else:
            words.append((x, max(right - x, 1), sign))
        is_within = True
        top, bottom = min(top, y), max(bottom, below)
        lines[-1] = (top, max(bottom - top, 1), words)
    return lines


def _signs(page: Any, width: int, height: int) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield the signs of a page, each with its left, top, right and bottom on the page as shown."""
    text = page.get_textpage()
    box = raw.FS_RECTF()
    for index in range(min(raw.FPDFText_CountChars(text), _MOST_SIGNS)):
        code = raw.FPDFText_GetUnicode(text, index)
        sign = chr(code) if code <= sys.maxunicode else ""
        if not sign.isprintable() and not sign.isspace():
            continue
        if not raw.FPDFText_GetLooseCharBox(text, index, box):
            continue
        one = _on_page(page, width, height, box.left, box.top)
        other = _on_page(page, width, height, box.right, box.bottom)
        (left, right), (top, bottom) = (sorted(pair) for pair in zip(one, other, strict=True))
        yield sign, left, top, right, bottom


def _on_page(page: Any, width: int, height: int, x: float, y: float) -> tuple[int, int]:
    """Return where a point of the file is on the page as it is shown: cropped, and turned."""
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, across, down)
    return across.value, down.value


def draw_picture(
    path: str, *, folder: str, first: int, count: int, pixels: int, with_words: bool
) -> Drawing:
    """Draw the pages of a scan: PNG, JPEG, TIFF, WebP or GIF. It has no words that we know."""
    del with_words
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    pages: list[Drawn] = []
    with Image.open(path, formats=FORMATS) as picture:
        frames = getattr(picture, "n_frames", 1)
        for number, frame in enumerate(ImageSequence.Iterator(picture), start=1):
            if number >= first + count:
                break
            if number >= first:
                pages.append(_draw_frame(frame, folder, number, pixels))
    return {"count": frames, "labels": [], "outline": [], "pages": pages}


def _draw_frame(frame: Image.Image, folder: str, number: int, pixels: int) -> Drawn:
    if frame.width * frame.height > MOST_PIXELS:
        return _not_drawn(number)
    page = upright(frame).convert("RGB")
    size = page.size
    page.thumbnail((pixels, _HIGHEST * pixels), Image.Resampling.LANCZOS)
    _write(page, folder, number)
    width, height = (side * _TENTHS for side in size)
    return {"number": number, "width": width, "height": height, "lines": [], "is_drawn": True}
