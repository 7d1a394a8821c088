"""Calling a meeting off: who is told what, what the pages say, and what no longer changes."""

import pytest
from sqlalchemy import select

from delivery.channels.mailbox import MailboxMailer
from docstore.models import Delivery, Meeting, Notice
from tests.integration.pages.conftest import Council, Site
from tests.integration.pages.office import Clerk, make_colleague, text_of

REASON = "Zbyt mało radnych może przyjść tego dnia."


@pytest.fixture
def told(site: Site, clerk: Clerk) -> Clerk:
    """Return a clerk whose meeting was published."""
    clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt")
    site.publish(clerk.council)
    return clerk


def cancelled(clerk: Clerk, reason: str = REASON) -> str:
    """Call the meeting off and return what the desk says then."""
    fields = {"reason": reason, "revision": clerk.revision, "confirmed": "yes"}
    return clerk.done(f"{clerk.desk}/odwolaj", **fields)


def states(site: Site, council: Council) -> list[tuple[str, str]]:
    """Return each delivery of the meeting as its notice's kind and its state."""
    with site.parts.database.reading() as session:
        rows = session.execute(
            select(Notice.kind, Delivery.state)
            .join(Notice, Notice.id == Delivery.notice_id)
            .where(Notice.body_id == council.body.id)
            .order_by(Notice.created_at, Notice.kind)
        )
        return sorted((kind, state) for kind, state in rows)


class TestCancel:
    def test_the_question_says_whom_it_reaches_and_that_it_stays(self, told: Clerk) -> None:
        assert "Posiedzenie się nie odbędzie?" in told.page(f"{told.desk}/dane")
        said = told.page(f"{told.desk}/odwolaj")
        assert "Odwołaj i zawiadom 1 osobę" in said
        assert "Bez adresu e-mail" in said
        assert "Odwołania nie można cofnąć" in said

    def test_the_desk_says_so_and_offers_the_next_step(self, told: Clerk) -> None:
        said = cancelled(told)
        assert f"Powód, który podano odbiorcom: {REASON}" in said
        assert "odwołano" in told.page(told.home)
        assert "Zawiadom 1 osobę" not in said
        assert "Dodaj punkt" not in said

    def test_a_reason_is_asked_for(self, told: Clerk) -> None:
        answer = told.post(f"{told.desk}/odwolaj", reason="  ", revision=told.revision)
        assert answer.status_code == 422
        assert "Napisz odbiorcom, dlaczego" in text_of(answer)
        with told.site.parts.database.reading() as session:
            assert not session.get_one(Meeting, told.council.meeting.id).is_cancelled

    def test_every_recipient_is_told_and_what_waited_is_not_sent(
        self, site: Site, clerk: Clerk
    ) -> None:
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt")
        site.publish(clerk.council, works=False)
        cancelled(clerk)
        assert states(site, clerk.council) == [
            ("cancelled", "no_address"),
            ("cancelled", "waiting"),
            ("published", "no_address"),
            ("published", "overtaken"),
        ]
        site.work()
        assert isinstance(site.parts.mailer, MailboxMailer)
        (letter,) = site.parts.mailer.list()
        assert letter.subject.startswith("Odwołano: ")
        assert REASON in letter.text
        assert "/wejscie/link/" not in letter.text
        assert ("cancelled", "accepted") in states(site, clerk.council)

    def test_a_draft_is_called_off_without_a_mail(self, site: Site, clerk: Clerk) -> None:
        assert "żaden list nie wyjdzie" in clerk.page(f"{clerk.desk}/odwolaj")
        cancelled(clerk)
        assert states(site, clerk.council) == []

    def test_everyone_sees_that_it_was_called_off_and_recipients_why(
        self, site: Site, told: Clerk
    ) -> None:
        cancelled(told)
        slug, meeting = told.council.body.slug, told.council.meeting.id
        mine = site.browser(told.council.member, by="link")
        for path in (f"/{slug}/moje", f"/{slug}/moje/{meeting}"):
            assert "odwołano" in text_of(mine.get(path))
        assert REASON in text_of(mine.get(f"/{slug}/moje/{meeting}"))
        assert "Potwierdzam odbiór" not in text_of(mine.get(f"/{slug}/moje/{meeting}"))
        for path in (f"/{slug}", f"/{slug}/sesje", f"/{slug}/sesje/{meeting}"):
            answer = site.browser().get(path)
            assert "odwołano" in text_of(answer), path
            assert REASON not in answer.text
        told_by_api = site.browser().get(f"/api/v1/bodies/{slug}/meetings/{meeting}").json()
        assert told_by_api["is_cancelled"]

    def test_its_number_is_free_again(self, told: Clerk) -> None:
        assert proposed(told) == "LIV"
        cancelled(told)
        assert proposed(told) == "I"


