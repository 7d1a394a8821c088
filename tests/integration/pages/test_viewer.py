"""The pages of a document as pictures with their words over them: who sees them, and how."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from PIL import Image
from sqlalchemy import select
from starlette.testclient import TestClient

from api.security.limits import Bucket
from docstore.files.drawing import Drawing, draw
from docstore.files.errors import FileRefused
from docstore.models import Receipt, Version
from docstore.services import exclusions, pages
from docstore.services.documents import Owner
from docstore.services.exclusions import TakeDown
from tests.factories import make_pdf
from tests.integration.files.test_opening import locked_pdf
from tests.integration.pages.conftest import Council, Site


def pages_of(version: Version) -> str:
    return f"/piechowice/pliki/{version.id}/strony"


def page_of(client: TestClient, address: str) -> html.HtmlElement:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def darkest(picture: Image.Image) -> int:
    """Return the darkest tone of a grey picture, 0 is black."""
    return next(tone for tone, count in enumerate(picture.histogram()) if count)


@pytest.fixture
def version(site: Site, council: Council) -> Version:
    """Return a public PDF of three pages in a published packet."""
    owner = Owner(paper_id=site.paper(council).id)
    octets = make_pdf(text="Projekt w sprawie stawki", pages=3)
    row = site.upload(council, owner, octets, name="projekt.pdf", is_public=True)
    site.work()
    site.publish(council)
    site.work()
    return row


class TestOnePage:
    def test_its_words_lie_over_its_picture(self, site: Site, version: Version) -> None:
        page = page_of(site.client, f"{pages_of(version)}/2")
        (picture,) = page.xpath("//main//img")
        shown = site.client.get(picture.get("src"))
        assert shown.headers["content-type"] == "image/webp"
        drawn = Image.open(io.BytesIO(shown.content))
        assert (drawn.format, drawn.width) == ("WEBP", 1654)
        ratio = int(picture.get("height")) / int(picture.get("width"))
        assert drawn.height / drawn.width == pytest.approx(ratio, abs=0.01)
        words = " ".join(page.xpath("//main//svg//tspan/text()"))
        assert "Projekt w sprawie stawki" in words

    def test_words_stand_where_the_picture_has_ink(self, site: Site, version: Version) -> None:
        page = page_of(site.client, f"{pages_of(version)}/1")
        (picture,) = page.xpath("//main//img")
        drawn = Image.open(io.BytesIO(site.client.get(picture.get("src")).content)).convert("L")
        scale = drawn.width / int(picture.get("width"))
        text = page.xpath("//main//svg/text")[0]
        base, size = float(text.get("y")), float(text.get("font-size"))
        word = text.xpath("tspan")[0]
        left, wide = float(word.get("x")), float(word.get("textlength") or word.get("textLength"))
        box = (
            left * scale,
            (base - size) * scale,
            (left + wide) * scale,
            (base + size / 4) * scale,
        )
        inked = drawn.crop(tuple(map(round, box)))  # type: ignore[arg-type]  # four whole numbers
        assert darkest(inked) < 100
        below = drawn.crop((0, round((base + 3 * size) * scale), drawn.width, drawn.height))
        assert darkest(below) > 200, "the words are all there is on the page"

    def test_it_leads_to_its_neighbours(self, site: Site, version: Version) -> None:
        page = page_of(site.client, f"{pages_of(version)}/2?q=stawka&widok=powiekszenie")
        assert {*page.xpath("//main//a[@rel='next']/@href")} == {
            f"{pages_of(version)}/3?q=stawka&widok=powiekszenie#strona"
        }
        assert len(page.xpath("//main//a[@rel='prev']")) == 2
        first = page_of(site.client, f"{pages_of(version)}/1")
        assert not first.xpath("//main//a[@rel='prev']")
        last = page_of(site.client, f"{pages_of(version)}/3")
        assert not last.xpath("//main//a[@rel='next']")

    def test_words_that_were_looked_for_are_marked(self, site: Site, version: Version) -> None:
        page = page_of(site.client, f"{pages_of(version)}/1?q=stawka")
        (mark,) = page.xpath("//main//svg/rect")
        (word,) = [each for each in page.xpath("//main//tspan") if each.text == "stawki"]
        assert mark.get("x") == word.get("x")
        assert len(page.xpath("//ol[@class='page-hits']/li")) == 3
        assert page.xpath("//mark/text()")[0] == "stawki"
        nothing = page_of(site.client, f"{pages_of(version)}/1?q=kosmonauta")
        assert "Nie ma tych słów" in nothing.text_content()
        assert not nothing.xpath("//main//svg/rect")

    def test_its_text_alone_can_be_read(self, site: Site, version: Version) -> None:
        page = page_of(site.client, f"{pages_of(version)}/1?widok=tekst&q=stawka")
        (text,) = page.xpath("//div[contains(@class, 'large-print')]")
        assert "Projekt w sprawie stawki" in text.text_content()
        assert text.xpath(".//mark/text()") == ["stawki"]
        assert not page.xpath("//main//img")

    @pytest.mark.parametrize("number", ["0", "4", "-1", "jeden", "1" * 30, "1.5"])
    def test_a_page_that_is_not_there_is_not_found(
        self, site: Site, version: Version, number: str
    ) -> None:
        for path in (number, f"{number}/obraz.webp", f"{number}/miniatura.webp"):
            assert site.client.get(f"{pages_of(version)}/{path}").status_code in {404, 422}, path

    def test_a_typed_number_leads_there(self, site: Site, version: Version) -> None:
        for typed, number in (("2", 2), (" 3 ", 3), ("99", 3), ("", 1), ("dwa", 1), ("0", 1)):
            answer = site.client.get(
                pages_of(version), params={"strona": typed}, follow_redirects=False
            )
            assert answer.headers["location"] == f"{pages_of(version)}/{number}#strona"


class TestPictures:
    def test_a_browser_that_has_one_is_sent_nothing(self, site: Site, version: Version) -> None:
        for name in ("obraz.webp", "miniatura.webp"):
            address = f"{pages_of(version)}/1/{name}"
            first = site.client.get(address)
            assert first.headers["cache-control"] == "no-cache"
            again = site.client.get(address, headers={"If-None-Match": first.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
        assert site.client.get(f"{pages_of(version)}/1/inny.webp").status_code == 404

    def test_thumbnails_are_small(self, site: Site, version: Version) -> None:
        page = page_of(site.client, f"{pages_of(version)}/wszystkie")
        pictures = page.xpath("//main//ol//img")
        assert len(pictures) == 3
        assert {each.get("loading") for each in pictures} == {"lazy"}
        drawn = Image.open(io.BytesIO(site.client.get(pictures[2].get("src")).content))
        assert drawn.width in {240, 241}


class TestKinds:
    def test_a_scan_in_tiff_is_shown_page_by_page(self, site: Site, council: Council) -> None:
        scan = io.BytesIO()
        frames = [Image.new("1", (600, 800), tone) for tone in (1, 0)]
        frames[0].save(scan, "TIFF", save_all=True, append_images=frames[1:])
        owner = Owner(paper_id=site.paper(council).id)
        row = site.upload(council, owner, scan.getvalue(), name="skan.tif", is_public=True)
        site.work()
        site.publish(council)
        page = page_of(site.client, f"{pages_of(row)}/2")
        assert "Strona 2 z 2" in page.text_content()
        assert "nie ma na niej tekstu" in page.xpath("//main//img/@alt")[0]
        drawn = Image.open(io.BytesIO(site.client.get(f"{pages_of(row)}/2/obraz.webp").content))
        assert drawn.convert("L").histogram()[0] > 0

    def test_what_has_no_pages_is_shown_as_text(self, site: Site, council: Council) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        row = site.upload(council, owner, "Żółć i jaźń.".encode(), name="list.txt", is_public=True)
        site.work()
        site.publish(council)
        page = page_of(site.client, f"{pages_of(row)}/1")
        assert (
            "Żółć i jaźń." in page.xpath("//div[contains(@class, 'large-print')]")[0].text_content()
        )
        assert site.client.get(f"{pages_of(row)}/1/obraz.webp").status_code == 404
        assert site.client.get(f"{pages_of(row)}/wszystkie").status_code == 404

    def test_a_locked_file_shows_nothing(self, site: Site, council: Council) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        row = site.upload(council, owner, locked_pdf("tajne"), name="akt.pdf", is_public=True)
        site.work()
        site.publish(council)
        page = page_of(site.client, f"{pages_of(row)}/1")
        assert "tajne" not in page.text_content()
        assert site.client.get(f"{pages_of(row)}/1/obraz.webp").status_code == 404

    def test_a_page_that_cannot_be_drawn_is_told(
        self, site: Site, council: Council, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        broken = make_pdf(text="urwane", pages=1)[:300]
        row = site.upload(council, owner, broken, name="urwany.pdf", is_public=True)
        site.work()
        site.publish(council)
        draws: list[int] = []

        def counted(*args: Any, **named: Any) -> Drawing:
            draws.append(1)
            return draw(*args, **named)

        monkeypatch.setattr(pages, "draw", counted)
        for _ in range(3):
            answer = site.client.get(f"{pages_of(row)}/1", headers={"Accept": "text/html"})
            assert "nie da się tu pokazać" in answer.text
            assert f"/pliki/{row.id}/urwany.pdf" in answer.text, "there is a way on"
            assert site.client.get(f"{pages_of(row)}/1/obraz.webp").status_code == 404
        assert len(draws) == 1, "it is not tried again and again"

    def test_a_page_that_costs_too_much_does_not_take_its_neighbours_along(
        self, site: Site, version: Version, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        drawn: list[range] = []

        def costly(*args: Any, first: int, count: int, **named: Any) -> Drawing:
            drawn.append(range(first, first + count))
            if 2 in drawn[-1]:
                raise FileRefused("timeout", "a page of all the stars")
            return draw(*args, first=first, count=count, **named)

        monkeypatch.setattr(pages, "draw", costly)
        for _ in range(2):
            answers = [site.client.get(f"{pages_of(version)}/{n}/obraz.webp") for n in (1, 2, 3)]
            assert [answer.status_code for answer in answers] == [200, 404, 200]
        assert [len(each) for each in drawn] == [3, 1, 1, 1], "each is tried once"
        page = site.client.get(f"{pages_of(version)}/2", headers={"Accept": "text/html"})
        assert "nie da się tu pokazać" in page.text


class TestWhoSeesThem:
    def addresses(self, version: Version) -> Iterator[str]:
        for path in ("1", "wszystkie", "1/obraz.webp", "1/miniatura.webp"):
            yield f"{pages_of(version)}/{path}"

    def test_a_draft_is_the_offices_alone(self, site: Site, council: Council) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        draft = site.upload(council, owner, make_pdf(text="szkic"), name="p.pdf", is_public=True)
        site.work()
        office = site.browser(site.clerk(council))
        member = site.browser(council.member, by="link")
        for address in self.addresses(draft):
            assert site.client.get(address).status_code == 404
            assert member.get(address).status_code == 404
            assert office.get(address).status_code == 200
        assert office.get(f"{pages_of(draft)}/1/obraz.webp").headers["cache-control"] == (
            "private, no-cache"
        )

    def test_what_was_taken_down_is_gone_though_it_was_drawn(
        self, site: Site, council: Council, version: Version
    ) -> None:
        for address in self.addresses(version):
            assert site.client.get(address).status_code == 200
        said = TakeDown("dane osobowe", "personal_data", "Burmistrz", "adres", from_members=True)
        with site.parts.database.transaction() as session:
            exclusions.take_down(
                session,
                site.acting,
                body_id=council.body.id,
                document_id=version.document_id,
                said=said,
            )
        for address in self.addresses(version):
            tag = {"If-None-Match": "*"}
            assert site.client.get(address).status_code == 410
            assert site.client.get(address, headers=tag).status_code == 410

    def test_a_recipient_who_looks_was_given_it(
        self, site: Site, council: Council, version: Version
    ) -> None:
        member = site.browser(council.member, by="link")
        ahead = member.get(f"{pages_of(version)}/1", headers={"Sec-Purpose": "prefetch"})
        assert ahead.status_code == 503, "it may ask again when somebody looks"
        member.get(f"{pages_of(version)}/1/miniatura.webp")
        assert member.head(f"{pages_of(version)}/1").status_code == 200
        member.head(f"{pages_of(version)}/1/obraz.webp")
        assert self.noted(site) == []
        for number in (1, 2, 3):
            member.get(f"{pages_of(version)}/{number}")
            member.get(f"{pages_of(version)}/{number}/obraz.webp")
        assert self.noted(site) == [1], "one reading, whatever number of pages"
        site.clock.move(timedelta(hours=2))
        member.get(f"{pages_of(version)}/2/obraz.webp")
        assert self.noted(site) == [2]

    @staticmethod
    def noted(site: Site) -> list[int]:
        with site.parts.database.reading() as session:
            return [*session.scalars(select(Receipt.count).where(Receipt.kind == "downloaded"))]

    def test_a_stranger_who_draws_without_end_is_slowed_down(
        self, site: Site, council: Council, version: Version
    ) -> None:
        site.app.state.drawing_limit = Bucket(rate=0.01, burst=4)
        said = [site.client.get(address).status_code for address in [*self.addresses(version)] * 2]
        assert said == [200] * 4 + [429] * 4
        office = site.browser(site.clerk(council))
        assert {office.get(address).status_code for address in self.addresses(version)} == {200}
