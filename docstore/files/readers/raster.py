"""Reads a picture and writes it anew, without whatever else its file carried."""

import warnings
from pathlib import Path

from PIL import Image, ImageOps

from docstore.files.errors import FileRefused

# A camera's picture has 50 million pixels; at 4 octets each, this is 240 MB.
MOST_PIXELS = 60_000_000


def write_png(source: str, *, target: str, pixels: int) -> tuple[int, int]:
    """Write the picture as PNG with at most `pixels` on its longer edge; return its size."""
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    with Image.open(source, formats=("PNG", "JPEG", "WEBP")) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise FileRefused("memory", "too many pixels")
        upright = ImageOps.exif_transpose(picture)
        small = upright.convert("RGBA")
    small.thumbnail((pixels, pixels), Image.Resampling.LANCZOS)
    clean = Image.new("RGBA", small.size)
    clean.paste(small)
    with Path(target).open("wb") as output:  # by name, Pillow would ask to read it too
        clean.save(output, "PNG", optimize=True)
    return clean.size
