"""What an act's text says of itself: proposed, confirmed or dismissed, taken back, shown to all."""

import json
import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from docstore.models import ActFact, Consideration, LedgerEntry, LegislativeTerm, Paper
from docstore.services import act_facts, adoption, destruction, exclusions
from docstore.services.adoption import Outcome
from docstore.services.destruction import Destroy
from docstore.services.documents import Owner
from docstore.services.exclusions import TakeDown
from tests.integration.pages.conftest import Council, Site
from tests.integration.pages.office import Clerk, make_colleague, text_of

TAXES = """UCHWAŁA NR XLV/312/2018
RADY GMINY PIECHOWICE
z dnia 28 lutego 2018 r.
w sprawie podatku od nieruchomości

Na podstawie art. 18 ust. 2 pkt 8 ustawy z dnia 8 marca 1990 r. o samorządzie gminnym, Rada
uchwala, co następuje:
§ 1. Ustala się stawki, zgodnie z załącznikiem nr 1 do niniejszej uchwały.
§ 2. Traci moc uchwała Nr XX/120/2016 z dnia 30 listopada 2016 r. w sprawie podatku.
§ 3. Uchwała wchodzi w życie z dniem 1 stycznia 2019 r.
"""
OLD = """UCHWAŁA NR XX/120/2016
RADY MIEJSKIEJ W PIECHOWICACH
z dnia 30 listopada 2016 r.
w sprawie podatku
§ 1. Ustala się stawki.
"""


@pytest.fixture
def taxes(site: Site, clerk: Clerk) -> Paper:
    """Return a paper that knows nothing but a title, with a file that says the rest."""
    return entered(site, clerk.council, TAXES, title="skan 17")


def entered(site: Site, council: Council, text: str, *, title: str) -> Paper:
    with site.parts.database.transaction() as session:
        paper = Paper(
            body_id=council.body.id, kind="resolution", title=title, created_at=site.clock.now()
        )
        session.add(paper)
        session.flush()
    site.upload(council, Owner(paper_id=paper.id), text, name="skan17.txt", role="signed_act")
    return paper


def of(site: Site, paper: Paper) -> Paper:
    with site.parts.database.reading() as session:
        return session.get_one(Paper, paper.id)


def decisions(site: Site) -> list[ActFact]:
    with site.parts.database.reading() as session:
        return list(session.scalars(select(ActFact).order_by(ActFact.kind)))


def choices(page: str, *, ticked: bool = False) -> dict[str, str]:
    """Return the boxes of the page of an act, by kind; all, or those that are ticked."""
    boxes = [box for box in re.findall(r"<input[^>]*>", page) if 'name="fact"' in box]
    wanted = [box for box in boxes if "checked" in box or not ticked]
    values = [re.findall(r'value="([^"]+)"', box)[0] for box in wanted]
    return {value.partition(":")[0]: value for value in values}


def address(clerk: Clerk, paper: Paper) -> str:
    return f"{clerk.home}/akty/{paper.id}"


