"""Every refusal of the interface has one shape (RFC 9457), two languages, and a page about it."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from lxml import html
from starlette.testclient import TestClient

from api.errors import codes
from api.negotiation import accepts, preferred_language
from api.security.limits import Bucket
from docstore.errors import RecordUnavailable
from docstore.services import meetings
from docstore.services.documents import Owner
from tests.integration.api.conftest import HOME
from tests.integration.pages.conftest import Council, Site

JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Case:
    """A request that is refused before the record is asked, and how."""

    method: str
    path: str
    status: int
    code: str
    sent: dict[str, Any] = field(default_factory=dict)


CASES = (
    Case("GET", "/api", 404, "not_found"),
    Case("GET", "/api/", 404, "no_such_address"),
    Case("GET", "/api/v2/bodies", 404, "no_such_address"),
    Case("GET", f"{HOME}/nowhere", 404, "no_such_address"),
    Case("GET", f"{HOME}/meetings/", 404, "no_such_address"),
    Case("GET", "/api/v1/bodies/nigdzie", 404, "not_found"),
    Case("GET", "/api/v1/problems/none", 404, "not_found"),
    Case("DELETE", f"{HOME}/meetings", 405, "method_not_allowed"),
    Case("GET", f"{HOME}/meetings", 406, "not_acceptable", {"headers": {"accept": "text/csv"}}),
    Case("GET", f"{HOME}/search?limit=0", 422, "malformed"),
    Case("POST", f"{HOME}/meetings", 415, "unsupported_media_type", {"data": {"a": "b"}}),
    Case("POST", f"{HOME}/meetings", 415, "unsupported_media_type", {"files": {"a": b"b"}}),
    Case("POST", f"{HOME}/documents", 415, "unsupported_media_type", {"files": {"a": b"b"}}),
    Case("POST", f"{HOME}/meetings", 400, "malformed_json", {"content": b"{", "headers": JSON}),
    Case("POST", f"{HOME}/meetings", 400, "malformed_json", {"content": b"\xff", "headers": JSON}),
    Case("POST", f"{HOME}/meetings", 422, "malformed", {"json": []}),
    Case("POST", f"{HOME}/meetings", 422, "malformed", {"json": {}}),
)


def _told(answer: Any) -> dict[str, Any]:
    """Return a refusal after checking what all of them have in common."""
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert set(body) - {"errors"} == {"type", "title", "status", "detail", "code", "request_id"}
    assert body["status"] == answer.status_code
    assert body["type"] == f"http://testserver/api/v1/problems/{body['code']}"
    assert codes()[body["code"]][0] == answer.status_code
    return body


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.method} {case.code}")
def test_a_refusal_has_the_one_shape(office: TestClient, case: Case) -> None:
    answer = office.request(case.method, case.path, **case.sent)
    body = _told(answer)
    assert (answer.status_code, body["code"]) == (case.status, case.code)
    assert answer.headers["content-language"] == "pl"
    english = office.request(
        case.method,
        case.path,
        **{**case.sent, "headers": {**case.sent.get("headers", {}), "accept-language": "en"}},
    )
    assert english.headers["content-language"] == "en"
    assert english.json()["detail"] != body["detail"]


def test_every_field_that_is_wrong_is_named_with_its_reason(office: TestClient) -> None:
    items = [{"title": "a"}, {"title": "b" * 2001, "depth": 3}, {"tytuł": "c"}]
    answer = office.post(f"{HOME}/meetings/x/items", json={"items": items})
    assert {(each["field"], each["code"]) for each in _told(answer)["errors"]} == {
        ("revision", "missing"),
        ("items.1.title", "string_too_long"),
        ("items.1.depth", "less_than_equal"),
        ("items.2.title", "missing"),
        ("items.2.tytuł", "extra_forbidden"),
    }
    assert answer.json()["errors"][0]["detail"] == "To pole trzeba wypełnić."


def test_a_field_that_the_record_refuses_is_named_too(office: TestClient) -> None:
    ask = {"starts_at": "2026-12-10T10:00:00+01:00", "ends_at": "2026-12-10T09:00:00+01:00"}
    answer = office.post(f"{HOME}/meetings", json=ask)
    (error,) = _told(answer)["errors"]
    assert (error["field"], error["code"]) == ("ends_at", "order")


def test_an_address_names_every_method_it_has(public: TestClient) -> None:
    answer = public.delete(f"{HOME}/meetings", headers={"authorization": "Bearer x"})
    assert answer.headers["allow"] == "GET, POST"


def test_a_refused_sign_in_says_how_to_sign_in(public: TestClient) -> None:
    answer = public.get(f"{HOME}/meetings/x/draft")
    assert _told(answer)["code"] == "sign_in_needed"
    assert answer.headers["www-authenticate"] == 'Bearer realm="teczka"'


def test_a_range_beyond_the_end_tells_the_size(
    site: Site, council: Council, public: TestClient
) -> None:
    version = site.upload(council, Owner(paper_id=site.paper(council).id), "tekst")
    site.publish(council)
    answer = public.get(f"{HOME}/versions/{version.id}/file", headers={"range": "bytes=5-"})
    assert _told(answer)["code"] == "range_not_satisfiable"
    assert answer.headers["content-range"] == "bytes */5"


def test_whoever_asks_too_fast_is_told_when_to_come_back(site: Site, public: TestClient) -> None:
    site.app.state.search_limit = Bucket(rate=0.01, burst=1)
    assert public.get(f"{HOME}/search").status_code == 200
    refused = public.get(f"{HOME}/search")
    assert _told(refused)["code"] == "too_many_tries"
    assert int(refused.headers["retry-after"]) >= 1


def test_a_record_that_is_away_says_when_to_come_back(
    council: Council, office: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    del council

    def away(*_: object, **__: object) -> None:
        raise RecordUnavailable

    monkeypatch.setattr(meetings, "after", away)
    answer = office.get(f"{HOME}/meetings")
    assert _told(answer)["code"] == "record_unavailable"
    assert int(answer.headers["retry-after"]) >= 1


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_type_of_every_refusal_leads_to_its_page(public: TestClient, language: str) -> None:
    everything = _page(public, "/api/v1/problems", language)
    assert everything.get("lang") == language
    listed = {heading.text_content() for heading in everything.iter("h2")}
    assert listed == set(codes())
    for code in codes():
        page = _page(public, f"/api/v1/problems/{code}", language)
        text = page.text_content()
        assert code in text
        assert "{" not in text


def _page(client: TestClient, path: str, language: str) -> html.HtmlElement:
    answer = client.get(path, params={"jezyk": language}, headers={"accept": "text/html"})
    assert answer.status_code == 200
    return html.document_fromstring(answer.text)


class TestNegotiation:
    @pytest.mark.parametrize(
        ("header", "language"),
        [
            ("", "pl"),
            ("en", "en"),
            ("en-GB,en;q=0.9", "en"),
            ("pl,en;q=0.9", "pl"),
            ("de, en;q=0.3", "en"),
            ("de", "pl"),
            ("en;q=0", "pl"),
            ("en;q=x", "pl"),
            ("en;q=0.4, pl-PL;q=0.5", "pl"),
        ],
    )
    def test_the_best_language_of_ours_is_chosen(self, header: str, language: str) -> None:
        assert preferred_language(header) == language

    @pytest.mark.parametrize(
        ("header", "is_taken"),
        [
            ("", True),
            ("*/*", True),
            ("application/*;q=0.1", True),
            ("text/html, application/json", True),
            ("text/html", False),
            ("application/json;q=0", False),
        ],
    )
    def test_what_is_not_asked_for_is_not_taken(self, header: str, is_taken: bool) -> None:
        assert accepts(header, "application/json") is is_taken
