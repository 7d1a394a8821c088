"""From publishing to the mail server's answer: who is sent what, when, and what is known after."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from delivery import tasks
from delivery.channels.memory import MemoryMailer
from delivery.channels.open import open_mailer
from delivery.channels.seam import Mail
from docstore import outbox
from docstore.clock import SystemClock
from docstore.models import Guest, LedgerEntry, Link, Person
from docstore.objects.filesystem import FilesystemObjectStore
from docstore.outbox import LEASE, MAX_ATTEMPTS
from docstore.services import (
    agendas,
    deliveries,
    meetings,
    organizations,
    people,
    renditions,
    signins,
)
from docstore.services.acting import Acting
from docstore.services.documents import Owner
from docstore.services.meetings import MeetingDetails
from docstore.workers import Worker
from tests.factories import (
    AT,
    NARROW,
    make_items,
    make_meeting,
    make_next_version,
    make_packet,
    make_pdf,
    make_person,
)
from tests.integration.delivery.conftest import Office, found
from tests.smtp import SmtpServer

_LINK = re.compile(r"https://teczka\.piechowice\.example/piechowice/wejscie/link/([\w-]{43})")


@pytest.fixture
def posted(tmp_path: Path, smtp_server: SmtpServer) -> Iterator[Office]:
    """Return an office with its bytes on the disk and its mails going to a real mail server."""
    mailer = open_mailer(smtp_server.url, password=None, data_dir=tmp_path)
    store = FilesystemObjectStore(tmp_path / "objects")
    office = found(folder=tmp_path, store=store, mailer=mailer, members=15)
    yield office
    mailer.close()
    office.database.dispose()


def _ledger(office: Office) -> list[str]:
    with office.database.reading() as session:
        return [json.loads(row.entry)["kind"] for row in session.query(LedgerEntry).all()]


def _plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").replace("\N{NO-BREAK SPACE}", " ")


def _html(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


class TestNotice:
    def test_every_member_and_guest_is_sent_one_mail_and_the_servers_answer_is_kept(
        self, posted: Office, smtp_server: SmtpServer
    ) -> None:
        posted.upload()
        packet = posted.publish()
        posted.work()
        assert len({mail["To"] for mail in smtp_server.mails}) == 17
        rows = posted.deliveries(packet)
        assert [row.state for row in rows] == ["accepted"] * 17
        assert {row.answer for row in rows} == {"250 2.0.0 kept"}
        assert {row.attempts for row in rows} == {1}
        assert _ledger(posted).count("delivery_accepted") == 17

    def test_a_guest_whose_time_is_over_is_sent_none(
        self, posted: Office, smtp_server: SmtpServer
    ) -> None:
        with posted.database.transaction() as session:
            over = session.scalars(select(Guest).where(Guest.body_id == posted.body.id)).all()
            for guest in over:
                guest.ends_on = AT.date() - timedelta(days=1)
        posted.upload()
        posted.publish()
        posted.work()
        assert over
        assert len({mail["To"] for mail in smtp_server.mails}) == 17 - len(over)

    def test_date_place_agenda_and_drafts_stand_in_the_mail_itself(
        self, posted: Office, smtp_server: SmtpServer
    ) -> None:
        posted.upload(title="Projekt uchwały", pages=14)
        posted.publish()
        posted.work()
        mail = smtp_server.mails[0]
        assert mail["Subject"] == (
            "LIII sesja Rady Miejskiej w Piechowicach, 26 listopada 2026: materiały"
        )
        for body in (_plain(mail), _html(mail).replace("\N{NO-BREAK SPACE}", " ")):
            for told in (
                "czwartek, 26 listopada 2026, godz. 10:00",
                "sala nr 7",
                "Podjęcie uchwały w sprawie budżetu miasta na 2027 rok",
                "Druk nr 12",
                "Projekt uchwały (14 stron)",
                "Zamknięcie sesji",
                "Otwórz materiały",
                "75 761 72 91",
                "Tę wiadomość dostają wszyscy członkowie i stali goście",
            ):
                assert told in body, told
            assert _LINK.search(body)

    def test_headers_say_that_a_machine_wrote_it_and_whom_to_answer(
        self, posted: Office, smtp_server: SmtpServer
    ) -> None:
        posted.upload()
        posted.publish()
        posted.work()
        mail = smtp_server.mails[0]
        assert mail["From"].addresses[0].display_name == "Rada Miejska w Piechowicach"
        assert mail["From"].addresses[0].addr_spec == "teczka@piechowice.example"
        assert mail["Reply-To"].addresses[0].addr_spec == "rada@piechowice.example"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Message-ID"].endswith("@teczka.piechowice.example>")

    def test_each_link_is_for_its_own_person_until_the_day_after_the_meeting(
        self, posted: Office, smtp_server: SmtpServer
    ) -> None:
        posted.upload()
        posted.publish()
        posted.work()
        for mail in smtp_server.mails:
            match = _LINK.search(_plain(mail))
            assert match
            with posted.database.reading() as session:
                view = signins.view_link(
                    session, body_id=posted.body.id, token=match[1], at=AT + timedelta(days=7)
                )
                late = signins.view_link(
                    session, body_id=posted.body.id, token=match[1], at=AT + timedelta(days=8)
                )
            assert view.person.email == mail["To"].addresses[0].addr_spec
            assert (view.is_valid, late.is_valid) == (True, False)
            assert "do 27 listopada 2026 włącznie" in _plain(mail)

    def test_the_record_keeps_no_token(self, posted: Office, smtp_server: SmtpServer) -> None:
        posted.upload()
        posted.publish()
        posted.work()
        tokens = {match[1] for mail in smtp_server.mails if (match := _LINK.search(_plain(mail)))}
        with posted.database.reading() as session:
            hashes = set(session.scalars(session.query(Link.token_hash).statement))
        assert len(tokens) == 17
        assert {signins.token_hash(token) for token in tokens} == hashes

    def test_whatever_is_typed_in_a_title_stays_text(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        title = "<script>alert('x')</script> {{ 7*7 }} {number}"
        office.upload(title=title)
        office.publish()
        office.work()
        assert title in mailer.mails[0].text
        assert "<script>" not in mailer.mails[0].html
        assert "&lt;script&gt;" in mailer.mails[0].html
        assert "{{ 7*7 }} {number}" in mailer.mails[0].html

    def test_a_name_or_place_with_line_ends_makes_no_header(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        with office.database.transaction() as session:
            make_person(
                session=session, body=office.body, name="Ewa\r\nBcc: x@example.com", email="e@x.pl"
            )
        office.upload()
        office.publish()
        office.work()
        (mail,) = [mail for mail in mailer.mails if mail.to_address == "e@x.pl"]
        assert mail.to_name == "Ewa Bcc: x@example.com"
        assert message_from_bytes(mail.as_bytes())["Bcc"] is None

    def test_somebody_without_an_address_is_shown_as_such_and_sent_nothing(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        with office.database.transaction() as session:
            make_person(session=session, body=office.body, name="Bez Adresu", email="")
        office.upload()
        packet = office.publish()
        office.work()
        assert sorted(office.states(packet)) == ["accepted"] * office.recipients + ["no_address"]
        assert len(mailer.mails) == office.recipients

    def test_a_committee_sits_and_its_members_and_guests_alone_are_told(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        with office.database.transaction() as session:
            committee = organizations.add_organization(
                session, Acting(None, AT), body_id=office.body.id, name="Komisja Rewizyjna"
            )
            make_person(
                session=session, body=office.body, name="Ola Rewident", organization=committee
            )
            meeting = make_meeting(
                session=session,
                body=office.body,
                kind="sitting",
                number=12,
                items=("Kontrola",),
                organization=committee,
            )
            item = agendas.agenda(session, meeting.id)[0]
        office.upload(owner=Owner(item_id=item.id))
        make_packet(database=office.database, meeting=meeting)
        office.work()
        assert {mail.subject for mail in mailer.mails} == {
            "XII posiedzenie Komisji Rewizyjnej, 26 listopada 2026: materiały"
        }
        assert len(mailer.mails) == 3


class TestNextPacket:
    def test_its_mail_names_what_changed(self, office: Office, mailer: MemoryMailer) -> None:
        first = office.upload(title="Projekt uchwały")
        office.publish()
        office.work()
        mailer.mails.clear()
        make_next_version(
            intake=office.intake, version=first, content=make_pdf(text="nowy", pages=2)
        )
        with office.database.transaction() as session:
            meeting = session.get_one(type(office.meeting), office.meeting.id)
            make_items(
                session=session,
                meeting=meeting,
                titles=["Wybór komisji"],
                after=office.items[1].id,
            )
            meetings.change(
                session,
                Acting(None, AT),
                body_id=office.body.id,
                meeting_id=meeting.id,
                revision=meeting.revision,
                details=MeetingDetails(
                    organization_id=meeting.organization_id,
                    starts_at=meeting.starts_at + timedelta(hours=2),
                    number=53,
                    place="sala nr 1",
                ),
            )
        office.publish()
        office.work()
        mail = mailer.mails[0]
        assert mail.subject.endswith("26 listopada 2026: zmiana materiałów (pakiet 2)")
        moved = "czwartek, 26 listopada 2026, godz. 12:00"
        before = "czwartek, 26 listopada 2026, godz. 10:00"
        for change in (
            "- Nowe miejsce: sala nr 1 (było: sala nr 7)",
            f"- Nowy termin: {moved} (było: {before})",
            "- Dodano punkt 2a: Wybór komisji",
            "- Punkt 2: nowa wersja dokumentu „Projekt uchwały” (wersja 2 zamiast 1)",
        ):
            assert change in mail.text.replace("\N{NO-BREAK SPACE}", " "), change

    def test_a_change_of_narrowed_documents_alone_names_none(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        office.upload()
        office.publish()
        office.upload(title="Opinia Kowalskiego", audience=NARROW)
        office.work()
        mailer.mails.clear()
        office.publish()
        office.work()
        assert "dokument udostępniony odrębnie" in mailer.mails[0].text
        assert not any("Kowalski" in mail.text + mail.html for mail in mailer.mails)

    def test_a_document_narrowed_since_is_no_longer_named(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        office.upload(title="Zostaje")
        narrowed = office.upload(title="Opinia Kowalskiego")
        office.publish()
        office.work()
        mailer.mails.clear()
        with office.database.transaction() as session:
            document = session.get_one(type(narrowed.document), narrowed.document_id)
            document.audience, document.audience_ground = "members", "privacy"
        office.publish()
        office.work()
        assert "Punkt 2: dokument jest teraz udostępniany odrębnie" in mailer.mails[0].text
        assert not any("Kowalski" in mail.text + mail.html for mail in mailer.mails)

    def test_a_reminder_says_that_it_is_one(self, office: Office, mailer: MemoryMailer) -> None:
        office.upload()
        packet = office.publish()
        office.work()
        mailer.mails.clear()
        one = office.deliveries(packet)[0].person_id
        with office.database.transaction() as session:
            deliveries.notify_again(
                session,
                Acting(None, AT),
                body_id=office.body.id,
                packet_id=packet.id,
                person_ids=[one],
            )
        office.work()
        (mail,) = mailer.mails
        assert mail.subject.endswith("materiały (przypomnienie)")
        assert "Przypominamy" in mail.text


class TestWaiting:
    def test_publishing_succeeds_while_the_mail_server_is_away_and_notices_wait(
        self, posted: Office, smtp_server: SmtpServer
    ) -> None:
        posted.upload()
        smtp_server.stop()
        packet = posted.publish()
        posted.work()
        rows = posted.deliveries(packet)
        assert {(row.state, row.answer, row.attempts) for row in rows} == {
            ("waiting", "unreachable", 1)
        }
        smtp_server.start()
        posted.later(minutes=1)
        assert posted.states(packet) == ["accepted"] * 17
        assert {row.attempts for row in posted.deliveries(packet)} == {2}
        assert len(smtp_server.mails) == 17

    def test_no_link_is_made_while_nobody_could_get_it(self, office: Office) -> None:
        office.upload()
        office.publish()
        office.sender = replace(
            office.sender, mailer=open_mailer("", password=None, data_dir=Path())
        )
        office.work()
        with office.database.reading() as session:
            assert session.query(Link).count() == 0

    def test_however_long_it_lasts_a_notice_is_never_given_up_and_pauses_grow(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        office.upload()
        mailer.is_down = True
        packet = office.publish()
        pauses = []
        for _ in range(MAX_ATTEMPTS + 3):
            office.work()
            with office.database.reading() as session:
                waiting = [row for row in outbox.messages(session) if row.topic == tasks.SEND]
                assert outbox.backlog(session).parked == 0
            (until,) = {row.available_at for row in waiting}
            pauses.append((until - office.clock.now()).total_seconds())
            office.clock.move(timedelta(seconds=pauses[-1]))
        assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
        assert set(office.states(packet)) == {"waiting"}
        mailer.is_down = False
        office.work()
        assert office.states(packet) == ["accepted"] * office.recipients

    def test_a_server_that_says_try_later_for_one_address_is_asked_again(
        self, posted: Office, smtp_server: SmtpServer
    ) -> None:
        posted.upload()
        smtp_server.refuse("gosc1@piechowice.example", "451 4.7.1 greylisted, try again")
        packet = posted.publish()
        posted.work()
        (row,) = [row for row in posted.deliveries(packet) if row.state != "accepted"]
        assert (row.state, row.answer) == ("waiting", "451 4.7.1 greylisted, try again")
        smtp_server.accept()
        posted.later(minutes=5)
        assert posted.states(packet) == ["accepted"] * 17

    def test_a_refused_address_is_told_and_the_others_get_theirs(
        self, posted: Office, smtp_server: SmtpServer
    ) -> None:
        posted.upload()
        smtp_server.refuse("gosc1@piechowice.example", "550 5.1.1 no such mailbox")
        packet = posted.publish()
        posted.work()
        (row,) = [row for row in posted.deliveries(packet) if row.state != "accepted"]
        assert (row.address, row.state) == ("gosc1@piechowice.example", "refused")
        assert row.answer == "550 5.1.1 no such mailbox"
        assert row.accepted_at is None
        assert len(smtp_server.mails) == 16
        assert _ledger(posted).count("delivery_refused") == 1
        posted.later(days=1)
        assert len(smtp_server.mails) == 16

    def test_an_address_that_is_none_is_refused_without_asking(self, office: Office) -> None:
        with office.database.transaction() as session:
            make_person(session=session, body=office.body, name="Zły Adres", email="zły adres")
        office.upload()
        packet = office.publish()
        office.work()
        (row,) = [row for row in office.deliveries(packet) if row.state != "accepted"]
        assert (row.state, row.answer) == ("refused", "bad_address")


class _Killed(SystemExit):
    """The process ends here."""


class _KilledAfterSending(MemoryMailer):
    """Hands the first mail over and takes the process with it."""

    def send(self, mail: Mail) -> str:
        answer = super().send(mail)
        if len(self.mails) == 1:
            raise _Killed
        return answer


class TestKilled:
    def test_killed_between_sending_and_commit_the_mail_repeats_with_the_same_message_id(
        self, office: Office
    ) -> None:
        office.upload()
        mailer = _KilledAfterSending()
        office.sender = replace(office.sender, mailer=mailer)
        packet = office.publish()
        with pytest.raises(_Killed):
            office.work()
        assert set(office.states(packet)) == {"waiting"}
        office.later(seconds=LEASE.total_seconds() + 1)
        assert office.states(packet) == ["accepted"] * office.recipients
        ids = [mail.message_id for mail in mailer.mails]
        assert len(ids) == office.recipients + 1
        assert len(set(ids)) == office.recipients
        again = [mail for mail in mailer.mails if ids.count(mail.message_id) == 2]
        assert again[0].to_address == again[1].to_address
        assert _ledger(office).count("delivery_accepted") == office.recipients

    def test_a_delivery_that_was_accepted_is_not_sent_again(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        office.upload()
        packet = office.publish()
        office.work()
        row = office.deliveries(packet)[0]
        with office.database.transaction() as session:
            outbox.enqueue(
                session,
                tasks.SEND,
                row.id,
                at=office.clock.now(),
                delivery=row.id,
                body=row.body_id,
            )
        office.work()
        assert len(mailer.mails) == office.recipients


class TestRelease:
    def _notify_alone(self, office: Office) -> None:
        """Work as if whoever makes the packet's files were busy."""
        topics = tasks.handlers(office.sender)
        del topics[tasks.BUNDLE]
        outbox.drain(office.database, office.clock, topics)

    def test_notices_wait_for_the_packets_files(self, office: Office, mailer: MemoryMailer) -> None:
        office.upload()
        office.publish()
        self._notify_alone(office)
        office.clock.move(timedelta(seconds=59))
        self._notify_alone(office)
        assert mailer.mails == []
        office.work()
        office.later(seconds=1)
        assert len(mailer.mails) == office.recipients

    def test_after_a_minute_they_go_without_them(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        office.upload()
        packet = office.publish()
        self._notify_alone(office)
        office.clock.move(timedelta(seconds=60))
        self._notify_alone(office)
        assert len(mailer.mails) == office.recipients
        with office.database.reading() as session:
            assert renditions.renditions_of(session, packet.id) == {}

    def test_workers_bring_a_published_packet_to_everyone(
        self, posted: Office, smtp_server: SmtpServer
    ) -> None:
        posted.upload()
        clock = SystemClock()
        handlers = tasks.handlers(replace(posted.sender, clock=clock))
        bundling = {tasks.BUNDLE: handlers.pop(tasks.BUNDLE)}
        workers = [
            Worker(posted.database, clock, lane, name=str(number))
            for number, lane in enumerate((bundling, handlers))
        ]
        for worker in workers:
            worker.start()
        try:
            packet = make_packet(database=posted.database, meeting=posted.meeting, at=clock.now())
            smtp_server.wait_for(17)
        finally:
            for worker in workers:
                worker.stop()
        assert posted.states(packet) == ["accepted"] * 17
        assert len(posted.pdf(packet).pages) == 3


class TestAskedLink:
    def _ask(self, office: Office, person_id: str | None) -> None:
        with office.database.transaction() as session:
            tasks.ask_for_link(
                session,
                body_id=office.body.id,
                person_id=person_id,
                meeting_id=office.meeting.id,
                at=office.clock.now(),
            )

    def _person(self, office: Office) -> Person:
        with office.database.reading() as session:
            return session.query(Person).filter(Person.email.like("gosc1@%")).one()

    def test_a_known_person_gets_a_link_for_a_quarter_of_an_hour(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        self._ask(office, self._person(office).id)
        office.work()
        (mail,) = mailer.mails
        assert mail.subject == "Link do materiałów: Rada Miejska w Piechowicach"
        assert "do godz. 10:15" in mail.text
        match = _LINK.search(mail.text)
        assert match
        assert match[0] in mail.html
        with office.database.reading() as session:
            view = signins.view_link(session, body_id=office.body.id, token=match[1], at=AT)
        assert (view.person.email, view.meeting_id) == (mail.to_address, office.meeting.id)

    def test_for_an_unknown_address_the_same_is_promised_and_nothing_is_sent(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        self._ask(office, None)
        with office.database.reading() as session:
            assert outbox.backlog(session).waiting == 1
        office.work()
        with office.database.reading() as session:
            assert outbox.backlog(session).waiting == 0
        assert mailer.mails == []

    def test_somebody_who_has_left_gets_none(self, office: Office, mailer: MemoryMailer) -> None:
        person = self._person(office)
        self._ask(office, person.id)
        with office.database.transaction() as session:
            people.leave(session, Acting(None, AT), body_id=office.body.id, person_id=person.id)
        office.work()
        assert mailer.mails == []

    def test_it_is_sent_when_the_server_is_back_but_not_hours_later(
        self, office: Office, mailer: MemoryMailer
    ) -> None:
        mailer.is_down = True
        self._ask(office, self._person(office).id)
        office.work()
        mailer.is_down = False
        office.later(minutes=1)
        assert len(mailer.mails) == 1
        mailer.is_down = True
        self._ask(office, self._person(office).id)
        office.work()
        mailer.is_down = False
        office.later(hours=2)
        assert len(mailer.mails) == 1

    def test_a_refused_address_ends_it(self, office: Office, mailer: MemoryMailer) -> None:
        mailer.refuse("gosc1@piechowice.example")
        self._ask(office, self._person(office).id)
        office.work()
        with office.database.reading() as session:
            assert outbox.backlog(session).waiting == 0
