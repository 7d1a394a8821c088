"""Looking at the next packet and sending it; every refusal is a sentence and changes nothing."""

import pytest

from api.pages.office.packet import findings
from api.pages.office.wording import item_numbers
from docstore.language import Words
from docstore.models import AgendaItem, Guest, Membership, Packet
from docstore.services import packets
from docstore.services.packets import Concern
from tests.integration.pages.conftest import Site
from tests.integration.pages.office import Clerk, make_colleague, text_of

CLEAN = "Tekst projektu uchwały.".encode()
PERSONAL = b"Wnioskodawca: PESEL 44051401359."


@pytest.fixture
def ready(clerk: Clerk) -> Clerk:
    """Return a clerk whose agenda holds one document that has been read."""
    clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt", data=CLEAN)
    return clerk


def last(clerk: Clerk) -> Packet | None:
    """Return the meeting's newest packet."""
    with clerk.site.parts.database.reading() as session:
        return packets.last_packet(session, clerk.council.meeting.id)


class TestPreview:
    def test_it_says_what_the_packet_holds_and_whom_it_reaches(self, ready: Clerk) -> None:
        said = ready.page(f"{ready.desk}/pakiet").replace("\N{NO-BREAK SPACE}", " ")
        assert "Podgląd pakietu 1" in said
        assert "3 punkty · 1 dokument" in said
        assert "Projekt · tekst główny · wersja 1" in said
        assert "Bez adresu e-mail: Jan Gość" in said
        assert "Zawiadom 1 osobę" in said

    def test_the_desk_offers_to_notify_only_when_there_is_something(self, clerk: Clerk) -> None:
        assert "Zawiadom 1 osobę" not in clerk.page(clerk.desk)
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt")
        assert "Zawiadom 1 osobę" in clerk.page(clerk.desk)

    def test_an_empty_packet_offers_no_button(self, clerk: Clerk) -> None:
        said = clerk.page(f"{clerk.desk}/pakiet")
        assert "Pakiet byłby pusty" in said
        assert "Zawiadom" not in said

    def test_what_is_still_being_read_is_named_and_waited_for(self, clerk: Clerk) -> None:
        clerk.post(f"{clerk.item(1)}/pliki", ("files", ("projekt.txt", CLEAN)))
        page = clerk.get(f"{clerk.desk}/pakiet")
        assert "Trwa odczytywanie: Projekt" in text_of(page)
        assert 'data-hx-trigger="every 2s"' in page.text
        assert "Zawiadom 1 osobę" not in text_of(page)

    def test_personal_numbers_are_listed_by_page_and_masked(self, clerk: Clerk) -> None:
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt", data=PERSONAL)
        said = clerk.page(f"{clerk.desk}/pakiet")
        assert "strona 1 numer PESEL" in said
        assert "44051401359" not in said
        assert "Dlaczego mimo to publikujesz" in said

    def test_a_file_that_nobody_could_read_is_named_unchecked(self, clerk: Clerk) -> None:
        archive = b"PK\x05\x06" + bytes(18)
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.zip", data=archive, role="main")
        said = clerk.page(f"{clerk.desk}/pakiet")
        assert "nie sprawdzono" in said
        assert "Nie sprawdzono pliku albo jego części" in said

    def test_a_narrowed_document_is_marked_as_given_apart(self, ready: Clerk) -> None:
        document = ready.items[1].considerations[0].paper.documents[0]
        ready.done(
            f"{ready.home}/dokumenty/{document.id}",
            title="Projekt",
            role="main",
            audience="members",
            audience_ground="privacy",
        )
        assert "udostępniany odrębnie" in ready.page(f"{ready.desk}/pakiet")


