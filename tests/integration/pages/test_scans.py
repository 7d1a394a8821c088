"""Scans: their words are recognised, found, marked as such, and put right by the office."""

import io
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from api.checking import check
from docstore.files import media
from docstore.files.errors import FileRefused
from docstore.files.recognising import (
    MemoryRecogniser,
    OcrmypdfRecogniser,
    Recognised,
    find_tesseract,
)
from docstore.language import Words
from docstore.models import Facts, LedgerEntry, PageText, Rendition, Version
from docstore.outbox import backlog, drain, enqueue
from docstore.services import renditions
from docstore.services.damage import note_damage
from docstore.services.documents import NewDocument, Owner
from docstore.services.packets import unread_pages
from docstore.services.versions import READ
from docstore.visibility import Visibility, office
from indexer.documents import Page, SearchQuery
from indexer.recognising import plan
from tests.conftest import missing
from tests.integration.pages.conftest import Council, Site, equipped, make_installation
from tests.integration.pages.office import Clerk, make_colleague, text_of
from tests.integration.pages.test_viewer import page_of, pages_of
from tests.scanning import LINES, a_scan, picture


def blank_scan(pages: int = 1) -> bytes:
    """Return a scan whose pages are grey pictures."""
    frames = [Image.new("L", (400, 560), 200) for _ in range(pages)]
    stream = io.BytesIO()
    frames[0].save(stream, "PDF", save_all=True, append_images=frames[1:])
    return stream.getvalue()


class Refusing(MemoryRecogniser):
    """Refuses whatever holds one of some pages."""

    def __init__(self, *pages: int) -> None:
        super().__init__()
        self._pages = pages

    def recognise(
        self, source: Path, target: Path, *, media_type: str, pages: Collection[int], is_last: bool
    ) -> Recognised:
        if set(self._pages) & set(pages):
            self.asked.append(tuple(sorted(pages)))
            raise FileRefused("timeout", "a page of all the stars")
        return super().recognise(
            source, target, media_type=media_type, pages=pages, is_last=is_last
        )


@pytest.fixture
def recogniser() -> MemoryRecogniser:
    """Return a program that says of each page which it is, in words of its own."""
    return MemoryRecogniser(lambda number: f"opłata targowa, kartka {number}")


@pytest.fixture
def site(tmp_path: Path, recogniser: MemoryRecogniser) -> Iterator[Site]:
    """Return an installation with that program."""
    made = make_installation(tmp_path / "data")
    yield equipped(made, recogniser)
    made.parts.close()


def upload(site: Site, council: Council, octets: bytes, name: str = "skan.pdf") -> Version:
    owner = Owner(paper_id=site.paper(council).id)
    return site.upload(council, owner, octets, name=name, is_public=True)


def texts_of(site: Site, version: Version) -> dict[int, tuple[str, str]]:
    with site.parts.database.reading() as session:
        rows = session.scalars(select(PageText).where(PageText.version_id == version.id))
        return {row.page: (row.origin, row.text) for row in rows}


def facts_of(site: Site, version: Version) -> Facts:
    with site.parts.database.reading() as session:
        return session.get_one(Facts, version.id)


def copy_of(site: Site, version: Version) -> Rendition | None:
    with site.parts.database.reading() as session:
        return renditions.find(session, kind=renditions.RECOGNISED, version_id=version.id)


def planned(site: Site) -> int:
    """Return how many scans a start of the server promises to recognise."""
    with site.parts.database.transaction() as session:
        return plan(site.parts.reader, session)


def found(site: Site, council: Council, text: str) -> int:
    seen = Visibility.of(council.body.id, {office(council.body.id)})
    return site.parts.engine.search(
        SearchQuery(text=text), visible_to=seen, page=Page(limit=5)
    ).total


