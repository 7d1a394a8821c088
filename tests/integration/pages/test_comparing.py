"""What changed from one version to the next: who sees it, where it is told, and what of it."""

import io

import pytest
from lxml import html
from sqlalchemy import delete, select
from starlette.testclient import TestClient

from docstore.models import Comparison, PageText, Version
from docstore.services import compared
from docstore.services.documents import Owner
from tests.factories import make_pdf
from tests.integration.pages.conftest import Council, Site
from tests.integration.pages.office import Clerk, text_of
from tests.integration.pages.test_destroyed import destroy
from tests.integration.pages.test_viewer import page_of
from tests.integration.pages.test_withdrawn import take_down

OLD = (
    "§ 1. Ustala się stawkę opłaty w wysokości 50 zł.\n§ 2. Uchwała wchodzi w życie po 14 dniach.\n"
)
NEW = OLD.replace("50 zł", "60 zł").replace("§ 2", "§ 3").replace("§ 3", "§ 2. Traci moc akt.\n§ 3")
SAID = "1 zmieniony paragraf, 1 nowy paragraf, 1 paragraf z innym numerem"


def add(site: Site, council: Council, before: Version, data: bytes | str, name: str) -> Version:
    """Store the next version of a document, and read it."""
    version = site.parts.intake.add_version(
        None,
        body_id=council.body.id,
        document_id=before.document_id,
        file_name=name,
        source=io.BytesIO(data.encode() if isinstance(data, str) else data),
    )
    site.work()
    return version


def spaced(element: html.HtmlElement) -> str:
    return str(element.text_content()).replace("\N{NO-BREAK SPACE}", " ")


def changes_of(version: Version, before: Version) -> str:
    return f"/piechowice/pliki/{version.id}/zmiany?od={before.id}"


def counted(site: Site) -> list[tuple[str, str]]:
    with site.parts.database.reading() as session:
        return [(row.before_id, row.version_id) for row in session.scalars(select(Comparison))]


@pytest.fixture
def old(site: Site, council: Council) -> Version:
    """Return a public draft in a published packet."""
    owner = Owner(paper_id=site.paper(council).id)
    row = site.upload(council, owner, OLD, is_public=True)
    site.publish(council)
    return row


@pytest.fixture
def new(site: Site, council: Council, old: Version) -> Version:
    """Return the version that replaces it, in no packet yet."""
    return add(site, council, old, NEW, "projekt-2.txt")


@pytest.fixture
def member(site: Site, council: Council) -> TestClient:
    return site.browser(council.member, by="link")


class TestPage:
    def test_it_says_what_came_and_went_and_where(
        self, clerk: Clerk, old: Version, new: Version
    ) -> None:
        page = page_of(clerk.browser, changes_of(new, old))
        assert SAID in spaced(page)
        assert page.xpath("//main//div[@class='redline']//ins/text()") == ["60", "Traci moc akt."]
        assert page.xpath("//main//div[@class='redline']//del/text()") == ["50"]
        places = [each.text_content() for each in page.xpath("//p[@class='unit-place']")]
        assert places == ["§ 1 · zmienione", "§ 2 · nowe", "§ 3 · inny numer; wcześniej § 2"]

    def test_without_another_version_it_is_beside_the_one_before(
        self, clerk: Clerk, old: Version, new: Version
    ) -> None:
        led = clerk.browser.get(f"/piechowice/pliki/{new.id}/zmiany", follow_redirects=False)
        assert led.headers["location"] == changes_of(new, old)
        first = clerk.browser.get(f"/piechowice/pliki/{old.id}/zmiany", follow_redirects=False)
        assert first.headers["location"] == f"/piechowice/pliki/{old.id}/strony/1"

    def test_unchanged_text_is_folded_away_unless_asked_for(
        self, site: Site, council: Council, clerk: Clerk
    ) -> None:
        lines = [f"§ {n}. Przepis o liczbie {n} i słowie {'x' * n}.\n" for n in range(1, 30)]
        owner = Owner(paper_id=site.paper(council).id)
        before = site.upload(council, owner, "".join(lines))
        after = add(site, council, before, "".join(lines).replace("słowie xxxx.", "s."), "n.txt")
        shown = page_of(clerk.browser, changes_of(after, before))
        assert len(shown.xpath("//div[@class='redline']/div")) == 3
        assert "bez zmian: 24 akapity" in spaced(shown)
        whole = page_of(clerk.browser, f"{changes_of(after, before)}&widok=calosc")
        assert len(whole.xpath("//div[@class='redline']/div")) == 29

    def test_markup_in_a_text_is_text(self, site: Site, council: Council, clerk: Clerk) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        before = site.upload(council, owner, "Tekst pierwszy.")
        after = add(site, council, before, "Tekst <script>alert(1)</script> pierwszy.", "n.txt")
        page = clerk.browser.get(changes_of(after, before)).text
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page

    def test_a_file_without_text_is_told_and_one_that_is_being_read(
        self, site: Site, council: Council, clerk: Clerk, old: Version
    ) -> None:
        picture = add(site, council, old, b"\x89PNG\r\n\x1a\n", "skan.png")
        assert "nie ma tekstu" in clerk.page(changes_of(picture, old))
        waiting = site.parts.intake.add_version(
            None, body_id=council.body.id, document_id=old.document_id,
            file_name="trzeci.txt", source=io.BytesIO(b"Trzeci."),
        )  # fmt: skip
        assert "jeszcze odczytywana" in clerk.page(changes_of(waiting, old))


