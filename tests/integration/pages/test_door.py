"""The door with the password, its limits, where it leads, and what strangers get."""

import threading
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from docstore.models import Person
from docstore.services import passwords, people, seats, tries
from docstore.services.documents import Owner
from tests.integration.pages.browsers import DOOR, PASSWORD, csrf, make_link, post, press
from tests.integration.pages.conftest import Council, Site
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("council")


class TestTheDoor:
    def test_a_password_signs_in_for_a_working_day(self, site: Site, office: Person) -> None:
        client = site.browser()
        answer = post(client, DOOR, email=office.email, password=PASSWORD)
        assert answer.headers["location"] == DOOR
        assert client.get(DOOR).headers["location"] == "/piechowice/biuro"
        assert client.get("/piechowice/biuro").status_code == 200
        site.clock.move(timedelta(hours=12))
        assert client.get("/piechowice/biuro").status_code == 303

    def test_a_wrong_password_and_an_unknown_address_are_told_alike(
        self, site: Site, council: Council, office: Person
    ) -> None:
        answers = []
        for email in (office.email, "nikt@piechowice.example", council.member.email):
            client = site.browser()
            proof = csrf(client)
            answer = client.post(DOOR, data={"csrf": proof, "email": email, "password": "zgaduję"})
            text = answer.text.replace(proof, "PROOF").replace(email, "ADDRESS")
            answers.append((answer.status_code, text))
        assert len(set(answers)) == 1
        assert answers[0][0] == 401
        assert "Adres lub hasło są nieprawidłowe." in answers[0][1]
        assert "zgaduję" not in answers[0][1]

    def test_the_same_work_is_done_for_an_unknown_address(
        self, monkeypatch: pytest.MonkeyPatch, site: Site, office: Person
    ) -> None:
        done: list[str] = []
        real = passwords.matches

        def matches(password: str, password_hash: str | None) -> bool:
            done.append(password)
            return real(password, password_hash)

        monkeypatch.setattr(passwords, "matches", matches)
        for email in (office.email, "nikt@piechowice.example", ""):
            post(site.browser(), DOOR, email=email, password="zgaduję")
        assert len(done) == 3

    def test_ten_wrong_passwords_close_the_door_for_a_while(
        self, site: Site, office: Person
    ) -> None:
        statuses = [
            post(site.client, DOOR, email=office.email, password="zgaduję").status_code
            for _ in range(11)
        ]
        assert statuses == [401] * 10 + [429]
        right = post(site.client, DOOR, email=office.email, password=PASSWORD)
        assert right.status_code == 429
        assert "Zbyt wiele prób. Spróbuj ponownie za 15\N{NO-BREAK SPACE}minut." in right.text
        site.clock.move(timedelta(minutes=16))
        assert post(site.client, DOOR, email=office.email, password=PASSWORD).status_code == 303

    def test_spaces_after_an_address_are_no_new_account(self, site: Site, office: Person) -> None:
        client = site.browser()
        wide = "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
        for space in wide:  # each cut short leaves another tail
            email = f"{office.email}{space * 300}x"
            answer = post(client, DOOR, email=email, password="zgaduję")
        assert answer.status_code == 429

    def test_right_passwords_never_count(self, site: Site, office: Person) -> None:
        for _ in range(3):
            for _ in range(9):
                post(site.client, DOOR, email=office.email, password="zgaduję")
            site.clock.move(timedelta(minutes=16))
            answer = post(site.client, DOOR, email=office.email, password=PASSWORD)
            assert answer.status_code == 303

    def test_one_address_cannot_lock_a_clerk_out(self) -> None:
        assert tries.LIMITS["address"] < tries.LIMITS["account"]

    def test_a_forged_header_is_no_new_address(self, site: Site, office: Person) -> None:
        client = site.browser()
        proof = csrf(client)
        statuses = [
            client.post(
                DOOR,
                data={"csrf": proof, "email": office.email, "password": "zgaduję"},
                headers={
                    "X-Forwarded-For": f"10.0.0.{number}",
                    "Forwarded": f"for=10.0.0.{number}",
                },
            ).status_code
            for number in range(11)
        ]
        assert statuses[-1] == 429

    def test_many_guesses_at_once_do_not_slip_through(self, site: Site, office: Person) -> None:
        start, statuses = threading.Barrier(16), []

        def guess() -> None:
            client = TestClient(site.app, base_url="http://testserver", follow_redirects=False)
            data = {"csrf": csrf(client), "email": office.email, "password": "zgaduję"}
            start.wait(timeout=30)
            statuses.append(client.post(DOOR, data=data).status_code)

        threads = [threading.Thread(target=guess) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert sorted(statuses) == [401] * 10 + [429] * 6

    @pytest.mark.parametrize(
        "wanted",
        [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/piechowice//evil.example",
            "/piechowice/\\evil.example",
            "/piechowice.evil.example/",
            "/piechowice@evil.example/",
            "javascript:alert(1)",
            "/mirsk/biuro",
            " /piechowice/biuro",
            "\thttps://evil.example",
            "%2F%2Fevil.example",
        ],
    )
    def test_it_leads_nowhere_else(self, site: Site, office: Person, wanted: str) -> None:
        client = site.browser()
        answer = post(client, DOOR, email=office.email, password=PASSWORD, dalej=wanted)
        assert answer.headers["location"] == DOOR

    @pytest.mark.parametrize(
        "wanted",
        ["/piechowice/biuro\r\nSet-Cookie: a=b", "/piechowice/%0d%0aX: y", "/piechowice/ż"],
    )
    def test_what_it_leads_to_stays_one_header(
        self, site: Site, office: Person, wanted: str
    ) -> None:
        client = site.browser()
        answer = post(client, DOOR, email=office.email, password=PASSWORD, dalej=wanted)
        assert answer.status_code == 303
        assert "a" not in answer.cookies
        assert "X" not in answer.headers
        assert answer.headers["location"].isascii()
        assert not set("\r\n") & set(answer.headers["location"])

    def test_it_leads_back_to_the_page_that_asked_with_its_query(
        self, site: Site, office: Person
    ) -> None:
        visitor = Visitor(site.browser())
        visitor.open("/piechowice/biuro/osoby?widok=a&b=ż")
        visitor.send("/wejscie", {"email": office.email, "password": PASSWORD})
        assert urlsplit(visitor.address).path == "/piechowice/biuro/osoby"
        assert urlsplit(visitor.address).query.startswith("widok=a&b=")

    def test_nothing_of_what_was_typed_in_the_address_is_markup(self, site: Site) -> None:
        page = site.client.get(DOOR, params={"dalej": '"><script>alert(1)</script>'})
        assert "<script>alert" not in page.text

    def test_signing_out_ends_the_sign_in_itself(
        self, site: Site, council: Council, office: Person
    ) -> None:
        client = site.browser(office)
        name = f"teczka_{council.body.id}"
        stolen = next(cookie.value for cookie in client.cookies.jar if cookie.name == name)
        assert client.get("/piechowice/biuro").status_code == 200
        answer = post(client, "/piechowice/wyjscie")
        assert answer.headers["location"] == "/piechowice"
        assert answer.headers["clear-site-data"] == '"cache"'
        thief = site.browser()
        thief.cookies.set(name, str(stolen), domain="testserver.local")
        assert thief.get("/piechowice/biuro").status_code == 303


class TestStrangers:
    def test_another_councils_cookie_gives_nothing(self, site: Site, council: Council) -> None:
        mirsk = site.found("mirsk")
        token = site.token(mirsk.member, by="link")
        client = site.browser()
        for body in (council.body, mirsk.body):
            client.cookies.set(f"teczka_{body.id}", token, domain="testserver.local")
        assert client.get("/mirsk/moje").status_code == 200
        assert client.get("/piechowice/moje").status_code == 303
        assert client.get("/piechowice/konto").status_code == 303

    def test_one_browser_may_be_signed_in_with_two_councils(
        self, site: Site, council: Council
    ) -> None:
        mirsk = site.found("mirsk")
        client = site.browser()
        press(site, make_link(site, council.member), client)
        other = make_link(site, mirsk.member).replace("piechowice", "mirsk")
        client.get(other)
        post(client, other)
        assert client.get("/piechowice/moje").status_code == 200
        assert client.get("/mirsk/moje").status_code == 200

    def test_who_left_loses_access_at_once(
        self, site: Site, council: Council, office: Person
    ) -> None:
        member, clerk = site.browser(council.member, by="link"), site.browser(office)
        assert member.get("/piechowice/moje").status_code == 200
        assert clerk.get("/piechowice/biuro").status_code == 200
        with site.parts.database.transaction() as session:
            for person in (council.member, office):
                people.leave(session, site.acting, body_id=council.body.id, person_id=person.id)
        for client, page in ((member, "moje"), (member, "konto"), (clerk, "biuro")):
            assert client.get(f"/piechowice/{page}").status_code == 303
        answer = post(site.client, DOOR, email=office.email, password=PASSWORD)
        assert answer.status_code == 401

    def test_who_sits_no_longer_sees_no_packets(self, site: Site, council: Council) -> None:
        site.upload(council, Owner(paper_id=site.paper(council).id), "Projekt.")
        site.publish(council)
        client = site.browser(council.member, by="link")
        assert client.get(f"/piechowice/moje/{council.meeting.id}").status_code == 200
        with site.parts.database.transaction() as session:
            (seat,) = seats.held(session, council.member)
            seats.end(
                session,
                site.acting,
                body_id=council.body.id,
                person_id=seat.person_id,
                membership_id=seat.id,
            )
        assert client.get(f"/piechowice/moje/{council.meeting.id}").status_code == 403
