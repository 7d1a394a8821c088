"""Somebody who knows the addresses tries to keep people out, or to get in: neither comes of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.security import cookies
from delivery.channels.mailbox import MailboxMailer
from docstore.models import ApiToken, Person, SignIn
from docstore.services import clerks, passwords, people, signins, standings, tokens, tries
from docstore.services.tries import LIMITS, Try
from tests.integration.pages.browsers import DOOR, PASSWORD, csrf, make_link, post, press
from tests.integration.pages.conftest import Council, Site
from tests.visitor import Visitor

NEW = "całkiem inne hasło"
LINK = f"{DOOR}/nowy-link"


def places(site: Site) -> Iterator[TestClient]:
    """Yield browsers, each at an address of its own."""
    for number in range(1, 250):
        yield TestClient(
            site.app,
            base_url="http://testserver",
            follow_redirects=False,
            client=(f"203.0.113.{number}", 50_000),
        )


def guess(client: TestClient, email: str, password: str = "") -> int:
    return post(client, DOOR, email=email, password=password).status_code


def besiege(site: Site, email: str) -> None:
    """Guess from many places until the account is closed to all of them."""
    for attacker in places(site):
        for _ in range(LIMITS["password"]):
            if guess(attacker, email) == 429:
                return
    raise AssertionError("nothing stopped them")


def close(site: Site, council: Council, email: str) -> None:
    """Leave the account as a siege leaves it, without its hundred guesses."""
    with site.parts.database.transaction() as session:
        for _ in range(LIMITS["account"]):
            tries.take(session, [Try("account", f"{council.body.id} {email}")], at=site.clock.now())


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a guess cost little: how dear it is, is held elsewhere."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
    passwords._nobody.cache_clear()


class TestClerk:
    def test_the_browser_of_every_day_gets_in_under_siege(
        self, site: Site, council: Council, office: Person
    ) -> None:
        del council
        every_day = site.browser()
        assert guess(every_day, office.email, PASSWORD) == 303
        post(every_day, "/piechowice/wyjscie")
        besiege(site, office.email)
        elsewhere = next(places(site))
        assert guess(elsewhere, office.email, PASSWORD) == 429
        assert guess(every_day, office.email, PASSWORD) == 303

    def test_nor_do_guesses_from_its_own_address_shut_it_out(
        self, site: Site, office: Person
    ) -> None:
        every_day, neighbour = site.browser(), site.browser()
        assert guess(every_day, office.email, PASSWORD) == 303
        for number in range(LIMITS["address"]):
            guess(neighbour, f"{number}@rada.example")
        assert guess(neighbour, office.email, PASSWORD) == 429
        assert guess(every_day, office.email, PASSWORD) == 303

    def test_whoever_took_that_browser_guesses_no_more_often(
        self, site: Site, office: Person
    ) -> None:
        taken = site.browser()
        assert guess(taken, office.email, PASSWORD) == 303
        statuses = [guess(taken, office.email) for _ in range(LIMITS["known"] + 1)]
        assert statuses == [401] * LIMITS["known"] + [429]

    def test_a_mark_that_nobody_gave_is_none(
        self, site: Site, council: Council, office: Person
    ) -> None:
        name = f"teczka_znana_{office.body_id}"
        close(site, council, office.email)
        for mark in ("x.y", ".", "x", "", "ż.ż", "x" * 5000):
            kept = f"teczka_formularz=p; {name}={mark}".encode()
            data = {"csrf": "p", "email": office.email, "password": PASSWORD}
            answer = site.browser().post(DOOR, data=data, headers={b"Cookie": kept})
            assert answer.status_code == 429, mark

    def test_it_is_no_mark_of_anybody_else(self, site: Site, council: Council) -> None:
        emails = []
        for name in ("ewa", "jan"):
            with site.parts.database.transaction() as session:
                person = people.add_person(
                    session, site.acting, body_id=council.body.id, name=name, email=f"{name}@b.pl"
                )
                clerks.give_duty(session, site.acting, person=person, role="office")
                signins.set_password(
                    session,
                    site.acting,
                    person=person,
                    password_hash=passwords.hashed(PASSWORD),
                )
            emails.append(person.email)
        browser = site.browser()
        assert guess(browser, emails[0], PASSWORD) == 303
        close(site, council, emails[1])
        assert guess(browser, emails[1], PASSWORD) == 429

    def test_a_new_password_ends_it(self, site: Site, council: Council, office: Person) -> None:
        old = site.browser()
        assert guess(old, office.email, PASSWORD) == 303
        with site.parts.database.transaction() as session:
            signins.set_password(
                session, site.acting, person=office, password_hash=passwords.hashed(NEW)
            )
        close(site, council, office.email)
        assert guess(old, office.email, NEW) == 429

    def test_it_tells_nobody_by_itself(self, site: Site, office: Person) -> None:
        browser = site.browser()
        guess(browser, office.email, PASSWORD)
        (mark,) = (c for c in browser.cookies.jar if c.name.startswith("teczka_znana_"))
        stranger = site.browser()
        stranger.cookies.set(mark.name, str(mark.value), domain="testserver.local")
        assert stranger.get("/piechowice/biuro").status_code == 303


class TestCouncillor:
    def test_who_is_flooded_with_links_gets_in_by_one_of_them(
        self, site: Site, council: Council
    ) -> None:
        email = council.member.email
        statuses: list[int] = []
        for attacker in places(site):
            statuses += [post(attacker, LINK, email=email).status_code for _ in range(5)]
            if statuses[-1] == 429:
                break
        site.work()
        here = site.browser()
        refused = post(here, LINK, email=email)
        assert refused.status_code == 429
        assert "Zajrzyj do poczty" in refused.text
        mailer = site.parts.mailer
        assert isinstance(mailer, MailboxMailer)
        letters = [letter for letter in mailer.list() if letter.to_address == email]
        assert len(letters) == LIMITS["mailbox"], "and no more than that"
        visitor = Visitor(here)
        link = next(
            word for word in letters[-1].text.split() if "/wejscie/link/" in word
        ).removeprefix("http://testserver")
        assert press(site, link, here).status_code == 303
        assert visitor.open("/piechowice/moje").status == 200

    def test_a_notices_link_opens_whatever_others_do(self, site: Site, council: Council) -> None:
        link = make_link(site, council.member, meeting=council.meeting)
        for attacker in places(site):
            if post(attacker, LINK, email=council.member.email).status_code == 429:
                break
        close(site, council, council.member.email)
        here = site.browser()
        assert press(site, link, here).status_code == 303
        assert here.get("/piechowice/moje").status_code == 200


class TestStuffing:
    def test_one_address_tries_few_accounts(self, site: Site, office: Person) -> None:
        thief, other = places(site), site.browser()
        here = next(thief)
        statuses = [guess(here, f"ktos{number}@rada.example") for number in range(70)]
        assert statuses == [401] * LIMITS["address"] + [429] * (70 - LIMITS["address"])
        assert guess(here, office.email, PASSWORD) == 429, "not even a right one"
        assert guess(other, office.email, PASSWORD) == 303
        site.clock.move(timedelta(minutes=15, seconds=1))
        assert guess(here, office.email, PASSWORD) == 303


class TestEverywhere:
    def test_one_press_ends_all_but_this_browser(self, site: Site, council: Council) -> None:
        member = council.member
        here, tablet = site.browser(member, by="link"), site.browser(member, by="link")
        link = make_link(site, member)
        with site.parts.database.transaction() as session:
            tokens.make(
                session,
                site.acting,
                its=standings.standing(session, member, at=site.clock.now()),
                by="link",
                label="skrypt",
                scopes=["read"],
            )
        others = site.browser(council.guest, by="link")
        visitor = Visitor(here)
        visitor.open("/piechowice/konto").send("/wyloguj-wszedzie")
        assert "Wylogowano wszystkie inne urządzenia." in visitor.text
        assert here.get("/piechowice/moje").status_code == 200
        assert tablet.get("/piechowice/moje").status_code == 303
        assert site.browser().get(link).status_code == 410
        assert others.get("/piechowice/moje").status_code == 200
        with site.parts.database.reading() as session:
            assert session.scalar(select(func.count()).where(ApiToken.revoked_at.is_(None))) == 0
            open_ones = select(func.count()).where(
                SignIn.person_id == member.id, SignIn.revoked_at.is_(None)
            )
            assert session.scalar(open_ones) == 1

    def test_a_new_password_from_the_administrator_ends_all_that_came_by_the_old(
        self, site: Site, council: Council, office: Person
    ) -> None:
        thief = site.browser(office)
        assert thief.get("/piechowice/biuro").status_code == 200
        admin = site.browser(_admin(site, council))
        post(admin, f"/piechowice/biuro/osoby/{office.id}/haslo", nowe=NEW)
        assert thief.get("/piechowice/biuro").status_code == 303
        assert csrf(admin)
        assert admin.get("/piechowice/biuro").status_code == 200


def _admin(site: Site, council: Council) -> Person:
    with site.parts.database.transaction() as session:
        person = people.add_person(
            session, site.acting, body_id=council.body.id, name="Jan", email="admin@b.pl"
        )
        for role in ("office", "administrator"):
            clerks.give_duty(session, site.acting, person=person, role=role)
    return person


def test_its_cookie_is_the_hosts_own(site: Site, office: Person) -> None:
    assert cookies.own_name("teczka_znana_x", secure=True) == "__Host-teczka_znana_x"
    answer = post(site.client, DOOR, email=office.email, password=PASSWORD)
    made = [each for each in answer.headers.get_list("set-cookie") if "teczka_znana_" in each]
    assert len(made) == 1
    for part in ("HttpOnly", "Path=/", "SameSite=lax"):
        assert part in made[0]
