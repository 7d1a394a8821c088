"""Files on the desk: dropped, replaced, described, taken off, narrowed, downloaded."""

import json
import re

import pytest
from fpdf import FPDF
from httpx2 import Response

from api.pages.office.wording import VERDICTS
from docstore.models import Document, Version
from docstore.services import agendas
from docstore.services.documents import Owner
from tests.integration.pages.conftest import Site
from tests.integration.pages.office import Clerk, text_of

JSON = {"Accept": "application/json"}


def documents_of(clerk: Clerk, place: int = 1) -> list[Document]:
    """Return the documents of the first paper on an item."""
    return clerk.items[place].considerations[0].paper.documents


def send(clerk: Clerk, path: str, name: str, data: bytes = b"Tekst.", **fields: str) -> Response:
    """Send one file as upload.js does."""
    return clerk.browser.post(
        path,
        data=fields,
        files=[("files", (name, data))],
        headers={**JSON, "X-CSRF-Token": clerk.csrf},
    )


class TestDrop:
    def test_many_files_at_once_get_their_roles_from_their_names(self, clerk: Clerk) -> None:
        said = clerk.drop(
            f"{clerk.item(1)}/pliki",
            "projekt uchwały.txt",
            "uzasadnienie.txt",
            "Załącznik nr 1 mapa.txt",
            "opinia RIO.txt",
        )
        assert "Zapisano: 4 pliki" in said.replace("\N{NO-BREAK SPACE}", " ")
        assert [(d.role, d.is_public) for d in documents_of(clerk)] == [
            ("main", True),
            ("justification", True),
            ("annex", True),
            ("opinion", False),
        ]

    def test_an_item_without_a_paper_gets_one_of_its_own_title(self, clerk: Clerk) -> None:
        clerk.drop(f"{clerk.item(0)}/pliki", "scenariusz.txt")
        assert clerk.items[0].considerations[0].paper.title == "Otwarcie sesji"

    def test_a_file_goes_to_the_paper_whose_zone_it_was_dropped_on(self, clerk: Clerk) -> None:
        clerk.done(f"{clerk.item(1)}/druki", paper_title="Drugi druk", revision=clerk.revision)
        second = clerk.items[1].considerations[1].paper
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt", paper=second.id)
        assert documents_of(clerk) == []
        assert len(clerk.items[1].considerations[1].paper.documents) == 1

    def test_the_meeting_has_documents_of_its_own(self, clerk: Clerk) -> None:
        said = clerk.drop(f"{clerk.desk}/pliki", "Zawiadomienie o sesji.txt", "protokół.txt")
        assert "Zawiadomienie o sesji" in said
        page = clerk.page(clerk.desk)
        assert "zawiadomienie wersja 1" in page
        assert "protokół wersja 1" in page

    def test_rows_of_a_long_list_lead_to_the_form_instead_of_each_holding_one(
        self, clerk: Clerk
    ) -> None:
        form = f'action="{clerk.home}/dokumenty/'
        clerk.drop(f"{clerk.desk}/pliki", *(f"opinia {number}.txt" for number in range(40)))
        assert clerk.browser.get(clerk.desk).text.count(form) == 2 * 40  # describe, and remove
        clerk.drop(f"{clerk.desk}/pliki", "opinia 41.txt")
        page = clerk.browser.get(clerk.desk).text
        assert page.count(form) == 0
        (address,) = set(re.findall(r'href="([^"]*/dokumenty/[^"#]*)#opis"', page)[40:])
        assert 'id="opis"' in clerk.browser.get(address).text

    def test_nothing_chosen_is_said_and_makes_no_paper(self, clerk: Clerk) -> None:
        answer = clerk.post(f"{clerk.item(0)}/pliki")
        assert answer.status_code == 422
        assert "Wybierz co najmniej jeden plik." in text_of(answer)
        assert clerk.items[0].considerations == []

    def test_an_empty_file_does_not_stop_the_others(self, clerk: Clerk) -> None:
        answer = clerk.post(
            f"{clerk.item(1)}/pliki",
            ("files", ("dobry.txt", b"Tekst.")),
            ("files", ("pusty.txt", b"")),
        )
        said = text_of(answer)
        assert answer.status_code == 422
        assert "Plik „pusty.txt” jest pusty" in said
        assert "Zapisano: 1 plik" in said.replace("\N{NO-BREAK SPACE}", " ")
        assert len(documents_of(clerk)) == 1

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("../../etc/passwd.txt", "passwd.txt"),
            ("C:\\druki\\uchwała.txt", "uchwała.txt"),
            ("a" * 500 + ".txt", "a" * 96 + ".txt"),
            ("projekt\u202etxt.exe.txt", "projekttxt.exe.txt"),
            ("con.txt", "_con.txt"),
        ],
    )
    def test_a_bad_name_is_made_safe(self, clerk: Clerk, name: str, kept: str) -> None:
        send(clerk, f"{clerk.item(1)}/pliki", name)
        assert documents_of(clerk)[0].versions[0].file_name == kept

    def test_a_page_says_what_is_still_being_read(self, clerk: Clerk) -> None:
        clerk.post(f"{clerk.item(1)}/pliki", ("files", ("projekt.txt", b"Tekst.")))
        path = f"{clerk.desk}?punkt={clerk.items[1].id}"
        page = clerk.get(path)
        assert "Trwa odczytywanie: 1 plik" in text_of(page).replace("\N{NO-BREAK SPACE}", " ")
        assert 'data-hx-trigger="every 2s"' in page.text
        clerk.site.work()
        page = clerk.get(path)
        assert "Trwa odczytywanie" not in text_of(page)
        assert "hx-trigger" not in page.text