class TestRecognising:
    def test_a_scan_is_found_by_its_words(self, site: Site, council: Council) -> None:
        version = upload(site, council, blank_scan())
        assert texts_of(site, version) == {1: ("recognised", "opłata targowa, kartka 1")}
        assert found(site, council, "opłaty targowej") == 1
        facts = facts_of(site, version)
        assert (facts.text_state, facts.problems) == ("text", ["recognised"])

    def test_a_text_costs_no_recognising(
        self, site: Site, council: Council, recogniser: MemoryRecogniser
    ) -> None:
        upload(site, council, b"Tekst", "projekt.txt")
        assert recogniser.asked == []

    def test_a_long_scan_is_done_in_turns_and_lets_others_in_between(
        self, site: Site, council: Council, recogniser: MemoryRecogniser
    ) -> None:
        version = upload(site, council, blank_scan(pages=23))
        assert [len(asked) for asked in recogniser.asked] == [10, 10, 3]
        assert [texts_of(site, version)[page][0] for page in (1, 23)] == ["recognised"] * 2

    def test_a_picture_gets_pages(self, site: Site, council: Council) -> None:
        stream = io.BytesIO()
        Image.new("L", (400, 560), 200).save(stream, "PNG")
        version = upload(site, council, stream.getvalue(), "skan.png")
        assert texts_of(site, version) == {1: ("recognised", "opłata targowa, kartka 1")}
        assert facts_of(site, version).pages == 1

    def test_one_bad_page_does_not_keep_the_others(self, site: Site, council: Council) -> None:
        site = equipped(site, refusing := Refusing(3))
        version = upload(site, council, blank_scan(pages=12))
        assert refusing.asked[0] == tuple(range(1, 11))
        said = texts_of(site, version)
        assert said[3] == ("recognised", "")
        assert all(text for page, (_, text) in said.items() if page != 3)
        facts = facts_of(site, version)
        assert (facts.text_state, facts.problems) == ("partial", ["recognised"])

    def test_a_file_that_is_refused_whole_is_asked_for_once(
        self, site: Site, council: Council
    ) -> None:
        site = equipped(site, refusing := Refusing(1))
        version = upload(site, council, blank_scan())
        assert facts_of(site, version).problems == ["no_text"]
        asked = len(refusing.asked)
        assert planned(site) == 0
        assert len(refusing.asked) == asked

    def test_a_file_of_which_every_page_is_refused_is_given_up_soon(
        self, site: Site, council: Council
    ) -> None:
        site = equipped(site, refusing := Refusing(*range(1, 41)))
        version = upload(site, council, blank_scan(pages=40))
        assert [len(asked) for asked in refusing.asked] == [10, 1, 1, 1]
        facts = facts_of(site, version)
        assert (facts.text_state, facts.problems) == ("none", ["no_text"])
        assert planned(site) == 0

    def test_programs_that_differ_about_the_pages_come_to_an_end(
        self, site: Site, council: Council
    ) -> None:
        """As of a PDF that says to have 25 pages and has one."""

        class Differing(MemoryRecogniser):
            def recognise(self, source: Path, target: Path, **asked: Any) -> Recognised:
                said = super().recognise(source, target, **asked)
                return Recognised(1, {n: page for n, page in said.pages.items() if n == 1})

        site = equipped(site, differing := Differing())
        version = upload(site, council, blank_scan(pages=25))
        assert len(differing.asked) < 10
        assert "recognising" not in facts_of(site, version).problems

    def test_a_picture_that_is_refused_is_shown_as_before(
        self, site: Site, council: Council
    ) -> None:
        site = equipped(site, Refusing(1))
        stream = io.BytesIO()
        Image.new("L", (400, 560), 200).save(stream, "PNG")
        version = upload(site, council, stream.getvalue(), "skan.png")
        site.publish(council)
        assert facts_of(site, version).pages is None
        assert facts_of(site, version).problems == ["no_text"]
        assert site.client.get(f"{pages_of(version)}/1/obraz.webp").status_code == 200

    def test_a_text_that_was_read_in_part_is_no_scan(
        self, site: Site, council: Council, recogniser: MemoryRecogniser
    ) -> None:
        version = upload(site, council, blank_scan())
        recogniser.asked.clear()
        with site.parts.database.transaction() as session:
            facts = session.get_one(Facts, version.id)
            facts.text_state, facts.problems = "partial", ["no_text", "too_many_pages"]
            session.get_one(PageText, (version.id, 1)).origin = "file"
            session.get_one(PageText, (version.id, 1)).text = ""
        assert planned(site) == 0

    def test_a_program_that_is_gone_leaves_nothing_under_way(
        self, site: Site, council: Council
    ) -> None:
        handlers = site.parts.handlers()
        version = site.parts.intake.add_document(
            None,
            body_id=council.body.id,
            new=NewDocument(Owner(paper_id=site.paper(council).id)),
            file_name="skan.pdf",
            source=io.BytesIO(blank_scan()),
        )
        drain(site.parts.database, site.clock, {READ: handlers[READ]})
        assert facts_of(site, version).problems == ["recognising"]
        equipped(site, None).work()
        assert facts_of(site, version).problems == ["no_text"]
        with site.parts.database.reading() as session:
            assert backlog(session).waiting == 0
        assert planned(site) == 1

    def test_an_office_file_without_a_pdf_has_no_scans(
        self, site: Site, council: Council, recogniser: MemoryRecogniser
    ) -> None:
        version = upload(site, council, b"{\\rtf1 }", "pusty.rtf")
        assert planned(site) == 0
        assert recogniser.asked == []
        assert "recognising" not in facts_of(site, version).problems

    def test_without_a_program_a_scan_stays_one_until_there_is_one(
        self, site: Site, council: Council
    ) -> None:
        version = upload(equipped(site, None), council, blank_scan())
        assert facts_of(site, version).problems == ["no_text"]
        assert [planned(site), planned(site)] == [1, 0]
        site.work()
        assert texts_of(site, version) == {1: ("recognised", "opłata targowa, kartka 1")}

    def test_the_office_is_told_that_it_is_under_way(self, clerk: Clerk) -> None:
        handlers = clerk.site.parts.handlers()
        clerk.done(f"{clerk.item(1)}/pliki", ("files", ("skan.pdf", blank_scan())))
        drain(clerk.site.parts.database, clerk.site.clock, {READ: handlers[READ]})
        assert "skan: rozpoznajemy jego tekst" in clerk.page(
            f"{clerk.desk}?punkt={clerk.items[1].id}"
        )
        clerk.site.work()
        assert "skan z rozpoznanym tekstem" in clerk.page(f"{clerk.desk}?punkt={clerk.items[1].id}")


