"""What an attacker tries from outside: other sites, forged headers, large bodies, odd names."""

from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Message
from structlog.testing import capture_logs

from api.downloads import disposition
from api.security import cookies
from api.security.bodies import AROUND_MB, SMALL
from docstore.models import Person
from docstore.services.documents import Owner
from tests.integration.pages.browsers import DOOR, csrf, make_link, post, rows
from tests.integration.pages.conftest import Council, Site, make_installation

pytestmark = pytest.mark.usefixtures("council")

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
}


class TestHeaders:
    @pytest.mark.parametrize(
        "page",
        ["/piechowice/wejscie", "/nie-ma", "/healthz", "/api/v1/openapi.json", "/instalacja"],
    )
    def test_every_answer_carries_them(self, site: Site, page: str) -> None:
        answer = site.browser().get(page)
        for name, value in ALWAYS.items():
            assert answer.headers[name] == value
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy

    def test_an_error_of_our_own_carries_them_too(self, site: Site) -> None:
        @site.app.get("/{slug}/usterka")
        def broken(slug: str) -> None:
            raise RuntimeError(slug)

        client = TestClient(site.app, raise_server_exceptions=False)
        answer = client.get("/piechowice/usterka")
        assert answer.status_code == 500
        assert "Po naszej stronie wystąpił błąd." in answer.text
        assert "RuntimeError" not in answer.text
        for name, value in ALWAYS.items():
            assert answer.headers[name] == value

    def test_no_page_holds_script_or_style_of_its_own(self, site: Site, office: Person) -> None:
        client = site.browser(office)
        for page in ("/piechowice/biuro/osoby", "/piechowice/konto", "/piechowice/pierwsze-kroki"):
            text = client.get(page).text
            assert "<style" not in text
            assert " style=" not in text
            assert "onclick" not in text
            assert all("src=" in part[:200] for part in text.split("<script")[1:])


class TestHost:
    @pytest.mark.parametrize(
        "page", ["/", "/piechowice/", "/piechowice/biuro", "/piechowice/moje/"]
    )
    def test_a_forged_one_is_in_no_address(self, site: Site, page: str) -> None:
        forged = {
            "Host": "evil.example",
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "evil",
            "X-Forwarded-Prefix": "/evil",
            "X-Original-URL": "/piechowice/evil",
            "X-Rewrite-URL": "/piechowice/evil",
            "Forwarded": "host=evil.example;proto=evil",
        }
        answer, plain = site.browser().get(page, headers=forged), site.browser().get(page)
        assert answer.status_code == plain.status_code, "none of them leads to another page"
        assert "evil" not in str(answer.headers)
        assert "evil" not in answer.text

    @pytest.mark.parametrize(
        "path",
        [
            "/static/../rendering.py",
            "/static/%2e%2e/rendering.py",
            "/static/..%2frendering.py",
            "/static/..%5crendering.py",
            "/static/css/%2e%2e/%2e%2e/rendering.py",
            "/static//etc/hostname",
            "/static/%00",
            "/piechowice/pliki/x/..%2f..%2frecord.sqlite3",
            "/piechowice/herb/..%2f..%2frecord.sqlite3",
        ],
    )
    def test_no_path_leads_out_of_our_own_files(self, site: Site, path: str) -> None:
        assert site.browser().get(f"http://testserver{path}").status_code == 404

    @pytest.mark.parametrize(
        "page", ["//evil.example/", "/%2Fevil.example/", "/\\evil.example/", "///evil.example///"]
    )
    def test_a_slash_too_many_leads_nowhere_else(self, site: Site, page: str) -> None:
        answer = site.browser().get(f"http://testserver{page}")
        location = answer.headers.get("location", "/")
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))

    def test_a_slash_at_the_end_is_forgiven(self, site: Site) -> None:
        answer = site.browser().get("/piechowice/wejscie/?dalej=a%26b")
        assert answer.headers["location"] == "/piechowice/wejscie?dalej=a%26b"

    def test_mails_are_built_from_the_settings_alone(self, site: Site, council: Council) -> None:
        client = site.browser()
        proof = csrf(client)
        client.post(
            f"{DOOR}/nowy-link",
            data={"csrf": proof, "email": council.member.email},
            headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
        )
        site.work()
        (mail,) = (site.parts.settings.data_dir / "mailbox").glob("*.eml")
        assert "evil" not in mail.read_text()


