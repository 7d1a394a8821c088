"""Tokens of programs: what they open, how each wrong one is told, and when their power ends."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from sqlalchemy import delete, func, select
from starlette.testclient import TestClient

from api.v1.access import SCOPES as ASKED
from docstore.models import ApiToken, Duty, LedgerEntry, Meeting, Person
from docstore.rules import api_token
from docstore.services import people, standings, tokens, upkeep
from docstore.services.documents import AudienceChoice, NewDocument, Owner
from docstore.services.tokens import PREPARE, PUBLISH, READ, SCOPES, UPLOAD
from tests.factories import NARROW, make_document_version
from tests.integration.api.conftest import HOME
from tests.integration.api.test_interface import is_problem
from tests.integration.pages.browsers import csrf, post
from tests.integration.pages.conftest import Council, Site

OWN = "/piechowice/konto/tokeny"
ALL = "/piechowice/biuro/osoby/tokeny"
DAY = timedelta(days=1)


@pytest.fixture
def clerk(site: Site, council: Council) -> Person:
    """Return a clerk of the council's office."""
    return site.clerk(council)


@pytest.fixture
def admin(site: Site, council: Council) -> Person:
    """Return the council's administrator."""
    return site.clerk(council, "office", "administrator")


def make(
    site: Site,
    person: Person,
    *scopes: str,
    by: str = "password",
    days: int = 90,
    is_for_body: bool = False,
) -> tuple[str, ApiToken]:
    with site.parts.database.transaction() as session:
        return tokens.make(
            session,
            site.acting,
            its=standings.standing(session, person, at=site.clock.now()),
            by=by,
            label="eksport",
            scopes=scopes or (READ,),
            days=days,
            is_for_body=is_for_body,
        )


def program(site: Site, token: str) -> TestClient:
    client = TestClient(site.app, base_url="http://testserver", follow_redirects=False)
    client.headers["authorization"] = f"Bearer {token}"
    return client


def shown(page: Any) -> str:
    """Return the token that a page shows."""
    document: html.HtmlElement = html.document_fromstring(page.text)
    return str(document.get_element_by_id("f-token").get("value"))


class TestForm:
    def test_its_checksum_tells_a_mistyped_one(self) -> None:
        token = api_token.new_token()
        assert api_token.PATTERN.fullmatch(token)
        assert api_token.is_well_formed(token)
        for place in range(len(api_token.PREFIX), len(token)):
            other = "x" if token[place] != "x" else "y"
            assert not api_token.is_well_formed(token[:place] + other + token[place + 1 :])
        assert not api_token.is_well_formed(token[:-1])
        assert not api_token.is_well_formed(token + "\n")

    def test_nothing_of_it_is_kept(self, site: Site, clerk: Person) -> None:
        token, _ = make(site, clerk)
        folder: Path = site.parts.settings.data_dir
        kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
        assert b"eksport" in kept
        assert token.encode() not in kept
        assert token[:-6].encode() not in kept


class TestRefusals:
    def test_each_wrong_one_is_told_apart(self, site: Site, clerk: Person) -> None:
        token, row = make(site, clerk, days=1)
        told = {
            "token_mistyped": f"{token[:-1]}{'x' if token[-1] != 'x' else 'y'}",
            "token_unknown": api_token.new_token(),
        }
        for code, wrong in told.items():
            self._refused(program(site, wrong), code)
        assert program(site, token).get(HOME).status_code == 200
        site.clock.move(DAY)
        self._refused(program(site, token), "token_expired")
        with site.parts.database.transaction() as session:
            tokens.revoke(session, site.acting, body_id=row.body_id, token_id=row.id)
        self._refused(program(site, token), "token_revoked")

    @staticmethod
    def _refused(client: TestClient, code: str) -> None:
        for verb, path in (("GET", ""), ("GET", "/meetings"), ("POST", "/meetings")):
            answer = client.request(verb, HOME + path)
            is_problem(answer, 401, code)
            assert answer.headers["www-authenticate"] == (
                f'Bearer realm="teczka", error="invalid_token", error_description="{code}"'
            )

    def test_whoever_sends_none_is_told_how_to(self, site: Site, council: Council) -> None:
        del council
        answer = site.browser().get(f"{HOME}/meetings/x/draft")
        is_problem(answer, 401, "sign_in_needed")
        assert answer.headers["www-authenticate"] == 'Bearer realm="teczka"'

    def test_in_both_languages(self, site: Site, clerk: Person) -> None:
        client = program(site, make(site, clerk, READ)[0])
        polish = client.post(f"{HOME}/meetings", json={}).json()["detail"]
        english = client.post(f"{HOME}/meetings", params={"jezyk": "en"}, json={}).json()["detail"]
        assert polish == "Ten token nie ma zakresu „prepare”. Utwórz taki, który go ma."
        assert english == "This token lacks the scope “prepare”. Make one that has it."


