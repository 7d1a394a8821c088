"""Plans of packets and pages: page numbers before anything is drawn, and the way to the sandbox."""

import json
from pathlib import Path

from docstore.files.paper.blocks import (
    Heading,
    Item,
    PageBreak,
    PageSet,
    Paragraph,
    Space,
    Table,
    page_set,
)
from docstore.files.paper.plan import AgendaEntry, PacketLabels, PacketPlan, Part, packet_plan

PLAN = PacketPlan(
    language="pl",
    council="Rada Miejska w Piechowicach",
    heading="LIII sesja",
    made_at="2026-11-20T09:00:00+00:00",
    labels=PacketLabels("Porządek obrad", "Nie dołączono: {title}", "s. {page}"),
    meta=("26 listopada 2026",),
    cover_notes=("Kopie tracą podpisy.",),
    entries=(
        AgendaEntry(0, "1.", "Otwarcie"),
        AgendaEntry(
            0, "2.", "Uchwały",
            (
                Part("Projekt", 3, Path("a.pdf"), paper="Druk 1"),
                Part("Opinia", 0, None, "W paczce ZIP"),
                Part("Załącznik", 4, Path("b.pdf"), paper="Druk 1"),
            ),
        ),
        AgendaEntry(1, "2a)", "Zmiany", (Part("Autopoprawka", 1, Path("c.pdf")),)),
    ),
)  # fmt: skip


def test_page_numbers_count_from_the_first_document() -> None:
    assert [(page, part.title) for page, part in PLAN.merged()] == [
        (1, "Projekt"),
        (4, "Załącznik"),
        (8, "Autopoprawka"),
    ]


def test_a_plan_survives_the_way_into_the_sandbox() -> None:
    assert packet_plan(json.loads(json.dumps(PLAN.as_dict()))) == PLAN


def test_pages_survive_the_way_into_the_sandbox() -> None:
    blocks = (
        Heading("Zawiadomienie", 1, "center"),
        Paragraph("Tekst", bold=True),
        Item("1.", "Punkt", 1),
        Table(("Lp.", "Nazwisko"), (("1.", "Nowak"),), (1, 4)),
        Space(3),
        PageBreak(),
    )
    pages = PageSet(blocks, Path("a.pdf"), "Zawiadomienie", footer="{page} z {pages}")
    assert page_set(json.loads(json.dumps(pages.as_dict()))) == pages