class TestProposed:
    def test_each_fact_stands_with_its_words_and_page(self, clerk: Clerk, taxes: Paper) -> None:
        said = clerk.page(address(clerk, taxes))
        assert "Odczytano z pliku „skan17.txt”" in said
        for words in (
            "data podjęcia: 28 lutego 2018",
            "numer: XLV/312/2018",
            "W Teczce: skan 17",
            "organ: Rada Gminy Piechowice",
            "podstawa prawna: art. 18 ust. 2 pkt 8 ustawy z dnia 8 marca 1990 r.",
            "załącznik: nr 1",
            "uchyla uchwałę: nr XX/120/2016 z dnia 30 listopada 2016",
            "Traci moc uchwała Nr XX/120/2016 z dnia 30 listopada 2016",
        ):
            assert words in said, words

    def test_nothing_is_set_by_reading(self, site: Site, clerk: Clerk, taxes: Paper) -> None:
        clerk.page(address(clerk, taxes))
        now = of(site, taxes)
        assert (now.title, now.number, now.adopted_on) == ("skan 17", "", None)
        assert decisions(site) == []

    def test_what_differs_is_not_ticked_by_itself(self, clerk: Clerk, taxes: Paper) -> None:
        page = clerk.get(address(clerk, taxes)).text
        assert "title" in choices(page)
        assert "title" not in choices(page, ticked=True)
        assert {"number", "adopted_on", "basis", "repeals"} <= set(choices(page, ticked=True))

    def test_what_the_record_says_too_asks_for_nothing(self, site: Site, clerk: Clerk) -> None:
        paper = site.act(
            clerk.council,
            number="XX/120/2016",
            title="Projekt uchwały w sprawie podatku.",
            text=OLD,
            day=date(2016, 11, 30),
        )
        page = clerk.get(address(clerk, paper))
        assert choices(page.text) == {"organ": choices(page.text)["organ"]}
        assert text_of(page).count("zgodne z Teczką") == 3

    def test_a_paper_before_its_session_gets_its_number_there(
        self, site: Site, clerk: Clerk
    ) -> None:
        paper = site.paper(clerk.council)
        site.upload(clerk.council, Owner(paper_id=paper.id), TAXES)
        page = clerk.get(address(clerk, paper))
        assert not {"number", "adopted_on"} & set(choices(page.text))
        assert "Zapiszesz to w wynikach posiedzenia." in text_of(page)

    def test_a_text_without_a_heading_says_so(self, site: Site, clerk: Clerk) -> None:
        paper = entered(site, clerk.council, "Ogłoszenie o naborze.", title="nabór")
        assert "Nie znaleziono w nim nagłówka uchwały" in clerk.page(address(clerk, paper))

    def test_another_councils_act_is_not_found(self, site: Site, clerk: Clerk) -> None:
        paper = entered(site, site.found("mirsk"), TAXES, title="obca")
        assert clerk.post(f"{address(clerk, paper)}/tresc", fact="number:x").status_code == 404
        assert clerk.post(f"{address(clerk, paper)}/tresc", undo="number:x").status_code == 404


