"""Every recogniser keeps the contract of the seam; the real one reads real scans."""

import io
from collections.abc import Collection
from pathlib import Path

import pikepdf

# pypdfium2 carries no type information.
import pypdfium2  # type: ignore[import-untyped]
import pytest
from fpdf import FPDF
from PIL import Image

from docstore.files import media
from docstore.files.errors import FileRefused
from docstore.files.inspect import inspect
from docstore.files.recognising import (
    MemoryRecogniser,
    OcrmypdfRecogniser,
    Recogniser,
    find_tesseract,
)
from tests.conftest import missing
from tests.scanning import FONT, LINES, a_scan, picture


def ocrmypdf(folder: Path) -> OcrmypdfRecogniser:
    if find_tesseract() is None:
        missing("Tesseract (packages tesseract-ocr, tesseract-ocr-pol)")
    return OcrmypdfRecogniser(work_folder=folder / "work")


@pytest.fixture(params=["memory", "ocrmypdf"])
def recogniser(request: pytest.FixtureRequest, tmp_path: Path) -> Recogniser:
    return MemoryRecogniser() if request.param == "memory" else ocrmypdf(tmp_path)


class Desk:
    """A scan on the desk, and what a recogniser makes of it."""

    def __init__(self, recogniser: Recogniser, folder: Path) -> None:
        self.recogniser, self.folder = recogniser, folder
        self.target = folder / "z-tekstem.pdf"

    def __call__(
        self, octets: bytes, pages: Collection[int], kind: str = media.PDF, *, is_last: bool = True
    ) -> dict[int, str]:
        source = self.folder / "skan"
        source.write_bytes(octets)
        said = self.recogniser.recognise(
            source, self.target, media_type=kind, pages=pages, is_last=is_last
        )
        assert source.read_bytes() == octets
        self.count = said.count
        self.confidence = {number: page.confidence for number, page in said.pages.items()}
        return {number: page.text for number, page in said.pages.items()}

    @property
    def texts(self) -> list[str]:
        document = pypdfium2.PdfDocument(self.target)
        texts = [page.get_textpage().get_text_bounded() for page in document]
        document.close()
        return texts


class TestEveryRecogniser:
    def test_it_makes_a_whole_pdf_and_says_what_its_pages_say(
        self, recogniser: Recogniser, tmp_path: Path
    ) -> None:
        desk = Desk(recogniser, tmp_path)
        said = desk(a_scan(picture(*LINES), picture(*LINES)), {1, 2, 9})
        assert set(said) == {1, 2}
        assert all(said.values())
        assert all(0.5 < sure <= 1 for sure in desk.confidence.values())
        facts = inspect(desk.target, "kopia.pdf")
        assert (facts.pages, desk.count, facts.mergeable) == (2, 2, True)

    def test_another_kind_of_file_is_refused(self, recogniser: Recogniser, tmp_path: Path) -> None:
        desk = Desk(recogniser, tmp_path)
        with pytest.raises(FileRefused) as refusal:
            desk(b"PK", {1}, media.DOCX)
        assert refusal.value.code == "unsupported"
        assert not desk.target.exists()

    def test_what_cannot_be_read_leaves_nothing(
        self, recogniser: Recogniser, tmp_path: Path
    ) -> None:
        desk = Desk(recogniser, tmp_path)
        with pytest.raises(FileRefused) as refusal:
            desk(b"", {1})
        assert refusal.value.code == "broken"
        assert not desk.target.exists()

    def test_it_names_its_tool(self, recogniser: Recogniser) -> None:
        assert any(char.isdigit() for char in recogniser.tool)


