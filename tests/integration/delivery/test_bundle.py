"""A packet's merged PDF and its ZIP: what is in them, in which order, and what never is."""

import io
import json
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZipFile

import pytest
from PIL import Image
from pypdf import PdfReader

from delivery.bundle import PDF, ZIP, bundle
from delivery.channels.memory import MemoryMailer
from docstore import outbox
from docstore.errors import NotFound, StorageUnavailable
from docstore.files import media
from docstore.files.writer import PACKET
from docstore.models import Body, Packet
from docstore.objects.memory import MemoryObjectStore
from docstore.objects.seam import ObjectStore, object_key
from docstore.services import agendas, placing, renditions
from docstore.services.documents import Owner
from docstore.services.keeping import keep, spooled
from docstore.services.renditions import Made
from tests.factories import NARROW, make_items, make_next_version, make_packet, make_paper, make_pdf
from tests.integration.delivery.conftest import Office, found


def _text(reader: PdfReader) -> list[str]:
    return [page.extract_text() for page in reader.pages]


def _bookmarks(reader: PdfReader) -> list[Any]:
    def titles(nodes: list[Any]) -> list[Any]:
        return [titles(node) if isinstance(node, list) else node.title for node in nodes]

    return titles(reader.outline)


class TestPdf:
    def test_pages_stand_in_the_order_of_the_agenda_behind_a_cover_with_labels_of_its_own(
        self, office: Office
    ) -> None:
        office.upload(title="Uzasadnienie", pages=3)
        office.upload(title="Zawiadomienie", owner=Owner(meeting_id=office.meeting.id), pages=1)
        packet = office.publish()
        office.work()
        pdf = office.pdf(packet)
        assert pdf.page_labels == ["i", "1", "2", "3", "4"]
        assert "Zawiadomienie - 1" in _text(pdf)[1]
        assert [text.split()[0] for text in _text(pdf)[2:]] == ["Uzasadnienie"] * 3

    def test_the_agenda_is_the_outline(self, office: Office) -> None:
        office.upload(title="Projekt uchwały")
        packet = office.publish()
        office.work()
        assert _bookmarks(office.pdf(packet)) == [
            "1. Otwarcie sesji i stwierdzenie quorum",
            "2. Podjęcie uchwały w sprawie budżetu miasta na 2027 rok",
            ["Druk nr 12", ["Projekt uchwały"]],
            "3. Rozpatrzenie skargi",
            "4. Zamknięcie sesji",
        ]

    def test_the_cover_says_whose_and_which_meeting_it_is(self, office: Office) -> None:
        office.upload()
        packet = office.publish()
        office.work()
        cover = _text(office.pdf(packet))[0]
        for line in (
            "Rada Miejska w Piechowicach",
            "LIII sesja Rady Miejskiej w Piechowicach",
            "czwartek, 26 listopada 2026, godz. 10:00",
            "sala nr 7",
            "Pakiet 1 · opublikowany 20.11.2026 10:00 · 1 dokument · 2 strony",
            "Kopie połączone w tym pliku tracą podpisy elektroniczne.",
            packet.manifest_sha256,
        ):
            assert line in cover.replace("\N{NO-BREAK SPACE}", " ")

    def test_the_cover_bears_the_councils_emblem(self, office: Office, tmp_path: Path) -> None:
        picture = tmp_path / "herb.png"
        Image.new("RGB", (40, 48), "#7a1f2b").save(picture)
        file = spooled(picture)
        at = office.clock.now()
        keep(office.database, office.store, body_id=office.body.id, file=file, at=at)
        with office.database.transaction() as session:
            session.get_one(Body, office.body.id).emblem_sha256 = file.sha256
        office.upload()
        packet = office.publish()
        office.work()
        assert len(office.pdf(packet).pages[0].images) == 1

    def test_what_cannot_be_merged_is_on_the_cover_with_its_reason_and_in_the_zip(
        self, office: Office
    ) -> None:
        office.upload()
        office.upload(title="Umowa", problems=("encrypted",), content=b"%PDF-1.7 tajne")
        office.upload(title="Kosztorys", file_name="k.xlsx", content=b"arkusz", pages=None)
        packet = office.publish()
        office.work()
        cover = " ".join(_text(office.pdf(packet))[0].split())
        assert "pkt 2, Umowa: zabezpieczony hasłem" in cover
        assert "pkt 2, Kosztorys: tego rodzaju plik nie łączy się w PDF" in cover
        files = [name.rpartition("/")[2] for name in office.zip(packet).namelist()]
        assert "02 Umowa.pdf" in files
        assert "03 Kosztorys.xlsx" in files

    def test_a_word_file_is_merged_from_its_rendition_and_kept_as_it_was(
        self, office: Office, tmp_path: Path
    ) -> None:
        word = office.upload(title="Projekt", file_name="projekt.docx", content=_docx(), pages=None)
        rendered = tmp_path / "projekt.pdf"
        rendered.write_bytes(make_pdf(text="z Worda", pages=2))
        file = spooled(rendered)
        keep(
            office.database, office.store, body_id=office.body.id, file=file, at=office.clock.now()
        )
        with office.database.transaction() as session:
            made = Made(kind="pdf", media_type=media.PDF, sha256=file.sha256, pages=2)
            renditions.put(
                session,
                body_id=office.body.id,
                made=made,
                at=office.clock.now(),
                version_id=word.id,
            )
        packet = office.publish()
        office.work()
        assert _text(office.pdf(packet))[1:] == ["z Worda - 1", "z Worda - 2"]
        (name,) = [name for name in office.zip(packet).namelist() if name.endswith(".docx")]
        assert office.zip(packet).read(name) == _docx()

    def test_without_libreoffice_the_cover_says_so(self, office: Office) -> None:
        word = office.upload(title="Projekt", file_name="p.docx", content=_docx(), pages=None)
        with office.database.transaction() as session:
            made = Made(kind="pdf", media_type=media.PDF, problem="no_renderer")
            renditions.put(
                session,
                body_id=office.body.id,
                made=made,
                at=office.clock.now(),
                version_id=word.id,
            )
        packet = office.publish()
        office.work()
        cover = " ".join(_text(office.pdf(packet))[0].split())
        assert "plik edytora tekstu, a na serwerze nie ma LibreOffice" in cover

    def test_a_file_that_turns_out_broken_leaves_a_page_that_says_so(self, office: Office) -> None:
        office.upload(title="Dobry", pages=1)
        office.upload(title="Zepsuty", content=b"%PDF-1.7\nto nie jest PDF", pages=2)
        packet = office.publish()
        office.work()
        pages = _text(office.pdf(packet))
        assert pages[1] == "Dobry - 1"
        assert "Tego pliku nie udało się dołączyć" in " ".join(pages[2].split())
        assert office.zip(packet).testzip() is None

    def test_a_packet_whose_pdf_fails_still_has_its_zip_and_its_notices(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        office.upload()
        office.sender = replace(office.sender, limits=replace(PACKET, seconds=0.01))
        packet = office.publish()
        office.work()
        with office.database.reading() as session:
            made = renditions.renditions_of(session, packet.id)
        assert (made["packet_pdf"].sha256, made["packet_pdf"].problem) == (None, "timeout")
        assert office.zip(packet).testzip() is None
        assert len(mailer.mails) == office.recipients

    def test_the_next_packet_says_on_its_cover_what_changed(self, office: Office) -> None:
        first = office.upload(title="Projekt uchwały")
        office.publish()
        make_next_version(
            intake=office.intake, version=first, content=make_pdf(text="zmieniony", pages=2)
        )
        packet = office.publish()
        office.work()
        cover = " ".join(_text(office.pdf(packet))[0].split())
        assert "Ten pakiet zastępuje pakiet 1" in cover
        assert "Punkt 2: nowa wersja dokumentu „Projekt uchwały” (wersja 2 zamiast 1)" in cover


class TestZip:
    def test_each_agenda_item_has_a_folder_and_each_file_its_title(self, office: Office) -> None:
        office.upload(title="Projekt uchwały", file_name="DOC0001.PDF")
        office.upload(title="Uzasadnienie")
        office.upload(title="Zawiadomienie", owner=Owner(meeting_id=office.meeting.id))
        packet = office.publish()
        office.work()
        assert office.zip(packet).namelist() == [
            "00 Dokumenty posiedzenia/01 Zawiadomienie.pdf",
            "02 druk 12 w sprawie budżetu miasta na 2027 rok/01 Projekt uchwały.PDF",
            "02 druk 12 w sprawie budżetu miasta na 2027 rok/02 Uzasadnienie.pdf",
            "manifest.json",
            "Spis treści.txt",
        ]

    def test_the_manifest_is_the_one_that_was_sealed(self, office: Office) -> None:
        office.upload()
        packet = office.publish()
        office.work()
        assert office.zip(packet).read("manifest.json").decode() == packet.manifest

    def test_names_are_fit_for_every_computer(self, office: Office) -> None:
        office.upload(title="Załącznik: „plan” a/b\\c*?" + " bardzo długi" * 30)
        office.upload(title="CON", file_name="con.pdf")
        office.upload(title="Z" + "\N{COMBINING DOT ABOVE}" + "abki")
        packet = office.publish()
        office.work()
        for info in office.zip(packet).infolist():
            assert len(info.filename) < 120
            assert unicodedata.is_normalized("NFC", info.filename)
            assert info.filename.isascii() or info.flag_bits & 0x800
            assert not set(info.filename) & set('<>:"|?*\\')

    def test_the_table_of_contents_names_every_file_that_is_there(self, office: Office) -> None:
        office.upload(title="CON", file_name="con.pdf")
        office.upload(title="Bardzo długi tytuł załącznika" * 9)
        packet = office.publish()
        office.work()
        archive = office.zip(packet)
        contents = archive.read("Spis treści.txt")
        assert contents.startswith("\ufeff".encode())
        lines = [line.strip() for line in contents.decode().split("\r\n")]
        assert [line for line in lines if "/" in line and ".pdf" in line] == [
            name for name in archive.namelist() if name.endswith(".pdf")
        ]

    def test_a_paper_on_two_items_is_in_both_folders(self, office: Office) -> None:
        office.upload(title="Projekt")
        with office.database.transaction() as session:
            item = agendas.agenda(session, office.meeting.id)[2]
            placing.place_paper(session, item=item, paper=office.paper)
        packet = office.publish()
        office.work()
        names = office.zip(packet).namelist()
        assert "02 druk 12 w sprawie budżetu miasta na 2027 rok/01 Projekt.pdf" in names
        assert "03 druk 12 Rozpatrzenie skargi/01 Projekt.pdf" in names
        assert office.pdf(packet).page_labels == ["i", "1", "2", "3", "4"]

    def test_a_file_the_store_has_lost_is_named_and_never_silently_missing(
        self, office: Office
    ) -> None:
        office.upload(title="Dobry", pages=1)
        lost = office.upload(title="Zgubiony", pages=3)
        packet = office.publish()
        office.store.remove(object_key(office.body.id, lost.sha256))
        office.work()
        pages = _text(office.pdf(packet))
        assert "Nie udało się odczytać tego pliku" in " ".join(pages[2].split())
        assert office.pdf(packet).page_labels == ["i", "1", "2"]
        contents = office.zip(packet).read("Spis treści.txt").decode()
        assert "Zgubiony: nie udało się odczytać pliku z magazynu" in contents
        with office.database.reading() as session:
            made = renditions.renditions_of(session, packet.id)
        assert {row.problem for row in made.values()} == {"incomplete"}

    def test_another_store_gives_the_same_files(self, store: ObjectStore, tmp_path: Path) -> None:
        office = found(folder=tmp_path, store=store, mailer=MemoryMailer())
        office.upload()
        packet = office.publish()
        office.work()
        assert office.pdf(packet).page_labels == ["i", "1", "2"]
        assert office.zip(packet).testzip() is None
        office.database.dispose()


class TestNarrowed:
    def test_a_narrowed_document_is_nowhere_in_what_is_common(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        office.upload(title="Projekt uchwały")
        secret = office.upload(
            title="Opinia o Kowalskim",
            file_name="kowalski.pdf",
            content=make_pdf(text="TAJEMNICA", pages=1),
            audience=NARROW,
        )
        packet = office.publish()
        office.work()
        pdf = office.rendition(packet, "packet_pdf")
        archive = office.zip(packet)
        told = [
            *_text(PdfReader(pdf)),
            str(_bookmarks(PdfReader(pdf))),
            *archive.namelist(),
            *(archive.read(name).decode("latin-1") for name in archive.namelist()),
            *(mail.subject + mail.text + mail.html for mail in mailer.mails),
        ]
        for trace in ("Kowalski", "kowalski", "TAJEMNICA", secret.sha256, secret.id):
            assert not any(trace in text for text in told), trace

    def test_its_place_says_that_others_get_it_apart_and_on_which_ground(
        self, office: Office
    ) -> None:
        office.upload(title="Projekt uchwały")
        office.upload(title="Opinia", audience=NARROW)
        packet = office.publish()
        office.work()
        cover = " ".join(_text(office.pdf(packet))[0].split())
        assert "dokument udostępniony odrębnie prywatność osoby fizycznej" in cover
        contents = office.zip(packet).read("Spis treści.txt").decode()
        assert "dokument udostępniony odrębnie: prywatność osoby fizycznej" in contents

    def test_a_paper_of_narrowed_documents_alone_is_not_named(self, office: Office) -> None:
        with office.database.transaction() as session:
            item = agendas.agenda(session, office.meeting.id)[2]
            paper = make_paper(session=session, item=item, title="Skarga Kowalskiego", druk="13")
        office.upload(title="Projekt")
        office.upload(title="Treść", owner=Owner(paper_id=paper.id), audience=NARROW)
        packet = office.publish()
        office.work()
        assert "Kowalski" not in "".join(_text(office.pdf(packet)))
        assert "Kowalski" not in office.zip(packet).read("Spis treści.txt").decode()


class TestTakenDown:
    def test_the_packet_is_made_anew_without_it_and_no_page_changes_its_number(
        self, office: Office
    ) -> None:
        gone = office.upload(title="Opinia Kowalskiego", pages=3)
        office.upload(title="Zostaje", owner=Owner(item_id=office.items[2].id), pages=2)
        packet = office.publish()
        office.work()
        office.take_down(gone.document_id)
        office.work()
        pdf = office.pdf(packet)
        assert pdf.page_labels == ["i", "1", "4", "5"]
        pages = [" ".join(text.split()) for text in _text(pdf)]
        assert "Dokument wyłączony z udostępniania prywatność osoby fizycznej" in pages[1]
        assert "dokument wyłączony z udostępniania" in pages[0]
        archive = office.zip(packet)
        everything = [*pages, *archive.namelist(), str(_bookmarks(pdf))]
        everything += [archive.read(name).decode("latin-1") for name in archive.namelist()]
        assert not any("Kowalski" in text or gone.sha256 in text for text in everything)

    def test_the_sealed_manifest_stays_and_the_one_in_the_zip_says_it_is_shortened(
        self, office: Office
    ) -> None:
        gone = office.upload()
        office.upload(title="Zostaje")
        packet = office.publish()
        office.take_down(gone.document_id)
        office.work()
        shown = json.loads(office.zip(packet).read("manifest.json"))
        assert shown["shortened"] is True
        assert shown["items"][1]["files"][0] == {
            "withheld": True,
            "ground": "privacy",
            "paper": office.paper.id,
        }
        with office.database.reading() as session:
            assert session.get_one(Packet, packet.id).manifest == packet.manifest

    def test_from_its_commit_on_nobody_is_given_the_old_files(self, office: Office) -> None:
        gone = office.upload()
        packet = office.publish()
        office.work()
        office.take_down(gone.document_id)
        with office.database.reading() as session:
            assert renditions.renditions_of(session, packet.id) == {}

    def test_what_was_taken_from_the_public_alone_stays_with_the_members(
        self, office: Office
    ) -> None:
        office.upload()
        gone = office.upload(title="Opinia")
        packet = office.publish()
        office.work()
        office.take_down(gone.document_id, from_members=False)
        office.work()
        assert any("02 Opinia.pdf" in name for name in office.zip(packet).namelist())

    def test_taken_down_while_the_files_are_being_made_it_does_not_come_back(
        self, tmp_path: Path
    ) -> None:
        store = _WatchedStore()
        office = found(folder=tmp_path, store=store, mailer=MemoryMailer())
        gone = office.upload()
        packet = office.publish()

        def take_down() -> None:
            store.before_reading = lambda: None
            office.take_down(gone.document_id)

        store.before_reading = take_down
        bundle(office.sender, packet.id, office.body.id)
        with office.database.reading() as session:
            assert renditions.renditions_of(session, packet.id) == {}
        office.work()
        assert not any("Projekt" in name for name in office.zip(packet).namelist()[:-2])
        office.database.dispose()

    def test_the_next_packet_does_not_name_it_among_its_changes(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        gone = office.upload(title="Opinia Kowalskiego")
        office.upload(title="Zostaje")
        office.publish()
        office.take_down(gone.document_id)
        packet = office.publish()
        office.work()
        assert any("wyłączono z udostępniania" in mail.text for mail in mailer.mails)
        cover = _text(office.pdf(packet))[0]
        assert not any("Kowalski" in mail.text + mail.html for mail in mailer.mails)
        assert "Kowalski" not in cover


class TestAgain:
    def test_made_twice_there_is_still_one_of_each_with_the_same_bytes(
        self, office: Office
    ) -> None:
        office.upload()
        packet = office.publish()
        office.work()
        before = [office.rendition(packet, kind).getvalue() for kind in (PDF, ZIP)]
        office.later(hours=5)
        bundle(office.sender, packet.id, office.body.id)
        assert [office.rendition(packet, kind).getvalue() for kind in (PDF, ZIP)] == before
        metadata = office.pdf(packet).metadata
        assert metadata is not None
        assert metadata.creation_date == packet.published_at

    def test_nothing_is_left_on_the_disk(self, office: Office) -> None:
        office.upload()
        office.publish()
        office.work()
        assert list(office.sender.spool_dir.iterdir()) == []

    def test_a_store_that_is_away_is_waited_for_and_nothing_is_parked(self, office: Office) -> None:
        office.upload()
        packet = office.publish()
        office.sender = replace(office.sender, store=_WatchedStore(_away))
        for _ in range(12):
            office.later(minutes=20)
        with office.database.reading() as session:
            assert outbox.backlog(session).parked == 0
            assert renditions.renditions_of(session, packet.id) == {}
        office.sender = replace(office.sender, store=office.store)
        office.later(minutes=20)
        assert len(office.pdf(packet).pages) == 3

    def test_a_stranger_council_never_gets_a_packet(self, office: Office) -> None:
        office.upload()
        packet = office.publish()
        with pytest.raises(NotFound):
            bundle(office.sender, packet.id, "0" * 16)


class TestLongAgenda:
    def test_five_hundred_items_have_a_cover_of_many_pages_and_keep_their_numbers(
        self, office: Office
    ) -> None:
        with office.database.transaction() as session:
            meeting = session.merge(office.meeting)
            make_items(
                session=session,
                meeting=meeting,
                titles=[f"Podjęcie uchwały w sprawie działki nr {n}" for n in range(496)],
            )
        with office.database.reading() as session:
            last = agendas.agenda(session, office.meeting.id)[-1]
        office.upload(owner=Owner(item_id=last.id), pages=1)
        packet = make_packet(database=office.database, meeting=office.meeting)
        office.work()
        labels = office.pdf(packet).page_labels
        assert labels[0] == "i"
        assert labels[-1] == "1"
        assert any(name.startswith("500 ") for name in office.zip(packet).namelist())


class _WatchedStore(MemoryObjectStore):
    """Does something before it is read."""

    def __init__(self, before_reading: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.before_reading = before_reading

    @contextmanager
    def open(self, key: str, *, offset: int = 0, length: int | None = None) -> Iterator[BinaryIO]:
        self.before_reading()
        with super().open(key, offset=offset, length=length) as stream:
            yield stream


def _away() -> None:
    raise StorageUnavailable


@cache
def _docx() -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    return made.getvalue()
