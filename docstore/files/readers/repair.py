"""Looks at a PDF a second time with pypdf: where PDFium gives up, and where merging is in doubt."""

import io
import time
from collections.abc import Iterator, Sequence
from typing import TypedDict

import pypdf
from pypdf.errors import FileNotDecryptedError
from pypdf.generic import DictionaryObject, IndirectObject

from docstore.files.errors import FileRefused
from docstore.files.problems import Problem
from docstore.files.readers.reading import Reading
from docstore.files.text import is_legible, tidy


class Look(TypedDict):
    """What a second look tells: whether the file becomes part of another, or is a portfolio."""

    merges: bool
    portfolio: bool


def read(path: str, *, pages: int, seconds: float) -> Reading:
    """Return the text of a file that PDFium could not open.

    Where even the tree of its pages is lost, the pages that are left are read and nothing is
    merged: nobody can tell how many there were.
    """
    reader = _open(path)
    found, is_whole = _pages(reader)
    if not found:
        raise FileRefused("broken", "no pages")
    deadline = time.process_time() + seconds
    texts: list[str | None] = []
    problems = [Problem.REPAIRED]
    for page in found[:pages]:
        if time.process_time() > deadline:
            problems.append(Problem.TIMED_OUT)
            break
        texts.append(_text(page, is_whole=is_whole))
    return Reading(
        pages=len(found),
        page_texts=texts + [None] * (len(found) - len(texts)),
        encrypted=reader.is_encrypted,
        mergeable=is_whole and _merges(reader),
        problems=[str(problem) for problem in problems],
    )


def look(path: str) -> Look:
    """Tell whether the file really merges, and whether it is a bundle of files with a cover."""
    reader = _open(path)
    return Look(merges=_merges(reader), portfolio="/Collection" in reader.root_object)


def _open(path: str) -> pypdf.PdfReader:
    reader = pypdf.PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise FileRefused("encrypted")
    return reader


def _pages(reader: pypdf.PdfReader) -> tuple[Sequence[pypdf.PageObject], bool]:
    """Return the pages, and whether these are all of them: else each that could be found."""
    try:
        return [*reader.pages], True
    except Exception:  # noqa: BLE001 - a damaged tree makes pypdf raise anything
        return [*_stray_pages(reader)], False


def _stray_pages(reader: pypdf.PdfReader) -> Iterator[pypdf.PageObject]:
    """Yield what calls itself a page among all objects, in their order in the file."""
    places = [
        (offset, number, generation)
        for generation, objects in reader.xref.items()
        for number, offset in objects.items()
    ]
    for _, number, generation in sorted(places):
        reference = IndirectObject(number, generation, reader)
        try:
            found = reader.get_object(reference)
        except Exception:  # noqa: BLE001, S112 - one object in pieces; the others may be whole
            continue
        if isinstance(found, DictionaryObject) and found.get("/Type") == "/Page":
            page = pypdf.PageObject(reader, reference)
            page.update(found)
            yield page


def _text(page: pypdf.PageObject, *, is_whole: bool) -> str:
    try:
        text = page.extract_text()
    except Exception:
        if is_whole:
            raise
        return ""
    return tidy(text) if is_legible(text) else ""


def _merges(reader: pypdf.PdfReader) -> bool:
    writer = pypdf.PdfWriter()
    try:
        writer.append(reader)
        writer.write(io.BytesIO())
    except FileNotDecryptedError as error:
        raise FileRefused("encrypted") from error
    except Exception:  # noqa: BLE001 - whatever a damaged file makes pypdf raise, it does not merge
        return False
    return True
