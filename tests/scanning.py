"""Scans as a town hall's scanner makes them: pictures of pages, turned and crooked as they lay."""

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
LINES = (
    "Uchwała nr XLV/312/2018 Rady Miejskiej",
    "w sprawie opłaty od posiadania psów",
    "Na podstawie art. 18 ustawy o samorządzie gminnym",
    "uchwala się, co następuje: § 1. Wprowadza się opłatę.",
    "§ 2. Uchwała wchodzi w życie po upływie 14 dni.",
)


def picture(*lines: str, turned: int = 0, skewed: float = 0.0) -> Image.Image:
    """Return a page of A4 at 200 dpi as a scanner gives it."""
    page = Image.new("L", (1654, 2339), 255)
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(lines * 4):
        font = ImageFont.truetype(str(FONT), 38)
        draw.text((150, 200 + number * 90), line, font=font, fill=0)
    return page.rotate(skewed, fillcolor=255).rotate(turned, expand=True)


def a_scan(*pages: Image.Image, kind: str = "PDF") -> bytes:
    """Return a file that holds nothing but these pictures."""
    stream = io.BytesIO()
    more = {"save_all": True, "append_images": pages[1:]} if len(pages) > 1 else {}
    pages[0].save(stream, kind, **({"resolution": 200.0} if kind == "PDF" else {}), **more)
    return stream.getvalue()
