"""The agenda on the desk: every verb, two clerks, and whole agendas at once."""

from collections.abc import Callable

import pytest
from httpx2 import Response

from api.pages.office.order import as_text
from docstore.models import Meeting
from docstore.rules.agenda_template import BodyKind, MeetingKind, agenda_template
from docstore.rules.agenda_text import parse_agenda
from docstore.services import agendas, meetings
from docstore.services.agendas import MOST_ITEMS, NewItem
from tests.integration.pages.conftest import Site
from tests.integration.pages.office import Clerk, make_colleague, text_of

OPENING, BUDGET, CLOSING = (
    "Otwarcie sesji",
    "Podjęcie uchwały w sprawie budżetu miasta",
    "Zamknięcie sesji",
)


class TestItems:
    def test_a_typed_item_goes_to_the_end(self, clerk: Clerk) -> None:
        clerk.done(f"{clerk.desk}/punkty", new_title="Wolne wnioski", revision=clerk.revision)
        assert clerk.titles == [OPENING, BUDGET, CLOSING, "Wolne wnioski"]

    def test_an_item_goes_after_the_chosen_one_or_below_it(self, clerk: Clerk) -> None:
        chosen = clerk.items[1].id
        for title, where in (("Przerwa", "after"), ("Głosowanie", "below")):
            clerk.done(
                f"{clerk.desk}/punkty",
                new_title=title,
                new_where=where,
                punkt=chosen,
                revision=clerk.revision,
            )
        assert clerk.titles == [OPENING, BUDGET, "Głosowanie", "Przerwa", CLOSING]
        assert [item.depth for item in clerk.items] == [0, 0, 1, 0, 0]
        assert [item.label for item in clerk.items] == ["1.", "2.", "1)", "3.", "4."]

    def test_an_item_after_a_sub_item_stays_beside_it(self, clerk: Clerk) -> None:
        for title in ("pierwszy", "drugi"):
            clerk.done(
                f"{clerk.desk}/punkty",
                new_title=title,
                new_where="below",
                punkt=clerk.items[1].id,
                revision=clerk.revision,
            )
        clerk.done(
            f"{clerk.desk}/punkty",
            new_title="między",
            new_where="after",
            punkt=clerk.items[2].id,
            revision=clerk.revision,
        )
        assert clerk.titles[2:5] == ["pierwszy", "między", "drugi"]

    def test_an_empty_item_is_asked_for(self, clerk: Clerk) -> None:
        answer = clerk.post(f"{clerk.desk}/punkty", new_title="  ", revision=clerk.revision)
        assert answer.status_code == 422
        assert "Wpisz treść punktu." in text_of(answer)

    def test_an_item_moves_by_its_buttons_and_the_page_comes_back(self, clerk: Clerk) -> None:
        answer = clerk.post(
            f"{clerk.item(2)}/przenies", direction="up", punkt="", revision=clerk.revision
        )
        assert answer.status_code == 303
        assert clerk.titles == [OPENING, CLOSING, BUDGET]
        clerk.done(f"{clerk.item(0)}/przenies", direction="down", revision=clerk.revision)
        assert clerk.titles == [CLOSING, OPENING, BUDGET]

    def test_a_script_is_told_the_rows_that_changed_and_no_more(self, clerk: Clerk) -> None:
        """An agenda is as long as it may be; the answer is as short as for three items."""
        more = "\n".join(f"{number}. Punkt {number}" for number in range(1, MOST_ITEMS - 2))
        clerk.done(f"{clerk.desk}/porzadek", text=more, co="wstaw", revision=clerk.revision)
        assert len(clerk.items) == MOST_ITEMS
        last = clerk.items[-1]
        answer = clerk.browser.post(
            f"{clerk.item(MOST_ITEMS - 1)}/przenies",
            data={"csrf": clerk.csrf, "direction": "up", "revision": clerk.revision},
            headers={"accept": "application/json"},
        )
        assert len(answer.content) < 500
        said = answer.json()
        assert said["revision"] == clerk.revision
        assert [clerk.items[row["place"]].id for row in said["items"]] == [
            row["id"].removeprefix("punkt-") for row in said["items"]
        ]
        assert said["items"][0] == {
            "id": f"punkt-{last.id}",
            "place": MOST_ITEMS - 2,
            "number": f"{MOST_ITEMS - 1}.",
            "depth": 0,
            "first": False,
            "last": False,
        }
        assert [row["last"] for row in said["items"]] == [False, True]
        assert len(clerk.get(clerk.desk).content) < 1_000_000

    def test_the_first_item_cannot_go_up_and_says_so_on_its_button(self, clerk: Clerk) -> None:
        page = clerk.get(clerk.desk).text
        first = page.split("data-move-item")[1]
        assert 'value="up" disabled' in first
        assert 'value="down" disabled' not in first

    def test_an_item_is_reworded_and_made_a_sub_item(self, clerk: Clerk) -> None:
        clerk.done(
            f"{clerk.item(1)}/tresc", title="Budżet miasta", depth="1", revision=clerk.revision
        )
        assert clerk.titles[1] == "Budżet miasta"
        assert clerk.items[1].depth == 1

    def test_an_item_is_removed_only_after_a_question(self, clerk: Clerk) -> None:
        path = f"{clerk.item(1)}/usun"
        asked = clerk.post(path, revision=clerk.revision)
        assert asked.status_code == 200
        assert "Usunąć punkt 2 z porządku?" in text_of(asked)
        assert clerk.titles == [OPENING, BUDGET, CLOSING]
        said = clerk.done(path, revision=clerk.revision, confirmed="yes")
        assert "Zdjęto punkt z porządku" in said
        assert clerk.titles == [OPENING, CLOSING]

    def test_a_removed_items_paper_can_be_put_on_again(self, clerk: Clerk) -> None:
        paper = clerk.site.paper(clerk.council)
        clerk.done(f"{clerk.item(1)}/usun", revision=clerk.revision, confirmed="yes")
        assert "druk 12" in clerk.page(f"{clerk.desk}?punkt={clerk.items[0].id}")
        clerk.done(f"{clerk.item(0)}/druki/wstaw", paper_id=paper.id, revision=clerk.revision)
        assert clerk.items[0].considerations[0].paper.id == paper.id

    def test_an_agenda_of_five_hundred_items_is_shown_and_no_more_is_taken(
        self, clerk: Clerk
    ) -> None:
        text = "\n".join(f"{n}. Punkt numer {n}" for n in range(1, 498))
        clerk.done(f"{clerk.desk}/porzadek", text=text, co="wstaw", revision=clerk.revision)
        assert len(clerk.items) == 500
        page = clerk.get(f"{clerk.desk}?punkt={clerk.items[499].id}")
        assert page.text.count("data-move-item") == 500
        answer = clerk.post(f"{clerk.desk}/punkty", new_title="za dużo", revision=clerk.revision)
        assert answer.status_code == 422
        assert "najwyżej 500 punktów" in text_of(answer)
        assert "za dużo" in answer.text