def test_the_check_says_what_is_not_there_and_what_that_costs(site: Site) -> None:
    settings = site.parts.settings.model_copy(update={"tesseract": "auto"})
    words = Words("pl")
    bare = equipped(site, None).parts
    said = [line.text for line in check(replace(bare, settings=settings), words).lines]
    assert said[-1] == "bez programu Tesseract: skanów nie da się przeszukać"
    assert said[:-1] == [line.text for line in check(bare, words).lines], "who chose so knows it"
    assert check(replace(bare, settings=settings), words).is_good


class TestPersonalData:
    def test_a_clerk_is_asked_to_look_at_what_a_program_read(
        self, site: Site, council: Council
    ) -> None:
        version = upload(site, council, blank_scan())
        with site.parts.database.reading() as session:
            facts = session.get_one(Facts, version.id)
            assert unread_pages(session, session.get_one(Version, version.id), facts) == [None]

    def test_what_a_clerk_put_right_is_read(self, site: Site, council: Council) -> None:
        version = upload(site, council, blank_scan(pages=2))
        with site.parts.database.transaction() as session:
            session.get_one(PageText, (version.id, 1)).origin = "corrected"
        with site.parts.database.reading() as session:
            facts = session.get_one(Facts, version.id)
            assert unread_pages(session, session.get_one(Version, version.id), facts) == [2]

    def test_words_with_personal_data_of_a_public_scan_are_given_to_nobody(
        self, site: Site, council: Council, clerk: Clerk
    ) -> None:
        version = upload(equipped(site, None), council, blank_scan(pages=12))
        site.publish(council)
        told = MemoryRecogniser(
            lambda number: "Jan Kowalski, PESEL 44051401359" if number == 12 else f"kartka {number}"
        )
        equipped_site = equipped(site, told)
        assert planned(equipped_site) == 1
        equipped_site.work()
        assert all(text == "" for _, text in texts_of(site, version).values())
        assert found(site, council, "Kowalski") + found(site, council, "kartka") == 0
        assert site.client.get(f"/piechowice/pliki/{version.id}/z-tekstem").status_code == 404
        assert site.client.get(f"{pages_of(version)}/12/obraz.webp").status_code == 200
        assert facts_of(site, version).problems == ["no_text", "withheld"]
        page = clerk.page(f"{clerk.home}/dokumenty/{version.document_id}")
        assert "są w nim dane osobowe: nie pokazujemy tekstu" in page
        assert planned(equipped_site) == 0

    def test_words_without_any_are_public_like_the_scan(self, site: Site, council: Council) -> None:
        version = upload(equipped(site, None), council, blank_scan())
        site.publish(council)
        planned(site)
        site.work()
        assert "kartka 1" in text_of(site.client.get(f"{pages_of(version)}/1?widok=tekst"))


