"""A locked file whose password the office gave: it is read, merged and sent like any other."""

import io
import zipfile
from collections.abc import Callable, Iterator

import pytest
import structlog
from pypdf import PdfReader
from sqlalchemy import select

from api.logs import set_up_logs
from docstore.errors import NotFound
from docstore.files import media
from docstore.models import Document, Facts, Rendition, Version
from docstore.objects.seam import object_key
from docstore.outbox import enqueue
from docstore.services import opening as services
from docstore.services.damage import note_damage
from docstore.services.opening import open_version
from docstore.services.versions import READ
from docstore.visibility import Visibility, office
from indexer.documents import Page, SearchQuery
from tests.integration.files.test_left_in import sheet
from tests.integration.files.test_opening import PASSWORD, locked_office, locked_pdf, locked_word
from tests.integration.pages.conftest import Council, Site
from tests.integration.pages.office import Clerk, text_of


@pytest.fixture
def document(clerk: Clerk) -> str:
    """Drop a locked PDF and return the address of its document."""
    return dropped(clerk, "opinia.pdf", locked_pdf("opinia o stawce"))


def dropped(clerk: Clerk, name: str, octets: bytes) -> str:
    clerk.drop(f"{clerk.item(1)}/pliki", name, data=octets)
    clerk.site.work()
    row = clerk.items[1].considerations[0].paper.documents[-1]
    return f"{clerk.home}/dokumenty/{row.id}"


def opened(clerk: Clerk, document: str, password: str = PASSWORD) -> str:
    version = version_of(clerk.site).id
    return clerk.done(f"{document}/haslo", version_id=version, password=password)


def version_of(site: Site) -> Version:
    with site.parts.database.reading() as session:
        return session.scalars(select(Version)).one()


def facts_of(site: Site) -> Facts:
    with site.parts.database.reading() as session:
        return session.get_one(Facts, version_of(site).id)


def is_unread(site: Site) -> bool:
    with site.parts.database.reading() as session:
        return session.get(Facts, version_of(site).id) is None


def made_of(site: Site) -> dict[str, Rendition]:
    with site.parts.database.reading() as session:
        rows = session.scalars(select(Rendition).where(Rendition.version_id.is_not(None)))
        return {row.kind: row for row in rows}


def found(site: Site, council: Council, text: str) -> int:
    seen = Visibility.of(council.body.id, {office(council.body.id)})
    return site.parts.engine.search(
        SearchQuery(text=text), visible_to=seen, page=Page(limit=5)
    ).total


def test_the_page_asks_for_the_password_of_a_locked_file_alone(clerk: Clerk, document: str) -> None:
    assert "Hasło do pliku" in clerk.page(document)
    assert "Hasło do pliku" not in clerk.page(dropped(clerk, "zwykły.txt", b"tekst"))


def test_a_password_opens_the_file_for_search_and_packet(
    clerk: Clerk, council: Council, document: str
) -> None:
    site = clerk.site
    assert not found(site, council, "stawce")
    said = opened(clerk, document)
    assert "hasła nie zapisaliśmy" in said
    assert is_unread(site), "no packet goes out before the copy is read"
    site.work()
    assert found(site, council, "stawce") == 1
    facts = facts_of(site)
    assert (facts.encrypted, facts.pages, facts.problems) == (True, 1, ["opened"])
    page = clerk.page(document)
    assert "otwarty hasłem" in page
    assert "Hasło do pliku" not in page
    packet = site.publish(council)
    site.work()
    with site.parts.database.reading() as session:
        made = {
            row.kind: row.sha256
            for row in session.scalars(select(Rendition).where(Rendition.packet_id == packet.id))
        }
    merged = PdfReader(io.BytesIO(bytes_of(site, council, made["packet_pdf"])))
    assert "opinia o stawce" in merged.pages[-1].extract_text()
    archive = zipfile.ZipFile(io.BytesIO(bytes_of(site, council, made["packet_zip"])))
    locked, copy = (name for name in archive.namelist() if name.endswith(".pdf"))
    assert copy == locked.replace(".pdf", " (bez hasła).pdf")
    assert PdfReader(io.BytesIO(archive.read(locked))).is_encrypted
    assert not PdfReader(io.BytesIO(archive.read(copy))).is_encrypted
    assert copy in archive.read("Spis treści.txt").decode()


def bytes_of(site: Site, council: Council, sha256: str | None) -> bytes:
    assert sha256
    with site.parts.store.open(object_key(council.body.id, sha256)) as source:
        return source.read()


def test_a_wrong_password_is_told_beside_the_field_and_changes_nothing(
    clerk: Clerk, document: str
) -> None:
    version = version_of(clerk.site).id
    answer = clerk.post(f"{document}/haslo", version_id=version, password="nie to")
    assert answer.status_code == 422
    assert "To hasło nie otwiera tego pliku." in text_of(answer)
    assert "nie to" not in text_of(answer)
    assert 'value="Opinia"' in answer.text, "the description is shown as it is"
    assert made_of(clerk.site) == {}
    assert facts_of(clerk.site).problems == ["encrypted"]
    answer = clerk.post(f"{document}/haslo", version_id=version, password="")
    assert "Wpisz hasło do pliku." in text_of(answer)


