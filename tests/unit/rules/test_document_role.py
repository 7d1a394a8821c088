"""Roles proposed from file names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docstore.rules.document_role import DocumentRole, RoleProposal, propose_role


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Projekt_uchwaly_budzet_2026.docx", "main"),
        ("03_druk nr 12.pdf", "main"),
        ("Uchwała w sprawie herbu.docx", "main"),
        ("projekt uchwały wraz z uzasadnieniem.docx", "main"),
        ("projekt uchwały ws przyjęcia protokołu.pdf", "main"),
        ("projekt uchwaly zmieniajacej XLV_312_2018.pdf", "main"),
        ("uzasadnienie do projektu.pdf", "justification"),
        ("Projekt uchwaly - uzasadnienie.odt", "justification"),
        ("opinia_RIO.pdf", "opinion"),
        ("Opinia komisji - załącznik.pdf", "opinion"),
        ("Uchwala_RIO_IV_12_2026.pdf", "opinion"),
        ("Zawiadomienie o sesji.pdf", "invitation"),
        ("zaproszenie.pdf", "invitation"),
        ("porzadek_obrad_LIII.docx", "invitation"),
        ("protokol_LII.pdf", "minutes"),
        ("Protokół nr 12.docx", "minutes"),
        ("BRM_wyniki_glosowan_XIX_20250703.pdf", "roll_call"),
        ("glosowanie-001.pdf", "roll_call"),
        ("Załącznik nr 3 – imienny wykaz głosowania.pdf", "roll_call"),
        ("Uchwala_XLV_312_2018.pdf", "signed_act"),
        ("XLV-312-2018_podpisana.pdf", "signed_act"),
        ("uchwala.xades", "signed_act"),
        ("mapa.pdf", "annex"),
        ("IMG_2020.jpg", "other"),
        ("", "other"),
    ],
)
def test_the_name_tells_the_role(name: str, role: str) -> None:
    assert propose_role(name).role == role


@pytest.mark.parametrize(
    ("name", "title", "number"),
    [
        ("Zal_nr_2_mapa.pdf", "Załącznik nr 2 – mapa", 2),
        ("załącznik 1 do uchwały.pdf", "Załącznik nr 1 do uchwały", 1),
        ("zal3.pdf", "Załącznik nr 3", 3),
        ("Załącznik nr IV - tabela.xlsx", "Załącznik nr 4 – tabela", 4),
        ("zalacznik.pdf", "Załącznik", None),
        ("uchwala - zal. nr 1 (1).pdf", "Załącznik nr 1 – uchwala", 1),
    ],
)
def test_an_annex_has_its_number(name: str, title: str, number: int | None) -> None:
    assert propose_role(name) == RoleProposal(DocumentRole.ANNEX, title, number)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("../../etc/projekt_uchwaly.docx", "Projekt uchwaly"),
        ("C:\\pliki\\opinia_RIO.pdf", "Opinia RIO"),
        ("1. projekt-uchwaly-budzet (2).pdf", "Projekt uchwaly budzet"),
        ("plan\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", "Planfdp"),
        ("\0.pdf", "Dokument"),
    ],
)
def test_hostile_and_clumsy_names_become_plain_titles(name: str, title: str) -> None:
    assert propose_role(name).title == title


@given(st.text(max_size=600))
def test_any_name_has_a_role_and_a_title_of_reasonable_length(name: str) -> None:
    proposal = propose_role(name)
    assert 0 < len(proposal.title) <= 230
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in proposal.title)
