"""“Wyślij mi nowy link”: the same answer for everybody, a mail for recipients alone."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from sqlalchemy import event, select

from delivery.channels.mailbox import MailboxMailer
from docstore.models import Link, Person
from docstore.services import people
from tests.integration.pages.browsers import DOOR, csrf, make_link, post, press, rows
from tests.integration.pages.conftest import Council, Site
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("council")


class TestANewLink:
    def test_a_used_one_offers_another(self, site: Site, council: Council) -> None:
        link = make_link(site, council.member, meeting=council.meeting)
        press(site, link)
        visitor = Visitor(site.browser()).open(link)
        assert visitor.status == HTTPStatus.GONE
        assert "Ten link został już użyty albo stracił ważność" in visitor.text
        assert "Anna" not in visitor.text, "an old link tells nothing of its person"
        visitor.send("/wejscie/nowy-link", {"email": council.member.email})
        assert "Sprawdź pocztę" in visitor.text
        site.work()
        mailer = site.parts.mailer
        assert isinstance(mailer, MailboxMailer)
        (letter,) = mailer.list()
        found = re.search(r"http://testserver(/\S+/link/\S+)", letter.text)
        assert found
        assert press(site, found[1]).headers["location"].endswith(council.meeting.id)

    def test_it_lasts_a_quarter_of_an_hour(self, site: Site, council: Council) -> None:
        post(site.client, f"{DOOR}/nowy-link", email=council.member.email)
        site.work()
        with site.parts.database.reading() as session:
            link = session.scalars(select(Link)).one()
        assert link.expires_at - link.created_at == timedelta(minutes=15)

    def test_known_and_unknown_addresses_get_the_same_answer(
        self, site: Site, council: Council
    ) -> None:
        def asked(email: str) -> tuple[int, str, dict[str, str], int]:
            client = site.browser()
            proof, before = csrf(client), rows(site)["outbox_message"]
            answer = client.post(f"{DOOR}/nowy-link", data={"csrf": proof, "email": email})
            its_own = {"content-length", "x-request-id"}
            headers = {k: v for k, v in answer.headers.items() if k not in its_own}
            text = answer.text.replace(proof, "PROOF").replace(email, "ADDRESS")
            return answer.status_code, text, headers, rows(site)["outbox_message"] - before

        known, unknown = asked(council.member.email), asked("nikt@piechowice.example")
        assert known == unknown
        assert known[0] == 200

    def test_they_cost_the_same_work(self, site: Site, council: Council, office: Person) -> None:
        done: list[str] = []

        def asked(email: str) -> list[str]:
            client = site.browser()
            proof = csrf(client)
            done.clear()
            client.post(f"{DOOR}/nowy-link", data={"csrf": proof, "email": email})
            return list(done)

        engine = site.parts.database.engine
        event.listen(engine, "before_cursor_execute", lambda *said: done.append(said[2]))
        unknown = asked("nikt@piechowice.example")
        assert unknown
        for person in (council.member, office):  # one who is sent packets, one who is not
            assert asked(person.email) == unknown

    def test_a_stranger_gets_no_mail(self, site: Site) -> None:
        post(site.client, f"{DOOR}/nowy-link", email="nikt@piechowice.example")
        site.work()
        assert _letters(site) == []

    def test_a_clerk_who_receives_nothing_gets_no_mail(self, site: Site, office: Person) -> None:
        post(site.client, f"{DOOR}/nowy-link", email=office.email)
        site.work()
        assert _letters(site) == []

    def test_who_left_gets_no_mail(self, site: Site, council: Council) -> None:
        with site.parts.database.transaction() as session:
            people.leave(session, site.acting, body_id=council.body.id, person_id=council.member.id)
        post(site.client, f"{DOOR}/nowy-link", email=council.member.email)
        site.work()
        assert _letters(site) == []

    def test_capitals_and_spaces_do_not_matter(self, site: Site, council: Council) -> None:
        post(site.client, f"{DOOR}/nowy-link", email=f" {council.member.email.upper()} ")
        site.work()
        assert _letters(site) == [council.member.email]

    @pytest.mark.parametrize("whose", ["nothing", "foreign"])
    def test_a_meeting_that_is_not_the_councils_is_left_out(
        self, site: Site, council: Council, whose: str
    ) -> None:
        meeting_id = site.found("mirsk").meeting.id if whose == "foreign" else "nothing"
        post(
            site.client,
            f"{DOOR}/nowy-link",
            email=council.member.email,
            posiedzenie=meeting_id,
        )
        site.work()
        with site.parts.database.reading() as session:
            assert session.scalars(select(Link.meeting_id)).one() is None

    def test_one_mailbox_cannot_be_flooded(self, site: Site, council: Council) -> None:
        statuses = [
            post(site.client, f"{DOOR}/nowy-link", email=council.member.email).status_code
            for _ in range(6)
        ]
        assert statuses == [200] * 5 + [429]
        site.clock.move(timedelta(minutes=16))
        assert post(site.client, f"{DOOR}/nowy-link", email="x@y.pl").status_code == 200

    def test_the_limit_does_not_tell_known_from_unknown(self, site: Site) -> None:
        for _ in range(5):
            post(site.client, f"{DOOR}/nowy-link", email="nikt@piechowice.example")
        refused = post(site.client, f"{DOOR}/nowy-link", email="nikt@piechowice.example")
        assert refused.status_code == 429
        assert "Zajrzyj do poczty" in refused.text
        assert "Następny wyślemy najwcześniej za 15" in refused.text
        assert refused.headers["retry-after"] == "900"


def _letters(site: Site) -> list[str]:
    mailer = site.parts.mailer
    assert isinstance(mailer, MailboxMailer)
    return [letter.to_address for letter in mailer.list()]
