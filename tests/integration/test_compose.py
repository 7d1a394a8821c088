"""The compose file, the image and the proxy in front are what they promise to be."""

import contextlib
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import check_jsonschema  # type: ignore[import-untyped]  # only its folder of schemas is used
import httpx2
import jsonschema
import pytest
from psycopg import OperationalError

from api.security.headers import ALWAYS
from docstore.objects.open import open_object_store
from docstore.objects.seam import object_key
from tests.compose_processes import PROJECT, ComposeProcesses, read_compose
from tests.postgres import connect

SERVICES: dict[str, dict[str, Any]] = read_compose()["services"]


class TestComposeFile:
    def test_it_keeps_the_compose_specification(self) -> None:
        folder = Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor"
        jsonschema.validate(read_compose(), json.loads((folder / "compose-spec.json").read_text()))

    @pytest.mark.parametrize("name", SERVICES)
    def test_every_image_is_pinned_to_a_version(self, name: str) -> None:
        assert re.fullmatch(r"[\w/]+:v?\d+\.\d+[\w.-]*", SERVICES[name]["image"])

    @pytest.mark.parametrize("name", SERVICES)
    def test_every_service_says_whether_it_is_well_and_comes_back(self, name: str) -> None:
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
        assert SERVICES[name]["restart"] == "unless-stopped"
        assert "no-new-privileges:true" in SERVICES[name]["security_opt"]

    def test_only_the_proxy_is_reached_from_outside(self) -> None:
        """The mail catcher's page is for this machine alone."""
        published = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}
        assert published == {"proxy": ["80:8080", "443:8443"], "mail": ["127.0.0.1:8025:8025"]}

    def test_record_and_objects_are_reached_by_the_application_alone(self) -> None:
        """The object store's inner doors ask for no key, so nobody else shares its network."""
        for network, owner in (("record", "db"), ("store", "s3")):
            reach = {name for name, each in SERVICES.items() if network in each["networks"]}
            assert reach == {"app", owner}
            assert read_compose()["networks"][network] == {"internal": True}

    def test_no_secret_is_written_in_it(self) -> None:
        environment = {
            key: value
            for each in SERVICES.values()
            for key, value in each.get("environment", {}).items()
            if re.search("PASSWORD|SECRET|KEY", key)
        }
        assert environment == {"POSTGRES_PASSWORD_FILE": "/run/secrets/teczka_database_password"}

    def test_the_application_trusts_the_network_of_its_proxy(self) -> None:
        (pool,) = read_compose()["networks"]["front"]["ipam"]["config"]
        assert SERVICES["app"]["environment"]["TECZKA_TRUSTED_PROXIES"] == pool["subnet"]

    def test_the_secrets_it_names_are_made_by_the_script(self, tmp_path: Path) -> None:
        services = ComposeProcesses(tmp_path / "run")
        for secret in read_compose()["secrets"].values():
            assert (services.secrets / Path(secret["file"]).name).stat().st_size > 0
        assert services.secrets.stat().st_mode & 0o777 == 0o700

    def test_secrets_that_are_there_stay(self, tmp_path: Path) -> None:
        services = ComposeProcesses(tmp_path / "run")
        before = {each: each.read_bytes() for each in services.secrets.iterdir()}
        subprocess.run([PROJECT / "bin" / "secrets", services.secrets], check=True)
        assert {each: each.read_bytes() for each in services.secrets.iterdir()} == before


