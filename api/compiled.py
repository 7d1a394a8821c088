"""Compiled templates beside Python's own bytecode, so that a start does not compile them again."""

import sys
from contextlib import suppress
from pathlib import Path
from pickle import UnpicklingError

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(FileSystemBytecodeCache):
    """Keeps what templates were compiled to for as long as their text is the same.

    Set-up fills it; where the program's folder cannot be written, and where Python is told to write
    no bytecode, it is only read. The data folder is no place for it: nothing there is ever run.
    """

    def __init__(self, package: Path) -> None:
        folder = package / "__pycache__" / "templates"
        with suppress(OSError):  # a program's folder belongs to somebody else, as it should
            folder.mkdir(parents=True, exist_ok=True)
        super().__init__(str(folder))

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was kept; what cannot be read or understood is compiled as if it were not."""
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template where that is possible; no page waits for it or needs it."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                super().dump_bytecode(bucket)
