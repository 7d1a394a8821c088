"""The main job, walked as people do it, through nginx over the services of docker-compose.yml."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from api.security.setup_code import CODE_FILE
from tests.compose_processes import ComposeProcesses
from tests.visitor import Visitor

TEXT = "Uchwała w sprawie opłaty targowej. Stawkę dzienną ustala się na 12 zł."
ROSTER = (
    "Imię i nazwisko\tE-mail\tRola\n"
    "Anna Kowalczyk\tanna@rada.example\tradna\n"
    "Ewa Burska\tewa@urzad.example\tburmistrz\n"
)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposeProcesses]:
    """Return the services of the compose file as processes of this machine."""
    with ComposeProcesses(tmp_path_factory.mktemp("compose")) as running:
        running.start()
        yield running


@pytest.fixture
def visit(services: ComposeProcesses) -> Iterator[Callable[[], Visitor]]:
    """Return what opens a new browser before the installation's door."""
    with ExitStack() as browsers:

        def opened() -> Visitor:
            client = httpx2.Client(
                base_url=services.public_url, verify=services.trust(), timeout=60
            )
            return Visitor(browsers.enter_context(client))

        yield opened


def _until(visitor: Visitor, address: str, wanted: str) -> None:
    """Look at a page again until it says something; the work behind it takes a moment."""
    patience = threading.Event()
    for _ in range(120):
        if re.search(wanted, visitor.open(address).text):
            return
        patience.wait(0.5)
    raise AssertionError(f"{address} never said {wanted}: {visitor.text[:800]}")


def _set_up(clerk: Visitor, services: ComposeProcesses) -> None:
    code = next(Path(services.folder).rglob(CODE_FILE)).read_text().strip()
    clerk.open("/instalacja").send("/instalacja/kod", {"kod": code})
    clerk.send(
        "/instalacja",
        {
            "name": "Rada Miejska w Piechowicach",
            "slug": "piechowice",
            "kind": "miasto",
            "phone": "75 000 00 00",
            "admin_name": "Jan Wzorowy",
            "admin_email": "jan@urzad.example",
            "password": "dlugie haslo administratora",
        },
    )
    assert clerk.status == 200, clerk.text
    clerk.send("/pierwsze-kroki/kadencja", {"number": "9", "starts_on": "2024-05-07"})
    clerk.open("/piechowice/biuro/osoby/wklej")
    clerk.send("/biuro/osoby/wklej", {"text": ROSTER})
    clerk.send("/biuro/osoby/wklej", {"zapisz": "tak"})
    assert "Anna Kowalczyk" in clerk.text


def _prepare(clerk: Visitor) -> str:
    """Make a meeting with an agenda and a file on its second item; return the desk's address."""
    day = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    clerk.open("/piechowice/biuro/posiedzenia/nowe")
    clerk.send(
        "/posiedzenia/nowe",
        {"starts_day": day, "starts_time": "10:00", "place": "sala nr 7", "number": "LIII"},
    )
    desk = re.search(r"/piechowice/biuro/posiedzenia/[0-9a-z]{16}", clerk.address)
    assert desk, clerk.text
    clerk.open(f"{desk[0]}/porzadek")
    agenda = (
        "1. Otwarcie sesji\n2. Podjęcie uchwały w sprawie opłaty targowej (druk nr 12)\n3. Koniec"
    )
    clerk.send("/porzadek", {"text": agenda, "co": "podglad"})
    clerk.send("/porzadek", {"co": "wstaw"})
    clerk.open(desk[0])
    item = list(dict.fromkeys(re.findall(r"punkt=([0-9a-z]{16})", _links(clerk))))
    clerk.open(f"{desk[0]}?punkt={item[1]}")
    assert clerk.page is not None
    actions = [each.get("action") or "" for each in clerk.page.forms]
    action = next(each for each in actions if each.endswith("/pliki") and "/punkty/" in each)
    clerk.send(action, {}, files=[("files", ("Projekt uchwały.txt", TEXT.encode()))])
    return desk[0]


def _links(visitor: Visitor) -> str:
    assert visitor.page is not None
    return " ".join(each.get("href") or "" for each in visitor.page.iter("a"))


@pytest.mark.server
def test_a_town_hall_walks_its_next_session_through_nginx(
    services: ComposeProcesses, visit: Callable[[], Visitor]
) -> None:
    clerk = visit()
    _set_up(clerk, services)
    desk = _prepare(clerk)

    _until(clerk, f"{desk}/pakiet", r"Zawiadom\s+2")
    clerk.send("/pakiet", {})
    assert services.mail is not None
    services.mail.wait_for(2)
    mail = next(m for m in services.mail.mails_to("anna@rada.example"))
    plain = mail.get_body(("plain",))
    assert plain is not None
    link = re.search(r"/piechowice/wejscie/link/[\w-]+", plain.get_content())
    assert link

    councillor = visit()
    councillor.open(link[0]).send(link[0])
    assert "opłaty targowej" in councillor.text
    meeting = councillor.address
    packet = councillor.client.get(f"{meeting}/1/pakiet.pdf")
    assert packet.content.startswith(b"%PDF")
    councillor.send("/potwierdzenie")
    assert "odbiór potwierdzony" in councillor.text
    _until(clerk, f"{desk}/doreczenia", r"Anna Kowalczyk")

    outcome = clerk.open(f"{desk}/wyniki")
    fields = dict(outcome.form("/wyniki").form_values())
    row = next(name.removeprefix("was-") for name in fields if name.startswith("was-"))
    outcome.send("/wyniki", {f"outcome-{row}": "adopted", f"number-{row}": "LIII/401/2026"})
    clerk.open("/piechowice/biuro/akty")
    clerk.open(clerk.link("/biuro/akty/"))
    clerk.send("/opublikuj")
    assert clerk.status == 200, clerk.text
    assert "opublikowan" in clerk.text.lower(), clerk.text

    neighbour = visit()
    _until(neighbour, "/piechowice/uchwaly?q=oplata+targowa", r"LIII/401/2026")
    neighbour.open(neighbour.link("/piechowice/uchwaly/"))
    assert "12 zł" in neighbour.text
    logs = "".join(p.read_text(errors="replace") for p in Path(services.logs).rglob("*.log"))
    assert link[0].rsplit("/", 1)[1] not in logs