class TestScript:
    def test_it_is_told_the_role_and_the_version(self, clerk: Clerk) -> None:
        answer = send(clerk, f"{clerk.item(1)}/pliki", "uzasadnienie.txt")
        assert answer.status_code == 200
        said = answer.json()
        assert said["role"] == "uzasadnienie"
        assert said["sentence"] == "wersja 1"

    def test_it_is_told_why_a_file_was_refused(self, clerk: Clerk) -> None:
        before = len(clerk.items[0].considerations)
        answer = send(clerk, f"{clerk.item(0)}/pliki", "pusty.txt", b"")
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert "jest pusty" in answer.json()["detail"]
        assert len(clerk.items[0].considerations) == before

    def test_it_speaks_english_when_the_page_does(self, clerk: Clerk) -> None:
        clerk.get(f"{clerk.home}?jezyk=en")
        answer = send(clerk, f"{clerk.item(1)}/pliki", "uzasadnienie.txt")
        assert answer.json()["role"] == "justification"

    def test_without_the_pages_proof_nothing_is_taken(self, clerk: Clerk) -> None:
        answer = clerk.browser.post(
            f"{clerk.item(1)}/pliki", files=[("files", ("a.txt", b"a"))], headers=JSON
        )
        assert answer.status_code == 403
        assert documents_of(clerk) == []


class TestProblems:
    def test_a_wrong_extension_is_said_in_words(self, clerk: Clerk) -> None:
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.pdf", data=b"To nie jest PDF, tylko tekst.")
        said = clerk.page(f"{clerk.desk}?punkt={clerk.items[1].id}")
        assert "nazwa nie zgadza się z zawartością" in said
        assert "plik do sprawdzenia" in said.replace("\N{NO-BREAK SPACE}", " ")

    def test_a_locked_pdf_says_that_it_is_in_the_zip_alone(self, clerk: Clerk) -> None:
        paper = FPDF()
        paper.set_encryption(owner_password="urzad", user_password="rada")
        paper.add_page()
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.pdf", data=bytes(paper.output()))
        said = clerk.page(f"{clerk.desk}?punkt={clerk.items[1].id}")
        assert "zaszyfrowany: będzie tylko w ZIP" in said
        assert "znasz hasło, podaj je" in said
        here = f"{clerk.home}/dokumenty/{documents_of(clerk)[0].id}"
        assert f"{here}#haslo" in clerk.get(f"{clerk.desk}?punkt={clerk.items[1].id}").text
        version = clerk.page(here)
        assert "znasz hasło, podaj je" in version

    def test_a_word_file_without_libreoffice_says_so_on_the_page(self, clerk: Clerk) -> None:
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.rtf", data=rb"{\rtf1 Projekt uchwaly}")
        said = clerk.page(f"{clerk.desk}?punkt={clerk.items[1].id}")
        assert "na serwerze nie ma LibreOffice" in said
        assert "Administrator może doinstalować LibreOffice" in said

    def test_a_pdf_shows_its_pages(self, clerk: Clerk) -> None:
        paper = FPDF()
        paper.add_page()
        data = bytes(paper.output())
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.pdf", data=data)
        said = clerk.page(f"{clerk.desk}?punkt={clerk.items[1].id}")
        assert "1 strona" in said.replace("\N{NO-BREAK SPACE}", " ")

    def test_of_a_file_without_fault_nothing_is_said(self, clerk: Clerk) -> None:
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt", data=b"Projekt")
        said = clerk.page(f"{clerk.desk}?punkt={clerk.items[1].id}")
        assert not [each for each in VERDICTS.values() if each in said]


