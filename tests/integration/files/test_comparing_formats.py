"""The same contents in two formats, and scanned, compared: nothing of it is a change."""

from pathlib import Path

import pytest

from docstore.files import media
from docstore.files.inspect import inspect
from docstore.files.office import LibreOfficeRenderer, find_libreoffice
from docstore.files.recognising import OcrmypdfRecogniser, find_tesseract
from docstore.files.text import tidy
from docstore.rules.comparing.pages import edges
from docstore.rules.comparing.redline import Comparison, Said, compare
from docstore.rules.comparing.units import read
from tests.conftest import missing

pytestmark = pytest.mark.data

_TYPES = {".docx": media.DOCX, ".odt": media.ODT, ".doc": media.DOC, ".rtf": media.RTF}


def rendered(source: Path, folder: Path) -> list[str]:
    """Return the pages of a word processor's file as Teczka reads them."""
    program = find_libreoffice()
    if program is None:
        missing("LibreOffice")
    target = folder / f"{source.name}.pdf"
    renderer = LibreOfficeRenderer(program, work_folder=folder)
    renderer.to_pdf(source, target, media_type=_TYPES[source.suffix])
    return [*inspect(target, target.name).page_texts]


def compared(old: list[str], new: list[str], *, noisy: tuple[int, ...] = ()) -> Comparison:
    known = edges(old, new)
    return compare(read(old, edges=known), read(new, edges=known, noisy=noisy))


def changed(comparison: Comparison) -> int:
    """Return how many words came."""
    return sum(
        piece.end - piece.start
        for block in comparison.blocks
        for piece in block.pieces
        if piece.said is Said.ADDED
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001_1380.docx", "2001_1380.odt"),
        ("1997_498.doc", "1997_498.rtf"),
        ("2001_537.docx", "2001_537.odt"),
    ],
)
def test_a_statute_in_two_formats_is_the_same(
    shared_data: Path, tmp_path: Path, one: str, other: str
) -> None:
    folder = shared_data / "derived-office"
    pages = [rendered(folder / name, tmp_path) for name in (one, other)]
    comparison = compared(*pages)
    assert len(comparison.new.words) > 1000
    assert comparison.is_same


def test_one_changed_amount_between_formats_is_all_that_is_shown(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "derived-office"
    pages = [rendered(folder / f"2001_537.{each}", tmp_path) for each in ("docx", "odt")]
    word = "ministra"
    place = next(number for number, page in enumerate(pages[1]) if f" {word} " in page)
    pages[1][place] = pages[1][place].replace(f" {word} ", " starosty ", 1)
    shown = [
        (piece.said, piece.text)
        for block in compared(*pages).blocks
        for piece in block.pieces
        if piece.said is not Said.SAME
    ]
    assert shown == [(Said.REMOVED, word), (Said.ADDED, "starosty")]


def test_a_scan_beside_its_text_is_mostly_the_same_and_misreadings_are_told_apart(
    shared_data: Path, tmp_path: Path
) -> None:
    if find_tesseract() is None:
        missing("Tesseract")
    source = shared_data / "derived-scans" / "katowice-300dpi-g4.pdf"
    truth = [tidy(source.with_suffix(".truth.txt").read_text())]
    recogniser = OcrmypdfRecogniser(work_folder=tmp_path / "work")
    said = recogniser.recognise(
        source, tmp_path / "copy.pdf", media_type=media.PDF, pages=[1], is_last=False
    )
    pages = [said.pages[1].text]
    strict, calm = compared(truth, pages), compared(truth, pages, noisy=(1,))
    assert len(strict.new.words) > 100
    assert calm.unsure > 0
    assert changed(calm) < changed(strict)
    assert changed(calm) < len(calm.new.words) * 0.05
