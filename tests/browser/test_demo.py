"""The demo as a visitor walks it: its seven steps, then each user in three ways."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from docstore.files.office import find_libreoffice
from tests.browser.walking import Hand, Keyboard, Mouse, Walk, walk
from tests.factories import make_pdf

pytestmark = [pytest.mark.browser, pytest.mark.server]

_COUNT = re.compile(r"(\d+)")
_CHANGED = re.compile(r"1\s+zmieniony paragraf")
_BY = pytest.mark.parametrize("hand", [Mouse(), Keyboard()], ids=["mouse", "keyboard"])


@pytest.fixture
def visitor(browser: Browser, demo: str) -> Iterator[Walk]:
    """Return a visitor with JavaScript."""
    with walk(browser, demo) as walking:
        yield walking


@pytest.fixture
def plain(browser: Browser, demo: str) -> Iterator[Walk]:
    """Return a visitor without JavaScript."""
    with walk(browser, demo, scripts=False) as walking:
        yield walking


def _number(locator: Locator) -> int:
    found = _COUNT.search(locator.inner_text())
    assert found is not None
    return int(found.group(1))


class TestSteps:
    """In their order: each finds what the ones before it left."""

    def test_1_a_dropped_file_is_found_by_its_word(self, visitor: Walk, tmp_path: Path) -> None:
        page = visitor.page
        visitor.go("/")
        visitor.look()
        visitor.link("Wrzuć plik").click()
        visitor.look()
        with page.expect_download() as downloading:
            visitor.link("Pobierz przykładowy plik").click()
        file = tmp_path / downloading.value.suggested_filename
        downloading.value.save_as(file)
        visitor.button("Otwórz sesję w biurze").click()
        visitor.look()
        with page.expect_file_chooser() as choosing:
            page.get_by_text("Dodaj pliki").click()
        choosing.value.set_files(file)
        expect(page.locator(".upload-row[data-state=done]")).to_be_visible()
        expect(page.locator(".file-row", has_text="szynobus")).to_be_visible()
        page.get_by_role("searchbox").fill("SZYNOBUSY")
        page.get_by_role("searchbox").press("Enter")
        visitor.until_shown(page.locator(".snippet mark", has_text="szynobus").first)
        visitor.look()

    def test_2_the_packet_is_one_pdf_with_word_files_inside(
        self, visitor: Walk, tmp_path: Path
    ) -> None:
        page = visitor.page
        visitor.go("/krok/2")
        visitor.look()
        visitor.button("Otwórz materiały sesji").click()
        visitor.look()
        href = page.get_by_role("link", name="Pobierz PDF").get_attribute("href")
        answer = page.request.get(f"{visitor.home}{href}")
        assert answer.headers["content-type"] == "application/pdf"
        file = tmp_path / "pakiet.pdf"
        file.write_bytes(answer.body())
        pdf = PdfReader(file)
        assert len(pdf.outline) >= 14
        assert any(
            note.get_object()["/Subtype"] == "/Link" for note in pdf.pages[0].annotations or ()
        )
        text = "".join(each.extract_text() for each in pdf.pages[2:])
        assert ("opłaty od posiadania psów" in " ".join(text.split())) is bool(find_libreoffice())

    def test_3_a_replaced_draft_makes_packet_2_and_its_mails(self, visitor: Walk) -> None:
        page = visitor.page
        visitor.go("/krok/3")
        visitor.look()
        visitor.button("Podmień projekt za mnie").click()
        expect(page.get_by_text("projekt: wersja 2")).to_be_visible()
        visitor.look()
        visitor.button("Podgląd pakietu").click()
        notify = page.get_by_role("button", name="Zawiadom 21 osób")
        visitor.until_shown(notify)
        visitor.look()
        reason = page.get_by_label("Dlaczego mimo to publikujesz")
        if reason.is_visible():
            reason.fill("Dane w dokumentach pokazu są zmyślone.")
        notify.click()
        visitor.look()
        visitor.go("/krok/3")
        expect(page.get_by_role("heading", name="Co zmienił pakiet 2")).to_be_visible()
        visitor.look()
        visitor.link("Skrzynka pocztowa").click()
        visitor.until_shown(page.get_by_text("42\N{NO-BREAK SPACE}listy"))
        visitor.look()
        page.locator("tbody a").first.click()
        expect(page.locator("pre").first).to_contain_text("wersja 2")
        visitor.look()
        visitor.go("/krok/3")
        visitor.button("Otwórz sesję jako radna").click()
        expect(page.get_by_role("heading", name="Nowe od Twojej ostatniej wizyty")).to_be_visible()
        visitor.look()

    def test_4_the_receipts_page_says_what_was_observed(self, visitor: Walk) -> None:
        page = visitor.page
        visitor.go("/krok/4")
        visitor.look()
        visitor.button("Otwórz sesję jako radna i potwierdź odbiór").click()
        visitor.button("Potwierdzam odbiór").click()
        expect(page.locator(".chip", has_text="odbiór potwierdzony")).to_be_visible()
        visitor.go("/krok/4")
        visitor.button("Zobacz doręczenia").click()
        visitor.look()
        expect(page.get_by_text("1 z 21 otworzyło w Teczce")).to_be_visible()
        row = page.get_by_role("row", name="Żołądkiewicz")
        expect(row).not_to_contain_text("jeszcze nie")

    def test_5_three_people_find_three_counts(self, visitor: Walk) -> None:
        page = visitor.page
        visitor.go("/krok/5")
        visitor.look()
        counts = [_number(each) for each in page.locator(".card .lead").all()]
        assert 0 < counts[0] < counts[1] < counts[2]
        for name, count in zip(("mieszkaniec", "radna", "biuro"), counts, strict=True):
            visitor.go("/krok/5")
            visitor.button(f"Szukaj jako {name}").click()
            assert _number(page.get_by_text("Znaleziono:")) == count
            visitor.look()

    def test_6_the_backends_are_told_with_their_counts(self, visitor: Walk) -> None:
        visitor.go("/krok/6")
        visitor.look()
        expect(visitor.page.get_by_text("s3+http, 127.0.0.1/teczka")).to_be_visible()
        assert _number(visitor.page.locator("dd").first) >= 99
        visitor.button("Strona „Stan” administratora").click()
        visitor.look()

    def test_7_the_check_is_green(self, visitor: Walk) -> None:
        visitor.go("/krok/7")
        visitor.button("Sprawdź teraz").click()
        expect(visitor.page.get_by_text("Wszystko się zgadza.")).to_be_visible()
        visitor.look()


def _enter(walking: Walk, door: str, press: Callable[[Locator], None]) -> None:
    walking.go("/")
    press(walking.button(door))


class TestOffice:
    def _to_the_desk(self, walking: Walk, hand: Hand, look: Callable[[], None]) -> None:
        _enter(walking, "Wejdź do Biura Rady", hand.press)
        expect(walking.page).to_have_title(re.compile("Posiedzenia"))
        look()
        hand.press(walking.link("LIII sesja"))
        expect(walking.page.get_by_role("heading", name="Porządek obrad")).to_be_visible()
        look()

    @_BY
    def test_a_point_is_added_and_the_next_packet_looked_at(
        self, visitor: Walk, hand: Hand
    ) -> None:
        page = visitor.page
        self._to_the_desk(visitor, hand, visitor.look)
        title = f"Wręczenie podziękowań sołtysom ({type(hand).__name__})"
        hand.write(page.get_by_label("Nowy punkt"), title)
        hand.press(visitor.button("Dodaj punkt"))
        hand.press(visitor.link(title))
        expect(page.locator("#wybrany-tytul")).to_contain_text(title)
        visitor.look()
        hand.press(visitor.link("Podgląd pakietu"))
        expect(page.get_by_role("heading", name="Co się zmieniło")).to_be_visible()
        visitor.look()

    def test_alt_and_an_arrow_move_a_point_and_say_where_it_went(self, visitor: Walk) -> None:
        page = visitor.page
        self._to_the_desk(visitor, Keyboard(), visitor.look)
        points = page.locator("[data-move-item] a")
        first, second = points.nth(0).inner_text(), points.nth(1).inner_text()
        points.nth(1).focus()
        for key, on_top in (("Alt+ArrowUp", second), ("Alt+ArrowDown", first)):
            page.keyboard.press(key)
            expect(points.nth(0)).to_have_text(on_top)
            expect(page.get_by_role("link", name=second)).to_be_focused()
        expect(page.get_by_text(f"{second}: miejsce 2 z")).to_have_count(1)
        visitor.look()

    def test_what_was_adopted_is_published_and_found(self, visitor: Walk, tmp_path: Path) -> None:
        page, file = visitor.page, tmp_path / "Uchwała LIII-340-2026 podpisana.pdf"
        file.write_bytes(make_pdf(text="Uchwała w sprawie opłaty od posiadania psów i fretek"))
        self._to_the_desk(visitor, Mouse(), visitor.look)
        visitor.link("Wyniki").click()
        visitor.look()
        row = page.locator(".outcome", has_text="druk 307")
        row.get_by_role("combobox").select_option(label="przyjęto")
        for name, typed in (("number", "LIII/340/2026"), ("in_favour", "14"), ("abstained", "1")):
            row.locator(f"input[name^={name}-]").fill(typed)
        visitor.button("Zapisz wyniki").click()
        row.get_by_role("link").first.click()
        visitor.look()
        page.locator("input[type=file]").first.set_input_files(file)
        visitor.until_shown(page.locator(".file-row", has_text="podpisana uchwała"))
        visitor.until_shown(page.locator(".file-row", has_text="1\N{NO-BREAK SPACE}strona"))
        visitor.button("Opublikuj uchwałę").click()
        visitor.look()
        visitor.go("/piechowice/uchwaly?q=fretki")
        visitor.until_shown(page.get_by_role("link", name="w sprawie opłaty od posiadania psów"))
        expect(page.get_by_text("LIII/340/2026").first).to_be_visible()

    @_BY
    def test_what_an_act_says_is_confirmed_and_everyone_reads_it(
        self, visitor: Walk, hand: Hand
    ) -> None:
        page = visitor.page
        self._to_the_desk(visitor, Mouse(), visitor.look)
        visitor.go("/piechowice/biuro/akty")
        hand.press(visitor.link("LII/326/2026"))
        section = page.locator("section", has=page.get_by_role("heading", name="Co mówi treść"))
        expect(section.get_by_label("podstawa prawna")).to_be_checked()
        visitor.look()
        hand.press(visitor.button("Potwierdź zaznaczone"))
        expect(section.get_by_text("potwierdzone")).to_be_visible()
        visitor.look()
        act = page.url.rsplit("/", 1)[-1].partition("#")[0]
        visitor.go(f"/piechowice/uchwaly/{act}")
        expect(page.get_by_role("heading", name="O tej uchwale")).to_be_visible()
        visitor.go(f"/piechowice/biuro/akty/{act}")
        hand.press(section.get_by_role("button", name="Cofnij"))
        expect(section.get_by_label("podstawa prawna")).to_be_checked()

    def test_without_scripts_a_file_is_uploaded_by_a_plain_form(
        self, plain: Walk, tmp_path: Path
    ) -> None:
        page, file = plain.page, tmp_path / "stanowisko.txt"
        file.write_text("Stanowisko Rady w sprawie kolei.")
        self._to_the_desk(plain, Mouse(), plain.read)
        plain.link("Sprawy różne i głosy mieszkańców").click()
        page.locator("input[type=file]").first.set_input_files(file)
        plain.button("Wyślij pliki").click()
        expect(page.locator(".file-row", has_text="stanowisko")).to_be_visible()
        plain.read()


class TestCouncillor:
    """Comes by the mail, as councillors do; each way is somebody else's."""

    def _to_the_session(
        self, walking: Walk, name: str, hand: Hand, look: Callable[[], None]
    ) -> None:
        walking.go("/poczta")
        hand.press(walking.link(name))
        hand.press(walking.link("Otwórz materiały"))
        expect(walking.page.get_by_text("Ten przycisk zaloguje")).to_be_visible()
        look()
        hand.press(walking.button("Otwórz materiały"))
        expect(walking.page.get_by_role("heading", name="Porządek obrad")).to_be_visible()
        look()

    @pytest.mark.parametrize(
        ("name", "hand"),
        [("Olga Mżykowska", Mouse()), ("Ryszard Kłosiński", Keyboard())],
        ids=["mouse", "keyboard"],
    )
    def test_a_mail_leads_to_the_papers_and_receipt_is_confirmed(
        self, visitor: Walk, name: str, hand: Hand
    ) -> None:
        page = visitor.page
        self._to_the_session(visitor, name, hand, visitor.look)
        hand.press(visitor.button("Potwierdzam odbiór"))
        expect(page.locator(".chip", has_text="odbiór potwierdzony")).to_be_visible()
        visitor.look()
        hand.write(page.get_by_role("searchbox"), "psow")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Znaleziono:")).to_be_visible()
        visitor.look()
        visitor.go("/piechowice/moje/zapisy")
        visitor.look()
        page.set_viewport_size({"width": 390, "height": 844})
        cells = page.locator("td").evaluate_all("all => all.map(each => each.clientWidth)")
        assert min(cells) > 300, "on a phone a table is cards, each as wide as the screen"

    def test_it_works_without_scripts(self, plain: Walk) -> None:
        self._to_the_session(plain, "Henryk Olszaniec", Mouse(), plain.read)
        plain.button("Potwierdzam odbiór").click()
        expect(plain.page.locator(".chip", has_text="odbiór potwierdzony")).to_be_visible()
        plain.read()


