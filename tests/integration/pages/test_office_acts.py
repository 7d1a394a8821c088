"""After the session: outcomes, numbers and votes of all papers; acts, their state, publishing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from docstore.models import Consideration, Meeting, Paper, Vote
from docstore.services import adoption, register
from docstore.services.adoption import Outcome
from docstore.services.documents import Owner
from tests.integration.pages.conftest import Council, Site
from tests.integration.pages.office import Clerk, make_colleague, text_of

COUNTS = ("in_favour", "against", "abstained", "no_voice", "absent")


def fields(row: Consideration, was: str = "pending||||||", **values: str) -> dict[str, str]:
    """Return one paper's line of the page of outcomes."""
    typed = {"outcome": "adopted", "number": "LIII/412/26", "in_favour": "14", **values}
    names = ("outcome", "number", *COUNTS)
    line = {f"{name}-{row.id}": typed.get(name, "") for name in names}
    return {**line, f"was-{row.id}": was}


@pytest.fixture
def results(clerk: Clerk) -> str:
    """Return the address of the page of outcomes."""
    return f"{clerk.desk}/wyniki"


class TestOutcomes:
    def test_a_meeting_without_papers_has_nothing_to_record(self, clerk: Clerk) -> None:
        paper = clerk.site.paper(clerk.council)
        clerk.done(f"{clerk.item(1)}/druki/{paper.id}/zdejmij", revision=clerk.revision)
        assert "nie ma jeszcze żadnego druku" in clerk.page(f"{clerk.desk}/wyniki")

    def test_a_line_records_outcome_number_and_all_five_counts(
        self, site: Site, clerk: Clerk, results: str
    ) -> None:
        row = site.consideration(clerk.council)
        line = fields(row, against="1", abstained="0", no_voice="2", absent="3")
        assert "Zapisano wyniki." in clerk.done(results, **line)
        with site.parts.database.reading() as session:
            one = register.considered(
                session, body_id=clerk.council.body.id, meeting_id=clerk.council.meeting.id
            )[0]
        assert one.vote is not None
        assert one.consideration.outcome == "adopted"
        assert (one.paper.number, f"{one.paper.adopted_on}") == ("LIII/412/26", "2026-11-26")
        assert [getattr(one.vote, name) for name in COUNTS] == [14, 1, 0, 2, 3]
        assert "bez wyniku" not in clerk.page(clerk.home)

    @pytest.mark.parametrize("outcome", ["rejected", "withdrawn", "referred"])
    def test_a_paper_may_end_otherwise(
        self, site: Site, clerk: Clerk, results: str, outcome: str
    ) -> None:
        row = site.consideration(clerk.council)
        clerk.done(results, **fields(row, outcome=outcome, number=""))
        assert site.consideration(clerk.council).outcome == outcome
        assert site.paper(clerk.council).number == ""

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"number": "uchwała czwarta"}, "nie wygląda na numer uchwały"),
            ({"in_favour": "-3"}, "Liczby głosów wpisz cyframi"),
            ({"in_favour": "wielu"}, "Liczby głosów wpisz cyframi"),
            ({"outcome": "celebrated"}, "Wybierz jedną z możliwości."),
        ],
    )
    def test_what_cannot_be_taken_is_told_by_line_and_stays_typed(
        self, site: Site, clerk: Clerk, results: str, values: dict[str, str], sentence: str
    ) -> None:
        row = site.consideration(clerk.council)
        answer = clerk.post(results, **fields(row, **values))
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        if "number" in values:
            assert 'value="uchwała czwarta"' in answer.text
        assert site.consideration(clerk.council).outcome == "pending"

    def test_a_number_taken_names_the_other_act(
        self, site: Site, clerk: Clerk, results: str
    ) -> None:
        clerk.done(f"{clerk.item(2)}/druki", paper_title="w sprawie psów", revision=clerk.revision)
        first, second = (
            site.consideration(clerk.council),
            site.consideration(clerk.council, place=2),
        )
        clerk.done(results, **fields(first))
        answer = clerk.post(results, **fields(second, number="liii/412/2026"))
        assert answer.status_code == 422
        assert "ma już inna uchwała tej kadencji: w sprawie budżetu miasta" in text_of(answer)

    def test_one_wrong_line_saves_none_of_them(
        self, site: Site, clerk: Clerk, results: str
    ) -> None:
        clerk.done(f"{clerk.item(2)}/druki", paper_title="w sprawie psów", revision=clerk.revision)
        good, bad = site.consideration(clerk.council), site.consideration(clerk.council, place=2)
        answer = clerk.post(results, **fields(good), **fields(bad, number="zły"))
        assert answer.status_code == 422
        assert 'value="LIII/412/26"' in answer.text
        assert site.consideration(clerk.council).outcome == "pending"

    def test_a_colleagues_line_is_not_overwritten(
        self, site: Site, clerk: Clerk, results: str
    ) -> None:
        row = site.consideration(clerk.council)
        make_colleague(clerk).done(results, **fields(row))
        answer = clerk.post(results, **fields(row, number="LIII/413/26"))
        said = text_of(answer)
        assert answer.status_code == 422
        assert "Ktoś zapisał ten wiersz w międzyczasie: przyjęto, LIII/412/26" in said
        assert site.paper(clerk.council).number == "LIII/412/26"

    def test_a_line_that_the_clerk_left_alone_keeps_a_colleagues_change(
        self, site: Site, clerk: Clerk, results: str
    ) -> None:
        row = site.consideration(clerk.council)
        make_colleague(clerk).done(results, **fields(row))
        clerk.done(results, **fields(row, outcome="pending", number="", in_favour=""))
        assert site.consideration(clerk.council).outcome == "adopted"

    def test_another_councils_meeting_is_not_found(self, site: Site, clerk: Clerk) -> None:
        other = site.found("mirsk").meeting.id
        path = f"{clerk.home}/posiedzenia/{other}/wyniki"
        assert clerk.get(path).status_code == 404
        assert clerk.post(path).status_code == 404