class TestOcrmypdf:
    @pytest.fixture
    def desk(self, tmp_path: Path) -> Desk:
        return Desk(ocrmypdf(tmp_path), tmp_path)

    def test_polish_letters_are_read_and_put_over_the_picture(self, desk: Desk) -> None:
        said = desk(a_scan(picture(*LINES)), {1})
        assert "opłaty od posiadania psów" in said[1]
        assert "§ 2. Uchwała wchodzi w życie" in said[1]
        assert "opłaty od posiadania psów" in " ".join(desk.texts[0].split())

    @pytest.mark.parametrize("turned", [90, 180, 270])
    def test_a_page_that_lies_on_its_side_is_turned_and_a_crooked_one_set_straight(
        self, desk: Desk, turned: int
    ) -> None:
        said = desk(a_scan(picture(*LINES, turned=turned, skewed=1.5)), {1})
        assert "opłaty od posiadania psów" in said[1]
        document = pypdfium2.PdfDocument(desk.target)
        width, height = document[0].get_size()
        document.close()
        assert height > width

    def test_it_is_pdf_a_in_the_end(self, desk: Desk) -> None:
        octets = a_scan(picture(*LINES))
        desk(octets, {1}, is_last=False)
        assert b"pdfaid" not in desk.target.read_bytes()
        desk(octets, {1})
        assert b"pdfaid" in desk.target.read_bytes()

    def test_a_long_file_is_recognised_part_by_part(self, desk: Desk) -> None:
        first = desk(a_scan(picture(*LINES), picture(LINES[1])), {1}, is_last=False)
        texts = desk.texts
        assert set(first) == {1}
        assert texts[0]
        assert not texts[1]
        second = desk(desk.target.read_bytes(), {2})
        assert set(second) == {2}
        assert desk.texts[0] == texts[0]
        assert "posiadania psów" in desk.texts[1]

    @pytest.mark.parametrize(
        ("kind", "media_type", "count"),
        [("TIFF", media.TIFF, 2), ("PNG", media.PNG, 1), ("JPEG", media.JPEG, 1),
         ("WEBP", media.WEBP, 1), ("GIF", media.GIF, 1)],
    )  # fmt: skip
    def test_pictures_are_scans_too(
        self, desk: Desk, kind: str, media_type: str, count: int
    ) -> None:
        pages = [picture(*LINES) for _ in range(count)]
        said = desk(a_scan(*pages, kind=kind), range(1, 11), media_type)
        assert (desk.count, len(said)) == (count, count)
        assert "posiadania psów" in said[count]

    def test_a_scan_in_fine_tones_is_read_as_it_is_seen(self, desk: Desk) -> None:
        stream = io.BytesIO()
        fine = picture(*LINES).point(lambda tone: tone * 200, "I").convert("I;16")
        fine.save(stream, "PNG")
        said = desk(stream.getvalue(), {1}, media.PNG)
        assert "posiadania psów" in said[1]

    def test_a_photograph_of_a_page_is_turned_as_its_camera_says(self, desk: Desk) -> None:
        stream = io.BytesIO()
        exif = Image.Exif()
        exif[0x0112] = 6  # to be turned by a quarter to the right
        picture(*LINES, turned=90).save(stream, "JPEG", exif=exif)
        said = desk(stream.getvalue(), {1}, media.JPEG)
        assert "posiadania psów" in said[1]

    def test_a_pdf_that_lies_about_its_pages_is_no_more_than_it_is(self, desk: Desk) -> None:
        octets = a_scan(picture(*LINES)).replace(b"/Count 1", b"/Count 9")
        assert set(desk(octets, range(1, 10))) == {1}

    def test_an_empty_page_says_nothing(self, desk: Desk) -> None:
        assert desk(a_scan(picture()), {1}) == {1: ""}
        assert desk.confidence == {1: 0.0}

    def test_letters_that_mean_nothing_are_replaced(self, desk: Desk) -> None:
        octets = without_a_map_to_unicode(LINES[1])
        (desk.folder / "zly.pdf").write_bytes(octets)
        assert inspect(desk.folder / "zly.pdf", "zly.pdf").text_state == "none"
        said = desk(octets, {1})
        assert "posiadania psów" in said[1]
        assert "posiadania psów" in desk.texts[0]
        assert "\x02" not in desk.texts[0]


def without_a_map_to_unicode(line: str) -> bytes:
    """Return a page that people can read, and programs cannot: a font that keeps its letters."""
    made = FPDF()
    made.add_page()
    made.add_font("D", "", str(FONT))
    made.set_font("D", size=16)
    for _ in range(8):
        made.cell(0, 14, line, new_x="LMARGIN", new_y="NEXT")
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(bytes(made.output()))) as document:
        for each in document.objects:
            if isinstance(each, pikepdf.Dictionary) and "/ToUnicode" in each:
                del each["/ToUnicode"]
        document.save(stream)
    return stream.getvalue()
