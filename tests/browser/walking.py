"""How a test walks: a page that looks at itself wherever it comes, and three ways of moving."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# Words that stand on no Polish page; a file's name or a program's is not among them.
_ENGLISH = re.compile(
    r"\b(the|and|with|for|your|please|search|submit|download|upload|error|sign (in|out)|meeting|"
    r"agenda item|packet|delivery|undefined|none|null|true|false)\b",
    re.IGNORECASE,
)
# What a finger would miss on a councillor's page: lower than its target (LOOK). Links inside a
# sentence are as high as its lines, a box is as large as its label, the ribbon is the demo's own.
_SMALL = """() => {
  if (!document.documentElement.matches('.reader')) return [];
  const alone = link => link.tagName !== 'A' || link.matches('.snippet > a, .kicker > a') ||
    link.parentElement.innerText.trim() === link.innerText.trim();
  const lacking = 'a, button, summary, select, textarea, input:not([type=checkbox], [type=radio])';
  return [...document.querySelectorAll(lacking)]
    .filter(each => !each.closest('.ribbon, .skip-link') && alone(each))
    .map(each => [each.getBoundingClientRect().height, each.innerText || each.name])
    .filter(([height]) => height > 0 && height < 51.9);
}"""
# Loaded machines are slow; nothing waits this long unless it is broken. In milliseconds.
PATIENCE = 30_000
_MOST_STEPS = 400  # presses of Tab before an element counts as out of a keyboard's reach


@dataclass
class Walk:
    """A browser's page on its way; `look` holds it to what every page promises."""

    page: Page
    home: str
    complaints: list[str] = field(default_factory=list)
    _axe: str = ""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> None:
        """Open a page of the demo by its address."""
        self.page.goto(self.home + path)

    def look(self) -> None:
        """Hold this page to it: axe finds nothing, no English word, no error on the console."""
        self._axe = self._axe or AXE.read_text(encoding="utf-8")
        self.page.evaluate(self._axe)
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [
            (self.page.url, each["id"], [node["target"] for node in each["nodes"]])
            for each in found["violations"]
        ] == []
        self.read()
        assert self.page.evaluate(_SMALL) == [], self.page.url
        assert self.complaints == []

    def read(self) -> None:
        """Hold this page's words to its language."""
        assert self.page.locator("html").get_attribute("lang") == "pl"
        text = self.page.locator("body").inner_text()
        assert _ENGLISH.findall(text) == [], self.page.url

    def button(self, name: str) -> Locator:
        """Return the first button, or link that looks like one, of a name."""
        return self.page.get_by_role("button", name=name).first

    def link(self, name: str) -> Locator:
        """Return the first link of a name, in the page's main part."""
        return self.page.locator("#main").get_by_role("link", name=name).first

    def until_shown(self, wanted: Locator) -> None:
        """Open this page again until something is on it that work in the background brings."""
        for _ in range(60):
            try:
                expect(wanted).to_be_visible(timeout=1000)
            except AssertionError:
                self.page.reload()
            else:
                return
        expect(wanted).to_be_visible()


class Mouse:
    """Presses with the pointer."""

    def press(self, wanted: Locator) -> None:
        """Press a link or a button."""
        wanted.click()

    def write(self, wanted: Locator, text: str) -> None:
        """Write into a field."""
        wanted.click()
        wanted.fill(text)


class Keyboard:
    """Goes to an element by Tab alone and presses Enter there."""

    def press(self, wanted: Locator) -> None:
        """Press a link or a button, and wait for the page that it leads to."""
        self._reach(wanted)
        with wanted.page.expect_navigation():
            wanted.page.keyboard.press("Enter")

    def write(self, wanted: Locator, text: str) -> None:
        """Write into a field."""
        self._reach(wanted)
        wanted.page.keyboard.press("Control+a")
        wanted.page.keyboard.type(text)

    def _reach(self, wanted: Locator) -> None:
        wanted.wait_for(state="visible")
        for _ in range(_MOST_STEPS):
            if wanted.evaluate("element => element === document.activeElement"):
                assert wanted.evaluate(
                    "element => getComputedStyle(element).outlineStyle !== 'none'"
                ), "the focus cannot be seen"
                return
            wanted.page.keyboard.press("Tab")
        raise AssertionError(f"no keyboard reaches {wanted}")


Hand = Mouse | Keyboard


@contextmanager
def walk(browser: Browser, home: str, *, scripts: bool = True) -> Iterator[Walk]:
    """Open a browser of its own for one walk, with or without JavaScript."""
    context = browser.new_context(
        java_script_enabled=scripts,
        viewport={"width": 1280, "height": 900},
        locale="pl-PL",
        reduced_motion="reduce",
    )
    yield Walk(context.new_page(), home)
    context.close()
