"""Reading by programs: nothing is sent twice, and pages of other sites read what everyone may."""

import pytest
from starlette.testclient import TestClient

from docstore.services.documents import Owner
from tests.integration.api.conftest import HOME
from tests.integration.pages.conftest import Council, Site

ELSEWHERE = {"origin": "https://dane.example"}


class TestConditions:
    def test_what_one_has_is_not_sent_again_until_it_changes(
        self, site: Site, council: Council, office: TestClient, public: TestClient
    ) -> None:
        address = f"{HOME}/meetings"
        first = public.get(address)
        tag = {"if-none-match": first.headers["etag"]}
        assert first.headers["cache-control"] == "no-cache"
        same = public.get(address, headers=tag)
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["etag"] == first.headers["etag"]
        assert public.get(address, headers={"if-none-match": '"other"'}).status_code == 200
        site.upload(council, Owner(paper_id=site.paper(council).id), "projekt")
        site.publish(council)
        changed = public.get(address, headers=tag)
        assert changed.status_code == 200
        assert changed.json()["items"]
        assert office.get(address, headers=tag).status_code == 200, "another sees another list"

    def test_what_somebody_sees_is_kept_for_nobody_else(self, office: TestClient) -> None:
        answer = office.get(f"{HOME}/meetings")
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.headers["vary"] == "Accept, Authorization, Cookie"


class TestSharing:
    @pytest.mark.parametrize("path", ["", "/meetings", "/search?q=a", "/acts/x"])
    def test_pages_of_other_sites_read_what_everyone_may(
        self, public: TestClient, path: str
    ) -> None:
        answer = public.get(HOME + path, headers=ELSEWHERE)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "Link" in answer.headers["access-control-expose-headers"]
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert "access-control-allow-credentials" not in answer.headers

    def test_nothing_is_shared_of_what_somebody_asked(
        self, office: TestClient, public: TestClient
    ) -> None:
        asked = (
            office.get(f"{HOME}/meetings", headers=ELSEWHERE),
            public.get(f"{HOME}/meetings", headers={**ELSEWHERE, "cookie": "teczka_x=y"}),
            office.post(f"{HOME}/meetings", json={}, headers=ELSEWHERE),
            public.post(f"{HOME}/meetings", json={}, headers=ELSEWHERE),
            public.get("/piechowice", headers=ELSEWHERE),
        )
        for answer in asked:
            assert "access-control-allow-origin" not in answer.headers
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"

    def test_a_browser_that_asks_before_learns_that_it_may_read_without_a_token(
        self, public: TestClient
    ) -> None:
        before = {**ELSEWHERE, "access-control-request-method": "GET"}
        answer = public.options(f"{HOME}/versions/x/file", headers=before)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-methods"] == "GET, HEAD"
        assert "authorization" not in answer.headers["access-control-allow-headers"].lower()
        assert "Range" in answer.headers["access-control-allow-headers"]
