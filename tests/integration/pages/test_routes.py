"""Every route of the application, walked: no change without its proof, and never a broken page."""

import re
from dataclasses import dataclass, field

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from docstore.models import Version
from docstore.services.documents import Owner
from tests.factories import make_pdf
from tests.integration.pages.browsers import csrf, rows
from tests.integration.pages.conftest import Council, Site

READS = {"GET", "HEAD"}
CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
WHO = ("nobody", "member", "guest", "office", "administrator", "linked administrator", "foreigner")


@dataclass
class World:
    """A council where every kind of thing exists, and how each is named in an address."""

    site: Site
    council: Council
    known: dict[str, str] = field(default_factory=dict)

    def address(self, path: str, slug: str = "piechowice") -> str:
        """Fill a route's pattern with things that exist, or with a name of nothing."""
        known = {"slug": slug, **self.known}
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: known.get(name[1], "nothing"), path)


@pytest.fixture
def world(site: Site, council: Council) -> World:
    """Return a council with a packet, an act and a file."""
    owner = Owner(paper_id=site.paper(council).id)
    version: Version = site.upload(council, owner, make_pdf(text="projekt"), name="projekt.pdf")
    packet = site.publish(council)
    paper = site.adopt(council)
    known = {
        "meeting_id": council.meeting.id,
        "paper_id": paper.id,
        "person_id": council.member.id,
        "version_id": version.id,
        "document_id": version.document_id,
        "packet_id": packet.id,
        "consideration_id": site.consideration(council).id,
        "number": "1",
        "name": "pakiet.pdf",
        "file_name": "projekt.pdf",
        "message_id": "1",
        "year": "2026",
    }
    return World(site, council, known)


def walked(site: Site, methods: set[str]) -> list[tuple[str, str]]:
    """Return method and pattern of every endpoint that answers one of these methods."""
    return sorted(
        (method, str(route.path))
        for route in iter_route_contexts(site.app.routes)
        for method in methods & set(route.methods or ())
    )


def test_there_is_something_to_walk(site: Site) -> None:
    assert len(walked(site, {"GET"})) > 50
    assert len(walked(site, {"POST"})) > 50


@pytest.mark.parametrize("who", ["nobody", "administrator"])
def test_every_change_needs_its_proof(world: World, who: str) -> None:
    site = world.site
    admin = site.clerk(world.council, "office", "administrator")
    client = site.browser(admin) if who == "administrator" else site.browser()
    before = rows(site)
    for proof in ("none", "empty", "wrong", "header", "cookie"):
        if proof == "cookie":  # a browser that was shown a form, and sends another one
            client.get("/piechowice/konto" if who == "administrator" else "/piechowice/wejscie")
        data = {"empty": {"csrf": ""}, "wrong": {"csrf": "wrong"}}.get(proof, {})
        headers = {"X-CSRF-Token": "wrong"} if proof == "header" else {}
        for method, path in walked(site, CHANGES):
            answer = client.request(method, world.address(path), data=data, headers=headers)
            assert answer.status_code == 403, (proof, method, path, answer.status_code)
    assert rows(site) == before


@pytest.mark.parametrize("site_of", ["cross-site", "same-site"])
def test_a_change_from_another_site_is_refused_even_with_the_proof(
    world: World, site_of: str
) -> None:
    site = world.site
    client = site.browser(site.clerk(world.council, "office", "administrator"))
    client.get("/piechowice/konto")
    proof = str(client.cookies["teczka_formularz"])
    before = rows(site)
    for method, path in walked(site, CHANGES):
        answer = client.request(
            method,
            world.address(path),
            headers={"X-CSRF-Token": proof, "Sec-Fetch-Site": site_of},
        )
        assert answer.status_code == 403, (method, path, answer.status_code)
    assert rows(site) == before


