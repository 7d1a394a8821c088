"""Makes a council's uploaded emblem harmless: read in the sandbox, written anew as PNG."""

from pathlib import Path

from docstore.files import media, sandbox
from docstore.files.detect import detect
from docstore.files.errors import FileRefused

# Pixels of the longer edge: sharp on a tablet at twice the size at which it is shown.
EMBLEM_PIXELS = 512
_ALLOWED = frozenset({media.PNG, media.JPEG, media.WEBP})


def raster_emblem(source: Path, target: Path) -> tuple[int, int]:
    """Write the picture as a PNG of at most 512 pixels and return its width and height.

    Raises `FileRefused`: "unsupported" for anything but PNG, JPEG and WebP (SVG is a program),
    "memory" for too many pixels, "broken" for what cannot be read.
    """
    if detect(source, source.name) not in _ALLOWED:
        raise FileRefused("unsupported", "not PNG, JPEG or WebP")
    arguments = {"source": str(source), "target": str(target), "pixels": EMBLEM_PIXELS}
    width, height = sandbox.run(
        "docstore.files.readers.raster:write_png",
        arguments,
        reads=[source],
        writes=[target.parent],
    )
    return width, height