class TestAfterwards:
    def test_the_deliveries_speak_of_the_notice_that_called_it_off(
        self, site: Site, told: Clerk
    ) -> None:
        cancelled(told)
        said = told.page(f"{told.desk}/doreczenia")
        assert "mówią o zawiadomieniu, że posiedzenie odwołano" in said
        assert "czeka od" in said
        assert "Przypomnij" not in said
        with site.parts.database.reading() as session:
            packet = session.scalars(select(Notice.packet_id)).first()
        form = {"packet": packet, "person": told.council.member.id}
        told.done(f"{told.desk}/doreczenia/ponow", **form)
        assert [kind for kind, _ in states(site, told.council)].count("cancelled") == 3
        assert not any(kind == "reminder" for kind, _ in states(site, told.council))

    @pytest.mark.parametrize("path", ["punkty", "pakiet", "dane", "odwolaj"])
    def test_nothing_of_it_changes_any_more(self, told: Clerk, path: str) -> None:
        cancelled(told)
        form = {
            "new_title": "Nowy punkt",
            "reason": REASON,
            "kind": "ordinary",
            "organization_id": told.council.meeting.organization_id,
            "starts_day": "2026-12-01",
            "starts_time": "10:00",
            "past_confirmed": "yes",
            "revision": told.revision,
        }
        answer = told.post(f"{told.desk}/{path}", **form)
        assert answer.status_code == 409
        assert "To posiedzenie odwołano, więc niczego już w nim nie zmienisz" in text_of(answer)
        assert told.get(f"{told.desk}/odwolaj").status_code == 409

    def test_outcomes_and_calling_off_exclude_each_other(self, site: Site, told: Clerk) -> None:
        site.adopt(told.council)
        fields = {"reason": REASON, "revision": told.revision}
        answer = told.post(f"{told.desk}/odwolaj", **fields)
        assert answer.status_code == 409
        assert "zapisano już wyniki" in text_of(answer)

    def test_no_outcome_is_recorded(self, site: Site, told: Clerk) -> None:
        cancelled(told)
        row = site.consideration(told.council).id
        answer = told.post(f"{told.desk}/wyniki", **{f"outcome-{row}": "rejected"})
        assert answer.status_code == 409

    def test_the_second_clerk_is_told_and_nothing_happens(self, told: Clerk) -> None:
        old = told.revision
        colleague = make_colleague(told)
        colleague.done(f"{told.desk}/punkty", new_title="Przerwa", revision=old)
        answer = told.post(f"{told.desk}/odwolaj", reason=REASON, revision=old)
        assert answer.status_code == 409
        assert "Zofia Druga" in text_of(answer)
        assert REASON in answer.text

    def test_another_councils_meeting_is_not_found(self, site: Site, told: Clerk) -> None:
        other = site.found("mirsk")
        path = f"{told.home}/posiedzenia/{other.meeting.id}/odwolaj"
        assert told.get(path).status_code == 404
        assert told.post(path, reason=REASON, revision=1).status_code == 404


def proposed(clerk: Clerk) -> str:
    """Return the number that the form of a new meeting proposes."""
    page = clerk.get(f"{clerk.home}/posiedzenia/nowe").text
    return page.split('name="proposed" value="')[1].split('"')[0]
