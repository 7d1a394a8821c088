"""A file whose stored bytes are wrong: refused in words, named to the administrator, mended."""

import hashlib
from io import BytesIO

import pytest
from sqlalchemy import select

from docstore.models import Receipt, Rendition, Version
from docstore.objects.seam import object_key
from docstore.services.documents import Owner
from tests.integration.pages.conftest import Council, Site
from tests.visitor import Visitor

TEXT = "Uchwała w sprawie budżetu"


@pytest.fixture
def version(site: Site, council: Council) -> Version:
    """Return a public file of a published packet."""
    owner = Owner(paper_id=site.paper(council).id)
    row = site.upload(council, owner, TEXT, name="budżet.txt", is_public=True)
    site.publish(council)
    return row


def address(version: Version) -> str:
    return f"/piechowice/pliki/{version.id}/plik"


def damage(site: Site, body_id: str, sha256: str) -> None:
    """Change a byte of an object behind the record's back."""
    key = object_key(body_id, sha256)
    with site.parts.store.open(key) as stream:
        wrong = bytearray(stream.read())
    wrong[-1] ^= 1
    site.parts.store.replace(key, BytesIO(wrong), size=len(wrong))


def packet_file(site: Site, council: Council, kind: str) -> str:
    """Return the hash of the packet's PDF or ZIP."""
    with site.parts.database.reading() as session:
        sha256 = session.scalar(
            select(Rendition.sha256).where(
                Rendition.kind == kind, Rendition.body_id == council.body.id
            )
        )
    assert sha256
    return sha256


class TestRefused:
    def test_it_is_refused_in_words_from_the_first_request_on(
        self, site: Site, version: Version
    ) -> None:
        damage(site, version.body_id, version.sha256)
        for _ in range(2):
            page = site.client.get(address(version), headers={"accept": "text/html"})
            assert page.status_code == 500
            assert "uszkodzony i nie zostanie wydany" in page.text
            answer = site.client.get(f"/api/v1/bodies/piechowice/versions/{version.id}/file")
            assert (answer.status_code, answer.json()["code"]) == (500, "object_damaged")

    def test_what_needs_no_byte_of_it_is_refused_too(self, site: Site, version: Version) -> None:
        damage(site, version.body_id, version.sha256)
        site.client.get(address(version))
        assert site.client.head(address(version)).status_code == 500
        tag = {"if-none-match": f'"{version.sha256}"'}
        assert site.client.get(address(version), headers=tag).status_code == 500

    def test_a_download_that_never_began_is_no_receipt(
        self, site: Site, council: Council, version: Version
    ) -> None:
        damage(site, version.body_id, version.sha256)
        browser = site.browser(council.member, by="link")
        assert browser.get(address(version)).status_code == 500
        with site.parts.database.reading() as session:
            assert session.scalars(select(Receipt.kind)).all() == []


class TestTold:
    def test_the_administrator_sees_its_name_and_the_metrics_its_count(
        self, site: Site, council: Council, version: Version
    ) -> None:
        page = Visitor(site.browser(site.clerk(council, "administrator")))
        assert "Uszkodzone pliki" not in page.open("/piechowice/stan").text
        damage(site, version.body_id, version.sha256)
        site.client.get(address(version))
        assert "Uszkodzone pliki, których nie wydajemy: budżet.txt." in (
            page.open("/piechowice/stan").text
        )
        assert "teczka_objects_damaged 1.0" in site.client.get("/metrics").text

    def test_another_council_is_told_no_name(
        self, site: Site, council: Council, version: Version
    ) -> None:
        del council
        other = site.found("mirsk")
        damage(site, version.body_id, version.sha256)
        site.client.get(address(version))
        page = Visitor(site.browser(site.clerk(other, "administrator"))).open("/mirsk/stan")
        assert "budżet.txt" not in page.text
        assert "Uszkodzone pliki w całej instalacji, których nie wydajemy: 1." in page.text


class TestMended:
    def test_the_same_file_uploaded_again_mends_it(
        self, site: Site, council: Council, version: Version
    ) -> None:
        damage(site, version.body_id, version.sha256)
        assert site.client.get(address(version)).status_code == 500
        token = site.token(site.clerk(council), by="password")
        answer = site.client.post(
            f"/api/v1/bodies/piechowice/documents/{version.document_id}/versions",
            params={"file_name": "budżet.txt"},
            content=TEXT.encode(),
            headers={"authorization": f"Bearer {token}"},
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "same_bytes")
        assert site.client.get(address(version)).text == TEXT

    def test_one_that_is_gone_comes_back_with_the_same_file(
        self, site: Site, council: Council, version: Version
    ) -> None:
        site.parts.store.remove(object_key(version.body_id, version.sha256))
        assert "brakuje go w magazynie" in site.client.get(address(version)).text
        site.upload(council, Owner(meeting_id=council.meeting.id), TEXT, name="jeszcze raz.txt")
        assert site.client.get(address(version)).text == TEXT

    @pytest.mark.parametrize(("kind", "name"), [("packet_pdf", "pdf"), ("packet_zip", "zip")])
    @pytest.mark.usefixtures("version")
    def test_what_was_made_of_a_packet_is_made_again(
        self, site: Site, council: Council, kind: str, name: str
    ) -> None:
        sha256 = packet_file(site, council, kind)
        damage(site, council.body.id, sha256)
        browser = site.browser(council.member, by="link")
        file = f"/piechowice/moje/{council.meeting.id}/1/pakiet.{name}"
        assert browser.get(file).status_code == 500
        site.work()
        answer = browser.get(file)
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == sha256
