"""The same request sent again does its work once, whatever happened in between."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.app import create_app
from api.v1.once import REPLAYED
from docstore.models import Exclusion, KeptAnswer, Meeting, Packet, Version
from docstore.services import clerks, kept_answers, people, upkeep
from docstore.services.documents import Owner
from docstore.services.kept_answers import AnswerKey
from docstore.services.versions import Intake
from tests.integration.api.conftest import HOME
from tests.integration.api.test_interface import is_problem
from tests.integration.pages.conftest import Council, Site, make_installation

Sent = dict[str, Any]
STARTS = {"starts_at": "2026-12-10T10:00:00+01:00"}
STARTS_ASK: Sent = {"json": STARTS}


def _count(site: Site, kind: type[Any]) -> int:
    with site.parts.database.reading() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def _key(key: str) -> dict[str, str]:
    return {"idempotency-key": key}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def both(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Site, Council, TestClient]]:
    """Return an installation, its council and the office's program, on either record."""
    postgres = request.param == "postgresql"
    record = {"record": request.getfixturevalue("postgres_url")} if postgres else {}
    site = make_installation(tmp_path / "data", **record)
    council = site.found()
    client = TestClient(site.app, base_url="http://testserver")
    client.headers["authorization"] = f"Bearer {site.token(site.clerk(council), by='password')}"
    yield site, council, client
    site.parts.close()


def test_the_main_job_sent_twice_is_done_once(both: tuple[Site, Council, TestClient]) -> None:
    site, council, office = both
    paper = site.paper(council).id
    address = f"{HOME}/meetings/{council.meeting.id}"
    revision = office.get(address).json()["revision"]
    consideration = site.consideration(council).id

    def twice(key: str, path: str, **sent: Any) -> Any:
        first = office.post(path, headers=_key(key), **sent)
        assert first.is_success, first.text
        assert REPLAYED.lower() not in first.headers
        again = office.post(path, headers=_key(key), **sent)
        assert (again.status_code, again.text) == (first.status_code, first.text)
        assert again.headers[REPLAYED] == "true"
        return first.json() if first.text else None

    twice("spotkanie", f"{HOME}/meetings", json=STARTS)
    assert _count(site, Meeting) == 2
    ask = {"revision": revision, "items": [{"title": "Wolne wnioski"}]}
    draft = twice("punkt", f"{address}/items", json=ask)
    query = {"file_name": "projekt.txt", "paper_id": paper}
    version = twice("plik", f"{HOME}/documents", params=query, content=b"projekt")
    twice(
        "wersja",
        f"{HOME}/documents/{version['document_id']}/versions",
        params={"file_name": "projekt.txt"},
        content=b"projekt 2",
    )
    assert _count(site, Version) == 2
    site.work()
    packet = twice("pakiet", f"{address}/packets", json={"revision": draft["revision"]})
    assert _count(site, Packet) == 1
    site.work()
    twice(
        "znowu", f"{HOME}/packets/{packet['id']}/notices", json={"person_ids": [council.member.id]}
    )
    site.work()
    assert len(list(site.parts.settings.data_dir.rglob("*.eml"))) == 2
    adopted = {"outcome": "adopted", "number": "LIV/420/26"}
    office.put(f"{HOME}/considerations/{consideration}/outcome", json=adopted)
    twice("akt", f"{HOME}/papers/{paper}/publication", json={})
    said = {"scope": "dane", "legal_ground": "personal_data", "excluded_by": "Burmistrz"}
    twice("zdjecie", f"{HOME}/documents/{version['document_id']}/exclusions", json=said)
    assert _count(site, Exclusion) == 1


class TestKeys:
    def test_another_request_under_the_same_key_is_refused(
        self, site: Site, council: Council, office: TestClient
    ) -> None:
        query = {"file_name": "a.txt", "paper_id": site.paper(council).id}
        first = office.post(f"{HOME}/documents", params=query, content=b"a", headers=_key("k"))
        assert first.status_code == 201
        others: tuple[tuple[str, Sent], ...] = (
            ("documents", {"params": query, "content": b"b"}),
            ("documents", {"params": {**query, "file_name": "b.txt"}, "content": b"a"}),
            ("meetings", STARTS_ASK),
        )
        for path, sent in others:
            refused = office.post(f"{HOME}/{path}", headers=_key("k"), **sent)
            is_problem(refused, 422, "key_reused")
        assert (_count(site, Version), _count(site, Meeting)) == (1, 1)

    def test_a_key_is_its_owners_alone(
        self, site: Site, council: Council, office: TestClient
    ) -> None:
        with site.parts.database.transaction() as session:
            told = {"name": "Jan Biurowy", "email": "jan@piechowice.example"}
            other = people.add_person(session, site.acting, body_id=council.body.id, **told)
            clerks.give_duty(session, site.acting, person=other, role="office")
        theirs = {"authorization": f"Bearer {site.token(other, by='password')}"}
        made = {
            office.post(f"{HOME}/meetings", json=STARTS, headers=_key("k") | who).json()["id"]
            for who in ({}, theirs)
        }
        assert len(made) == 2

    def test_a_key_that_lost_its_rights_gives_nothing(
        self, site: Site, council: Council, office: TestClient
    ) -> None:
        assert office.post(f"{HOME}/meetings", json=STARTS, headers=_key("k")).status_code == 201
        member = {"authorization": f"Bearer {site.token(council.member, by='link')}", **_key("k")}
        refused = office.post(f"{HOME}/meetings", json=STARTS, headers=member)
        is_problem(refused, 403, "not_allowed")

    @pytest.mark.parametrize("key", ["", "x" * 256])
    def test_what_is_no_key_is_refused(self, office: TestClient, key: str) -> None:
        refused = office.post(f"{HOME}/meetings", json=STARTS, headers=_key(key))
        is_problem(refused, 422, "malformed")
        assert refused.json()["errors"][0]["field"] == "Idempotency-Key"

    def test_a_refusal_is_not_kept(self, site: Site, council: Council, office: TestClient) -> None:
        address = f"{HOME}/meetings/{council.meeting.id}/packets"
        ask = {"revision": office.get(f"{HOME}/meetings/{council.meeting.id}").json()["revision"]}
        is_problem(office.post(address, json=ask, headers=_key("k")), 409, "packet_empty")
        site.upload(council, Owner(paper_id=site.paper(council).id), "projekt")
        assert office.post(address, json=ask, headers=_key("k")).status_code == 201


