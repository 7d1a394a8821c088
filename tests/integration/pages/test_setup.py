"""The first hour's set-up page: a one-time code, the first administrator, and then nothing."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from api.security.setup_code import CODE_FILE, show_code
from docstore.models import Body, Credential, Duty, Installation, Person
from docstore.services import setup
from tests.integration.pages.conftest import Site, make_installation
from tests.visitor import Visitor

PASSWORD = "dwanaście znaków"
TYPED = {
    "name": "Rada Miejska w Piechowicach",
    "slug": "",
    "kind": "miasto",
    "teryt": "020603 1",
    "colour": "#0b5d7a",
    "phone": "75 000 10 32",
    "email": "",
    "address": "ul. Kryształowa 49",
    "admin_name": "Paweł Rzeźnikowicz",
    "admin_email": "Pawel@piechowice.example",
    "password": PASSWORD,
}


@pytest.fixture
def code(site: Site) -> str:
    """Return the code of an installation that nobody has set up."""
    return shown(site)


def shown(site: Site) -> str:
    """Show a code as a service does, and read it where its owner would."""
    assert show_code(site.parts)
    return code_file(site).read_text().strip()


def code_file(site: Site) -> Path:
    return site.parts.settings.data_dir / CODE_FILE


def send(site: Site, page: str, **fields: str) -> tuple[int, str]:
    """Send a form of the set-up page from a browser that was shown one."""
    site.client.get("/instalacja")
    csrf = site.client.cookies["teczka_formularz"]
    answer = site.client.post(page, data={"csrf": csrf, **fields})
    return answer.status_code, answer.text


def complete(site: Site, code: str, **other: str) -> tuple[int, str]:
    return send(site, "/instalacja", **{**TYPED, "kod": code, **other})


def counted(site: Site, kind: type[Body | Person | Credential]) -> int:
    with site.parts.database.reading() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


class TestCode:
    def test_it_holds_80_random_bits_in_groups_that_can_be_typed(self, code: str) -> None:
        assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code)

    @pytest.mark.usefixtures("code")
    def test_its_file_is_for_its_owner_alone(self, site: Site) -> None:
        assert code_file(site).stat().st_mode & 0o777 == 0o600

    def test_the_record_keeps_its_hash_alone(self, site: Site, code: str) -> None:
        site.parts.database.dispose()
        kept = b"".join(
            path.read_bytes() for path in site.parts.settings.data_dir.glob("record.sqlite3*")
        )
        assert code.encode() not in kept
        assert code.replace("-", "").encode() not in kept

    def test_no_log_holds_it(self, site: Site, capfd: pytest.CaptureFixture[str]) -> None:
        with capture_logs() as logs:
            code = shown(site)
            send(site, "/instalacja/kod", kod=code)
            complete(site, code)
        printed = capfd.readouterr()
        for text in (str(logs), printed.out, printed.err):
            assert code not in text
            assert code.replace("-", "") not in text

    def test_each_start_makes_another(self, site: Site, code: str) -> None:
        newer = shown(site)
        assert newer != code
        assert send(site, "/instalacja/kod", kod=code)[0] == 403
        assert send(site, "/instalacja/kod", kod=newer)[0] == 200

    @pytest.mark.parametrize("typed", ["lower", "bare", "spaced", "look-alikes"])
    def test_how_it_is_typed_does_not_matter(self, site: Site, code: str, typed: str) -> None:
        said = {
            "lower": code.lower(),
            "bare": code.replace("-", ""),
            "spaced": f" {code.replace('-', ' ')} ",
            "look-alikes": code.replace("0", "O").replace("1", "l"),
        }[typed]
        assert send(site, "/instalacja/kod", kod=said)[0] == 200

    @pytest.mark.usefixtures("code")
    def test_a_wrong_one_is_told_in_a_sentence(self, site: Site) -> None:
        status, text = send(site, "/instalacja/kod", kod="AAAA-AAAA-AAAA-AAAA")
        assert status == 403
        assert "To nie jest kod z terminala. Sprawdź go i wpisz jeszcze raz." in text

    @pytest.mark.usefixtures("code")
    def test_nothing_typed_is_a_wrong_one(self, site: Site) -> None:
        assert send(site, "/instalacja/kod")[0] == 403

    def test_ten_wrong_tries_make_it_worthless_and_show_another(
        self, site: Site, code: str
    ) -> None:
        for _ in range(10):
            assert send(site, "/instalacja/kod", kod="wrong")[0] == 403
        newer = code_file(site).read_text().strip()
        assert newer != code
        assert send(site, "/instalacja/kod", kod=code)[0] == 403
        assert send(site, "/instalacja/kod", kod=newer)[0] == 200

    @pytest.mark.usefixtures("code")
    def test_one_address_is_slowed_down(self, site: Site) -> None:
        statuses = [send(site, "/instalacja/kod", kod="wrong")[0] for _ in range(31)]
        assert statuses == [403] * 30 + [429]
        assert send(site, "/instalacja/kod", kod=code_file(site).read_text())[0] == 429
        site.clock.move(timedelta(minutes=16))
        assert send(site, "/instalacja/kod", kod=code_file(site).read_text())[0] == 200

    def test_right_ones_never_count_as_tries(self, site: Site, code: str) -> None:
        assert {send(site, "/instalacja/kod", kod=code)[0] for _ in range(35)} == {200}

    def test_without_one_shown_nothing_is_right(self, site: Site) -> None:
        assert send(site, "/instalacja/kod", kod="")[0] == 403
        assert complete(site, "")[0] == 403


class TestCompleting:
    def test_a_person_gets_from_the_code_to_the_first_steps(self, site: Site, code: str) -> None:
        visitor = Visitor(site.client).open("/")
        assert "Pierwsze uruchomienie" in visitor.text, "a bare installation leads to its set-up"
        visitor.send("/instalacja/kod", {"kod": code})
        typed = {name: value for name, value in TYPED.items() if value}
        visitor.send("/instalacja", typed)
        assert visitor.address.endswith("/rada-miejska-w-piechowicach/pierwsze-kroki")
        assert "Rada Miejska w Piechowicach · 75 000 10 32" in visitor.text
        assert visitor.open("/rada-miejska-w-piechowicach/stan").status == 200

    def test_the_administrator_has_both_duties_and_a_hashed_password(
        self, site: Site, code: str
    ) -> None:
        assert complete(site, code)[0] == 303
        with site.parts.database.reading() as session:
            person = session.scalars(select(Person)).one()
            duties = set(session.scalars(select(Duty.role)))
            kept = session.scalars(select(Credential.password_hash)).one()
            body = session.scalars(select(Body)).one()
        assert (person.name, person.email) == ("Paweł Rzeźnikowicz", "pawel@piechowice.example")
        assert duties == {"office", "administrator"}
        assert kept.startswith("$argon2id$")
        assert (body.teryt, body.kind, body.colour) == ("0206031", "miasto", "#0b5d7a")

    def test_the_code_is_spent_with_it(self, site: Site, code: str) -> None:
        complete(site, code)
        with site.parts.database.reading() as session:
            assert session.scalars(select(Installation.setup_code_hash)).one() is None
        assert not code_file(site).exists()

    def test_afterwards_the_page_is_gone(self, site: Site, code: str) -> None:
        complete(site, code)
        stranger = site.browser()
        assert stranger.get("/instalacja").status_code == 404
        for address in ("/instalacja", "/instalacja/kod"):
            assert send(site, address, **TYPED, kod=code)[0] in {403, 404}
        assert counted(site, Body) == 1
        assert not show_code(site.parts), "a later start shows no code"

    @pytest.mark.usefixtures("code")
    def test_a_demo_has_no_such_page(self, site: Site) -> None:
        with site.parts.database.transaction() as session:
            setup.mark_demo(session, at=site.clock.now())
        assert site.client.get("/instalacja").status_code == 404

    def test_a_record_with_an_account_never_becomes_a_demo(self, site: Site, code: str) -> None:
        complete(site, code)
        with (
            pytest.raises(Exception, match="not_allowed"),
            site.parts.database.transaction() as session,
        ):
            setup.mark_demo(session, at=site.clock.now())

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("name", " ", "To pole trzeba wypełnić."),
            ("name", "R" * 201, "To pole może mieć najwyżej 200 znaków."),
            ("slug", "Piechowice!", "Skrócona nazwa to małe litery bez polskich znaków"),
            ("slug", "instalacja", "Skrócona nazwa to małe litery bez polskich znaków"),
            ("kind", "królestwo", "Wybierz jedną z możliwości."),
            ("teryt", "12", "Kod TERYT ma 6 albo 7 cyfr."),
            ("colour", "red; }", "Podaj kolor w postaci #7a1f2b."),
            ("email", "biuro", "To nie wygląda na adres e-mail."),
            ("admin_name", "", "To pole trzeba wypełnić."),
            ("admin_email", "pawel@", "To nie wygląda na adres e-mail."),
            ("password", "krótkie", "Hasło musi mieć co najmniej 12 znaków."),
        ],
    )
    def test_a_refused_form_is_shown_again_and_changes_nothing(
        self, site: Site, code: str, field: str, value: str, sentence: str
    ) -> None:
        status, text = complete(site, code, **{field: value})
        assert status == 422
        assert sentence in text
        assert f'href="#f-{field}"' in text
        assert f'id="f-{field}"' in text
        assert "ul. Kryształowa 49" in text, "what was typed is there"
        assert PASSWORD not in text, "but for the password"
        assert (counted(site, Body), counted(site, Person), counted(site, Credential)) == (0, 0, 0)
        assert complete(site, code)[0] == 303, "the code is not spent by a refusal"

    def test_all_that_is_missing_is_told_at_once(self, site: Site, code: str) -> None:
        missing = {"name": "", "admin_name": "", "admin_email": "", "password": "krótkie"}
        status, text = complete(site, code, **missing)
        assert status == 422
        assert [field for field in missing if f'href="#f-{field}"' not in text] == []

    def test_a_code_that_changed_meanwhile_can_be_typed_anew(self, site: Site, code: str) -> None:
        newer = shown(site)
        visitor = Visitor(site.client).open("/instalacja")
        status, text = complete(site, code)
        assert status == 403
        assert "Przepisz kod, który terminal pokazuje teraz." in text
        assert 'id="f-kod"' in text
        visitor.send("/instalacja/kod", {"kod": newer})
        assert visitor.status == 200

    def test_two_at_once_make_one_administrator(self, site: Site, code: str) -> None:
        start, statuses = threading.Barrier(2), []

        def race() -> None:
            client = TestClient(site.app, base_url="http://testserver", follow_redirects=False)
            client.get("/instalacja")
            data = {**TYPED, "kod": code, "csrf": client.cookies["teczka_formularz"]}
            start.wait(timeout=10)
            statuses.append(client.post("/instalacja", data=data).status_code)

        threads = [threading.Thread(target=race) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert sorted(statuses) in ([303, 403], [303, 404])
        assert (counted(site, Body), counted(site, Person), counted(site, Credential)) == (1, 1, 1)


@pytest.fixture
def secure_site(tmp_path: Path) -> Iterator[Site]:
    """Return an installation that people reach by https."""
    made = make_installation(tmp_path / "https", public_url="https://teczka.example")
    yield made
    made.parts.close()


def test_over_https_its_cookies_are_the_hosts_own(secure_site: Site) -> None:
    answer = TestClient(secure_site.app, base_url="https://teczka.example").get("/instalacja")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-teczka_formularz=")
    for part in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"):
        assert part in cookie
    assert "Domain" not in cookie
