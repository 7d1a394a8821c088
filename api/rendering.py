"""Pages from templates: one context, one language, one place that sets their cookies."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import cache, lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, RedirectResponse

from api.compiled import CompiledTemplates
from api.negotiation import preferred_language
from api.security import cookies
from api.security.askers import Asker
from docstore.language import LANGUAGES, Words
from docstore.models import Body
from docstore.services.pages import has_pages

_HERE = Path(__file__).parent
STATIC = _HERE / "static"

# Seconds after which a page that cannot be shown now is worth another try.
_COME_BACK = "30"

Nav = tuple[str, str, bool]


# Pairs of a language and a clock whose templates are kept; most installations have two.
_MOST_KEPT = 8

_proof: ContextVar[Callable[[], str]] = ContextVar("proof")


class _Proof:
    """The secret of a page's forms, for components, which know nothing of the page around them."""

    def __str__(self) -> str:
        return _proof.get()()


@lru_cache(_MOST_KEPT)
def templates(words: Words) -> Environment:
    """Return the templates that speak `words`, as `t`; a misspelt name in one is an error.

    `t`, `csrf` and `has_pages` are here and not in what a page is given, so that components are
    imported without its context: Jinja then makes their macros once, and not anew for each page.
    """
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        bytecode_cache=CompiledTemplates(_HERE),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(t=words, csrf=_Proof(), has_pages=has_pages)
    return environment


def compile_templates() -> None:
    """Compile every template, for set-up: the first page is then as quick as the second."""
    environment = templates(Words())
    for name in environment.list_templates(extensions=["html", "txt"]):
        environment.get_template(name)


def fill(template: str, words: Words, proof: Callable[[], str] = str, **context: Any) -> str:
    """Return a template's text; a page that may have forms gives their secret by `proof`."""
    before = _proof.set(proof)
    try:
        filled = templates(words).get_template(template)
        return filled.render(language=words.language, **context)
    finally:
        _proof.reset(before)


@cache
def asset(path: str) -> str:
    """Return a static file's address with its content's mark, so that it may be kept for long."""
    file = STATIC / path
    mark = hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "0"
    return f"/static/{path}?v={mark}"


def words_for(request: Request, body: Body | None = None) -> Words:
    """Return the language and the clock of a page, or of what a program is told."""
    zone = ZoneInfo(body.time_zone) if body else ZoneInfo("Europe/Warsaw")
    is_program = "text/html" not in request.headers.get("accept", "")
    if is_program and f"{request.url.path}/".startswith("/api/"):
        asked = request.query_params.get("jezyk") or request.headers.get("accept-language", "")
        return Words(preferred_language(asked), zone)
    return Words(cookies.language(request), zone)


class _BodyView:
    """What the frame of a page shows of a council."""

    def __init__(self, body: Body) -> None:
        self.name, self.slug, self.colour = body.name, body.slug, body.colour
        self.phone, self.email, self.address = body.phone, body.email, body.address
        self.has_emblem = body.emblem_sha256 is not None


class _Viewer:
    """What the frame of a page shows of who is signed in."""

    def __init__(self, asker: Asker) -> None:
        self.name = asker.person.name if asker.person else ""
        self.is_office, self.is_recipient = asker.is_office, asker.is_recipient
        self.is_admin, self.is_chair = asker.is_administrator, asker.is_chair


def navigation(asker: Asker | None, words: Words, path: str) -> list[Nav]:
    """Return the links in the header: what this asker lives on, then what is public."""
    if asker is None:
        return []
    home = f"/{asker.body.slug}"
    links: list[tuple[str, str]] = []
    if asker.is_office:
        links += [
            (words("Posiedzenia"), f"{home}/biuro"),
            (words("Akty"), f"{home}/biuro/akty"),
            (words("Osoby"), f"{home}/biuro/osoby"),
        ]
    if asker.is_recipient:
        links.append((words("Moje posiedzenia"), f"{home}/moje"))
    if asker.is_administrator:
        links.append((words("Stan"), f"{home}/stan"))
    if not asker.is_office:
        links += [
            (words("Sesje"), f"{home}/sesje"),
            (words("Uchwały"), f"{home}/uchwaly"),
            (words("Kontakt"), f"{home}/kontakt"),
        ]
    current = max((href for _, href in links if path.startswith(href)), key=len, default="")
    if path.startswith(f"{home}/biuro/archiwum"):  # acts on their way to the others
        current = f"{home}/biuro/akty"
    if path.startswith(f"{home}/biuro/rada"):  # what the council is belongs to none of its work
        current = ""
    return [(label, href, href == current) for label, href in links]


def render(
    request: Request,
    template: str,
    *,
    asker: Asker | None = None,
    audience: str = "public",
    status: int = HTTPStatus.OK,
    **context: Any,
) -> HTMLResponse:
    """Return a page; `audience` is public, reader or office and sets type and targets."""
    body = asker.body if asker else None
    words = words_for(request, body)
    text = fill(
        template,
        words,
        # Made only where a form is shown: a page to read sets no cookie.
        lambda: cookies.csrf_token(request),
        body=_BodyView(body) if body else None,
        viewer=_Viewer(asker) if asker and asker.person else None,
        nav=navigation(asker, words, request.url.path),
        assets=asset,
        audience=audience,
        flash=cookies.take_flash(request),
        urls=_addresses(asker),
        languages=_languages(request, words),
        here=request.url.path,
        theme=request.cookies.get("theme", ""),
        ribbon=getattr(request.app.state, "ribbon", ""),
        **context,
    )
    response = HTMLResponse(text, status_code=status)
    # What answers a form may show what was typed into it; what answers somebody known is theirs.
    is_for_all = asker is not None and asker.person is None and request.method in {"GET", "HEAD"}
    response.headers["Cache-Control"] = "no-cache" if is_for_all else "no-store"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = _COME_BACK
    cookies.keep_csrf(request, response)
    cookies.keep_language(request, response)
    cookies.drop_flash(request, response)
    return response


def _addresses(asker: Asker | None) -> Mapping[str, str]:
    if asker is None:
        return {}
    home = f"/{asker.body.slug}"
    return {
        "home": home,
        "sign_in": f"{home}/wejscie",
        "sign_out": f"{home}/wyjscie",
        "account": f"{home}/konto",
        "search": f"{home}/szukaj",
        "accessibility": f"{home}/dostepnosc",
        "privacy": f"{home}/dane-osobowe",
        "help": f"{home}/jak-szukac",
    }


def _languages(request: Request, words: Words) -> Sequence[tuple[str, str, bool]]:
    others = [(k, v) for k, v in request.query_params.multi_items() if k != "jezyk"]
    return [
        (code, f"?{urlencode([*others, ('jezyk', code)])}", code == words.language)
        for code in LANGUAGES
    ]


def redirect(path: str, *, done: str = "", attention: str = "") -> RedirectResponse:
    """Send a browser on after a change, with a message for the next page."""
    response = RedirectResponse(path, status_code=HTTPStatus.SEE_OTHER)
    if done:
        cookies.flash(response, "done", done)
    elif attention:
        cookies.flash(response, "attention", attention)
    return response
