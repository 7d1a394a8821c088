"""One's own account: the browsers signed in, and the password."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from docstore.models import Person, SignIn
from docstore.services import clerks, people
from tests.integration.pages.browsers import DOOR, PASSWORD, post
from tests.integration.pages.conftest import Council, Site
from tests.visitor import Visitor

ACCOUNT = "/piechowice/konto"
NEW = "całkiem nowe hasło"

pytestmark = pytest.mark.usefixtures("council")


def open_sign_ins(site: Site, person: Person) -> list[str]:
    with site.parts.database.reading() as session:
        query = select(SignIn.id).where(SignIn.person_id == person.id, SignIn.revoked_at.is_(None))
        return list(session.scalars(query))


def change(client: TestClient, *, present: str = PASSWORD, new: str = NEW) -> Visitor:
    visitor = Visitor(client)
    visitor.open(ACCOUNT)
    return visitor.send("/konto/haslo", {"obecne": present, "nowe": new})


class TestDevices:
    def test_nobody_is_sent_to_the_door(self, site: Site) -> None:
        assert site.client.get(ACCOUNT).headers["location"] == f"{DOOR}?dalej={ACCOUNT}"

    def test_each_browser_is_listed_with_what_it_calls_itself(
        self, site: Site, office: Person
    ) -> None:
        agents = {
            "Safari, iPad": "Mozilla/5.0 (iPad; CPU OS 17_0) Version/17.0 Safari/604.1",
            "Edge, Windows": "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0",
            "Chrome, Android": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Safari/537.36",
            "?, ?": "",
        }
        for agent in agents.values():
            client = site.browser()
            client.headers["user-agent"] = agent
            post(client, DOOR, email=office.email, password=PASSWORD)
        page = Visitor(client).open(ACCOUNT)
        for device in agents:
            assert device in page.text
        assert page.text.count("to urządzenie") == 1

    def test_one_is_signed_out_from_another(self, site: Site, council: Council) -> None:
        tablet = site.browser(council.member, by="link")
        assert tablet.get("/piechowice/moje").status_code == 200
        (lost,) = open_sign_ins(site, council.member)
        phone = Visitor(site.browser(council.member, by="link")).open(ACCOUNT)
        phone.send(f"/konto/wyloguj/{lost}")
        assert "Urządzenie wylogowano." in phone.text
        assert tablet.get("/piechowice/moje").status_code == 303
        assert phone.open("/piechowice/moje").address.endswith("/moje")

    def test_nobody_signs_another_person_out(self, site: Site, council: Council) -> None:
        tablet = site.browser(council.member, by="link")
        (theirs,) = open_sign_ins(site, council.member)
        stranger = site.browser(council.guest, by="link")
        assert post(stranger, f"{ACCOUNT}/wyloguj/{theirs}").status_code == 404
        mirsk = site.found("mirsk")
        foreign = site.browser(mirsk.member, by="link")
        assert post(foreign, f"/mirsk/konto/wyloguj/{theirs}").status_code == 404
        assert tablet.get("/piechowice/moje").status_code == 200

    def test_when_it_was_last_used_is_kept_by_the_hour(self, site: Site, council: Council) -> None:
        client = site.browser(council.member, by="link")
        began = site.clock.now()
        site.clock.move(timedelta(minutes=59))
        client.get("/piechowice/moje")
        assert _seen_at(site) == began
        site.clock.move(timedelta(minutes=1))
        client.get("/piechowice/moje")
        assert _seen_at(site) == site.clock.now()


def _seen_at(site: Site) -> object:
    with site.parts.database.reading() as session:
        return session.scalars(select(SignIn.seen_at)).one()


class TestPassword:
    def test_it_changes(self, site: Site, office: Person) -> None:
        page = change(site.browser(office))
        assert "Hasło zmieniono." in page.text
        old = post(site.browser(), DOOR, email=office.email, password=PASSWORD)
        new = post(site.browser(), DOOR, email=office.email, password=NEW)
        assert (old.status_code, new.status_code) == (401, 303)

    def test_other_browsers_are_asked_again_and_this_one_stays(
        self, site: Site, office: Person
    ) -> None:
        thief, here = site.browser(office), site.browser(office)
        change(here)
        assert thief.get("/piechowice/biuro").status_code == 303
        assert here.get("/piechowice/biuro").status_code == 200

    def test_a_wrong_present_one_is_refused(self, site: Site, office: Person) -> None:
        page = change(site.browser(office), present="zgaduję")
        assert page.status == 422
        assert "To nie jest Twoje obecne hasło." in page.text
        assert post(site.browser(), DOOR, email=office.email, password=PASSWORD).status_code == 303

    def test_a_short_new_one_is_refused(self, site: Site, office: Person) -> None:
        page = change(site.browser(office), new="krótkie")
        assert page.status == 422
        assert "Hasło musi mieć co najmniej 12 znaków." in page.text

    def test_who_holds_a_browser_cannot_guess_without_end(self, site: Site, office: Person) -> None:
        thief = site.browser(office)
        statuses = [change(thief, present="zgaduję").status for _ in range(11)]
        assert statuses == [422] * 10 + [429]
        assert change(thief).status == 429, "not even the right one, for a while"

    def test_who_came_by_link_is_not_offered_it(self, site: Site, council: Council) -> None:
        page = site.browser(council.member, by="link").get(ACCOUNT).text
        assert "Zmiana hasła" not in page
        assert "Co system o mnie zapisał" in page

    def test_two_clerks_never_share_an_address(
        self, site: Site, council: Council, office: Person
    ) -> None:
        with site.parts.database.transaction() as session:
            other = people.add_person(
                session, site.acting, body_id=council.body.id, name="Jan", email="jan@b.example"
            )
            clerks.give_duty(session, site.acting, person=other, role="office")
        with (
            pytest.raises(Exception, match="email_taken"),
            site.parts.database.transaction() as session,
        ):
            people.change_person(
                session,
                site.acting,
                body_id=council.body.id,
                person_id=other.id,
                name="Jan",
                email=office.email,
            )