class TestScopes:
    @pytest.mark.parametrize("scope", SCOPES)
    def test_each_opens_its_own_verbs_and_no_other(
        self, site: Site, clerk: Person, scope: str
    ) -> None:
        client = program(site, make(site, clerk, scope)[0])
        verbs = {
            READ: ("GET", "/meetings"),
            UPLOAD: ("POST", "/documents?file_name=a.pdf&paper_id=x"),
            PREPARE: ("PATCH", "/documents/x"),
            PUBLISH: ("POST", "/papers/x/publication"),
        }
        for needed, (verb, path) in verbs.items():
            answer = client.request(verb, HOME + path, json={})
            if needed == scope:
                assert answer.status_code in {200, 404, 422}, (needed, answer.text)
                continue
            is_problem(answer, 403, "scope_missing")
            assert answer.headers["www-authenticate"] == (
                f'Bearer realm="teczka", error="insufficient_scope", scope="{needed}"'
            )

    def test_every_change_of_the_interface_asks_for_one(self, site: Site) -> None:
        described = site.app.openapi()["paths"]
        changes = {
            operation["operationId"].split("_api_")[0]
            for verbs in described.values()
            for verb, operation in verbs.items()
            if verb != "get"
        }
        assert changes == set(ASKED), "say in api/v1/access.py what a token needs for it"

    def test_no_page_is_opened_by_one(self, site: Site, admin: Person) -> None:
        client = program(site, make(site, admin, *SCOPES)[0])
        for page in (OWN, ALL, "/piechowice/biuro", "/piechowice/konto", "/piechowice/stan"):
            assert client.get(page).status_code == 303, page

    def test_nobody_gives_more_than_they_have(
        self, site: Site, council: Council, clerk: Person
    ) -> None:
        for person, by, scopes in (
            (council.member, "link", [UPLOAD]),
            (council.member, "password", [READ, PUBLISH]),
            (clerk, "link", [PREPARE]),
            (clerk, "password", ["everything"]),
            (clerk, "password", []),
        ):
            with pytest.raises(Exception, match="invalid_input"):
                make(site, person, *(scopes or ["none"]), by=by)
        with pytest.raises(Exception, match="not_allowed"):
            make(site, clerk, READ, is_for_body=True)

    @pytest.mark.parametrize("days", [0, -1, 366])
    def test_none_is_without_an_end(self, site: Site, clerk: Person, days: int) -> None:
        with pytest.raises(Exception, match="invalid_input"):
            make(site, clerk, days=days)