def test_a_word_file_is_opened_and_made_a_pdf(clerk: Clerk, council: Council) -> None:
    document = dropped(clerk, "opinia.docx", locked_word("opinia o dotacji"))
    site = clerk.site
    opened(clerk, document)
    site.work()
    made = made_of(site)
    assert made["opened"].media_type == media.DOCX
    assert made["pdf"].media_type == media.PDF
    assert found(site, council, "dotacji") == 1
    assert version_of(site).media_type == media.ENCRYPTED_OFFICE, "the original stays what it is"


@pytest.fixture
def logs_after() -> Iterator[None]:
    """Leave the logs of other tests as they were."""
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("logs_after")
def test_the_password_is_in_no_row_file_or_line_of_the_log(
    clerk: Clerk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor where it is wrong, nor where what opens the file breaks."""
    set_up_logs("text")
    secret = "Tajne-Haslo-7319"
    site = clerk.site
    document = dropped(clerk, "opinia.pdf", locked_pdf("opinia", secret))
    version = version_of(site).id
    clerk.post(f"{document}/haslo", version_id=version, password=f"{secret}-nie")
    with monkeypatch.context() as broken:
        broken.setattr(services, "open_with", broken_with(RuntimeError("a bug")))
        with pytest.raises(RuntimeError):
            clerk.post(f"{document}/haslo", version_id=version, password=secret)
    opened(clerk, document, secret)
    site.work()
    assert facts_of(site).problems == ["opened"]
    kept = [path for path in site.parts.settings.data_dir.rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        assert secret.encode() not in path.read_bytes(), path.name
    said = capsys.readouterr().err
    assert "request_broke" in said
    assert secret not in said


def broken_with(error: Exception) -> Callable[..., None]:
    def broken(*_: object, **__: object) -> None:
        raise error

    return broken


def test_what_is_public_already_is_not_opened(clerk: Clerk, council: Council) -> None:
    """Its words would be everybody's before anybody looked at them."""
    site = clerk.site
    document = dropped(clerk, "projekt.pdf", locked_pdf("Jan Kowalski"))
    with site.parts.database.transaction() as session:
        session.scalars(select(Document)).one().is_public = True
    site.publish(council)
    answer = clerk.post(f"{document}/haslo", version_id=version_of(site).id, password=PASSWORD)
    assert answer.status_code == 422
    assert "Ten plik jest już publiczny" in text_of(answer)
    assert made_of(site).keys() == set()


@pytest.mark.parametrize("is_public", [False, True])
def test_a_damaged_copy_is_asked_for_again_and_made_anew(
    clerk: Clerk, council: Council, document: str, *, is_public: bool
) -> None:
    """Also of what everybody sees by now: its words were looked at before."""
    site = clerk.site
    opened(clerk, document)
    site.work()
    with site.parts.database.transaction() as session:
        session.scalars(select(Document)).one().is_public = is_public
    site.publish(council)
    sha256 = made_of(site)["opened"].sha256
    assert sha256
    with site.parts.database.transaction() as session:
        note_damage(session, body_id=council.body.id, sha256=sha256, at=site.acting.at)
    site.work()
    assert "Hasło do pliku" in clerk.page(document)
    opened(clerk, document)
    site.work()
    assert facts_of(site).problems == ["opened"]
    assert found(site, council, "stawce") == 1


def test_the_copy_of_what_has_no_pdf_can_be_had(clerk: Clerk) -> None:
    site = clerk.site
    octets = sheet(xl__workbook=f"<workbook>{' ' * 9_000}</workbook>")
    document = dropped(clerk, "stawki.xlsx", locked_office(octets))
    address = f"/piechowice/pliki/{version_of(site).id}/bez-hasla"
    assert clerk.get(address).status_code == 404
    opened(clerk, document)
    site.work()
    assert address in clerk.get(document).text
    answer = clerk.get(address)
    assert answer.content == octets
    assert "bez%20has%C5%82a%29.xlsx" in answer.headers["content-disposition"]
    assert site.browser().get(address).status_code == 404, "it is not public"


def test_a_second_time_changes_nothing_and_a_strangers_is_not_found(
    clerk: Clerk, document: str
) -> None:
    opened(clerk, document)
    clerk.site.work()
    version = version_of(clerk.site)
    assert "hasła nie zapisaliśmy" in opened(clerk, document, "cokolwiek")
    assert facts_of(clerk.site).problems == ["opened"]
    second = dropped(clerk, "zwykły.txt", b"tekst")
    answer = clerk.post(f"{second}/haslo", version_id=version.id, password=PASSWORD)
    assert answer.status_code == 404, "it is another document's"
    other = clerk.site.found("inna")
    with pytest.raises(NotFound):
        open_version(
            clerk.site.parts.intake, None, body_id=other.body.id,
            document_id=version.document_id, version_id=version.id, password=PASSWORD,
        )  # fmt: skip


def test_reading_again_reads_the_copy(clerk: Clerk, council: Council, document: str) -> None:
    """As after an upgrade that reads every file anew."""
    site = clerk.site
    opened(clerk, document)
    site.work()
    version = version_of(site)
    with site.parts.database.transaction() as session:
        enqueue(
            session, READ, version.id, at=site.acting.at, version=version.id, body=version.body_id
        )
    site.work()
    assert facts_of(site).problems == ["opened"]
    assert found(site, council, "stawce") == 1
