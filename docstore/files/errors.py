"""What this room may refuse."""

import errno
from typing import Literal

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What a system says where there is no room left on a disk."""

Refusal = Literal[
    "timeout",  # it took longer than it may, on the clock or on the processor
    "memory",  # it asked for more memory than it may have
    "output",  # it answered or wrote more than it may
    "forbidden",  # it reached for the network or for another process
    "broken",  # the bytes are not what they claim to be, or the reader died of them
    "encrypted",  # it opens with a password alone
    "unsupported",  # nothing here can work with this kind of file
    "unavailable",  # a program that is needed is not installed
    "full",  # there was no room on the disk to work; says nothing of the file
]


class FileRefused(Exception):
    """A file was not worked on: `code` says why, `detail` is for the log and not for people.

    The file itself is untouched; it can still be kept, delivered and downloaded.
    """

    def __init__(self, code: Refusal, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code: Refusal = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code