class TestChanges:
    """What a replaced draft changed, as a councillor sees it; the third step has replaced one."""

    def _look_at_it(self, walking: Walk, press: Callable[[Locator], None]) -> None:
        page = walking.page
        _enter(walking, "Wejdź jako radna", press)
        press(walking.link("LIII sesja"))
        press(page.locator("#main").get_by_role("link", name=_CHANGED).first)
        expect(page.locator(".redline ins").first).to_be_visible()
        expect(page.locator(".redline del").first).to_be_visible()
        expect(page.get_by_role("heading", name=_CHANGED)).to_be_visible()

    @_BY
    def test_it_is_read_and_marked_on_the_pages(self, visitor: Walk, hand: Hand) -> None:
        page = visitor.page
        self._look_at_it(visitor, hand.press)
        visitor.look()
        hand.press(visitor.link("Cały tekst"))
        expect(page.get_by_text("bez zmian:")).to_have_count(0)
        visitor.look()
        hand.press(page.locator(".card a[href*='/strony/']").first)
        expect(page.locator(".page-sheet rect.added").first).to_be_attached()
        visitor.look()
        hand.press(visitor.link("Strony drugiej wersji"))
        expect(page.locator(".page-sheet rect.removed").first).to_be_attached()
        hand.press(visitor.link("Wszystkie zmiany w tekście"))
        expect(page.locator(".redline")).to_be_visible()

    @pytest.mark.parametrize("width", [820, 390])
    def test_it_is_read_by_touch(self, browser: Browser, demo: str, width: int) -> None:
        context = browser.new_context(
            viewport={"width": width, "height": 1180}, has_touch=True, locale="pl-PL"
        )
        walking = Walk(context.new_page(), demo)
        self._look_at_it(walking, lambda wanted: wanted.tap())
        walking.look()
        over = "() => document.documentElement.scrollWidth - innerWidth"
        assert walking.page.evaluate(over) <= 0, "wider than the screen"
        context.close()

    def test_it_works_without_scripts(self, plain: Walk) -> None:
        self._look_at_it(plain, Mouse().press)
        plain.read()