class TestOtherSites:
    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"Sec-Fetch-Site": "same-origin"}, 200),
            ({"Sec-Fetch-Site": "none"}, 200),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "same-site"}, 403),
            ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
            ({"Origin": "http://testserver"}, 200),
            ({"Origin": "null"}, 200),
            ({"Origin": "http://evil.example"}, 403),
            ({"Origin": "http://testserver.evil.example"}, 403),
            ({"Origin": "http://testserver:8080"}, 403),
            ({}, 200),
        ],
    )
    def test_a_form_from_there_is_refused(
        self, site: Site, headers: dict[str, str], status: int
    ) -> None:
        client = site.browser()
        data = {"csrf": csrf(client), "email": "nikt@piechowice.example"}
        answer = client.post(f"{DOOR}/nowy-link", data=data, headers=headers)
        assert answer.status_code == status

    def test_nobody_is_signed_in_by_a_link_that_is_not_theirs(
        self, site: Site, council: Council
    ) -> None:
        attackers, victim = make_link(site, council.guest), site.browser()
        csrf(victim)
        before = rows(site)
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            assert victim.post(attackers, headers=headers).status_code == 403
        assert rows(site) == before


LARGE = b"x" * (SMALL + 1)


class TestLargeBodies:
    @pytest.mark.parametrize(
        "page",
        [
            DOOR,
            f"{DOOR}/nowy-link",
            "/piechowice/biuro/rada/herb",
            "/piechowice/biuro/osoby/wklej",
            "/piechowice/nie-ma",
        ],
    )
    def test_nobody_may_send_one(self, site: Site, page: str) -> None:
        client = site.browser()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = client.post(page, content=LARGE, headers=headers)
        assert answer.headers["location"] == DOOR

    @pytest.mark.parametrize(
        ("page", "status"),
        [
            ("/instalacja", 404),
            ("/nie-ma/biuro", 404),
            ("/", 404),
            ("/api/v1/bodies/nie-ma/x", 404),
        ],
    )
    def test_nor_where_there_is_no_council(self, site: Site, page: str, status: int) -> None:
        assert site.browser().post(page, content=LARGE).status_code == status

    def test_a_reader_may_not(self, site: Site, council: Council) -> None:
        client = site.browser(council.member, by="link")
        assert client.post("/piechowice/wyjscie", content=LARGE).status_code == 403

    def test_a_length_that_is_not_told_counts_as_large(self, site: Site) -> None:
        def parts() -> Iterator[bytes]:
            yield b"email=a"

        answer = site.browser().post(DOOR, content=parts())
        assert answer.status_code == 303

    def test_the_interface_says_so_to_programs(self, site: Site) -> None:
        answer = site.browser().post("/api/v1/bodies/piechowice/documents", content=LARGE)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"

    def test_the_office_may(self, site: Site, office: Person) -> None:
        client = site.browser(office)
        text = "Anna Nowak\tanna@rada.example\tradna\n" * 10_000
        assert len(text) > SMALL
        assert post(client, "/piechowice/biuro/osoby/wklej", text=text).status_code == 200

    @pytest.mark.parametrize(
        ("version", "headers"),
        [
            ("2", []),  # HTTP/2 needs no length, and marks the end of a body by itself
            ("1.1", [(b"transfer-encoding", b"chunked")]),
            ("1.1", [(b"content-length", b"9" * 5000)]),
        ],
    )
    def test_without_a_true_length_nobody_gets_past(
        self, site: Site, version: str, headers: list[tuple[bytes, bytes]]
    ) -> None:
        sent: list[Message] = []

        async def never() -> Message:
            raise AssertionError("the body was asked for")

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http", "http_version": version, "method": "POST", "path": DOOR,
            "query_string": b"", "headers": [(b"host", b"testserver"), *headers],
            "server": ("testserver", 80), "scheme": "http",
        }  # fmt: skip
        anyio.run(site.app, scope, never, send)
        assert sent[0]["status"] == 303

    @pytest.mark.parametrize("is_told", [True, False])
    def test_nor_may_the_office_send_one_without_end(self, tmp_path: Path, is_told: bool) -> None:
        small = make_installation(tmp_path / "small", max_upload_mb=1)
        council = small.found()
        client = small.browser(small.clerk(council))
        address = f"/piechowice/biuro/posiedzenia/{council.meeting.id}/pliki"
        length = (AROUND_MB + 1) * 1024 * 1024 + 1

        def endless() -> Iterator[bytes]:
            yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
            for _ in range(length // 65536 + 10):
                yield b"x" * 65536

        headers = {
            "Content-Type": "multipart/form-data; boundary=x",
            "X-CSRF-Token": csrf(client),
            "Accept": "application/json",
        }
        if is_told:
            headers["Content-Length"] = str(length)
        answer = client.post(address, content=b"" if is_told else endless(), headers=headers)
        assert answer.status_code == 413
        assert "największy dozwolony ma 1 MB" in answer.json()["detail"]
        assert not list(small.parts.settings.spool_dir.iterdir())
        small.parts.close()


class TestOddNames:
    @pytest.mark.parametrize(
        "name",
        [
            'a".pdf',
            "a\r\nSet-Cookie: x=1.pdf",
            "a\0b.pdf",
            "żółć – „plan”.pdf",
            "\\..\\..\\evil.pdf",
            "a\x7f\x1b[31m.pdf",
            "%0d%0aX: y.pdf",
            "\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe",
        ],
    )
    def test_a_file_name_stays_inside_its_header(self, name: str) -> None:
        header = disposition(name, inline=False)
        assert header.isascii()
        assert header.isprintable()
        assert header.count('"') == 2
        assert "\\" not in header
        assert header.startswith('attachment; filename="')

    def test_a_stored_one_comes_back_whole(self, site: Site, council: Council) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        version = site.upload(council, owner, b"tekst", name='x"\r\nSet-Cookie: a=b\r\n.txt')
        site.publish(council)
        answer = site.browser(council.member, by="link").get(f"/piechowice/pliki/{version.id}/x")
        assert answer.status_code == 200
        assert "a" not in answer.cookies


class TestOddCookies:
    @pytest.mark.parametrize(
        "value",
        ["", "5", "bnVsbA==", "WzEsMl0=", "W1tdLFtdXQ==", "eyJhIjoxfQ==", "%%%", "W" * 4000, "ż"],
    )
    def test_a_message_that_is_not_ours_is_none(self, site: Site, value: str) -> None:
        headers = {b"Cookie": f"teczka_komunikat={value}".encode("latin-1", "replace")}
        assert site.browser().get(DOOR, headers=headers).status_code == 200

    @pytest.mark.parametrize("text", ["Zażółć", "ż" * 5000, "<script>alert(1)</script>"])
    def test_a_message_is_small_enough_for_every_browser_and_no_markup(self, text: str) -> None:
        response = Response()
        cookies.flash(response, "done", text)
        assert len(response.headers["set-cookie"]) < 4096

    @pytest.mark.parametrize("value", ["", " ", "ż", "\ud800", "x" * 10_000])
    def test_a_proof_that_is_none_is_refused(self, site: Site, value: str) -> None:
        client = site.browser()
        csrf(client)
        body = f"csrf={value}".encode("utf-8", "surrogatepass")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert client.post(DOOR, content=body, headers=headers).status_code == 403


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Site, Council, TestClient]]:
    """Return an installation that people reach by https, and a browser before it."""
    made = make_installation(tmp_path / "https", public_url="https://teczka.example")
    client = TestClient(made.app, base_url="https://teczka.example", follow_redirects=False)
    yield made, made.found(), client
    made.parts.close()


