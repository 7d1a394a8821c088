"""Opens a file with the password that somebody gave for it: a copy of it that asks for none."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from docstore.files import media, sandbox
from docstore.files.errors import FileRefused
from docstore.files.sandbox import DEFAULT, Limits

_JOBS: Mapping[str, Sequence[str]] = {
    media.PDF: ("open_pdf", "open_pdf_again"),
    media.ENCRYPTED_OFFICE: ("open_office",),
}
OPENABLE = frozenset(_JOBS)
"""Kinds of files that can be opened with their password."""
# The largest copy that may be written: what a file of the largest size unpacks to.
_LIMITS = replace(DEFAULT, file_bytes=1 << 30)


def open_with(
    password: str, source: Path, target: Path, *, media_type: str, limits: Limits = _LIMITS
) -> None:
    """Write a copy of `source` that asks for no password to `target`, whole or not at all.

    The password goes into a process of its own and is written nowhere. Raises `FileRefused`:
    "encrypted" where it does not open the file, "unsupported" for a kind that is not `OPENABLE`.
    """
    if media_type not in OPENABLE:
        raise FileRefused("unsupported", media_type)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="opening-") as folder:
        made = Path(folder) / "opened"
        _first_that_opens(_JOBS[media_type], password, source, made, limits)
        shutil.move(made, target)


def tool_of(media_type: str) -> str:
    """Return the tool that opens a kind of file, with its version, as a rendition records it."""
    name = "pypdfium2" if media_type == media.PDF else "msoffcrypto-tool"
    return f"{name} {version(name)}"


def _first_that_opens(
    jobs: Sequence[str], password: str, source: Path, made: Path, limits: Limits
) -> None:
    for number, job in enumerate(jobs, start=1):
        arguments = {"path": str(source), "target": str(made), "password": password}
        try:
            sandbox.run(
                f"docstore.files.readers.opening:{job}", arguments,
                limits=limits, reads=[source], writes=[made.parent],
            )  # fmt: skip
        except FileRefused as refusal:
            if refusal.code != "encrypted" or number == len(jobs):
                raise
        else:
            return
