"""Reads what is in files that hold other files, each by the reader of its kind."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from docstore.files import sandbox
from docstore.files.facts import FileFacts
from docstore.files.sandbox import Limits

Reader = Callable[[Path, str, Limits], FileFacts]
"""Learns the facts of one file: path, name, limits."""

# A text longer than this is no paper; it is what a job may answer at most.
_MOST_TEXT = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Contents:
    """The text of a bundle: its own words, then each file's under its name.

    `all_read` tells that nothing in it was left unread: no scan, no file of an unknown kind, none
    for which there was no time or room.
    """

    text: str
    has_text: bool
    all_read: bool


def read_contents(
    path: Path, file_name: str, media_type: str, read: Reader, limits: Limits
) -> Contents:
    """Take a bundle apart and read each file in it, all within the time of one.

    Raises `FileRefused` where the bundle itself is broken or locked.
    """
    until = time.monotonic() + limits.seconds
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        arguments = {
            "path": str(path), "folder": folder, "media_type": media_type, "file_name": file_name
        }  # fmt: skip
        unpacked = sandbox.run(
            "docstore.files.readers.bundle:unpack",
            arguments,
            limits=limits,
            reads=[path],
            writes=[place],
        )
        names: list[str] = unpacked["names"]
        own = [unpacked["text"]] if unpacked["text"] else []
        facts = list(_each(place, names, read, limits, until))
    read_ones = [one for one in facts if any(one.page_texts)]
    texts = [
        "\n".join(filter(None, [name, *one.page_texts]))
        for name, one in zip(names, facts, strict=False)
    ]
    text = "\n\n".join([*own, *texts, *names[len(facts) :]])
    return Contents(
        text=text[:_MOST_TEXT],
        has_text=bool(own or read_ones),
        all_read=unpacked["all"]
        and len(facts) == len(names)
        and all(one.text_state == "text" for one in facts)
        and len(text) <= _MOST_TEXT,
    )


def _each(
    place: Path, names: list[str], read: Reader, limits: Limits, until: float
) -> Iterator[FileFacts]:
    """Yield the facts of each file until there is no time left."""
    for number, name in enumerate(names):
        left = until - time.monotonic()
        if left <= 0:
            return
        yield read(place / str(number), name, replace(limits, seconds=left))
