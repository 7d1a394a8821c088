"""What was destroyed: every way to it says so, to whom it had reached, and nothing else of it."""

import io
import zipfile

from docstore.models import Version
from docstore.services import destruction
from docstore.services.destruction import Destroy
from docstore.services.documents import Owner
from tests.integration.pages.conftest import Council, Site
from tests.integration.pages.office import text_of

HOME, API = "/piechowice", "/api/v1/bodies/piechowice"
TEXT = "Paragraf pierwszy. Skryptozaurus mieszka przy rynku."
TOMBSTONE = "Podstawa: orzeczenie sądu. Zniszczenia dokonał: Burmistrz"


def destroy(site: Site, council: Council, version: Version) -> str:
    said = Destroy("court", "Burmistrz", "cały dokument", reason="teczka destroy, root")
    with site.parts.database.transaction() as session:
        row = destruction.destroy(
            session,
            site.acting,
            body_id=council.body.id,
            document_id=version.document_id,
            said=said,
        )
    return row.id


def test_every_page_and_download_knows_of_it(site: Site, council: Council) -> None:
    version = site.upload(
        council, Owner(paper_id=site.paper(council).id), TEXT, name="plan.txt", is_public=True
    )
    site.publish(council)
    paper = site.adopt(council)
    member, clerk = site.browser(council.member, by="link"), site.browser(site.clerk(council))
    mine = f"{HOME}/moje/{council.meeting.id}"
    assert member.get(f"{mine}/1/pakiet.zip").status_code == 200
    kept = f'"{version.sha256}"'
    known = {"If-None-Match": kept}
    assert member.get(f"{HOME}/pliki/{version.id}/plan.txt", headers=known).status_code == 304
    row = destroy(site, council, version)

    for browser in (site.browser(), member, clerk):
        for path in (
            f"{HOME}/pliki/{version.id}/plan.txt",
            f"{HOME}/pliki/{version.id}/pdf",
            f"{API}/versions/{version.id}",
            f"{API}/versions/{version.id}/file",
        ):
            answer = browser.get(path, headers=known)
            assert answer.status_code == 410, path
            assert "orzeczenie sądu" in answer.text
        assert browser.get(path).json()["code"] == "destroyed"
    act = site.browser().get(f"{HOME}/uchwaly/{paper.id}")
    assert act.status_code == 410
    assert "Dokument zniszczono" in text_of(act)
    for browser, page in (
        (site.browser(), f"{HOME}/uchwaly/{paper.id}"),
        (site.browser(), f"{HOME}/sesje/{council.meeting.id}"),
        (member, mine),
        (clerk, f"{HOME}/biuro/dokumenty/{version.document_id}"),
    ):
        assert TOMBSTONE in text_of(browser.get(page)), page
        assert f"/pliki/{version.id}" not in browser.get(page).text
    assert "Usuwamy pliki" in text_of(clerk.get(f"{HOME}/biuro/wylaczenia/{row}"))
    assert member.get(f"{mine}/1/pakiet.zip").status_code == 303  # not given as it was

    site.work()
    with zipfile.ZipFile(io.BytesIO(member.get(f"{mine}/1/pakiet.zip").content)) as archive:
        said = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert "dokument zniszczony: orzeczenie sądu" in said["Spis treści.txt"]
    assert version.sha256 in said["manifest.json"]
    assert "Skryptozaurus" not in "".join(said.values())
    assert "plan.txt" not in "".join(said.values())
    page = text_of(clerk.get(f"{HOME}/biuro/wylaczenia/{row}"))
    assert "Plików i indeksu z ich treścią nie ma od" in page
    assert version.sha256 in page
    desk = text_of(clerk.get(f"{HOME}/biuro/posiedzenia/{council.meeting.id}"))
    assert "odczytywanie" not in desk

    second = site.upload(council, Owner(paper_id=site.paper(council).id), "Drugi.", is_public=True)
    site.adopt(council)
    told = site.browser().get(f"{API}/acts/{paper.id}").json()
    assert [each["id"] for each in told["documents"]] == [second.document_id]
    (said_so,) = told["exclusions"]
    assert (said_so["legal_ground"], said_so["basis"]) == ("court", "")
    assert said_so["is_destruction"]


def test_the_next_packet_is_without_it_and_a_new_version_may_follow(
    site: Site, council: Council
) -> None:
    owner = Owner(paper_id=site.paper(council).id)
    version = site.upload(council, owner, TEXT, name="plan.txt", is_public=True)
    site.upload(council, owner, "Drugi dokument.", name="drugi.txt")
    site.publish(council)
    destroy(site, council, version)
    site.work()
    assert version.id not in site.publish(council).manifest
    again = site.parts.intake.add_version(
        None,
        body_id=council.body.id,
        document_id=version.document_id,
        file_name="plan.txt",
        source=io.BytesIO(TEXT.encode()),
    )
    assert again.number == 2