class TestWhoSeesIt:
    def test_nobody_outside_the_office_hears_of_a_version_before_its_packet(
        self, site: Site, council: Council, member: TestClient, old: Version, new: Version
    ) -> None:
        for browser in (site.client, member):
            assert browser.get(changes_of(new, old)).status_code == 404
            assert browser.get(changes_of(old, new)).status_code == 404
            beside = f"/piechowice/pliki/{old.id}/strony/1?wobec={new.id}"
            assert browser.get(beside).status_code == 404
        assert "Co się zmieniło" not in member.get(f"/piechowice/moje/{council.meeting.id}").text
        site.publish(council)
        for browser in (site.client, member):
            assert SAID in text_of(browser.get(changes_of(new, old)))
        mine = page_of(member, f"/piechowice/moje/{council.meeting.id}")
        (line, *_) = mine.xpath(f"//a[@href='{changes_of(new, old)}']")
        assert spaced(line).startswith(SAID)

    def test_a_version_of_another_council_is_not_found(
        self, site: Site, clerk: Clerk, old: Version
    ) -> None:
        other = site.found("mirsk")
        strange = site.upload(other, Owner(paper_id=site.paper(other).id), NEW)
        assert clerk.browser.get(changes_of(old, strange)).status_code == 404
        assert clerk.browser.get(changes_of(strange, old)).status_code == 404

    def test_what_was_taken_down_is_gone_from_it(
        self, site: Site, council: Council, old: Version, new: Version
    ) -> None:
        site.publish(council)
        take_down(site, council, old, alone=True)
        assert site.client.get(changes_of(new, old)).status_code == 410
        assert site.client.get(changes_of(old, new)).status_code == 410
        beside = f"/piechowice/pliki/{new.id}/strony/1?wobec={old.id}"
        assert site.client.get(beside).status_code == 410

    def test_what_was_destroyed_leaves_no_figures(
        self, site: Site, council: Council, clerk: Clerk, old: Version, new: Version
    ) -> None:
        assert counted(site) == [(old.id, new.id)]
        destroy(site, council, old)
        site.work()
        assert counted(site) == []
        assert clerk.browser.get(changes_of(new, old)).status_code == 410


