"""`teczka backup`, `restore`, `drill` and `check --backup`, run as an administrator runs them."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from docstore.backup.last import last_backup
from docstore.objects.seam import object_key
from tests.integration.backup.conftest import Lived
from tests.integration.test_cli import Shell


@pytest.fixture
def shell(embedded: Lived) -> Shell:
    """Return a shell over an installation that was lived in."""
    return Shell(embedded.parts.settings.data_dir)


class TestBackup:
    def test_it_says_what_it_did_and_is_its_owners_alone(
        self, shell: Shell, embedded: Lived, tmp_path: Path
    ) -> None:
        folder = tmp_path / "kopie"
        ran = shell.run("backup", folder, "--keep", 2)
        assert ran.returncode == 0, ran.stderr
        first, contents, new, removed = ran.stdout.splitlines()
        name = first.split()[1].rstrip(",")
        assert (folder / "snapshots" / name / "manifest.json").exists()
        assert "2\N{NO-BREAK SPACE}obiekty" in contents
        assert new.startswith("nowe: 2\N{NO-BREAK SPACE}obiekty")
        assert removed == "usunięto: 0\N{NO-BREAK SPACE}kopii, 0\N{NO-BREAK SPACE}obiektów"
        made = [folder, *folder.rglob("*")]
        assert len(made) > 40
        for path in made:
            assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
        last = last_backup(shell.data)
        assert last is not None
        assert last.snapshot == name
        said = json.loads((folder / "snapshots" / name / "manifest.json").read_bytes())
        assert last.at == datetime.fromisoformat(said["state_at"])

        assert shell.done("check", "--backup", folder).startswith(name)
        file = folder / "objects" / object_key(embedded.body.id, embedded.first.sha256)
        file.write_bytes(b"?" * embedded.first.size)
        told = shell.run("check", "--backup", folder)
        assert told.returncode == 1
        assert embedded.first.sha256 in told.stderr
        assert name in told.stderr

    def test_a_lost_object_is_named_and_is_no_good_backup(
        self, shell: Shell, embedded: Lived, tmp_path: Path
    ) -> None:
        embedded.parts.store.remove(object_key(embedded.body.id, embedded.first.sha256))
        ran = shell.run("backup", tmp_path / "kopie")
        assert ran.returncode == 1
        assert embedded.first.sha256 in ran.stderr
        assert "projekt.pdf" in ran.stderr
        assert "nowe: 1\N{NO-BREAK SPACE}obiekt," in ran.stdout
        assert last_backup(shell.data) is None

    def test_what_cannot_be_is_refused_in_words(self, shell: Shell, tmp_path: Path) -> None:
        assert "nie ma kopii" in shell.refused("check", "--backup", tmp_path / "nic")
        assert "coś innego" in shell.refused("backup", shell.data)


class TestRestore:
    def test_another_machine_has_everything_and_sleeps_until_it_is_told(
        self, shell: Shell, tmp_path: Path
    ) -> None:
        folder, there = tmp_path / "kopie", Shell(tmp_path / "inna" / "data")
        shell.done("backup", folder)
        ran = there.run("restore", folder)
        assert ran.returncode == 0, ran.stderr
        said = ran.stdout.splitlines()
        assert said[0].startswith("odtworzono kopię 00001-")
        assert "indeks: zgodny z rejestrem wersji" in said
        assert "outbox release" in said[-1]
        assert [p.name for p in there.data.rglob("*") if p.stat().st_mode & 0o077] == []
        listed = there.run("outbox", "list")
        assert "wstrzymane" in listed.stderr
        assert listed.stdout.count("delivery.send") == 3
        assert there.done("outbox", "release").strip() == "Wysyłanie wznowiono."
        assert there.done("outbox", "release").strip() == "Wysyłanie nie było wstrzymane."
        assert "ma już radę" in there.refused("restore", folder)
        assert "nie ma kopii" in there.refused("restore", folder, "--snapshot", "00009-x")


class TestDrill:
    def test_a_good_backup_gets_a_report_to_file_and_leaves_nothing_behind(
        self, shell: Shell, tmp_path: Path
    ) -> None:
        folder, report, place = tmp_path / "kopie", tmp_path / "raport.md", tmp_path / "miejsce"
        place.mkdir()
        shell.done("backup", folder)
        before = sorted(shell.data.rglob("*"))
        said = shell.done("drill", folder, "--report", report, "--place", place)
        assert said.startswith("próba: udana; raport: ")
        text = report.read_text()
        assert "**Wynik: udana**" in text
        assert "`00001-" in text
        assert "2\N{NO-BREAK SPACE}obiekty" in text
        for step in ("pliki do nowego magazynu", "baza danych", "indeks", "sprawdzenie całości"):
            assert f"| {step}" in text
        assert "- niczego nie brakuje" in text
        assert list(place.iterdir()) == []
        assert sorted(shell.data.rglob("*")) == before

    def test_a_bad_one_fails_and_the_report_says_why(
        self, shell: Shell, embedded: Lived, tmp_path: Path
    ) -> None:
        folder = tmp_path / "kopie"
        shell.done("backup", folder)
        file = folder / "objects" / object_key(embedded.body.id, embedded.first.sha256)
        file.write_bytes(file.read_bytes()[:-1] + b"?")
        ran = replace(shell, language="en_GB.UTF-8").run("drill", folder)
        assert ran.returncode == 1
        assert "**Result: FAILED**" in ran.stdout
        assert f"object {embedded.first.sha256} has other bytes" in ran.stdout
        (table,) = folder.rglob("person.jsonl.gz")
        table.write_bytes(b"")
        ran = shell.run("drill", folder)
        assert ran.returncode == 1
        assert "**Wynik: NIEUDANA**" in ran.stdout
        assert "person.jsonl.gz" in ran.stdout
        assert "niczego nie brakuje" not in ran.stdout
