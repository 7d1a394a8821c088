"""Which fonts a PDF asks for and does not carry: another device shows other letters, or none."""

import ctypes
from collections.abc import Iterator
from typing import Any

from pypdfium2 import raw  # type: ignore[import-untyped]  # it ships no types

# Every program has these or the like of them (ISO 32000-1, 9.6.2.2: the standard 14 fonts, and the
# names under which Word asks for the same).
_EVERYWHERE = ("arial", "courier", "helvetica", "symbol", "times", "zapfdingbats")
# A document sets its text in the same few fonts throughout: its beginning tells.
_PAGES, _OBJECTS = 10, 300
_LONGEST_NAME = 200


def lacks_fonts(document: Any) -> bool:
    """Tell whether text on the first pages of a PDFium document is set in a font it lacks."""
    return any(
        name and not name.lower().startswith(_EVERYWHERE)
        for index in range(min(len(document), _PAGES))
        for name in _not_carried(document, index)
    )


def _not_carried(document: Any, index: int) -> Iterator[str]:
    """Yield the names of the fonts of a page's text that are not in the file."""
    page = raw.FPDF_LoadPage(document, index)
    if not page:
        return
    try:
        last = None
        for number in range(min(raw.FPDFPage_CountObjects(page), _OBJECTS)):
            thing = raw.FPDFPage_GetObject(page, number)
            if raw.FPDFPageObj_GetType(thing) != raw.FPDF_PAGEOBJ_TEXT:
                continue
            font = raw.FPDFTextObj_GetFont(thing)
            which = ctypes.cast(font, ctypes.c_void_p).value
            if which != last and not raw.FPDFFont_GetIsEmbedded(font):
                yield _name_of(font)
            last = which
    finally:
        raw.FPDF_ClosePage(page)


def _name_of(font: Any) -> str:
    buffer = ctypes.create_string_buffer(_LONGEST_NAME)
    raw.FPDFFont_GetBaseFontName(font, buffer, _LONGEST_NAME)
    return buffer.value.decode("utf-8", "ignore")
