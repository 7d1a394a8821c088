"""The link from a mail: opening it does nothing, its button signs in once, as a recipient."""

import re
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from delivery.channels.mailbox import MailboxMailer
from docstore.models import Link, Meeting, SignIn
from docstore.services import bodies, clerks, organizations, people, signins
from docstore.services.bodies import BodyDetails
from docstore.services.documents import Owner
from tests.integration.pages.browsers import DOOR, csrf, make_link, post, press, rows
from tests.integration.pages.conftest import Council, Site
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("council")


class TestOpeningALink:
    def test_a_mail_scanner_spends_and_records_nothing(self, site: Site, council: Council) -> None:
        link, before = make_link(site, council.member, meeting=council.meeting), rows(site)
        scanner = site.browser()
        for _ in range(5):
            assert scanner.get(link).status_code == 200
            assert scanner.head(link).status_code == 200
            scanner.cookies.clear()
            assert scanner.options(link).status_code == 405
            assert scanner.post(link).status_code == 403, "no form, no sign-in"
        assert rows(site) == before
        person = press(site, link)
        assert person.headers["location"] == f"/piechowice/moje/{council.meeting.id}"

    def test_the_page_says_whom_it_signs_in_and_where(self, site: Site, council: Council) -> None:
        page = Visitor(site.client).open(make_link(site, council.member, meeting=council.meeting))
        assert "Ten przycisk zaloguje na tym urządzeniu: Anna Żółć." in page.text
        assert "czwartek, 26 listopada 2026, godz. 10:00" in page.text

    @pytest.mark.parametrize("state", ["fresh", "used", "unknown"])
    def test_its_address_is_kept_nowhere(self, site: Site, council: Council, state: str) -> None:
        link = make_link(site, council.member) if state != "unknown" else f"{DOOR}/link/nothing"
        if state == "used":
            press(site, link)
        client = site.browser()
        for answer in (client.get(link), client.head(link), client.post(link), post(client, link)):
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"

    def test_no_log_holds_the_token(
        self, site: Site, council: Council, capfd: pytest.CaptureFixture[str]
    ) -> None:
        link = make_link(site, council.member)
        token = link.rpartition("/")[2]
        with capture_logs() as logs:
            client = site.browser()
            client.get(link)
            client.post(link)
            press(site, link, client)
            client.get(link)
            client.get(f"/mirsk/wejscie/link/{token}")
        assert {entry.get("route") for entry in logs} == {"/{slug}/wejscie/link/{token}"}, (
            "the pattern alone is logged"
        )
        printed = capfd.readouterr()
        for text in (str(logs), printed.out, printed.err):
            assert token not in text

    def test_the_record_keeps_the_hash_alone(self, site: Site, council: Council) -> None:
        token = make_link(site, council.member).rpartition("/")[2]
        site.parts.database.dispose()
        folder = site.parts.settings.data_dir
        assert all(
            token.encode() not in path.read_bytes() for path in folder.glob("record.sqlite3*")
        )

    def test_the_mail_of_a_packet_holds_a_link_that_works(
        self, site: Site, council: Council
    ) -> None:
        site.upload(council, Owner(paper_id=site.paper(council).id), "Projekt uchwały.")
        site.publish(council)
        mailer = site.parts.mailer
        assert isinstance(mailer, MailboxMailer)
        letter = next(each for each in mailer.list() if each.to_address == council.member.email)
        found = re.search(r"http://testserver(/piechowice/wejscie/link/\S+)", letter.text)
        assert found
        visitor = Visitor(site.client).open(found[1])
        visitor.send(urlsplit(found[1]).path)
        assert visitor.address.endswith(f"/piechowice/moje/{council.meeting.id}")
        assert visitor.status == 200


