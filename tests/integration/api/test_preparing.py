"""Before the session: a meeting changed, its agenda reordered, files left out, all called off."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from docstore.services.documents import Owner
from tests.integration.api.conftest import HOME
from tests.integration.api.test_interface import is_problem
from tests.integration.pages.conftest import Council, Site


def _draft(office: TestClient, council: Council) -> Any:
    return office.get(f"{HOME}/meetings/{council.meeting.id}/draft").json()


def test_a_meeting_is_changed_and_what_is_left_out_stays(
    council: Council, office: TestClient
) -> None:
    address = f"{HOME}/meetings/{council.meeting.id}"
    before = office.get(address).json()
    ask = {"revision": before["revision"], "place": "sala nr 9"}
    after = office.patch(address, json=ask).json()
    assert after == {**before, "place": "sala nr 9", "revision": before["revision"] + 1}
    is_problem(office.patch(address, json=ask), 409, "edit_conflict")
    wrong = {"revision": after["revision"], "ends_at": "2020-01-01T10:00:00+01:00"}
    is_problem(office.patch(address, json=wrong), 422, "invalid_input")
    assert office.get(address).json() == after


def test_null_takes_away_what_a_meeting_may_be_without_and_nothing_else(
    council: Council, office: TestClient
) -> None:
    address = f"{HOME}/meetings/{council.meeting.id}"
    before = office.get(address).json()
    end = (datetime.fromisoformat(before["starts_at"]) + timedelta(hours=4)).isoformat()
    ask = {"revision": before["revision"], "number": 53, "ends_at": end, "place": "sala nr 9"}
    given = office.patch(address, json=ask).json()
    assert (given["number"], given["place"]) == (53, "sala nr 9")
    assert given["ends_at"]
    nothing = dict.fromkeys(("number", "ends_at", "starts_at", "kind", "title"))
    left = office.patch(
        address, json={**nothing, "place": "", "revision": given["revision"]}
    ).json()
    assert (left["number"], left["ends_at"], left["place"]) == (None, None, "")
    for kept in ("starts_at", "kind", "title"):
        assert left[kept] == given[kept]


def test_an_item_is_reworded_and_taken_off(council: Council, office: TestClient) -> None:
    draft = _draft(office, council)
    first, second = draft["items"][0], draft["items"][1]
    ask = {"revision": draft["revision"], "title": "Otwarcie  obrad"}
    changed = office.patch(f"{HOME}/items/{first['id']}", json=ask).json()
    assert [each["title"] for each in changed["items"]][:2] == ["Otwarcie obrad", second["title"]]
    address = f"{HOME}/items/{second['id']}"
    is_problem(office.delete(address, params={"revision": 1}), 409, "edit_conflict")
    left = office.delete(address, params={"revision": changed["revision"]}).json()
    assert [each["title"] for each in left["items"]] == ["Otwarcie obrad", "Zamknięcie sesji"]
    assert left == _draft(office, council)


def test_a_document_is_left_out_of_the_next_packet_and_put_back(
    site: Site, council: Council, office: TestClient, public: TestClient
) -> None:
    owner = Owner(paper_id=site.paper(council).id)
    kept = site.upload(council, owner, "pierwszy")
    other = site.upload(council, owner, "drugi", name="zalacznik.txt", role="annex")
    agenda = f"{HOME}/meetings/{council.meeting.id}/agenda"
    site.publish(council)
    removal = f"{HOME}/documents/{other.document_id}/removal"
    for remove, expected in ((office.put, [kept.id]), (office.delete, [kept.id, other.id])):
        assert remove(removal).status_code == 204
        site.publish(council)
        (paper,) = public.get(agenda).json()["items"][1]["papers"]
        assert [file["version_id"] for file in paper["files"]] == expected


def test_a_meeting_is_called_off_for_good_and_everyone_is_told(
    site: Site, council: Council, office: TestClient, public: TestClient
) -> None:
    site.upload(council, Owner(paper_id=site.paper(council).id), "projekt")
    packet = site.publish(council)
    address = f"{HOME}/meetings/{council.meeting.id}"
    revision = office.get(address).json()["revision"]
    ask = {"revision": revision, "reason": "awaria ogrzewania"}
    off = office.post(f"{address}/cancellation", json=ask)
    assert off.json()["is_cancelled"], off.text
    site.work()
    seen = public.get(address)
    assert seen.json()["is_cancelled"]
    assert "awaria" not in seen.text
    told = office.get(f"{HOME}/packets/{packet.id}/deliveries").json()["items"]
    assert {each["state"] for each in told} == {"accepted", "no_address"}
    letters = list((site.parts.settings.data_dir).rglob("*.eml"))
    assert len(letters) == 2
    again = {"revision": off.json()["revision"], "reason": "znowu"}
    is_problem(office.post(f"{address}/cancellation", json=again), 409, "meeting_cancelled")


def test_a_notice_is_sent_once_more_to_those_named(
    site: Site, council: Council, office: TestClient
) -> None:
    site.upload(council, Owner(paper_id=site.paper(council).id), "projekt")
    packet = site.publish(council)
    address = f"{HOME}/packets/{packet.id}/notices"
    assert office.post(address, json={"person_ids": [council.member.id]}).status_code == 204
    site.work()
    assert len(list(site.parts.settings.data_dir.rglob("*.eml"))) == 2
    is_problem(office.post(address, json={"person_ids": ["x"]}), 422, "invalid_input")


@pytest.mark.parametrize(
    "ask",
    [
        {"starts_at": 1},
        {"starts_at": "2026-12-10T10:00:00"},
        {"starts_at": "2026-12-10T10:00:00+01:00", "number": "5"},
        {"starts_at": "2026-12-10T10:00:00+01:00", "number": True},
        {"starts_at": "2026-12-10T10:00:00+01:00", "number": 1.5},
    ],
)
def test_a_value_of_another_kind_is_not_guessed_at(office: TestClient, ask: Any) -> None:
    is_problem(office.post(f"{HOME}/meetings", json=ask), 422, "malformed")


@pytest.mark.parametrize("ground", ["", "bo tak", "\x18"])
def test_a_ground_that_nobody_needs_is_of_the_list_too(
    site: Site, council: Council, office: TestClient, ground: str
) -> None:
    version = site.upload(council, Owner(meeting_id=council.meeting.id), "opinia")
    address = f"{HOME}/documents/{version.document_id}"
    is_problem(office.patch(address, json={"audience_ground": ground}), 422, "malformed")
    assert office.patch(address, json={"audience_ground": "privacy"}).status_code == 200