@pytest.mark.parametrize("who", WHO)
def test_no_page_breaks_for_anybody(world: World, who: str) -> None:
    site, council = world.site, world.council
    client = _browser(site, council, who)
    for method, path in walked(site, READS):
        for address in (world.address(path), World(site, council).address(path)):
            answer = client.request(method, address)
            assert answer.status_code in {200, 303, 304, 401, 403, 404, 410, 422}, (
                method,
                address,
                answer.status_code,
            )
            assert answer.headers["x-content-type-options"] == "nosniff", address
            assert "content-security-policy" in answer.headers, address


def _browser(site: Site, council: Council, who: str) -> TestClient:
    """Return the browser of one kind of asker."""
    if who == "nobody":
        return site.browser()
    if who == "foreigner":
        return site.browser(site.found("mirsk").member, by="link")
    if who in {"member", "guest"}:
        return site.browser(getattr(council, who), by="link")
    duties = ("office",) if who == "office" else ("office", "administrator")
    by = "link" if who == "linked administrator" else "password"
    return site.browser(site.clerk(council, *duties), by=by)


@pytest.mark.parametrize(
    "slug", ["nie-ma", "%00", "..", "piechowice%2F..", "PIECHOWICE", "a" * 500]
)
def test_a_council_that_is_none_has_no_pages(world: World, slug: str) -> None:
    client = world.site.browser()
    for method, path in walked(world.site, {"GET"}):
        if "{slug}" in path:
            answer = client.request(method, world.address(path, slug))
            assert answer.status_code in {303, 307, 404, 422}, (path, answer.status_code)


def test_a_page_nobody_may_cache_is_kept_by_none(world: World) -> None:
    site = world.site
    client = site.browser(site.clerk(world.council, "office", "administrator"))
    for method, path in walked(site, {"GET"}):
        answer = client.request(method, world.address(path))
        if (
            answer.status_code == 200
            and "{slug}" in path
            and "text/html" in str(answer.headers.get("content-type"))
        ):
            assert answer.headers["cache-control"] == "no-store", path


@pytest.mark.parametrize("figures", [30, 5000])
def test_no_number_is_too_long_for_a_form(world: World, figures: int) -> None:
    site, known = world.site, world.known
    client = site.browser(site.clerk(world.council, "office", "administrator"))
    known["item_id"] = site.consideration(world.council).item_id
    names = ("number", "revision", "in_favour", "against", "za", "depth", "to", "place")
    typed = dict.fromkeys(names, "9" * figures) | {"title": "Sesja", "starts_day": "2026-12-01"}
    for method, path in walked(site, {"POST"}):
        if path.startswith("/{slug}/biuro"):
            address = world.address(path)
            data = {"csrf": csrf(client), **typed}
            assert client.request(method, address, data=data).status_code < 500, path


@pytest.mark.parametrize("figures", [30, 5000])
def test_nor_for_an_address_or_a_range(world: World, figures: int) -> None:
    member = world.site.browser(world.council.member, by="link")
    long = "9" * figures
    page = f"/piechowice/moje/{world.council.meeting.id}/{long}/pakiet.pdf"
    assert member.get(page).status_code in {404, 422}
    file = world.address("/{slug}/pliki/{version_id}/{file_name}")
    parts = {f"bytes={long}-": 416, f"bytes=-{long}": 206, f"bytes=0-{long}": 206}
    for said, status in parts.items():
        assert member.get(file, headers={"Range": said}).status_code == status


def test_no_moment_is_beyond_the_calendar(world: World) -> None:
    client = world.site.browser(world.site.clerk(world.council))
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        answer = client.post(
            "/api/v1/bodies/piechowice/meetings",
            json={"starts_at": moment},
            headers={"X-CSRF-Token": csrf(client)},
        )
        assert answer.status_code == 422


def test_head_answers_as_get_wherever_a_page_is_everybodys(world: World) -> None:
    client = world.site.browser()
    headed = [path for _, path in walked(world.site, {"HEAD"})]
    assert {"/healthz", "/readyz", "/{slug}", "/{slug}/uchwaly", "/{slug}/sesje"} <= {*headed}
    for path in headed:
        address = world.address(path)
        asked, read = client.head(address), client.get(address)
        assert asked.status_code == read.status_code, path
        assert asked.headers.get("content-type") == read.headers.get("content-type"), path
