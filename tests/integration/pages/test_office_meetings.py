"""The office's list of meetings and the form of one."""

from datetime import timedelta

import pytest

from docstore.models import Meeting
from docstore.services import agendas, meetings, organizations
from docstore.services.meetings import MeetingDetails
from tests.integration.pages.conftest import TODAY, Council, Site
from tests.integration.pages.office import Clerk, make_clerk, make_colleague, text_of

TYPED = {
    "kind": "ordinary",
    "number": "LIV",
    "starts_day": "2026-12-17",
    "starts_time": "10:00",
    "place": "sala nr 7",
    "title": "Sesja budżetowa",
}


@pytest.fixture
def form(clerk: Clerk) -> dict[str, str]:
    """Return what a clerk types for the council's next session."""
    return {**TYPED, "organization_id": clerk.council.organization.id}


class TestList:
    def test_a_new_office_is_told_the_one_next_step(self, site: Site, council: Council) -> None:
        other = site.found("mirsk")
        with site.parts.database.transaction() as session:
            meeting = session.get_one(Meeting, other.meeting.id)
            for item in agendas.agenda(session, meeting.id):
                for consideration in item.considerations:
                    session.delete(consideration)
                session.delete(item)
            session.flush()
            session.delete(meeting)
        said = make_clerk(site, other).page("/mirsk/biuro")
        assert "Nie ma jeszcze żadnego posiedzenia" in said
        assert "Utwórz pierwszą sesję" in said
        assert council.meeting.id not in said

    def test_meetings_to_come_stand_before_those_that_were(self, site: Site, clerk: Clerk) -> None:
        with site.parts.database.transaction() as session:
            meetings.create(
                session,
                site.acting,
                body_id=clerk.council.body.id,
                details=MeetingDetails(
                    clerk.council.organization.id, TODAY - timedelta(days=30), number=52
                ),
            )
        said = clerk.page(clerk.home)
        assert said.index("LIII sesja") < said.index("Minione") < said.index("LII sesja")
        assert "szkic: nikt poza biurem go nie widzi" in said
        assert "bez pakietu" in said

    def test_a_published_meeting_says_what_was_sent_and_opened(
        self, site: Site, clerk: Clerk
    ) -> None:
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt")
        site.publish(clerk.council)
        clerk.drop(f"{clerk.item(1)}/pliki", "uzasadnienie.txt", data=b"Inny tekst.")
        said = clerk.page(clerk.home)
        assert "wysłano pakiet 1" in said
        assert "zmiana, której nie ma jeszcze w pakiecie" in said
        assert "0 z 2 otworzyło" in said

    def test_many_past_meetings_come_in_pages(self, site: Site, clerk: Clerk) -> None:
        with site.parts.database.transaction() as session:
            for day in range(30):
                meetings.create(
                    session,
                    site.acting,
                    body_id=clerk.council.body.id,
                    details=MeetingDetails(
                        clerk.council.organization.id, TODAY - timedelta(days=day + 1)
                    ),
                )
        assert "Następna" in clerk.page(clerk.home)
        second = clerk.page(f"{clerk.home}?strona=2")
        assert "Poprzednia" in second
        assert "Nadchodzące" not in second


class TestNew:
    def test_the_next_number_is_proposed_in_roman(self, clerk: Clerk) -> None:
        assert 'value="LIV"' in clerk.get(f"{clerk.home}/posiedzenia/nowe").text

    def test_a_meeting_is_made_on_the_councils_own_clock(
        self, clerk: Clerk, form: dict[str, str]
    ) -> None:
        said = clerk.done(f"{clerk.home}/posiedzenia/nowe", **form)
        assert "LIV sesja Rady Miejskiej" in said
        assert "czwartek, 17 grudnia 2026, godz. 10:00" in said.replace("\N{NO-BREAK SPACE}", " ")
        assert "Porządek jest pusty" in said

    def test_a_committee_gets_its_own_number_when_the_councils_was_proposed(
        self, site: Site, clerk: Clerk, form: dict[str, str]
    ) -> None:
        with site.parts.database.transaction() as session:
            committee = organizations.add_organization(
                session, site.acting, body_id=clerk.council.body.id, name="Komisja Rewizyjna"
            )
        said = clerk.done(
            f"{clerk.home}/posiedzenia/nowe",
            **{
                **form,
                "organization_id": committee.id,
                "proposed": "LIV",
                "proposed_for": clerk.council.organization.id,
            },
        )
        assert "I posiedzenie Komisji Rewizyjnej" in said

    def test_a_date_in_the_past_is_asked_about_not_refused(
        self, clerk: Clerk, form: dict[str, str]
    ) -> None:
        form["starts_day"] = "2026-01-15"
        path = f"{clerk.home}/posiedzenia/nowe"
        asked = clerk.post(path, **form)
        assert asked.status_code == 422
        assert "Ten termin już minął" in text_of(asked)
        assert 'value="Sesja budżetowa"' in asked.text
        assert "LIV sesja" in clerk.done(path, **form, past_confirmed="yes")

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("starts_day", "", "Podaj dzień i godzinę"),
            ("starts_time", "25:99", "Podaj dzień i godzinę"),
            ("number", "czwarta", "Wpisz numer rzymski"),
            ("number", "5000", "poza dozwolonym zakresem"),
            ("kind", "party", "Wybierz jedną z możliwości."),
            ("organization_id", "nobody", "Wybierz radę albo komisję."),
        ],
    )
    def test_what_cannot_be_taken_is_said_and_the_rest_is_kept(
        self, clerk: Clerk, form: dict[str, str], field: str, value: str, sentence: str
    ) -> None:
        answer = clerk.post(f"{clerk.home}/posiedzenia/nowe", **{**form, field: value})
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        assert 'value="Sesja budżetowa"' in answer.text

    def test_another_councils_committee_cannot_be_chosen(
        self, site: Site, clerk: Clerk, form: dict[str, str]
    ) -> None:
        form["organization_id"] = site.found("mirsk").organization.id
        assert clerk.post(f"{clerk.home}/posiedzenia/nowe", **form).status_code == 422


class TestEdit:
    def test_what_is_said_of_a_meeting_is_changed(self, clerk: Clerk, form: dict[str, str]) -> None:
        said = clerk.done(f"{clerk.desk}/dane", **form, revision=clerk.revision)
        assert "Zapisano dane." in said
        assert "sala nr 7" in said

    def test_the_second_clerk_is_told_who_was_first_and_keeps_what_was_typed(
        self, clerk: Clerk, form: dict[str, str]
    ) -> None:
        seen = clerk.revision
        clerk.done(f"{clerk.desk}/dane", **{**form, "place": "sala nr 1"}, revision=seen)
        second = make_colleague(clerk)
        answer = second.post(f"{second.desk}/dane", **{**form, "place": "aula"}, revision=seen)
        said = text_of(answer)
        assert answer.status_code == 409
        assert "inna osoba: Ewa Biurowa, 20.11.2026 10:00" in said
        assert "Niczego nie nadpisano" in said
        assert 'value="aula"' in answer.text
        assert "sala nr 1" in said
        assert f'name="revision" value="{clerk.revision}"' in answer.text

    def test_an_old_meeting_keeps_its_date_without_asking(
        self, site: Site, clerk: Clerk, form: dict[str, str]
    ) -> None:
        site.clock.move(timedelta(days=30))
        local = {"starts_day": "2026-11-26", "starts_time": "10:00"}
        later = make_colleague(clerk)
        later.done(f"{later.desk}/dane", **{**form, **local}, revision=later.revision)
