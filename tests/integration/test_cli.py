"""The command `teczka`, run as an administrator runs it."""

import json
import os
import pty
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.alone import PortTaken, alone
from api.demo.seaweed import free_ports
from api.wiring import SettingWrong, build
from docstore.migrations import migrate
from docstore.models import OutboxMessage
from docstore.outbox import MAX_ATTEMPTS, enqueue
from docstore.rules.api_token import is_well_formed
from docstore.services import setup
from docstore.settings import Settings
from tests.factories import AT, make_pdf

TECZKA = Path(sys.executable).with_name("teczka")
SLUG = "piechowice"
HEADING = """UCHWAŁA NR {number}
RADY MIEJSKIEJ W PIECHOWICACH
z dnia 28 lutego 2018 r.
w sprawie {matter}

{text}
"""
DOGS = HEADING.format(
    number="XLV/312/2018",
    matter="opłaty od posiadania psów",
    text="§ 1. Ustala się roczną stawkę opłaty od posiadania psów w wysokości 40 zł.",
)
COMPLAINT = HEADING.format(
    number="XLV/313/2018",
    matter="rozpatrzenia skargi",
    text="Skarżący, PESEL 44051401359, wnosi o zmianę decyzji.",
)


@dataclass(frozen=True)
class Shell:
    """Runs `teczka` over one data folder, in a language."""

    data: Path
    language: str = "pl_PL.UTF-8"

    def environment(self, **settings: str) -> dict[str, str]:
        """Return what the command sees of the world."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.data.parent),
            "LANG": self.language,
            "TECZKA_DATA_DIR": str(self.data),
            "TECZKA_LIBREOFFICE": "none",
            "TECZKA_TESSERACT": "none",
            **settings,
        }

    def run(
        self, *words: object, typed: str = "", **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command with something on its standard input."""
        return subprocess.run(
            [TECZKA, *map(str, words)],
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            env=self.environment(**settings),
            timeout=120,
        )

    def done(self, *words: object, typed: str = "") -> str:
        """Run a command that must succeed; return what it printed."""
        ran = self.run(*words, typed=typed)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def refused(self, *words: object, typed: str = "", **settings: str) -> str:
        """Run a command that must be refused in a sentence; return what it said."""
        ran = self.run(*words, typed=typed, **settings)
        assert ran.returncode != 0, ran.stdout
        assert "Traceback" not in ran.stderr
        assert ran.stdout == ""
        assert ran.stderr.strip()
        return ran.stderr


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of resolutions as an office has them."""
    folder = tmp_path_factory.mktemp("uchwaly")
    (folder / "2018").mkdir()
    (folder / "2018" / "uchwala-312.txt").write_text(DOGS)
    (folder / "2018" / "skarga.txt").write_text(COMPLAINT)
    (folder / "Uchwala XLV-314-2018 z dnia 28.02.2018 skan.pdf").write_bytes(make_pdf(text=""))
    return folder


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory, papers: Path) -> tuple[Path, str]:
    """Return a data folder made by the command alone, and what the import said."""
    shell = Shell(tmp_path_factory.mktemp("cli") / "data")
    shell.done("migrate")
    shell.done("body", "add", SLUG, "--name", "Rada Miejska w Piechowicach", "--kind", "miasto")
    ran = shell.run("import", papers, "--body", SLUG, "--yes")
    assert ran.returncode == 0, ran.stderr
    return shell.data, ran.stdout + ran.stderr


@pytest.fixture
def shell(imported: tuple[Path, str], tmp_path: Path) -> Shell:
    """Return a shell over a copy of the imported installation, which a test may spoil."""
    shutil.copytree(imported[0], tmp_path / "data")
    return Shell(tmp_path / "data")


@pytest.fixture
def empty(tmp_path: Path) -> Shell:
    """Return a shell over a folder that is not there yet."""
    return Shell(tmp_path / "data")


def test_the_data_folder_is_its_owners_alone(imported: tuple[Path, str]) -> None:
    data = imported[0]
    made = [data, *data.rglob("*")]
    assert data / "record.sqlite3" in made
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []


def _counts(said: str) -> dict[str, int]:
    """Return the numbers of an import's report by their labels."""
    found = {}
    for line in said.splitlines():
        number, _, label = line.strip().partition("  ")
        if number.isdecimal():
            found[label] = int(number)
    return found


class TestHelp:
    def test_every_command_is_listed_with_a_sentence(self, empty: Shell) -> None:
        said = empty.done("--help")
        for command in (
            "demo", "serve", "worker", "migrate", "body", "user", "import", "search", "extract",
            "reindex", "check", "outbox",
        ):  # fmt: skip
            assert any(line.split()[1:2] == [command] for line in said.splitlines()), command
        assert not empty.data.exists()