class TestLists:
    def test_the_office_is_told_at_replacing(
        self, clerk: Clerk, old: Version, new: Version
    ) -> None:
        page = page_of(clerk.browser, f"/piechowice/biuro/dokumenty/{new.document_id}")
        (line,) = page.xpath(f"//a[@href='{changes_of(new, old)}']")
        assert spaced(line).startswith(SAID)

    def test_figures_follow_the_text(
        self, site: Site, clerk: Clerk, old: Version, new: Version
    ) -> None:
        with site.parts.database.transaction() as session:
            session.get_one(PageText, (old.id, 1)).text = NEW
            compared.ask(session, old.id, at=site.clock.now())
        site.work()
        assert "tekst ten sam" in clerk.page(f"/piechowice/biuro/dokumenty/{new.document_id}")

    def test_the_public_compares_the_draft_with_the_act(self, site: Site, council: Council) -> None:
        draft = site.upload(council, Owner(paper_id=site.paper(council).id), OLD, is_public=True)
        site.publish(council)
        owner = Owner(paper_id=site.paper(council).id)
        act = site.upload(council, owner, NEW, role="signed_act", name="u.txt", is_public=True)
        paper = site.adopt(council)
        page = page_of(site.client, f"/piechowice/uchwaly/{paper.id}")
        (link,) = page.xpath("//a[contains(., 'od projektu do uchwały')]/@href")
        assert link == changes_of(act, draft)
        shown = text_of(site.client.get(link))
        assert "Otwórz uchwałę" in shown
        assert SAID in shown

    def test_versions_from_before_there_were_figures_are_counted_at_the_next_start(
        self, site: Site, old: Version, new: Version
    ) -> None:
        with site.parts.database.transaction() as session:
            session.execute(delete(Comparison))
            compared.plan(session, at=site.clock.now())
            compared.plan(session, at=site.clock.now())  # once, however often it starts
        assert site.work() == 1
        assert counted(site) == [(old.id, new.id)]

    def test_pages_without_text_are_told_and_nothing_is_called_the_same(
        self, site: Site, council: Council, clerk: Clerk
    ) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        before = site.upload(council, owner, make_pdf(text="Stawki.", pages=2), name="a.pdf")
        after = add(site, council, before, make_pdf(text="Stawka.", pages=2), "b.pdf")
        with site.parts.database.transaction() as session:
            session.get_one(PageText, (after.id, 2)).text = ""
            compared.ask(session, after.id, at=site.clock.now())
        site.work()
        for address in (
            changes_of(after, before),
            f"/piechowice/biuro/dokumenty/{after.document_id}",
        ):
            said = clerk.page(address).replace("\N{NO-BREAK SPACE}", " ")
            assert "bez tekstu, więc nieporównane: 1 strona" in said
            assert "tekst ten sam" not in said.lower()

    def test_a_reader_is_led_to_no_version_that_was_taken_from_them(
        self, site: Site, council: Council, member: TestClient, old: Version, new: Version
    ) -> None:
        site.publish(council)
        mine = f"/piechowice/moje/{council.meeting.id}"
        member.get(mine)
        third = add(site, council, old, NEW.replace("60 zł", "70 zł"), "projekt-3.txt")
        site.publish(council)
        page = page_of(member, mine)
        links = page.xpath(f"//a[@href='{changes_of(third, new)}']")
        assert len(links) == 2, (
            "at the head of the page, where it says what is new, and at the file"
        )
        take_down(site, council, new, alone=True, from_members=True)
        shown = member.get(mine).text
        assert f"/pliki/{third.id}/zmiany?od={old.id}" in shown
        assert new.id not in shown


class TestMarks:
    def test_words_are_marked_on_the_pages_of_both(
        self, site: Site, council: Council, clerk: Clerk
    ) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        before = site.upload(council, owner, make_pdf(text="Stawka 50 zl za psa"), name="a.pdf")
        after = add(site, council, before, make_pdf(text="Stawka 60 zl za psa"), "b.pdf")
        for own, other, word, kind in (
            (after, before, "60", "added"),
            (before, after, "50", "removed"),
        ):
            address = f"/piechowice/pliki/{own.id}/strony/1?wobec={other.id}"
            page = page_of(clerk.browser, address)
            marks = page.xpath("//main//svg/rect/@x")
            (drawn,) = [each for each in page.xpath("//main//tspan") if each.text == word]
            assert marks == [drawn.get("x")] * 2
            assert page.xpath("//main//svg/rect/@class") == [kind, f"{kind} rule"]
            assert page.xpath(f"//a[@href='{changes_of(after, before)}']")

    def test_turning_pages_keeps_the_other_version(
        self, site: Site, council: Council, clerk: Clerk
    ) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        pages = make_pdf(text="Stawka 50 zl", pages=2)
        before = site.upload(council, owner, pages, name="a.pdf")
        after = add(site, council, before, make_pdf(text="Stawka 60 zl", pages=2), "b.pdf")
        page = page_of(clerk.browser, f"/piechowice/pliki/{after.id}/strony/1?wobec={before.id}")
        (following, *_) = page.xpath("//main//a[@rel='next']/@href")
        assert following.endswith(f"/2?wobec={before.id}#strona")
