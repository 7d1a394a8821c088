"""What was shown and is not any more: from the commit on, on every surface, worker or none."""

import io
import re
import zipfile

import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient

from docstore.errors import NotAllowed, NotFound
from docstore.models import Document, Exclusion, Person, Version
from docstore.rules.audience import AudienceKind
from docstore.services import documents, exclusions, people
from docstore.services.documents import AudienceChoice, DocumentChange, Owner
from docstore.services.exclusions import TakeDown
from tests.integration.pages.conftest import Council, Site
from tests.integration.pages.office import text_of

HOME, API = "/piechowice", "/api/v1/bodies/piechowice"
WORD = "Skryptozaurus"
TEXT = f"Paragraf pierwszy. {WORD} mieszka przy rynku."


def take_down(
    site: Site,
    council: Council,
    version: Version,
    *,
    from_members: bool = False,
    alone: bool = False,
) -> None:
    said = TakeDown(
        "cały dokument",
        "personal_data",
        "Burmistrz",
        version_id=version.id if alone else None,
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


def narrow(
    site: Site, council: Council, version: Version, kind: AudienceKind, *people_of: Person
) -> None:
    """Mean a document for fewer, from the next packet on."""
    audience = AudienceChoice(kind, tuple(each.id for each in people_of), "personal_data")
    with site.parts.database.transaction() as session:
        row = session.get_one(Document, version.document_id)
        to = DocumentChange(row.role, row.title, row.is_public, audience)
        documents.change_document(
            session, site.acting, body_id=council.body.id, document_id=row.id, to=to
        )


def found(client: TestClient, word: str = WORD) -> tuple[int, str]:
    """Return how much a search finds by the interface, and all it says."""
    answer = client.get(f"{API}/search", params={"q": word})
    assert answer.status_code == 200
    page = client.get(f"{HOME}/szukaj", params={"q": word})
    return int(answer.json()["total"]), answer.text + text_of(page).replace(word, "", 2)


@pytest.fixture
def version(site: Site, council: Council) -> Version:
    """Return a public draft that a packet brought to everyone."""
    owner = Owner(paper_id=site.paper(council).id)
    row = site.upload(council, owner, TEXT, name="tajny-plan.txt", is_public=True)
    site.publish(council)
    return row


def test_a_taken_down_act_is_gone_from_every_public_surface(
    site: Site, council: Council, version: Version
) -> None:
    paper = site.adopt(council)
    public = site.browser()
    surfaces = (
        f"{HOME}", f"{HOME}/uchwaly", f"{HOME}/uchwaly?q={WORD}", f"{HOME}/uchwaly.atom",
        f"{HOME}/szukaj?q={WORD}", f"{API}/acts", f"{API}/search?q={WORD}",
        f"{HOME}/sesje/{council.meeting.id}", f"{API}/meetings/{council.meeting.id}/agenda",
    )  # fmt: skip
    marks = ("tajny-plan", "mieszka przy rynku", version.id, version.sha256)
    before = "".join(public.get(page).text for page in surfaces)
    assert all(mark in before for mark in marks)
    take_down(site, council, version)
    for page in surfaces:
        answer = public.get(page)
        assert answer.status_code == 200
        assert not any(mark in answer.text for mark in marks), page
    assert paper.id not in "".join(public.get(page).text for page in surfaces[:7])
    for page in (
        f"{HOME}/uchwaly/{paper.id}", f"{API}/acts/{paper.id}", f"{API}/versions/{version.id}",
        f"{API}/versions/{version.id}/file", f"{HOME}/pliki/{version.id}/plik",
        f"{HOME}/pliki/{version.id}/pdf",
    ):  # fmt: skip
        answer = public.get(page)
        assert answer.status_code == 410, page
        assert not any(mark in answer.text for mark in marks), page
    for page in (f"{API}/documents/{version.document_id}", f"{API}/papers/{paper.id}"):
        assert public.get(page).status_code == 404


def test_taken_from_the_members_no_file_of_theirs_is_given(
    site: Site, council: Council, version: Version
) -> None:
    member = site.browser(council.member, by="link")
    mine = f"{HOME}/moje/{council.meeting.id}"
    assert TEXT.encode() in zipped(member, mine)
    take_down(site, council, version, from_members=True)
    for name in ("pakiet.pdf", "pakiet.zip"):
        assert member.get(f"{mine}/1/{name}").status_code == 303  # made anew, not given as it was
    assert member.get(f"{HOME}/pliki/{version.id}/plik").status_code == 410
    assert found(member)[0] == 0
    assert "tajny-plan" not in member.get(mine).text
    site.work()
    assert TEXT.encode() not in zipped(member, mine)
    merged = PdfReader(io.BytesIO(member.get(f"{mine}/1/pakiet.pdf").content))
    assert WORD not in "".join(page.extract_text() for page in merged.pages)


def zipped(client: TestClient, meeting: str) -> bytes:
    """Return all that the newest ZIP of a meeting holds."""
    number = max(re.findall(r"/(\d+)/pakiet\.zip", client.get(meeting).text))
    answer = client.get(f"{meeting}/{number}/pakiet.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_a_version_taken_down_alone_comes_back_with_no_later_packet(
    site: Site, council: Council, version: Version
) -> None:
    take_down(site, council, version, alone=True)
    site.upload(council, Owner(meeting_id=council.meeting.id), "Zaproszenie", role="invitation")
    site.publish(council)
    public = site.browser()
    assert public.get(f"{HOME}/pliki/{version.id}/plik").status_code == 410
    assert found(public)[0] == 0
    assert "tajny-plan" not in public.get(f"{HOME}/sesje/{council.meeting.id}").text
    member = site.browser(council.member, by="link")
    assert member.get(f"{HOME}/pliki/{version.id}/plik").status_code == 200


def test_nor_to_the_members_from_whom_it_was_taken(
    site: Site, council: Council, version: Version
) -> None:
    second = site.parts.intake.add_version(
        None,
        body_id=council.body.id,
        document_id=version.document_id,
        file_name="drugi.txt",
        source=io.BytesIO(f"{WORD} i jego PESEL".encode()),
    )
    site.work()
    site.publish(council)
    take_down(site, council, second, alone=True, from_members=True)
    packet = site.publish(council)
    assert second.sha256 not in packet.manifest
    member = site.browser(council.member, by="link")
    assert member.get(f"{HOME}/pliki/{second.id}/plik").status_code == 410
    assert member.get(f"{HOME}/pliki/{version.id}/plik").status_code == 200
    assert b"PESEL" not in zipped(member, f"{HOME}/moje/{council.meeting.id}")


def test_a_document_taken_from_the_members_is_not_put_back(
    site: Site, council: Council, version: Version
) -> None:
    take_down(site, council, version, from_members=True)
    clerk = site.browser(site.clerk(council))
    item = f"{HOME}/biuro/posiedzenia/{council.meeting.id}"
    assert "przywroc" not in clerk.get(f"{item}?punkt={item_id(site, council)}").text
    with pytest.raises(NotAllowed), site.parts.database.transaction() as session:
        documents.restore_document(
            session, site.acting, body_id=council.body.id, document_id=version.document_id
        )


def item_id(site: Site, council: Council) -> str:
    return site.consideration(council).item_id


def test_a_version_of_another_document_is_not_taken_down_with_this_one(
    site: Site, council: Council, version: Version
) -> None:
    other = site.upload(council, Owner(meeting_id=council.meeting.id), "Inny", role="invitation")
    said = TakeDown("cały", "personal_data", "Burmistrz", version_id=other.id)
    with pytest.raises(NotFound), site.parts.database.transaction() as session:
        exclusions.take_down(
            session,
            site.acting,
            body_id=council.body.id,
            document_id=version.document_id,
            said=said,
        )
    with site.parts.database.reading() as session:
        assert session.query(Exclusion).count() == 0


def test_who_never_had_it_hears_of_no_taking_down(site: Site, council: Council) -> None:
    with site.parts.database.transaction() as session:
        other = people.add_person(
            session, site.acting, body_id=council.body.id, name="Ola", email="ola@rada.example"
        )
        people.invite_guest(session, site.acting, person=other, function="sołtyska")
    owner = Owner(paper_id=site.paper(council).id)
    secret = site.upload(council, owner, TEXT, name="tajny-plan.txt", is_public=False)
    narrow(site, council, secret, AudienceKind.PERSONS, council.guest)
    site.upload(council, owner, "Uzasadnienie", role="justification")
    site.publish(council)
    draft = site.upload(council, owner, "Szkic", name="szkic.txt", role="opinion")
    take_down(site, council, secret, from_members=True)
    take_down(site, council, draft, from_members=True)
    answers = {
        person.name: site.browser(person, by="link").get(f"{HOME}/pliki/{secret.id}/plik")
        for person in (council.guest, council.member, other)
    }
    assert {name: each.status_code for name, each in answers.items()} == {
        council.guest.name: 410, council.member.name: 404, "Ola": 404,
    }  # fmt: skip
    assert "Burmistrz" not in answers["Ola"].text
    member = site.browser(council.member, by="link")
    assert member.get(f"{HOME}/pliki/{draft.id}/plik").status_code == 404


def test_narrowed_by_the_next_packet_it_counts_for_nobody_else_at_once(
    site: Site, council: Council, version: Version
) -> None:
    guest, public = site.browser(council.guest, by="link"), site.browser()
    assert found(guest)[0] == found(public)[0] == 1
    narrow(site, council, version, AudienceKind.MEMBERS)
    site.upload(council, Owner(paper_id=site.paper(council).id), "Uzasadnienie", role="annex")
    site.publish(council, works=False)  # the index has not been told yet
    for client in (guest, public):
        total, said = found(client)
        assert total == 0
        assert "tajny-plan" not in said
        assert client.get(f"{HOME}/pliki/{version.id}/plik").status_code == 404
    site.work()
    assert found(guest)[0] == found(public)[0] == 0
    assert found(site.browser(council.member, by="link"))[0] == 1


def test_a_narrowed_document_is_in_nothing_that_all_recipients_get(
    site: Site, council: Council
) -> None:
    owner = Owner(paper_id=site.paper(council).id)
    site.upload(council, owner, "Projekt uchwały", name="projekt.txt")
    secret = site.upload(council, owner, TEXT, name="tajny-plan.txt", role="opinion")
    narrow(site, council, secret, AudienceKind.PERSONS, council.member)
    packet = site.publish(council)
    marks = ("tajny-plan", "Tajny plan", secret.sha256, secret.id, WORD)
    guest, member = (site.browser(p, by="link") for p in (council.guest, council.member))
    mine = f"{HOME}/moje/{council.meeting.id}"
    merged = PdfReader(io.BytesIO(guest.get(f"{mine}/1/pakiet.pdf").content))
    mails = (site.parts.settings.data_dir / "mailbox").glob("*.eml")
    told = [
        packet.manifest,
        zipped(guest, mine).decode(errors="replace"),
        "".join(page.extract_text() for page in merged.pages),
        str(merged.outline),
        *(mail.read_text() for mail in mails),
        *(guest.get(page).text for page in (mine, f"{HOME}/moje", f"{HOME}/moje/zapisy")),
        guest.get(f"{API}/meetings/{council.meeting.id}/agenda").text,
        guest.get(f"{API}/papers/{site.paper(council).id}").text,
        *found(guest)[1:],
        site.browser().get(f"{HOME}/sesje/{council.meeting.id}").text,
    ]
    assert len(told) > 9
    for each in told:
        assert not any(mark in each for mark in marks)
    assert guest.get(f"{HOME}/pliki/{secret.id}/plik").status_code == 404
    assert guest.get(f"{API}/versions/{secret.id}").status_code == 404
    assert guest.get(f"{API}/documents/{secret.document_id}").status_code == 404
    assert found(guest)[0] == 0
    assert found(member)[0] == 1
    assert "tajny-plan" in member.get(mine).text