class TestPages:
    """The viewer, by mouse and keys, as wide as a tablet, and without scripts."""

    def _to_the_packet(self, walking: Walk) -> None:
        _enter(walking, "Wejdź jako radna", Mouse().press)
        walking.link("LIII sesja").click()
        walking.link("Otwórz materiały (").click()
        self.is_at(walking.page, 1)

    @staticmethod
    def is_at(page: Page, number: int) -> None:
        """Wait for a page of the viewer, its picture drawn and its words laid over it."""
        told = re.compile(rf"Strona ({number} z|\w+ \({number} z) \d+")
        expect(page.locator(".page-turning").first).to_contain_text(told)
        expect(page).to_have_url(re.compile(rf"/strony/{number}(\?|#|$)"))
        drawn = "picture => picture.complete && picture.naturalWidth"
        assert page.locator(".page-sheet img").evaluate(drawn) == 1654

    def test_a_packet_is_read_by_keys_and_searched(self, visitor: Walk) -> None:
        page = visitor.page
        self._to_the_packet(visitor)
        visitor.look()
        for key, number in (("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2)):
            page.keyboard.press(key)
            self.is_at(page, number)
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        page.keyboard.press("PageDown")
        self.is_at(page, 3)
        page.get_by_role("searchbox", name="Znajdź w tym dokumencie").fill("pies")
        page.keyboard.press("ArrowRight")  # moves within the field, not to another page
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Znaleziono na")).to_be_visible()
        visitor.look()
        page.locator(".page-hits a").first.click()
        expect(page.locator(".page-sheet rect").first).to_be_visible()
        visitor.look()
        visitor.link("Powiększenie").click()
        sheet = page.locator(".page-sheet")
        frame = page.locator(".page-picture")
        wide = "each => each.getBoundingClientRect().width"
        assert sheet.evaluate(wide) > 1.9 * frame.evaluate(wide)
        visitor.look()
        visitor.link("Sam tekst").click()
        expect(page.locator(".large-print mark").first).to_be_visible()
        visitor.look()
        visitor.link("Cała strona").click()
        visitor.link("Wszystkie strony").click()
        page.locator(".thumbnails a").nth(3).click()
        self.is_at(page, 4)

    def test_words_are_selected_on_the_picture(self, visitor: Walk) -> None:
        page = visitor.page
        self._to_the_packet(visitor)
        word = page.locator(".page-sheet tspan", has_text="Piechowice").first
        word.scroll_into_view_if_needed()
        box = word.bounding_box()
        assert box is not None
        page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        selected = page.evaluate("String(getSelection())")
        assert "Piechowic" in selected
        assert len(selected) < 40, "one word, not the page"

    def test_it_works_on_a_tablet_and_without_scripts(self, plain: Walk) -> None:
        page = plain.page
        page.set_viewport_size({"width": 820, "height": 1180})
        self._to_the_packet(plain)
        page.get_by_role("link", name="Następna").first.click()
        self.is_at(page, 2)
        page.get_by_label("Przejdź do strony").fill("4")
        page.get_by_role("button", name="Idź").click()
        expect(page.locator(".page-turning").first).to_contain_text("Strona 4 (")
        plain.read()

    def test_what_was_found_leads_to_its_page(self, visitor: Walk) -> None:
        page = visitor.page
        _enter(visitor, "Wejdź jako mieszkaniec", Mouse().press)
        visitor.go("/piechowice/szukaj?q=psów")
        visitor.until_shown(page.locator(".snippet a[href*='/strony/']").first)
        page.locator(".snippet a[href*='/strony/']").first.click()
        expect(page.locator("mark, .page-sheet rect").first).to_be_visible()
        visitor.look()


class TestPublic:
    def _to_an_act(self, walking: Walk, hand: Hand, look: Callable[[], None]) -> None:
        _enter(walking, "Wejdź jako mieszkaniec", hand.press)
        look()
        hand.write(walking.page.get_by_role("searchbox").first, "OPLATA OD PSOW")
        hand.press(walking.page.locator("#main").get_by_role("button", name="Szukaj"))
        expect(walking.page.get_by_text("Znaleziono:")).to_be_visible()
        look()
        hand.press(walking.page.locator(".paper-title a").first)
        expect(walking.page.locator("h1")).to_contain_text("posiadania psów")
        look()

    @_BY
    def test_an_act_is_found_and_the_session_seen(self, visitor: Walk, hand: Hand) -> None:
        self._to_an_act(visitor, hand, visitor.look)
        hand.press(visitor.page.get_by_role("link", name="Sesje", exact=True).first)
        visitor.look()
        hand.press(visitor.link("LIII sesja"))
        expect(visitor.page.locator("h1")).to_contain_text("LIII sesja")
        visitor.look()

    def test_it_works_without_scripts(self, plain: Walk) -> None:
        self._to_an_act(plain, Mouse(), plain.read)


def test_english_is_whole_on_the_demos_own_pages(visitor: Walk) -> None:
    """What is Polish on an English page is a name or a document."""
    for path in ("/", *(f"/krok/{number}" for number in range(1, 8)), "/poczta"):
        visitor.go(f"{path}?jezyk=en")
        assert visitor.page.locator("html").get_attribute("lang") == "en"
        headings = visitor.page.locator("h1, h2, .button").all_inner_texts()
        assert [each for each in headings if re.search("[ąćęłńóśźż]", each)] == []


def test_a_phone_shows_whole_pages_and_cards_that_are_read_across(visitor: Walk) -> None:
    """Nothing is wider than the screen, and what a card says has most of its width."""
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/", "/krok/6", "/poczta", "/wyglad"):
        visitor.go(path)
        wide = "document.documentElement.scrollWidth - window.innerWidth"
        assert visitor.page.evaluate(wide) <= 0, path
        widths = "cells => cells.map(cell => cell.offsetWidth / cell.parentElement.offsetWidth)"
        cells = visitor.page.locator(".table:not(.pair) td")
        assert [each for each in cells.evaluate_all(widths) if each < 0.9] == [], path