class TestDecided:
    def confirm(self, clerk: Clerk, paper: Paper, *kinds: str, do: str = "confirm") -> Any:
        path = address(clerk, paper)
        boxes = choices(clerk.get(path).text)
        return clerk.post(f"{path}/tresc", fact=[boxes[kind] for kind in kinds], do=do)

    def test_what_is_ticked_is_confirmed_and_kept_with_its_words(
        self, site: Site, clerk: Clerk, taxes: Paper
    ) -> None:
        path = address(clerk, taxes)
        ticked = list(choices(clerk.get(path).text, ticked=True).values())
        assert "Potwierdzono 5 propozycji." in clerk.done(
            f"{path}/tresc", fact=ticked, do="confirm"
        )
        now = of(site, taxes)
        assert (now.title, now.number, now.adopted_on) == (
            "skan 17",
            "XLV/312/2018",
            date(2018, 2, 28),
        )
        kept = {row.kind: row for row in decisions(site)}
        assert all(row.is_confirmed and row.page == 1 for row in kept.values())
        assert kept["repeals"].key == "XX/120/2016"
        assert kept["repeals"].about_on == date(2016, 11, 30)
        assert "Traci moc uchwała Nr XX/120/2016" in kept["repeals"].passage
        assert re.search(r"potwierdzone strona 1\s*: numer Ewa Biurowa", clerk.page(path))

    def test_the_ledger_tells_kinds_and_ids_and_no_words(
        self, site: Site, clerk: Clerk, taxes: Paper
    ) -> None:
        self.confirm(clerk, taxes, "basis")
        with site.parts.database.reading() as session:
            entries = session.scalars(
                select(LedgerEntry.entry).where(LedgerEntry.entry.contains("act_fact_confirmed"))
            ).all()
        assert [json.loads(entry)["fact"] for entry in entries] == ["basis"]
        assert "ustawy" not in entries[0]

    def test_a_number_needs_its_day(self, site: Site, clerk: Clerk, taxes: Paper) -> None:
        answer = self.confirm(clerk, taxes, "number", "basis")
        assert answer.status_code == 422
        assert "Zaznacz też datę podjęcia" in text_of(answer)
        assert set(choices(answer.text, ticked=True)) == {"number", "basis"}
        assert decisions(site) == []
        assert self.confirm(clerk, taxes, "number", "adopted_on").status_code == 303

    def test_a_number_that_another_act_has_names_it(
        self, site: Site, clerk: Clerk, taxes: Paper
    ) -> None:
        site.act(
            clerk.council,
            number="XLV/312/18",
            title="w sprawie psów",
            text="Tekst.",
            day=date(2018, 2, 28),
        )
        answer = self.confirm(clerk, taxes, "number", "adopted_on")
        assert answer.status_code == 422
        assert "w sprawie psów" in text_of(answer)
        assert of(site, taxes).adopted_on is None

    def test_what_is_dismissed_is_not_proposed_again(
        self, site: Site, clerk: Clerk, taxes: Paper
    ) -> None:
        assert self.confirm(clerk, taxes, "title", do="dismiss").status_code == 303
        page = clerk.get(address(clerk, taxes))
        assert "title" not in choices(page.text)
        assert "odrzucone" in text_of(page)
        assert of(site, taxes).title == "skan 17"

    def test_a_decision_is_taken_back_with_what_was_before(
        self, site: Site, clerk: Clerk, taxes: Paper
    ) -> None:
        self.confirm(clerk, taxes, "title")
        assert of(site, taxes).title == "w sprawie podatku od nieruchomości"
        (row,) = decisions(site)
        answer = clerk.post(f"{address(clerk, taxes)}/tresc", undo=f"title:{row.key}")
        assert answer.status_code == 303
        assert of(site, taxes).title == "skan 17"
        assert decisions(site) == []

    def test_taking_back_leaves_what_was_changed_since(
        self, site: Site, clerk: Clerk, taxes: Paper
    ) -> None:
        self.confirm(clerk, taxes, "title")
        (row,) = decisions(site)
        with site.parts.database.transaction() as session:
            session.get_one(Paper, taxes.id).title = "w sprawie podatków"
        clerk.post(f"{address(clerk, taxes)}/tresc", undo=f"title:{row.key}")
        assert of(site, taxes).title == "w sprawie podatków"

    def test_two_clerks_at_once_decide_once(self, site: Site, clerk: Clerk, taxes: Paper) -> None:
        path = address(clerk, taxes)
        box = choices(clerk.get(path).text)["basis"]
        assert make_colleague(clerk).post(f"{path}/tresc", fact=box).status_code == 303
        answer = clerk.post(f"{path}/tresc", fact=box)
        assert answer.status_code == 422
        assert "czeka na decyzję" in text_of(answer)
        assert len(decisions(site)) == 1

    def test_nothing_ticked_is_told(self, clerk: Clerk, taxes: Paper) -> None:
        answer = clerk.post(f"{address(clerk, taxes)}/tresc", do="confirm")
        assert answer.status_code == 422
        assert "Zaznacz przynajmniej jedną" in text_of(answer)

    def test_what_a_new_version_says_no_more_stays_confirmed_and_is_marked(
        self, site: Site, clerk: Clerk, taxes: Paper
    ) -> None:
        self.confirm(clerk, taxes, "repeals")
        with site.parts.database.reading() as session:
            document = act_facts.read(session, session.get_one(Paper, taxes.id)).version
        assert document is not None
        site.parts.intake.add_version(
            None,
            body_id=clerk.council.body.id,
            document_id=document.document_id,
            file_name="poprawiona.txt",
            source=BytesIO(TAXES.replace("Traci moc", "Zob.").encode()),
        )
        site.work()
        assert "nie ma tego w obecnym tekście" in clerk.page(address(clerk, taxes))


