"""The administrator's page of destruction."""

import pytest
from lxml import html

from docstore.models import Exclusion, Person
from docstore.services import clerks
from tests.integration.pages.conftest import Site
from tests.integration.pages.office import Clerk, text_of

SAID = {"confirmed": "yes", "basis": "erasure", "destroyed_by": "Burmistrz", "reason": "wniosek"}


@pytest.fixture
def document(site: Site, clerk: Clerk) -> str:
    """Return the address of a document of two versions, before an administrator."""
    with site.parts.database.transaction() as session:
        person = session.query(Person).filter_by(name="Ewa Biurowa").one()
        clerks.give_duty(session, site.acting, person=person, role="administrator")
    clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt")
    paper = clerk.items[1].considerations[0].paper
    path = f"{clerk.home}/dokumenty/{paper.documents[0].id}"
    clerk.done(f"{path}/wersje", ("file", ("projekt.txt", b"Druga wersja.")))
    return path


def _destroyed(site: Site) -> list[Exclusion]:
    with site.parts.database.reading() as session:
        return session.query(Exclusion).filter_by(is_destruction=True).all()


def test_it_shows_what_goes_and_asks(site: Site, clerk: Clerk, document: str) -> None:
    assert "Zniszcz" in clerk.page(document)
    for answer in (clerk.get(f"{document}/zniszcz"), clerk.post(f"{document}/zniszcz")):
        said = text_of(answer)
        assert "wersja 1: projekt.txt" in said
        assert "Kopie zapasowe zrobione wcześniej" in said
    assert _destroyed(site) == []


def test_without_a_basis_nothing_goes(site: Site, clerk: Clerk, document: str) -> None:
    for wrong in ({"basis": ""}, {"basis": "words", "basis_words": "bo tak"}, {"destroyed_by": ""}):
        answer = clerk.post(f"{document}/zniszcz", **{**SAID, **wrong})
        assert answer.status_code == 422
        assert "wniosek" in answer.text
    assert _destroyed(site) == []


def test_one_version_or_all_go(site: Site, clerk: Clerk, document: str) -> None:
    page = html.document_fromstring(clerk.get(f"{document}/zniszcz").text)
    first = str(page.xpath("string(//select[@name='version_id']/option[2]/@value)"))
    said = clerk.done(f"{document}/zniszcz", **SAID, version_id=first)
    assert "prawo do usunięcia danych (art. 17 RODO)" in said
    site.work()
    assert "Plików i indeksu z ich treścią nie ma" in clerk.page(
        f"{clerk.home}/wylaczenia/{_destroyed(site)[0].id}"
    )
    clerk.done(f"{document}/zniszcz", **SAID)
    assert [row.scope for row in _destroyed(site)].count("cały dokument") == 1
    assert "Nie ma już czego zniszczyć" in clerk.page(f"{document}/zniszcz")


def test_it_is_the_administrators_alone(site: Site, clerk: Clerk) -> None:
    clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt")
    row = clerk.items[1].considerations[0].paper.documents[0]
    path = f"{clerk.home}/dokumenty/{row.id}"
    assert clerk.get(f"{path}/zniszcz").status_code == 403
    assert clerk.post(f"{path}/zniszcz", **SAID).status_code == 403
    assert f"{path}/zniszcz" not in clerk.get(path).text
    assert _destroyed(site) == []