class TestRights:
    def test_a_councillors_reads_what_the_councillor_reads(
        self, site: Site, council: Council
    ) -> None:
        version = site.upload(council, Owner(paper_id=site.paper(council).id), "Tajne dla gości.")
        narrow = site.parts.intake.add_document(
            None,
            body_id=council.body.id,
            new=NewDocument(Owner(paper_id=site.paper(council).id), role="annex", audience=NARROW),
            file_name="opinia.txt",
            source=BytesIO(b"opinia"),
        )
        site.work()
        member = program(site, make(site, council.member, by="link")[0])
        guest = program(site, make(site, council.guest, by="link")[0])
        assert member.get(f"{HOME}/versions/{narrow.id}").status_code == 404, "not published yet"
        site.publish(council)
        assert member.get(f"{HOME}/versions/{version.id}").status_code == 200
        assert member.get(f"{HOME}/versions/{narrow.id}").status_code == 200
        assert guest.get(f"{HOME}/versions/{narrow.id}").status_code == 404
        assert member.get(f"{HOME}/meetings/{council.meeting.id}/draft").status_code == 403

    def test_a_councils_own_is_the_office_and_nobody_personally(
        self, site: Site, council: Council, admin: Person
    ) -> None:
        person = AudienceChoice(NARROW.kind.PERSONS, (admin.id,), ground="privacy")
        version = make_document_version(
            intake=site.parts.intake,
            body=council.body,
            owner=Owner(paper_id=site.paper(council).id),
            audience=person,
        )
        client = program(site, make(site, admin, *SCOPES, is_for_body=True)[0])
        assert client.get(f"{HOME}/meetings/{council.meeting.id}/draft").status_code == 200
        assert client.get(f"{HOME}/versions/{version.id}").status_code == 200

    def test_elsewhere_it_is_a_strangers(self, site: Site, clerk: Person) -> None:
        mirsk = site.found("mirsk")
        client = program(site, make(site, clerk, *SCOPES)[0])
        there = "/api/v1/bodies/mirsk"
        assert client.get(f"{there}/meetings").json()["items"] == []
        is_problem(client.post(f"{there}/meetings", json={}), 401, "sign_in_needed")
        for foreign in (mirsk.meeting.id, "0" * 16):
            is_problem(client.get(f"{HOME}/meetings/{foreign}/draft"), 404, "not_found")


def _leaves(site: Site, person: Person) -> None:
    with site.parts.database.transaction() as session:
        people.leave(session, site.acting, body_id=person.body_id, person_id=person.id)


def _loses_duty(site: Site, person: Person) -> None:
    with site.parts.database.transaction() as session:
        session.execute(delete(Duty).where(Duty.person_id == person.id))


class TestEnd:
    @pytest.mark.parametrize(
        ("loses", "is_for_body", "code"),
        [
            (_leaves, False, "token_revoked"),
            (_leaves, True, "token_revoked"),
            (_loses_duty, False, "not_allowed"),
            (_loses_duty, True, "token_revoked"),
        ],
    )
    def test_who_loses_the_right_loses_it_at_once(
        self,
        site: Site,
        admin: Person,
        loses: Callable[[Site, Person], None],
        is_for_body: bool,
        code: str,
    ) -> None:
        client = program(site, make(site, admin, *SCOPES, is_for_body=is_for_body)[0])
        ask = {"starts_at": "2026-12-10T10:00:00+01:00"}
        assert client.post(f"{HOME}/meetings", json=ask).status_code == 201
        loses(site, admin)
        refused = client.post(f"{HOME}/meetings", json=ask)
        is_problem(refused, 403 if code == "not_allowed" else 401, code)
        with site.parts.database.reading() as session:
            assert session.scalar(select(func.count(Meeting.id))) == 2

    def test_signing_a_person_out_everywhere_ends_them_too(
        self, site: Site, council: Council, admin: Person
    ) -> None:
        client = program(site, make(site, council.member, by="link")[0])
        assert client.get(HOME).status_code == 200
        post(site.browser(admin), f"/piechowice/biuro/osoby/{council.member.id}/wyloguj")
        is_problem(client.get(HOME), 401, "token_revoked")

    def test_they_are_forgotten_a_month_after_their_end(self, site: Site, clerk: Person) -> None:
        make(site, clerk, days=1)
        for days, left in ((30, 1), (2, 0)):
            site.clock.move(days * DAY)
            _keep_up(site)
            with site.parts.database.reading() as session:
                assert session.scalar(select(func.count(ApiToken.id))) == left


def _keep_up(site: Site) -> None:
    with site.parts.database.transaction() as session:
        upkeep.forget(session, at=site.clock.now())


