"""Stored files as answers: who gets them, in which parts, under which name, and what is noted."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from docstore.models import LedgerEntry, Receipt, Version
from docstore.services import exclusions, keeping
from docstore.services.damage import note_damage
from docstore.services.documents import Owner
from docstore.services.exclusions import TakeDown
from tests.integration.pages.conftest import Council, Site

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
NAME = "Załącznik nr 1 – żółć „plan”.pdf"


def address(version: Version, name: str = "plik") -> str:
    return f"/piechowice/pliki/{version.id}/{name}"


@pytest.fixture
def version(site: Site, council: Council) -> Version:
    """Return a public PDF of a published packet."""
    owner = Owner(paper_id=site.paper(council).id)
    row = site.upload(council, owner, PDF, name=NAME, is_public=True)
    site.publish(council)
    return row


def _take_down(site: Site, council: Council, version: Version, *, from_members: bool) -> None:
    said = TakeDown(
        "dane osobowe w załączniku",
        "personal_data",
        "Burmistrz",
        "adres",
        from_members=from_members,
    )
    with site.parts.database.transaction() as session:
        exclusions.take_down(
            session,
            site.acting,
            body_id=council.body.id,
            document_id=version.document_id,
            said=said,
        )


class TestWhoGetsIt:
    def test_a_draft_is_the_offices_alone(self, site: Site, council: Council) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        draft = site.upload(council, owner, PDF, name="projekt.pdf", is_public=True)
        clerk = site.clerk(council)
        assert site.client.get(address(draft)).status_code == 404
        assert site.browser(council.member, by="link").get(address(draft)).status_code == 404
        assert site.browser(clerk).get(address(draft)).content == PDF

    def test_what_is_not_flagged_public_is_for_members(self, site: Site, council: Council) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        opinion = site.upload(council, owner, PDF, name="opinia.pdf", is_public=False)
        site.publish(council)
        assert site.client.get(address(opinion)).status_code == 404
        assert site.browser(council.guest, by="link").get(address(opinion)).status_code == 200

    def test_a_stranger_councils_file_is_not_found(
        self, site: Site, council: Council, version: Version
    ) -> None:
        del council
        site.found("mirsk")
        assert site.client.get(f"/mirsk/pliki/{version.id}/x.pdf").status_code == 404

    @pytest.mark.parametrize("bad", ["x", "0" * 16, "%00", "..%2f..", "a" * 500, "ąęż", "%F0%9F"])
    def test_an_id_that_is_none_is_not_found(self, site: Site, council: Council, bad: str) -> None:
        assert site.client.get(f"/{council.body.slug}/pliki/{bad}/x.pdf").status_code == 404

    def test_taken_down_is_gone_with_its_notice_before_any_worker_ran(
        self, site: Site, council: Council, version: Version
    ) -> None:
        _take_down(site, council, version, from_members=False)
        answer = site.client.get(address(version), headers={"accept": "text/html"})
        assert answer.status_code == 410
        assert "dane osobowe w załączniku" in answer.text
        assert "Burmistrz" in answer.text
        assert "RODO" in answer.text
        assert "adres" not in answer.text.replace("adresu", "")
        assert site.browser(council.member, by="link").get(address(version)).status_code == 200

    def test_the_public_hears_of_no_exclusion_of_what_it_never_saw(
        self, site: Site, council: Council
    ) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        opinion = site.upload(council, owner, PDF, name="opinia.pdf", is_public=False)
        site.publish(council)
        _take_down(site, council, opinion, from_members=True)
        assert site.client.get(address(opinion)).status_code == 404
        assert site.browser(council.member, by="link").get(address(opinion)).status_code == 410

    def test_damaged_bytes_are_refused(
        self, site: Site, council: Council, version: Version
    ) -> None:
        with site.parts.database.transaction() as session:
            note_damage(
                session, body_id=council.body.id, sha256=version.sha256, at=site.parts.clock.now()
            )
        answer = site.client.get(address(version))
        assert answer.status_code == 500
        assert PDF not in answer.content

    def test_a_file_without_rendition_has_no_pdf(self, site: Site, version: Version) -> None:
        assert site.client.get(address(version, "pdf")).status_code == 404


class TestAnswer:
    def test_the_tag_is_the_hash_and_the_public_may_keep_it_only_after_asking(
        self, site: Site, version: Version
    ) -> None:
        answer = site.client.get(address(version))
        assert answer.headers["etag"] == f'"{version.sha256}"'
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["x-content-type-options"] == "nosniff"

    def test_a_members_answer_is_private(
        self, site: Site, council: Council, version: Version
    ) -> None:
        answer = site.browser(council.member, by="link").get(address(version))
        assert answer.headers["cache-control"] == "private, no-cache"

    def test_nothing_new_is_not_sent_again(self, site: Site, version: Version) -> None:
        tag = f'"{version.sha256}"'
        answer = site.client.get(address(version), headers={"if-none-match": tag})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag

    @pytest.mark.parametrize(
        ("asked", "part"),
        [
            ("bytes=0-3", slice(0, 4)),
            ("bytes=5-", slice(5, None)),
            ("bytes=-6", slice(-6, None)),
            ("bytes=0-999999", slice(0, None)),
        ],
    )
    def test_a_part_is_sent_as_a_part(
        self, site: Site, version: Version, asked: str, part: slice
    ) -> None:
        answer = site.client.get(address(version), headers={"range": asked})
        assert answer.status_code == 206
        assert answer.content == PDF[part]
        assert answer.headers["content-range"].endswith(f"/{len(PDF)}")

    def test_a_part_beyond_the_end_is_refused(self, site: Site, version: Version) -> None:
        answer = site.client.get(address(version), headers={"range": f"bytes={len(PDF)}-"})
        assert answer.status_code == 416
        assert answer.headers["content-range"] == f"bytes */{len(PDF)}"

    @pytest.mark.parametrize("odd", ["bytes=abc", "lines=0-3", "bytes=4-2-1", "bytes=0-1,4-5"])
    def test_a_range_that_is_none_gets_the_whole(
        self, site: Site, version: Version, odd: str
    ) -> None:
        answer = site.client.get(address(version), headers={"range": odd})
        assert (answer.status_code, answer.content) == (200, PDF)

    def test_a_part_of_another_version_is_the_whole_of_this_one(
        self, site: Site, version: Version
    ) -> None:
        other = {"range": "bytes=0-3", "if-range": '"' + "0" * 64 + '"'}
        same = {"range": "bytes=0-3", "if-range": f'"{version.sha256}"'}
        assert site.client.get(address(version), headers=other).status_code == 200
        assert site.client.get(address(version), headers=same).status_code == 206

    def test_what_did_not_change_since_is_not_sent_again(
        self, site: Site, version: Version
    ) -> None:
        told = site.client.get(address(version)).headers["last-modified"]
        answer = site.client.get(address(version), headers={"if-modified-since": told})
        assert (answer.status_code, answer.content) == (304, b"")
        answer = site.client.get(
            f"/api/v1/bodies/piechowice/versions/{version.id}/file", headers={"if-match": '"other"'}
        )
        assert (answer.status_code, answer.json()["code"]) == (412, "condition_unmet")

    def test_a_range_means_nothing_to_head(self, site: Site, version: Version) -> None:
        answer = site.client.head(address(version), headers={"range": "bytes=0-3"})
        assert answer.status_code == 200
        assert answer.headers["content-length"] == str(len(PDF))

    def test_head_tells_all_and_sends_nothing(self, site: Site, version: Version) -> None:
        answer = site.client.head(address(version))
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-length"] == str(len(PDF))

    def test_a_polish_name_survives(self, site: Site, version: Version) -> None:
        sent = site.client.get(address(version)).headers["content-disposition"]
        assert sent.startswith("inline; ")
        assert "filename*=UTF-8''Za%C5%82%C4%85cznik%20nr%201" in sent
        assert sent.isascii()

    def test_a_file_may_be_asked_for_to_be_saved(self, site: Site, version: Version) -> None:
        sent = site.client.get(address(version) + "?zapisz=1").headers["content-disposition"]
        assert sent.startswith("attachment; ")

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("strona.html", b"<html><script>alert(1)</script></html>"),
            ("rysunek.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
            ("projekt.pdf", b"<!doctype html><script>alert(1)</script>"),
            ("akt.xml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>"),
        ],
    )
    def test_nothing_that_a_browser_would_run_is_served_as_such(
        self, site: Site, council: Council, name: str, data: bytes
    ) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        row = site.upload(council, owner, data, name=name, is_public=True)
        site.publish(council)
        answer = site.client.get(address(row, name))
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment; ")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert policy.endswith("; sandbox")
        assert answer.headers["x-frame-options"] == "DENY"


def _receipts(site: Site, version: Version) -> list[Receipt]:
    with site.parts.database.reading() as session:
        return list(session.scalars(select(Receipt).where(Receipt.subject == version.id)))


def _entries(site: Site) -> int:
    with site.parts.database.reading() as session:
        counted = session.scalar(
            select(func.count())
            .select_from(LedgerEntry)
            .where(LedgerEntry.entry.contains("packet_downloaded"))
        )
        return counted or 0


class TestReceipt:
    @pytest.fixture
    def member(self, site: Site, council: Council) -> TestClient:
        """Return the councillor's tablet."""
        return site.browser(council.member, by="link")

    def test_a_members_download_is_noted_once_in_the_ledger_and_then_counted(
        self, site: Site, member: TestClient, version: Version
    ) -> None:
        for _ in range(3):
            assert member.get(address(version)).status_code == 200
        (receipt,) = _receipts(site, version)
        assert (receipt.kind, receipt.count) == ("downloaded", 3)
        assert _entries(site) == 1

    def test_looking_without_taking_is_no_download(
        self, site: Site, member: TestClient, version: Version
    ) -> None:
        member.head(address(version))
        member.get(address(version), headers={"range": "bytes=4-8"})
        member.get(address(version), headers={"if-none-match": f'"{version.sha256}"'})
        member.get(address(version), headers={"range": "bytes=999999-"})
        assert _receipts(site, version) == []

    def test_a_first_part_is_a_download(
        self, site: Site, member: TestClient, version: Version
    ) -> None:
        member.get(address(version), headers={"range": "bytes=0-8"})
        assert len(_receipts(site, version)) == 1

    def test_the_publics_reading_is_never_noted(
        self, site: Site, council: Council, version: Version
    ) -> None:
        site.client.get(address(version))
        site.browser(site.clerk(council)).get(address(version))
        assert _receipts(site, version) == []


