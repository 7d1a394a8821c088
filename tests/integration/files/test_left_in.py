"""The clerk is told what an editor left in a file before councillors find it."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from fpdf import FPDF

from docstore.files.inspect import inspect
from docstore.files.problems import Problem
from docstore.files.writer import Paragraph, write_pages
from tests.factories import make_pdf

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
ODF = "urn:oasis:names:tc:opendocument:xmlns"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
RUN = "<w:r><w:t>stawka</w:t></w:r>"
STRUCK = "<w:r><w:delText>stara</w:delText></w:r>"


def package(**parts: str) -> bytes:
    """Return an Office file of parts, whose names have `__` for a slash."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        for name, text in parts.items():
            archive.writestr(f"{name.replace('__', '/')}.xml", text)
    return target.getvalue()


def word(body: str, **parts: str) -> bytes:
    document = f'<w:document xmlns:w="{W}"><w:body><w:p>{body}</w:p></w:body></w:document>'
    return package(word__document=document, **parts)


def open_document(body: str, kind: str = "text") -> bytes:
    target = io.BytesIO()
    text = (
        f'<office:document-content xmlns:office="{ODF}:office:1.0" xmlns:text="{ODF}:text:1.0">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", text)
    return target.getvalue()


def open_sheet(change: str) -> bytes:
    """Return a sheet of one cell whose value was another before."""
    changes = f"<table:tracked-changes>{change}</table:tracked-changes>"
    cell = "<table:table-cell><text:p>stawka</text:p></table:table-cell>"
    return open_document(
        f'<office:spreadsheet xmlns:table="{ODF}:table:1.0">{changes}<table:table>'
        f"<table:table-row>{cell}</table:table-row></table:table></office:spreadsheet>",
        kind="spreadsheet",
    )


def sheet(**parts: str) -> bytes:
    words = f'<sst xmlns="{S}"><si><t>stawka</t></si></sst>'
    return package(xl__sharedStrings=words, **parts)


def slides(**parts: str) -> bytes:
    slide = f'<p:sld xmlns:p="{P}" xmlns:a="{A}"><a:p><a:r><a:t>stawka</a:t></a:r></a:p></p:sld>'
    return package(ppt__slides__slide1=slide, **parts)


NOTE = f'<comments xmlns="{S}"><commentList>{{}}</commentList></comments>'
CELL_CHANGE = (
    "<table:cell-content-change{}><table:previous><table:change-track-table-cell>"
    "<text:p>dawna</text:p></table:change-track-table-cell></table:previous>"
    "</table:cell-content-change>"
)
CHANGED = "<text:tracked-changes>{}</text:tracked-changes><text:p>stawka</text:p>"

CHANGES = {
    "wstawka.docx": word(f'<w:ins w:id="1" w:author="A">{RUN}</w:ins>'),
    "skreślenie.docx": word(f'{RUN}<w:del w:id="1" w:author="A">{STRUCK}</w:del>'),
    "zmiany.ods": open_sheet(CELL_CHANGE.format("")),
    "zmiany.odt": open_document(CHANGED.format('<text:changed-region text:id="1"/>')),
    "zmiany.rtf": rb"{\rtf1\ansi\ansicpg1250 stawka {\revised\revauth1 nowa}}",
    "skreślenie.rtf": rb"{\rtf1\ansi\ansicpg1250 stawka {\deleted\revauthdel1 stara}}",
}
REMARKS = {
    "uwaga.docx": word(f'{RUN}<w:r><w:commentReference w:id="0"/></w:r>'),
    "uwaga.odt": open_document("<text:p>stawka<office:annotation/></text:p>"),
    "uwaga.rtf": rb"{\rtf1\ansi\ansicpg1250 stawka {\*\annotation do sprawdzenia}}",
    "uwaga.xlsx": sheet(xl__comments1=NOTE.format('<comment ref="A1"/>')),
    "uwaga.pptx": slides(ppt__comments__comment1=f'<p:cmLst xmlns:p="{P}"><p:cm/></p:cmLst>'),
}
CLEAN = {
    "projekt.docx": word(RUN, word__comments=f'<w:comments xmlns:w="{W}"/>'),
    "projekt.ods": open_sheet(CELL_CHANGE.format(' table:acceptance-state="accepted"')),
    "projekt.odt": open_document(CHANGED.format("")),
    "projekt.rtf": rb"{\rtf1\ansi\ansicpg1250{\revtbl {Unknown;}} stawka\revised0}",
    "projekt.xlsx": sheet(xl__comments1=NOTE.format("")),
    "projekt.pptx": slides(),
}


def problems(folder: Path, name: str, octets: bytes) -> tuple[str, ...]:
    path = folder / name
    path.write_bytes(octets)
    facts = inspect(path, name)
    assert facts.page_texts[0].startswith("stawka")
    assert "dawna" not in facts.page_texts[0]
    assert "stara" not in facts.page_texts[0] or name.endswith(".rtf")
    return facts.problems


@pytest.mark.parametrize("name", CHANGES)
def test_changes_that_nobody_took_over(tmp_path: Path, name: str) -> None:
    assert problems(tmp_path, name, CHANGES[name]) == (Problem.TRACKED_CHANGES,)


@pytest.mark.parametrize("name", REMARKS)
def test_remarks_of_authors(tmp_path: Path, name: str) -> None:
    assert problems(tmp_path, name, REMARKS[name]) == (Problem.COMMENTS,)


@pytest.mark.parametrize("name", CLEAN)
def test_a_frame_without_anything_in_it_is_no_news(tmp_path: Path, name: str) -> None:
    assert problems(tmp_path, name, CLEAN[name]) == ()


def test_a_remark_of_a_real_writer(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("stawka")
    document.save(str(tmp_path / "a.docx"))
    assert inspect(tmp_path / "a.docx", "a.docx").problems == ()
    document.add_comment(paragraph.runs, text="do sprawdzenia", author="A")
    document.save(str(tmp_path / "a.docx"))
    assert inspect(tmp_path / "a.docx", "a.docx").problems == (Problem.COMMENTS,)


def test_pages_that_show_nothing(tmp_path: Path) -> None:
    document = FPDF()
    document.set_font("helvetica", size=14)
    document.add_page()
    document.cell(text="stawka")
    document.output(str(tmp_path / "a.pdf"))
    assert inspect(tmp_path / "a.pdf", "a.pdf").problems == ()
    document = FPDF()
    document.set_font("helvetica", size=14)
    document.add_page()
    document.cell(text="stawka")
    document.add_page()
    document.output(str(tmp_path / "b.pdf"))
    facts = inspect(tmp_path / "b.pdf", "b.pdf")
    assert (facts.problems, facts.text_state) == ((Problem.EMPTY_PAGES,), "text")


@pytest.mark.parametrize(
    ("font", "found"),
    [(b"Helvetica", ()), (b"ArialMTxx", ()), (b"BookmanOS", (Problem.MISSING_FONTS,))],
)
def test_fonts_that_are_not_in_the_file(
    tmp_path: Path, font: bytes, found: tuple[Problem, ...]
) -> None:
    octets = make_pdf(text="stawka")
    assert octets.count(b"/BaseFont /Helvetica") == 1
    (tmp_path / "a.pdf").write_bytes(octets.replace(b"/Helvetica", b"/" + font))
    assert inspect(tmp_path / "a.pdf", "a.pdf").problems == found


def test_fonts_that_are_in_the_file(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    write_pages([Paragraph("żółta stawka")], target, title="a", language="pl", made_at="2026-11-20")
    assert inspect(target, "a.pdf").problems == ()


def test_fonts_of_real_files(shared_data: Path) -> None:
    """Of what is set in letters of its own, two files say in which and do not carry them."""
    lacking = [
        path.name
        for path in sorted(shared_data.glob("**/*.pdf"))
        if Problem.MISSING_FONTS in inspect(path, path.name).problems
    ]
    assert lacking == ["noembed-eucjp.pdf", "testPDF_bad_page_303226.pdf"]