class TestFirstCommands:
    def test_a_user_is_added_with_a_password_from_a_pipe(self, shell: Shell) -> None:
        words = ("user", "add", "biuro@piechowice.example", "--body", SLUG, "--name", "Ewa Biała")
        said = shell.done(*words, typed="poprawne hasło konia\n")
        assert said.strip() == f"biuro@piechowice.example → /{SLUG}/wejscie"
        again = shell.refused(*words, typed="poprawne hasło konia\n")
        assert "biuro@piechowice.example" in again

    def test_a_short_password_is_refused(self, shell: Shell) -> None:
        words = ("user", "add", "ktos@x.example", "--body", SLUG, "--name", "Jan Nowak")
        assert "12" in shell.refused(*words, typed="krótkie\n")

    def test_a_council_is_added_once(self, shell: Shell) -> None:
        assert SLUG in shell.refused("body", "add", SLUG, "--name", "Druga rada")


class TestImport:
    def test_the_report_says_what_became_of_each_file(self, imported: tuple[Path, str]) -> None:
        counts = _counts(imported[1])
        assert counts == {
            "pliki w folderze": 3,
            "opublikowane": 2,
            "już były": 0,
            "czekają w archiwum biura na zatwierdzenie": 0,
            "zatrzymane w biurze: numer PESEL": 1,
            "zatrzymane w biurze: bez numeru lub daty": 0,
            "niezapisane lub nieodczytane": 0,
            "strony bez tekstu w opublikowanych: nie sprawdzono": 1,
        }
        assert "skarga.txt: zawiera numer PESEL" in imported[1]

    def test_a_rerun_adds_none(self, shell: Shell, papers: Path) -> None:
        counts = _counts(shell.done("import", papers, "--body", SLUG, "--yes"))
        assert (counts["opublikowane"], counts["już były"]) == (0, 2)
        assert shell.done("reindex").strip() == "indeks: 3\N{NO-BREAK SPACE}wersje"

    def test_a_bar_shows_the_progress_on_a_terminal(self, shell: Shell, papers: Path) -> None:
        ours, theirs = pty.openpty()
        ran = subprocess.Popen(
            [TECZKA, "import", papers, "--body", SLUG, "--yes"],
            stdout=subprocess.DEVNULL,
            stderr=theirs,
            env=shell.environment(TERM="xterm"),
        )
        os.close(theirs)
        said = b"".join(_until_closed(ours))
        assert ran.wait(60) == 0
        assert "━━━━".encode() in said
        assert b"3/3" in said

    def test_without_yes_all_waits_in_the_archive(self, tmp_path: Path, papers: Path) -> None:
        shell = Shell(tmp_path / "data")
        shell.done("migrate")
        shell.done("body", "add", SLUG, "--name", "Rada Miejska w Piechowicach", "--kind", "miasto")
        counts = _counts(shell.done("import", papers, "--body", SLUG))
        assert counts["czekają w archiwum biura na zatwierdzenie"] == 3
        assert counts["opublikowane"] == 0
        assert json.loads(shell.done("search", "psy", "--body", SLUG, "--json"))["total"] == 0
        again = _counts(shell.done("import", papers, "--body", SLUG))
        assert again["czekają w archiwum biura na zatwierdzenie"] == 3


def _until_closed(terminal: int) -> Iterator[bytes]:
    """Yield what is written to a terminal until its other end is closed."""
    try:
        while piece := os.read(terminal, 4096):
            yield piece
    except OSError:  # Linux says so when the last writer has gone
        pass
    finally:
        os.close(terminal)


class TestSearch:
    def test_json_has_the_promised_shape_and_nothing_beside_it(self, shell: Shell) -> None:
        ran = shell.run("search", "PSAMI", "--body", SLUG, "--limit", "5", "--json")
        answer: dict[str, Any] = json.loads(ran.stdout)
        assert list(answer) == ["total", "hits"]
        assert answer["total"] == 1
        hit = answer["hits"][0]
        assert list(hit) == ["title", "number", "file_name", "page", "snippet"]
        assert hit["title"] == "w sprawie opłaty od posiadania psów"
        assert (hit["number"], hit["file_name"], hit["page"]) == (
            "XLV/312/2018",
            "uchwala-312.txt",
            1,
        )
        assert "posiadania psów" in hit["snippet"]

    def test_it_sees_what_the_public_sees(self, shell: Shell) -> None:
        said = shell.done("search", "skarga", "--body", SLUG, "--json")
        assert json.loads(said) == {"total": 0, "hits": []}

    def test_for_people_it_speaks_in_lines(self, shell: Shell) -> None:
        lines = shell.done("search", "pies", "--body", SLUG).splitlines()
        assert lines[0] == "1\N{NO-BREAK SPACE}uchwała"
        assert lines[1] == "XLV/312/2018 w sprawie opłaty od posiadania psów  s. 1"


