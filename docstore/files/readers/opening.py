"""Takes the password off a file that somebody gave it for; runs in the sandbox."""

from pathlib import Path
from typing import Any, BinaryIO

import msoffcrypto  # type: ignore[import-untyped]  # it ships no types
import pypdf
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
from msoffcrypto import exceptions as office
from pypdfium2 import raw

from docstore.files.errors import FileRefused


def open_pdf(path: str, target: str, *, password: str) -> None:
    """Write a PDF as it is without its password, with PDFium."""
    try:
        document = pypdfium2.PdfDocument(path, password=password)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise FileRefused("encrypted" if locked else "broken", str(error)) from error
    _save(document, target)
    if len(pypdfium2.PdfDocument(target)) != len(document):
        raise FileRefused("broken", "the copy lost pages")


def _save(document: Any, target: str) -> None:
    """Write a document; raise what a disk says, which PDFium passes over."""
    with Path(target).open("wb") as opened:
        writing = _Writing(opened)
        document.save(writing, flags=raw.FPDF_REMOVE_SECURITY)
        if writing.failed:
            raise writing.failed


class _Writing:
    """A file to write to that remembers what went wrong first."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.failed: OSError | None = None

    def write(self, octets: bytes) -> int:
        """Write; PDFium is told nothing of what goes wrong."""
        try:
            return 0 if self.failed else self._file.write(octets)
        except OSError as error:
            self.failed = error
            return 0


def open_pdf_again(path: str, target: str, *, password: str) -> None:
    """Do the same with pypdf, which knows some passwords of owners that PDFium does not take."""
    reader = pypdf.PdfReader(path)
    if not reader.decrypt(password):
        raise FileRefused("encrypted")
    pypdf.PdfWriter(clone_from=reader).write(target)


def open_office(path: str, target: str, *, password: str) -> None:
    """Write what an Office file behind a password holds: a file of Word, Excel or PowerPoint."""
    try:
        with Path(path).open("rb") as source, Path(target).open("wb") as opened:
            file = msoffcrypto.OfficeFile(source)
            file.load_key(password=password, verify_password=True)
            file.decrypt(opened)
    except office.InvalidKeyError as error:
        raise FileRefused("encrypted") from error
    except office.DecryptionError as error:
        raise FileRefused("unsupported", str(error)) from error
    except (office.FileFormatError, office.ParseError) as error:
        raise FileRefused("broken", str(error)) from error