class TestPapers:
    def test_a_second_paper_is_added_to_an_item(self, clerk: Clerk) -> None:
        said = clerk.done(
            f"{clerk.item(1)}/druki",
            paper_title="Autopoprawka do budżetu",
            paper_druk="12A",
            paper_kind="other",
            revision=clerk.revision,
        )
        assert "druk 12A · Autopoprawka do budżetu" in said
        assert len(clerk.items[1].considerations) == 2

    def test_a_papers_title_number_and_kind_are_changed(self, clerk: Clerk) -> None:
        paper = clerk.site.paper(clerk.council)
        clerk.done(
            f"{clerk.item(1)}/druki/{paper.id}",
            paper_title="w sprawie budżetu na 2027",
            paper_druk="12/2026",
            paper_kind="report",
            revision=clerk.revision,
        )
        changed = clerk.site.paper(clerk.council)
        assert (changed.title, changed.druk, changed.kind) == (
            "w sprawie budżetu na 2027",
            "12/2026",
            "report",
        )

    def test_a_paper_without_a_title_is_asked_for_one(self, clerk: Clerk) -> None:
        answer = clerk.post(f"{clerk.item(1)}/druki", paper_title="", revision=clerk.revision)
        assert answer.status_code == 422
        assert "Wpisz tytuł sprawy." in text_of(answer)

    def test_a_paper_is_taken_off_an_item_and_stays_in_teczka(self, clerk: Clerk) -> None:
        paper = clerk.site.paper(clerk.council)
        clerk.done(f"{clerk.item(1)}/druki/{paper.id}/zdejmij", revision=clerk.revision)
        assert clerk.items[1].considerations == []
        assert paper.id in clerk.get(f"{clerk.desk}?punkt={clerk.items[1].id}").text

    def test_putting_a_paper_on_twice_changes_nothing(self, clerk: Clerk) -> None:
        paper = clerk.site.paper(clerk.council)
        path = f"{clerk.item(1)}/druki/wstaw"
        clerk.done(path, paper_id=paper.id, revision=clerk.revision)
        assert len(clerk.items[1].considerations) == 1


