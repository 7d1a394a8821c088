"""The packet's PDF: what the cover promises is where it says, in every reader."""

import io
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

# pypdfium2 carries no type information.
import pypdfium2  # type: ignore[import-untyped]
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, RectangleObject, TextStringObject

from docstore.files.inspect import inspect
from docstore.files.paper import cover
from docstore.files.sandbox import Limits
from docstore.files.writer import (
    AgendaEntry,
    Block,
    Heading,
    PacketLabels,
    PacketPlan,
    PageBreak,
    PageSet,
    Paragraph,
    Part,
    WrittenPacket,
    write_packet,
    write_page_sets,
)

LABELS = PacketLabels("Porządek obrad", "Nie udało się dołączyć pliku „{title}”.", "s. {page}")
PLAN = PacketPlan(
    language="pl",
    council="Rada Miejska w Piechowicach",
    heading="LIII sesja Rady Miejskiej",
    made_at="2026-11-20T09:00:00+00:00",
    labels=LABELS,
    meta=("czwartek, 26 listopada 2026, godz. 10:00",),
    cover_notes=("Kopie scalone tracą podpisy elektroniczne.",),
)


def _pages(name: str, pages: int) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for page in range(pages):
        blocks += [Heading(f"{name} {page + 1}"), Paragraph("Zażółć gęślą jaźń."), PageBreak()]
    return tuple(blocks[:-1])


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return three new PDFs of 2, 1 and 3 pages."""
    folder = tmp_path_factory.mktemp("papers")
    lengths = {"projekt": 2, "uzasadnienie": 1, "sprawozdanie": 3}
    sets = [
        PageSet(_pages(name, pages), folder / f"{name}.pdf", name)
        for name, pages in lengths.items()
    ]
    assert write_page_sets(sets) == list(lengths.values())
    return {one.title: one.target for one in sets}


@pytest.fixture(scope="module")
def plan(papers: dict[str, Path]) -> PacketPlan:
    agenda = (
        AgendaEntry(0, "1.", "Otwarcie sesji"),
        AgendaEntry(
            0, "2.", "Podjęcie uchwał",
            (
                Part("Projekt uchwały", 2, papers["projekt"], paper="Druk 12"),
                Part("Uzasadnienie", 1, papers["uzasadnienie"], paper="Druk 12"),
                Part("Opinia.docx", 0, None, "Plik zaszyfrowany; jest w paczce ZIP."),
            ),
        ),
        AgendaEntry(1, "2a)", "Sprawozdania", (Part("Sprawozdanie", 3, papers["sprawozdanie"]),)),
    )  # fmt: skip
    return replace(PLAN, entries=agenda)


@pytest.fixture(scope="module")
def packet(
    plan: PacketPlan, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, WrittenPacket]:
    target = tmp_path_factory.mktemp("packet") / "pakiet.pdf"
    return target, write_packet(plan, target)


def flat(
    reader: PdfReader, nodes: list[Any] | None = None, depth: int = 0
) -> Iterator[tuple[int, str, int]]:
    """Yield the bookmarks: depth, title, page from 0."""
    for node in reader.outline if nodes is None else nodes:
        if isinstance(node, list):
            yield from flat(reader, node, depth + 1)
        else:
            yield depth, str(node.title), reader.get_destination_page_number(node) or 0


def page_texts(path: Path) -> list[str]:
    """Return what PDFium, which had no part in the writing, reads."""
    document = pypdfium2.PdfDocument(path)
    return [page.get_textpage().get_text_range() for page in document]


def test_it_has_a_cover_and_all_pages(packet: tuple[Path, WrittenPacket]) -> None:
    path, written = packet
    assert written == WrittenPacket(pages=7, cover_pages=1, skipped=(), recounted=())
    texts = page_texts(path)
    assert len(texts) == 7
    assert texts[1].startswith("projekt 1")
    assert texts[3].startswith("uzasadnienie 1")
    assert texts[6].startswith("sprawozdanie 3")


def test_the_cover_names_everything_with_its_page(packet: tuple[Path, WrittenPacket]) -> None:
    cover = page_texts(packet[0])[0]
    for text in (
        "Rada Miejska w Piechowicach", "LIII sesja Rady Miejskiej", "26 listopada 2026",
        "Porządek obrad", "Otwarcie sesji", "Druk 12", "Opinia.docx",
        "Plik zaszyfrowany; jest w paczce ZIP.", "Kopie scalone tracą podpisy elektroniczne.",
    ):  # fmt: skip
        assert text in cover
    assert re.search(r"Projekt uchwały\s+s\. 1\b", cover)
    assert re.search(r"Uzasadnienie\s+s\. 3\b", cover)
    assert re.search(r"Sprawozdanie\s+s\. 4\b", cover)


def test_pages_are_numbered_from_the_first_document(packet: tuple[Path, WrittenPacket]) -> None:
    document = pypdfium2.PdfDocument(packet[0])
    assert [document.get_page_label(index) for index in range(7)] == ["i", *"123456"]


def test_bookmarks_go_from_item_to_paper_to_file(packet: tuple[Path, WrittenPacket]) -> None:
    assert list(flat(PdfReader(packet[0]))) == [
        (0, "1. Otwarcie sesji", 0),
        (0, "2. Podjęcie uchwał", 1),
        (1, "Druk 12", 1),
        (2, "Projekt uchwały", 1),
        (2, "Uzasadnienie", 3),
        (1, "2a) Sprawozdania", 4),
        (2, "Sprawozdanie", 4),
    ]


def test_a_tap_on_the_agenda_opens_the_document(packet: tuple[Path, WrittenPacket]) -> None:
    reader = PdfReader(packet[0])
    numbers = {page.indirect_reference: number for number, page in enumerate(reader.pages)}
    links = [one.get_object() for one in reader.pages[0]["/Annots"]]  # type: ignore[attr-defined]
    # The line of an item's title leads to its first document, and each document's to itself.
    assert [numbers[link["/Dest"][0]] for link in links] == [1, 1, 3, 4, 4]
    assert all(link["/Rect"][2] - link["/Rect"][0] > 300 for link in links)


def test_it_says_its_title_and_language(packet: tuple[Path, WrittenPacket]) -> None:
    reader = PdfReader(packet[0])
    assert reader.metadata is not None
    assert reader.metadata.title == "LIII sesja Rady Miejskiej"
    assert str(reader.root_object["/Lang"]) == "pl"
    assert inspect(packet[0], "pakiet.pdf").problems == ()


def test_the_same_plan_gives_the_same_bytes_whenever_it_is_written(
    plan: PacketPlan, packet: tuple[Path, WrittenPacket], tmp_path: Path
) -> None:
    again = tmp_path / "again.pdf"
    write_packet(plan, again)
    assert again.read_bytes() == packet[0].read_bytes()
    # Within a second the clock would not show in the bytes, so what tells the time is read too.
    told = datetime.fromisoformat(plan.made_at)
    parts = (io.BytesIO(cover.draw(plan).pdf), packet[0])
    moments = [metadata.creation_date for each in parts if (metadata := PdfReader(each).metadata)]
    assert moments == [told, told]


def test_a_part_that_fails_leaves_a_page_that_says_so(
    papers: dict[str, Path], tmp_path: Path
) -> None:
    broken = tmp_path / "zepsuty.pdf"
    broken.write_bytes(papers["projekt"].read_bytes()[:900])
    parts = (
        Part("Projekt", 2, papers["projekt"]),
        Part("Zepsuty załącznik", 5, broken),
        Part("Sprawozdanie", 3, papers["sprawozdanie"]),
    )
    written = write_packet(
        replace(PLAN, entries=(AgendaEntry(0, "1.", "Uchwały", parts),)), tmp_path / "pakiet.pdf"
    )
    assert written.skipped == ("Zepsuty załącznik",)
    assert written.pages == 1 + 2 + 1 + 3
    assert (
        "Nie udało się dołączyć pliku „Zepsuty załącznik”."
        in page_texts(tmp_path / "pakiet.pdf")[3]
    )
    document = pypdfium2.PdfDocument(tmp_path / "pakiet.pdf")
    assert [document.get_page_label(index) for index in range(7)] == [
        "i",
        "1",
        "2",
        "3",
        "8",
        "9",
        "10",
    ]


def test_a_part_with_more_pages_than_promised_shifts_no_number(
    papers: dict[str, Path], tmp_path: Path
) -> None:
    parts = (Part("Projekt", 1, papers["projekt"]), Part("Sprawozdanie", 3, papers["sprawozdanie"]))
    written = write_packet(
        replace(PLAN, entries=(AgendaEntry(0, "1.", "Uchwały", parts),)), tmp_path / "pakiet.pdf"
    )
    assert written.recounted == ("Projekt",)
    document = pypdfium2.PdfDocument(tmp_path / "pakiet.pdf")
    assert [document.get_page_label(index) for index in range(6)] == [
        "i",
        "1",
        "1+1",
        "2",
        "3",
        "4",
    ]


def test_a_part_that_never_answers_is_left_out(papers: dict[str, Path], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "studnia.pdf")  # whoever opens it for reading waits for ever
    parts = (Part("Studnia", 1, tmp_path / "studnia.pdf"), Part("Projekt", 2, papers["projekt"]))
    written = write_packet(
        replace(PLAN, entries=(AgendaEntry(0, "1.", "Uchwały", parts),)),
        tmp_path / "pakiet.pdf",
        limits=Limits(seconds=6.0),
    )
    assert written.skipped == ("Studnia",)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_outline_of_a_part_hangs_under_its_own_bookmark(
    papers: dict[str, Path], tmp_path: Path
) -> None:
    with_outline = PdfWriter(clone_from=papers["sprawozdanie"])
    for number in range(500):
        with_outline.add_outline_item(title=f"Rozdział {number}", page_number=number % 3)
    with_outline.write(tmp_path / "z-zakladkami.pdf")
    parts = (Part("Sprawozdanie", 3, tmp_path / "z-zakladkami.pdf"),)
    write_packet(
        replace(PLAN, entries=(AgendaEntry(0, "1.", "Sprawozdania", parts),)), tmp_path / "p.pdf"
    )
    bookmarks = list(flat(PdfReader(tmp_path / "p.pdf")))
    assert bookmarks[1:4] == [
        (1, "Sprawozdanie", 1), (2, "Rozdział 0", 1), (2, "Rozdział 1", 2),
    ]  # fmt: skip
    assert 100 < len(bookmarks) < 200


def test_what_acts_by_itself_stays_behind(papers: dict[str, Path], tmp_path: Path) -> None:
    armed = PdfWriter(clone_from=papers["uzasadnienie"])
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("evil()")}
    )
    armed.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    armed.root_object[NameObject("/OpenAction")] = script
    armed.add_uri(0, "https://example.org/", RectangleObject((0, 0, 10, 10)))
    armed.add_uri(0, "https://example.org/", RectangleObject((0, 20, 10, 30)))
    annotation = armed.pages[0]["/Annots"][1].get_object()  # type: ignore[index]
    annotation[NameObject("/A")] = script
    armed.write(tmp_path / "uzbrojony.pdf")
    parts = (Part("Uzbrojony", 1, tmp_path / "uzbrojony.pdf"),)
    write_packet(
        replace(PLAN, entries=(AgendaEntry(0, "1.", "Uchwały", parts),)), tmp_path / "p.pdf"
    )
    page = PdfReader(tmp_path / "p.pdf").pages[1]
    assert "/AA" not in page
    actions = [one.get_object().get("/A", {}).get("/S") for one in page["/Annots"]]  # type: ignore[attr-defined]
    assert actions == ["/URI", None]
    assert b"evil" not in (tmp_path / "p.pdf").read_bytes()


def test_no_script_hides_beside_a_page(papers: dict[str, Path], tmp_path: Path) -> None:
    armed = PdfWriter(clone_from=papers["uzasadnienie"])
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("evil()")}
    )
    events = DictionaryObject({NameObject("/K"): script})
    for number in range(4):
        armed.add_uri(0, "https://example.org/", RectangleObject((0, number, 10, 10)))
    field, second, note, address = (
        one.get_object()
        for one in armed.pages[0]["/Annots"]  # type: ignore[attr-defined]
    )
    field.pop(NameObject("/A"))
    field[NameObject("/Parent")] = armed._add_object(
        DictionaryObject({NameObject("/AA"): events, NameObject("/A"): script})
    )
    second[NameObject("/PA")] = script
    note[NameObject("/Popup")] = armed._add_object(DictionaryObject({NameObject("/AA"): events}))
    address["/A"][NameObject("/URI")] = TextStringObject("javascript:evil()")
    armed.pages[0][NameObject("/PresSteps")] = DictionaryObject({NameObject("/NA"): script})
    armed.write(tmp_path / "uzbrojony.pdf")
    parts = (Part("Uzbrojony", 1, tmp_path / "uzbrojony.pdf"),)
    write_packet(
        replace(PLAN, entries=(AgendaEntry(0, "1.", "Uchwały", parts),)), tmp_path / "p.pdf"
    )
    assert b"evil" not in (tmp_path / "p.pdf").read_bytes()
    kept = [one.get_object().get("/A") for one in PdfReader(tmp_path / "p.pdf").pages[1]["/Annots"]]  # type: ignore[attr-defined]
    assert [action and action["/URI"] for action in kept] == [
        None, "https://example.org/", "https://example.org/", None,
    ]  # fmt: skip


def test_an_agenda_of_500_items_has_a_cover(tmp_path: Path) -> None:
    title = "w sprawie zmiany miejscowego planu zagospodarowania przestrzennego " * 3
    entries = tuple(AgendaEntry(number % 4, f"{number}.", title) for number in range(500))
    written = write_packet(replace(PLAN, entries=entries), tmp_path / "p.pdf")
    assert written.pages == written.cover_pages > 20
    assert len(list(flat(PdfReader(tmp_path / "p.pdf")))) == 500


@pytest.mark.data
def test_real_and_damaged_files_make_one_packet(shared_data: Path, tmp_path: Path) -> None:
    files = [
        shared_data / "konstytucja" / "konstytucja.pdf",
        *sorted((shared_data / "council-votes-bydgoszcz").glob("*.pdf"))[:2],
        *sorted((shared_data / "council-votes-katowice" / "sesja-05").rglob("*.pdf"))[:4],
        *(
            shared_data / "hard" / name
            for name in (
                "qpdf/enc-R3,V2,O=master.pdf", "qpdf/bad23.pdf", "pdf.js/helloworld-bad.pdf",
                "pdf.js/signed_verified.pdf", "qpdf/page-labels-and-outlines.pdf",
                "tika/testPDF_multiFormatEmbFiles.pdf",
                    "sample-files/010-pdflatex-forms/pdflatex-forms.pdf",
            )
        ),
    ]  # fmt: skip
    facts = [inspect(path, path.name) for path in files]
    assert all(one.mergeable for one in facts)
    parts = tuple(
        Part(path.name, one.pages or 0, path) for path, one in zip(files, facts, strict=True)
    )
    plan = replace(PLAN, entries=(AgendaEntry(0, "1.", "Uchwały", parts),))
    written = write_packet(plan, tmp_path / "p.pdf")
    assert written.skipped == ("bad23.pdf",)
    assert written.recounted == ()
    document = pypdfium2.PdfDocument(tmp_path / "p.pdf")
    promised = sum(one.pages or 0 for one in facts)
    assert len(document) == written.cover_pages + promised
    assert document.get_page_label(len(document) - 1) == str(promised)
