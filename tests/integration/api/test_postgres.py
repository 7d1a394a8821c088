"""What PostgreSQL cannot hold is refused like anything else that is malformed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.integration.api.conftest import HOME
from tests.integration.pages.conftest import make_installation

pytestmark = pytest.mark.server


@pytest.fixture
def office(tmp_path: Path, postgres_url: str) -> Iterator[TestClient]:
    """Return the office's program before a record on PostgreSQL."""
    site = make_installation(tmp_path / "data", record=postgres_url)
    client = TestClient(site.app, base_url="http://testserver")
    token = site.token(site.clerk(site.found()), by="password")
    client.headers["authorization"] = f"Bearer {token}"
    yield client
    site.parts.close()


def test_a_nul_is_refused_wherever_it_is_sent(office: TestClient) -> None:
    starts = {"starts_at": "2026-12-10T10:00:00+01:00"}
    refused = office.post(f"{HOME}/meetings", json={**starts, "title": "a\x00b"})
    assert (refused.status_code, refused.json()["code"]) == (422, "unstorable")
    assert office.get(f"{HOME}/meetings/a%00b").status_code == 404
    assert office.get(f"{HOME}/acts", params={"after": "a\x00b"}).status_code == 422
    assert office.get(f"{HOME}/acts", params={"kind": "a\x00b"}).status_code == 422
    assert office.get("/piechowice/uchwaly?q=a%00b&rok=2020&rodzaj=%00").status_code == 200


def test_lists_and_facets_work_on_postgresql_too(office: TestClient) -> None:
    assert (
        office.post(f"{HOME}/meetings", json={"starts_at": "2026-12-10T10:00:00+01:00"}).status_code
        == 201
    )
    assert len(office.get(f"{HOME}/meetings", params={"limit": 1}).json()["items"]) == 1
    for path in ("", "/uchwaly?rok=2020&status=unknown", "/sesje?strona=2", "/uchwaly.atom"):
        assert office.get(f"/piechowice{path}").status_code == 200
