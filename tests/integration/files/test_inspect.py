"""The facts of real files: text, pages, and what is wrong with them."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DictionaryObject, NameObject

from docstore.files import media
from docstore.files.facts import FileFacts, Problem
from docstore.files.inspect import inspect
from docstore.files.sandbox import Limits
from docstore.files.text import tidy
from tests.factories import make_pdf


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def recall(truth: str, text: str) -> float:
    wanted, found = words(tidy(truth)), words(text)
    return (wanted & found).total() / wanted.total()


@pytest.mark.data
@pytest.mark.parametrize("extension", ["docx", "odt", "rtf"])
def test_every_word_of_an_office_file_is_read(shared_data: Path, extension: str) -> None:
    files = sorted((shared_data / "derived-office").glob(f"*.{extension}"))
    assert files
    for path in files:
        facts = inspect(path, path.name)
        truth = path.with_suffix(".truth.txt").read_text()
        assert facts.text_state == "text"
        assert recall(truth, facts.page_texts[0]) == 1.0
        assert (facts.problems, facts.pages, facts.mergeable) == ((), None, False)


@pytest.mark.data
def test_a_real_pdf_is_read_page_by_page(shared_data: Path) -> None:
    facts = inspect(shared_data / "konstytucja" / "konstytucja.pdf", "konstytucja.pdf")
    assert (facts.media_type, facts.pages, facts.text_state) == (media.PDF, 55, "text")
    assert len(facts.page_texts) == 55
    assert "Rzeczpospolita Polska jest dobrem wspólnym wszystkich obywateli" in facts.page_texts[1]
    assert "społeczno-zawodowych" in " ".join(facts.page_texts)
    assert facts.mergeable
    assert facts.problems == ()


@pytest.mark.data
def test_council_vote_reports_are_read(shared_data: Path) -> None:
    for path in islice(sorted((shared_data / "council-votes-bydgoszcz").glob("*.pdf")), 3):
        facts = inspect(path, path.name)
        assert facts.text_state == "text"
        assert "głosowania" in " ".join(facts.page_texts).lower()


@pytest.mark.data
def test_a_scan_has_pages_and_no_text(shared_data: Path) -> None:
    facts = inspect(shared_data / "derived-scans" / "lodz-skew0.8-noise.pdf", "skan.pdf")
    assert (facts.pages, facts.text_state, facts.mergeable) == (3, "none", True)
    assert facts.problems == (Problem.NO_TEXT,)


def hard_files(shared_data: Path, each: int) -> Iterator[tuple[dict[str, str], Path]]:
    """Yield a few files of each category of the collection of hard files."""
    seen: Counter[str] = Counter()
    with (shared_data / "hard" / "MANIFEST.tsv").open(newline="") as manifest:
        for row in csv.DictReader(manifest, delimiter="\t"):
            seen[row["category"]] += 1
            if seen[row["category"]] <= each:
                yield row, shared_data.parent / row["file"]


@pytest.mark.data
def test_no_hard_file_raises_or_hangs(shared_data: Path) -> None:
    judged: dict[str, FileFacts] = {}
    for row, path in hard_files(shared_data, each=1):
        facts = inspect(path, path.name, limits=Limits(seconds=10.0))
        judged.setdefault(row["category"], facts)
    assert len(judged) > 35
    for category, expected in {
        "valid-text": "text", "valid-office": "text", "valid-odt": "text", "encoding": "text",
        "image-only": "none", "scan": "none", "encrypted": "unread", "signed-container": "text",
    }.items():  # fmt: skip
        assert judged[category].text_state == expected, category
    assert judged["encrypted"].encrypted
    assert not judged["encrypted"].mergeable
    assert judged["encrypted-owner-only"].mergeable
    assert Problem.SIGNED in judged["signed-pades"].problems
    assert Problem.ATTACHMENTS in judged["attachment"].problems


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("pdf.js/xfa_issue14315.pdf", Problem.XFA),
        ("pdf.js/helloworld-bad.pdf", Problem.REPAIRED),
        ("paperless-ngx/doc/password-is-test.pdf", Problem.ENCRYPTED),
        ("tika/testODTEncrypted.odt", Problem.ENCRYPTED),
        ("tika/testWORD_protected_passtika.docx", Problem.ENCRYPTED),
        ("tika/testASiCE.asice", Problem.CONTAINER),
        ("tika/testPKCS17Sig.xml.p7m", Problem.CONTAINER),
        ("tika/testODTMacro.odt", Problem.ACTIVE_CONTENT),
        ("tika/testWORD_macros.doc", Problem.NEEDS_RENDITION),
        ("tika/testODTnotaZipFile.odt", Problem.WRONG_EXTENSION),
        ("OCRmyPDF/truetype_font_nomapping.pdf", Problem.NO_TEXT),
        ("qpdf/fuzz/qpdf_extra/409905355.fuzz", Problem.BROKEN),
    ],
)
def test_what_is_wrong_has_a_name(shared_data: Path, name: str, problem: Problem) -> None:
    path = shared_data / "hard" / name
    facts = inspect(path, path.name)
    assert problem in facts.problems
    if problem in {Problem.XFA, Problem.ENCRYPTED, Problem.BROKEN}:
        assert not facts.mergeable


@pytest.mark.data
def test_word_boxes_notes_headers_and_rows_are_read(shared_data: Path) -> None:
    path = shared_data / "hard" / "tika" / "testWORD_various.docx"
    (text,) = inspect(path, path.name).page_texts
    for part in ("header text", "text box", "a footnote", "footer text", "Number bullet 3"):
        assert part in text
    assert text.count("Here is a text box") == 1
    assert "Row 1 Col 1\tRow 1 Col 2\tRow 1 Col 3\n" in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1250", "iso8859-2"])
def test_plain_text_is_read_in_its_own_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "opinia.txt"
    path.write_bytes("Uchwała w sprawie ścieżek: Żródło, śnieg, ćma.".encode(encoding))
    assert inspect(path, path.name).page_texts == (
        "Uchwała w sprawie ścieżek: Żródło, śnieg, ćma.",
    )


def test_a_page_is_read_without_its_scripts(tmp_path: Path) -> None:
    path = tmp_path / "strona.html"
    path.write_text(
        "<!DOCTYPE html><html><head><title>Sesja</title><style>p{}</style></head><body>"
        "<script>evil()</script><h1>Porządek</h1><p>obrad&nbsp;sesji</p>"
        "<table><tr><td>raz<td>dwa</table></body></html>"
    )
    facts = inspect(path, path.name)
    assert facts.page_texts == ("Sesja\nPorządek\nobrad\u00a0sesji\nraz\tdwa",)
    assert facts.problems == (Problem.ACTIVE_CONTENT,)


def test_an_empty_file_says_so_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "pusty.pdf"
    path.touch()
    facts = inspect(path, path.name)
    assert (facts.problems, facts.text_state) == ((Problem.EMPTY_FILE,), "unread")


@pytest.mark.data
def test_the_pages_after_the_limit_are_counted_and_not_read(shared_data: Path) -> None:
    path = shared_data / "konstytucja" / "konstytucja.pdf"
    facts = inspect(path, path.name, limits=Limits(pages=3))
    assert facts.pages == 55
    assert [bool(text) for text in facts.page_texts[:5]] == [True, True, True, False, False]
    assert Problem.TOO_MANY_PAGES in facts.problems


def a_docx(document: str, **parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", document)
        for name, octets in parts.items():
            package.writestr(f"word/{name}.xml", octets)
    return stream.getvalue()


WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("TAJNE")
    document = (
        f'<!DOCTYPE w:document [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y "yyyyyyyy">]>'
        f"<w:document {WORD}>{PARAGRAPH.format('&x;&y;')}</w:document>"
    )
    path = tmp_path / "projekt.docx"
    path.write_bytes(a_docx(document))
    facts = inspect(path, path.name)
    assert facts.problems == (Problem.BROKEN,)
    assert facts.page_texts == ()


def test_an_archive_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomba.docx"
    path.write_bytes(a_docx(f"<w:document {WORD}/>", header1=b" " * 150_000_000))
    assert inspect(path, path.name).problems == (Problem.TOO_LARGE,)


class TestBundles:
    """What holds other files says so, and one behind a password says that first."""

    MAIL = (
        "Received: from poczta.example\nFrom: Jan <jan@urzad.example>\nTo: rada@urzad.example\n"
        "Subject: Opinia komisji\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        "--x\nContent-Type: text/plain; charset=utf-8\n\nOpinia pozytywna.\n"
        "--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\n"
        "%PDF\n--x--\n"
    )

    def test_a_mail_is_read_though_what_is_attached_to_it_is_broken(self, tmp_path: Path) -> None:
        path = tmp_path / "opinia.eml"
        path.write_text(self.MAIL)
        facts = inspect(path, path.name)
        assert facts.media_type == media.EML
        assert facts.problems == (Problem.CONTAINER, Problem.PARTS_UNREAD)
        (text,) = facts.page_texts
        assert "Opinia komisji" in text
        assert "Opinia pozytywna." in text
        assert "%PDF" not in text

    def test_a_text_with_colons_is_no_mail(self, tmp_path: Path) -> None:
        path = tmp_path / "lista.txt"
        path.write_text("Za: 14\nPrzeciw: 0\nDate: dziś\nWstrzymało się: 1\n")
        assert inspect(path, path.name).media_type == media.TEXT

    def test_a_zip_is_a_container_unless_it_is_broken(self, tmp_path: Path) -> None:
        path = tmp_path / "paczka.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.txt", "a")
        assert inspect(path, path.name).problems == (Problem.CONTAINER,)
        path.write_bytes(path.read_bytes()[:-30])
        assert inspect(path, path.name).problems == (Problem.BROKEN,)

    def test_a_portfolio_is_not_merged_for_its_cover_sheet(self, tmp_path: Path) -> None:
        writer = pypdf.PdfWriter()
        writer.add_blank_page(100, 100)
        writer.add_attachment("opinia.txt", b"pozytywna")
        writer.root_object[NameObject("/Collection")] = DictionaryObject()
        path = tmp_path / "portfel.pdf"
        writer.write(path)
        facts = inspect(path, path.name)
        assert Problem.CONTAINER in facts.problems
        assert not facts.mergeable


def test_a_pdf_that_lost_its_first_line_is_repaired(tmp_path: Path) -> None:
    path = tmp_path / "uchwala.pdf"
    path.write_bytes(make_pdf(text="uchwala").partition(b"\n")[2])
    facts = inspect(path, path.name)
    assert (facts.problems, facts.page_texts) == ((Problem.REPAIRED,), ("uchwala - 1",))


def test_a_text_named_as_a_pdf_is_a_wreck_and_named_as_word_is_not(tmp_path: Path) -> None:
    for name, problems in (
        ("a.pdf", (Problem.WRONG_EXTENSION, Problem.BROKEN)),
        ("a.doc", (Problem.WRONG_EXTENSION,)),
    ):
        (tmp_path / name).write_text("To nie jest PDF.")
        assert inspect(tmp_path / name, name).problems == problems
