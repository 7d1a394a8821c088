"""Pages of a file as pictures, with the places of their words."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from docstore.files import media, sandbox
from docstore.files.errors import FileRefused
from docstore.files.left import left
from docstore.files.sandbox import DEFAULT, Limits

Size = Literal["small", "large"]
PIXELS: Mapping[Size, int] = {"small": 240, "large": 1654}
"""Width of a page's picture: a thumbnail, and A4 at 200 dpi, sharp on a tablet held upright."""

_JOBS: Mapping[str, str] = {
    media.PDF: "draw_pdf",
    **dict.fromkeys((media.PNG, media.JPEG, media.TIFF, media.WEBP, media.GIF), "draw_picture"),
}
# Of a picture, as its reader holds to it.
_MOST_OCTETS = 2 << 20
DRAWABLE = frozenset(_JOBS)
"""Kinds of files whose pages can be drawn."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands on its line, in tenths of a point."""

    x: int
    width: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and where it stands on its page, in tenths of a point."""

    y: int
    height: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page as a WebP picture, its size in tenths of a point, and its lines.

    `picture` is empty where the page itself cannot be read. Small pages come without lines.
    """

    number: int
    picture: bytes
    width: int
    height: int
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """Return the lines as text."""
        return "\n".join(" ".join(word.text for word in line.words) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a file's own outline; `level` is 0 for the highest."""

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """How many pages a file has, its outline, and the pages that were asked for and are there.

    `labels` tells what pages are called (`ii`, `1`), and is empty where that is their number.
    Small pages come without an outline.
    """

    count: int
    labels: tuple[str, ...]
    outline: tuple[Heading, ...]
    pages: tuple[DrawnPage, ...]

    def called(self, number: int) -> str:
        """Return what a page is called."""
        label = self.labels[number - 1] if number <= len(self.labels) else ""
        return label or str(number)


def draw(
    source: Path,
    spool: Path,
    *,
    media_type: str,
    first: int,
    count: int,
    size: Size,
    limits: Limits = DEFAULT,
) -> Drawing:
    """Draw `count` pages of a file from the page `first` on; pages are counted from 1.

    Pictures are handed over in a folder of their own in `spool`. Raises `FileRefused`:
    "unsupported" for a kind that is not `DRAWABLE`, else what the sandbox raises.
    """
    job = _JOBS.get(media_type)
    if job is None:
        raise FileRefused("unsupported", media_type)
    with tempfile.TemporaryDirectory(dir=spool, prefix="drawing-") as folder:
        answer = sandbox.run(
            f"docstore.files.readers.drawing:{job}",
            {
                "path": str(source),
                "folder": folder,
                "first": first,
                "count": count,
                "pixels": PIXELS[size],
                "with_words": size == "large",
            },
            limits=limits,
            reads=[source],
            writes=[Path(folder)],
        )
        pages = tuple(
            DrawnPage(
                number=number,
                picture=_picture(Path(folder) / f"{number}.webp") if page["is_drawn"] else b"",
                width=page["width"],
                height=page["height"],
                lines=tuple(
                    Line(y, height, tuple(Word(*word) for word in words))
                    for y, height, words in page["lines"]
                ),
            )
            for number, page in enumerate(answer["pages"], start=first)
        )
    outline = tuple(Heading(*each) for each in answer["outline"])
    return Drawing(answer["count"], tuple(answer["labels"]), outline, pages)


def _picture(path: Path) -> bytes:
    """Return what the sandbox left there, or nothing where that is no picture of a page."""
    try:
        with left(path) as source:
            octets = source.read(_MOST_OCTETS + 1)
    except FileRefused:
        return b""
    is_webp = octets[:4] == b"RIFF" and octets[8:12] == b"WEBP"
    return octets if is_webp and len(octets) <= _MOST_OCTETS else b""
