"""Who has a packet, in honest words; reminders; the table for Excel."""

import pytest
from sqlalchemy import select

from docstore.models import Delivery, Notice
from docstore.services import people, receipts
from tests.integration.pages.conftest import Site
from tests.integration.pages.office import Clerk


@pytest.fixture
def sent(clerk: Clerk) -> Clerk:
    """Return a clerk whose first packet was promised and not yet handed to the mail server."""
    clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt")
    clerk.done(f"{clerk.desk}/pakiet", revision=clerk.revision)
    return clerk


def packet_id(clerk: Clerk) -> str:
    """Return the only packet's id."""
    with clerk.site.parts.database.reading() as session:
        return str(session.scalar(select(Notice.packet_id).limit(1)))


def notices(clerk: Clerk) -> list[tuple[str, list[str]]]:
    """Return each notice's kind and the people it goes to."""
    with clerk.site.parts.database.reading() as session:
        rows = session.scalars(select(Notice).order_by(Notice.created_at, Notice.kind)).all()
        return [
            (
                row.kind,
                list(
                    session.scalars(select(Delivery.person_id).where(Delivery.notice_id == row.id))
                ),
            )
            for row in rows
        ]


class TestTable:
    def test_before_a_packet_the_page_says_what_will_be_there(self, clerk: Clerk) -> None:
        assert "Nie wysłano jeszcze żadnego pakietu" in clerk.page(f"{clerk.desk}/doreczenia")

    def test_waiting_mail_is_shown_as_waiting(self, sent: Clerk) -> None:
        said = sent.page(f"{sent.desk}/doreczenia").replace("\N{NO-BREAK SPACE}", " ")
        assert "1 list czeka na serwer poczty" in said
        assert "czeka od 20.11.2026 10:00" in said
        assert "0 z 2 otworzyło w Teczce · 2 jeszcze nie" in said

    def test_the_servers_last_answer_is_told(self, site: Site, sent: Clerk) -> None:
        with site.parts.database.transaction() as session:
            for row in session.scalars(select(Delivery).where(Delivery.state == "waiting")):
                row.answer = "unreachable"
        said = sent.page(f"{sent.desk}/doreczenia")
        assert "ostatnia odpowiedź: serwer poczty nie odpowiada" in said

    def test_a_refused_address_is_named(self, site: Site, sent: Clerk) -> None:
        with site.parts.database.transaction() as session:
            for row in session.scalars(select(Delivery).where(Delivery.state == "waiting")):
                row.state, row.answer = "refused", "550 no such user"
        said = sent.page(f"{sent.desk}/doreczenia")
        assert "odrzucone: 550 no such user" in said
        assert "Serwer poczty odrzucił adresy: Anna Żółć" in said

    def test_accepted_is_not_called_read(self, site: Site, sent: Clerk) -> None:
        site.work()
        said = sent.page(f"{sent.desk}/doreczenia")
        assert "0 z 2 otworzyło" in said
        assert "„Przyjęte przez serwer poczty” nie znaczy „przeczytane”" in said
        assert "nie odnotowano" in said

    def test_who_has_no_address_is_named(self, site: Site, sent: Clerk) -> None:
        site.work()
        said = sent.page(f"{sent.desk}/doreczenia")
        assert "Bez adresu e-mail: Jan Gość" in said
        assert "brak adresu e-mail" in said

    def test_opened_and_acknowledged_show_their_times(self, site: Site, sent: Clerk) -> None:
        site.work()
        with site.parts.database.transaction() as session:
            for kind in ("opened", "acknowledged"):
                receipts.record(
                    session,
                    site.acting,
                    body_id=sent.council.body.id,
                    packet_id=packet_id(sent),
                    person_id=sent.council.member.id,
                    kind=kind,
                )
        said = sent.page(f"{sent.desk}/doreczenia")
        assert "1 z 2 otworzyło w Teczce · 1 jeszcze nie · 1 potwierdziło odbiór" in said
        assert "Przypomnij" not in said
        assert "1 z 2 otworzyło" in sent.page(sent.desk)

    def test_who_joined_after_the_packet_was_not_notified(self, site: Site, sent: Clerk) -> None:
        with site.parts.database.transaction() as session:
            late = people.add_person(
                session,
                site.acting,
                body_id=sent.council.body.id,
                name="Piotr Nowy",
                email="nowy@piechowice.example",
            )
            people.invite_guest(session, site.acting, person=late, function="sołtys")
        assert "Piotr Nowy sołtys nie wysłano" in sent.page(f"{sent.desk}/doreczenia")

    def test_an_older_packet_is_looked_at_but_not_sent_again(self, site: Site, sent: Clerk) -> None:
        site.work()
        first = packet_id(sent)
        sent.drop(f"{sent.item(1)}/pliki", "uzasadnienie.txt", data=b"Nowe.")
        sent.done(f"{sent.desk}/pakiet", revision=sent.revision)
        old = sent.page(f"{sent.desk}/doreczenia?pakiet=1")
        assert "Doręczenia pakietu 1" in old
        assert "Wyślij ponownie zaznaczonym" not in old
        assert sent.get(f"{sent.desk}/doreczenia?pakiet=9").status_code == 404
        said = sent.done(f"{sent.desk}/doreczenia/ponow", packet=first, komu="nieotwarte")
        assert "Jest już nowszy pakiet" in said


