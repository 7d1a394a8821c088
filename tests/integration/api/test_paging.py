"""Lists in pages: whatever is written between two, nothing comes twice and nothing is lost."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from starlette.testclient import TestClient

from docstore.database import WriteSession
from docstore.models import AgendaItem, Consideration, Meeting, Paper
from docstore.services.documents import Owner
from tests.integration.api.conftest import HOME
from tests.integration.api.test_interface import is_problem
from tests.integration.pages.conftest import Council, Site, make_installation

FIRST = datetime(2026, 1, 1, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Shelf:
    """A list of the interface, and how something of a day is put on it and taken off again."""

    name: str
    client: TestClient
    site: Site
    make: Callable[[WriteSession, int], Any]
    kind: type[Any]

    def put(self, day: int) -> str:
        with self.site.parts.database.transaction() as session:
            row = self.make(session, day)
            session.add(row)
            session.flush()
            return str(row.id)

    def take(self, row_id: str) -> None:
        with self.site.parts.database.transaction() as session:
            session.execute(delete(self.kind).where(self.kind.id == row_id))

    def clear(self) -> None:
        with self.site.parts.database.transaction() as session:
            session.execute(delete(self.kind))

    def page(self, limit: int, after: str | None) -> Any:
        query = {"limit": limit} | ({"after": after} if after else {})
        answer = self.client.get(f"{HOME}/{self.name}", params=query)
        assert answer.status_code == 200, answer.text
        assert ("link" in answer.headers) == (answer.json()["next"] is not None)
        return answer.json()


@pytest.fixture(scope="module", params=["acts", "meetings"])
def shelf(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shelf]:
    """Return a list that is empty at the beginning."""
    site = make_installation(tmp_path_factory.mktemp("paging") / "data")
    council = site.found()
    body_id, organization_id = council.body.id, council.organization.id
    client = TestClient(site.app, base_url="http://testserver")
    client.headers["authorization"] = f"Bearer {site.token(site.clerk(council), by='password')}"

    def act(_: WriteSession, day: int) -> Paper:
        adopted_on = date(2026, 1, 1) + timedelta(days=day)
        told = {"title": "w sprawie", "created_at": FIRST, "published_at": FIRST}
        return Paper(body_id=body_id, kind="resolution", adopted_on=adopted_on, **told)

    def meeting(_: WriteSession, day: int) -> Meeting:
        return Meeting(
            body_id=body_id,
            organization_id=organization_id,
            starts_at=FIRST + timedelta(days=day),
            kind="ordinary",
            title="",
            place="",
            state="draft",
            revision=1,
            changed_at=FIRST,
        )

    is_acts = request.param == "acts"
    with site.parts.database.transaction() as session:
        for table in (Consideration, AgendaItem, Meeting):  # the council's own meeting
            session.execute(delete(table))
    yield Shelf(
        request.param, client, site, act if is_acts else meeting, Paper if is_acts else Meeting
    )
    site.parts.close()


DAYS = st.integers(min_value=0, max_value=4)
WRITES = st.lists(st.tuples(st.booleans(), DAYS, st.integers(0, 30)), max_size=4)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    days=st.lists(DAYS, min_size=1, max_size=12),
    limit=st.integers(min_value=1, max_value=4),
    between=st.lists(WRITES, max_size=6),
)
def test_what_was_there_all_along_comes_once_and_in_order(
    shelf: Shelf, days: list[int], limit: int, between: list[list[tuple[bool, int, int]]]
) -> None:
    shelf.clear()
    there = {shelf.put(day): day for day in days}
    throughout = dict(there)
    seen: list[str] = []
    after, writes = None, iter(between)
    while True:
        page = shelf.page(limit, after)
        assert len(page["items"]) <= limit
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
        if after is None:
            break
        for adds, day, which in next(writes, []):
            if adds:
                there[shelf.put(day)] = day
            elif there:
                gone = sorted(there)[which % len(there)]
                shelf.take(gone)
                del there[gone]
                throughout.pop(gone, None)
    assert len(set(seen)) == len(seen)
    expected = sorted(throughout, key=lambda each: (-throughout[each], each))
    assert [each for each in seen if each in throughout] == expected


class TestPlaces:
    @pytest.mark.parametrize("kind", ["acts", "meetings", "meetings/{}/packets"])
    def test_what_was_never_a_place_is_refused(
        self, site: Site, council: Council, office: TestClient, kind: str
    ) -> None:
        site.upload(council, Owner(paper_id=site.paper(council).id), "projekt")
        site.publish(council)
        address = f"{HOME}/{kind.format(council.meeting.id)}"
        for after in ("x", "k7c2m9x4q1v8z5w3", "W251bGxd", "bnVsbA", "WyIyMDI2LTExLTI2Il0", "ą"):
            is_problem(office.get(address, params={"after": after}), 422, "invalid_input")
        is_problem(office.get(address, params={"after": "x" * 201}), 422, "malformed")

    def test_the_next_page_is_named_by_the_public_address(
        self, site: Site, council: Council, office: TestClient
    ) -> None:
        site.upload(council, Owner(paper_id=site.paper(council).id), "projekt")
        packet = site.publish(council)
        address = f"{HOME}/packets/{packet.id}/deliveries"
        first = office.get(address, params={"limit": 1}, headers={"host": "evil.example"})
        link = re.fullmatch(r'<http://testserver(/.*)>; rel="next"', first.headers["link"])
        assert link
        second = office.get(link[1])
        assert "link" not in second.headers
        names = {each["name"] for each in (*first.json()["items"], *second.json()["items"])}
        assert names == {"Anna Żółć", "Jan Gość"}

    def test_a_date_that_is_not_published_yet_shows_in_no_order(
        self, site: Site, council: Council, office: TestClient, public: TestClient
    ) -> None:
        site.upload(council, Owner(paper_id=site.paper(council).id), "projekt")
        site.publish(council)
        before = public.get(f"{HOME}/meetings", params={"limit": 1}).json()
        address = f"{HOME}/meetings/{council.meeting.id}"
        ask = {
            "revision": office.get(address).json()["revision"],
            "starts_at": "2027-01-01T10:00:00Z",
        }
        assert office.patch(address, json=ask).status_code == 200
        assert public.get(f"{HOME}/meetings", params={"limit": 1}).json() == before
        site.publish(council)
        (after,) = public.get(f"{HOME}/meetings", params={"limit": 1}).json()["items"]
        assert after["starts_at"].startswith("2027-01-01T10:00:00")
        packets = public.get(f"{address}/packets").json()["items"]
        assert [each["number"] for each in packets] == [2, 1]

    def test_councils_are_listed_by_short_name(self, site: Site, public: TestClient) -> None:
        site.found("mirsk")
        first = public.get("/api/v1/bodies", params={"limit": 1}).json()
        second = public.get("/api/v1/bodies", params={"limit": 1, "after": first["next"]}).json()
        slugs = [each["slug"] for each in (*first["items"], *second["items"])]
        assert (slugs, second["next"]) == (["mirsk", "piechowice"], None)
