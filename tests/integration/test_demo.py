"""The demo: what it makes, whom it lets in, and that it never becomes a real installation."""

import json
import os
import re
import signal
import socket
import subprocess
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient

from api import wiring
from api.app import create_app
from api.demo.content.session import SEARCH_WORD, session_day
from api.demo.place import DemoFolder, DemoRuns, NotADemo, default_folder, environment, only
from api.demo.run import run_demo
from api.demo.seaweed import Seaweed, SeaweedMissing, find_weed, free_ports
from api.demo.server import NotADemosRecord, ThisMachineAlone, demo_app
from api.wiring import Parts
from docstore import outbox
from docstore.clock import MemoryClock
from docstore.migrations import migrate
from docstore.services import setup
from docstore.settings import Settings
from tests.conftest import missing

TECZKA = Path(sysconfig.get_path("scripts")) / "teczka"
TODAY = datetime.now(UTC).date()


def _real(folder: Path) -> Parts:
    """Return the parts of a real installation in a folder."""
    parts = wiring.build(
        Settings(
            data_dir=folder, search_url="memory:", libreoffice="none", tesseract="none", workers=0
        ),
        clock=MemoryClock(datetime(2026, 11, 22, tzinfo=UTC)),
    )
    migrate(parts.database)
    return parts


def _paths(routes: Iterable[BaseRoute]) -> Iterator[str]:
    for route in routes:
        if isinstance(route, Mount):
            yield from (route.path + path for path in _paths(route.routes or ()))
            yield route.path
        elif isinstance(route, Route):
            yield route.path
        inner = getattr(route, "original_router", None)  # FastAPI keeps an included router whole
        if inner is not None:
            yield from _paths(inner.routes)


