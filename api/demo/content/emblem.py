"""An invented emblem in a council's colour: a shield with hills, and what the town is known for."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw

_SIZE, _FINE = (200, 240), 4  # drawn four times as large, so that its edges are smooth
_SILVER = "#f4f1ea"
_SHIELD = ((6, 6), (194, 6), (194, 120), (182, 166), (154, 202), (100, 234), (46, 202), (18, 166),
           (6, 120))  # fmt: skip
_HILLS = ((6, 150), (56, 104), (88, 134), (128, 88), (194, 150), (182, 166), (154, 202), (100, 234),
          (46, 202), (18, 166))  # fmt: skip
_CHARGES: dict[str, Sequence[tuple[int, int]]] = {
    "crystal": ((100, 26), (124, 50), (116, 84), (100, 98), (84, 84), (76, 50)),
    "tower": ((76, 34), (88, 34), (88, 44), (94, 44), (94, 34), (106, 34), (106, 44), (112, 44),
              (112, 34), (124, 34), (124, 58), (116, 62), (116, 100), (84, 100), (84, 62),
              (76, 58)),
    "leaf": ((100, 24), (126, 56), (122, 78), (104, 92), (104, 106), (96, 106), (96, 92), (78, 78),
             (74, 56)),
    "star": ((100, 24), (109, 50), (137, 51), (115, 68), (123, 95), (100, 79), (77, 95), (85, 68),
             (63, 51), (91, 50)),
}  # fmt: skip


def emblem(colour: str, charge: str) -> BytesIO:
    """Return the emblem as a PNG."""
    width, height = _SIZE
    picture = Image.new("RGBA", (width * _FINE, height * _FINE))
    draw = ImageDraw.Draw(picture)
    for points, fill in ((_SHIELD, colour), (_HILLS, _SILVER), (_CHARGES[charge], _SILVER)):
        draw.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=fill)
    outline = [(x * _FINE, y * _FINE) for x, y in (*_SHIELD, _SHIELD[0])]
    draw.line(outline, fill=colour, width=6 * _FINE, joint="curve")
    file = BytesIO()
    picture.resize(_SIZE, Image.Resampling.LANCZOS).save(file, "PNG")
    file.seek(0)
    return file