class TestExtract:
    def test_json_has_the_promised_shape_and_nothing_beside_it(
        self, empty: Shell, tmp_path: Path
    ) -> None:
        file = tmp_path / "uchwała.pdf"
        file.write_bytes(make_pdf(text="Budget", pages=2))
        answer = json.loads(empty.done("extract", file, "--json"))
        assert answer == {
            "media_type": "application/pdf",
            "pages": 2,
            "text": "Budget - 1\fBudget - 2",
            "page_texts": ["Budget - 1", "Budget - 2"],
            "problems": [],
            "encrypted": False,
        }
        assert not empty.data.exists()

    def test_a_file_that_says_nothing_is_told_of_not_refused(
        self, empty: Shell, tmp_path: Path
    ) -> None:
        file = tmp_path / "pusty.pdf"
        file.touch()
        answer = json.loads(empty.done("extract", file, "--json"))
        assert answer["problems"] == ["empty_file"]
        assert answer["text"] == ""


class TestCheck:
    def test_an_installation_in_order_is_green(self, shell: Shell) -> None:
        said = shell.done("check").splitlines()
        assert len(said) == 3
        assert said[0].startswith(f"rejestr {SLUG}: ")
        assert said[1] == "magazyn: 3\N{NO-BREAK SPACE}obiekty, wszystko zgodne"
        assert said[2] == "indeks: zgodny z rejestrem wersji"

    def test_a_byte_changed_by_hand_is_named_and_mended_by_the_same_bytes(
        self, shell: Shell, papers: Path
    ) -> None:
        whole = (papers / "2018" / "uchwala-312.txt").read_bytes()
        file = next(p for p in _objects(shell) if p.read_bytes() == whole)
        file.write_bytes(whole.replace(b"40 z", b"41 z"))
        ran = shell.run("check")
        assert ran.returncode == 1
        assert file.name in ran.stderr
        assert "uchwala-312.txt" in ran.stderr
        file.write_bytes(whole)
        shell.done("check")
        rows = _rows(shell, "SELECT state FROM stored_object")
        assert rows == [("present",)] * 3

    def test_an_altered_ledger_row_is_named(self, shell: Shell) -> None:
        with sqlite3.connect(shell.data / "record.sqlite3") as record:
            record.execute(
                "UPDATE ledger_entry SET entry = replace(entry, 'version_added', 'version_lost')"
                " WHERE seq = (SELECT min(seq) FROM ledger_entry WHERE entry LIKE '%version_a%')"
            )
            seq = record.execute(
                "SELECT seq FROM ledger_entry WHERE entry LIKE '%version_lost%'"
            ).fetchone()[0]
        record.close()
        ran = shell.run("check")
        assert ran.returncode == 1
        assert f"rejestr {SLUG}, wpis {seq}: wpis zmieniono" in ran.stderr

    def test_an_index_entry_that_is_gone_is_named_and_reindex_mends_it(self, shell: Shell) -> None:
        (gone,) = _rows(shell, "SELECT id FROM version WHERE file_name LIKE '%312%'")
        parts = build(Settings(data_dir=shell.data))
        with parts.engine.batch() as batch:
            batch.remove(gone[0])
        parts.close()
        ran = shell.run("check")
        assert ran.returncode == 1
        assert "uchwala-312.txt" in ran.stderr
        assert "Traceback" not in ran.stderr
        shell.done("reindex")
        shell.done("check")


def _objects(shell: Shell) -> list[Path]:
    return [path for path in (shell.data / "objects").rglob("*/*/*/*") if path.is_file()]


def _rows(shell: Shell, query: str) -> list[tuple[Any, ...]]:
    record = sqlite3.connect(shell.data / "record.sqlite3")
    try:
        return record.execute(query).fetchall()
    finally:
        record.close()


class TestOutbox:
    def test_what_was_given_up_is_listed_and_can_be_opened_again(self, shell: Shell) -> None:
        parts = build(Settings(data_dir=shell.data))
        with parts.database.transaction() as session:
            enqueue(session, "delivery.send", "list", at=AT)
            session.flush()
            row = session.query(OutboxMessage).filter_by(topic="delivery.send").one()
            row.attempts, row.failed_at, row.last_error = MAX_ATTEMPTS, AT, "zła\nskrzynka"
        parts.close()
        listed = shell.done("outbox", "list").splitlines()
        assert len(listed) == 1
        assert listed[0].split() == [str(row.id), "parked", "8", "delivery.send", "zła", "skrzynka"]
        shell.done("outbox", "retry", row.id)
        assert shell.done("outbox", "list").split()[1] == "waiting"

    def test_a_message_that_is_not_there_is_a_refusal(self, shell: Shell) -> None:
        assert "77" in shell.refused("outbox", "retry", 77)