@pytest.fixture
def act(site: Site, clerk: Clerk, results: str) -> str:
    """Return the address of an adopted act without its signed file."""
    clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt")
    clerk.done(results, **fields(site.consideration(clerk.council)))
    return f"{clerk.home}/akty/{site.paper(clerk.council).id}"


def paper_of(site: Site, council: Council) -> Paper:
    """Return the paper as it is now."""
    return site.paper(council)


class TestRegister:
    def test_it_begins_with_the_next_step(self, clerk: Clerk) -> None:
        assert "Nie ma jeszcze żadnej uchwały" in clerk.page(f"{clerk.home}/akty")

    def test_it_says_what_each_act_lacks(self, clerk: Clerk, act: str) -> None:
        said = clerk.page(f"{clerk.home}/akty")
        assert "LIII/412/26" in said
        assert "brak podpisanego pliku" in said
        assert "nieopublikowana" in said
        assert "brak numeru" not in said
        assert act.rsplit("/", 1)[-1] in clerk.get(f"{clerk.home}/akty?braki=1").text

    def test_a_complete_act_lacks_nothing(self, clerk: Clerk, act: str) -> None:
        paper = act.rsplit("/", 1)[-1]
        clerk.drop(f"{clerk.home}/druki/{paper}/pliki", "uchwala.txt", role="signed_act")
        clerk.done(f"{act}/opublikuj")
        assert "Niczego nie brakuje" in clerk.page(f"{clerk.home}/akty?braki=1")
        assert "opublikowana" in clerk.page(f"{clerk.home}/akty")

    def test_an_adopted_paper_without_a_number_is_listed(
        self, site: Site, clerk: Clerk, results: str
    ) -> None:
        clerk.done(results, **fields(site.consideration(clerk.council), number=""))
        said = clerk.page(f"{clerk.home}/akty")
        assert "bez numeru" in said
        assert "brak numeru" in said


