"""An emblem comes out as a small PNG that holds nothing but a picture."""

from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from docstore.files.errors import FileRefused
from docstore.files.images import raster_emblem


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_written_anew(tmp_path: Path, kind: str) -> None:
    source, target = tmp_path / "herb", tmp_path / "herb.png"
    Image.new("RGB", (1600, 800), "#1d4f91").save(source, kind)
    assert raster_emblem(source, target) == (512, 256)
    with Image.open(target) as made:
        assert (made.format, made.size, made.mode) == ("PNG", (512, 256), "RGBA")


def test_what_a_picture_carries_beside_itself_is_lost(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Jan Kowalski")
    Image.new("RGBA", (10, 10)).save(tmp_path / "herb", "PNG", pnginfo=info)
    raster_emblem(tmp_path / "herb", tmp_path / "herb.png")
    assert b"Kowalski" not in (tmp_path / "herb.png").read_bytes()


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>evil()</script></svg>', "unsupported"),
        (b"GIF89a\x01\x00\x01\x00", "unsupported"),
        (b"\x89PNG\r\n\x1a\n and no more", "broken"),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, octets: bytes, code: str) -> None:
    source, target = tmp_path / "herb", tmp_path / "herb.png"
    source.write_bytes(octets)
    with pytest.raises(FileRefused) as refusal:
        raster_emblem(source, target)
    assert refusal.value.code == code
    assert not target.exists()


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_read(tmp_path: Path) -> None:
    source = tmp_path / "herb"
    Image.new("1", (12_000, 12_000)).save(source, "PNG")
    with pytest.raises(FileRefused) as refusal:
        raster_emblem(source, tmp_path / "herb.png")
    assert refusal.value.code == "memory"