class TestWhatIsShown:
    def test_recognised_text_is_marked_with_how_sure_it_is(
        self, site: Site, council: Council
    ) -> None:
        version = upload(site, council, blank_scan())
        site.publish(council)
        for view in ("strona", "tekst"):
            said = text_of(site.client.get(f"{pages_of(version)}/1?widok={view}"))
            assert "jego tekst rozpoznał program, z pewnością 90%" in said
        hits = text_of(site.client.get(f"{pages_of(version)}/1?q=targowej"))
        assert "tekst ze skanu" in hits

    def test_the_searchable_copy_stands_beside_the_original(
        self, site: Site, council: Council
    ) -> None:
        octets = blank_scan()
        version = upload(site, council, octets)
        site.publish(council)
        page = page_of(site.client, f"{pages_of(version)}/1")
        links = {link.text_content().strip(): link.get("href") for link in page.xpath("//a")}
        copy = site.client.get(links["Pobierz PDF z tekstem"])
        assert copy.headers["content-type"] == media.PDF
        assert "z%20rozpoznanym%20tekstem" in copy.headers["content-disposition"]
        original = next(href for name, href in links.items() if name.startswith("Pobierz oryginał"))
        assert site.client.get(original).content == octets

    def test_a_text_of_its_own_is_marked_as_nothing_else(
        self, site: Site, council: Council
    ) -> None:
        version = upload(site, council, b"Tekst projektu", "projekt.txt")
        site.publish(council)
        assert "rozpoznał" not in text_of(site.client.get(f"{pages_of(version)}/1"))