class TestTime:
    def test_an_answer_survives_a_restart(
        self, site: Site, council: Council, office: TestClient
    ) -> None:
        query = {"file_name": "a.txt", "paper_id": site.paper(council).id}
        first = office.post(f"{HOME}/documents", params=query, content=b"a", headers=_key("k"))
        restarted = TestClient(create_app(site.parts), headers=dict(office.headers))
        again = restarted.post(f"{HOME}/documents", params=query, content=b"a", headers=_key("k"))
        assert again.json() == first.json()
        assert _count(site, Version) == 1

    def test_after_a_day_a_key_is_free_and_upkeep_erases_it(
        self, both: tuple[Site, Council, TestClient]
    ) -> None:
        site, council, _ = both
        key = AnswerKey(council.body.id, council.member.id, "k")
        now = site.clock.now()
        for at in (now, now + timedelta(hours=24, seconds=1)):
            with site.parts.database.transaction() as session:
                assert kept_answers.find(session, key, fingerprint="a", at=at) is None
                kept_answers.claim(session, key, fingerprint="a", at=at)
            with site.parts.database.reading() as session:
                later = at + timedelta(hours=24)
                assert kept_answers.find(session, key, fingerprint="a", at=later) is not None
        for hours, left in ((48, 1), (49, 0)):
            with site.parts.database.transaction() as session:
                upkeep.forget(session, at=now + timedelta(hours=hours))
            assert _count(site, KeptAnswer) == left


class TestProcesses:
    def test_an_upload_that_another_process_did_meanwhile_is_answered_as_done(
        self,
        site: Site,
        council: Council,
        office: TestClient,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Both have looked for an answer and found none; the other is the first to write."""
        version = site.upload(council, Owner(paper_id=site.paper(council).id), "projekt")
        other = TestClient(create_app(site.parts), headers=dict(office.headers))
        address = f"{HOME}/documents/{version.document_id}/versions"
        ask: Sent = {"params": {"file_name": "b.txt"}, "content": b"b", "headers": _key("k")}
        add, done = Intake.add_version, []

        def late(intake: Intake, *args: Any, **kwargs: Any) -> Version:
            monkeypatch.undo()
            done.append(other.post(address, **ask))
            return add(intake, *args, **kwargs)

        monkeypatch.setattr(Intake, "add_version", late)
        answer = office.post(address, **ask)
        assert (answer.status_code, done[0].status_code) == (201, 201)
        assert answer.json() == done[0].json()
        assert answer.headers[REPLAYED] == "true"
        assert _count(site, Version) == 2


class TestTogether:
    """Work and answer are in one transaction: whatever stops the one stops the other."""

    @pytest.mark.parametrize("what", ["meetings", "documents"])
    def test_without_its_answer_no_work_is_kept(
        self,
        site: Site,
        council: Council,
        office: TestClient,
        monkeypatch: pytest.MonkeyPatch,
        what: str,
    ) -> None:
        def stop(*_: Any, **__: Any) -> None:
            raise RuntimeError("stopped here")

        if what == "meetings":
            path, sent = f"{HOME}/meetings", STARTS_ASK
        else:
            query = {"file_name": "a.txt", "paper_id": site.paper(council).id}
            path, sent = f"{HOME}/documents", {"params": query, "content": b"a"}
        with monkeypatch.context() as patched:
            patched.setattr("api.v1.once.Once.keep", stop)
            with pytest.raises(RuntimeError, match="stopped here"):
                office.post(path, headers=_key("k"), **sent)
        assert (_count(site, Version), _count(site, Meeting), _count(site, KeptAnswer)) == (0, 1, 0)
        assert office.post(path, headers=_key("k"), **sent).status_code == 201

    def test_the_same_upload_at_the_same_time_is_told_to_wait(
        self, site: Site, council: Council, office: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        query = {"file_name": "a.txt", "paper_id": site.paper(council).id}
        other = TestClient(site.app, headers=dict(office.headers))
        add, busy = Intake.add_document, []

        def send(client: TestClient) -> Any:
            return client.post(f"{HOME}/documents", params=query, content=b"a", headers=_key("k"))

        def meanwhile(*args: Any, **named: Any) -> Version:
            busy.append(send(other))
            return add(*args, **named)

        monkeypatch.setattr(Intake, "add_document", meanwhile)
        first = send(office)
        assert first.status_code == 201
        is_problem(busy[0], 409, "request_under_way")
        assert int(busy[0].headers["retry-after"]) >= 1
        assert send(other).json() == first.json()
        assert _count(site, Version) == 1

    def test_another_process_that_was_first_wins(
        self, both: tuple[Site, Council, TestClient]
    ) -> None:
        site, council, _ = both
        key = AnswerKey(council.body.id, council.member.id, "k")
        now = site.clock.now()
        with site.parts.database.transaction() as session:
            kept_answers.claim(session, key, fingerprint="a" * 64, at=now)
        with (
            pytest.raises(Exception, match="request_under_way"),
            site.parts.database.transaction() as session,
        ):
            kept_answers.claim(session, key, fingerprint="a" * 64, at=now)
