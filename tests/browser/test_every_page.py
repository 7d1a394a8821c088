"""Every page in every state: two checkers of HTML and of accessibility find nothing."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from fastapi.routing import iter_route_contexts
from httpx2 import Response
from playwright.sync_api import Browser, Page, Route
from sqlalchemy import select
from starlette.testclient import TestClient

from api.security.setup_code import CODE_FILE, show_code
from docstore.models import Exclusion
from tests.browser.crawling import HOME, Patterns, Seen, actions, follow, is_page, send_empty
from tests.browser.town import NEW, People, found_full, found_new
from tests.browser.troubles import shown_once, troubles
from tests.browser.walking import AXE, PATIENCE
from tests.conftest import missing
from tests.integration.pages.browsers import make_link, post, press
from tests.integration.pages.conftest import Council, Site, make_installation

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]

FULL = "piechowice"
_NU = Path(__file__).parents[2] / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# Routes that answer with a file, a feed, a figure or nothing that people look at.
NO_PAGES = {
    "/healthz",
    "/metrics",
    "/readyz",
    "/{slug}/barwy.css",
    "/{slug}/biuro/posiedzenia/{meeting_id}/doreczenia.csv",
    "/{slug}/herb",
    "/{slug}/moje/{meeting_id}/{number}/{name}",
    "/{slug}/moje/{meeting_id}/{number}/strony",
    "/{slug}/moje/{meeting_id}/{number}/strony/{page}/{name}",
    "/{slug}/pliki/{version_id}/bez-hasla",
    "/{slug}/pliki/{version_id}/pdf",
    "/{slug}/pliki/{version_id}/strony",
    "/{slug}/pliki/{version_id}/strony/{page}/{name}",
    "/{slug}/pliki/{version_id}/z-tekstem",
    "/{slug}/pliki/{version_id}/{file_name}",
    "/{slug}/uchwaly.atom",
}
TABLET = 820
# A screen of 1280 pixels at 200% (WCAG 1.4.4) and at 400% (1.4.10).
ZOOMED = (640, 320)
# What of an answer's headers matters to how it is shown.
_KEPT = {"content-type", "content-security-policy"}
_COLOURS = ("color-contrast", "link-in-text-block")
_TOO_WIDE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= innerWidth) return [];
  const reaches = each => each.checkVisibility() && !each.closest('.table-frame')
    && each.getBoundingClientRect().right > innerWidth + 1;
  return [`wider by ${page.scrollWidth - innerWidth}`,
    ...[...document.querySelectorAll('body *')].filter(reaches).slice(0, 5)
      .map(each => `${each.tagName}.${each.className}: ${each.innerText?.slice(0, 60)}`)];
}"""


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name in _KEPT}


