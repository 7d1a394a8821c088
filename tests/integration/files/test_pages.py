"""New pages say what was put into them, in order, in Polish letters."""

from pathlib import Path

# pypdfium2 carries no type information.
import pypdfium2  # type: ignore[import-untyped]

from docstore.files.writer import (
    Block,
    Heading,
    Item,
    PageBreak,
    PageSet,
    Paragraph,
    Space,
    Table,
    write_page_sets,
    write_pages,
)


def texts(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def test_blocks_come_out_in_order(tmp_path: Path) -> None:
    blocks: list[Block] = [
        Heading("Zawiadomienie o sesji", 1, "center"),
        Paragraph("Na podstawie art. 20 ust. 1 zwołuję sesję. " * 6, "justify"),
        Item("§ 1.", "Ustala się porządek obrad."),
        Item("1)", "otwarcie sesji", 1),
        Space(),
        Table(("Lp.", "Radny", "Podpis"), (("1.", "Łucja Źdźbło", ""),), (1, 5, 4)),
        PageBreak(),
        Paragraph("Przewodniczący Rady", "right", italic=True),
    ]
    pages = write_pages(
        blocks, tmp_path / "z.pdf", title="Zawiadomienie", footer="{page} z {pages}"
    )
    first, second = texts(tmp_path / "z.pdf")
    assert pages == 2
    places = [
        first.index(text)
        for text in (
            "Zawiadomienie o sesji",
            "Na podstawie art. 20",
            "§ 1.",
            "1)",
            "Lp.",
            "Łucja Źdźbło",
        )
    ]
    assert places == sorted(places)
    assert "zwołuję sesję. Na podstawie" in first
    assert "1 z 2" in first
    assert "Przewodniczący Rady" in second
    assert "2 z 2" in second


def test_the_header_of_a_table_stands_on_every_page(tmp_path: Path) -> None:
    rows = tuple((f"{number}.", "Imię i nazwisko") for number in range(1, 90))
    write_pages([Table(("Lp.", "Radny"), rows, (1, 6))], tmp_path / "l.pdf", title="Lista")
    found = texts(tmp_path / "l.pdf")
    assert len(found) > 1
    assert all(page.startswith("Lp.") for page in found)
    assert "89." in found[-1]


def test_a_heading_is_never_left_without_the_table_it_heads(tmp_path: Path) -> None:
    """Wherever on the page it comes; a head of two lines and the first row go with it."""
    header, row = ("Plan przed zmianą, w złotych", "Plan po zmianie, w złotych"), ("11", "12")
    blocks: list[Block] = []
    for step in range(0, 760, 8):
        blocks += [Space(step), Heading("Dział 600", 2), Table(header, (row,)), PageBreak()]
    write_pages(blocks, tmp_path / "d.pdf", title="Plan")
    for page in texts(tmp_path / "d.pdf"):
        assert ("Dział 600" in page) == ("Plan" in page), page


def test_no_line_is_wider_than_the_page(tmp_path: Path) -> None:
    blocks: list[Block] = [Paragraph("ą" * 400), Table(("x" * 300, "y"), (("z" * 300, ""),))]
    write_pages(blocks, tmp_path / "w.pdf", title="Szerokie")
    document = pypdfium2.PdfDocument(tmp_path / "w.pdf")
    page = document[0]
    edges = [obj.get_bounds() for obj in page.get_objects()]
    assert max(right for _, _, right, _ in edges) < page.get_width() - 60


def test_a_lone_letter_does_not_end_a_line(tmp_path: Path) -> None:
    write_pages(
        [Paragraph("Uchwała w sprawie z budżetu i planu " * 30)], tmp_path / "p.pdf", title="P"
    )
    (page,) = texts(tmp_path / "p.pdf")
    assert not any(line.rstrip().endswith((" w", " z", " i")) for line in page.splitlines())


def test_many_documents_are_written_in_one_go(tmp_path: Path) -> None:
    sets = [
        PageSet((Paragraph(f"Dokument {n}"),), tmp_path / f"{n}.pdf", f"Dokument {n}")
        for n in range(3)
    ]
    assert write_page_sets(sets) == [1, 1, 1]
    assert "Dokument 2" in texts(tmp_path / "2.pdf")[0]
