"""Looks at a PDF a second time with pypdf: where PDFium gives up, and where merging is in doubt."""

import io
import time

import pypdf
from pypdf.errors import FileNotDecryptedError

from docstore.files.errors import FileRefused
from docstore.files.problems import Problem
from docstore.files.readers.reading import Reading
from docstore.files.text import is_legible, tidy


def read(path: str, *, pages: int, seconds: float) -> Reading:
    """Return the text of a file that PDFium could not open."""
    reader = _open(path)
    count = len(reader.pages)
    if count == 0:
        raise FileRefused("broken", "no pages")
    deadline = time.monotonic() + seconds
    texts: list[str | None] = []
    problems = [Problem.REPAIRED]
    for page in reader.pages[:pages]:
        if time.monotonic() > deadline:
            problems.append(Problem.TIMED_OUT)
            break
        text = page.extract_text()
        texts.append(tidy(text) if is_legible(text) else "")
    return Reading(
        pages=count,
        page_texts=texts + [None] * (count - len(texts)),
        encrypted=reader.is_encrypted,
        mergeable=_merges(reader),
        problems=[str(problem) for problem in problems],
    )


def merges(path: str) -> bool:
    """Tell whether the file really becomes part of another one."""
    return _merges(_open(path))


def _open(path: str) -> pypdf.PdfReader:
    reader = pypdf.PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise FileRefused("encrypted")
    return reader


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