@dataclass(frozen=True)
class Window:
    """A browser's page that shows answers taken down before, with the application's own files."""

    page: Page
    client: TestClient
    files: dict[str, Response] = field(default_factory=dict)

    def show(self, seen: Seen, *, width: int, scheme: Scheme = "light") -> None:
        """Show a page as wide as asked."""

        def answer(route: Route) -> None:
            # Chromium would ask for a password where it sees 401: what is shown is all that counts.
            if route.request.is_navigation_request():
                route.fulfill(status=200, headers=_kept(seen.headers), body=seen.text)
                return
            address = route.request.url.removeprefix(HOME)
            if address not in self.files:
                self.files[address] = self.client.get(address)
            file = self.files[address]
            route.fulfill(status=file.status_code, headers=_kept(file.headers), body=file.content)

        self.look_again(width=width, scheme=scheme)
        self.page.unroute_all()
        self.page.route(f"{HOME}/**", answer)
        self.page.goto(HOME + seen.address, timeout=PATIENCE)

    def look_again(self, *, width: int, scheme: Scheme) -> None:
        """Make the window as wide as asked, and light or dark."""
        # Colours that are on their way from light to dark are nobody's: nothing moves here.
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        self.page.set_viewport_size({"width": width, "height": 1100})

    def axe(self, *rules: str) -> list[tuple[str, list[object]]]:
        """Return what axe finds, by all of its rules or by these: rule and places."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
        found = self.page.evaluate("options => axe.run(document, options)", options)
        return [
            (each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]
        ]

    def too_wide(self) -> list[str]:
        """Return what reaches out of the screen, where the page is wider than it."""
        return [str(each) for each in self.page.evaluate(_TOO_WIDE)]

    def display(self, selector: str) -> str:
        """Return how the first such element is laid out."""
        first = self.page.locator(selector).first
        return str(first.evaluate("element => getComputedStyle(element).display"))

    def roles(self) -> set[str]:
        """Return the roles that the browser tells a screen reader of."""
        told = self.page.context.new_cdp_session(self.page).send("Accessibility.getFullAXTree")
        return {each["role"]["value"] for each in told["nodes"] if not each["ignored"]}


@dataclass(frozen=True)
class Town:
    """An installation with a council that has everything and one that has nothing."""

    site: Site
    council: Council
    people: dict[str, People]

    def seen(self) -> list[Seen]:
        """Return every page in every state, one of each shape."""
        patterns, shapes = Patterns(self.site.app), dict[object, Seen]()
        followed = list(self._followed(patterns))
        for page in (*followed, *self._refused(patterns), *self._sent(patterns, followed)):
            shapes.setdefault(page.shape, page)
        return list(shapes.values())

    def browser(self, page_of: str, slug: str) -> TestClient:
        """Return the browser of somebody in one of the councils."""
        return self.site.browser(getattr(self.people[slug], page_of, None))

    def _followed(self, patterns: Patterns) -> Iterator[Seen]:
        for slug in (FULL, NEW):
            home = f"/{slug}"
            starts = ["/", home, f"{home}/szukaj?q=uchwała", f"{home}/szukaj?q=niczego"]
            starts += [f"{home}/{each}" for each in ("biuro", "moje", "moje/zapisy", "konto")]
            starts += [f"{home}/pierwsze-kroki", "/api/v1/problems", *self._exclusions(slug)]
            for who in ("administrator", "clerk", "councillor", "guest", "public"):
                yield from follow(self.browser(who, slug), who, patterns, starts)

    def _exclusions(self, slug: str) -> list[str]:
        if slug != FULL:
            return []
        with self.site.parts.database.reading() as session:
            ids = session.scalars(select(Exclusion.id))
            return [f"/{slug}/biuro/wylaczenia/{each}" for each in ids]

    def _refused(self, patterns: Patterns) -> Iterator[Seen]:
        """Yield what is said where there is nothing, to whom may not, and by a link's door."""
        site, home = self.site, f"/{FULL}"
        councillor = self.people[FULL].councillor
        link, spent = make_link(site, councillor), make_link(site, councillor)
        press(site, spent)
        addresses = ["/nic/takiego", f"{home}/nic", f"{home}/uchwaly/nic", link, spent]
        for who in ("public", "councillor", "clerk"):
            browser = self.browser(who, FULL)
            for address in (*addresses, f"{home}/biuro", f"{home}/stan"):
                answer = browser.get(address, follow_redirects=True)
                assert is_page(answer), address
                yield Seen.of(answer, who, patterns.of(address), address)

    def _sent(self, patterns: Patterns, followed: list[Seen]) -> Iterator[Seen]:
        """Yield what each form of each kind of page says when nothing was written in it."""
        sent = set[tuple[str, str]]()
        for page in followed:
            for action in actions(page, patterns):
                if (page.pattern, action) not in sent:
                    sent.add((page.pattern, action))
                    slug = page.address.split("/")[1] or FULL
                    browser = self.browser(page.who, slug)
                    refused = send_empty(browser, patterns, page, action)
                    if refused is not None:
                        yield refused


def _set_up_pages(folder: Path) -> Iterator[Seen]:
    """Yield the pages of the first hour: before the code, and with the wrong one."""
    site = make_installation(folder)
    show_code(site.parts)
    patterns = Patterns(site.app)
    yield from follow(site.client, "public", patterns, ["/instalacja"])
    browser = site.browser()
    browser.get("/instalacja")
    code = (site.parts.settings.data_dir / CODE_FILE).read_text()
    for said in ("zły kod", code):
        answer = post(browser, "/instalacja/kod", kod=said)
        yield Seen.of(answer, "public", f"/instalacja {said == code}", "/instalacja/kod")
    site.parts.close()