class TestOverHttps:
    def test_every_cookie_is_the_hosts_own(self, secure: tuple[Site, Council, TestClient]) -> None:
        site, council, client = secure
        link = make_link(site, council.member)
        client.get(link)
        proof = client.cookies["__Host-teczka_formularz"]
        answer = client.post(link, data={"csrf": proof})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(f"__Host-teczka_{council.body.id}=")
        for part in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"):
            assert part in cookie
        assert "Domain" not in cookie
        assert client.get("/piechowice/moje").status_code == 200
        assert answer.headers["strict-transport-security"]

    def test_no_other_cookie_travels_in_the_clear(
        self, secure: tuple[Site, Council, TestClient]
    ) -> None:
        site, council, client = secure
        link = make_link(site, council.member)
        client.get(link, params={"jezyk": "en"})
        proof = {"csrf": client.cookies["__Host-teczka_formularz"]}
        client.post(link, data=proof)
        answers = [
            client.get("/piechowice/moje", params={"jezyk": "pl"}),
            client.post("/piechowice/wyjscie", data=proof),  # leaves a message
            client.get("/piechowice/wejscie"),  # and shows it once
        ]
        made = [each for answer in answers for each in answer.headers.get_list("set-cookie")]
        assert {each.split("=")[0] for each in made} >= {"teczka_jezyk", "teczka_komunikat"}
        assert [each for each in made if "; Secure" not in each] == []

    def test_a_neighbours_cookies_are_worth_nothing(
        self, secure: tuple[Site, Council, TestClient]
    ) -> None:
        site, council, client = secure
        token = site.token(council.member, by="link")
        client.cookies.set(f"teczka_{council.body.id}", token, domain="teczka.example")
        client.cookies.set("teczka_formularz", "tossed", domain="teczka.example")
        assert client.get("/piechowice/moje").status_code == 303
        answer = client.post(f"{DOOR}/nowy-link", data={"csrf": "tossed", "email": "a@b.pl"})
        assert answer.status_code == 403

    def test_signing_out_takes_the_cookie_away(
        self, secure: tuple[Site, Council, TestClient]
    ) -> None:
        site, council, client = secure
        link = make_link(site, council.member)
        client.get(link)
        proof = {"csrf": client.cookies["__Host-teczka_formularz"]}
        client.post(link, data=proof)
        client.post("/piechowice/wyjscie", data=proof)
        assert f"__Host-teczka_{council.body.id}" not in client.cookies

    def test_no_log_holds_a_cookie(self, secure: tuple[Site, Council, TestClient]) -> None:
        site, council, client = secure
        token = site.token(council.member, by="link")
        client.cookies.set(f"__Host-teczka_{council.body.id}", token, domain="teczka.example")
        with capture_logs() as logs:
            client.get("/piechowice/moje")
        assert token not in str(logs)
