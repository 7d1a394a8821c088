"""Pages as pictures, drawn in the sandbox: sound files, hostile ones, and what is left behind."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle

from docstore.files import drawing, media, sandbox
from docstore.files.drawing import DrawnPage, draw
from docstore.files.errors import FileRefused
from tests.factories import make_pdf

# A page tree that says it has a million pages, and has one.
BOASTFUL = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1000000>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def drawn(folder: Path, octets: bytes, **asked: Any) -> drawing.Drawing:
    source = folder / "source"
    source.write_bytes(octets)
    usual: dict[str, Any] = {"media_type": media.PDF, "first": 1, "count": 1, "size": "large"}
    return draw(source, folder, **(usual | asked))


def picture_of(page: DrawnPage) -> Image.Image:
    return Image.open(io.BytesIO(page.picture))


def test_so_many_pages_as_asked_from_where_asked(tmp_path: Path) -> None:
    octets = make_pdf(text="strona", pages=5)
    made = drawn(tmp_path, octets, first=4, count=3)
    assert made.count == 5
    assert [page.number for page in made.pages] == [4, 5]
    assert [page.text for page in made.pages] == ["strona - 4", "strona - 5"]
    assert drawn(tmp_path, octets, first=6).pages == ()
    small = drawn(tmp_path, octets, size="small", count=2)
    assert [page.lines for page in small.pages] == [(), ()]
    assert {picture_of(page).width for page in small.pages} <= {240, 241}
    assert [each.name for each in tmp_path.iterdir()] == ["source"]


def test_a_turned_page_has_its_words_where_they_are_seen(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_page(PdfReader(io.BytesIO(make_pdf(text="obrocona"))).pages[0].rotate(90))
    octets = io.BytesIO()
    writer.write(octets)
    (page,) = drawn(tmp_path, octets.getvalue()).pages
    assert page.width > page.height
    picture = picture_of(page)
    scale = picture.width / page.width
    (first, *_) = page.lines
    word = first.words[0]
    box = (word.x, first.y, word.x + word.width, first.y + first.height)
    seen = picture.convert("L").crop([round(side * scale) for side in box])  # type: ignore[arg-type]
    assert seen.histogram()[0:100] != [0] * 100, "no ink where the word is said to be"


def test_the_outline_and_the_names_of_pages_come_along(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make_pdf(text="x", pages=4))))
    writer.set_page_label(0, 1, PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(2, 3, PageLabelStyle.DECIMAL, start=1)
    part = writer.add_outline_item(title="Porządek\u202e obrad", page_number=0)
    writer.add_outline_item(title="Druk 1", page_number=2, parent=part)
    octets = io.BytesIO()
    writer.write(octets)
    made = drawn(tmp_path, octets.getvalue())
    assert made.labels == ("i", "ii", "1", "2")
    assert [made.called(number) for number in (1, 3, 9)] == ["i", "1", "9"]
    assert [(each.level, each.title, each.page) for each in made.outline] == [
        (0, "Porządek obrad", 1),
        (1, "Druk 1", 3),
    ]
    assert drawn(tmp_path, make_pdf(text="x", pages=2)).labels == ()


def test_a_file_that_boasts_of_pages_costs_no_more_than_it_has(tmp_path: Path) -> None:
    made = drawn(tmp_path, BOASTFUL, count=3)
    assert made.pages[0].picture
    assert not any(page.picture for page in made.pages[1:])


def test_an_endless_strip_is_drawn_narrower(tmp_path: Path) -> None:
    document = FPDF(format=(10, 5000))
    document.add_page()
    (page,) = drawn(tmp_path, bytes(document.output())).pages
    picture = picture_of(page)
    assert picture.height <= 4 * 1654 + 1
    assert picture.width < 20


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "I;16"])
def test_scans_of_every_kind_keep_their_tones(tmp_path: Path, mode: str) -> None:
    scan = Image.new("L", (400, 300), 255)
    scan.paste(0, (0, 0, 200, 300))
    if mode == "I;16":
        picture = Image.frombytes(
            mode, scan.size, b"".join(bytes((0, tone)) for tone in scan.tobytes())
        )
    else:
        picture = scan.convert(mode)
    octets = io.BytesIO()
    picture.save(octets, "TIFF")
    (page,) = drawn(tmp_path, octets.getvalue(), media_type=media.TIFF).pages
    seen = picture_of(page).convert("L")
    assert seen.getpixel((10, 10)) < 30  # type: ignore[operator]  # one tone of a grey picture
    assert seen.getpixel((seen.width - 10, 10)) > 225  # type: ignore[operator]  # as above


def test_noise_takes_no_more_room_than_a_picture_may(tmp_path: Path) -> None:
    octets = io.BytesIO()
    Image.effect_noise((1654, 6000), 120).save(octets, "PNG")
    (page,) = drawn(tmp_path, octets.getvalue(), media_type=media.PNG).pages
    assert len(page.picture) <= 2 << 20


def test_what_is_no_picture_of_a_page_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who broke out of a reader could leave a link to another file, or a pipe that never ends."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"RIFF0000WEBP")

    def broken_out(job: str, arguments: Mapping[str, Any], **rest: object) -> Any:
        del job, rest
        folder = Path(arguments["folder"])
        (folder / "1.webp").symlink_to(secret)
        (folder / "3.webp").write_bytes(b"not a picture")
        (folder / "4.webp").mkdir()
        size = {"width": 1, "height": 1, "lines": [], "is_drawn": True}
        pages = [{"number": 99, **size} for _ in range(5)]
        return {"count": 5, "labels": [], "outline": [], "pages": pages}

    monkeypatch.setattr(sandbox, "run", broken_out)
    made = drawn(tmp_path, b"", count=5)
    assert [(page.number, page.picture) for page in made.pages] == [(n, b"") for n in range(1, 6)]


@pytest.mark.parametrize("octets", [b"", b"%PDF-1.4", make_pdf(text="x")[:200]])
def test_what_is_no_pdf_is_refused(tmp_path: Path, octets: bytes) -> None:
    with pytest.raises(FileRefused):
        drawn(tmp_path, octets)
    with pytest.raises(FileRefused, match="unsupported"):
        drawn(tmp_path, octets, media_type=media.ZIP)