Pages = tuple[Town, list[Seen]]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, list[Seen]]]:
    """Return the town and its pages."""
    site = make_installation(tmp_path_factory.mktemp("town"))
    council, people = found_full(site, FULL)
    _, newcomers = found_new(site)
    town = Town(site, council, {FULL: people, NEW: newcomers})
    first_hour = _set_up_pages(tmp_path_factory.mktemp("first-hour"))
    home = f"/{FULL}"
    once = shown_once(site, home, people)
    wrong = troubles(site, home, council, people)
    seen = [*town.seen(), *first_hour, *once, *wrong]
    files = [str(page) for page in seen if not page.headers["content-type"].startswith("text/html")]
    assert files == [], "a file is no page: a browser would wait for it"
    yield town, seen
    site.parts.close()


def test_every_route_that_shows_a_page_was_seen(pages: Pages) -> None:
    town, seen = pages
    routes = {
        str(route.path)
        for route in iter_route_contexts(town.site.app.routes)
        if "GET" in (route.methods or ()) and not str(route.path).startswith("/api/")
    }
    assert routes - {page.pattern for page in seen} == NO_PAGES
    assert {page.status for page in seen} >= {200, 401, 403, 404, 410, 422, 429, 500, 503, 507}


def nu(folder: Path) -> list[dict[str, Any]]:
    """Return what the Nu HTML checker complains of in a folder of pages."""
    if shutil.which("java") is None:
        missing("Java (default-jre-headless), which the checker of HTML runs on")
    if not _NU.exists():
        missing("the Nu HTML checker (make setup fetches it)")
    told = subprocess.run(
        ["java", "-jar", _NU, "--format", "json", "--stdout", "--exit-zero-always", folder],
        capture_output=True,
        check=True,
    )
    messages = json.loads(told.stdout)["messages"]
    return [each for each in messages if each["type"] != "info" or "subType" in each]


class TestHtml:
    def test_the_checker_finds_nothing(self, pages: Pages, tmp_path: Path) -> None:
        _, seen = pages
        for number, page in enumerate(seen):
            (tmp_path / f"{number}.html").write_text(page.text, encoding="utf-8")
        assert [
            (str(seen[int(Path(each["url"]).stem)]), each["message"], each.get("extract"))
            for each in nu(tmp_path)
        ] == []

    def test_the_checker_would_find_something(self, tmp_path: Path) -> None:
        page = "<!DOCTYPE html><html lang=pl><title>a</title><p><div>b</div></p></html>"
        (tmp_path / "wrong.html").write_text(page)
        assert len(nu(tmp_path)) >= 1


@pytest.fixture
def window(browser: Browser, pages: Pages) -> Iterator[Window]:
    """Return a window that shows the pages as they were seen."""
    town, _ = pages
    context = browser.new_context()
    yield Window(context.new_page(), town.site.client)
    context.close()


class TestPeople:
    """What people who cannot see, or not well, or not use a mouse would stumble over."""

    def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
        self, pages: Pages, window: Window
    ) -> None:
        """All its rules on a tablet in the light, colours in the dark, and zoomed (WCAG 1.4.10).

        A wide table scrolls inside its own frame.
        """
        found: list[object] = []
        for page in pages[1]:
            window.show(page, width=TABLET, scheme="light")
            found += [(str(page), *each) for each in window.axe()]
            window.look_again(width=TABLET, scheme="dark")
            found += [(str(page), "dark", *each) for each in window.axe(*_COLOURS)]
            for width in ZOOMED:
                window.look_again(width=width, scheme="light")
                found += [(str(page), width, each) for each in window.too_wide()]
            found += [(str(page), "zoomed", *each) for each in window.axe()]
        assert found == []

    def test_a_table_of_cards_is_a_table_for_who_listens(
        self, pages: Pages, window: Window
    ) -> None:
        """On a phone rows look like cards; browsers keep telling rows and cells of them."""
        (page,) = [each for each in pages[1] if each.pattern == "/{slug}/biuro/osoby"][:1]
        window.show(page, width=390)
        assert window.display("tbody td") == "grid"
        assert {"table", "row", "rowheader", "columnheader", "cell"} <= window.roles()
