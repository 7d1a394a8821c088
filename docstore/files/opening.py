"""Opens a file with the password that somebody gave for it: a copy of it that asks for none."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from docstore.files import media, sandbox
from docstore.files.errors import FileRefused
from docstore.files.sandbox import DEFAULT, Limits

# What opens a kind of file, one after another, and the tool that does.
_JOBS: Mapping[str, Mapping[str, str]] = {
    media.PDF: {"open_pdf": "pypdfium2", "open_pdf_again": "pypdf"},
    media.ENCRYPTED_OFFICE: {"open_office": "msoffcrypto-tool"},
}
OPENABLE = frozenset(_JOBS)
"""Kinds of files that can be opened with their password."""
MOST_LETTERS = 255
"""Of a password; Word and Excel take no more, and to try a longer one costs the processor much."""
# A copy is about as large as its original; what was packed in it may be written out unpacked.
_TIMES, _BESIDES = 4, 64 << 20


def most_bytes(size: int) -> int:
    """Return how large the copy of a file of `size` bytes may become."""
    return _TIMES * size + _BESIDES


def open_with(
    password: str, source: Path, target: Path, *, media_type: str, limits: Limits = DEFAULT
) -> str:
    """Write a copy of `source` that asks for no password to `target`, whole or not at all.

    Returns the tool that opened it, with its version, as a rendition records it. The password goes
    into a process of its own and is written nowhere. Raises `FileRefused`: "encrypted" where it
    does not open the file, "unsupported" for a kind that is not `OPENABLE`.
    """
    if media_type not in OPENABLE:
        raise FileRefused("unsupported", media_type)
    limits = replace(limits, file_bytes=most_bytes(source.stat().st_size))
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="opening-") as folder:
        made = Path(folder) / "opened"
        tool = _first_that_opens(_JOBS[media_type], password, source, made, limits)
        shutil.move(made, target)
    return f"{tool} {version(tool)}"


def _first_that_opens(
    jobs: Mapping[str, str], password: str, source: Path, made: Path, limits: Limits
) -> str:
    """Return the tool that opened the file; where none does, raise what the first one said."""
    refusals: list[FileRefused] = []
    for job, tool in jobs.items():
        arguments = {"path": str(source), "target": str(made), "password": password}
        try:
            sandbox.run(
                f"docstore.files.readers.opening:{job}", arguments,
                limits=limits, reads=[source, made.parent], writes=[made.parent],
            )  # fmt: skip
        except FileRefused as refusal:
            refusals.append(refusal)
            if refusal.code != "encrypted":
                break
        else:
            return tool
    raise refusals[0]