class TestReplace:
    @pytest.fixture
    def address(self, clerk: Clerk) -> str:
        """Return the address of a document with one version."""
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt")
        return f"{clerk.home}/dokumenty/{documents_of(clerk)[0].id}"

    def test_a_new_version_carries_its_note_and_the_old_one_stays(
        self, clerk: Clerk, address: str
    ) -> None:
        said = clerk.done(
            f"{address}/wersje",
            ("file", ("projekt po poprawkach.txt", b"Nowy tekst.")),
            note="autopoprawka w § 3",
        )
        assert "Zapisano wersję 2" in said
        assert "autopoprawka w § 3" in said
        assert "wersja 1" in said
        names = [version.file_name for version in documents_of(clerk)[0].versions]
        assert names == ["projekt.txt", "projekt po poprawkach.txt"]

    def test_the_same_bytes_make_no_version(self, clerk: Clerk, address: str) -> None:
        said = clerk.done(f"{address}/wersje", ("file", ("inna.txt", b"Tekst projektu.")))
        assert "taki sam jak wersja 1" in said
        assert len(documents_of(clerk)[0].versions) == 1

    def test_an_empty_replacement_is_refused(self, clerk: Clerk, address: str) -> None:
        assert "jest pusty" in clerk.done(f"{address}/wersje", ("file", ("pusty.txt", b"")))
        assert "Wybierz co najmniej jeden plik" in clerk.done(f"{address}/wersje")

    def test_every_version_can_be_downloaded(self, clerk: Clerk, address: str) -> None:
        clerk.done(f"{address}/wersje", ("file", ("nowy.txt", "Żółć".encode())))
        page = clerk.get(address).text
        for version, data in zip(
            documents_of(clerk)[0].versions, (b"Tekst projektu.", "Żółć".encode()), strict=True
        ):
            path = f"/{clerk.council.body.slug}/pliki/{version.id}/{version.file_name}?zapisz=1"
            assert path in page
            answer = clerk.get(path)
            assert answer.content == data
            assert answer.headers["content-disposition"].startswith("attachment")

    def test_a_document_is_taken_off_and_put_back(self, clerk: Clerk, address: str) -> None:
        assert "Usunięto „Projekt”" in clerk.done(f"{address}/usun")
        desk = clerk.page(f"{clerk.desk}?punkt={clerk.items[1].id}")
        assert "Usunięte pliki (1)" in desk
        assert "Przywrócono „Projekt”" in clerk.done(f"{address}/przywroc")
        assert "Usunięte pliki" not in clerk.page(f"{clerk.desk}?punkt={clerk.items[1].id}")

    def test_the_quick_form_changes_role_title_and_flag(self, clerk: Clerk, address: str) -> None:
        clerk.done(f"{address}/opis", title="Stanowisko", role="opinion")
        document = documents_of(clerk)[0]
        assert (document.title, document.role, document.is_public) == (
            "Stanowisko",
            "opinion",
            False,
        )

    def test_a_narrowed_audience_needs_its_ground(self, clerk: Clerk, address: str) -> None:
        form = {"title": "Opinia prawna", "role": "opinion", "audience": "members"}
        answer = clerk.post(address, **form)
        assert answer.status_code == 422
        assert 'value="Opinia prawna"' in answer.text
        clerk.done(address, **form, audience_ground="privacy", audience_reason="dane stron")
        document = documents_of(clerk)[0]
        assert (document.audience, document.audience_ground) == ("members", "privacy")
        assert "tylko radni" in clerk.page(address)

    def test_a_document_is_narrowed_to_named_persons(self, clerk: Clerk, address: str) -> None:
        form = {
            "title": "Opinia",
            "role": "opinion",
            "audience": "persons",
            "audience_ground": "privacy",
        }
        assert clerk.post(address, **form).status_code == 422
        clerk.done(address, **form, persons=clerk.council.member.id)
        assert documents_of(clerk)[0].audience_ids == [clerk.council.member.id]

    @pytest.mark.parametrize("field", ["role", "audience"])
    def test_a_choice_that_is_not_offered_is_refused(
        self, clerk: Clerk, address: str, field: str
    ) -> None:
        form = {"title": "A", "role": "main", "audience": "members_and_guests", field: "all"}
        assert clerk.post(address, **form).status_code == 422


class TestStrangers:
    def test_another_councils_things_are_not_found(self, site: Site, clerk: Clerk) -> None:
        other = site.found("mirsk")
        version = site.upload(other, Owner(paper_id=site.paper(other).id), "Obcy tekst")
        with site.parts.database.reading() as session:
            document = session.get_one(Version, version.id).document_id
            item = agendas.agenda(session, other.meeting.id)[1].id
        home = clerk.home
        file = ("files", ("a.txt", b"a"))
        assert clerk.get(f"{home}/dokumenty/{document}").status_code == 404
        assert clerk.get(f"/piechowice/pliki/{version.id}/a.txt").status_code == 404
        for path in (
            f"{clerk.desk}/punkty/{item}/pliki",
            f"{home}/posiedzenia/{other.meeting.id}/pliki",
            f"{home}/druki/{site.paper(other).id}/pliki",
            f"{home}/dokumenty/{document}/wersje",
        ):
            assert clerk.post(path, file, ("file", ("a.txt", b"a"))).status_code == 404
        for verb in ("usun", "przywroc", "opis"):
            answer = clerk.post(f"{home}/dokumenty/{document}/{verb}", title="A", role="main")
            assert answer.status_code == 404
        paper = site.paper(other).id
        assert clerk.post(f"{clerk.item(1)}/pliki", file, paper=paper).status_code == 404

    def test_a_strangers_person_cannot_be_an_audience(self, site: Site, clerk: Clerk) -> None:
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt")
        address = f"{clerk.home}/dokumenty/{documents_of(clerk)[0].id}"
        answer = clerk.post(
            address,
            title="Opinia",
            role="opinion",
            audience="persons",
            audience_ground="privacy",
            persons=site.found("mirsk").member.id,
        )
        assert answer.status_code == 404
        assert json.dumps(documents_of(clerk)[0].audience_ids) == "[]"