class TestRealInstallation:
    """What the demo may do, `teczka serve` never does."""

    def test_it_has_no_route_of_the_demo(self, tmp_path: Path) -> None:
        parts = _real(tmp_path)
        paths = set(_paths(create_app(parts).routes))
        parts.close()
        assert "/healthz" in paths
        first = {path.split("/")[1] for path in paths}
        assert first.isdisjoint({"demo", "drzwi", "poczta", "wyglad", "krok"})

    @pytest.mark.parametrize("verb", ["serve", "worker"])
    def test_serve_and_worker_refuse_a_demos_record(self, tmp_path: Path, verb: str) -> None:
        parts = _real(tmp_path)
        with parts.database.transaction() as session:
            setup.mark_demo(session, at=parts.clock.now())
        parts.close()
        answer = subprocess.run(
            [TECZKA, verb],
            env=os.environ | {"TECZKA_DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert answer.returncode == 1
        assert "pokaz" in answer.stderr

    def test_the_demos_server_refuses_its_record(self, tmp_path: Path) -> None:
        """Doors without passwords never open on somebody's real papers."""
        parts = _real(tmp_path)
        with pytest.raises(NotADemosRecord):
            demo_app(parts)
        parts.close()

    def test_its_settings_are_left_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TECZKA_DATABASE_URL", "postgresql://real")
        with only({"TECZKA_PORT": "9"}):
            assert "TECZKA_DATABASE_URL" not in os.environ
            assert Settings().port == 9
        assert os.environ["TECZKA_DATABASE_URL"] == "postgresql://real"
        assert "TECZKA_PORT" not in os.environ


class TestRefusals:
    @pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::"])  # noqa: S104 - is refused
    def test_it_never_listens_beyond_loopback(
        self, host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TECZKA_HOST", host)
        assert run_demo(exit_after=True, port=8000, folder=tmp_path / "demo") == 1
        assert not (tmp_path / "demo").exists()

    def test_a_taken_port_is_told_with_the_command_to_type(
        self,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("sys.argv", [".venv/bin/teczka", "demo"])
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            assert run_demo(exit_after=False, port=port, folder=tmp_path / "demo") == 1
        said = capsys.readouterr().err
        assert f"Port {port} " in said
        assert f".venv/bin/teczka demo --port {port + 1}" in said

    def test_a_folder_with_something_else_is_left_alone(self, tmp_path: Path) -> None:
        kept = tmp_path / "uchwala.pdf"
        kept.write_bytes(b"%PDF")
        assert run_demo(exit_after=True, port=8000, folder=tmp_path) == 1
        assert list(tmp_path.iterdir()) == [kept]


class TestFolder:
    def test_one_without_the_last_word_is_not_seeded(self, tmp_path: Path) -> None:
        folder = DemoFolder(tmp_path)
        with folder.held():
            folder.data.mkdir()
            assert not folder.is_seeded(TODAY)
            folder.note_seeded(TODAY)
            assert folder.is_seeded(TODAY)

    def test_a_demo_whose_session_has_been_is_made_anew(self, tmp_path: Path) -> None:
        folder = DemoFolder(tmp_path)
        with folder.held():
            folder.note_seeded(TODAY)
        assert folder.is_seeded(session_day(TODAY) - timedelta(days=1))
        assert not folder.is_seeded(session_day(TODAY))

    def test_a_demo_by_other_code_is_made_anew(self, tmp_path: Path) -> None:
        folder = DemoFolder(tmp_path)
        with folder.held():
            folder.note_seeded(TODAY)
        told = json.loads((tmp_path / "seeded.json").read_text())
        (tmp_path / "seeded.json").write_text(json.dumps(told | {"by": "another"}))
        assert not folder.is_seeded(TODAY)

    def test_clearing_leaves_the_tag_that_allows_it(self, tmp_path: Path) -> None:
        folder = DemoFolder(tmp_path)
        with folder.held():
            folder.data.mkdir()
            folder.note_seeded(TODAY)
            folder.clear()
            assert [each.suffix for each in tmp_path.iterdir()] == [".txt"]
        with folder.held():
            assert not folder.is_seeded(TODAY)

    def test_two_demos_never_share_one(self, tmp_path: Path) -> None:
        with DemoFolder(tmp_path).held(), pytest.raises(DemoRuns), DemoFolder(tmp_path).held():
            pass

    def test_a_strangers_folder_is_never_taken(self, tmp_path: Path) -> None:
        (tmp_path / "record.sqlite3").touch()
        with pytest.raises(NotADemo), DemoFolder(tmp_path).held():
            pass

    def test_it_is_told_by_its_own_variable_alone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TECZKA_DATA_DIR", str(tmp_path / "real"))
        assert default_folder().name == ".demo"
        monkeypatch.setenv("TECZKA_DEMO_DIR", str(tmp_path / "mine"))
        assert default_folder() == tmp_path / "mine"


class TestHosts:
    @pytest.fixture
    def client(self) -> TestClient:
        app = FastAPI()
        app.get("/")(lambda: "ok")
        app.add_middleware(ThisMachineAlone, port=8000)
        return TestClient(app)

    @pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "LOCALHOST"])
    def test_this_machine_is_answered(self, client: TestClient, host: str) -> None:
        assert client.get("/", headers={"host": host}).status_code == 200

    @pytest.mark.parametrize(
        "host",
        [
            "teczka.example",
            "127.0.0.1:9000",
            "127.0.0.1.example:8000",
            "localhost:8000.example",
            "",
        ],
    )
    def test_any_other_name_is_refused(self, client: TestClient, host: str) -> None:
        answer = client.get("/", headers={"host": host})
        assert answer.status_code == 421
        assert "127.0.0.1:8000" in answer.text

    def test_two_names_at_once_are_refused(self, client: TestClient) -> None:
        headers = [("host", "localhost"), ("host", "teczka.example")]
        assert client.get("/", headers=headers).status_code == 421


# --- a demo that was seeded --------------------------------------------------------------------


def _variables(folder: Path) -> Mapping[str, str]:
    """Return an environment for a demo without LibreOffice, which the browser's tests try."""
    return os.environ | {
        "TECZKA_DEMO_DIR": str(folder),
        "TECZKA_LIBREOFFICE": "none",
        "TECZKA_TESSERACT": "none",
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a demo that was killed at its first try."""
    try:
        find_weed()
    except SeaweedMissing as error:
        missing(str(error))
    folder = tmp_path_factory.mktemp("demo")
    with subprocess.Popen(
        [TECZKA, "demo", "--exit"],
        env=_variables(folder),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "Wgrywam" in line or "Uploading" in line:
                break
        process.send_signal(signal.SIGKILL)
    return folder


@pytest.fixture(scope="module")
def figures(folder: Path) -> dict[str, Any]:
    """Return the one line that `--exit` prints, at the second try."""
    assert not DemoFolder(folder).is_seeded(TODAY)
    done = subprocess.run(
        [TECZKA, "demo", "--exit"],
        env=_variables(folder),
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    (line,) = done.stdout.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


@pytest.fixture(scope="module")
def parts(folder: Path, figures: dict[str, Any]) -> Iterator[Parts]:
    """Return the parts of the seeded demo, with its S3 server running."""
    assert figures
    place = DemoFolder(folder)
    with Seaweed(place.weed) as store:
        with only(environment(place, store, port=free_ports(1)[0])):
            opened = wiring.build(Settings(libreoffice="none", tesseract="none", workers=0))
        yield opened
        opened.close()


@pytest.fixture
def client(parts: Parts) -> TestClient:
    """Return a browser that has seen the start page."""
    made = TestClient(demo_app(parts), base_url=parts.settings.public_url, follow_redirects=False)
    made.get("/")
    return made


def _token(client: TestClient) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/").text)
    assert found is not None
    return found.group(1)


def _post(client: TestClient, path: str, **fields: str) -> Any:
    return client.post(path, data={"csrf": _token(client), **fields})


def _work(parts: Parts) -> None:
    outbox.drain(parts.database, parts.clock, parts.handlers())


@pytest.mark.server
class TestSeeded:
    def test_a_seeding_that_was_killed_starts_over_and_says_what_it_made(
        self, figures: dict[str, Any]
    ) -> None:
        seconds = figures.pop("seconds")
        assert figures == {
            "documents": 98,
            "versions": 98,
            "indexed": 98,
            "notices_sent": 21,
            "resolutions_public": 73,
        }
        assert seconds > 0

    def test_every_step_has_its_page_in_both_languages(self, client: TestClient) -> None:
        for path in ("/", *(f"/krok/{number}" for number in range(1, 8)), "/poczta", "/wyglad"):
            for language in ("pl", "en"):
                answer = client.get(path, params={"jezyk": language})
                assert answer.status_code == 200, path
                assert f'<html lang="{language}"' in answer.text

    @pytest.mark.parametrize("number", [0, 8, 99])
    def test_there_is_no_other_step(self, client: TestClient, number: int) -> None:
        assert client.get(f"/krok/{number}").status_code == 404

    def test_three_people_find_three_counts(self, client: TestClient) -> None:
        page = client.get("/krok/5", params={"q": SEARCH_WORD}).text
        counts = [int(n) for n in re.findall(r'class="lead">(\d+)\s', page)]
        assert len(counts) == 3
        assert 0 < counts[0] < counts[1] < counts[2]

    def test_every_council_has_its_emblem(self, client: TestClient) -> None:
        for slug in ("piechowice", "lubomierz", "mirsk", "wlen"):
            assert client.get(f"/{slug}/herb").headers["content-type"] == "image/png", slug

    def test_where_the_parts_are_is_told_in_words(self, client: TestClient) -> None:
        page = client.get("/krok/6").text
        assert "SQLite, w folderze danych" in page
        assert "{data_dir}" not in page

    def test_every_question_that_the_front_page_offers_finds_something(
        self, client: TestClient
    ) -> None:
        page = client.get("/piechowice").text
        offered = re.findall(r'href="(/piechowice/uchwaly\?q=[^"]+)"', page)
        assert len(offered) == 3
        for address in offered:
            assert 'class="paper-number number"' in client.get(address).text, address

    def test_the_check_is_green(self, client: TestClient) -> None:
        page = _post(client, "/krok/7").text
        assert "Wszystko się zgadza." in page


@pytest.mark.server
class TestDoors:
    @pytest.mark.parametrize(
        ("who", "home"),
        [
            ("biuro", "/piechowice/biuro"),
            ("radna", "/piechowice/moje"),
            ("administrator", "/piechowice/stan"),
        ],
    )
    def test_a_door_signs_in_without_a_password(
        self, client: TestClient, who: str, home: str
    ) -> None:
        answer = _post(client, f"/drzwi/{who}")
        assert (answer.status_code, answer.headers["location"]) == (303, home)
        assert client.get(home).status_code == 200

    def test_a_door_is_no_link(self, client: TestClient) -> None:
        assert client.get("/drzwi/biuro").status_code == 404
        assert client.get("/piechowice/biuro").status_code == 303

    def test_a_form_from_elsewhere_opens_no_door(self, client: TestClient) -> None:
        assert client.post("/drzwi/biuro", data={"csrf": "guessed"}).status_code == 403
        assert client.get("/piechowice/biuro").status_code == 303

    @pytest.mark.parametrize(
        "wanted",
        ["https://teczka.example/", "//teczka.example", "/piechowice//teczka.example", "/mirsk/x"],
    )
    def test_a_door_leads_nowhere_else(self, client: TestClient, wanted: str) -> None:
        answer = _post(client, "/drzwi/biuro", dalej=wanted)
        assert answer.headers["location"] == "/piechowice/biuro"

    def test_the_residents_door_signs_out(self, client: TestClient) -> None:
        _post(client, "/drzwi/biuro")
        answer = _post(client, "/drzwi/mieszkaniec")
        assert answer.headers["location"] == "/piechowice"
        assert client.get("/piechowice/biuro").status_code == 303

    def test_an_unknown_door_is_not_found(self, client: TestClient) -> None:
        assert _post(client, "/drzwi/burmistrz").status_code == 404


@pytest.mark.server
class TestMailbox:
    def test_every_recipient_has_a_mail_whose_html_is_never_rendered(
        self, client: TestClient
    ) -> None:
        names = re.findall(r'href="(/poczta/[^"]+\.eml)"', client.get("/poczta").text)
        assert len(names) == 21
        page = client.get(names[0]).text
        assert "&lt;html" in page.lower()
        assert "<iframe" not in page
        assert re.search(r'href="/piechowice/wejscie/link/[\w-]+"', page)

    @pytest.mark.parametrize("name", ["nie-ma.eml", "..%2Frecord.sqlite3"])
    def test_a_name_that_is_no_mail_is_not_found(self, client: TestClient, name: str) -> None:
        assert client.get(f"/poczta/{name}").status_code == 404


@pytest.mark.server
class TestDoneForTheVisitor:
    """The last class: it changes what the others look at."""

    def test_the_dropped_file_is_found_by_the_office_alone(
        self, client: TestClient, parts: Parts
    ) -> None:
        _post(client, "/demo/zrob/wgraj")
        _work(parts)
        page = client.get("/krok/5", params={"q": "szynobus"}).text
        assert re.findall(r'class="lead">(\d+)\s', page) == ["0", "0", "1"]
        again = _post(client, "/demo/zrob/wgraj")
        assert again.headers["location"] == "/krok/1"
        assert "już jest" in client.get("/krok/1").text

    def test_the_replaced_draft_makes_packet_2_and_its_mails(
        self, client: TestClient, parts: Parts
    ) -> None:
        _post(client, "/demo/zrob/podmien")
        assert "Trwa odczytywanie" in _told(client, _post(client, "/demo/zrob/opublikuj"))
        _work(parts)
        assert "pakiet 2" in _told(client, _post(client, "/demo/zrob/opublikuj"))
        _work(parts)
        assert "Co zmienił pakiet 2" in client.get("/krok/3").text
        assert "21\N{NO-BREAK SPACE}list" not in client.get("/poczta").text
        assert "nic się nie zmieniło" in _told(client, _post(client, "/demo/zrob/opublikuj"))

    @pytest.mark.parametrize("name", ["wniosek", "autopoprawka"])
    def test_the_files_to_drop_can_be_had(self, client: TestClient, name: str) -> None:
        answer = client.get(f"/demo/plik/{name}")
        assert answer.content.startswith(b"PK")
        assert answer.headers["content-disposition"].startswith("attachment")

    def test_there_are_no_other_files(self, client: TestClient) -> None:
        assert client.get("/demo/plik/record.sqlite3").status_code == 404


def _told(client: TestClient, answer: Any) -> str:
    """Return the page that a chore leads to."""
    page: str = client.get(answer.headers["location"]).text
    return page


def test_the_session_is_never_in_the_past() -> None:
    assert session_day(date(2026, 12, 24)) > date(2026, 12, 24) + timedelta(days=7)
