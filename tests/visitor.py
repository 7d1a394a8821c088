"""A visitor without JavaScript: follows links and fills in the forms that pages really show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpx2
from lxml import html
from lxml.html import FormElement, HtmlElement

Files = list[tuple[str, tuple[str, bytes]]]


@dataclass
class Visitor:
    """One browser: its cookies, and the page it looks at."""

    client: httpx2.Client
    page: HtmlElement | None = None
    status: int = 0
    address: str = ""

    def open(self, address: str) -> "Visitor":
        """Open an address as the browser would, following redirects."""
        return self._take(self.client.get(address, follow_redirects=True))

    def _take(self, response: httpx2.Response) -> "Visitor":
        self.status, self.address = response.status_code, str(response.url)
        self.page = html.fromstring(response.text)
        return self

    @property
    def text(self) -> str:
        """Return what the page says, in one line."""
        assert self.page is not None
        main = self.page.find(".//main")
        return " ".join((main if main is not None else self.page).text_content().split())

    def form(self, action: str) -> FormElement:
        """Return the page's form whose address ends like this."""
        assert self.page is not None
        for each in self.page.forms:
            target = each.get("action") or self.address  # no address of its own: back to the page
            if target.split("?")[0].endswith(action):
                return each
        raise AssertionError(f"no form for {action} on {self.address}: {self.text[:500]}")

    def send(
        self, action: str, values: Mapping[str, Any] | None = None, files: Files | None = None
    ) -> "Visitor":
        """Fill in a form of this page, with what it already holds, and send it."""
        form = self.form(action)
        data: dict[str, Any] = {
            name: value for name, value in form.form_values() if name not in (values or {})
        }
        data.update(values or {})
        target = urljoin(self.address, form.get("action") or "")
        return self._take(
            self.client.post(target, data=data, files=files or None, follow_redirects=True)
        )

    def link(self, part: str) -> str:
        """Return the address of the first link that has this part."""
        assert self.page is not None
        for each in self.page.iter("a"):
            if part in (each.get("href") or ""):
                return str(urljoin(self.address, each.get("href") or ""))
        raise AssertionError(f"no link with {part} on {self.address}")
