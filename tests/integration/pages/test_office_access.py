"""Nobody but the office reaches the office; printed pages say what a clerk prints."""

import re

import pytest
from fastapi.routing import APIRoute

from api.pages import office
from tests.integration.pages.conftest import Council, Site
from tests.integration.pages.office import Clerk, make_clerk

ROUTES = sorted(
    {
        (method, route.path)
        for router in office.routers()
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
)


def address(clerk: Clerk, path: str) -> str:
    """Fill a route's pattern with things that exist."""
    known = {
        "slug": clerk.council.body.slug,
        "meeting_id": clerk.council.meeting.id,
        "item_id": clerk.items[1].id,
        "paper_id": clerk.site.paper(clerk.council).id,
    }
    return re.sub(r"\{(\w+)\}", lambda name: known.get(name[1], "nothing"), path)


class TestDoors:
    def test_every_page_of_the_office_was_tried_here(self) -> None:
        assert len(ROUTES) > 35
        assert all(path.startswith("/{slug}/biuro") for _, path in ROUTES)

    def test_nobody_is_sent_to_the_door(self, clerk: Clerk) -> None:
        stranger = Clerk(clerk.site, clerk.council, clerk.site.browser())
        stranger.browser.get(f"/{clerk.council.body.slug}/wejscie")
        for method, path in ROUTES:
            answer = _try(stranger, method, address(clerk, path))
            assert answer[0] == 303, (method, path, answer)
            assert "/wejscie" in answer[1], (method, path)
            assert ("?dalej=" in answer[1]) == (method == "GET"), "a form's address is no page"

    @pytest.mark.parametrize("who", ["member", "guest"])
    def test_recipients_are_refused(self, site: Site, clerk: Clerk, who: str) -> None:
        person = getattr(clerk.council, who)
        reader = Clerk(site, clerk.council, site.browser(person, by="link"))
        reader.browser.get(f"/{clerk.council.body.slug}/moje")
        for method, path in ROUTES:
            assert _try(reader, method, address(clerk, path))[0] == 403, (method, path)

    def test_a_clerk_who_came_by_link_has_a_recipients_rights_alone(
        self, site: Site, council: Council
    ) -> None:
        linked = site.browser(site.clerk(council, "office", "administrator"), by="link")
        answer = linked.get(f"/{council.body.slug}/biuro")
        assert answer.status_code == 303  # to the door that asks for the password
        assert "/wejscie" in answer.headers["location"]

    def test_another_councils_clerk_is_a_stranger_here(self, site: Site, clerk: Clerk) -> None:
        foreign = make_clerk(site, site.found("mirsk"))
        assert foreign.get(clerk.desk).status_code == 303

    def test_a_form_without_its_proof_changes_nothing(self, clerk: Clerk) -> None:
        before = (clerk.titles, clerk.revision)
        for method, path in ROUTES:
            if method != "POST":
                continue
            answer = clerk.browser.post(
                address(clerk, path),
                data={"revision": clerk.revision, "title": "A", "confirmed": "yes"},
            )
            assert answer.status_code == 403, path
        assert (clerk.titles, clerk.revision) == before


def _try(clerk: Clerk, method: str, path: str) -> tuple[int, str]:
    if method == "POST":
        csrf = str(clerk.browser.cookies.get("teczka_formularz", ""))
        answer = clerk.browser.post(path, data={"csrf": csrf, "confirmed": "yes"})
    else:
        answer = clerk.browser.get(path)
    return answer.status_code, answer.headers.get("location", "")


class TestPrinted:
    def test_the_notice_says_when_where_and_what(self, clerk: Clerk) -> None:
        said = clerk.page(f"{clerk.desk}/zawiadomienie").replace("\N{NO-BREAK SPACE}", " ")
        assert "odbędzie się LIII sesja Rady Miejskiej piechowice" in said
        assert "czwartek, 26 listopada 2026, godz. 10:00" in said
        assert "1. Otwarcie sesji 2. Podjęcie uchwały" in said
        assert "druk 12 : w sprawie budżetu miasta (punkt 2)" in said
        assert "To szkic" in said

    def test_it_warns_of_changes_that_no_packet_holds(self, site: Site, clerk: Clerk) -> None:
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt")
        site.publish(clerk.council)
        assert "Wydruk pokazuje stan obecny" not in clerk.page(f"{clerk.desk}/zawiadomienie")
        clerk.done(f"{clerk.desk}/punkty", new_title="Wolne wnioski", revision=clerk.revision)
        assert "Wydruk pokazuje stan obecny" in clerk.page(f"{clerk.desk}/zawiadomienie")

    def test_the_attendance_list_has_a_line_for_each(self, clerk: Clerk) -> None:
        said = clerk.page(f"{clerk.desk}/lista-obecnosci")
        assert "1 Anna Żółć radny/radna" in said
        assert "Goście" in said
        assert "1 Jan Gość burmistrz" in said
        assert "Podpis" in said
