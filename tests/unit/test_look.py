"""The page of all components keeps the promises of the design system, in both languages."""

import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.pofile import read_po
from lxml import html

from api.rendering import fill
from docstore.language import LANGUAGES, LOCALE_DIR, Language, Words

API = Path(__file__).resolve().parents[2] / "api"
COMPONENTS = sorted((API / "templates" / "components").glob("*.html"))


def _page(language: Language = "pl", **changed: object) -> html.HtmlElement:
    body = SimpleNamespace(
        name="Rada Miejska",
        slug="rada",
        has_emblem=True,
        colour="#7a1f2b",
        phone="75 100 20 30",
        email="rada@example.pl",
        address="Rynek 1",
    )
    context: dict[str, object] = {
        "body": body,
        "viewer": SimpleNamespace(name="Anna Nowak", is_office=True),
        "nav": [("Sesje", "/rada/sesje", True)],
        "assets": lambda path: f"/static/{path}?v=1",
        "audience": "office",
        "flash": [("done", "Zapisano.")],
    }
    text = fill("wyglad.html", Words(language), lambda: "token", **context | changed)
    return html.document_fromstring(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_the_page_needs_inline_style_or_script(language: Language) -> None:
    """The security policy allows neither, so whatever needs one would be dead."""
    page = _page(language)
    assert not page.xpath("//@style")
    assert not page.xpath("//style")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    assert all(script.get("src") for script in page.iter("script"))


def test_everything_is_fetched_from_the_same_host() -> None:
    page = _page()
    for address in page.xpath("//link/@href | //script/@src | //img/@src"):
        assert address.startswith("/")
        assert not address.startswith("//")


def test_no_id_is_used_twice() -> None:
    counts = Counter(_page().xpath("//@id"))
    assert [name for name, count in counts.items() if count > 1] == []


def test_every_reference_finds_its_element() -> None:
    page = _page()
    ids = set(page.xpath("//@id"))
    for attribute in ("for", "aria-describedby", "aria-labelledby"):
        for value in page.xpath(f"//@{attribute}"):
            assert set(value.split()) <= ids, (attribute, value)
    assert set(page.xpath("//@data-confirm")) <= ids


def test_every_input_has_a_label() -> None:
    page = _page()
    labelled = set(page.xpath("//label/@for"))
    for control in page.xpath("//input[@type != 'hidden'] | //select | //textarea"):
        assert control.get("id") in labelled, html.tostring(control)


def test_every_form_that_changes_something_carries_the_token() -> None:
    for form in _page().xpath("//form[@method='post']"):
        assert form.xpath(".//input[@name='csrf']/@value") == ["token"]


def test_a_page_without_a_council_or_a_viewer_is_whole() -> None:
    page = _page(body=None, viewer=None, flash=[], nav=[], audience="public")
    assert page.get("class") == "public"
    assert "barwy.css" not in html.tostring(page, encoding="unicode")


def test_the_language_of_the_page_is_told() -> None:
    for language in LANGUAGES:
        assert _page(language).get("lang") == language


def test_what_a_person_typed_is_escaped() -> None:
    """A name of a council is text, wherever the page shows it."""
    name = '<img src=x onerror="alert(1)">'
    body = SimpleNamespace(
        name=name, slug="rada", has_emblem=False, phone="", email="", address=name
    )
    page = _page(body=body)
    assert not page.xpath("//img[@src='x']")
    assert name in page.xpath("//header")[0].text_content()


def test_every_sentence_of_the_components_has_its_english() -> None:
    with (LOCALE_DIR / "en" / "components.po").open("rb") as source:
        english = {str(message.id) for message in read_po(source) if message.string}
    for path in [*COMPONENTS, API / "templates" / "base.html"]:
        text = path.read_text()
        used = {found[1] for found in re.findall(r"""\bt\((["'])(.*?)\1[,)]""", text)}
        used |= {
            "|".join(forms)
            for forms in re.findall(r't\.count\(\w+, "(.*?)", "(.*?)", "(.*?)"', text)
        }
        assert used <= english, path.name


def test_every_icon_that_is_drawn_is_copied() -> None:
    """A template may only name an icon that bin/assets puts into the sprite."""
    script = (API.parent / "bin" / "assets").read_text()
    kept = set(re.findall(r'^    "(\w+)": "[\w-]+",$', script, re.MULTILINE))
    page = _page()
    drawn = {use.get("href").removeprefix("#icon-") for use in page.iter("use")}
    assert drawn
    assert drawn <= kept


def test_every_component_is_shown() -> None:
    """What stands on no page of examples is looked at by nobody."""
    pages = [API / "templates" / name for name in ("wyglad.html", "base.html")]
    shown = re.sub(
        r"\{#.*?#\}",
        "",
        "".join(path.read_text() for path in [*pages, *COMPONENTS]),
        flags=re.DOTALL,
    )
    for path in COMPONENTS:
        for name in re.findall(r"macro ([a-z]\w*)\(", path.read_text()):
            assert re.search(rf"(?<!macro )\b{name}\(", shown), f"{path.name}: {name}"


def test_every_state_of_an_upload_is_shown() -> None:
    states = set(
        re.findall(r'data-when="(\w+)"', (API / "templates/components/papers.html").read_text())
    )
    assert states <= {row.get("data-state") for row in _page().xpath("//li[@data-state]")}
