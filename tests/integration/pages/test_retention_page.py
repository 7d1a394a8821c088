"""How long things are kept: set by the office, told to the person they are about."""

from docstore.models import Body
from tests.integration.pages.conftest import Site
from tests.integration.pages.office import Clerk, text_of

PAGE = "/piechowice/biuro/rada"


def test_the_office_sets_it_and_everyone_is_told(site: Site, clerk: Clerk) -> None:
    assert 'value="60"' in clerk.get(PAGE).text
    said = clerk.done(f"{PAGE}/przechowywanie", keep_receipts_months="24", keep_sign_ins_days="14")
    assert "Zapisano" in said
    with site.parts.database.reading() as session:
        body = session.query(Body).one()
        assert (body.keep_receipts_months, body.keep_sign_ins_days) == (24, 14)
    told = text_of(site.browser(clerk.council.member).get("/piechowice/moje/zapisy"))
    assert "są usuwane 24 miesiące po ostatnim zdarzeniu" in told
    assert "są usuwane 14 dni po zakończeniu" in told


def test_what_is_too_short_is_refused_and_shown_again(site: Site, clerk: Clerk) -> None:
    for months in ("6", "dwa lata"):
        answer = clerk.post(
            f"{PAGE}/przechowywanie", keep_receipts_months=months, keep_sign_ins_days="14"
        )
        assert answer.status_code == 422
        assert f'value="{months}"' in answer.text
        assert "Wpisz liczbę od 12 do 240." in text_of(answer)
    with site.parts.database.reading() as session:
        assert session.query(Body).one().keep_receipts_months == 60


def test_each_wrong_field_is_told_with_its_bounds(clerk: Clerk) -> None:
    answer = clerk.post(
        f"{PAGE}/przechowywanie", keep_receipts_months="3", keep_sign_ins_days="9" * 5000
    )
    assert answer.status_code == 422
    said = text_of(answer)
    assert "Wpisz liczbę od 12 do 240." in said
    assert "Wpisz liczbę od 7 do 365." in said
