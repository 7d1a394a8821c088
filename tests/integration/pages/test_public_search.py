"""Search over all that the asker may see, the help on it, and pages that explain."""

from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
from starlette.testclient import TestClient

from api.names import LABELS
from api.pages.public.help import LESSONS
from docstore.models import Version
from docstore.rules.audience import AudienceKind
from docstore.services.documents import AudienceChoice, NewDocument, Owner
from indexer.polish import shared_analyser
from indexer.query import QueryLanguage
from tests.integration.pages.conftest import Council, Site, make_installation

EXAMPLES = [query for _, examples in LESSONS for query, _ in examples]
WORD = "parking"


class Hall:
    """A council with an act, a public draft, an opinion for members, and a file not yet sent."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.council: Council = site.found()
        owner = Owner(paper_id=site.paper(self.council).id)
        self.act = site.act(
            self.council,
            number="I/1/2025",
            title="w sprawie parkingów",
            text=f"Uchwala się {WORD} przy szkole.",
            day=date(2025, 1, 30),
        )
        self.draft = self._put(owner, f"Projekt: {WORD} przy dworcu.", "projekt.txt")
        self.opinion = self._put(owner, f"Opinia: {WORD} jest zbędny.", "opinia.txt", "opinion")
        site.publish(self.council)
        self.unsent = self._put(owner, f"Nowy załącznik: {WORD}.", "nowy.txt", "annex")
        self.clerk = site.browser(site.clerk(self.council))
        self.member = site.browser(self.council.member, by="link")
        self.guest = site.browser(self.council.guest, by="link")
        self.public = site.browser()

    def _put(self, owner: Owner, text: str, name: str, role: str = "main") -> Version:
        return self.site.upload(self.council, owner, text, name=name, role=role)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Return one council for all tests here."""
    site = make_installation(tmp_path_factory.mktemp("hall"))
    yield Hall(site)
    site.parts.close()


def _search(client: TestClient, query: str = f"q={WORD}") -> str:
    answer = client.get(f"/piechowice/szukaj?{query}")
    assert answer.status_code == 200
    return unescape(answer.text)


class TestWhoFindsWhat:
    @pytest.mark.parametrize(
        ("who", "found"),
        [
            ("public", {"act", "draft"}),
            ("guest", {"act", "draft", "opinion"}),
            ("member", {"act", "draft", "opinion"}),
            ("clerk", {"act", "draft", "opinion", "unsent"}),
        ],
    )
    def test_everyone_finds_and_counts_what_they_may_see(
        self, hall: Hall, who: str, found: set[str]
    ) -> None:
        page = _search(getattr(hall, who))
        files = {"act": "uchwala.txt", "draft": "projekt.txt", "opinion": "opinia.txt"}
        files["unsent"] = "nowy.txt"
        assert {name for name, file in files.items() if file in page} == found
        assert f"Znaleziono: {len(found)}" in page.replace(
            "\N{NO-BREAK SPACE}dokument", " dokument"
        )

    def test_a_word_is_found_without_diacritics_and_in_another_case(self, hall: Hall) -> None:
        assert "nowy.txt" in _search(hall.clerk, "q=ZALACZNIK")

    def test_a_narrowed_document_is_found_by_its_audience_alone(
        self, site: Site, council: Council
    ) -> None:
        narrowed = AudienceChoice(AudienceKind.PERSONS, (council.member.id,), "privacy", "sprawa")
        site.upload(council, Owner(paper_id=site.paper(council).id), "Projekt.", name="p.txt")
        row = site.parts.intake.add_document(
            None,
            body_id=council.body.id,
            new=NewDocument(
                Owner(paper_id=site.paper(council).id), role="opinion", audience=narrowed
            ),
            file_name="tajne.txt",
            source=iter([b"Tajny motyl."]),
        )
        site.work()
        site.publish(council)
        assert row.file_name in _search(site.browser(council.member, by="link"), "q=motyl")
        for who in (site.browser(council.guest, by="link"), site.browser()):
            assert "tajne.txt" not in _search(who, "q=motyl")
            assert "Brak wyników" in _search(who, "q=motyl")


class TestWhereItLeads:
    def test_the_office_is_led_to_its_desk(self, hall: Hall) -> None:
        item = hall.site.consideration(hall.council).item_id
        desk = f"/piechowice/biuro/posiedzenia/{hall.council.meeting.id}?punkt={item}#wybrany"
        assert f'href="{desk}"' in _search(hall.clerk)
        assert hall.clerk.get(desk).status_code == 200

    def test_a_recipient_is_led_to_their_meeting(self, hall: Hall) -> None:
        address = f"/piechowice/moje/{hall.council.meeting.id}"
        assert f'href="{address}"' in _search(hall.member)
        assert hall.member.get(address).status_code == 200

    def test_everyone_is_led_to_the_session_and_the_act(self, hall: Hall) -> None:
        page = _search(hall.public)
        assert f'href="/piechowice/sesje/{hall.council.meeting.id}"' in page
        assert f'href="/piechowice/uchwaly/{hall.act.id}"' in page
        assert f'href="/piechowice/pliki/{hall.draft.id}/projekt.txt"' in page

    def test_stages_narrow(self, hall: Hall) -> None:
        assert "projekt.txt" not in _search(hall.public, f"q={WORD}&etap=adopted")
        assert "uchwala.txt" not in _search(hall.public, f"q={WORD}&etap=draft")


class TestHelp:
    @pytest.mark.parametrize("query", EXAMPLES)
    def test_every_example_is_understood_as_it_is_written(self, query: str) -> None:
        language = QueryLanguage(shared_analyser(), LABELS)
        assert language.parse(query).notes == ()

    @pytest.mark.parametrize("query", EXAMPLES)
    def test_every_example_of_the_help_can_be_pressed(self, hall: Hall, query: str) -> None:
        assert hall.public.get("/piechowice/uchwaly", params={"q": query}).status_code == 200

    def test_the_help_names_every_example(self, hall: Hall) -> None:
        page = unescape(hall.public.get("/piechowice/jak-szukac").text)
        assert [query for query in EXAMPLES if query not in page] == []


class TestInformation:
    @pytest.mark.parametrize("page", ["kontakt", "dostepnosc", "dane-osobowe", "jak-szukac"])
    @pytest.mark.parametrize("language", ["pl", "en"])
    def test_it_is_there_in_both_languages(self, hall: Hall, page: str, language: str) -> None:
        answer = hall.site.browser().get(f"/piechowice/{page}?jezyk={language}")
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text

    @pytest.mark.parametrize("page", ["dostepnosc", "dane-osobowe"])
    def test_the_town_halls_own_words_are_shown(
        self, site: Site, council: Council, page: str
    ) -> None:
        folder = site.parts.settings.data_dir / "strony" / council.body.slug
        folder.mkdir(parents=True)
        (folder / f"{page}.txt").write_text("Data publikacji: 1 <marca> 2026.\n\nKontakt: Anna.")
        shown = site.client.get(f"/{council.body.slug}/{page}").text
        assert "<p>Data publikacji: 1 &lt;marca&gt; 2026.</p>" in shown
        assert "nie uzupełnił" not in shown
