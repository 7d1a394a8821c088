"""File names as people give them, made readable; nothing here is ever part of a key."""

import re
from pathlib import PurePosixPath

from docstore.rules.plain import one_line

_LONGEST_STEM = 200
# No file system takes a longer name; of one that claims to be, the end is kept for its extension.
_LONGEST_START, _EXTENSION_WITHIN = 480, 20
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_COPY = re.compile(r"(?:\s*\(\d{1,2}\)|\s+-?\s*kopia)+$", re.IGNORECASE)
_ORDER = re.compile(r"^\d{1,3}(?:[._)-]+\s*|\s+-\s+)(?=[^\W\d_]{3})")
_JOINTS = re.compile(r"_+|%20|\+")
_WORD_HYPHEN = re.compile(r"(?<=[^\W\d_]{2})-(?=[^\W\d_]{2})")


def last_part(file_name: str) -> str:
    """Return the name without folders, control characters and direction marks, in NFC."""
    name = PurePosixPath(file_name.replace("\\", "/").replace("\0", "")).name
    return one_line(name[:_LONGEST_START] + name[_LONGEST_START:][-_EXTENSION_WITHIN:])


def extension(file_name: str) -> str:
    """Return the extension in lower case without its dot, or nothing."""
    match = _EXTENSION.search(last_part(file_name))
    return match[0][1:].lower() if match else ""


def spoken_stem(file_name: str) -> str:
    """Return what a name says: no extension, order number or `(1)`; `_` and joining `-` as spaces.

    At most 200 characters.
    """
    stem = _EXTENSION.sub("", last_part(file_name))
    stem = one_line(_JOINTS.sub(" ", _ORDER.sub("", stem)))
    stem = _COPY.sub("", stem)
    if " " not in stem:
        stem = _WORD_HYPHEN.sub(" ", stem)
    return stem[:_LONGEST_STEM].strip(" .-")
