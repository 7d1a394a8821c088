"""`teczka destroy`, run as an administrator runs it."""

import sqlite3
from pathlib import Path

import pytest

from tests.integration.test_cli import DOGS, SLUG, Shell

BASIS = "wyrok WSA we Wrocławiu z 3 listopada 2026 r., IV SA/Wr 12/26"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a shell over an installation with one published resolution."""
    shell = Shell(tmp_path / "data")
    (tmp_path / "uchwaly").mkdir()
    (tmp_path / "uchwaly" / "uchwala-312.txt").write_text(DOGS)
    shell.done("body", "add", SLUG, "--name", "Rada Miejska w Piechowicach")
    shell.done("import", tmp_path / "uchwaly", "--body", SLUG, "--yes")
    return shell


def _version(shell: Shell) -> str:
    with sqlite3.connect(shell.data / "record.sqlite3") as record:
        (row,) = record.execute("SELECT id FROM version").fetchall()
    return str(row[0])


def _objects(shell: Shell) -> list[Path]:
    return [path for path in (shell.data / "objects").rglob("*") if len(path.name) == 64]


def test_what_goes_is_shown_and_asked_and_then_gone(shell: Shell) -> None:
    version = _version(shell)
    assert "podstawy prawnej" in shell.refused("destroy", version)
    assert "Nie ma wersji" in shell.refused("destroy", "0" * 16, "--basis", "court")
    asked = shell.run("destroy", version, "--basis", BASIS, typed="n\n")
    assert asked.returncode == 1
    assert "uchwala-312.txt" in asked.stderr
    assert "Zniszczyć bezpowrotnie?" in asked.stderr
    assert len(_objects(shell)) == 1

    done = shell.run("destroy", version, "--basis", BASIS, "--by", "Burmistrz", typed="t\n")
    assert done.returncode == 0, done.stderr
    assert f"Zniszczono: wersja 1. Podstawa: {BASIS}. Zniszczenia dokonał: Burmistrz" in done.stdout
    assert "Plików i indeksu z ich treścią nie ma od" in done.stdout
    assert _objects(shell) == []
    checked = shell.done("check")
    assert "zniszczone: 1\N{NO-BREAK SPACE}wersja, bez plików w magazynie" in checked
    assert "indeks: zgodny" in checked
    assert shell.done("search", "psów", "--body", SLUG).startswith("0")

    again = shell.done("destroy", version, "--basis", "court", "--yes")
    assert f"Podstawa: {BASIS}" in again  # told as it was; nothing is destroyed twice


def test_a_copy_laid_back_is_found_by_the_check(shell: Shell) -> None:
    version = _version(shell)
    (stored,) = _objects(shell)
    data = stored.read_bytes()
    shell.done("destroy", version, "--basis", "retention", "--document", "--yes")
    stored.parent.mkdir(parents=True, exist_ok=True)
    stored.write_bytes(data)
    checked = shell.run("check")
    assert checked.returncode == 1
    assert f"zniszczona wersja {version}: jej plik jest znów w magazynie" in checked.stderr
