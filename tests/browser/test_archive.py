"""Old acts are judged in the archive by mouse, by touch and by keyboard, and then published."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from rich.console import Console

from api.importing import import_folder
from docstore.files.writer import write_page_sets
from docstore.services import passwords, signins
from tests.browser.walking import Hand, Keyboard, Mouse, Walk, walk
from tests.integration.pages.browsers import PASSWORD
from tests.integration.pages.conftest import Council, Site, make_installation
from tests.serving import served
from tests.written_acts import WrittenAct, page_set, written_acts

pytestmark = [pytest.mark.browser, pytest.mark.server]

_BY = pytest.mark.parametrize("hand", [Mouse(), Keyboard()], ids=["mouse", "keyboard"])


@pytest.fixture
def council(tmp_path: Path) -> Iterator[tuple[Site, Council]]:
    """Return a council whose archive holds ten acts, two of them with one number, and minutes."""
    site = make_installation(tmp_path / "data")
    council = site.found()
    folder = tmp_path / "stare"
    folder.mkdir()
    acts = _some_acts()
    write_page_sets([page_set(act, folder / f"{act.name}.pdf") for act in acts])
    twin = WrittenAct("kopia", (f"{acts[0].pages[0]}\nKopia.", *acts[0].pages[1:]), acts[0].truth)
    write_page_sets([page_set(twin, folder / "kopia.pdf")])
    (folder / "Protokół XX sesji.txt").write_text("Protokół z XX sesji.")
    quiet = Console(file=StringIO())
    import_folder(site.parts, council.body, folder, console=quiet, publishes=False)
    yield site, council
    site.parts.close()


def _some_acts() -> list[WrittenAct]:
    """Return nine acts with numbers that differ."""
    chosen: dict[str, WrittenAct] = {}
    for act in written_acts():
        for number in act.truth["number"]:
            chosen.setdefault(number, act)
    return list(chosen.values())[:9]


@pytest.fixture
def desk(browser: Browser, council: tuple[Site, Council]) -> Iterator[Walk]:
    """Return a clerk who is signed in, with JavaScript."""
    yield from _desk(browser, council)


@pytest.fixture
def plain(browser: Browser, council: tuple[Site, Council]) -> Iterator[Walk]:
    """Return a clerk who is signed in, without JavaScript."""
    yield from _desk(browser, council, scripts=False)


def _desk(
    browser: Browser, council: tuple[Site, Council], *, scripts: bool = True
) -> Iterator[Walk]:
    with served(council[0]) as running, walk(browser, running.url, scripts=scripts) as walking:
        _sign_in(walking, _clerk(*council))
        yield walking


def _clerk(site: Site, council: Council) -> str:
    """Return the address of a clerk with a password."""
    person = site.clerk(council, "office")
    hashed = passwords.hashed(PASSWORD)
    with site.parts.database.transaction() as session:
        signins.set_password(session, site.acting, person=person, password_hash=hashed)
    return person.email


def _sign_in(walking: Walk, address: str) -> None:
    walking.go("/piechowice/wejscie")
    walking.page.locator("#f-email").fill(address)
    walking.page.locator("#f-password").fill(PASSWORD)
    walking.button("Zaloguj hasłem").click()
    expect(
        walking.page.get_by_role("link", name="Wyloguj").or_(walking.button("Wyloguj"))
    ).to_be_visible()


def _waiting(page: Page, count: int) -> None:
    expect(page.get_by_text(f"Czekają ({count})").first).to_be_visible()


@_BY
def test_acts_are_confirmed_taken_back_and_published(desk: Walk, hand: Hand) -> None:
    page = desk.page
    desk.go("/piechowice/biuro/akty")
    hand.press(desk.link("Archiwum (11)"))
    _waiting(page, 11)
    desk.look()
    hand.press(desk.button("Odłóż"))
    _waiting(page, 10)
    hand.press(desk.button("Cofnij"))
    _waiting(page, 11)
    hand.press(desk.button("Zatwierdź pewne"))
    _waiting(page, 3)  # the two with one number, and the minutes
    expect(page.get_by_text("ten sam numer").first).to_be_visible()
    desk.look()
    hand.write(page.get_by_label("Numer"), "LXXX/900/2023")
    hand.press(desk.button("Zatwierdź i dalej"))
    _waiting(page, 2)
    hand.press(desk.link("Zatwierdzone (9)"))
    desk.look()
    hand.write(page.get_by_label("Dlaczego mimo"), "akta dawnych lat, przejrzane")
    hand.press(desk.button("Opublikuj zatwierdzone"))
    expect(page.get_by_text("Opublikowano").first).to_be_visible()
    desk.look()
    desk.go("/piechowice/uchwaly")
    expect(page.get_by_text("LXXX/900/2023").first).to_be_visible()


def test_enter_alone_goes_through_them(desk: Walk) -> None:
    page = desk.page
    desk.go("/piechowice/biuro/archiwum")
    number = page.get_by_label("Numer")
    for waiting in (10, 9, 8):
        expect(number).to_be_focused()
        page.keyboard.press("Enter")
        _waiting(page, waiting)
    expect(number).to_be_focused()


def test_it_works_without_scripts(plain: Walk) -> None:
    plain.go("/piechowice/biuro/archiwum")
    plain.button("Zatwierdź i dalej").click()
    _waiting(plain.page, 10)
    plain.button("Cofnij").click()
    _waiting(plain.page, 11)
    plain.read()


def test_it_is_done_by_touch_on_a_tablet(browser: Browser, council: tuple[Site, Council]) -> None:
    with served(council[0]) as running:
        context = browser.new_context(
            viewport={"width": 820, "height": 1180}, has_touch=True, locale="pl-PL"
        )
        walking = Walk(context.new_page(), running.url)
        _sign_in(walking, _clerk(*council))
        walking.go("/piechowice/biuro/archiwum")
        walking.button("Odłóż").tap()
        _waiting(walking.page, 10)
        walking.button("Zatwierdź i dalej").tap()
        _waiting(walking.page, 9)
        walking.look()
        context.close()