class TestCorrecting:
    @pytest.fixture
    def version(self, site: Site, council: Council) -> Version:
        """Return a scan of two pages, public in a published packet."""
        made = upload(site, council, blank_scan(pages=2))
        site.publish(council)
        return made

    def form_of(self, clerk: Clerk, version: Version, page: int = 1) -> str:
        return f"{clerk.home}/pliki/{version.id}/strony/{page}/tekst"

    def sent(self, clerk: Clerk, version: Version, text: str, **fields: Any) -> str:
        seen = {"seen": texts_of(clerk.site, version)[1][1], **fields}
        said = clerk.done(self.form_of(clerk, version), text=text, **seen)
        clerk.site.work()
        return said

    def test_what_a_clerk_types_is_found_shown_and_noted(
        self, site: Site, council: Council, clerk: Clerk, version: Version
    ) -> None:
        assert "kartka 1" in clerk.page(self.form_of(clerk, version))
        assert "Zapisano tekst strony 1." in self.sent(clerk, version, "opłata skarbowa\r\nw dwóch")
        assert texts_of(site, version)[1] == ("corrected", "opłata skarbowa\nw dwóch")
        assert found(site, council, "opłaty skarbowej") == 1
        said = text_of(site.client.get(f"{pages_of(version)}/1"))
        assert "jego tekst poprawiło biuro rady" in said
        with site.parts.database.reading() as session:
            noted = session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc())).first()
        assert noted is not None
        assert '"page_corrected"' in noted.entry

    def test_two_clerks_do_not_overwrite_each_other_unseen(
        self, site: Site, clerk: Clerk, version: Version
    ) -> None:
        self.sent(make_colleague(clerk), version, "pierwsza poprawka")
        answer = clerk.post(
            self.form_of(clerk, version), text="druga poprawka", seen="opłata targowa, kartka 1"
        )
        assert answer.status_code == 422
        assert "ktoś inny zmienił tekst" in text_of(answer)
        assert "druga poprawka" in text_of(answer)
        assert "Tak jest teraz: pierwsza poprawka" in text_of(answer)
        assert texts_of(site, version)[1] == ("corrected", "pierwsza poprawka")
        self.sent(clerk, version, "druga poprawka")
        assert texts_of(site, version)[1] == ("corrected", "druga poprawka")

    def test_a_text_too_long_is_given_back(self, clerk: Clerk, version: Version) -> None:
        seen = texts_of(clerk.site, version)[1][1]
        answer = clerk.post(self.form_of(clerk, version), text="x" * 40_001, seen=seen)
        assert answer.status_code == 422
        assert "najwyżej" in text_of(answer)
        assert f'name="seen" value="{seen}"' in answer.text

    def test_the_files_own_text_is_nobodys_to_change(
        self, site: Site, council: Council, clerk: Clerk
    ) -> None:
        version = upload(site, council, b"Tekst projektu", "projekt.txt")
        assert clerk.get(self.form_of(clerk, version)).status_code == 404
        assert clerk.post(self.form_of(clerk, version), text="Inny").status_code == 404
        assert texts_of(site, version)[1] == ("file", "Tekst projektu")

    def test_a_page_without_a_recognised_word_is_read_out_once_it_was_put_right(
        self, site: Site, clerk: Clerk, version: Version
    ) -> None:
        self.sent(clerk, version, "pismo odręczne")
        page = page_of(site.client, f"{pages_of(version)}/1")
        (heard,) = page.xpath("//div[contains(@class, 'page-sheet')]/div[@class='visually-hidden']")
        assert heard.text_content() == "pismo odręczne"
        assert "nie ma na niej tekstu" not in page.xpath("//main//img")[0].get("alt")

    def test_reading_the_file_anew_takes_nothing_away(
        self, site: Site, council: Council, clerk: Clerk, version: Version
    ) -> None:
        self.sent(clerk, version, "opłata skarbowa")
        before = texts_of(site, version)
        with site.parts.database.transaction() as session:
            enqueue(
                session, READ, version.id, at=site.clock.now(),
                version=version.id, body=version.body_id,
            )  # fmt: skip
        site.work()
        assert texts_of(site, version) == before
        assert facts_of(site, version).problems == ["recognised"]
        assert found(site, council, "skarbowej") == 1

    def test_where_a_damaged_copy_cannot_be_made_again_the_words_stay(
        self, site: Site, council: Council, version: Version
    ) -> None:
        before, copy = texts_of(site, version), copy_of(site, version)
        assert copy is not None
        assert copy.sha256 is not None
        with site.parts.database.transaction() as session:
            note_damage(session, body_id=version.body_id, sha256=copy.sha256, at=site.clock.now())
        equipped(site, Refusing(1, 2)).work()
        assert texts_of(site, version) == before
        assert facts_of(site, version).problems == ["recognised"]
        assert found(site, council, "targowej") == 1
        assert planned(site) == 0

    def test_a_damaged_copy_is_made_again_and_the_words_stay(
        self, site: Site, council: Council, clerk: Clerk, version: Version
    ) -> None:
        self.sent(clerk, version, "opłata skarbowa")
        before, copy = texts_of(site, version), copy_of(site, version)
        assert copy is not None
        assert copy.sha256 is not None
        with site.parts.database.transaction() as session:
            note_damage(session, body_id=version.body_id, sha256=copy.sha256, at=site.clock.now())
        assert copy_of(site, version) is None
        assert found(site, council, "skarbowej") == 1
        site.work()
        assert copy_of(site, version) is not None
        assert texts_of(site, version) == before


def test_real_pages_are_recognised_shown_and_found(site: Site, council: Council) -> None:
    if find_tesseract() is None:
        missing("Tesseract (packages tesseract-ocr, tesseract-ocr-pol)")
    site = equipped(site, OcrmypdfRecogniser(work_folder=site.parts.settings.spool_dir))
    version = upload(site, council, a_scan(picture(*LINES, turned=90), picture(*LINES)))
    site.publish(council)
    assert found(site, council, "opłatą od posiadania psa") == 1
    page = page_of(site.client, f"{pages_of(version)}/1?q=psy")
    assert [int(page.xpath("//main//img")[0].get(side)) for side in ("width", "height")] == [
        5954, 8420,
    ]  # fmt: skip
    assert len(page.xpath("//main//*[local-name()='rect']")) >= 4
    assert list(site.parts.settings.spool_dir.iterdir()) == []
