"""Every page of an application, found by following links, and what every form says when empty."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from fastapi.routing import iter_route_contexts
from httpx2 import Response
from lxml import html
from lxml.html import FormElement, HtmlElement
from starlette.applications import Starlette
from starlette.routing import Match
from starlette.testclient import TestClient

HOME = "http://testserver"
# How many pages of one kind one person looks at: the second often has what the first has not.
_OF_A_KIND = 2


@dataclass(frozen=True)
class Seen:
    """A page as somebody saw it: who, its route's pattern, its address, its status and HTML."""

    who: str
    pattern: str
    address: str
    status: int
    text: str
    headers: dict[str, str]

    @classmethod
    def of(cls, answer: Response, who: str, pattern: str, address: str) -> "Seen":
        """Take an answer down."""
        return cls(who, pattern, address, answer.status_code, answer.text, dict(answer.headers))

    @property
    def shape(self) -> tuple[str, frozenset[tuple[str, str]]]:
        """Return what tells this page from others: its pattern and the kinds of its elements."""
        kinds = {
            (str(each.tag), f"{each.get('class')} {each.get('type')} {each.get('role')}")
            for each in html.fromstring(self.text).iter()
        }
        return self.pattern, frozenset(kinds)

    def __str__(self) -> str:
        return f"{self.who} {self.status} {self.address}"


class Patterns:
    """Which route answers an address."""

    def __init__(self, app: Starlette) -> None:
        self._routes = list(iter_route_contexts(app.routes))

    def of(self, address: str, method: str = "GET") -> str:
        """Return the pattern of the route, empty where there is none."""
        scope = {"type": "http", "method": method, "path": urlsplit(address).path, "headers": []}
        for route in self._routes:
            if route.original_route.matches(scope)[0] == Match.FULL:
                return str(route.path)
        return ""


def follow(client: TestClient, who: str, patterns: Patterns, start: Iterable[str]) -> list[Seen]:
    """Follow every link from some addresses on; a few pages of each kind are looked at."""
    waiting, known, seen, kinds = list(start), set(start), list[Seen](), dict[object, int]()
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address, follow_redirects=True)
        if not is_page(answer):
            continue
        seen.append(Seen.of(answer, who, patterns.of(address), address))
        for link in links(answer):
            kind = (patterns.of(link), bool(urlsplit(link).query))
            if link not in known and kinds.get(kind, 0) < _OF_A_KIND:
                known.add(link)
                kinds[kind] = kinds.get(kind, 0) + 1
                waiting.append(link)
    return seen


def links(answer: Response) -> Iterator[str]:
    """Yield the addresses of a page's links that stay in the application."""
    page: HtmlElement = html.fromstring(answer.text)
    for link in page.iterlinks():
        element, attribute, target, _ = link
        address = urljoin(str(answer.url), target).partition("#")[0]
        if element.tag == "a" and attribute == "href" and address.startswith(f"{HOME}/"):
            yield address.removeprefix(HOME)


def actions(page: Seen, patterns: Patterns) -> list[str]:
    """Return the pattern that each form of a page is sent to."""
    return [patterns.of(_action(page, form), "POST") for form in _forms(page.text)]


def send_empty(client: TestClient, patterns: Patterns, page: Seen, action: str) -> Seen | None:
    """Send a form of a page with nothing written in it; return the page that refuses it."""
    fresh = client.get(page.address, follow_redirects=True).text
    for form in _forms(fresh):
        address = _action(page, form)
        if patterns.of(address, "POST") == action:
            answer = client.post(address, data=_emptied(form), follow_redirects=False)
            if is_page(answer):
                return Seen.of(answer, page.who, action, address)
            return None
    return None


def _forms(text: str) -> list[FormElement]:
    page: HtmlElement = html.fromstring(text)
    return [each for each in page.forms if each.method == "POST"]


def _action(page: Seen, form: FormElement) -> str:
    address = str(urljoin(HOME + page.address, form.get("action") or ""))
    return address.partition("#")[0].removeprefix(HOME)


def _emptied(form: FormElement) -> dict[str, str]:
    hidden = {each.get("name") for each in form.iter("input") if each.get("type") == "hidden"}
    return {str(name): str(value) if name in hidden else "" for name, value in form.form_values()}


def is_page(answer: Response) -> bool:
    """Tell whether an answer is a page, and not a file, a feed or a problem."""
    return answer.headers.get("content-type", "").startswith("text/html")