class TestAct:
    def test_the_signed_file_and_the_roll_call_come_to_the_paper(
        self, clerk: Clerk, act: str
    ) -> None:
        path = f"{clerk.home}/druki/{act.rsplit('/', 1)[-1]}/pliki"
        said = clerk.drop(path, "skan001.txt", role="signed_act")
        assert "podpisana uchwała wersja 1" in said
        said = clerk.drop(path, "raport.txt", role="roll_call", data=b"Lista.")
        assert "imienny wykaz głosowania wersja 1" in said

    def test_a_refused_file_is_told(self, clerk: Clerk, act: str) -> None:
        path = f"{clerk.home}/druki/{act.rsplit('/', 1)[-1]}/pliki"
        said = clerk.done(path, ("files", ("pusty.txt", b"")), role="signed_act")
        assert "„pusty.txt” jest pusty" in said

    def test_a_state_needs_its_basis(self, site: Site, clerk: Clerk, act: str) -> None:
        answer = clerk.post(f"{act}/stan", status="repealed", status_basis=" ")
        assert answer.status_code == 422
        assert "Podaj podstawę" in text_of(answer)
        assert paper_of(site, clerk.council).status == "unknown"
        said = clerk.done(f"{act}/stan", status="repealed", status_basis="uchwała LIV/1/26")
        assert "Podstawa: uchwała LIV/1/26 · Ewa Biurowa" in said

    def test_an_unknown_state_is_refused(self, clerk: Clerk, act: str) -> None:
        assert clerk.post(f"{act}/stan", status="lovely", status_basis="a").status_code == 422

    def test_it_is_published_with_its_vote(self, site: Site, clerk: Clerk, act: str) -> None:
        said = clerk.done(f"{act}/opublikuj")
        assert "Opublikowano LIII/412/26" in said
        assert "Każdy może ją znaleźć i pobrać" in said
        assert paper_of(site, clerk.council).published_at is not None

    def test_personal_numbers_need_a_reason(self, site: Site, clerk: Clerk, act: str) -> None:
        path = f"{clerk.home}/druki/{act.rsplit('/', 1)[-1]}/pliki"
        clerk.drop(path, "uchwala.txt", role="signed_act", data=b"PESEL 44051401359")
        assert "strona 1 numer PESEL" in clerk.page(act)
        answer = clerk.post(f"{act}/opublikuj")
        assert answer.status_code == 409
        assert "Napisz, dlaczego mimo to publikujesz." in text_of(answer)
        assert paper_of(site, clerk.council).published_at is None
        clerk.done(f"{act}/opublikuj", reason="numer jest zmyślony")
        site.clock.move(timedelta(minutes=5))
        clerk.drop(path, "wykaz.txt", role="roll_call", data=b"PESEL 02070803628", is_public="on")
        clerk.done(f"{act}/opublikuj", reason="to samo w wykazie")
        said = clerk.page(act)
        assert "Dlaczego opublikowano mimo danych osobowych (tylko dla biura)" in said
        assert said.index("to samo w wykazie (Ewa Biurowa,") < said.index("numer jest zmyślony (")

    def test_the_reason_is_seen_by_the_office_alone(
        self, site: Site, clerk: Clerk, act: str
    ) -> None:
        paper_id = act.rsplit("/", 1)[-1]
        clerk.drop(
            f"{clerk.home}/druki/{paper_id}/pliki",
            "uchwala.txt",
            role="signed_act",
            data=b"PESEL 44051401359",
        )
        clerk.done(f"{act}/opublikuj", reason="zgoda pani Iksińskiej")
        public = f"/{clerk.council.body.slug}/uchwaly/{paper_id}"
        for path in (public, f"/api/v1/bodies/{clerk.council.body.slug}/acts/{paper_id}"):
            answer = site.client.get(path)
            assert answer.status_code == 200
            assert "LIII/412/26" in answer.text
            assert "Iksińskiej" not in answer.text

    def test_a_file_that_is_still_being_read_is_waited_for(
        self, site: Site, clerk: Clerk, act: str
    ) -> None:
        path = f"{clerk.home}/druki/{act.rsplit('/', 1)[-1]}/pliki"
        clerk.post(path, ("files", ("uchwala.txt", b"PESEL 44051401359")), role="signed_act")
        answer = clerk.post(f"{act}/opublikuj")
        assert answer.status_code == 409
        assert "Trwa odczytywanie" in text_of(answer)
        assert paper_of(site, clerk.council).published_at is None

    def test_without_a_number_it_is_not_published(
        self, site: Site, clerk: Clerk, results: str
    ) -> None:
        clerk.done(results, **fields(site.consideration(clerk.council), number=""))
        act = f"{clerk.home}/akty/{site.paper(clerk.council).id}"
        assert "Opublikować można uchwałę z numerem" in clerk.page(act)
        answer = clerk.post(f"{act}/opublikuj")
        assert answer.status_code == 409
        assert "z numerem i datą" in text_of(answer)

    def test_the_version_voted_is_the_one_in_the_packet(
        self, site: Site, clerk: Clerk, results: str
    ) -> None:
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt")
        site.publish(clerk.council)
        clerk.done(results, **fields(site.consideration(clerk.council)))
        with site.parts.database.reading() as session:
            vote = session.query(Vote).one()
        voted = clerk.items[1].considerations[0].paper.documents[0].versions[0].id
        assert vote.version_id == voted

    def test_another_councils_act_is_not_found(self, site: Site, clerk: Clerk) -> None:
        other = site.found("mirsk")
        paper = site.paper(other)
        with site.parts.database.transaction() as session:
            adoption.record_outcome(
                session,
                site.acting,
                body_id=other.body.id,
                consideration_id=site.consideration(other).id,
                outcome=Outcome("adopted", "I/1/26"),
            )
            assert session.get_one(Meeting, other.meeting.id).body_id == other.body.id
        site.upload(other, Owner(paper_id=paper.id), "Obcy", role="signed_act")
        assert clerk.get(f"{clerk.home}/akty/{paper.id}").status_code == 404
        for verb in ("stan", "opublikuj"):
            assert clerk.post(f"{clerk.home}/akty/{paper.id}/{verb}").status_code == 404
        assert "I/1/26" not in clerk.page(f"{clerk.home}/akty")


