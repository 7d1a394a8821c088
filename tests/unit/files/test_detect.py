"""A file is what its content says, whatever its name."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docstore.files import media
from docstore.files.detect import charset, detect, extension_agrees

POLISH = "Zażółć gęślą jaźń. UCHWAŁA Rady Miejskiej, śnieg, źródło, ŻÓŁĆ, Ćma, Łódź."


def a_zip(*names: str, mimetype: str | None = None) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


def an_ole(stream: str) -> bytes:
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30:32] = (9).to_bytes(2, "little")
    header[48:52] = (0).to_bytes(4, "little")
    directory = stream.encode("utf-16-le") + b"\0\0"
    return bytes(header) + directory.ljust(512, b"\0")


CASES = {
    media.PDF: b"%PDF-1.7\n%\xe2\xe3",
    media.DOCX: a_zip("[Content_Types].xml", "word/document.xml"),
    media.XLSX: a_zip("[Content_Types].xml", "xl/workbook.xml"),
    media.PPTX: a_zip("[Content_Types].xml", "ppt/presentation.xml"),
    media.ODT: a_zip("content.xml", mimetype=media.ODT),
    media.ODS: a_zip("content.xml", mimetype=media.ODS),
    media.ASICE: a_zip("META-INF/signatures.xml", mimetype=media.ASICE),
    media.ZIP: a_zip("uchwala.pdf"),
    media.DOC: an_ole("WordDocument"),
    media.XLS: an_ole("Workbook"),
    media.ENCRYPTED_OFFICE: an_ole("EncryptedPackage"),
    media.RTF: rb"{\rtf1\ansi tekst}",
    media.HTML: b"<!DOCTYPE html><html><body>x</body></html>",
    media.SVG: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    media.TEXT: POLISH.encode(),
    media.PNG: b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
    media.JPEG: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 64,
    media.UNKNOWN: bytes(range(256)),
}


@pytest.mark.parametrize("media_type", CASES)
def test_content_decides(tmp_path: Path, media_type: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(CASES[media_type])
    assert detect(path, "projekt.pdf") == media_type
    assert detect(path, "") == media_type


def test_a_pdf_may_begin_after_a_line_of_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.4\n")
    assert detect(path, "a.txt") == media.PDF


def test_an_empty_file_is_of_no_known_kind(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    assert detect(path, "a.pdf") == media.UNKNOWN


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.sampled_from(
        [b"", b"PK\x03\x04", b"PK\x05\x06", CASES[media.DOC][:60], b"\xff\xfe", b"0"]
    ),
    rest=st.binary(max_size=300),
    name=st.text(max_size=20),
)
def test_no_bytes_make_it_raise(tmp_path: Path, start: bytes, rest: bytes, name: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(start + rest)
    assert "/" in detect(path, name)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(CASES[media.DOCX])))
def test_a_truncated_archive_does_not_make_it_raise(tmp_path: Path, length: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(CASES[media.DOCX][:length])
    detect(path, "a.docx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250", "iso8859-2"])
def test_polish_is_read_in_each_of_its_encodings(encoding: str) -> None:
    octets = POLISH.encode(encoding)
    found = charset(octets)
    assert found is not None
    assert octets.decode(found).lstrip("\ufeff") == POLISH


def test_a_head_cut_in_the_middle_of_a_letter_is_still_utf_8() -> None:
    assert charset("żółć".encode()[:-1]) == "utf-8-sig"


@pytest.mark.parametrize(
    ("media_type", "name", "agrees"),
    [
        (media.PDF, "Projekt.PDF", True),
        (media.PDF, "projekt.docx", False),
        (media.PDF, "projekt", False),
        (media.DOCX, "druk 12.docx", True),
        (media.RTF, "pismo.doc", True),
        (media.TEXT, "uchwala.pdf", False),
        (media.UNKNOWN, "cokolwiek.xyz", True),
    ],
)
def test_a_name_promises_a_kind(media_type: str, name: str, agrees: bool) -> None:
    assert extension_agrees(media_type, name) is agrees