class TestImage:
    def test_hadolint_finds_nothing(self) -> None:
        program = Path(sys.executable).with_name("hadolint")
        found = subprocess.run(
            [program, "--no-color", PROJECT / "Dockerfile"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.stdout + found.stderr == ""

    def test_it_runs_as_nobody_in_particular(self) -> None:
        users = re.findall(r"^USER (\S+)$", (PROJECT / "Dockerfile").read_text(), re.MULTILINE)
        assert users == ["10001"]

    def test_everything_it_copies_may_enter(self) -> None:
        """What .dockerignore does not let in cannot be copied."""
        allowed = set(
            re.findall(r"^!(\S+)$", (PROJECT / ".dockerignore").read_text(), re.MULTILINE)
        )
        copied = re.findall(
            r"^COPY (?!--from)(.+) \S+$", (PROJECT / "Dockerfile").read_text(), re.MULTILINE
        )
        for source in " ".join(copied).split():
            assert any(source == each or source.startswith(f"{each}/") for each in allowed), source


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposeProcesses]:
    with ComposeProcesses(tmp_path_factory.mktemp("compose") / "run") as services:
        yield services.start("db", "s3")


@pytest.mark.server
class TestStores:
    def test_the_applications_key_opens_the_object_store(self, running: ComposeProcesses) -> None:
        store = open_object_store(
            f"s3+http://127.0.0.1:{running.port('s3', 8333)}/teczka",
            access_key=running.secret("teczka_s3_access_key"),
            secret_key=running.secret("teczka_s3_secret_key"),
        )
        key = object_key(1, "0" * 64)
        store.put(key, BytesIO(b"paper"), size=5)
        assert store.stat(key).size == 5

    def test_the_applications_password_opens_the_record(self, running: ComposeProcesses) -> None:
        password = running.secret("teczka_database_password")
        with connect(running.port("db", 5432), database="teczka", password=password) as record:
            assert record.execute("SHOW data_checksums").fetchone() == ("on",)

    def test_another_password_does_not(self, running: ComposeProcesses) -> None:
        with pytest.raises(OperationalError, match="password"):
            connect(running.port("db", 5432), database="teczka", password="guess")


class Upstream(ThreadingHTTPServer):
    """Stands where the application stands, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        self.asked: list[tuple[str, dict[str, str], int]] = []
        self.says: dict[str, str] = {}
        super().__init__(("127.0.0.1", port), UpstreamHandler)


class UpstreamHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Upstream

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        self.server.asked.append((self.path, dict(self.headers.items()), size))
        while size:
            size -= len(self.rfile.read(min(size, 65536)))
        body = b"x" * 5_000_000 if self.path == "/big" else b"ok" * 20
        self.send_response(200)
        self.send_header("Content-Type", "text/css" if "static" in self.path else "text/html")
        self.send_header("Content-Length", str(len(body)))
        for name, value in self.server.says.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")  # so that a stopped server answers nobody
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name http.server calls

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Proxy:
    """The proxy with a stand-in for the application behind it."""

    def __init__(self, services: ComposeProcesses) -> None:
        services.stand_in_for("app")
        self.upstream = Upstream(services.port("app", 8000))
        threading.Thread(target=self.upstream.serve_forever, args=(0.05,), daemon=True).start()
        services.start("proxy")
        self._services = services

    def ask(
        self, method: str, path: str, *, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask over TLS, trusting the installation's own certificate alone."""
        port, trust = self._services.port("proxy", 8443), self._services.trust()
        connection = HTTPSConnection("127.0.0.1", port, context=trust, timeout=30)
        try:
            connection.request(method, path, body=body or None, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def raw(self, sent: bytes) -> bytes:
        """Send bytes as they are over one connection; return what came until it was closed."""
        port, trust = self._services.port("proxy", 8443), self._services.trust()
        with (
            socket.create_connection(("127.0.0.1", port), timeout=30) as plain,
            trust.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
        ):
            secure.sendall(sent)
            secure.settimeout(1)
            came = b""
            with contextlib.suppress(TimeoutError):
                while chunk := secure.recv(65536):
                    came += chunk
        return came

    def logged(self, *, until: str) -> str:
        """Return every log of the proxy once `until` is in it: it logs after it has answered."""
        deadline = time.monotonic() + 30
        while True:
            logs = "".join(each.read_text() for each in self._services.logs.iterdir())
            if until in logs or time.monotonic() > deadline:
                return logs
            time.sleep(0.02)

    def plain(self, path: str) -> tuple[int, str | None]:
        """Ask without TLS; return the status and where it sends us."""
        connection = HTTPConnection("127.0.0.1", self._services.port("proxy", 8080), timeout=30)
        try:
            connection.request("GET", path, headers={"Host": "rada.example.pl"})
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location")
        finally:
            connection.close()


@pytest.mark.server
class TestProxy:
    @pytest.fixture
    def proxy(self, tmp_path: Path) -> Iterator[Proxy]:
        with ComposeProcesses(tmp_path / "run") as services:
            proxy = Proxy(services)
            yield proxy
            proxy.upstream.shutdown()
            proxy.upstream.server_close()

    def test_no_log_holds_a_sign_in_token_or_a_query(self, proxy: Proxy) -> None:
        """Neither while the application answers nor after it has gone."""
        link = "/piechowice/wejscie/link/TOKEN"
        proxy.ask("GET", link)
        proxy.ask("POST", f"{link}?dalej=TOKEN")
        proxy.ask("GET", "/piechowice/uchwaly?q=QUERY")
        proxy.upstream.shutdown()
        proxy.upstream.server_close()
        status, _, _ = proxy.ask("GET", link)
        logged = proxy.logged(until="/*** 502")
        assert status == 502
        assert "GET /piechowice/wejscie/link/*** 200" in logged
        assert "GET /piechowice/wejscie/link/*** 502" in logged
        assert "GET /piechowice/uchwaly 200" in logged
        assert "TOKEN" not in logged
        assert "QUERY" not in logged

    def test_a_clients_own_word_about_its_address_is_not_passed_on(self, proxy: Proxy) -> None:
        proxy.ask("GET", "/", headers={"X-Forwarded-For": "203.0.113.9"})
        _, headers, _ = proxy.upstream.asked[-1]
        assert headers["X-Forwarded-For"] == "127.0.0.1"
        assert headers["X-Forwarded-Proto"] == "https"

    def test_plain_http_leads_to_tls(self, proxy: Proxy) -> None:
        assert proxy.plain("/uchwaly?rok=2026") == (
            308,
            "https://rada.example.pl/uchwaly?rok=2026",
        )

    def test_a_big_upload_passes_whole_and_one_beyond_the_limit_is_refused(
        self, proxy: Proxy
    ) -> None:
        status, _, _ = proxy.ask("POST", "/upload", body=b"x" * 20_000_000)
        assert (status, proxy.upstream.asked[-1][2]) == (200, 20_000_000)
        status, _, _ = proxy.ask("POST", "/upload", headers={"Content-Length": "2000000000"})
        assert status == 413

    def test_a_big_download_passes_whole(self, proxy: Proxy) -> None:
        status, _, body = proxy.ask("GET", "/big")
        assert (status, len(body)) == (200, 5_000_000)

    def test_figures_and_readiness_are_not_public(self, proxy: Proxy) -> None:
        assert [proxy.ask("GET", path)[0] for path in ("/metrics", "/readyz")] == [404, 404]

    def test_what_it_answers_by_itself_is_as_guarded_as_any_page(self, proxy: Proxy) -> None:
        told = [
            proxy.ask("GET", "/metrics"),
            proxy.ask("POST", "/upload", headers={"Content-Length": "2000000000"}),
            proxy.ask("GET", "/", headers={"X-Long": "x" * 70_000}),
        ]
        proxy.upstream.shutdown()
        proxy.upstream.server_close()
        told.append(proxy.ask("GET", "/"))
        assert [status for status, _, _ in told] == [404, 413, 400, 502]
        for _, headers, _ in told:
            assert ALWAYS.keys() | {"Strict-Transport-Security"} <= headers.keys()
            assert headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert headers["Cache-Control"] == "no-store"

    def test_what_the_application_said_is_not_said_twice(self, proxy: Proxy) -> None:
        proxy.upstream.says = dict.fromkeys(ALWAYS, "its own") | {"Cache-Control": "its own"}
        _, headers, _ = proxy.ask("GET", "/")
        for name in (*ALWAYS, "Cache-Control"):
            assert headers[name] == "its own", "two of a name would be read together"
        assert proxy.ask("GET", "/big")[0] == 200

    @pytest.mark.parametrize(
        "smuggled",
        [
            "Content-Length: 4|Transfer-Encoding: chunked||5c|{inner}|0||",
            "Transfer-Encoding: chunked|Transfer-Encoding: x||0||{inner}",
            "Transfer-Encoding : chunked|Content-Length: 5||0||{inner}",
            "Content-Length: 0|Content-Length: 44||{inner}",
            "X: y|\0: z||{inner}",
        ],
    )
    def test_no_request_hides_in_another(self, proxy: Proxy, smuggled: str) -> None:
        """A proxy and an application that disagree on where a body ends would serve it."""
        inner = "GET /smuggled HTTP/1.1|Host: x||"
        lines = f"POST / HTTP/1.1|Host: x|{smuggled.format(inner=inner)}"
        proxy.raw(lines.replace("|", "\r\n").encode())
        assert proxy.ask("GET", "/after")[0] == 200
        paths = [path for path, _, _ in proxy.upstream.asked]
        assert "/after" in paths
        assert "/smuggled" not in paths

    def test_static_text_is_compressed_and_pages_are_not(self, proxy: Proxy) -> None:
        wish = {"Accept-Encoding": "gzip"}
        _, static, _ = proxy.ask("GET", "/static/teczka.css", headers=wish)
        _, page, _ = proxy.ask("GET", "/", headers=wish)
        assert static.get("Content-Encoding") == "gzip"
        assert "Content-Encoding" not in page


@pytest.mark.server
def test_the_whole_installation_starts_and_every_part_answers(tmp_path: Path) -> None:
    with ComposeProcesses(tmp_path / "run") as services:
        services.start()
        with httpx2.Client(base_url=services.public_url, verify=services.trust()) as outside:
            assert outside.get("/healthz").status_code == 200
        ready = httpx2.get(f"http://127.0.0.1:{services.port('app', 8000)}/readyz")
        codes = {name: part["code"] for name, part in ready.json()["parts"].items()}
        assert ready.json()["ready"]
        assert (codes["record"], codes["objects"], codes["index"]) == ("ok", "ok", "ok")
