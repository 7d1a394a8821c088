"""Taking a document down in one press."""

import pytest
from lxml import html

from docstore.models import Exclusion
from docstore.services.documents import Owner
from tests.integration.pages.conftest import Site
from tests.integration.pages.office import Clerk, text_of

SAID = {
    "confirmed": "yes",
    "scope": "cały dokument",
    "legal_ground": "personal_data",
    "excluded_by": "Ewa Biurowa",
    "reason": "pomyłka",
}


@pytest.fixture
def document(site: Site, clerk: Clerk) -> str:
    """Return the address of a document that everyone can read."""
    clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt")
    site.publish(clerk.council)
    paper = clerk.items[1].considerations[0].paper
    return f"{clerk.home}/dokumenty/{paper.documents[0].id}"


def public_status(site: Site, clerk: Clerk) -> int:
    """Return what the public is answered when it asks for the file."""
    version = clerk.items[1].considerations[0].paper.documents[0].versions[0]
    path = f"/{clerk.council.body.slug}/pliki/{version.id}/{version.file_name}"
    return int(site.browser().get(path).status_code)


class TestTakeDown:
    def test_the_usual_answers_are_filled_in(self, clerk: Clerk, document: str) -> None:
        page = clerk.get(f"{document}/wylacz")
        assert 'value="cały dokument"' in page.text
        assert 'value="Ewa Biurowa"' in page.text
        assert 'value="personal_data" selected' in page.text

    def test_one_press_takes_the_usual_answers_where_there_are_many_versions(
        self, clerk: Clerk, document: str
    ) -> None:
        """A browser sends no form in which a required list stands on its empty answer."""
        clerk.done(f"{document}/wersje", ("file", ("projekt.txt", b"Druga wersja.")))
        page = html.document_fromstring(clerk.get(document).text)
        assert page.xpath("count(//dialog//select[@name='version_id'])") == 1
        assert not any("required" in each.attrib for each in page.iter("select"))
        clerk.done(f"{document}/wylacz", **SAID, version_id="")

    def test_without_a_script_it_asks_first(self, site: Site, clerk: Clerk, document: str) -> None:
        answer = clerk.post(f"{document}/wylacz")
        assert answer.status_code == 200
        assert "Wyłączyć z udostępniania: „Projekt”?" in text_of(answer)
        assert public_status(site, clerk) == 200

    def test_the_public_is_without_it_at_once(
        self, site: Site, clerk: Clerk, document: str
    ) -> None:
        said = clerk.done(f"{document}/wylacz", **SAID)
        assert public_status(site, clerk) == 410
        assert "Publicznie niedostępny od 20.11.2026 10:00" in said
        assert "ochrona danych osobowych (RODO)" in said
        assert "Czyścimy indeks wyszukiwarki" in said

    def test_the_page_says_when_the_index_is_clear(
        self, site: Site, clerk: Clerk, document: str
    ) -> None:
        answer = clerk.post(f"{document}/wylacz", **SAID)
        path = answer.headers["location"]
        assert 'data-hx-trigger="every 2s"' in clerk.get(path).text
        site.work()
        page = clerk.get(path)
        assert "Wyszukiwarka jest bez tego dokumentu od 20.11.2026 10:00" in text_of(page)
        assert "hx-trigger" not in page.text

    def test_the_members_packet_loses_it_only_when_asked(
        self, site: Site, clerk: Clerk, document: str
    ) -> None:
        clerk.done(f"{document}/wylacz", **SAID, from_members="yes")
        with site.parts.database.reading() as session:
            assert session.query(Exclusion).one().from_members
        assert "zrobiony od nowa bez tego dokumentu" in clerk.page(
            f"{clerk.home}/wylaczenia/{_only(site)}"
        )

    @pytest.mark.parametrize(
        ("field", "value"), [("scope", " "), ("legal_ground", "bo tak"), ("excluded_by", "")]
    )
    def test_what_openness_law_asks_for_is_needed(
        self, site: Site, clerk: Clerk, document: str, field: str, value: str
    ) -> None:
        answer = clerk.post(f"{document}/wylacz", **{**SAID, field: value})
        assert answer.status_code == 422
        assert "pomyłka" in answer.text
        assert public_status(site, clerk) == 200

    def test_the_document_says_that_it_was_taken_down(self, clerk: Clerk, document: str) -> None:
        clerk.done(f"{document}/wylacz", **SAID)
        assert "wyłączony z udostępniania" in clerk.page(document)
        assert "wyłączony z udostępniania" in clerk.page(f"{clerk.desk}?punkt={clerk.items[1].id}")

    def test_another_councils_document_is_not_found(
        self, site: Site, clerk: Clerk, document: str
    ) -> None:
        other = site.found("mirsk")
        version = site.upload(other, Owner(paper_id=site.paper(other).id), "Obcy")
        path = f"{clerk.home}/dokumenty/{version.document_id}/wylacz"
        assert clerk.get(path).status_code == 404
        assert clerk.post(path, **SAID).status_code == 404
        own = clerk.items[1].considerations[0].paper.documents[0]
        foreign_version = {**SAID, "version_id": version.id}
        answer = clerk.post(f"{clerk.home}/dokumenty/{own.id}/wylacz", **foreign_version)
        assert answer.status_code == 404
        assert document.endswith(own.id)


def _only(site: Site) -> str:
    with site.parts.database.reading() as session:
        return str(session.query(Exclusion).one().id)