class TestRefusals:
    """A mistake of a person is one sentence in two languages, and exit status not 0."""

    def test_an_unknown_council(self, shell: Shell) -> None:
        said = shell.refused("search", "pies", "--body", "nieznana", "--json")
        assert "Nie ma rady „nieznana”." in said
        assert "There is no council “nieznana”." in said

    def test_a_missing_folder(self, shell: Shell, tmp_path: Path) -> None:
        said = shell.refused("import", tmp_path / "nie-ma", "--body", SLUG, "--yes")
        assert "nie-ma" in said

    def test_a_missing_file(self, empty: Shell) -> None:
        assert "nie-ma.pdf" in empty.refused("extract", "nie-ma.pdf", "--json")

    @pytest.mark.parametrize(
        ("name", "value"), [("OBJECT_STORE_URL", "ftp://pliki"), ("WORKERS", "dwa")]
    )
    def test_a_wrong_setting_is_named(self, empty: Shell, name: str, value: str) -> None:
        said = empty.refused("migrate", **{f"TECZKA_{name}": value})
        assert f"Ustawienie TECZKA_{name} jest nieprawidłowe" in said

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("database_url", "mysql://baza/teczka"),
            ("database_url", "byle co"),
            ("object_store_url", "s3+http://klucz:sekret@host/wiadro"),
            ("search_url", "solr:"),
            ("smtp_url", "poczta"),
            ("smtp_url", "smtp://ja:sekret@host"),
        ],
    )
    def test_a_setting_that_names_nothing_is_named_without_its_secrets(
        self, tmp_path: Path, name: str, value: str
    ) -> None:
        settings = Settings.model_validate({"data_dir": tmp_path, name: value})
        with pytest.raises(SettingWrong) as told:
            build(settings)
        assert told.value.name == f"TECZKA_{name.upper()}"
        assert "sekret" not in str(told.value)

    def test_a_database_that_is_away(self, empty: Shell) -> None:
        url = f"postgresql://teczka@127.0.0.1:{free_ports(1)[0]}/teczka"
        said = empty.refused("check", TECZKA_DATABASE_URL=url)
        assert "Baza danych nie odpowiada." in said
        assert "The database does not answer." in said

    def test_a_port_that_is_taken_is_named(self, empty: Shell) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = str(other.getsockname()[1])
            assert f"Port {port} jest zajęty" in empty.refused("serve", TECZKA_PORT=port)

    def test_two_servers_of_one_folder_never_share_a_port(self, tmp_path: Path) -> None:
        """Their sockets would share it without a word, each answering half of what is asked."""
        settings = Settings(data_dir=tmp_path, port=free_ports(1)[0])
        with (
            alone(settings),
            pytest.raises(PortTaken),
            alone(settings, patience=0),
        ):
            pytest.fail("a second server began")
        with alone(settings, patience=0):
            pass

    def test_a_demos_record_is_never_served(self, empty: Shell) -> None:
        parts = build(Settings(data_dir=empty.data))
        migrate(parts.database)
        with parts.database.transaction() as session:
            setup.mark_demo(session, at=AT)
        parts.close()
        for command in ("serve", "worker"):
            said = empty.refused(command, TECZKA_PORT=str(free_ports(1)[0]))
            assert "TECZKA_DATA_DIR" in said


def test_a_terminal_in_english_is_spoken_to_in_english(shell: Shell) -> None:
    english = Shell(shell.data, language="en_GB.UTF-8")
    assert "index: agrees with the record" in english.done("check")


def test_a_token_is_made_listed_and_revoked(shell: Shell) -> None:
    email = "ewa@rada.example"
    shell.done(
        "user", "add", email, "--body", SLUG, "--name", "Ewa Biurowa", typed="dwanaście znaków\n"
    )
    said = shell.done(
        "token", "make", "eksport do BIP", "--body", SLUG, "--owner", email, "--scope", "read"
    )
    token = said.strip()
    assert is_well_formed(token)
    listed = shell.done("token", "list", "--body", SLUG)
    assert token not in listed
    token_id, ending, *_ = listed.split()
    assert ending == f"…{token[-4:]}"
    assert "read  Ewa Biurowa  eksport do BIP" in listed
    shell.refused("token", "make", "x", "--body", SLUG, "--owner", "nikt", "--scope", "read")
    shell.done("token", "revoke", token_id, "--body", SLUG)
    assert shell.done("token", "list", "--body", SLUG) == ""