Verb = Callable[[Clerk, int], Response]

VERBS: dict[str, Verb] = {
    "add": lambda c, r: c.post(f"{c.desk}/punkty", new_title="Mój punkt", revision=r),
    "move": lambda c, r: c.post(f"{c.item(2)}/przenies", direction="up", revision=r),
    "reword": lambda c, r: c.post(f"{c.item(1)}/tresc", title="Moja treść", revision=r),
    "remove": lambda c, r: c.post(f"{c.item(1)}/usun", confirmed="yes", revision=r),
    "paste": lambda c, r: c.post(f"{c.desk}/porzadek", text="1. Mój", co="wstaw", revision=r),
    "paper": lambda c, r: c.post(f"{c.item(1)}/druki", paper_title="Mój druk", revision=r),
}


class TestTwoClerks:
    @pytest.mark.parametrize("name", VERBS)
    def test_the_second_is_told_and_nothing_is_overwritten(self, clerk: Clerk, name: str) -> None:
        seen = clerk.revision
        make_colleague(clerk).done(
            f"{clerk.desk}/punkty", new_title="Pierwsza zmiana", revision=seen
        )
        before = (clerk.titles, clerk.revision)
        answer = VERBS[name](clerk, seen)
        said = text_of(answer)
        assert answer.status_code == 409
        assert "inna osoba: Zofia Druga, 20.11.2026 10:00" in said
        assert "Pierwsza zmiana" in said or name == "paste"
        assert (clerk.titles, clerk.revision) == before
        assert f'name="revision" value="{clerk.revision}"' in answer.text

    @pytest.mark.parametrize(("name", "kept"), [("add", "Mój punkt"), ("reword", "Moja treść")])
    def test_what_was_typed_stays_in_the_form(self, clerk: Clerk, name: str, kept: str) -> None:
        seen = clerk.revision
        make_colleague(clerk).done(f"{clerk.desk}/punkty", new_title="Inny", revision=seen)
        assert kept in VERBS[name](clerk, seen).text

    def test_an_item_that_a_colleague_removed_is_a_conflict_not_a_missing_page(
        self, clerk: Clerk
    ) -> None:
        seen, gone = clerk.revision, clerk.item(1)
        make_colleague(clerk).done(f"{gone}/usun", revision=seen, confirmed="yes")
        answer = clerk.post(f"{gone}/tresc", title="Moja treść", revision=seen)
        assert answer.status_code == 409
        assert "Zofia Druga" in text_of(answer)

    def test_ones_own_other_window_is_named_so(self, clerk: Clerk) -> None:
        seen = clerk.revision
        clerk.done(f"{clerk.desk}/punkty", new_title="Z drugiego okna", revision=seen)
        answer = clerk.post(f"{clerk.desk}/punkty", new_title="Z pierwszego", revision=seen)
        assert answer.status_code == 409
        assert "W innym oknie" in text_of(answer)