class TestAgain:
    @pytest.fixture
    def delivered(self, site: Site, sent: Clerk) -> Clerk:
        """Return a clerk whose notices were accepted by the mail server."""
        site.work()
        return sent

    def test_to_one(self, delivered: Clerk) -> None:
        member = delivered.council.member.id
        said = delivered.done(
            f"{delivered.desk}/doreczenia/ponow", packet=packet_id(delivered), person=member
        )
        assert "Ponowne zawiadomienie idzie do 1" in said
        assert ("reminder", [member]) in notices(delivered)

    def test_to_those_ticked(self, delivered: Clerk) -> None:
        member = delivered.council.member.id
        delivered.done(
            f"{delivered.desk}/doreczenia/ponow",
            packet=packet_id(delivered),
            komu="zaznaczone",
            persons=[member],
        )
        assert ("reminder", [member]) in notices(delivered)

    def test_to_all_who_have_not_opened_and_have_an_address(self, delivered: Clerk) -> None:
        delivered.done(
            f"{delivered.desk}/doreczenia/ponow", packet=packet_id(delivered), komu="nieotwarte"
        )
        assert ("reminder", [delivered.council.member.id]) in notices(delivered)

    def test_to_nobody_is_asked_about(self, delivered: Clerk) -> None:
        said = delivered.done(
            f"{delivered.desk}/doreczenia/ponow", packet=packet_id(delivered), komu="zaznaczone"
        )
        assert "Zaznacz co najmniej jedną osobę" in said
        assert len(notices(delivered)) == 1

    def test_a_stranger_is_never_written_to(self, site: Site, delivered: Clerk) -> None:
        foreign = site.found("mirsk").member.id
        delivered.done(
            f"{delivered.desk}/doreczenia/ponow", packet=packet_id(delivered), person=foreign
        )
        assert len(notices(delivered)) == 1


class TestCsv:
    def test_it_opens_right_in_polish_excel(self, site: Site, sent: Clerk) -> None:
        site.work()
        answer = sent.get(f"{sent.desk}/doreczenia.csv")
        assert answer.content.startswith(b"\xef\xbb\xbf")
        lines = answer.content.decode("utf-8-sig").split("\r\n")
        assert lines[0].startswith("Osoba;Funkcja;Adres e-mail;Wysłane")
        assert lines[1].startswith("Anna Żółć;radny/radna;anna@piechowice.example;20.11.2026 10:00")
        assert "brak adresu e-mail" in lines[2]
        assert "filename*=UTF-8''Dor%C4%99czenia" in answer.headers["content-disposition"]

    def test_a_name_that_would_be_computed_is_defused(self, site: Site, sent: Clerk) -> None:
        with site.parts.database.transaction() as session:
            people.change_person(
                session,
                site.acting,
                body_id=sent.council.body.id,
                person_id=sent.council.member.id,
                name="=HYPERLINK(A1)",
                email="",
            )
        assert "'=HYPERLINK(A1)" in sent.get(f"{sent.desk}/doreczenia.csv").text

    def test_there_is_none_before_a_packet(self, clerk: Clerk) -> None:
        assert clerk.get(f"{clerk.desk}/doreczenia.csv").status_code == 404