class TestSpendingALink:
    def test_it_signs_in_once(self, site: Site, council: Council) -> None:
        link = make_link(site, council.member)
        client = site.browser()
        assert press(site, link, client).headers["location"] == "/piechowice/moje"
        assert client.get("/piechowice/moje").status_code == 200
        again = press(site, link)
        assert again.headers["location"] == link, "back to the page that offers another"
        assert "teczka_" + council.body.id not in again.cookies

    def test_of_two_presses_at_once_one_signs_in(self, site: Site, council: Council) -> None:
        link, start, answers = make_link(site, council.member), threading.Barrier(2), []

        def race() -> None:
            client = TestClient(site.app, base_url="http://testserver", follow_redirects=False)
            proof = csrf(client)
            start.wait(timeout=10)
            answers.append(client.post(link, data={"csrf": proof}).headers["location"])

        threads = [threading.Thread(target=race) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert sorted(answers) == sorted(["/piechowice/moje", link])
        assert rows(site)["sign_in"] == 1

    def test_the_cookie_is_for_this_host_and_no_script(self, site: Site, council: Council) -> None:
        cookie = press(site, make_link(site, council.member)).headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Domain" not in cookie
        assert f"Max-Age={90 * 24 * 3600}" in cookie

    def test_a_tablet_stays_signed_in_for_90_days(self, site: Site, council: Council) -> None:
        client = site.browser()
        press(site, make_link(site, council.member), client)
        for _ in range(89):
            site.clock.move(timedelta(days=1))
            assert client.get("/piechowice/moje").status_code == 200
        site.clock.move(timedelta(days=1))
        assert client.get("/piechowice/moje").status_code == 303

    def test_a_token_that_somebody_planted_before_is_worth_nothing(
        self, site: Site, council: Council
    ) -> None:
        name, victim, attacker = f"teczka_{council.body.id}", site.browser(), site.browser()
        for client in (victim, attacker):
            client.cookies.set(name, "planted", domain="testserver.local")
        given = press(site, make_link(site, council.member), victim).cookies[name]
        assert given != "planted"
        assert attacker.get("/piechowice/moje").status_code == 303

    def test_signing_in_ends_the_sign_in_that_the_browser_had(
        self, site: Site, council: Council
    ) -> None:
        client = site.browser()
        press(site, make_link(site, council.member), client)
        press(site, make_link(site, council.guest), client)
        with site.parts.database.reading() as session:
            open_ = session.scalars(select(SignIn.person_id).where(SignIn.revoked_at.is_(None)))
            assert list(open_) == [council.guest.id]

    def test_a_browser_signed_in_as_that_person_goes_straight_on_and_spends_nothing(
        self, site: Site, council: Council
    ) -> None:
        client = site.browser(council.member, by="link")
        link = make_link(site, council.member, meeting=council.meeting)
        before = rows(site)
        answer = client.get(link)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/piechowice/moje/{council.meeting.id}"
        assert rows(site) == before

    def test_a_browser_signed_in_as_somebody_else_is_asked(
        self, site: Site, council: Council
    ) -> None:
        client = site.browser(council.guest, by="link")
        page = client.get(make_link(site, council.member))
        assert page.status_code == 200
        assert "Anna Żółć" in page.text

    def test_it_gives_a_recipients_rights_even_to_an_administrator(
        self, site: Site, council: Council
    ) -> None:
        with site.parts.database.transaction() as session:
            for role in ("office", "administrator"):
                clerks.give_duty(session, site.acting, person=council.member, role=role)
        client = site.browser()
        press(site, make_link(site, council.member), client)
        assert client.get("/piechowice/moje").status_code == 200
        for page in ("biuro", "biuro/osoby", "stan", "pierwsze-kroki"):
            answer = client.get(f"/piechowice/{page}")
            assert answer.status_code == 303
            assert answer.headers["location"] == f"{DOOR}?dalej=/piechowice/{page}"
        visitor = Visitor(client).open("/piechowice/biuro")
        assert "Zaloguj hasłem" in str(
            visitor.page.text_content() if visitor.page is not None else ""
        )
        assert post(client, "/piechowice/biuro/komisje", committee="Nowa").status_code == 303
        with site.parts.database.reading() as session:
            assert len(organizations.organizations(session, council.body.id)) == 1


class TestValidity:
    @pytest.mark.parametrize(
        ("zone", "starts_at", "ends_at"),
        [
            # An ordinary day in winter: midnight in Warsaw is 23:00 UTC.
            ("Europe/Warsaw", "2026-11-26T09:00+00:00", "2026-11-27T23:00+00:00"),
            ("Europe/Warsaw", "2026-06-25T08:00+00:00", "2026-06-26T22:00+00:00"),
            # Late in the evening UTC is still the day before, or already the next one.
            ("Europe/Warsaw", "2026-06-25T22:30+00:00", "2026-06-27T22:00+00:00"),
            ("America/New_York", "2026-11-27T01:00+00:00", "2026-11-28T05:00+00:00"),
            # Clocks go back on 25 October and forward on 28 March, between the meeting and the end.
            ("Europe/Warsaw", "2026-10-24T08:00+00:00", "2026-10-25T23:00+00:00"),
            ("Europe/Warsaw", "2027-03-27T09:00+00:00", "2027-03-28T22:00+00:00"),
        ],
    )
    def test_a_notices_link_lasts_until_the_end_of_the_next_day_there(
        self, zone: str, starts_at: str, ends_at: str
    ) -> None:
        meeting = Meeting(starts_at=datetime.fromisoformat(starts_at))
        expires = signins.notice_link_expires(meeting, ZoneInfo(zone))
        assert expires.astimezone(UTC) == datetime.fromisoformat(ends_at)
        assert expires.astimezone(ZoneInfo(zone)).time().isoformat() == "00:00:00"

    def test_the_link_of_a_mail_works_until_then_and_not_after(
        self, site: Site, council: Council
    ) -> None:
        with site.parts.database.transaction() as session:
            body = bodies.find_body(session, "piechowice")
            assert body is not None
            details = BodyDetails(
                name=body.name, slug=body.slug, kind="miasto", time_zone="Europe/Warsaw"
            )
            bodies.change_body(session, site.acting, body, details)
        site.upload(council, Owner(paper_id=site.paper(council).id), "Projekt.")
        site.publish(council)
        with site.parts.database.reading() as session:
            expires = session.scalars(select(Link.expires_at)).first()
        assert expires == datetime(2026, 11, 27, 23, 0, tzinfo=UTC)

    def test_after_that_it_is_old(self, site: Site, council: Council) -> None:
        link = make_link(site, council.member, hours=1)
        site.clock.move(timedelta(minutes=59))
        assert site.client.get(link).status_code == 200
        site.clock.move(timedelta(minutes=1))
        assert site.client.get(link).status_code == 410
        assert press(site, link).headers["location"] == link

    def test_who_left_cannot_use_it(self, site: Site, council: Council) -> None:
        link = make_link(site, council.member)
        with site.parts.database.transaction() as session:
            people.leave(session, site.acting, body_id=council.body.id, person_id=council.member.id)
        assert site.client.get(link).status_code == 410
        assert press(site, link).headers["location"] == link

    def test_it_is_of_one_council_alone(self, site: Site, council: Council) -> None:
        site.found("mirsk")
        link = make_link(site, council.member).replace("piechowice", "mirsk")
        assert site.client.get(link).status_code == 404
        assert post(site.client, link).status_code == 404