class TestWholeAgenda:
    PASTE = "1. Otwarcie\n2. Uchwały w sprawie:\n   a) psów (druk nr 7)\n   b) kotów\n3. Koniec"

    def test_a_pasted_agenda_is_shown_before_it_is_taken(self, clerk: Clerk) -> None:
        before = clerk.titles
        answer = clerk.post(
            f"{clerk.desk}/porzadek", text=self.PASTE, co="podglad", revision=clerk.revision
        )
        said = text_of(answer)
        assert answer.status_code == 200
        assert "Wstaw 5 punktów" in said.replace("\N{NO-BREAK SPACE}", " ")
        assert "druk 7" in said
        assert clerk.titles == before

    def test_it_is_taken_as_it_was_shown(self, clerk: Clerk) -> None:
        clerk.done(f"{clerk.desk}/porzadek", text=self.PASTE, co="wstaw", revision=clerk.revision)
        added = clerk.items[3:]
        assert [(i.depth, i.title) for i in added] == [
            (0, "Otwarcie"),
            (0, "Uchwały w sprawie:"),
            (1, "psów"),
            (1, "kotów"),
            (0, "Koniec"),
        ]
        assert added[2].considerations[0].paper.druk == "7"

    def test_a_draft_below_adopting_resolutions_is_one_and_so_is_public(self, clerk: Clerk) -> None:
        text = "1. Podjęcie uchwał:\na) w sprawie psów (druk nr 7),\nb) w sprawie kotów;"
        clerk.done(f"{clerk.desk}/porzadek", text=text, co="wstaw", revision=clerk.revision)
        assert clerk.items[4].considerations[0].paper.kind == "resolution"
        clerk.drop(f"{clerk.item(5)}/pliki", "projekt.txt")  # of an item that had no paper yet
        for paper in (item.considerations[0].paper for item in clerk.items[4:]):
            assert paper.kind == "resolution"
        [document] = clerk.items[5].considerations[0].paper.documents
        assert document.is_public

    def test_an_empty_paste_is_asked_for(self, clerk: Clerk) -> None:
        answer = clerk.post(f"{clerk.desk}/porzadek", text=" ", co="wstaw", revision=clerk.revision)
        assert answer.status_code == 422
        assert "Nie ma tu żadnego punktu" in text_of(answer)

    def test_the_template_names_the_meeting_before(self, site: Site, clerk: Clerk) -> None:
        path = f"{clerk.home}/posiedzenia/nowe"
        answer = clerk.post(
            path,
            organization_id=clerk.council.organization.id,
            kind="ordinary",
            number="54",
            starts_day="2026-12-17",
            starts_time="10:00",
        )
        desk = answer.headers["location"]
        assert "Przyjęcie protokołu z LIII sesji" in clerk.page(f"{desk}/porzadek?z=szablon")
        copied = clerk.page(f"{desk}/porzadek?z=ostatnie")
        assert "Skopiuj: LIII sesja, 26.11.2026" in copied
        assert BUDGET in copied
        with site.parts.database.reading() as session:
            made = session.get_one(Meeting, desk.rsplit("/", 1)[-1])
            assert agendas.agenda(session, made.id) == []

    @pytest.mark.parametrize("body_kind", ["gmina", "miasto", "powiat", "sejmik"])
    @pytest.mark.parametrize("meeting_kind", ["ordinary", "extraordinary", "ceremonial", "sitting"])
    def test_every_template_reads_back_as_it_was_written(
        self, body_kind: BodyKind, meeting_kind: MeetingKind
    ) -> None:
        items = agenda_template(body_kind, meeting_kind, previous="LII sesji")
        lines = parse_agenda(as_text((item.depth, item.title) for item in items))
        assert [(line.depth, line.title) for line in lines] == [
            (item.depth, item.title) for item in items
        ]


class TestStrangers:
    def test_another_councils_meeting_and_items_are_not_found(
        self, site: Site, clerk: Clerk
    ) -> None:
        other = site.found("mirsk")
        with site.parts.database.reading() as session:
            foreign = agendas.agenda(session, other.meeting.id)[1].id
        base = f"{clerk.home}/posiedzenia"
        assert clerk.get(f"{base}/{other.meeting.id}").status_code == 404
        assert clerk.get(f"{clerk.desk}?punkt={foreign}").status_code == 404
        for path in (f"{base}/{other.meeting.id}", clerk.desk):
            answer = clerk.post(
                f"{path}/punkty/{foreign}/tresc", title="Obcy", revision=clerk.revision
            )
            assert answer.status_code == 404

    def test_another_councils_paper_cannot_be_put_on(self, site: Site, clerk: Clerk) -> None:
        paper = site.paper(site.found("mirsk"))
        answer = clerk.post(
            f"{clerk.item(0)}/druki/wstaw", paper_id=paper.id, revision=clerk.revision
        )
        assert answer.status_code == 404

    def test_an_item_of_another_meeting_is_not_moved_through_this_one(
        self, site: Site, clerk: Clerk
    ) -> None:
        with site.parts.database.transaction() as session:
            other = meetings.create(
                session,
                site.acting,
                body_id=clerk.council.body.id,
                details=meetings.MeetingDetails(clerk.council.organization.id, site.clock.now()),
            )
            item = agendas.add_items(
                session,
                site.acting,
                body_id=clerk.council.body.id,
                meeting_id=other.id,
                revision=1,
                items=[NewItem("Inny")],
            )[0]
        answer = clerk.post(
            f"{clerk.desk}/punkty/{item.id}/przenies", direction="up", revision=clerk.revision
        )
        assert answer.status_code == 404
