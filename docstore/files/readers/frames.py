"""Pages of a scan that is a picture, as people see them."""

from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "GIF")
"""Kinds of pictures that are looked at; Pillow would try dozens."""


def upright(frame: Image.Image) -> Image.Image:
    """Return a page as its scanner or camera meant it: turned, on white, in tones that are seen."""
    page = ImageOps.exif_transpose(frame)
    if page.mode.startswith("I;16"):  # Pillow would cut every tone but the darkest off
        page = page.point(lambda tone: tone / 256).convert("L")
    if page.has_transparency_data:
        white = Image.new("RGB", page.size, "white")
        white.paste(page.convert("RGB"), mask=page.convert("RGBA").getchannel("A"))
        return white
    return page