class TestShown:
    @pytest.fixture
    def both(self, site: Site, clerk: Clerk) -> tuple[Paper, Paper]:
        """Return a published act and an older one that it repeals, confirmed."""
        new = site.act(
            clerk.council,
            number="XLV/312/2018",
            title="w sprawie podatku od nieruchomości",
            text=TAXES,
            day=date(2018, 2, 28),
        )
        path = address(clerk, new)
        boxes = choices(clerk.get(path).text)
        clerk.post(f"{path}/tresc", fact=list(boxes.values()), do="confirm")
        old = site.act(
            clerk.council,
            number="XX/120/16",
            title="w sprawie podatku",
            text=OLD,
            day=date(2016, 11, 30),
        )
        return new, old

    def public(self, site: Site, paper: Paper) -> str:
        return text_of(site.browser().get(f"/piechowice/uchwaly/{paper.id}"))

    def test_everyone_reads_what_was_confirmed(self, site: Site, both: tuple[Paper, Paper]) -> None:
        said = self.public(site, both[0])
        assert "Kto ją podjął Rada Gminy Piechowice" in said
        assert "Podstawa prawna art. 18 ust. 2 pkt 8 ustawy" in said
        assert "Załączniki 1" in said
        assert "Uchyla nr XX/120/2016 z dnia 30 listopada 2016, w sprawie podatku" in said

    def test_a_link_leads_both_ways_though_the_older_act_came_later(
        self, site: Site, both: tuple[Paper, Paper]
    ) -> None:
        new, old = both
        here, there = f"/piechowice/uchwaly/{new.id}", f"/piechowice/uchwaly/{old.id}"
        assert f'href="{there}"' in site.browser().get(here).text
        page = site.browser().get(there)
        assert f'href="{here}"' in page.text
        assert "Uchylona przez nr XLV/312/2018 z dnia 28 lutego 2018" in text_of(page)

    def test_the_office_is_told_that_an_act_is_repealed_and_no_state_is_set(
        self, site: Site, clerk: Clerk, both: tuple[Paper, Paper]
    ) -> None:
        said = clerk.page(address(clerk, both[1]))
        assert "Uchyla ją uchwała XLV/312/2018 z dnia 28 lutego 2018" in said
        assert of(site, both[1]).status == "unknown"

    def test_the_interface_tells_it_too(self, site: Site, both: tuple[Paper, Paper]) -> None:
        new, old = both
        answer = site.client.get(f"/api/v1/bodies/piechowice/acts/{new.id}").json()
        assert answer["organ"] == "Rada Gminy Piechowice"
        assert answer["annexes"] == ["1"]
        assert answer["links"] == [
            {
                "kind": "repeals",
                "number": "XX/120/2016",
                "adopted_on": "2016-11-30",
                "act_id": old.id,
            }
        ]
        answer = site.client.get(f"/api/v1/bodies/piechowice/acts/{old.id}").json()
        assert [link["kind"] for link in answer["links"]] == ["repealed_by"]

    def test_machines_read_it_in_the_page(self, site: Site, both: tuple[Paper, Paper]) -> None:
        page = site.browser().get(f"/piechowice/uchwaly/{both[0].id}").text
        data = json.loads(page.split('ld+json">')[1].split("</script>")[0])
        (other,) = data["legislationRepeals"]
        assert other["legislationIdentifier"] == "XX/120/2016"
        assert other["@id"].endswith(f"/uchwaly/{both[1].id}")

    def test_what_nobody_confirmed_is_shown_to_nobody(self, site: Site, clerk: Clerk) -> None:
        paper = site.act(
            clerk.council,
            number="XLV/312/2018",
            title="w sprawie podatku",
            text=TAXES,
            day=date(2018, 2, 28),
        )
        assert "O tej uchwale" not in self.public(site, paper)

    def test_an_act_that_is_not_published_is_named_and_not_linked(
        self, site: Site, both: tuple[Paper, Paper]
    ) -> None:
        with site.parts.database.transaction() as session:
            session.get_one(Paper, both[1].id).published_at = None
        page = site.browser().get(f"/piechowice/uchwaly/{both[0].id}")
        assert both[1].id not in page.text
        assert "Uchyla nr XX/120/2016 z dnia 30 listopada 2016" in text_of(page)

    def test_two_acts_of_one_number_are_told_apart_by_the_day_or_not_at_all(
        self, site: Site, both: tuple[Paper, Paper]
    ) -> None:
        new, old = both
        with site.parts.database.transaction() as session:
            session.get_one(Paper, old.id).adopted_on = date(2016, 12, 1)
        assert f"/uchwaly/{old.id}" not in site.browser().get(f"/piechowice/uchwaly/{new.id}").text
        assert "Uchylona przez" not in self.public(site, old)

    def test_destroyed_words_are_in_no_decision(
        self, site: Site, clerk: Clerk, both: tuple[Paper, Paper]
    ) -> None:
        kept = {row.kind: row for row in decisions(site)}
        assert kept["basis"].passage
        with site.parts.database.transaction() as session:
            version = act_facts.read(session, session.get_one(Paper, both[0].id)).version
            assert version is not None
            destruction.destroy(
                session,
                site.acting,
                body_id=clerk.council.body.id,
                document_id=version.document_id,
                said=Destroy("personal_data", "Burmistrz", "całość"),
            )
        left = decisions(site)
        assert {row.kind for row in left} == set(kept) - {"organ", "basis", "annex"}
        assert [(row.version_id, row.page, row.passage) for row in left] == [
            (None, None, "") for _ in left
        ]
        assert clerk.get(address(clerk, both[0])).status_code == 200

    def test_an_unpublished_version_tells_the_public_nothing(
        self, site: Site, clerk: Clerk, both: tuple[Paper, Paper]
    ) -> None:
        new, _ = both
        with site.parts.database.reading() as session:
            version = act_facts.read(session, session.get_one(Paper, new.id)).version
        assert version is not None
        site.parts.intake.add_version(
            None,
            body_id=clerk.council.body.id,
            document_id=version.document_id,
            file_name="nowa.txt",
            source=BytesIO(TAXES.replace("art. 18", "art. 99").encode()),
        )
        site.work()
        path = address(clerk, new)
        clerk.post(f"{path}/tresc", fact=choices(clerk.get(path).text)["basis"])
        assert "art. 99" in clerk.page(path)
        assert "art. 99" not in self.public(site, new)

    def test_what_is_taken_down_tells_no_more(
        self, site: Site, clerk: Clerk, both: tuple[Paper, Paper]
    ) -> None:
        new, old = both
        site.upload(
            clerk.council, Owner(paper_id=new.id), "Wykaz.", name="wykaz.txt", role="roll_call",
            is_public=True,
        )  # fmt: skip
        clerk.done(f"{address(clerk, new)}/opublikuj")
        with site.parts.database.transaction() as session:
            version = act_facts.read(session, session.get_one(Paper, new.id)).version
            assert version is not None
            exclusions.take_down(
                session,
                site.acting,
                body_id=clerk.council.body.id,
                document_id=version.document_id,
                said=TakeDown("całość", "privacy", "Burmistrz", "powód"),
            )
        page = site.browser().get(f"/piechowice/uchwaly/{new.id}")
        assert page.status_code == 200
        assert "O tej uchwale" not in text_of(page)
        assert "Uchylona przez" not in self.public(site, old)

    @pytest.mark.parametrize("kind", ["number", "adopted_on", "title"])
    def test_taking_back_changes_nothing_that_is_published(
        self, site: Site, clerk: Clerk, taxes: Paper, kind: str
    ) -> None:
        path = address(clerk, taxes)
        clerk.post(f"{path}/tresc", fact=list(choices(clerk.get(path).text).values()))
        clerk.done(f"{path}/opublikuj")
        row = next(each for each in decisions(site) if each.kind == kind)
        said = clerk.done(f"{path}/tresc", undo=f"{kind}:{row.key}")
        assert "W samej sprawie nic się nie zmieniło." in said
        now = of(site, taxes)
        assert (now.number, now.adopted_on) == ("XLV/312/2018", date(2018, 2, 28))
        assert now.title == "w sprawie podatku od nieruchomości"
        assert site.browser().get("/piechowice/uchwaly").status_code == 200

    def test_annexes_stand_in_order(self, site: Site, clerk: Clerk) -> None:
        text = TAXES.replace("załącznikiem nr 1 do", "załącznikami nr 1-11 do")
        paper = site.act(
            clerk.council,
            number="XLV/312/2018",
            title="w sprawie podatku",
            text=text,
            day=date(2018, 2, 28),
        )
        path = address(clerk, paper)
        boxes = re.findall(r'name="fact" value="(annex:[^"]+)"', clerk.get(path).text)
        clerk.post(f"{path}/tresc", fact=boxes)
        answer = site.client.get(f"/api/v1/bodies/piechowice/acts/{paper.id}").json()
        assert answer["annexes"] == [str(number) for number in range(1, 12)]

    def test_an_organ_of_its_own_is_cited(self, site: Site, both: tuple[Paper, Paper]) -> None:
        page = site.browser().get(f"/piechowice/uchwaly/{both[0].id}").text
        data = json.loads(page.split('ld+json">')[1].split("</script>")[0])
        assert data["legislationPassedBy"]["name"] == "Rada Gminy Piechowice"
        assert "Uchwała nr XLV/312/2018 Rady Gminy Piechowice z dnia" in page

    def test_an_unpublished_act_of_the_same_number_changes_no_link_of_the_public(
        self, site: Site, clerk: Clerk
    ) -> None:
        old = site.act(
            clerk.council, number="XX/120/16", title="w sprawie podatku", text=OLD,
            day=date(2016, 11, 30),
        )  # fmt: skip
        new = site.act(
            clerk.council,
            number="XLV/312/2018",
            title="w sprawie stawek",
            text=TAXES.replace(" z dnia 30 listopada 2016 r. w sprawie", " w sprawie"),
            day=date(2018, 2, 28),
        )
        path = address(clerk, new)
        clerk.post(f"{path}/tresc", fact=choices(clerk.get(path).text)["repeals"])
        here = f"/piechowice/uchwaly/{new.id}"
        assert old.id in site.browser().get(here).text
        with site.parts.database.transaction() as session:
            session.add(
                Paper(
                    body_id=clerk.council.body.id,
                    title="inna",
                    number="XX/120/2016",
                    number_key="XX/120/2016",
                    term_id=_other_term(session, clerk.council),
                    created_at=site.clock.now(),
                )
            )
        assert old.id in site.browser().get(here).text


