"""A file that asks for a password, and the copy that is made with it."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import msoffcrypto.format.ooxml  # type: ignore[import-untyped]  # it ships no types
import pypdf
import pytest

from docstore.files import media, opening, sandbox
from docstore.files.detect import detect
from docstore.files.errors import FileRefused
from docstore.files.inspect import inspect
from docstore.files.opening import open_with
from docstore.files.problems import Problem
from tests.factories import make_pdf
from tests.hard import rows
from tests.integration.files.test_bundles import word

PASSWORD = "wrześniowa sesja"


def locked_pdf(text: str, password: str = PASSWORD, algorithm: str = "AES-256") -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf(text=text)))
    writer.encrypt(password, owner_password="kogoś innego", algorithm=algorithm)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def locked_word(text: str, password: str = PASSWORD) -> bytes:
    return locked_office(word(text), password)


def locked_office(octets: bytes, password: str = PASSWORD) -> bytes:
    target = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(octets)).encrypt(password, target)
    return target.getvalue()


def opened(folder: Path, octets: bytes, password: str, name: str) -> Path:
    source, target = folder / name, folder / "opened"
    source.write_bytes(octets)
    open_with(password, source, target, media_type=detect(source, name))
    return target


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"])
def test_a_pdf_is_opened_whatever_way_it_is_locked(tmp_path: Path, algorithm: str) -> None:
    octets = locked_pdf("opinia radcy", "haslo", algorithm)
    facts = inspect(opened(tmp_path, octets, "haslo", "opinia.pdf"), "opinia.pdf")
    assert facts.page_texts == ("opinia radcy - 1",)
    assert not facts.encrypted
    assert facts.mergeable
    assert facts.problems == ()


@pytest.mark.parametrize(
    ("make", "name", "kind"),
    [(locked_pdf, "opinia.pdf", media.PDF), (locked_word, "opinia.docx", media.DOCX)],
)
def test_polish_letters_open_what_they_locked(
    tmp_path: Path, make: Callable[[str], bytes], name: str, kind: str
) -> None:
    target = opened(tmp_path, make("opinia radcy"), PASSWORD, name)
    facts = inspect(target, name)
    assert facts.media_type == kind
    assert "opinia radcy" in facts.page_texts[0]


@pytest.mark.parametrize(
    ("make", "name"), [(locked_pdf, "opinia.pdf"), (locked_word, "opinia.docx")]
)
def test_a_wrong_password_opens_nothing_and_leaves_nothing(
    tmp_path: Path, make: Callable[[str], bytes], name: str
) -> None:
    before = make("opinia radcy")
    with pytest.raises(FileRefused) as refused:
        opened(tmp_path, before, PASSWORD.upper(), name)
    assert refused.value.code == "encrypted"
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == before


def test_other_kinds_are_not_opened(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="unsupported"):
        opened(tmp_path, b"tekst", PASSWORD, "opinia.txt")


def test_a_wreck_is_refused(tmp_path: Path) -> None:
    octets = locked_word("opinia radcy")
    for name, wreck in (("a.docx", octets[: len(octets) // 2]), ("a.pdf", b"%PDF-1.7\n")):
        with pytest.raises(FileRefused):
            opened(tmp_path, wreck, PASSWORD, name)


def test_the_password_is_written_to_no_disk() -> None:
    """What a process of the sandbox is asked lies in a file that only memory holds."""
    with sandbox._written({"password": PASSWORD}, sandbox.DEFAULT) as source:
        assert json.load(source)["password"] == PASSWORD
        lies = Path(f"/proc/self/fd/{source.fileno()}").readlink()
        assert str(lies).startswith("/memfd:")


def test_the_copy_has_the_bookmarks_and_the_title_too(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf(text="opinia", pages=2)))
    writer.add_outline_item(title="Rozdział 2", page_number=1)
    writer.add_metadata({"/Title": "Opinia"})
    writer.encrypt(PASSWORD)
    target = io.BytesIO()
    writer.write(target)
    reader = pypdf.PdfReader(opened(tmp_path, target.getvalue(), PASSWORD, "opinia.pdf"))
    assert not reader.is_encrypted
    assert "Rozdział 2" in str(reader.outline)
    assert reader.metadata is not None
    assert reader.metadata.title == "Opinia"
    assert len(reader.pages) == 2


@pytest.mark.parametrize("make", [locked_pdf, locked_word])
def test_a_copy_that_finds_no_room_is_none(
    tmp_path: Path, make: Callable[[str], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """PDFium says nothing of a disk that took only a part."""
    monkeypatch.setattr(opening, "most_bytes", lambda _: 500)
    with pytest.raises(FileRefused) as refused:
        opened(tmp_path, make("opinia radcy"), PASSWORD, "opinia.pdf")
    assert refused.value.code == "output"
    assert not (tmp_path / "opened").exists()


# What the makers of the collection say opens each, where they say it.
_SAID = re.compile(r"password: (\S+)")
_IN_NAME = re.compile(r"U=([^,.]+)")


def test_every_hard_file_whose_password_is_known_is_opened(
    shared_data: Path, tmp_path: Path
) -> None:
    tried = 0
    for row in rows(shared_data):
        said = _SAID.search("\t".join(row.values())) or _IN_NAME.search(row["file"])
        path = shared_data.parent / row["file"]
        if row["category"] != "encrypted" or said is None or path.suffix not in {".pdf", ".docx"}:
            continue
        target = tmp_path / "opened"
        open_with(said[1], path, target, media_type=detect(path, path.name))
        facts = inspect(target, path.name)
        assert Problem.ENCRYPTED not in facts.problems, path.name
        assert facts.text_state != "unread", path.name
        tried += 1
    assert tried >= 10
