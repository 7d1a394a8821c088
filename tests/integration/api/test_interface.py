"""The JSON interface: the main job by a program, and who sees what of it."""

import hashlib
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.security import cookies
from docstore.models import Version
from tests.integration.api.conftest import HOME
from tests.integration.pages.conftest import Council, Site

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def is_problem(answer: Any, status: int, code: str) -> None:
    """Check that an answer is a refusal of one shape."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"http://testserver/api/v1/problems/{code}"
    assert body["detail"]


def _upload(client: TestClient, data: bytes, **query: str | bool) -> Any:
    return client.post(f"{HOME}/documents", params=query, content=data)


class TestMainJob:
    def test_a_program_prepares_publishes_and_adopts(
        self, site: Site, office: TestClient, public: TestClient
    ) -> None:
        made = office.post(
            f"{HOME}/meetings",
            json={"starts_at": "2026-12-10T10:00:00+01:00", "place": "sala nr 7"},
        )
        assert made.status_code == 201, made.text
        meeting = made.json()
        assert (meeting["number"], meeting["packet_number"]) == (54, None)

        address = f"{HOME}/meetings/{meeting['id']}"
        draft = office.post(
            f"{address}/items",
            json={
                "revision": meeting["revision"],
                "items": [
                    {"title": "Otwarcie sesji"},
                    {"title": "Podjęcie uchwały w sprawie opłat", "druk": "15"},
                ],
            },
        ).json()
        paper = draft["items"][1]["papers"][0]
        assert paper["title"] == "w sprawie opłat"
        assert public.get(address).status_code == 404

        text = "Projekt uchwały: opłata targowa wynosi 5 zł.".encode()
        sent = _upload(
            office,
            text,
            file_name="projekt uchwały.txt",
            paper_id=paper["id"],
            role="main",
            sha256=hashlib.sha256(text).hexdigest(),
        )
        assert sent.status_code == 201, sent.text
        version = sent.json()
        assert (version["number"], version["size"]) == (1, len(text))
        site.work()
        assert office.get(f"{HOME}/search", params={"q": "targowej"}).json()["total"] == 1
        assert public.get(f"{HOME}/search", params={"q": "targowej"}).json()["total"] == 0
        assert public.get(f"{HOME}/versions/{version['id']}").status_code == 404
        assert public.get(f"{HOME}/papers/{paper['id']}").status_code == 404

        packet = office.post(f"{address}/packets", json={"revision": draft["revision"]})
        assert packet.status_code == 201, packet.text
        site.work()
        agenda = public.get(f"{address}/agenda").json()
        assert agenda["items"][1]["papers"][0]["files"][0]["version_id"] == version["id"]
        assert public.get(f"{HOME}/versions/{version['id']}/file").content == text
        deliveries = office.get(f"{HOME}/packets/{packet.json()['id']}/deliveries").json()["items"]
        assert {each["name"]: each["state"] for each in deliveries} == {
            "Anna Żółć": "accepted",
            "Jan Gość": "no_address",
        }
        assert all(each["opened_at"] is None for each in deliveries)

        outcome = office.put(
            f"{HOME}/considerations/{paper['consideration_id']}/outcome",
            json={
                "outcome": "adopted",
                "number": "LIV/420/26",
                "counts": {"in_favour": 14, "against": 0, "abstained": 1},
            },
        )
        assert outcome.json()["number"] == "LIV/420/26"
        act_address = f"{HOME}/acts/{paper['id']}"
        assert public.get(act_address).status_code == 404
        act = office.post(f"{HOME}/papers/{paper['id']}/publication", json={}).json()
        assert (act["number"], act["status"]) == ("LIV/420/26", "unknown")
        site.work()
        whole = public.get(act_address).json()
        assert whole["vote"]["in_favour"] == 14
        assert whole["vote"]["version_id"] == version["id"]
        hit = public.get(f"{HOME}/search", params={"q": "targową"}).json()["items"][0]
        assert hit["is_act"]
        assert "⟦targowa⟧" in hit["snippet"]

        gone = office.post(
            f"{HOME}/documents/{whole['documents'][0]['id']}/exclusions",
            json={
                "scope": "dane osobowe",
                "legal_ground": "personal_data",
                "excluded_by": "Burmistrz",
                "reason": "omyłka",
            },
        )
        assert gone.status_code == 201
        assert "omyłka" not in gone.text
        is_problem(public.get(act_address), 410, "gone")
        is_problem(public.get(f"{HOME}/versions/{version['id']}/file"), 410, "gone")
        assert public.get(f"{HOME}/search", params={"q": "targową"}).json()["total"] == 0
        assert public.get(f"{HOME}/acts").json()["items"] == []


class TestUpload:
    def test_a_new_version_of_a_document(
        self, site: Site, council: Council, office: TestClient
    ) -> None:
        paper = site.paper(council).id
        first = _upload(office, PDF, file_name="a.pdf", paper_id=paper).json()
        document = first["document_id"]
        address = f"{HOME}/documents/{document}/versions"
        second = office.post(address, params={"file_name": "a.pdf"}, content=PDF + b"%")
        assert (second.status_code, second.json()["number"]) == (201, 2)
        is_problem(
            office.post(address, params={"file_name": "a.pdf"}, content=PDF + b"%"),
            409,
            "same_bytes",
        )
        known = office.get(f"{HOME}/documents/{document}").json()
        assert [version["number"] for version in known["versions"]] == [2, 1]

    @pytest.mark.parametrize(
        ("data", "query", "status", "code"),
        [
            (b"", {"file_name": "a.pdf"}, 422, "file_empty"),
            (PDF, {"file_name": "a.pdf", "sha256": "0" * 64}, 422, "upload_broken"),
            (PDF, {"file_name": "a.pdf", "sha256": "zz"}, 422, "malformed"),
            (PDF, {}, 422, "malformed"),
            (PDF, {"file_name": "a.pdf", "role": "king"}, 422, "malformed"),
            (PDF, {"file_name": "a.pdf", "item_id": "0" * 16}, 422, "invalid_input"),
            (PDF, {"file_name": "a.pdf", "paper_id": "0" * 16}, 404, "not_found"),
        ],
    )
    def test_what_cannot_be_taken_is_refused_and_nothing_is_stored(
        self,
        site: Site,
        council: Council,
        office: TestClient,
        data: bytes,
        query: dict[str, str],
        status: int,
        code: str,
    ) -> None:
        is_problem(
            _upload(office, data, **{"paper_id": site.paper(council).id, **query}), status, code
        )
        with site.parts.database.reading() as session:
            assert session.query(Version).count() == 0
        assert list(site.parts.settings.spool_dir.iterdir()) == []

    def test_a_file_larger_than_allowed_is_refused_while_it_comes(
        self, site: Site, council: Council, office: TestClient
    ) -> None:
        object.__setattr__(site.parts.intake, "limit", 1 << 20)

        def endless() -> Any:
            for _ in range(32):
                yield b"x" * (1 << 16)

        answer = office.post(
            f"{HOME}/documents",
            params={"file_name": "a.pdf", "paper_id": site.paper(council).id},
            content=endless(),
        )
        is_problem(answer, 413, "file_too_large")
        assert list(site.parts.settings.spool_dir.iterdir()) == []


class TestAccess:
    CHANGES: tuple[tuple[str, str, Any], ...] = (
        ("post", "/meetings", {"starts_at": "2026-12-10T10:00:00+01:00"}),
        ("post", "/meetings/x/items", {"revision": 1, "items": [{"title": "a"}]}),
        ("post", "/meetings/x/packets", {"revision": 1}),
        ("patch", "/meetings/x", {"revision": 1}),
        ("post", "/meetings/x/cancellation", {"revision": 1, "reason": "awaria"}),
        ("patch", "/items/x", {"revision": 1, "title": "a"}),
        ("delete", "/items/x?revision=1", None),
        ("put", "/documents/x/removal", None),
        ("delete", "/documents/x/removal", None),
        ("post", "/packets/x/notices", {"person_ids": ["x"]}),
        ("patch", "/documents/x", {"title": "b"}),
        ("post", "/documents/x/exclusions", None),
        ("put", "/considerations/x/outcome", {"outcome": "rejected"}),
        ("post", "/papers/x/publication", {}),
        ("put", "/papers/x/status", {"status": "unknown"}),
        ("post", "/documents?file_name=a.pdf&paper_id=x", None),
        ("post", "/documents/x/versions?file_name=a.pdf", None),
    )

    @pytest.mark.parametrize(("verb", "path", "body"), CHANGES)
    def test_a_browser_without_proof_changes_nothing(
        self, site: Site, council: Council, verb: str, path: str, body: Any
    ) -> None:
        clerk = site.browser(site.clerk(council))
        is_problem(clerk.request(verb, HOME + path, json=body), 403, "form_expired")

    @pytest.mark.parametrize(("verb", "path", "body"), CHANGES)
    def test_a_stranger_changes_nothing(
        self, public: TestClient, verb: str, path: str, body: Any
    ) -> None:
        headers = {"authorization": "Bearer nobody"}
        answer = public.request(verb, HOME + path, json=body, headers=headers)
        is_problem(answer, 401, "token_unknown")
        is_problem(public.request(verb, HOME + path, json=body), 403, "form_expired")

    @pytest.mark.parametrize(("verb", "path", "body"), CHANGES)
    def test_a_councillor_changes_nothing(
        self, site: Site, council: Council, verb: str, path: str, body: Any
    ) -> None:
        headers = {"authorization": f"Bearer {site.token(council.member, by='link')}"}
        answer = site.browser().request(verb, HOME + path, json=body, headers=headers)
        is_problem(answer, 403, "not_allowed")

    def test_a_browser_with_proof_may(self, site: Site, council: Council) -> None:
        clerk = site.browser(site.clerk(council))
        clerk.get("/piechowice/biuro")
        proof = clerk.cookies.get(cookies._CSRF)
        answer = clerk.post(
            f"{HOME}/meetings",
            json={"starts_at": "2026-12-10T10:00:00+01:00"},
            headers={"x-csrf-token": str(proof)},
        )
        assert answer.status_code == 201

    def test_a_header_that_is_wrong_is_never_made_good_by_a_cookie(
        self, site: Site, council: Council
    ) -> None:
        clerk = site.browser(site.clerk(council))
        answer = clerk.post(
            f"{HOME}/meetings",
            json={"starts_at": "2026-12-10T10:00:00+01:00"},
            headers={"authorization": "Bearer wrong"},
        )
        is_problem(answer, 401, "token_unknown")

    def test_a_header_signs_in_for_the_interface_alone(self, site: Site, council: Council) -> None:
        headers = {"authorization": f"Bearer {site.token(site.clerk(council), by='password')}"}
        assert site.browser().get("/piechowice/biuro", headers=headers).status_code == 303


class TestStrangers:
    @pytest.mark.parametrize(
        "kind", ["meetings", "papers", "documents", "versions", "acts", "meetings/{}/agenda"]
    )
    @pytest.mark.parametrize("bad", ["x", "0" * 16, "%00", "a" * 300, "ąęż"])
    def test_an_id_that_is_none_is_not_found(self, public: TestClient, kind: str, bad: str) -> None:
        path = kind.format(bad) if "{}" in kind else f"{kind}/{bad}"
        assert public.get(f"{HOME}/{path}").status_code == 404

    def test_another_councils_things_are_not_found(
        self, site: Site, council: Council, office: TestClient
    ) -> None:
        act = site.act(
            council, number="I/1/2020", title="w sprawie", text="Tekst.", day=date(2020, 1, 2)
        )
        site.found("mirsk")
        other = "/api/v1/bodies/mirsk"
        assert office.get(f"{HOME}/acts/{act.id}").status_code == 200
        assert office.get(f"{other}/acts/{act.id}").status_code == 404
        assert office.get(f"{other}/papers/{act.id}").status_code == 404
        assert office.get(f"{other}/meetings/{council.meeting.id}").status_code == 404
        assert office.get(f"{other}/search", params={"q": "Tekst"}).json()["total"] == 0
        is_problem(
            office.get(f"{other}/meetings/{council.meeting.id}/draft"), 401, "sign_in_needed"
        )

    def test_a_council_that_is_none_is_not_found(self, public: TestClient) -> None:
        is_problem(public.get("/api/v1/bodies/nigdzie"), 404, "not_found")
        is_problem(public.get("/api/v1/nowhere"), 404, "no_such_address")


class TestLists:
    def test_pages_follow_each_other_without_gap_or_repeat(
        self, site: Site, council: Council, public: TestClient
    ) -> None:
        wanted = [
            site.act(
                council,
                number=f"I/{number}/2020",
                title=f"w sprawie {number}",
                text="Tekst.",
                day=date(2020, 1, 1 + number // 2),
            ).id
            for number in range(1, 6)
        ]
        seen: list[str] = []
        after = None
        for _ in range(10):
            query = {"limit": 2} | ({"after": after} if after else {})
            page = public.get(f"{HOME}/acts", params=query).json()
            seen += [act["id"] for act in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert sorted(seen) == sorted(wanted)
        found = public.get(f"{HOME}/search", params={"limit": 3}).json()
        rest = public.get(f"{HOME}/search", params={"limit": 3, "after": found["next"]}).json()
        assert len({hit["version_id"] for hit in found["items"] + rest["items"]}) == 5
        assert rest["next"] is None

    def test_the_office_lists_drafts_and_others_do_not(
        self, council: Council, office: TestClient, public: TestClient
    ) -> None:
        (draft,) = office.get(f"{HOME}/meetings").json()["items"]
        assert (draft["id"], draft["packet_number"]) == (council.meeting.id, None)
        assert public.get(f"{HOME}/meetings").json() == {"items": [], "next": None}

    @pytest.mark.parametrize(
        "query",
        ["limit=0", "limit=101", "limit=x", "year=abc", "year=99999999999999999999", "sort=love"],
    )
    def test_a_question_that_is_none_is_refused(self, public: TestClient, query: str) -> None:
        is_problem(public.get(f"{HOME}/search?{query}"), 422, "malformed")

    @pytest.mark.parametrize("after", ["-1", "x", "99999999999999", "١"])
    def test_a_place_that_is_none_is_refused(self, public: TestClient, after: str) -> None:
        is_problem(public.get(f"{HOME}/search", params={"after": after}), 422, "invalid_input")
        is_problem(public.get(f"{HOME}/acts", params={"after": after}), 422, "invalid_input")

    @pytest.mark.parametrize("q", ["((((", '"', "rok:", "NIE", "* ~ -", "\x00", "𝕏" * 500])
    def test_any_words_are_searched_for(self, public: TestClient, q: str) -> None:
        assert public.get(f"{HOME}/search", params={"q": q}).status_code == 200


class TestEditing:
    def test_an_agenda_seen_too_long_ago_is_not_overwritten(
        self, council: Council, office: TestClient
    ) -> None:
        address = f"{HOME}/meetings/{council.meeting.id}"
        draft = office.get(f"{address}/draft").json()
        ask = {"revision": draft["revision"], "items": [{"title": "Wolne wnioski"}]}
        assert office.post(f"{address}/items", json=ask).status_code == 201
        is_problem(office.post(f"{address}/items", json=ask), 409, "edit_conflict")

    def test_an_empty_packet_is_refused(self, council: Council, office: TestClient) -> None:
        address = f"{HOME}/meetings/{council.meeting.id}"
        revision = office.get(address).json()["revision"]
        refused = office.post(f"{address}/packets", json={"revision": revision})
        is_problem(refused, 409, "packet_empty")

    def test_what_is_left_out_of_a_change_stays(
        self, site: Site, council: Council, office: TestClient
    ) -> None:
        sent = _upload(
            office, PDF, file_name="opinia.pdf", paper_id=site.paper(council).id, role="opinion"
        ).json()
        document = sent["document_id"]
        changed = office.patch(f"{HOME}/documents/{document}", json={"title": "Opinia komisji"})
        assert changed.json()["title"] == "Opinia komisji"
        assert changed.json()["role"] == "opinion"
        narrow = {"audience": "members"}
        is_problem(office.patch(f"{HOME}/documents/{document}", json=narrow), 422, "invalid_input")

    def test_a_field_that_is_not_known_is_refused(
        self, council: Council, office: TestClient
    ) -> None:
        address = f"{HOME}/meetings/{council.meeting.id}/packets"
        is_problem(office.post(address, json={"revison": 1}), 422, "malformed")
