"""Adopted acts for everyone: found by words and facts, shown with what is known, or told gone."""

import json
import re
from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.security.limits import Bucket
from docstore.models import Paper
from docstore.services import adoption, exclusions
from docstore.services.documents import Owner
from docstore.services.exclusions import TakeDown
from tests.integration.pages.conftest import Council, Site, make_installation

DOGS = "§ 1. Stawkę roczną opłaty od posiadania psów ustala się w wysokości 60 zł.\n"
ROADS = "§ 1. Nadaje się nazwę ulicy Polnej, drodze wewnętrznej przy szkole.\n"
CLUBS = "§ 1. Przyznaje się dotację klubom sportowym oraz orkiestrze.\n"
TITLE = 'w sprawie </script><script>alert("opłaty") i psów'


class Town:
    """A council with three acts of two years and one draft."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.council = council = site.found()
        self.dogs = site.act(
            council, number="XLV/312/2018", title=TITLE, text=DOGS, day=date(2018, 2, 28)
        )
        self.roads = site.act(
            council,
            number="XLV/99/2018",
            title="w sprawie nadania nazwy ulicy Polnej",
            text=ROADS,
            day=date(2018, 2, 28),
        )
        self.clubs = site.act(
            council,
            number="III/7/19",
            title="w sprawie dotacji dla klubów",
            text=CLUBS,
            day=date(2019, 1, 31),
        )
        owner = Owner(paper_id=site.paper(council).id)
        self.draft = site.upload(council, owner, "Projekt: podatek od deszczu.", name="p.txt")
        with site.parts.database.transaction() as session:
            adoption.set_status(
                session,
                site.acting,
                body_id=council.body.id,
                paper_id=self.roads.id,
                status="repealed",
                basis="uchwała nr LII/401/26",
            )
        site.work()

    def get(self, path: str, **headers: str) -> str:
        """Return a page's text."""
        answer = self.site.client.get(f"/piechowice{path}", headers=headers)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Return one town for all tests that only read."""
    site = make_installation(tmp_path_factory.mktemp("town"))
    yield Town(site)
    site.parts.close()


def _numbers(page: str) -> list[str]:
    return re.findall(r'class="paper-number number">([^<]*)<', page)


class TestFinding:
    def test_words_find_in_any_form_without_diacritics(self, town: Town) -> None:
        page = town.get("/uchwaly?q=oplata+pies")
        assert _numbers(page) == ["XLV/312/2018"]
        assert "<mark>" in page

    def test_a_number_finds_its_act(self, town: Town) -> None:
        assert _numbers(town.get("/uchwaly?q=XLV/99/2018"))[0] == "XLV/99/2018"

    def test_without_words_the_newest_come_first(self, town: Town) -> None:
        assert _numbers(town.get("/uchwaly")) == ["III/7/19", "XLV/312/2018", "XLV/99/2018"]

    def test_acts_sort_as_an_office_files_them(self, town: Town) -> None:
        page = town.get("/uchwaly?sort=numer")
        assert _numbers(page) == ["XLV/99/2018", "XLV/312/2018", "III/7/19"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("rok=2018", {"XLV/312/2018", "XLV/99/2018"}),
            ("rok=2018&rok=2019", {"XLV/312/2018", "XLV/99/2018", "III/7/19"}),
            ("status=repealed", {"XLV/99/2018"}),
            ("rodzaj=report", set()),
            ("q=psów&rok=2018", {"XLV/312/2018"}),
            ("q=psów&rok=2019", set()),
            ("q=status:uchylona", {"XLV/99/2018"}),
        ],
    )
    def test_boxes_narrow_with_and_without_words(
        self, town: Town, query: str, found: set[str]
    ) -> None:
        assert set(_numbers(town.get(f"/uchwaly?{query}"))) == found

    def test_boxes_are_counted_as_if_their_own_were_not_ticked(self, town: Town) -> None:
        page = town.get("/uchwaly?rok=2019")
        counts = re.findall(r'name="rok" value="(\d+)".*?class="count">(\d+)<', page, re.DOTALL)
        assert counts == [("2019", "1"), ("2018", "2")]

    def test_a_draft_is_neither_found_nor_counted(self, town: Town) -> None:
        page = town.get("/uchwaly?q=deszczu")
        assert _numbers(page) == []
        assert "Brak wyników" in page

    def test_what_was_not_understood_is_told_with_the_query_that_was_run(self, town: Town) -> None:
        page = town.get("/uchwaly?q=kolor:psów")
        assert "Nie ma pola „kolor”" in page
        assert "Szukamy:" in page

    def test_where_all_words_find_nothing_fewer_are_offered(self, town: Town) -> None:
        page = town.get("/uchwaly?q=psów+zzzz")
        assert "bez słowa: zzzz" in page
        assert 'href="/piechowice/uchwaly?q=ps%C3%B3w"' in page

    def test_a_phrase_in_polish_quotes_is_left_out_as_a_whole(self, town: Town) -> None:
        page = town.get("/uchwaly?q=psów+„zupełnie+inny”")
        assert "bez słowa: „zupełnie inny”" in page

    def test_where_a_word_is_misspelled_the_nearest_are_offered(self, town: Town) -> None:
        page = town.get("/uchwaly?q=orkeistrze")
        assert "1\N{NO-BREAK SPACE}dokument ze słowami w podobnej pisowni: orkeistrze~" in page
        assert 'href="/piechowice/uchwaly?q=orkeistrze~"' in page
        assert _numbers(town.get("/uchwaly?q=orkeistrze~")) == ["III/7/19"]

    @pytest.mark.parametrize("query", ["312/18", "312/2018", "XLV.312.18", "numer:312/18"])
    def test_a_number_is_found_as_people_shorten_it(self, town: Town, query: str) -> None:
        assert _numbers(town.get(f"/uchwaly?q={query}")) == ["XLV/312/2018"]

    @pytest.mark.parametrize("number", ["0", "-1", "2", "999999", "abc", "١", "1e3", ""])
    def test_any_page_number_gives_a_page(self, town: Town, number: str) -> None:
        town.get(f"/uchwaly?strona={number}")
        town.get(f"/uchwaly?q=psów&strona={number}")
        town.get(f"/sesje?strona={number}")

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=60), st.sampled_from(["q", "rok", "rodzaj", "status", "sort", "etap"]))
    def test_no_question_breaks_a_page(self, town: Town, text: str, name: str) -> None:
        town.site.app.state.search_limit = Bucket(rate=1000, burst=1000)
        for path in ("/piechowice/uchwaly", "/piechowice/szukaj"):
            answer = town.site.client.get(path, params={name: text, "strona": "1"})
            assert answer.status_code == 200

    def test_a_title_is_never_markup(self, town: Town) -> None:
        assert "<script>alert" not in town.get("/uchwaly?q=opłaty")
        assert "<script>alert" not in town.get(f"/uchwaly/{town.dogs.id}")


class TestAct:
    def test_it_shows_number_date_title_text_and_citation(self, town: Town) -> None:
        page = town.get(f"/uchwaly/{town.roads.id}")
        for said in (
            "XLV/99/2018",
            "28 lutego 2018",
            "Nadaje się nazwę ulicy Polnej",
            "Uchwała nr XLV/99/2018 Rady Miejskiej piechowice z dnia 28 lutego 2018 r. w sprawie",
            f"http://testserver/piechowice/uchwaly/{town.roads.id}",
        ):
            assert said in page

    def test_an_unknown_state_is_told_as_unknown(self, town: Town) -> None:
        page = town.get(f"/uchwaly/{town.dogs.id}")
        assert "brak informacji o obowiązywaniu" in page
        assert 'class="chip neutral"' in page

    def test_a_state_is_told_with_its_basis(self, town: Town) -> None:
        page = town.get(f"/uchwaly/{town.roads.id}")
        assert "uchylona" in page
        assert "uchwała nr LII/401/26" in page

    def test_machines_read_the_act_from_a_block_that_no_title_ends(self, town: Town) -> None:
        page = town.get(f"/uchwaly/{town.dogs.id}")
        (block,) = re.findall(
            r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL
        )
        data = json.loads(block)
        assert data["name"] == TITLE
        assert data["legislationIdentifier"] == "XLV/312/2018"
        assert "legislationLegalForce" not in data
        assert data["encoding"][0]["contentUrl"].startswith("http://testserver/piechowice/pliki/")

    @pytest.mark.parametrize("bad", ["x", "0" * 16, "%00", "a" * 300, "ąęż"])
    def test_an_id_that_is_none_is_not_found(self, town: Town, bad: str) -> None:
        for folder in ("uchwaly", "sesje"):
            assert town.site.client.get(f"/piechowice/{folder}/{bad}").status_code == 404

    def test_a_paper_that_is_no_act_is_not_found(self, town: Town) -> None:
        draft = town.site.paper(town.council)
        assert town.site.client.get(f"/piechowice/uchwaly/{draft.id}").status_code == 404


class TestFeed:
    def test_it_lists_the_newest_acts(self, town: Town) -> None:
        answer = town.site.client.get("/piechowice/uchwaly.atom")
        assert answer.headers["content-type"].startswith("application/atom+xml")
        feed = ET.fromstring(answer.text)  # noqa: S314 - our own answer
        space = "{http://www.w3.org/2005/Atom}"
        titles = [entry.findtext(f"{space}title") for entry in feed.iter(f"{space}entry")]
        assert titles == [
            "III/7/19 w sprawie dotacji dla klubów",
            f"XLV/312/2018 {TITLE}",
            "XLV/99/2018 w sprawie nadania nazwy ulicy Polnej",
        ]


class TestKeeping:
    PATHS = ("", "/uchwaly", "/uchwaly?q=psów", "/sesje", "/uchwaly.atom", "/jak-szukac")

    @pytest.mark.parametrize("path", PATHS)
    def test_a_page_is_kept_after_asking_and_not_sent_twice(self, town: Town, path: str) -> None:
        first = town.site.browser().get(f"/piechowice{path}")
        assert first.headers["cache-control"] == "no-cache"
        again = town.site.browser().get(
            f"/piechowice{path}", headers={"if-none-match": first.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize("path", PATHS)
    def test_reading_leaves_no_cookie(self, town: Town, path: str) -> None:
        assert "set-cookie" not in town.site.browser().get(f"/piechowice{path}").headers

    def test_another_language_is_another_answer(self, town: Town) -> None:
        polish = town.site.browser().get("/piechowice")
        english = town.site.browser().get("/piechowice?jezyk=en")
        assert polish.headers["etag"] != english.headers["etag"]
        assert "Recently adopted" in english.text


class TestLimit:
    def test_somebody_who_searches_without_end_is_asked_to_wait(
        self, site: Site, council: Council
    ) -> None:
        site.app.state.search_limit = Bucket(rate=0.01, burst=2)
        for path in ("/uchwaly?q=a", "/szukaj?q=a"):
            assert site.client.get(f"/piechowice{path}").status_code == 200
        refused = site.client.get("/piechowice/uchwaly?q=a", headers={"accept": "text/html"})
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 1
        assert "Spróbuj ponownie" in refused.text
        member = site.browser(council.member, by="link")
        assert member.get("/piechowice/szukaj?q=a").status_code == 200


def _take_down(site: Site, council: Council, document_id: str) -> None:
    with site.parts.database.transaction() as session:
        exclusions.take_down(
            session,
            site.acting,
            body_id=council.body.id,
            document_id=document_id,
            said=TakeDown("adres strony skarżącej", "privacy", "Burmistrz Piechowic", "omyłka"),
        )


class TestTakenDown:
    """Nothing here waits for a worker: what is taken down is gone from the commit on."""

    @pytest.fixture
    def act(self, site: Site, council: Council) -> Paper:
        """Return an act with two public files, of which the second is taken down in tests."""
        return site.act(
            council,
            number="I/1/2020",
            title="w sprawie skargi Jana Kowalskiego",
            text="Tekst skargi: sekretnik.",
            day=date(2020, 1, 2),
        )

    def _text_document(self, site: Site, paper: Paper) -> str:
        with site.parts.database.reading() as session:
            entry = adoption.act_entries(session, session.get_one(Paper, paper.id))[0]
            return entry.document.id

    def test_an_act_of_which_nothing_is_left_is_gone_with_its_notice(
        self, site: Site, council: Council, act: Paper
    ) -> None:
        _take_down(site, council, self._text_document(site, act))
        answer = site.client.get(f"/piechowice/uchwaly/{act.id}")
        assert answer.status_code == 410
        assert "adres strony skarżącej" in answer.text
        assert "Burmistrz Piechowic" in answer.text
        assert "prywatność osoby fizycznej" in answer.text
        assert "Kowalskiego" not in answer.text
        assert "omyłka" not in answer.text

    def test_it_is_listed_nowhere(self, site: Site, council: Council, act: Paper) -> None:
        paths = ("", "/uchwaly", "/uchwaly?q=sekretnik", "/uchwaly.atom", "/szukaj?q=skargi")
        before = [site.client.get(f"/piechowice{path}").text for path in paths]
        assert all("Kowalskiego" in text for text in before)
        _take_down(site, council, self._text_document(site, act))
        for path in paths:
            assert "Kowalskiego" not in site.client.get(f"/piechowice{path}").text, path

    def test_an_act_with_another_file_left_stays_and_tells_what_is_missing(
        self, site: Site, council: Council, act: Paper
    ) -> None:
        annex = site.upload(
            council, Owner(paper_id=act.id), "Wykaz.", name="zal.txt", role="annex", is_public=True
        )
        with site.parts.database.transaction() as session:
            adoption.publish_act(
                session,
                site.acting,
                body_id=council.body.id,
                paper_id=act.id,
                personal_data_reason="sprawdzono",
            )
        site.work()
        _take_down(site, council, annex.document_id)
        answer = site.client.get(f"/piechowice/uchwaly/{act.id}")
        assert answer.status_code == 200
        assert "adres strony skarżącej" in answer.text
        assert "zal.txt" not in answer.text


class TestFrontDoor:
    def test_an_empty_installation_leads_to_its_first_hour(self, site: Site) -> None:
        assert site.client.get("/").headers["location"] == "/instalacja"

    def test_the_only_council_is_the_front_page(self, site: Site, council: Council) -> None:
        assert site.client.get("/").headers["location"] == f"/{council.body.slug}"

    def test_several_councils_are_listed(self, site: Site, council: Council) -> None:
        other = site.found("mirsk")
        page = site.client.get("/").text
        assert council.body.name in page
        assert other.body.name in page

    def test_a_council_that_is_none_is_not_found(self, site: Site) -> None:
        assert site.client.get("/nigdzie").status_code == 404

    def test_one_councils_act_is_not_found_at_another(self, site: Site, council: Council) -> None:
        act = site.act(
            council, number="I/1/2020", title="w sprawie", text="Tekst.", day=date(2020, 1, 2)
        )
        site.found("mirsk")
        assert site.client.get(f"/mirsk/uchwaly/{act.id}").status_code == 404
        assert act.number not in site.client.get("/mirsk/uchwaly").text


class TestSession:
    def test_a_published_meeting_shows_its_agenda_and_public_files_alone(
        self, site: Site, council: Council
    ) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        site.upload(council, owner, "Projekt.", name="projekt.txt", is_public=True)
        site.upload(council, owner, "Opinia.", name="opinia.txt", role="opinion")
        reader: TestClient = site.browser()
        address = f"/piechowice/sesje/{council.meeting.id}"
        assert reader.get(address).status_code == 404
        site.publish(council)
        page = reader.get(address).text
        assert "Podjęcie uchwały w sprawie budżetu miasta" in page
        assert "projekt.txt" in page
        assert "opinia.txt" not in page
        assert "LIII sesja" in reader.get("/piechowice/sesje").text
        assert "Najbliższa sesja" in reader.get("/piechowice").text

    def test_a_draft_meeting_is_nowhere(self, site: Site, council: Council) -> None:
        assert council.meeting.id not in site.client.get("/piechowice/sesje").text
        assert "Najbliższa sesja" not in site.client.get("/piechowice").text

    def test_the_life_of_an_act_leads_to_its_session_and_vote(
        self, site: Site, council: Council
    ) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        site.upload(council, owner, "Projekt.", name="projekt.txt", is_public=True)
        site.publish(council)
        act = site.adopt(council)
        page = site.client.get(f"/piechowice/uchwaly/{act.id}").text
        assert f'href="/piechowice/sesje/{council.meeting.id}"' in page
        assert "14 : 0 : 1" in page
        assert "głosowano nad:" in page
        session = site.client.get(f"/piechowice/sesje/{council.meeting.id}").text
        assert "uchwalono: LIII/412/26" in session

    def test_the_public_gets_no_packet_of_the_members(self, site: Site, council: Council) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        site.upload(council, owner, "Projekt.", name="projekt.txt", is_public=True)
        site.publish(council)
        page = site.client.get(f"/piechowice/sesje/{council.meeting.id}").text
        assert "pakiet.pdf" not in page
        assert "pakiet.zip" not in page
        answer = site.client.get(f"/piechowice/moje/{council.meeting.id}/1/pakiet.zip")
        assert answer.status_code == 303