class TestDress:
    def test_the_colours_are_kept_for_long_under_their_own_address(
        self, site: Site, council: Council
    ) -> None:
        colour = council.body.colour.lstrip("#")
        named = site.client.get(f"/piechowice/barwy.css?v={colour}")
        assert "--accent-light" in named.text
        assert "immutable" in named.headers["cache-control"]
        assert site.client.get("/piechowice/barwy.css").headers["cache-control"] == "no-cache"

    def test_a_council_without_an_emblem_has_none(self, site: Site, council: Council) -> None:
        assert site.client.get(f"/{council.body.slug}/herb").status_code == 404

    def test_the_emblem_is_shown(self, site: Site, council: Council, tmp_path: Path) -> None:
        drawn = tmp_path / "herb.png"
        drawn.write_bytes(b"\x89PNG\r\n\x1a\n")
        spooled = keeping.spooled(drawn)
        parts = site.parts
        keeping.keep(
            parts.database, parts.store, body_id=council.body.id, file=spooled, at=site.clock.now()
        )
        with parts.database.transaction() as session:
            session.merge(council.body).emblem_sha256 = spooled.sha256
        answer = site.client.get("/piechowice/herb")
        assert answer.headers["content-type"] == "image/png"
        assert answer.content == drawn.read_bytes()
