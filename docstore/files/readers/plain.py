"""Reads plain text and RTF."""

import codecs
import re
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from docstore.files.detect import charset
from docstore.files.errors import FileRefused
from docstore.files.problems import Problem
from docstore.files.readers.reading import Reading, unpaged
from docstore.files.text import tidy

# Bytes that are read; a text of this size fills two thousand pages.
_MOST_BYTES = 6_000_000
_RTF_PICTURES = re.compile(r"(?:[0-9a-fA-F]{32,}\s*)+")
# Text that was put in or struck out (not `\\revised0`, which ends it), and a remark (RTF 1.9.1).
_RTF_CHANGES = re.compile(r"(?<!\\)(?:\\\\)*\\(?:revised|deleted)1?(?![a-z0-9])")
_RTF_REMARKS = re.compile(r"\\\*\\annotation\b")
_RTF_CODE_PAGE = re.compile(r"\\ansicpg(\d{3,5})")


def read_text(path: str) -> Reading:
    """Return the text of a file in UTF-8, UTF-16, Windows-1250 or ISO 8859-2."""
    with Path(path).open("rb") as source:
        octets = source.read(_MOST_BYTES + 1)
    encoding = charset(octets[:_MOST_BYTES])
    if encoding is None:
        raise FileRefused("broken", "not a text")
    text = octets[:_MOST_BYTES].decode(encoding, "replace")
    return unpaged(tidy(text), problems=[Problem.TEXT_CUT] if len(octets) > _MOST_BYTES else [])


def read_rtf(path: str) -> Reading:
    """Return the text of an RTF file; its pictures, most of it, go first."""
    source = _RTF_PICTURES.sub("", Path(path).read_text("latin-1"))
    code_page = _RTF_CODE_PAGE.search(source[:1024])
    encoding = f"cp{code_page[1]}" if code_page else "cp1250"
    try:
        codecs.lookup(encoding)
    except LookupError:
        encoding = "cp1250"
    # striprtf carries no type information.
    text = rtf_to_text(source, encoding, errors="replace")  # type: ignore[no-untyped-call]  # no types
    found = {
        Problem.TRACKED_CHANGES: _RTF_CHANGES.search(source),
        Problem.COMMENTS: _RTF_REMARKS.search(source),
    }
    return unpaged(tidy(text), problems=[str(each) for each, is_so in found.items() if is_so])
