"""The same installation as the pages have, asked by programs."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.integration.pages.conftest import Council, Site
from tests.integration.pages.conftest import council as council
from tests.integration.pages.conftest import site as site

HOME = "/api/v1/bodies/piechowice"


@pytest.fixture
def office(site: Site, council: Council) -> Iterator[TestClient]:
    """Return the office's program: it signs in by a header and needs no proof of a form."""
    with TestClient(site.app, base_url="http://testserver") as client:
        token = site.token(site.clerk(council), by="password")
        client.headers["authorization"] = f"Bearer {token}"
        yield client


@pytest.fixture
def public(site: Site, council: Council) -> TestClient:
    """Return a program that nobody is signed in with."""
    del council
    return TestClient(site.app, base_url="http://testserver")
