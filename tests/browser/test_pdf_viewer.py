"""A PDF opens in the browsers' own viewers under the strict policy that files are served with."""

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, sync_playwright

from api.security.headers import FILE_POLICY
from docstore.services.documents import Owner
from tests.browser.webkit import webkit
from tests.conftest import missing
from tests.factories import make_pdf
from tests.integration.pages.conftest import Site, make_installation

pytestmark = pytest.mark.browser

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# The viewer is a page of an extension that comes with the browser; it frames the PDF.
_VIEWER = "chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/"
# WebKit frames a viewer that it brings along (pdf.js); what it has drawn lies on the page as text.
_SHOWN = """return new Promise(tell => {
  const look = () => {
    const text = document.querySelector('.textLayer')?.innerText.trim();
    text ? tell(text) : requestAnimationFrame(look);
  };
  look();
})"""


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Hands a real browser what the application answers."""

        def do_GET(self) -> None:
            answer = site.client.get(self.path, headers=dict(self.headers))
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """Return a page of the installed browser."""
    program = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if program is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        # The old headless mode has no viewer; the new one is the whole browser without a window.
        browser = playwright.chromium.launch(
            executable_path=program,
            headless=False,
            args=["--headless=new", "--no-sandbox", "--disable-gpu"],
        )
        yield browser.new_page()
        browser.close()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Return where a public PDF of two pages is served, under the policy of all files."""
    site = make_installation(tmp_path / "data")
    council = site.found()
    owner = Owner(paper_id=site.paper(council).id)
    data = make_pdf(text="Projekt", pages=2)
    version = site.upload(council, owner, data, name="uchwała.pdf", is_public=True)
    site.publish(council)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    path = f"/piechowice/pliki/{version.id}/u.pdf"
    assert site.client.head(path).headers["content-security-policy"] == FILE_POLICY
    yield f"http://127.0.0.1:{server.server_address[1]}{path}"
    server.shutdown()
    server.server_close()
    site.parts.close()


def test_chromiums_own_viewer_opens_a_pdf(page: Page, address: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    def is_shown(frame: Frame) -> bool:
        """Tell whether this is the file itself, inside the viewer."""
        parent = frame.parent_frame
        return parent is not None and parent.url.startswith(_VIEWER) and frame.url == address

    with page.expect_event("framenavigated", is_shown, timeout=30_000):
        page.goto(address)
    assert [text for text in said if "Content Security Policy" in text] == []


def test_webkits_own_viewer_opens_a_pdf(tmp_path: Path, address: str) -> None:
    with webkit(tmp_path) as window:
        window.open(address)
        assert window.run("return document.contentType") == "application/pdf"
        window.enter_frame()
        assert window.run(_SHOWN) == "Projekt - 1"
