"""A ZIP opens on every computer, holds every file, and is the same each time."""

import tempfile
import unicodedata
import zipfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from docstore.files.archive import ZipEntry, write_zip

PART = st.text(st.one_of(st.characters(), st.sampled_from("/\\ .:żŁ\0\u202eAa12")), max_size=150)


def packed(entries: list[ZipEntry], target: Path) -> zipfile.ZipFile:
    write_zip(entries, target)
    return zipfile.ZipFile(target)


@settings(max_examples=60)
@given(st.lists(st.tuples(PART, st.binary(max_size=50)), max_size=8))
def test_any_names_make_a_sound_archive(files: list[tuple[str, bytes]]) -> None:
    entries = [ZipEntry(name, octets) for name, octets in files]
    with tempfile.TemporaryDirectory() as folder:
        with packed(entries, Path(folder) / "a.zip") as archive:
            names = archive.namelist()
            assert [archive.read(name) for name in names] == [octets for _, octets in files]
            assert archive.testzip() is None
        assert len({name.casefold() for name in names}) == len(files)
        for name in names:
            assert len(name) < 120
            assert unicodedata.is_normalized("NFC", name)
            assert not any(part in {"", ".", ".."} for part in name.split("/"))
        write_zip(entries, Path(folder) / "b.zip")
        assert (Path(folder) / "a.zip").read_bytes() == (Path(folder) / "b.zip").read_bytes()


def test_polish_names_carry_the_mark_of_utf_8(tmp_path: Path) -> None:
    with packed([ZipEntry("03 Uchwały/Załącznik nr 1.pdf", b"x")], tmp_path / "a.zip") as archive:
        (info,) = archive.infolist()
    assert info.filename == "03 Uchwały/Załącznik nr 1.pdf"
    assert info.flag_bits & 0x800


def test_equal_names_become_distinct(tmp_path: Path) -> None:
    entries = [ZipEntry(name, b"") for name in ("druk.pdf", "DRUK.pdf", "druk.pdf", "druk (2).pdf")]
    with packed(entries, tmp_path / "a.zip") as archive:
        assert archive.namelist() == [
            "druk.pdf",
            "DRUK (2).pdf",
            "druk (3).pdf",
            "druk (2) (2).pdf",
        ]


def test_files_are_streamed_from_disk(tmp_path: Path) -> None:
    source = tmp_path / "duży.txt"
    source.write_bytes(b"uchwala\n" * 500_000)
    with packed([ZipEntry("duży.txt", source)], tmp_path / "a.zip") as archive:
        assert archive.read("duży.txt") == source.read_bytes()
        assert (tmp_path / "a.zip").stat().st_size < 100_000
