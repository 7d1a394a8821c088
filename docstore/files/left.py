"""What a confined program left in its folder, taken without trusting it."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from docstore.files.errors import FileRefused


@contextmanager
def left(path: Path) -> Iterator[BinaryIO]:
    """Open a file that was left; `FileRefused` ("broken") where it is none.

    Who broke out of a reader could leave a link to another file, or a pipe that never ends.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise FileRefused("broken", "nothing was left") from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise FileRefused("broken", "no file was left")
        with os.fdopen(descriptor, "rb", closefd=False) as source:
            yield source
    finally:
        os.close(descriptor)


def take_pdf(made: Path, target: Path) -> None:
    """Copy a PDF that was left to its place, whole or not at all.

    Raises `FileRefused` ("broken") where there is none: programs say "done" then, too.
    """
    partial = target.with_name(f".{target.name}.partial")
    with left(made) as source:
        if source.read(5) != b"%PDF-":
            raise FileRefused("broken", "no PDF was left")
        source.seek(0)
        with partial.open("wb") as output:
            shutil.copyfileobj(source, output)
    partial.replace(target)