class TestPages:
    def test_a_clerk_makes_one_and_it_is_shown_once(self, site: Site, clerk: Person) -> None:
        browser = site.browser(clerk)
        made = browser.post(
            OWN,
            data={
                "csrf": csrf(browser),
                "label": "eksport <b>BIP</b>",
                "scopes": [READ, UPLOAD],
                "days": "30",
            },
        )
        assert made.status_code == 200
        assert made.headers["cache-control"] == "no-store"
        token = shown(made)
        client = program(site, token)
        assert client.get(f"{HOME}/meetings").status_code == 200
        again = browser.get(OWN)
        assert token not in again.text
        assert f"(…{token[-4:]})" in again.text
        assert "eksport &lt;b&gt;BIP&lt;/b&gt;" in again.text
        assert "odczyt, dodawanie plików" in again.text
        assert "20.12.2026" in again.text
        assert again.text.count("20.11.2026") == 2, "made and last used today"

    def test_what_was_typed_wrong_is_told_in_its_place(self, site: Site, clerk: Person) -> None:
        browser = site.browser(clerk)
        for field, typed in (
            ("label", {"label": " ", "scopes": READ}),
            ("scopes", {"label": "x"}),
            ("days", {"label": "x", "scopes": READ, "days": "366"}),
            ("days", {"label": "x", "scopes": READ, "days": "-9e9"}),
        ):
            page = post(browser, OWN, **typed)
            assert page.status_code == 422
            assert f'href="#f-{field}"' in page.text
        with site.parts.database.reading() as session:
            assert session.scalar(select(func.count(ApiToken.id))) == 0

    def test_who_came_by_link_and_has_a_password_is_asked_for_it(
        self, site: Site, clerk: Person
    ) -> None:
        answer = site.browser(clerk, by="link").get(OWN)
        assert answer.headers["location"] == f"/piechowice/wejscie?dalej={OWN}"

    def test_each_revokes_their_own_and_the_administrator_everyones(
        self, site: Site, council: Council, admin: Person
    ) -> None:
        member, guest = council.member, council.guest
        rows = {who.id: make(site, who, by="link") for who in (member, guest)}
        browser, other = site.browser(admin), site.browser(guest, by="link")
        address = f"{OWN}/{rows[member.id][1].id}/uniewaznij"
        assert post(other, address).status_code == 404, "somebody else's"
        assert post(browser, address).status_code == 404, "not by this door"
        assert program(site, rows[member.id][0]).get(HOME).status_code == 200
        for who in (member, guest):
            assert who.name in browser.get(ALL).text
        post(browser, f"{ALL}/{rows[member.id][1].id}/uniewaznij")
        post(other, f"{OWN}/{rows[guest.id][1].id}/uniewaznij")
        for token, _ in rows.values():
            is_problem(program(site, token).get(HOME), 401, "token_revoked")

    def test_the_administrator_of_another_council_ends_none(
        self, site: Site, council: Council
    ) -> None:
        token, row = make(site, council.member, by="link")
        foreign = site.browser(site.clerk(site.found("mirsk"), "office", "administrator"))
        assert post(foreign, f"/mirsk/biuro/osoby/tokeny/{row.id}/uniewaznij").status_code in {
            403,
            404,
        }
        assert program(site, token).get(HOME).status_code == 200

    def test_the_administrator_makes_one_for_the_council(self, site: Site, admin: Person) -> None:
        made = post(site.browser(admin), ALL, label="EZD", scopes=PREPARE)
        client = program(site, shown(made))
        ask = {"starts_at": "2026-12-10T10:00:00+01:00"}
        assert client.post(f"{HOME}/meetings", json=ask).status_code == 201
        assert "rada; odpowiada Ewa Biurowa" in site.browser(admin).get(ALL).text

    def test_whom_the_record_is_about_sees_them(self, site: Site, council: Council) -> None:
        _, row = make(site, council.member, by="link")
        page = site.browser(council.member, by="link").get("/piechowice/moje/zapisy").text
        assert "Tokeny dla programów" in page
        assert row.ending in page


class TestLedger:
    def test_making_and_revoking_are_entries_of_ids_alone(self, site: Site, clerk: Person) -> None:
        token, row = make(site, clerk, READ, UPLOAD)
        with site.parts.database.transaction() as session:
            tokens.revoke(session, site.acting, body_id=row.body_id, token_id=row.id)
            tokens.revoke(session, site.acting, body_id=row.body_id, token_id=row.id)
        with site.parts.database.reading() as session:
            entries = [each.entry for each in session.scalars(select(LedgerEntry))]
        made = [entry for entry in entries if "token_made" in entry]
        revoked = [entry for entry in entries if "token_revoked" in entry]
        assert (len(made), len(revoked)) == (1, 1)
        assert row.id in made[0]
        assert row.id in revoked[0]
        for entry in (*made, *revoked):
            assert not re.search(rf"eksport|{clerk.name}|{token[7:20]}|{row.token_hash}", entry)