class TestRollCall:
    @pytest.fixture
    def votes(self, site: Site, clerk: Clerk, results: str) -> str:
        """Return the address of an adopted act with two for it and one against."""
        line = fields(site.consideration(clerk.council), in_favour="2", against="1")
        clerk.done(results, **line)
        return f"{clerk.home}/akty/{site.paper(clerk.council).id}"

    LIST = "1. Kowalczyk Anna ZA 2. Nowak Jan ZA\n3. Zając Maria PRZECIW"

    def paste(self, clerk: Clerk, text: str) -> dict[str, str]:
        """Return the form with a pasted list."""
        return {"consideration": clerk.site.consideration(clerk.council).id, "roll_call": text}

    def test_everyone_reads_who_voted_how_once_it_is_published(
        self, site: Site, clerk: Clerk, votes: str
    ) -> None:
        said = clerk.done(f"{votes}/glosy", **self.paste(clerk, self.LIST))
        assert "Zapisano wykaz: 3 osoby." in said
        assert "za (2) Kowalczyk Anna, Nowak Jan" in said
        clerk.done(f"{votes}/opublikuj")
        page = f"/{clerk.council.body.slug}/uchwaly/{votes.rsplit('/', 1)[-1]}"
        public = text_of(site.browser().get(page))
        assert "Kto jak głosował" in public
        assert "przeciw (1) Zając Maria" in public

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "Nie ma tu żadnego głosu"),
            ("Kowalczyk Anna ZA\nnie wiadomo co", "Nie rozumiemy wierszy: 2."),
            ("Nowak Jan ZA\nNowak Jan ZA\nZając Maria PRZECIW", "więcej niż raz: Nowak Jan"),
            ("Nowak Jan ZA\nZając Maria PRZECIW", "Na liście jest 1 : 1 : 0 : 0 : 0"),
        ],
    )
    def test_a_list_that_cannot_be_taken_says_why_and_stays_typed(
        self, clerk: Clerk, votes: str, text: str, told: str
    ) -> None:
        answer = clerk.post(f"{votes}/glosy", **self.paste(clerk, text))
        assert answer.status_code == 422
        assert told in text_of(answer)
        assert text.split("\n", maxsplit=1)[0] in answer.text

    def test_new_counts_that_disagree_take_the_list_away_and_others_keep_it(
        self, site: Site, clerk: Clerk, results: str, votes: str
    ) -> None:
        clerk.done(f"{votes}/glosy", **self.paste(clerk, self.LIST))
        row = site.consideration(clerk.council)
        same = fields(row, "adopted|LIII/412/26|2|1|0|0|0", number="LIII/413/26")
        clerk.done(results, **{**same, f"in_favour-{row.id}": "2", f"against-{row.id}": "1"})
        assert "Nowak Jan" in clerk.page(votes)
        other = fields(row, "adopted|LIII/413/26|2|1|0|0|0", number="LIII/413/26", in_favour="3")
        clerk.done(results, **other)
        assert "Nowak Jan" not in clerk.page(votes)

    def test_a_list_gives_the_counts_where_nobody_typed_them(
        self, site: Site, clerk: Clerk, results: str
    ) -> None:
        clerk.done(results, **fields(site.consideration(clerk.council), in_favour=""))
        act = f"{clerk.home}/akty/{site.paper(clerk.council).id}"
        clerk.done(f"{act}/glosy", **self.paste(clerk, self.LIST))
        with site.parts.database.reading() as session:
            vote = session.scalars(select(Vote)).one()
            assert (vote.in_favour, vote.against) == (2, 1)

    def test_another_councils_vote_is_not_found(self, site: Site, clerk: Clerk, votes: str) -> None:
        other = site.consideration(site.found("mirsk"))
        form = {"consideration": other.id, "roll_call": self.LIST}
        assert clerk.post(f"{votes}/glosy", **form).status_code == 404