def _other_term(session: Session, council: Council) -> str:
    term = LegislativeTerm(
        body_id=council.body.id, number=1, starts_on=date(1990, 6, 1), ends_on=date(1994, 6, 1)
    )
    session.add(term)
    session.flush()
    return term.id


class TestChangedSince:
    def test_another_day_of_the_same_act_is_looked_at_again(
        self, site: Site, clerk: Clerk, taxes: Paper
    ) -> None:
        path = address(clerk, taxes)
        clerk.post(f"{path}/tresc", fact=choices(clerk.get(path).text)["repeals"])
        with site.parts.database.reading() as session:
            version = act_facts.read(session, session.get_one(Paper, taxes.id)).version
        assert version is not None
        site.parts.intake.add_version(
            None,
            body_id=clerk.council.body.id,
            document_id=version.document_id,
            file_name="nowa.txt",
            source=BytesIO(TAXES.replace("30 listopada 2016", "7 grudnia 2015").encode()),
        )
        site.work()
        said = clerk.page(path)
        assert "nr XX/120/2016 z dnia 7 grudnia 2015" in said
        assert "W Teczce: XX/120/2016 (2016-11-30)" in said
        clerk.post(f"{path}/tresc", fact=choices(clerk.get(path).text)["repeals"])
        (row,) = [each for each in decisions(site) if each.kind == "repeals"]
        assert row.about_on == date(2015, 12, 7)

    def test_a_record_changed_since_differs(self, site: Site, clerk: Clerk, taxes: Paper) -> None:
        path = address(clerk, taxes)
        clerk.post(f"{path}/tresc", fact=choices(clerk.get(path).text)["title"])
        with site.parts.database.transaction() as session:
            session.get_one(Paper, taxes.id).title = "w sprawie czego innego"
        said = clerk.page(path)
        assert "W Teczce: w sprawie czego innego" in said

    def test_a_day_taken_back_takes_the_number_along(
        self, site: Site, clerk: Clerk, taxes: Paper
    ) -> None:
        path = address(clerk, taxes)
        boxes = choices(clerk.get(path).text)
        clerk.post(f"{path}/tresc", fact=[boxes["number"], boxes["adopted_on"]])
        row = next(each for each in decisions(site) if each.kind == "adopted_on")
        clerk.done(f"{path}/tresc", undo=f"adopted_on:{row.key}")
        now = of(site, taxes)
        assert (now.number, now.adopted_on, now.term_id) == ("", None, None)
        assert decisions(site) == []

    def test_a_draft_gets_no_day_by_itself(self, site: Site, clerk: Clerk) -> None:
        with site.parts.database.transaction() as session:
            paper = Paper(
                body_id=clerk.council.body.id, title="projekt", created_at=site.clock.now()
            )
            session.add(paper)
            session.flush()
        site.upload(clerk.council, Owner(paper_id=paper.id), TAXES, role="main")
        ticked = choices(clerk.get(address(clerk, paper)).text, ticked=True)
        assert {"basis", "repeals"} <= set(ticked)
        assert not {"number", "adopted_on"} & set(ticked)

    def test_what_the_meeting_says_overrules_the_text(
        self, site: Site, clerk: Clerk, taxes: Paper
    ) -> None:
        path = address(clerk, taxes)
        boxes = choices(clerk.get(path).text)
        clerk.post(f"{path}/tresc", fact=[boxes["number"], boxes["adopted_on"], boxes["basis"]])
        with site.parts.database.transaction() as session:
            consideration = session.get_one(Consideration, site.consideration(clerk.council).id)
            consideration.paper_id = taxes.id
            session.flush()
            adoption.record_outcome(
                session,
                site.acting,
                body_id=clerk.council.body.id,
                consideration_id=consideration.id,
                outcome=Outcome("adopted", "LIII/1/26"),
            )
        assert {row.kind for row in decisions(site)} == {"basis"}
