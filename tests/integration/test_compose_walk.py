"""The main job, walked as people do it, through nginx over the services of docker-compose.yml."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from api.security.setup_code import CODE_FILE
from tests.compose_processes import ComposeProcesses
from tests.postgres import connect
from tests.visitor import Visitor

TEXT = "Uchwała w sprawie opłaty targowej. Stawkę dzienną ustala się na 12 zł."
ADMIN = "jan@urzad.example"
PASSWORD = "dlugie haslo administratora"
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


@pytest.fixture(scope="module")
def code(services: ComposeProcesses) -> str:
    """Set the installation up as its administrator does; return the code that opened it."""
    with httpx2.Client(base_url=services.public_url, verify=services.trust(), timeout=60) as client:
        return _set_up(Visitor(client), services)


def _set_up(clerk: Visitor, services: ComposeProcesses) -> str:
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
            "admin_email": ADMIN,
            "password": PASSWORD,
        },
    )
    assert clerk.status == 200, clerk.text
    clerk.send("/pierwsze-kroki/kadencja", {"number": "9", "starts_on": "2024-05-07"})
    clerk.open("/piechowice/biuro/osoby/wklej")
    clerk.send("/biuro/osoby/wklej", {"text": ROSTER})
    clerk.send("/biuro/osoby/wklej", {"zapisz": "tak"})
    assert "Anna Kowalczyk" in clerk.text
    return code


def _sign_in(clerk: Visitor) -> Visitor:
    clerk.open("/piechowice/wejscie")
    return clerk.send("/wejscie", {"email": ADMIN, "password": PASSWORD})


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
    services: ComposeProcesses, code: str, visit: Callable[[], Visitor]
) -> None:
    assert code
    clerk = _sign_in(visit())
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


def _logged(services: ComposeProcesses, *, until: str) -> str:
    """Return what every process has written, once `until` is in it."""
    patience = threading.Event()
    for _ in range(120):
        files = [each for each in Path(services.logs).rglob("*") if each.is_file()]
        logs = "".join(each.read_text(errors="replace") for each in files)
        if until in logs:
            return logs
        patience.wait(0.5)
    raise AssertionError(f"no log ever said {until}: {logs[-3000:]}")


def _link_from(mail: EmailMessage) -> str:
    plain = mail.get_body(("plain",))
    assert plain is not None
    link = re.search(r"/piechowice/wejscie/link/[\w-]+", plain.get_content())
    assert link
    return link[0]


def _cookies(visitor: Visitor) -> dict[str, str]:
    return {each.name: str(each.value) for each in visitor.client.cookies.jar}


@pytest.mark.server
def test_no_log_of_any_process_holds_a_secret_whatever_fails(
    services: ComposeProcesses, code: str, visit: Callable[[], Visitor]
) -> None:
    """Every kind of secret passes through, then mail, record and store fail on it, with traces."""
    clerk, councillor, program = _sign_in(visit()), visit(), visit().client
    assert services.mail is not None
    secrets = {
        "password": PASSWORD,
        "set-up code": code,
        "query": "zapytanie-4711",
        "wrong password": "zgadywane-haslo-4711",
        "name": "Kowalczyk",
        "address": "anna@rada.example",
        "file name": "Skarga-4711",
        "new name": "Konstancja",
        "database password": services.secret("teczka_database_password"),
        "S3 key": services.secret("teczka_s3_secret_key"),
        "S3 access key": services.secret("teczka_s3_access_key"),
    }
    # --- what people and programs send
    guess = {"email": secrets["address"], "password": secrets["wrong password"]}
    assert visit().open("/piechowice/wejscie").send("/wejscie", guess).status == 401
    assert visit().open(f"/piechowice/szukaj?q={secrets['query']}").status == 200
    before = len(services.mail.mails)
    visit().open("/piechowice/wejscie").send("/nowy-link", {"email": secrets["address"]})
    link = _link_from(services.mail.wait_for(before + 1)[-1])
    councillor.open(link).send(link)
    clerk.open("/piechowice/biuro/osoby/tokeny")
    clerk.send("/tokeny", {"label": "eksport", "scopes": ["read", "upload", "prepare"]})
    assert clerk.page is not None
    token = str(clerk.page.get_element_by_id("f-token").get("value"))
    secrets |= {"link": link.rpartition("/")[2], "token": token, "token's body": token[:-6]}
    for who, visitor in (("clerk", clerk), ("councillor", councillor)):
        secrets |= {f"{who}'s {name}": value for name, value in _cookies(visitor).items()}
    assert len(secrets) >= 18, "sign-ins, forms' proofs and the known browser's mark are there"

    # --- the mail server refuses, and says the address
    services.mail.refuse(answer=f"550 5.1.1 <{secrets['address']}> no such mailbox")
    visit().open("/piechowice/wejscie").send("/nowy-link", {"email": secrets["address"]})
    _logged(services, until="asked_link_refused")
    services.mail.accept()
    # --- the record refuses a value that is there already, and says it
    password = secrets["database password"]
    port = services.port("db", 5432)
    clerk.open("/piechowice/biuro/osoby")
    typed = {"clerk_name": "Konstancja", "clerk_email": "k1@urzad.example"}
    clerk.send("/pracownicy", {**typed, "clerk_password": PASSWORD})
    with connect(port, database="teczka", password=password) as record:
        record.execute("CREATE UNIQUE INDEX once ON person (name)")
    broken = clerk.send(
        "/pracownicy", {**typed, "clerk_email": "k2@urzad.example", "clerk_password": PASSWORD}
    )
    assert broken.status == 500
    # --- the store is away
    program.headers["Authorization"] = f"Bearer {token}"
    interface = "/api/v1/bodies/piechowice"
    meeting = program.post(f"{interface}/meetings", json={"starts_at": "2031-01-15T10:00:00Z"})
    draft = program.post(
        f"{interface}/meetings/{meeting.json()['id']}/items",
        json={"revision": meeting.json()["revision"], "items": [{"title": "Skarga", "druk": "4"}]},
    ).json()
    services.lose("s3")
    answer = program.post(
        f"{interface}/documents",
        params={
            "file_name": f"{secrets['file name']}.txt",
            "paper_id": draft["items"][0]["papers"][0]["id"],
        },
        content=b"tekst",
    )
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    logs = _logged(services, until="UniqueViolation")

    told = {what for what, secret in secrets.items() if secret in logs or quote(secret) in logs}
    assert told == set()
    assert "Traceback" in logs, "something broke, and its trace was searched too"
    assert "duplicate key value" in logs, "what PostgreSQL itself wrote was searched too"