class TestPublish:
    def test_the_packet_is_sent_and_the_clerk_sees_to_whom(self, ready: Clerk) -> None:
        said = ready.done(f"{ready.desk}/pakiet", revision=ready.revision)
        assert "Wysłano pakiet 1" in said
        assert "Doręczenia pakietu 1" in said
        packet = last(ready)
        assert packet is not None
        assert packet.number == 1

    def test_the_second_packet_says_what_changed(self, ready: Clerk) -> None:
        ready.done(f"{ready.desk}/pakiet", revision=ready.revision)
        ready.site.work()
        ready.drop(f"{ready.item(1)}/pliki", "uzasadnienie.txt", data=b"Dlaczego.")
        said = ready.page(f"{ready.desk}/pakiet")
        assert "Co się zmieniło od pakietu 1" in said
        assert "nowy dokument „Uzasadnienie”" in said
        assert "Wysłano pakiet 2" in ready.done(f"{ready.desk}/pakiet", revision=ready.revision)

    def test_a_change_below_an_item_names_the_whole_path(self, ready: Clerk) -> None:
        ready.done(f"{ready.desk}/pakiet", revision=ready.revision)
        ready.site.work()
        below = {"new_where": "below", "punkt": ready.items[1].id}
        ready.done(f"{ready.desk}/punkty", new_title="Opinia", revision=ready.revision, **below)
        ready.drop(f"{ready.item(2)}/pliki", "opinia.txt", data=b"Komisja jest za.")
        said = ready.page(f"{ready.desk}/pakiet")
        assert "Dodano punkt 2.1: Opinia" in said
        assert "Punkt 2.1: nowy dokument „Opinia”" in said

    def test_an_item_made_a_sub_item_is_a_change(self, ready: Clerk) -> None:
        ready.done(f"{ready.desk}/pakiet", revision=ready.revision)
        ready.site.work()
        item = ready.items[2]
        fields = {"title": item.title, "depth": 1, "revision": ready.revision}
        ready.done(f"{ready.item(2)}/tresc", **fields)
        said = ready.page(f"{ready.desk}/pakiet")
        assert "Punkt 3 jest teraz punktem 2.3" in said

    def test_nothing_new_is_not_sent_again(self, ready: Clerk) -> None:
        ready.done(f"{ready.desk}/pakiet", revision=ready.revision)
        ready.site.work()
        assert "nic się nie zmieniło" in ready.page(f"{ready.desk}/pakiet")
        answer = ready.post(f"{ready.desk}/pakiet", revision=ready.revision)
        assert answer.status_code == 409
        assert "Od pakietu 1 nic się nie zmieniło" in text_of(answer)

    def test_an_empty_packet_is_refused(self, clerk: Clerk) -> None:
        answer = clerk.post(f"{clerk.desk}/pakiet", revision=clerk.revision)
        assert answer.status_code == 409
        assert "nie ma czego publikować" in text_of(answer)
        assert last(clerk) is None

    def test_a_packet_with_an_unread_file_is_refused(self, clerk: Clerk) -> None:
        clerk.post(f"{clerk.item(1)}/pliki", ("files", ("projekt.txt", CLEAN)))
        answer = clerk.post(f"{clerk.desk}/pakiet", revision=clerk.revision)
        assert answer.status_code == 409
        assert "Trwa odczytywanie dokumentów: Projekt" in text_of(answer)
        assert last(clerk) is None

    def test_personal_numbers_need_one_written_reason(self, clerk: Clerk) -> None:
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt", data=PERSONAL)
        answer = clerk.post(f"{clerk.desk}/pakiet", revision=clerk.revision, reason=" ")
        assert answer.status_code == 409
        assert "Napisz, dlaczego mimo to publikujesz." in text_of(answer)
        assert last(clerk) is None
        clerk.done(f"{clerk.desk}/pakiet", revision=clerk.revision, reason="formularz urzędowy")
        packet = last(clerk)
        assert packet is not None
        assert packet.personal_data_reason == "formularz urzędowy"
        assert "formularz urzędowy (" in clerk.page(f"{clerk.desk}/doreczenia")

    def test_a_colleagues_change_stops_it_and_the_reason_stays_typed(self, clerk: Clerk) -> None:
        clerk.drop(f"{clerk.item(1)}/pliki", "projekt.txt", data=PERSONAL)
        seen = clerk.revision
        make_colleague(clerk).done(f"{clerk.desk}/punkty", new_title="Nowy", revision=seen)
        answer = clerk.post(f"{clerk.desk}/pakiet", revision=seen, reason="moje powody")
        assert answer.status_code == 409
        assert "Zofia Druga" in text_of(answer)
        assert "moje powody" in answer.text
        assert last(clerk) is None

    def test_a_meeting_without_recipients_is_refused(self, site: Site, ready: Clerk) -> None:
        with site.parts.database.transaction() as session:
            for kind in (Membership, Guest):
                for row in session.query(kind).all():
                    session.delete(row)
        answer = ready.post(f"{ready.desk}/pakiet", revision=ready.revision)
        assert answer.status_code == 409
        assert "nie ma odbiorców" in text_of(answer)
        assert last(ready) is None

    def test_another_councils_packet_is_not_found(self, site: Site, ready: Clerk) -> None:
        other = site.found("mirsk").meeting
        path = f"{ready.home}/posiedzenia/{other.id}/pakiet"
        assert ready.get(path).status_code == 404
        assert ready.post(path, revision=other.revision).status_code == 404

    def test_the_merged_files_of_a_packet_are_offered(self, ready: Clerk) -> None:
        ready.done(f"{ready.desk}/pakiet", revision=ready.revision)
        ready.site.work()
        page = ready.get(f"{ready.desk}/pakiet").text
        slug, meeting = ready.council.body.slug, ready.council.meeting.id
        for name in ("pakiet.pdf", "pakiet.zip"):
            path = f"/{slug}/moje/{meeting}/1/{name}"
            assert path in page
            assert ready.get(path).status_code == 200


class TestWords:
    def test_unread_pages_are_told_in_runs(self) -> None:
        said = findings(Words(), [_unread(page) for page in (7, 1, 2, 3)])
        assert (
            said[0].unread == "Nie sprawdzono stron bez pewnego tekstu, na przykład skanów: 1–3, 7."
        )

    def test_sub_items_are_called_by_their_whole_path(self) -> None:
        labels = [("1.", 0), ("2.", 0), ("1)", 1), ("a)", 2), ("2)", 1), ("3.", 0)]
        items = [
            AgendaItem(id=str(place), label=label, depth=depth)
            for place, (label, depth) in enumerate(labels)
        ]
        assert list(item_numbers(items).values()) == ["1", "2", "2.1", "2.1.a", "2.2", "3"]


def _unread(page: int) -> Concern:
    return Concern("Skan", "v", page, "unread")
