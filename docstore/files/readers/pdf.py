"""Reads PDF page by page with PDFium."""

import ctypes
import mmap
import re
import time
from pathlib import Path
from typing import Any

# pypdfium2 carries no type information; what it gives is checked where it is used.
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
from pypdfium2 import raw

from docstore.files.errors import FileRefused
from docstore.files.problems import Problem
from docstore.files.readers.fonts import lacks_fonts
from docstore.files.readers.reading import Reading
from docstore.files.text import is_legible, tidy

# Text of one file that is kept: three times the longest council packet seen (1.9 million letters).
_MOST_TEXT = 6_000_000
_TAIL = 2048
# A form that only Adobe's programs draw says so in its catalog (ISO 32000-1, 7.7.2).
_DRAWN_BY_FORM = re.compile(rb"/NeedsRendering\s+true\b")


# A page of our own, with a word on it.
_OURS = (
    b"%PDF-1.4\n"
    b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
    b"4 0 obj<</Length 38>>stream\nBT /F1 12 Tf 72 720 Td (Teczka) Tj ET\n\nendstream endobj\n"
    b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
)


def warm_up() -> list[str | None]:
    """Read a page of our own, so that forks find PDFium's tables made; return its text.

    PDFium looks through the system's fonts for it. No other byte may be read where this is called.
    """
    document = pypdfium2.PdfDocument(_OURS)
    _noticed(document)
    texts, _ = _page_texts(document, 1, deadline=time.process_time() + 1.0)
    return texts


def read(path: str, *, pages: int, seconds: float) -> Reading:
    """Return the text of at most `pages` pages, as far as it goes in `seconds` of the processor."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise FileRefused("encrypted" if locked else "broken", str(error)) from error
    count = len(document)
    if count == 0:
        raise FileRefused("broken", "no pages")
    problems = _noticed(document)
    if Problem.XFA not in problems and _is_drawn_by_form(Path(path)):
        problems.append(Problem.XFA)
    texts, cut_by = _page_texts(document, min(count, pages), deadline=time.process_time() + seconds)
    if count > pages:
        problems.append(Problem.TOO_MANY_PAGES)
    if cut_by:
        problems.append(cut_by)
    if any(text is None and _is_empty(document, index) for index, text in enumerate(texts)):
        problems.append(Problem.EMPTY_PAGES)
    if lacks_fonts(document):
        problems.append(Problem.MISSING_FONTS)
    if not _is_regular(Path(path)):
        problems.append(Problem.REPAIRED)
    return Reading(
        pages=count,
        page_texts=texts + [None] * (count - len(texts)),
        encrypted=raw.FPDF_GetSecurityHandlerRevision(document) != -1,
        mergeable=Problem.XFA not in problems,
        problems=[str(problem) for problem in problems],
    )


def _page_texts(
    document: Any, count: int, *, deadline: float
) -> tuple[list[str | None], Problem | None]:
    """Return the pages' texts, and what cut them short where something did."""
    texts: list[str | None] = []
    room = _MOST_TEXT
    for index in range(count):
        if time.process_time() > deadline:
            return texts, Problem.TIMED_OUT
        texts.append(_page_text(document, index))
        room -= len(texts[-1] or "")
        if room < 0:
            return texts, Problem.TEXT_CUT
    return texts, None


def _page_text(document: Any, index: int) -> str | None:
    """Return the text of one page; a page that PDFium cannot load counts as one without text."""
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return ""
    if raw.FPDFPage_CountObjects(page) == 0:
        return None
    try:
        text = _text_of(page.get_textpage())
    except pypdfium2.PdfiumError:
        return ""
    finally:
        page.close()
    return tidy(text) if is_legible(text) else ""


def _is_empty(document: Any, index: int) -> bool:
    """Tell a page that shows nothing from one of form fields, stamps or remarks alone."""
    return bool(raw.FPDFPage_GetAnnotCount(document[index]) == 0)


def _text_of(textpage: Any) -> str:
    """Return what is on a page in one call; pypdfium2's own way makes three for each page."""
    count = raw.FPDFText_CountChars(textpage)
    if count <= 0:
        return ""
    # PDFium may write line ends that it does not count, but never more than one for each letter.
    buffer = ctypes.create_string_buffer((2 * count + 1) * 2)
    pointer = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    written = raw.FPDFText_GetText(textpage, 0, count, pointer)
    return buffer.raw[: max(0, written - 1) * 2].decode("utf-16-le", "ignore")


def _noticed(document: Any) -> list[Problem]:
    found = {
        Problem.PROTECTED: raw.FPDF_GetSecurityHandlerRevision(document) != -1,
        Problem.XFA: raw.FPDF_GetFormType(document) == raw.FORMTYPE_XFA_FULL,
        Problem.SIGNED: raw.FPDF_GetSignatureCount(document) > 0,
        Problem.ATTACHMENTS: raw.FPDFDoc_GetAttachmentCount(document) > 0,
        Problem.ACTIVE_CONTENT: raw.FPDFDoc_GetJavaScriptActionCount(document) > 0,
    }
    return [problem for problem, is_so in found.items() if is_so]


def _is_drawn_by_form(path: Path) -> bool:
    with path.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as seen:
        return _DRAWN_BY_FORM.search(seen) is not None


def _is_regular(path: Path) -> bool:
    """Tell whether the file begins, ends and points to its table as the standard says.

    PDFium mends what is not so without a word; readers less kind may fail on it.
    """
    with path.open("rb") as source:
        begins = source.read(5) == b"%PDF-"
        size = source.seek(0, 2)
        source.seek(max(0, size - _TAIL))
        ends = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*\Z", source.read())
        if not begins or not ends:
            return False
        source.seek(min(int(ends[1]), size))
        return re.match(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)", source.read(64)) is not None
